"""The log as people read it: entries with who was told and whether it reached them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import Session

from engine.models import Agency, Assignment, Entry, Mailbox, Message, Plan, Recipient, Task, columns

ENTRY, PLAN, TASK, AGENCY, ASSIGNMENT, RECIPIENT, MAILBOX, MESSAGE = (
    columns(table) for table in (Entry, Plan, Task, Agency, Assignment, Recipient, Mailbox, Message)
)


@dataclass(frozen=True)
class Told:
    """A mailbox that an entry went to, and how its message fared (empty: not gathered yet)."""

    mailbox_id: int
    address: str
    name: str
    role: str
    message_id: int | None
    status: str
    reply: str
    withdrawn: str


@dataclass(frozen=True)
class LogLine:
    """One entry of the log with its people."""

    entry_id: int
    seq: int | None
    at: datetime
    effective: date
    plan: str
    ref: str | None
    agency: str | None
    agency_key: str | None
    assignment_id: int | None
    kind: str
    rung: str | None
    version: int
    round: int
    last_day: date | None
    superseded: bool
    policy: str
    data: dict[str, Any]
    hash: str | None
    told: list[Told] = field(default_factory=list)


@dataclass(frozen=True)
class Sought:
    """Which entries are wanted; None leaves it open. `before` pages backwards by entry id."""

    plan_id: int | None = None
    assignments: Sequence[int] | None = None
    agency: str | None = None
    kinds: Sequence[str] | None = None
    since: date | None = None
    before: int | None = None
    limit: int = 200


def entries_as_lines() -> Select[Any]:
    """The entries of the log, with the columns of `LogLine` but for who was told."""
    return (
        select(
            ENTRY.id,
            ENTRY.seq,
            ENTRY.at,
            ENTRY.effective,
            PLAN.slug,
            TASK.ref,
            AGENCY.name,
            AGENCY.key,
            ENTRY.assignment_id,
            ENTRY.kind,
            ENTRY.rung,
            ENTRY.version,
            ENTRY.round,
            ENTRY.last_day,
            ENTRY.superseded,
            ENTRY.policy,
            ENTRY.data,
            ENTRY.hash,
        )
        .join(Plan, PLAN.id == ENTRY.plan_id)
        .outerjoin(Assignment, ASSIGNMENT.id == ENTRY.assignment_id)
        .outerjoin(Task, TASK.id == ASSIGNMENT.task_id)
        .outerjoin(Agency, AGENCY.id == func.coalesce(ENTRY.agency_id, ASSIGNMENT.agency_id))
    )


def log_lines(session: Session, sought: Sought, *, newest_first: bool = True) -> list[LogLine]:
    """The entries sought, with who was told, in two statements however many there are."""
    conditions = list(_conditions(sought))
    rows = (
        entries_as_lines()
        .where(*conditions)
        .order_by(ENTRY.id.desc() if newest_first else ENTRY.id)
        .limit(sought.limit)
    )
    lines = {row[0]: LogLine(*row) for row in session.execute(rows)}
    told = (
        select(
            RECIPIENT.entry_id,
            MAILBOX.id,
            MAILBOX.address,
            MAILBOX.name,
            RECIPIENT.role,
            MESSAGE.id,
            MESSAGE.status,
            MESSAGE.reply,
            MESSAGE.error,
            RECIPIENT.withdrawn,
        )
        .join(Mailbox, MAILBOX.id == RECIPIENT.mailbox_id)
        .outerjoin(Message, MESSAGE.id == RECIPIENT.message_id)
        .where(RECIPIENT.entry_id.in_(list(lines)))
        .order_by(RECIPIENT.entry_id, MAILBOX.address)
    )
    for entry, mailbox, address, name, role, message, status, reply, error, withdrawn in session.execute(told):
        lines[entry].told.append(
            Told(mailbox, address, name, role, message, status or "", reply or error or "", withdrawn)
        )
    return list(lines.values())


def _conditions(sought: Sought) -> Iterator[ColumnElement[bool]]:
    if sought.plan_id is not None:
        yield ENTRY.plan_id == sought.plan_id
    if sought.assignments is not None:
        yield ENTRY.assignment_id.in_(sought.assignments)
    if sought.agency is not None:
        yield AGENCY.key == sought.agency
    if sought.kinds is not None:
        yield ENTRY.kind.in_(sought.kinds)
    if sought.since is not None:
        yield ENTRY.effective >= sought.since
    if sought.before is not None:
        yield ENTRY.id < sought.before
