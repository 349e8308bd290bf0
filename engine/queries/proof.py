"""What a proof rests on: the sealed entries of one task, and how each of their recipients fared.

A fixed number of statements, however many entries there are.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, or_, select
from sqlmodel import Session

from engine.clock import local
from engine.models import (
    Agency,
    Amendment,
    Assignment,
    Chain,
    Entry,
    Mailbox,
    Message,
    Plan,
    Recipient,
    Report,
    Task,
    User,
    Wording,
    columns,
)
from engine.queries.history import LogLine, entries_as_lines

AGENCY, AMENDMENT, ASSIGNMENT, ENTRY, MAILBOX, MESSAGE, PLAN, RECIPIENT, REPORT, TASK, USER, WORDING = (
    columns(table)
    for table in (Agency, Amendment, Assignment, Entry, Mailbox, Message, Plan, Recipient, Report, Task, User, Wording)
)
PLAN_EVENTS = ("activate", "suspend", "resume", "close")
"""What happened to the plan as a whole and decides whether any of its duties is told of."""


ROLES = {
    role: place
    for place, role in enumerate(("owner", "stand_in", "head", "collaborators", "coordinator", "supervisor"))
}
"""The order in which those who were told are named."""

TOLD = 6
"""How many columns say whom an entry is for; the others are of the message, and empty while there is none."""


@dataclass(frozen=True)
class Addressee:
    """A mailbox that an entry is for, and the message that told it.

    Attributes:
        taker: number and address of the mailbox that the message went to, a deputy's during absence.
    """

    entry_id: int
    mailbox_id: int
    address: str
    name: str
    role: str
    withdrawn: str
    message_id: int | None = None
    taker: tuple[int, str] | None = None
    day: date | None = None
    status: str = ""
    attempts: int = 0
    subject: str = ""
    text_sha256: str = ""
    error: str = ""
    sent_at: datetime | None = None
    bounced_at: datetime | None = None
    bounce: str = ""


@dataclass(frozen=True)
class Came:
    """A report that came back about a message; `again`: upon it the message was let go once more."""

    at: datetime
    kind: str
    status: str
    words: str
    again: bool


@dataclass(frozen=True)
class Sealed:
    """A sealed entry: the line that was hashed, as text, and its parts."""

    line: LogLine
    sealed: str
    addressees: list[Addressee] = field(default_factory=list)


@dataclass(frozen=True)
class Words:
    """What a task said until `until`; the last one, without it, is what it says now. `authority`: by what amendment."""

    until: date | None
    authority: str
    ref: str
    text: str
    owner_text: str
    collaborators_text: str
    deadline_text: str
    deliverable: str
    place: str


def parts_for(session: Session, task_id: int, agency: str | None) -> list[int]:
    """The duties of a task; with an agency's key those that are its own, or were when something was written of them."""
    chosen = select(ASSIGNMENT.id).where(ASSIGNMENT.task_id == task_id)
    if agency is not None:
        theirs = select(AGENCY.id).where(AGENCY.key == agency)
        once = select(ENTRY.assignment_id).where(ENTRY.agency_id.in_(theirs), ENTRY.assignment_id.is_not(None))
        chosen = chosen.where(or_(ASSIGNMENT.agency_id.in_(theirs), ASSIGNMENT.id.in_(once)))
    return list(session.execute(chosen.order_by(ASSIGNMENT.position, ASSIGNMENT.id)).scalars())


def sealed_entries(session: Session, plan_id: int, parts: Sequence[int], *, until: date) -> list[Sealed]:
    """Every sealed entry about these duties, on their messages and on the life of their plan, in the chain's order."""
    told = (
        select(RECIPIENT.message_id)
        .join(Entry, ENTRY.id == RECIPIENT.entry_id)
        .where(ENTRY.assignment_id.in_(parts), RECIPIENT.message_id.is_not(None))
    )
    of_plan = (ENTRY.plan_id == plan_id) & ENTRY.assignment_id.is_(None)
    sent = of_plan & (ENTRY.kind == "delivery") & ENTRY.data["message"].as_integer().in_(told)
    life = of_plan & (ENTRY.kind == "plan") & ENTRY.data["event"].as_string().in_(PLAN_EVENTS)
    rows = (
        entries_as_lines()
        .add_columns(ENTRY.sealed)
        .where(ENTRY.hash.is_not(None), ENTRY.effective <= until, or_(ENTRY.assignment_id.in_(parts), sent, life))
        .order_by(ENTRY.seq)
    )
    found = {row[0]: Sealed(LogLine(*row[:-1]), row[-1]) for row in session.execute(rows)}
    for addressee in _addressees(session, list(found)):
        found[addressee.entry_id].addressees.append(addressee)
    return list(found.values())


