"""A feed is a join of kept blocks between a head and an end; what did not change gives the same bytes."""

import hashlib
import logging
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any, cast

from icalendar import Calendar, Timezone, TimezoneStandard
from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from calendars.events import Form, clean, event_of, utc
from calendars.words import WORDS
from engine.clock import ZONE, Moment
from engine.database import Database
from engine.errors import DondocError, UnavailableError
from engine.models import Agency, EventBlock, FeedView, Plan, User, columns
from engine.queries.feeds import Due, Outline, View, blocks_of, outline_of, stale

log = logging.getLogger(__name__)

TTL = "PT6H"
"""How often clients are asked to come back (RFC 7986 REFRESH-INTERVAL)."""

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
END = b"END:VCALENDAR\r\n"
PROGRAM = "2"
"""Raised when blocks come out otherwise, so that kept ones are made anew."""

BATCH = 500
PATIENCE = 1.0
"""Seconds that a fetch waits for other writers; then it answers without having kept what it made."""

KEPT_VIEWS = 10_000
TRIES = 5


@dataclass(frozen=True)
class FeedBody:
    """The bytes of a feed, their strong ETag, since when they are so, and what is where in them.

    `modified` is None where the time could not be kept: then the ETag alone tells. `ends` says where the head ends, and
    then the block of each duty of `outline`.
    """

    data: bytes
    etag: str
    modified: datetime | None
    name: str
    outline: Outline
    ends: "array[int]"

    def kept(self, outline: Outline) -> dict[int, bytes]:
        """The blocks of this feed that stand as they are in one of that outline."""
        new = dict(zip(outline.parts, outline.marks, strict=True))
        old = zip(self.outline.parts, self.outline.marks, pairwise(self.ends), strict=True)
        # Copies: views of the bytes would be a thousand objects for the garbage collector to walk through.
        return {part: self.data[begin:end] for part, mark, (begin, end) in old if new.get(part) == mark}


def stamp_of(base_url: str) -> str:
    """What marks blocks as made by this program for this address."""
    return hashlib.sha256(f"{PROGRAM} {base_url}".encode()).hexdigest()[:8]


def feed_of(database: Database, view: View, when: Moment, *, base_url: str, had: FeedBody | None = None) -> FeedBody:
    """The feed of a view: no METHOD, so DTSTAMP is that of the last change (RFC 5545, RFC 7986).

    Args:
        database: where duties and blocks are; blocks made on the way are kept there.
        view: what is shown.
        when: the time; its day decides what has left the view.
        base_url: where the pages are.
        had: what the view gave before; the same comes back where nothing changed.
    """
    with database.read() as session:
        name, outline = _name(session, view), outline_of(session, view, when.today)
        if had is not None and had.modified and (had.name, had.outline) == (name, outline):
            return had
        seen = _seen(name, outline, had)
        if len(seen.lacking) <= BATCH:
            return _joined(database, session, view, when, seen, base_url=base_url)
    freshen(database, view, when, base_url=base_url)
    with database.read() as session:
        seen = _seen(_name(session, view), outline_of(session, view, when.today), had)
        return _joined(database, session, view, when, seen, base_url=base_url)


@dataclass(frozen=True)
class _Seen:
    """What a view holds, which blocks of it are in memory, and which are not."""

    name: str
    outline: Outline
    kept: dict[int, bytes]
    lacking: list[int]


def _seen(name: str, outline: Outline, had: FeedBody | None) -> _Seen:
    kept = had.kept(outline) if had is not None else {}
    return _Seen(name, outline, kept, [part for part in outline.parts if part not in kept])


def freshen(database: Database, view: View, when: Moment, *, base_url: str) -> int:
    """Make the stale blocks of a view, some at a time; how many were made."""
    made = 0
    while True:
        with database.read() as session:
            due = stale(session, view, when.today, limit=BATCH)
        if not due:
            return made
        with database.write() as session:
            _keep(session, {duty: _block(duty, base_url) for duty in due})
        made += len(due)


def prune(session: Session, views: Iterable[View]) -> None:
    """Leave out blocks of forms that no running subscription has, and the oldest of very many views."""
    block, held = columns(EventBlock), columns(FeedView)
    begins = [block.form.startswith(form, autoescape=True) for form in {view.form for view in views}]
    session.execute(delete(EventBlock).where(*(~begin for begin in begins)))
    newest = select(held.view).order_by(held.modified_at.desc(), held.view).limit(KEPT_VIEWS)
    session.execute(delete(FeedView).where(held.view.not_in(newest)))


def _joined(database: Database, session: Session, view: View, when: Moment, seen: _Seen, *, base_url: str) -> FeedBody:
    few = seen.lacking if len(seen.lacking) <= BATCH else None
    made = {due: _block(due, base_url) for due in (stale(session, view, when.today, parts=few) if seen.lacking else ())}
    pieces = list(_pieces(session, view, when, seen, {due.assignment_id: text for due, text in made.items()}))
    digest = hashlib.sha256(seen.name.encode())
    for piece in pieces:
        digest.update(piece)
    modified = _settled(database, session, view, digest.hexdigest(), now=when.real, made=made)
    head = _head(seen.name, utc(modified) if modified else "")
    ends = array("q", accumulate(map(len, pieces), initial=len(head)))
    data = b"".join((head, *pieces, END))
    # The hash of head and blocks stands for that of the bytes, which are head, blocks and always the same end.
    etag = f'"{hashlib.sha256(head + digest.digest()).hexdigest()[:32]}"'
    return FeedBody(data, etag, modified, seen.name, seen.outline, ends)


