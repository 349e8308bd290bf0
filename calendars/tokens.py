"""Subscriptions and their tokens: random, shown once, kept as a hash; one opens one feed and nothing else."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from calendars.events import clean
from engine.clock import Moment
from engine.errors import ManyFaultsError, RefusedError
from engine.models import Agency, Feed, FeedToken, User, columns

TOKEN_BYTES = 24
"""192 bits of randomness."""

TOKEN_DAYS = 365
CLIENT_LENGTH = 120
LONGEST_NAME = 80
LONGEST_SEARCH = 80
MOST_ALARMS = 5
FARTHEST_ALARM = 60
LONGEST_HISTORY = 3660
CHOICES = {
    "part": ("lead", "any"),
    "component": ("event", "todo"),
    "finished": ("hidden", "marked"),
    "cancelled": ("hidden", "marked"),
    "content": ("full", "title", "reference"),
}
"""What each of these may be; the columns of a subscription check the same."""


@dataclass(frozen=True)
class Shows:
    """What a new subscription shows and how; as the columns of `Feed`."""

    plan_id: int | None = None
    search: str = ""
    part: str = "lead"
    component: str = "event"
    alarms: str = ""
    finished: str = "marked"
    cancelled: str = "hidden"
    history_days: int = 365
    content: str = "full"

    def faults(self) -> list[str]:
        """What is wrong with it."""
        found = [
            f"{field}: {getattr(self, field)!r} không phải là một trong {', '.join(allowed)}"
            for field, allowed in CHOICES.items()
            if getattr(self, field) not in allowed
        ]
        if not 0 <= self.history_days <= LONGEST_HISTORY:
            found.append(f"history: từ 0 đến {LONGEST_HISTORY} ngày")
        if len(self.search) > LONGEST_SEARCH:
            found.append(f"search: dài nhất {LONGEST_SEARCH} chữ")
        return found


def words_of(text: str) -> str:
    """What a person typed, as texts are kept and compared: NFC, single spaces, no control characters."""
    return " ".join(clean(text).split())


def alarms_of(text: str) -> str:
    """Days before the last day, largest first, each once: `7,1`.

    Raises:
        RefusedError: it is something else.
    """
    parts = [part for part in text.replace(" ", "").split(",") if part]
    readable = all(part.isascii() and part.isdigit() and len(part) <= len(str(FARTHEST_ALARM)) for part in parts)
    days = sorted({int(part) for part in parts}, reverse=True) if readable else [-1]
    if len(days) > MOST_ALARMS or any(not 0 <= day <= FARTHEST_ALARM for day in days):
        most = f"nhiều nhất {MOST_ALARMS}, xa nhất {FARTHEST_ALARM} ngày"
        raise RefusedError(f"alarms {text!r}: viết số ngày trước hạn, như 7,1 ({most}).")
    return ",".join(str(day) for day in days)


def issue(
    session: Session,
    owner: Agency | User,
    when: Moment,
    *,
    name: str = "",
    shows: Shows = Shows(),
    days: int = TOKEN_DAYS,
) -> str:
    """A new subscription of an agency or a person; the token is returned here and never again.

    Raises:
        RefusedError: what it is to show is not possible, or the owner may have none.
    """
    shows = replace(shows, search=words_of(shows.search))
    if faults := [*shows.faults(), *_refused(owner)]:
        raise ManyFaultsError("Chưa cấp địa chỉ lịch:", faults)
    feed = Feed(name=words_of(name)[:LONGEST_NAME] or owner.name, created_at=when.real, **asdict(shows))
    if isinstance(owner, Agency):
        feed.agency_id = owner.id
    else:
        feed.person_id = owner.id
    session.add(feed)
    session.flush()
    return _new_token(session, feed, when, days)


def rotate(session: Session, feed_id: int, when: Moment, *, overlap: int, days: int = TOKEN_DAYS) -> str:
    """A new token for a subscription; the old ones work for `overlap` more days, this one counted.

    Raises:
        RefusedError: there is no such subscription, or it has ended.
    """
    feed, token = _running(session, feed_id), columns(FeedToken)
    last = when.today + timedelta(days=overlap - 1)
    old = update(FeedToken).where(token.feed_id == feed_id, token.expires_on > last).values(expires_on=last)
    session.execute(old)
    return _new_token(session, feed, when, days)


def revoke(session: Session, feed_id: int, when: Moment) -> Feed:
    """End a subscription for good, with all its tokens.

    Raises:
        RefusedError: there is no such subscription, or it has ended already.
    """
    feed = _running(session, feed_id)
    feed.revoked_at = when.real
    session.add(feed)
    return feed


@dataclass(frozen=True)
class Fetched:
    """When and by which client a token was last used, and how often since that was written last."""

    at: datetime
    client: str
    times: int


def fetched(session: Session, seen: Mapping[int, Fetched]) -> None:
    """Write down when and by which client subscriptions were last fetched, by the numbers of their tokens."""
    token = columns(FeedToken)
    for number, last in seen.items():
        client = "".join(letter for letter in last.client if letter.isprintable())[:CLIENT_LENGTH]
        session.execute(
            update(FeedToken)
            .where(token.id == number)
            .values(fetched_at=last.at, client=client, fetches=token.fetches + last.times)
        )


def hash_of(token: str) -> str:
    """What is kept of a token; it is random enough to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def _new_token(session: Session, feed: Feed, when: Moment, days: int) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        FeedToken(
            feed_id=feed.id or 0,
            sha256=hash_of(token),
            created_at=when.real,
            expires_on=when.today + timedelta(days=days),
        )
    )
    session.flush()
    return token


def _running(session: Session, feed_id: int) -> Feed:
    feed = session.exec(select(Feed).where(col(Feed.id) == feed_id).with_for_update()).one_or_none()
    if feed is None or feed.revoked_at is not None:
        raise RefusedError(f"There is no running subscription {feed_id}: see 'dondoc feed list'.")
    return feed


def _refused(owner: Agency | User) -> list[str]:
    """Why an owner may have no subscription."""
    if isinstance(owner, Agency):
        return []
    if owner.disabled_at is not None:
        return [f"{owner.name} đã ngừng hoạt động (dondoc user enable {owner.key})"]
    if owner.role == "inspector":
        return [f"{owner.name} là người của đoàn kiểm tra: chỉ xem trên trang, không có nhiệm vụ nào để theo lịch"]
    if owner.role == "agency" and owner.agency_id is None:
        return [f"{owner.name} không thuộc cơ quan nào"]
    return []
