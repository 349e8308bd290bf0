"""`/feeds/<token>.ics`: a calendar subscription over HTTP (RFC 9110), opened by its token alone."""

import threading
from datetime import datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus

from fastapi import APIRouter, BackgroundTasks, Request
from fastapi.responses import PlainTextResponse, Response

from calendars.feeds import FeedBody, feed_of
from calendars.tokens import fetched, opened_by
from config.assembly import Installation
from engine.clock import Clock
from engine.models import Agency
from engine.queries.feeds import stale
from web.here import InHere

router = APIRouter()

PRIVATE = {
    "cache-control": "private, no-cache",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
    "x-content-type-options": "nosniff",
}
WRITE_EVERY = timedelta(minutes=1)
UNKNOWN = "Không có lịch này, hoặc địa chỉ đã bị thu hồi. Xin cấp địa chỉ mới ở trang Lịch.\n"
PLAIN_HTTP = "Lịch này chỉ đọc được qua https: đổi http:// thành https:// trong địa chỉ đã đăng ký.\n"


class Fetches:
    """When and by which client each subscription was last fetched; in memory, written at most once a minute."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._seen: dict[int, tuple[datetime, str]] = {}
        self._written: datetime | None = None
        self._lock = threading.Lock()

    def note(self, feed_id: int, client: str, clock: Clock) -> bool:
        """Remember a fetch; whether it is time to write."""
        now = clock.real()
        with self._lock:
            self._seen[feed_id] = (now, client)
            due = self._written is None or now - self._written >= WRITE_EVERY
            if due:
                self._written = now
            return due

    def write(self) -> None:
        """Write down what was seen since the last time."""
        with self._lock:
            seen, self._seen = self._seen, {}
        if seen:
            with self._installation.database.write() as session:
                fetched(session, seen)


@router.get("/feeds/{token}.ics", include_in_schema=False)
def feed(token: str, request: Request, here: InHere, later: BackgroundTasks) -> Response:
    """The calendar that a token opens; unknown, revoked and expired tokens get one and the same answer."""
    if here.signing.secure and request.url.scheme != "https":
        return PlainTextResponse(PLAIN_HTTP, HTTPStatus.FORBIDDEN, PRIVATE)
    body = _body(here, token, request, later)
    if body is None:
        return PlainTextResponse(UNKNOWN, HTTPStatus.NOT_FOUND, PRIVATE)
    headers = PRIVATE | {"etag": body.etag, "last-modified": format_datetime(body.changed, usegmt=True)}
    if not_modified(request, body):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body.data, headers=headers, media_type="text/calendar; charset=utf-8")


def _body(here: InHere, token: str, request: Request, later: BackgroundTasks) -> FeedBody | None:
    installation = here.installation
    with installation.database.read() as session:
        opened = opened_by(session, token, here.when.today)
        if opened is None:
            return None
        key, found = opened
        number, agency_id, outdated = key.id or 0, found.agency_id or 0, bool(stale(session, 1))
    if outdated:
        installation.publish()
    fetches: Fetches = request.app.state.fetches
    if fetches.note(number, request.headers.get("user-agent", ""), installation.clock):
        later.add_task(fetches.write)
    with installation.database.read() as session:
        return feed_of(session, session.get_one(Agency, agency_id))


def not_modified(request: Request, body: FeedBody) -> bool:
    """Whether the client holds these bytes already; only its ETag tells."""
    # If-Modified-Since alone gets the whole feed, as RFC 9110 13.1.3 allows: Last-Modified is that of the newest event
    # left, so it moves back when a duty is cancelled or reassigned, and a date would claim that nothing changed.
    held = request.headers.get("if-none-match", "")
    tags = {tag.strip().removeprefix("W/") for tag in held.split(",")}
    return body.etag in tags or "*" in tags
