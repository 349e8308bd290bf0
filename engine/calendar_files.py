"""Deadlines that go with a mail as calendar files: who gets one, who holds one, and who must be told that it is void.

Off for every mailbox until its owner asks for them. How a file looks is for `calendars`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Exists, Select, and_, case, delete, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from engine.clock import Moment
from engine.models import (
    Agency,
    Assignment,
    CalendarFile,
    Contact,
    Entry,
    Feed,
    FeedToken,
    Mailbox,
    Message,
    Plan,
    Recipient,
    columns,
)
from engine.queries.feeds import Due, dues_of
from engine.rules.ladder import Kind
from engine.rules.states import OPEN, State

FILE, PART, MAILBOX, MESSAGE, RECIPIENT, ENTRY, FEED, TOKEN, CONTACT, PLAN, AGENCY = (
    columns(table)
    for table in (
        CalendarFile,
        Assignment,
        Mailbox,
        Message,
        Recipient,
        Entry,
        Feed,
        FeedToken,
        Contact,
        Plan,
        Agency,
    )
)
MOST = 30
"""Files in one mail at most, those due first; who has more deadlines is better served by a subscription."""

MARK = "W"
"""What the rung of an entry begins with that takes a deadline out of a calendar again."""

CANCELLED, HANDED = "cancelled", "handed"
"""Why it is taken out: the duty is no more, or it is another agency's."""


@dataclass(frozen=True)
class File:
    """One deadline as it goes with a mail.

    Attributes:
        void: it takes back the one sent before.
        restricted: it names the duty by its reference alone.
    """

    due: Due
    sequence: int
    void: bool = False
    restricted: bool = False


def files_of(session: Session, messages: Sequence[int]) -> dict[int, list[File]]:
    """Which deadlines go as files with which of these messages; those due first.

    New and changed ones go to the owner's mailbox that wants files and has not got this state of the duty yet; those to
    be taken back to the mailbox that holds them. A deputy gets none: the deadline is for the calendar of who is away.
    """
    wants = or_(MAILBOX.calendar_files == "always", and_(MAILBOX.calendar_files == "auto", ~_running_feed()))
    again = MESSAGE.text_sha256 != ""  # it went before and came back
    fresh = or_(FILE.sequence.is_(None), FILE.sequence < PART.revision, FILE.withdrawn, again)
    void = ENTRY.rung.like(f"{MARK}.%")
    told = and_(RECIPIENT.role == "owner", PART.state.in_(OPEN), PART.unclear.is_(False), wants, fresh)
    rows = session.execute(
        select(MESSAGE.id, PART.id, void, func.coalesce(FILE.sequence, 0), PLAN.restricted)
        .select_from(Message)
        .join(Recipient, (RECIPIENT.message_id == MESSAGE.id) & (RECIPIENT.mailbox_id == MESSAGE.mailbox_id))
        .join(Entry, ENTRY.id == RECIPIENT.entry_id)
        .join(Assignment, PART.id == ENTRY.assignment_id)
        .join(Plan, PLAN.id == PART.plan_id)
        .join(Mailbox, MAILBOX.id == MESSAGE.mailbox_id)
        .outerjoin(CalendarFile, (FILE.assignment_id == PART.id) & (FILE.mailbox_id == MESSAGE.mailbox_id))
        .where(MESSAGE.id.in_(messages), RECIPIENT.withdrawn == "", ENTRY.kind == Kind.NOTICE, or_(void, told))
    ).all()
    dues = {due.assignment_id: due for due in dues_of(session, sorted({row[1] for row in rows}))} if rows else {}
    found: dict[int, dict[int, File]] = {}
    for message, part, voids, sequence, restricted in sorted(
        rows, key=lambda row: not row[2]
    ):  # what is given again is not void
        if due := dues.get(part):
            sent = max(due.revision, sequence + 1) if voids else due.revision
            found.setdefault(message, {})[part] = File(due, sent, bool(voids), restricted)
    return {message: _first(list(files.values())) for message, files in found.items()}


def record(connection: Connection, mailbox: int, files: Sequence[File]) -> None:
    """Write down which deadlines a mailbox holds now, and which it holds no more."""
    if not files:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    rows = [
        {"assignment_id": one.due.assignment_id, "mailbox_id": mailbox, "sequence": one.sequence, "withdrawn": one.void}
        for one in files
    ]
    statement = dialect.insert(FILE.assignment_id.table).values(rows)
    new = {"sequence": statement.excluded.sequence, "withdrawn": statement.excluded.withdrawn}
    connection.execute(statement.on_conflict_do_update(index_elements=[FILE.assignment_id, FILE.mailbox_id], set_=new))


def not_received(session: Session, message: int, mailbox: int) -> None:
    """A mail came back: its files are in no calendar. What an earlier mail brought there stays to be taken back."""
    of = MESSAGE.id.table.alias("of").c
    told = exists().where(of.id == message, *_brings(of.id, FILE.assignment_id))
    arrived = exists().where(
        of.id != message,
        of.mailbox_id == FILE.mailbox_id,
        of.status == "sent",
        of.bounced_at.is_(None),
        *_brings(of.id, FILE.assignment_id),
    )
    held = (FILE.mailbox_id == mailbox, FILE.withdrawn.is_(False))
    session.execute(delete(FILE.assignment_id.table).where(*held, told, ~arrived))