def _addressees(session: Session, entries: Sequence[int]) -> list[Addressee]:
    taker = columns(Mailbox).id.table.alias("taker").c
    rows = (
        select(
            RECIPIENT.entry_id,
            MAILBOX.id,
            MAILBOX.address,
            MAILBOX.name,
            RECIPIENT.role,
            RECIPIENT.withdrawn,
            MESSAGE.id,
            taker.id,
            taker.address,
            MESSAGE.day,
            MESSAGE.status,
            MESSAGE.attempts,
            MESSAGE.subject,
            MESSAGE.text_sha256,
            MESSAGE.error,
            MESSAGE.sent_at,
            MESSAGE.bounced_at,
            MESSAGE.bounce,
        )
        .join(Mailbox, MAILBOX.id == RECIPIENT.mailbox_id)
        .outerjoin(Message, MESSAGE.id == RECIPIENT.message_id)
        .outerjoin(taker.id.table, taker.id == MESSAGE.mailbox_id)
        .where(RECIPIENT.entry_id.in_(entries))
        .order_by(RECIPIENT.entry_id, case(ROLES, value=RECIPIENT.role), MAILBOX.id)
    )
    found = []
    for row in map(tuple[Any, ...], session.execute(rows)):
        told, (message, mailbox, address), fared = row[:TOLD], row[TOLD : TOLD + 3], row[TOLD + 3 :]
        of_message = (message, (mailbox, address), *fared) if message else ()
        found.append(Addressee(*told, *of_message))
    return found


def reports_on(session: Session, messages: Collection[int], *, until: date) -> dict[int, list[Came]]:
    """What came back about these messages up to a day and did not end them: delays, and failures for the time being."""
    rows = (
        select(REPORT.message_id, REPORT.received_at, REPORT.kind, REPORT.status, REPORT.words, REPORT.effect)
        .where(REPORT.message_id.in_(sorted(messages)), or_(REPORT.effect == "again", REPORT.kind == "delay"))
        .order_by(REPORT.id)
    )
    found: dict[int, list[Came]] = {}
    for message, received, kind, status, words, effect in session.execute(rows):
        if local(received).date() <= until:
            found.setdefault(message, []).append(Came(received, kind, status, words, effect == "again"))
    return found


def wordings(session: Session, task: Task) -> list[Words]:
    """What the task said from the beginning on, the last as it stands now."""
    rows = session.execute(
        select(Wording, Amendment)
        .outerjoin(Amendment, AMENDMENT.id == WORDING.replaced)
        .where(WORDING.task_id == task.id)
        .order_by(WORDING.until, WORDING.amendment_id)
    ).all()
    latest = session.get(Amendment, task.amendment_id) if task.amendment_id else None
    return [_words(old, by, old.until) for old, by in rows] + [_words(task, latest, None)]


def _words(said: Wording | Task, by: Amendment | None, until: date | None) -> Words:
    return Words(
        until,
        by.authority if by else "",
        said.ref,
        said.text,
        said.owner_text,
        said.collaborators_text,
        said.deadline_text,
        said.deliverable,
        said.place,
    )


def chain_head(session: Session, plan_id: int) -> tuple[int, str]:
    """How many entries the plan's chain has, and the hash of the last."""
    chain = session.get(Chain, plan_id)
    return (chain.count, chain.hash) if chain else (0, "")


def names_of(session: Session, people: Collection[str]) -> dict[str, Any]:
    """The name of each person with one of these keys."""
    rows = select(USER.key, USER.name).where(USER.key.in_(sorted(people)))
    return {key: name for key, name in session.execute(rows)}
