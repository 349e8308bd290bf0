"""What a message has to tell: its items with everything a line of mail says, and the mails before it in its thread."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select, tuple_
from sqlalchemy import exists as sql_exists
from sqlmodel import Session

from engine.models import (
    Agency,
    Assignment,
    Deadline,
    Entry,
    Mailbox,
    Message,
    OptOut,
    Plan,
    Recipient,
    Task,
    User,
    columns,
)
from engine.queries.reached import handed_over, unreached
from engine.rules.mail_classes import OPTIONAL, mail_class

RECIPIENT, ENTRY, ASSIGNMENT, DEADLINE, TASK, AGENCY, PLAN, MAILBOX, MESSAGE, OPT_OUT, USER = (
    columns(table)
    for table in (Recipient, Entry, Assignment, Deadline, Task, Agency, Plan, Mailbox, Message, OptOut, User)
)
CLASSES = sorted(OPTIONAL)
NAMED = 12
"""How many of the newest mails of a thread are read, beside the first."""


class Item(NamedTuple):
    """One entry for one mailbox, and how its assignment stands now.

    Attributes:
        mailbox_id: whom it is for; another one may get it in stead.
        unreached: whether mail to the owner came back before.
        handed_over: whether the duty has gone to another agency since the entry was written.
        reading: the deadline as read, in schema truth/1.
        old_day: the last day under the version before.
        restricted: whether mail names the duty by its reference alone.
        coordinator: the address of the plan's coordinator; empty where there is none.
        for_name: for whom it is got in stead, who is away until `absent_until`; empty where it is the mailbox's own.
        declined: whether this class of mail is not wanted.
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
    reading: dict[str, Any]
    agency: str
    last_day: date | None
    nominal: date | None
    bound: str | None
    cause: str | None
    reason: str | None
    authority: str | None
    force_day: date | None
    old_day: date | None
    unreached: bool
    handed_over: bool
    plan_id: int
    slug: str
    number: str
    title: str
    plan_state: str
    before: str
    restricted: bool
    coordinator: str
    for_name: str
    absent_until: date | None
    declined: bool


class Address(NamedTuple):
    """The mailbox of a message."""

    message_id: int
    mailbox_id: int
    address: str
    name: str
    language: str
    attempts: int


def items_of(session: Session, messages: Sequence[int]) -> list[Item]:
    """Everything that these messages tell and that was not withdrawn, in the order of plans and tasks."""
    # Past the session, whose way of giving rows costs as much again: there are thousands in a batch.
    rows = session.connection().execute(_told(), {"messages": list(messages)})
    return [_item(row) for row in rows]


@cache
def _told() -> Select[Any]:
    """What `items_of` asks; so wide that making it anew for each batch would show."""
    old, own, lead = (column.table.alias() for column in (DEADLINE.version, MAILBOX.id, MAILBOX.id))
    in_stead = RECIPIENT.mailbox_id != MESSAGE.mailbox_id
    told: tuple[Any, ...] = (
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
        TASK.deadline,
        AGENCY.name,
        DEADLINE.last_day,
        DEADLINE.nominal,
        DEADLINE.bound,
        DEADLINE.cause,
        DEADLINE.reason,
        DEADLINE.authority,
        DEADLINE.force_day,
        old.c.last_day,
        unreached(),
        handed_over(),
        PLAN.id,
        PLAN.slug,
        PLAN.number,
        PLAN.title,
        PLAN.state,
        PLAN.before,
        PLAN.restricted,
        func.coalesce(lead.c.address, ""),
        func.coalesce(func.nullif(own.c.name, ""), own.c.address, ""),
        own.c.absent_until,
        *[_declines(name) for name in CLASSES],
    )
    return (
        select(*told)
        .select_from(Recipient)
        .join(Message, MESSAGE.id == RECIPIENT.message_id)
        .join(Entry, ENTRY.id == RECIPIENT.entry_id)
        .join(Assignment, ASSIGNMENT.id == ENTRY.assignment_id)
        .join(Task, TASK.id == ASSIGNMENT.task_id)
        .join(Agency, AGENCY.id == ASSIGNMENT.agency_id)
        .join(Plan, PLAN.id == ENTRY.plan_id)
        .outerjoin(User, USER.id == PLAN.coordinator_id)
        .outerjoin(lead, lead.c.id == USER.mailbox_id)
        .outerjoin(own, (own.c.id == RECIPIENT.mailbox_id) & in_stead)
        .outerjoin(Deadline, (DEADLINE.assignment_id == ASSIGNMENT.id) & (DEADLINE.version == ENTRY.version))
        .outerjoin(old, (old.c.assignment_id == ASSIGNMENT.id) & (old.c.version == ENTRY.version - 1))
        .where(RECIPIENT.message_id.in_(bindparam("messages", expanding=True)), RECIPIENT.withdrawn == "")
        .order_by(RECIPIENT.message_id, PLAN.slug, TASK.position, ASSIGNMENT.position, ENTRY.id)
    )


def addresses_of(session: Session, messages: Sequence[int]) -> list[Address]:
    """Where these messages go, in the order they were made."""
    rows = (
        select(MESSAGE.id, MAILBOX.id, MAILBOX.address, MAILBOX.name, MAILBOX.language, MESSAGE.attempts)
        .join(Mailbox, MAILBOX.id == MESSAGE.mailbox_id)
        .where(MESSAGE.id.in_(messages))
        .order_by(MESSAGE.id)
    )
    return [Address._make(row) for row in session.execute(rows)]


def mailboxes_of(session: Session, numbers: Collection[int]) -> dict[int, tuple[str, str]]:
    """Name and address of these mailboxes."""
    rows = select(MAILBOX.id, MAILBOX.name, MAILBOX.address).where(MAILBOX.id.in_(numbers))
    return {number: (name, address) for number, name, address in session.execute(rows)}


def sent_in(session: Session, threads: Collection[tuple[int, str]]) -> dict[tuple[int, str], list[int]]:
    """By mailbox and thread the mails that went: the first and the newest, in order."""
    by = (MESSAGE.mailbox_id, MESSAGE.thread)
    sent = (
        select(
            MESSAGE.mailbox_id,
            MESSAGE.thread,
            MESSAGE.id,
            func.row_number().over(partition_by=by, order_by=MESSAGE.id.desc()).label("back"),
            func.min(MESSAGE.id).over(partition_by=by).label("first"),
        )
        .where(tuple_(MESSAGE.mailbox_id, MESSAGE.thread).in_(threads), MESSAGE.status == "sent")
        .subquery()
    )
    kept = (sent.c.back <= NAMED) | (sent.c.id == sent.c.first)
    rows = select(sent.c.mailbox_id, sent.c.thread, sent.c.id).where(kept).order_by(sent.c.id)
    found: dict[tuple[int, str], list[int]] = {}
    for mailbox, thread, number in session.execute(rows):
        found.setdefault((mailbox, thread), []).append(number)
    return found


def _declines(name: str) -> Any:  # noqa: ANN401  an SQL condition
    """Whether the mailbox it is for, or the one that gets it in stead, declined that class."""
    told = (RECIPIENT.mailbox_id, MESSAGE.mailbox_id)
    return sql_exists().where(OPT_OUT.mailbox_id.in_(told), OPT_OUT.mail_class == name)


def _item(row: Any) -> Item:  # noqa: ANN401  a row
    declined = dict(zip(CLASSES, row[-len(CLASSES) :], strict=True))
    return Item._make((*row[: -len(CLASSES)], bool(declined.get(mail_class(row[4], row[3])))))