def _brings(message: ColumnElement[int], part: ColumnElement[int]) -> tuple[ColumnElement[bool], ...]:
    """That a message tells of a new deadline of a duty."""
    return (
        RECIPIENT.message_id == message,
        RECIPIENT.withdrawn == "",
        ENTRY.id == RECIPIENT.entry_id,
        ENTRY.assignment_id == part,
        ENTRY.kind == Kind.NOTICE,
    )


def take_back(session: Session, when: Moment, plans: Sequence[int]) -> int:
    """Write who must be told that a deadline in a calendar is void: the duty was cancelled, or is another agency's.

    Only mailboxes that hold the file are told, and each once; one that is absent is told when it is back.

    Args:
        session: a writing session.
        when: the time.
        plans: ids of the plans whose duties are looked at.

    Returns:
        How many entries were written.
    """
    rows = session.execute(_void(when.today, plans)).all()
    authorities = _authorities(session, [row[1] for row in rows])
    for plan, part, version, round_, revision, owner, mailbox, why, agency in rows:
        cancelled_now = why == CANCELLED
        changes = [
            {"what": "removed" if cancelled_now else "left", "old": "", "new": owner},
            {"what": "calendar", "old": "", "new": ""},
        ]
        entry = Entry(
            plan_id=plan,
            assignment_id=part,
            agency_id=agency,
            kind=Kind.NOTICE,
            rung=f"{MARK}.{revision}.{mailbox}",
            version=version,
            round=round_,
            effective=when.today,
            at=when.real,
            data={"calendar": why, "authority": authorities.get(part, ""), "changes": changes},
        )
        session.add(entry)
        session.flush()
        role = "owner" if cancelled_now else "collaborators"
        session.add(Recipient(entry_id=entry.id or 0, mailbox_id=mailbox, role=role))
        held = (FILE.assignment_id == part, FILE.mailbox_id == mailbox)
        session.execute(update(FILE.withdrawn.table).where(*held).values(withdrawn=True))
    session.flush()
    return len(rows)


def _void(today: date, plans: Sequence[int]) -> Select[Any]:
    """Which mailboxes that are there today hold a deadline that is void, why, and for which agency they are told."""
    cancelled = PART.state == State.CANCELLED
    serves = exists().where(CONTACT.mailbox_id == FILE.mailbox_id, CONTACT.role == "office")
    owns = serves.where(CONTACT.agency_id == PART.agency_id)
    away = and_(MAILBOX.absent_from <= today, MAILBOX.absent_until >= today)
    former = select(func.min(CONTACT.agency_id)).where(CONTACT.mailbox_id == FILE.mailbox_id, CONTACT.role == "office")
    return (
        select(
            PART.plan_id,
            PART.id,
            PART.version,
            PART.round,
            PART.revision,
            AGENCY.name,
            FILE.mailbox_id,
            case((cancelled, CANCELLED), else_=HANDED),
            case((cancelled, PART.agency_id), else_=former.correlate(CalendarFile).scalar_subquery()),
        )
        .select_from(CalendarFile)
        .join(Assignment, PART.id == FILE.assignment_id)
        .join(Plan, PLAN.id == PART.plan_id)
        .join(Agency, AGENCY.id == PART.agency_id)
        .join(Mailbox, MAILBOX.id == FILE.mailbox_id)
        .where(FILE.withdrawn.is_(False), PLAN.id.in_(plans), PLAN.state == "active")
        .where(or_(cancelled, and_(serves, ~owns)), func.coalesce(~away, True))
        .order_by(PART.plan_id, PART.position, FILE.mailbox_id)
    )


def _authorities(session: Session, parts: Sequence[int]) -> dict[int, str]:
    """Under which document each of these duties was cancelled or handed over."""
    acts = select(ENTRY.assignment_id, ENTRY.data).where(ENTRY.assignment_id.in_(parts), ENTRY.kind == "act")
    rows = session.execute(acts.order_by(ENTRY.id)).all() if parts else []
    return {part: data.get("document", "") for part, data in rows if data.get("event") in ("cancel", "reassign")}


def _running_feed() -> Exists:
    """Whether the duty's agency has a subscription that some token still opens on the day of the mail."""
    opened = (TOKEN.feed_id == FEED.id, TOKEN.expires_on >= MESSAGE.day)
    return exists().where(FEED.agency_id == PART.agency_id, FEED.revoked_at.is_(None), *opened)


def _first(files: list[File]) -> list[File]:
    """At most so many; what is void always goes, for it says so only once."""
    void = [one for one in files if one.void]
    due = sorted((one for one in files if not one.void), key=lambda one: (one.due.last_day, one.due.assignment_id))
    return [*void, *due[: max(0, MOST - len(void))]]
