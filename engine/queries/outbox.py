"""What a message has to tell: its items with everything a line of mail says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from engine.models import Agency, Assignment, Deadline, Entry, Mailbox, Message, Plan, Recipient, Task, columns
from engine.queries.reached import handed_over, unreached

RECIPIENT, ENTRY, ASSIGNMENT, DEADLINE, TASK, AGENCY, PLAN, MAILBOX, MESSAGE = (
    columns(table) for table in (Recipient, Entry, Assignment, Deadline, Task, Agency, Plan, Mailbox, Message)
)


@dataclass(frozen=True)
class Item:
    """One entry for one mailbox, and how its assignment stands now.

    Attributes:
        unreached: whether mail to the owner came back before.
        handed_over: whether the duty has gone to another agency since the entry was written.
    """

    message_id: int
    entry_id: int
    mailbox_id: int
    role: str
    kind: str
    rung: str
    entry_version: int
    entry_round: int
    entry_data: dict[str, Any]
    assignment_id: int
    uid: str
    state: str
    version: int
    round: int
    unclear: bool
    task_id: int
    ref: str
    text: str
    deadline_text: str
    agency: str
    last_day: date | None
    nominal: date | None
    bound: str | None
    cause: str | None
    unreached: bool
    handed_over: bool
    plan_id: int
    slug: str
    number: str
    title: str
    plan_state: str


@dataclass(frozen=True)
class Address:
    """The mailbox of a message."""

    message_id: int
    mailbox_id: int
    address: str
    name: str
    language: str
    attempts: int


def items_of(session: Session, messages: Sequence[int]) -> list[Item]:
    """Everything that these messages tell and that was not withdrawn, in the order of plans and tasks."""
    rows = (
        select(
            RECIPIENT.message_id,
            ENTRY.id,
            RECIPIENT.mailbox_id,
            RECIPIENT.role,
            ENTRY.kind,
            ENTRY.rung,
            ENTRY.version,
            ENTRY.round,
            ENTRY.data,
            ASSIGNMENT.id,
            ASSIGNMENT.uid,
            ASSIGNMENT.state,
            ASSIGNMENT.version,
            ASSIGNMENT.round,
            ASSIGNMENT.unclear,
            TASK.id,
            TASK.ref,
            TASK.text,
            TASK.deadline_text,
            AGENCY.name,
            DEADLINE.last_day,
            DEADLINE.nominal,
            DEADLINE.bound,
            DEADLINE.cause,
            unreached(),
            handed_over(),
            PLAN.id,
            PLAN.slug,
            PLAN.number,
            PLAN.title,
            PLAN.state,
        )
        .select_from(Recipient)
        .join(Entry, ENTRY.id == RECIPIENT.entry_id)
        .join(Assignment, ASSIGNMENT.id == ENTRY.assignment_id)
        .join(Task, TASK.id == ASSIGNMENT.task_id)
        .join(Agency, AGENCY.id == ASSIGNMENT.agency_id)
        .join(Plan, PLAN.id == ENTRY.plan_id)
        .outerjoin(Deadline, (DEADLINE.assignment_id == ASSIGNMENT.id) & (DEADLINE.version == ENTRY.version))
        .where(RECIPIENT.message_id.in_(messages), RECIPIENT.withdrawn == "")
        .order_by(RECIPIENT.message_id, PLAN.slug, TASK.position, ASSIGNMENT.position, ENTRY.id)
    )
    return [Item(*row) for row in session.execute(rows)]


def addresses_of(session: Session, messages: Sequence[int]) -> list[Address]:
    """Where these messages go, in the order they were made."""
    rows = (
        select(MESSAGE.id, MAILBOX.id, MAILBOX.address, MAILBOX.name, MAILBOX.language, MESSAGE.attempts)
        .join(Mailbox, MAILBOX.id == MESSAGE.mailbox_id)
        .where(MESSAGE.id.in_(messages))
        .order_by(MESSAGE.id)
    )
    return [Address(*row) for row in session.execute(rows)]
