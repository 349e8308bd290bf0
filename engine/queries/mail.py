"""The mail that went out or waits, for the pages and the checks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session

from engine.models import Assignment, Contact, Entry, Mailbox, Message, Plan, Recipient, Task, User, columns

MESSAGE, MAILBOX, RECIPIENT, ENTRY, ASSIGNMENT, TASK, PLAN, CONTACT, PERSON = (
    columns(table) for table in (Message, Mailbox, Recipient, Entry, Assignment, Task, Plan, Contact, User)
)


@dataclass(frozen=True)
class Letter:
    """A message of the outbox with its address."""

    id: int
    day: date
    status: str
    subject: str
    address: str
    name: str
    attempts: int
    sent_at: datetime | None
    reply: str
    error: str
    text_sha256: str
    items: int


@dataclass(frozen=True)
class About:
    """A task that a message tells of."""

    slug: str
    ref: str
    text: str


def letters(
    session: Session,
    *,
    number: int | None = None,
    before: int | None = None,
    agency: int | None = None,
    limit: int = 50,
) -> list[Letter]:
    """Messages, newest first; one by its number, those before one, or those to an agency's mailboxes and people."""
    told = select(func.count(RECIPIENT.entry_id)).where(RECIPIENT.message_id == MESSAGE.id).scalar_subquery()
    rows = (
        select(
            MESSAGE.id,
            MESSAGE.day,
            MESSAGE.status,
            MESSAGE.subject,
            MAILBOX.address,
            MAILBOX.name,
            MESSAGE.attempts,
            MESSAGE.sent_at,
            MESSAGE.reply,
            MESSAGE.error,
            MESSAGE.text_sha256,
            told,
        )
        .join(Mailbox, MAILBOX.id == MESSAGE.mailbox_id)
        .order_by(MESSAGE.id.desc())
        .limit(limit)
    )
    if number is not None:
        rows = rows.where(MESSAGE.id == number)
    if before is not None:
        rows = rows.where(MESSAGE.id < before)
    if agency is not None:
        contacts = select(CONTACT.mailbox_id).where(CONTACT.agency_id == agency)
        staff = select(PERSON.mailbox_id).where(PERSON.agency_id == agency, PERSON.mailbox_id.is_not(None))
        rows = rows.where(or_(MESSAGE.mailbox_id.in_(contacts), MESSAGE.mailbox_id.in_(staff)))
    return [Letter(*row) for row in session.execute(rows)]


def subjects_of(session: Session, number: int) -> list[About]:
    """The tasks that a message tells of, in the order of their plan."""
    rows = (
        select(PLAN.slug, TASK.ref, TASK.text, TASK.position)
        .join(Assignment, ASSIGNMENT.task_id == TASK.id)
        .join(Entry, ENTRY.assignment_id == ASSIGNMENT.id)
        .join(Recipient, RECIPIENT.entry_id == ENTRY.id)
        .join(Plan, PLAN.id == TASK.plan_id)
        .where(RECIPIENT.message_id == number)
        .distinct()
        .order_by(PLAN.slug, TASK.position)
    )
    return [About(slug, ref, text) for slug, ref, text, _ in session.execute(rows)]


def addresses(session: Session, mailboxes: Sequence[int]) -> dict[int, str]:
    """The address of each of these mailboxes."""
    rows = select(MAILBOX.id, MAILBOX.address).where(MAILBOX.id.in_(list(mailboxes)))
    return {number: address for number, address in session.execute(rows)}


def troubled(session: Session, *, since: date, waiting_since: datetime, today: date) -> dict[str, int]:
    """How many messages failed on or after `since`, and how many are stuck."""
    failed = select(func.count(MESSAGE.id)).where(MESSAGE.status == "failed", MESSAGE.day >= since)
    stuck = select(func.count(MESSAGE.id)).where(_stuck(waiting_since, today))
    return {"failed": session.execute(failed).scalar_one(), "stuck": session.execute(stuck).scalar_one()}


def _stuck(waiting_since: datetime, today: date) -> ColumnElement[bool]:
    """Due before `waiting_since` and still pending; claimed by a sender whose lease ended before that; or refused for
    our sake since an earlier day, for such a one rests a little after each try and is never long due.
    """
    late = (MESSAGE.status == "pending") & (MESSAGE.next_try < waiting_since)
    orphaned = (MESSAGE.status == "sending") & (MESSAGE.claimed_until < waiting_since)
    ours = (MESSAGE.status == "pending") & (MESSAGE.attempts == 0) & (MESSAGE.error != "") & (MESSAGE.day < today)
    return or_(late, orphaned, ours)


def waiting(session: Session, limit: int, *, waiting_since: datetime, today: date) -> list[tuple[date, str, str]]:
    """Day, address and last refusal of the oldest messages that are stuck."""
    rows = (
        select(MESSAGE.day, MAILBOX.address, MESSAGE.error)
        .join(Mailbox, MAILBOX.id == MESSAGE.mailbox_id)
        .where(_stuck(waiting_since, today))
        .order_by(MESSAGE.id)
        .limit(limit)
    )
    return [(day, address, error) for day, address, error in session.execute(rows)]


def refusals(session: Session, limit: int) -> list[tuple[date, str, str]]:
    """Day, address and error of the newest messages that failed for good."""
    rows = (
        select(MESSAGE.day, MAILBOX.address, MESSAGE.error)
        .join(Mailbox, MAILBOX.id == MESSAGE.mailbox_id)
        .where(MESSAGE.status == "failed")
        .order_by(MESSAGE.id.desc())
        .limit(limit)
    )
    return [(day, address, error) for day, address, error in session.execute(rows)]