def _pieces(session: Session, view: View, when: Moment, seen: _Seen, made: dict[int, str]) -> Iterator[bytes]:
    """The blocks in their order: from memory where few are lacking, else all from the database, some at a time."""
    if len(seen.lacking) > BATCH:
        for part, text in blocks_of(session, view, when.today):
            yield (made[part] if text is None else text).encode()
        return
    found = dict(blocks_of(session, view, when.today, seen.lacking)) if len(made) < len(seen.lacking) else {}
    for part in seen.outline.parts:
        yield seen.kept.get(part) or (found.get(part) or made[part]).encode()


def _settled(
    database: Database, session: Session, view: View, sha256: str, *, now: datetime, made: dict[Due, str]
) -> datetime | None:
    """Since when the view shows this; it and new blocks are kept. None where the database takes nothing just now."""
    held = session.get(FeedView, view.key)
    if held is not None and held.sha256 == sha256 and not made:
        return held.modified_at
    try:
        with database.write(patience=PATIENCE) as writing:
            _keep(writing, made)
            return moved(writing, view.key, sha256, now)
    except DondocError as error:
        log.warning("a feed was answered without being kept: %s", error)
        return None


def moved(session: Session, view: str, sha256: str, now: datetime) -> datetime:
    """Since when a view shows what has this digest; never before what it showed last, whichever process asks first.

    Raises:
        UnavailableError: other processes changed it each time.
    """
    held, now = columns(FeedView), now.replace(microsecond=0)
    dialect = _dialect(session)
    for _ in range(TRIES):
        row = session.execute(select(held.sha256, held.modified_at).where(held.view == view)).one_or_none()
        if row is None:
            new = dialect.insert(FeedView).values(view=view, sha256=sha256, modified_at=now)
            if session.execute(new.on_conflict_do_nothing()).rowcount == 1:  # type: ignore[attr-defined]
                return now
        elif row.sha256 == sha256:
            return cast(datetime, row.modified_at)
        else:
            later: datetime = max(now, row.modified_at + timedelta(seconds=1))
            same = (held.view == view, held.sha256 == row.sha256, held.modified_at == row.modified_at)
            change = update(FeedView).where(*same).values(sha256=sha256, modified_at=later)
            if session.execute(change, execution_options={"synchronize_session": False}).rowcount == 1:  # type: ignore[attr-defined]
                return later
    raise UnavailableError("The time of a calendar is being changed by others; try again.")


def _keep(session: Session, made: dict[Due, str]) -> None:
    """Keep new blocks; one of a later revision, made meanwhile by another process, stays."""
    block, dialect = columns(EventBlock), _dialect(session)
    rows = [
        {"assignment_id": due.assignment_id, "form": due.form, "revision": due.revision, "text": text}
        for due, text in made.items()
    ]
    for start in range(0, len(rows), BATCH):
        new = dialect.insert(EventBlock).values(rows[start : start + BATCH])
        values = {"revision": new.excluded.revision, "text": new.excluded.text}
        older = block.revision < new.excluded.revision
        session.execute(
            new.on_conflict_do_update(index_elements=[block.assignment_id, block.form], set_=values, where=older)
        )


def _block(duty: Due, base_url: str) -> str:
    return event_of(duty, base_url=base_url, form=Form.of(duty.form))


def _dialect(session: Session) -> Any:  # noqa: ANN401  one of two modules, which share what is used of them
    return postgresql if session.get_bind().dialect.name == "postgresql" else sqlite


def _name(session: Session, view: View) -> str:
    """What a calendar program calls the feed."""
    words = WORDS[view.language]
    if view.scope == "agency":
        whose = str(session.execute(select(columns(Agency).name).where(columns(Agency).id == view.owner)).scalar_one())
    else:
        person = columns(User)
        name = session.execute(select(person.name).where(person.id == view.owner)).scalar_one()
        whose = words[view.scope].format(name=name)
    parts = [words["feed"], clean(whose)]
    if view.plan_id:
        plan = columns(Plan)
        number, restricted = session.execute(select(plan.number, plan.restricted).where(plan.id == view.plan_id)).one()
        parts += [] if restricted else [words["plan"].format(number=clean(number))]
    return " – ".join(parts)


@lru_cache(maxsize=256)
def _template(name: str) -> str:
    """What stands before the events; its LAST-MODIFIED is `EPOCH`."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Đôn Đốc//dondoc//VI")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", ZONE.key)
    calendar.add("last-modified", EPOCH)
    calendar.add("x-published-ttl", TTL)
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001  RFC 5545 wants a local time here
    standard.add("tzoffsetfrom", ZONE.utcoffset(EPOCH))
    standard.add("tzoffsetto", ZONE.utcoffset(EPOCH))
    standard.add("tzname", "+07")
    zone = Timezone()
    zone.add("tzid", ZONE.key)
    zone.add_component(standard)
    calendar.add_component(zone)
    text: str = calendar.to_ical().decode().removesuffix(END.decode())
    # The library writes no VALUE parameter, which RFC 7986 asks for here.
    return text.replace("BEGIN:VTIMEZONE", f"REFRESH-INTERVAL;VALUE=DURATION:{TTL}\r\nBEGIN:VTIMEZONE", 1)


def _head(name: str, modified: str) -> bytes:
    line = f"LAST-MODIFIED:{utc(EPOCH)}\r\n"
    return _template(name).replace(line, f"LAST-MODIFIED:{modified}\r\n" if modified else "", 1).encode()
