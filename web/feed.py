"""`/feeds/<token>.ics`: a calendar subscription over HTTP (RFC 9110), opened by its token alone.

Answered before the pages, for clients ask for the same again and again. What stands in memory is true as long as
nothing was committed since and the day is the same; else it is looked at again, in a thread, once for all who wait.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from typing import NamedTuple, TypeVar
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Receive, Scope, Send

from calendars.feeds import feed_of, stamp_of
from calendars.shelf import Kept, Shelf
from calendars.views import Opened, narrowed, opened_by
from config.assembly import Installation
from engine.changes import Changes
from engine.errors import BadInputError, DondocError
from web.conditional import matches, takes_gzip, unchanged_since
from web.fetches import Fetches, Rate
from web.session import Signing

log = logging.getLogger(__name__)
T = TypeVar("T")
Headers = list[tuple[bytes, bytes]]

PRIVATE: Headers = [
    (b"cache-control", b"private, no-cache"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex"),
    (b"x-content-type-options", b"nosniff"),
]
VARY = (b"vary", b"accept-encoding")
CALENDAR = (b"content-type", b"text/calendar; charset=utf-8")
DOWNLOAD = (b"content-disposition", b'attachment; filename="lich-han.ics"')
UNKNOWN = "Không có lịch này, hoặc địa chỉ đã bị thu hồi. Xin cấp địa chỉ mới ở trang Lịch.\n"
PLAIN_HTTP = "Lịch này chỉ đọc được qua https: đổi http:// thành https:// trong địa chỉ đã đăng ký.\n"
TOO_OFTEN = "Lịch này được hỏi quá nhiều lần trong một phút: xin hỏi lại sau.\n"
METHODS = "Lịch này chỉ để đọc.\n"
AWAY = "Tạm thời chưa trả lời được, xin hỏi lại sau ít phút.\n"
AWAY_SECONDS = 60
BEGIN, EXTENSION = "/feeds/", ".ics"
MOST_TOKENS = 4096
WORKERS = 2
BUILD_SECONDS = 60
PIECE = 256 * 1024
DATE_LAG = timedelta(seconds=2)


class Asked(NamedTuple):
    """What the headers of a request ask."""

    etags: str = ""
    since: str = ""
    encodings: str = ""
    client: str = ""


FIELDS = {b"if-none-match": 0, b"if-modified-since": 1, b"accept-encoding": 2, b"user-agent": 3}


class FeedDoor:
    """ASGI middleware that answers for calendars and passes on everything else."""

    def __init__(self, app: ASGIApp, feeds: "Feeds", signing: Signing) -> None:
        self._app, self._feeds, self._signing = app, feeds, signing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        token = _token(scope)
        if token is None:
            await self._app(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            await _say(send, 405, METHODS, (b"allow", b"GET, HEAD"))
        elif self._signing.secure and scope["scheme"] != "https":
            await _say(send, 403, PLAIN_HTTP)
        else:
            await self._feeds.answer(token, scope, send)


class Feeds:
    """The calendars of one installation."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self.fetches = Fetches(installation)
        self._rate = Rate(installation.settings.feeds.requests_per_minute)
        self._changes: Changes | None = None
        self._shelf = Shelf()
        self._opened: OrderedDict[tuple[str, bytes], Opened | None] = OrderedDict()
        self._mark, self._day = "", date.min
        self._making: dict[str, asyncio.Future[Kept]] = {}
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="feeds")
        self._builders = ThreadPoolExecutor(WORKERS, thread_name_prefix="feeds-built")

    async def answer(self, token: str, scope: Scope, send: Send) -> None:
        """Answer a fetch."""
        now, write = self._installation.clock.real(), False
        try:
            mark = await self._look()
            opened = await self._open(token, scope["query_string"], mark)
            if opened is None:
                await _say(send, 404, UNKNOWN)
                return
            if wait := self._rate.wait(opened.token_id, now):
                await _say(send, 429, TOO_OFTEN, (b"retry-after", b"%d" % wait))
                return
            asked = _asked(scope)
            write = self.fetches.note(opened.token_id, asked.client, now)
            kept = await self._kept(opened, mark)
            await self._send(kept, asked, scope, send, now=now)
        except BadInputError as error:
            await _say(send, 400, f"{error}\n")
        except (DondocError, TimeoutError) as error:
            log.error("a feed cannot be answered: %s %s", type(error).__name__, error)
            await _say(send, 503, AWAY, (b"retry-after", b"%d" % AWAY_SECONDS))
        if write:
            await self._in_thread(self.fetches.write)

    def close(self) -> None:
        """Write what was seen, and end."""
        self.fetches.write()
        if self._changes is not None:
            self._changes.close()
        self._changes = None

    async def _look(self) -> str:
        """The state of the database; what depends on an earlier one, or on an earlier day, is opened anew."""
        if self._changes is None:
            self._changes = Changes(self._installation.database)
        mark = await self._changes.mark()
        clock = self._installation.clock
        if not self._installation.demo:
            day = clock.now().date()
        elif mark != self._mark:  # a demo's clock stands in its database
            day = await self._in_thread(lambda: clock.now().date())
        else:
            day = self._day
        if (mark, day) != (self._mark, self._day):
            self._opened.clear()
            self._mark, self._day = mark, day
        return mark

    async def _open(self, token: str, query: bytes, mark: str) -> Opened | None:
        key = (sha256(token.encode("utf-8", "replace")).hexdigest(), query)
        try:
            return self._opened[key]
        except KeyError:
            pass
        day = self._day
        opened = await self._in_thread(lambda: self._look_up(*key, day))
        if (mark, day) == (self._mark, self._day):
            self._opened[key] = opened
            if len(self._opened) > MOST_TOKENS:
                self._opened.popitem(last=False)
        return opened

    def _look_up(self, digest: str, query: bytes, day: date) -> Opened | None:
        stamp = stamp_of(self._installation.settings.base_url)
        with self._installation.database.read() as session:
            opened = opened_by(session, digest, day, stamp=stamp)
            if opened is None or not query:
                return opened
            asked = dict(parse_qsl(query.decode("latin-1"), errors="replace"))
            return opened._replace(view=narrowed(session, opened.view, asked))

    async def _kept(self, opened: Opened, mark: str) -> Kept:
        key, day = opened.view.key, self._day
        kept = self._shelf.get(key)
        if kept is not None and kept.body.modified and (kept.mark, kept.day) == (mark, day):
            return kept
        async with asyncio.timeout(BUILD_SECONDS):
            # One at a time for a view: another state of it finds in memory and in the database what this one made.
            while (making := self._making.get(key)) is not None:
                made = await asyncio.shield(making)
                if (made.mark, made.day) == (mark, day):
                    return made
            return await asyncio.shield(self._begin(opened, mark, day))

    def _begin(self, opened: Opened, mark: str, day: date) -> asyncio.Future[Kept]:
        key = opened.view.key
        loop = asyncio.get_running_loop()
        making = loop.run_in_executor(self._builders, self._made, opened, mark, day, self._shelf.get(key))
        self._making[key] = making

        def done(made: asyncio.Future[Kept]) -> None:
            del self._making[key]
            if not made.cancelled() and made.exception() is None:
                self._shelf.put(key, made.result())

        making.add_done_callback(done)
        return making

    def _made(self, opened: Opened, mark: str, day: date, had: Kept | None) -> Kept:
        place = self._installation
        when = place.clock.moment()
        body = feed_of(
            place.database, opened.view, when, base_url=place.settings.base_url, had=had.body if had else None
        )
        if had is not None and had.body is body:
            return Kept(body, mark, day, had.compressed() if had.is_compressed else None)
        return Kept(body, mark, day)

    async def _send(self, kept: Kept, asked: Asked, scope: Scope, send: Send, *, now: datetime) -> None:
        body = kept.body
        zipped = takes_gzip(asked.encodings) if asked.encodings else False
        etag = f'{body.etag[:-1]}-gzip"' if zipped else body.etag
        headers = [*PRIVATE, VARY, (b"etag", etag.encode())]
        if body.modified is not None:
            # It may not lie after Date (RFC 9110, 8.8.2.1), which the server renews once a second, and to where several
            # changes within a second may carry it. Held against it is the true time: at worst a client reads once more.
            headers.append((b"last-modified", _http_date(min(body.modified, now - DATE_LAG))))
        if _holds(asked, etag, body.modified, now):
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        data = body.data
        if zipped:
            data = kept.compressed() if kept.is_compressed else await self._in_thread(kept.compressed)
            self._shelf.settle()
            headers.append((b"content-encoding", b"gzip"))
        if b"download=1" in scope["query_string"].split(b"&"):
            headers.append(DOWNLOAD)
        headers += [CALENDAR, (b"content-length", b"%d" % len(data))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for piece, more in _pieces(data):
            await send({"type": "http.response.body", "body": piece, "more_body": more})

    async def _in_thread(self, work: Callable[[], T]) -> T:
        running: Awaitable[T] = asyncio.get_running_loop().run_in_executor(self._workers, work)
        return await running


def _holds(asked: Asked, etag: str, modified: datetime | None, now: datetime) -> bool:
    """Whether the client has these bytes: by its tags, and only where it sent none by its date."""
    if asked.etags:
        return matches(asked.etags, etag)
    return bool(asked.since) and modified is not None and unchanged_since(asked.since, modified, now)


def _asked(scope: Scope) -> Asked:
    found = ["", "", "", ""]
    for name, value in scope["headers"]:
        place = FIELDS.get(name)
        if place is not None:
            said = value.decode("latin-1")
            found[place] = f"{found[place]}, {said}" if found[place] and place != 3 else said
    return Asked(*found)


def _token(scope: Scope) -> str | None:
    """The token in the path of a calendar; None for any other path."""
    if scope["type"] != "http":
        return None
    path: str = scope["path"]
    if not path.startswith(BEGIN) or not path.endswith(EXTENSION):
        return None
    token = path[len(BEGIN) : -len(EXTENSION)]
    return None if "/" in token else token


def _pieces(data: bytes) -> Iterator[tuple[bytes | memoryview, bool]]:
    """A long feed in pieces, none copied, so that a slow client holds up no memory."""
    if len(data) <= PIECE:
        yield data, False
        return
    whole = memoryview(data)
    for start in range(0, len(data), PIECE):
        yield whole[start : start + PIECE], start + PIECE < len(data)


def _http_date(moment: datetime) -> bytes:
    return format_datetime(moment, usegmt=True).encode()


async def _say(send: Send, status: int, words: str, *more: tuple[bytes, bytes]) -> None:
    """A short answer in plain text."""
    data = words.encode()
    headers = [
        *PRIVATE,
        *more,
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(data)),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})
