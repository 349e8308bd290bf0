"""What happens when mail did not arrive: the bounce is written down, the coordinator told, the ladder held.

Whether the server refused at once or a report came back later makes no difference here. A report is taken once, by the
hash of its bytes, and what it says of a message counts once, whoever says it again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import exists as sql_exists
from sqlalchemy import or_, select, update
from sqlmodel import Session
from sqlmodel import select as sqlmodel_select

from engine.calendar_files import not_received
from engine.clock import Moment
from engine.errors import RefusedError, UnavailableError
from engine.mail.dialects import reason_in
from engine.mail.reports import Kind, Report, read
from engine.mail.tags import Tags
from engine.models import Assignment, Canary, Entry, Mailbox, Message, OptOut, Plan, Recipient, User, columns
from engine.models import Report as ReportRow
from engine.queries.bounces import recovered, resent, taken_before
from engine.queries.outbox import Address, Item, addresses_of, items_of
from engine.rules.ladder import Kind as Rung
from engine.rules.mail_classes import OPTIONAL
from engine.rules.states import OPEN, State
from engine.rules.workdays import Workdays

ROLES = frozenset({"owner", "collaborators", "head"})
"""Those whom a duty must reach; that a coordinator was not reached is told to nobody."""

RESENDS = (timedelta(hours=1), timedelta(hours=4), timedelta(days=1))
"""How long to wait before a message that a server gave up for the time being goes again."""

RESEND_WORKDAYS = 3
"""A message older than this goes no more: its people must be told otherwise, and the coordinator must know."""

ADDRESS_OF_MAIL = re.compile(r"^[45]\d\d[ -]")
"""How a refusal begins that is a server's word on an address, and no fault of our own."""


@dataclass(frozen=True)
class Watch:
    """What taking a report goes by: our marks, the working days, how long a failed notice holds the ladder."""

    tags: Tags
    calendar: Workdays
    bounce_workdays: int = 3


@dataclass(frozen=True)
class Effect:
    """What a report was and what was done upon it.

    Attributes:
        done: `failed` (the message counts as not delivered), `again` (it goes once more), `noted`, `declined` (optional
            mail), `seen` (the canary), `known` (these bytes were taken before), `none`.
    """

    kind: Kind
    done: str
    message: int | None = None


def take(session: Session, raw: bytes, watch: Watch, *, when: Moment, envelope_to: str = "") -> Effect:
    """Take one mail that came to a bounce address. Whatever is no report of a message of ours changes nothing.

    Args:
        session: of the writing transaction.
        raw: the mail.
        watch: marks, working days, how long to hold.
        when: the time at which it came.
        envelope_to: the address it was delivered to, where the server told.

    Raises:
        UnavailableError: the message it speaks of is just being sent; it is to be brought again.
    """
    digest = sha256(raw).hexdigest()
    report = read(raw, watch.tags, envelope_to)
    if taken_before(session, digest):
        return Effect(report.kind, "known", report.message)
    message = session.get(Message, report.message, with_for_update=True) if report.message else None
    done = _done(session, report, message, watch, when)
    session.add(
        ReportRow(
            sha256=digest,
            kind="other" if report.kind == Kind.AUTO_REPLY else report.kind,
            message_id=message.id if message else None,
            status=report.status,
            words=report.words,
            effect=done,
            received_at=when.real,
        )
    )
    return Effect(report.kind, done, message.id if message else None)


def _done(session: Session, report: Report, message: Message | None, watch: Watch, when: Moment) -> str:
    if report.kind == Kind.CANARY and report.canary:
        return _seen(session, report.canary, when)
    if message is None or report.kind not in (Kind.BOUNCE, Kind.DELAY, Kind.COMPLAINT):
        return "none"
    if report.kind == Kind.COMPLAINT:
        return _declined(session, message.mailbox_id, when)
    if report.kind == Kind.DELAY or message.bounced_at or message.status in ("failed", "withdrawn"):
        return "noted"
    if message.status == "sending":
        raise UnavailableError("The message that this report speaks of is just being sent; nothing was changed.")
    if not report.for_good and (again := _again(session, report, message, watch, when)):
        return again
    return _failed(session, report, message, watch, when)


def _failed(session: Session, report: Report, message: Message, watch: Watch, when: Moment) -> str:
    said = f"{report.status} {report.words}".strip()
    message.bounced_at, message.bounce = when.now, said
    if message.status == "pending":  # it was to go again
        message.status, message.error = "failed", said
    session.add(message)
    number = message.id or 0
    (address,) = addresses_of(session, [number])
    _mark(session, message.mailbox_id, "failed", said, when.today)
    session.flush()
    not_received(session, number, message.mailbox_id)
    until = watch.calendar.shift(when.today, watch.bounce_workdays) if watch.bounce_workdays else when.today
    items = items_of(session, [number])
    _tell(session, address, items, (report.status, report.words), held_until=until, when=when)
    return "failed"


def _again(session: Session, report: Report, message: Message, watch: Watch, when: Moment) -> str:
    """Let a message go again that a server gave up for now, within a cap; empty: it has gone often enough."""
    if message.status == "pending":
        return "noted"  # it is on its way again already
    before = resent(session, message.id or 0)
    if before >= len(RESENDS) or watch.calendar.count(message.day, when.today) > RESEND_WORKDAYS:
        return ""
    message.status, message.sent_at, message.attempts = "pending", None, 0
    message.next_try = when.real + RESENDS[before]
    session.add(message)
    mailbox = _mark(session, message.mailbox_id, "failing", f"{report.status} {report.words}".strip(), when.today)
    mailbox.soft_bounces += 1
    return "again"


def _declined(session: Session, mailbox: int, when: Moment) -> str:
    """A complaint: no more mail that is only for information. What a duty rests on still comes."""
    for mail_class in OPTIONAL:
        if session.get(OptOut, (mailbox, mail_class)) is None:
            session.add(OptOut(mailbox_id=mailbox, mail_class=mail_class, since=when.real, cause="complaint"))
    return "declined"


def _seen(session: Session, day: date, when: Moment) -> str:
    canary = session.get(Canary, day) or Canary(day=day, sent_at=when.real)
    canary.seen_at = canary.seen_at or when.real
    session.add(canary)
    return "seen"


def _mark(session: Session, number: int, state: str, words: str, today: date) -> Mailbox:
    """Say of a mailbox that it fails. `since` is the day it began; one that failed for good stays so."""
    mailbox = session.get_one(Mailbox, number)
    if mailbox.state == "ok":
        mailbox.state_since = today
    if state == "failed" or mailbox.state == "ok":
        mailbox.state, mailbox.state_words = state, words
    session.add(mailbox)
    return mailbox


def clear(session: Session, address: str) -> Mailbox:
    """Call a mailbox good again: a person has seen to it.

    Raises:
        RefusedError: there is no such mailbox.
    """
    mailbox = session.exec(sqlmodel_select(Mailbox).where(Mailbox.address == address)).one_or_none()
    if mailbox is None:
        raise RefusedError(f"{address}: no mailbox has this address; 'dondoc agency list' shows those there are.")
    mailbox.state, mailbox.state_since, mailbox.state_words, mailbox.soft_bounces = "ok", None, "", 0
    session.add(mailbox)
    return mailbox


def recover(session: Session, when: Moment, *, calendar: Workdays, workdays: int = RESEND_WORKDAYS) -> int:
    """Call those mailboxes good again to which mail went after the failure and none came back since; how many."""
    good = recovered(session, sent_through=calendar.shift(when.today, -workdays))
    mailbox = columns(Mailbox)
    if good:
        fresh = {"state": "ok", "state_since": None, "state_words": "", "soft_bounces": 0}
        session.execute(update(mailbox.id.table).where(mailbox.id.in_(good)).values(**fresh))
    return len(good)


def returned(
    session: Session, address: Address, items: Sequence[Item], reply: str, *, held_until: date, when: Moment
) -> None:
    """A server refused a message for good: what it means for the mailbox, the duties and their coordinators.

    Args:
        session: of the writing transaction.
        address: the mailbox that was not reached.
        items: what the message told.
        reply: what the server said.
        held_until: the last day on which a ladder whose notice did not arrive waits.
        when: the time at which it became known.
    """
    if ADDRESS_OF_MAIL.match(reply):
        _mark(session, address.mailbox_id, "failed", by_reference(reply, address), when.today)
    said = reason_in(reply)[0], by_reference(reply, address)
    _tell(session, address, items, said, held_until=held_until, when=when)


def _tell(
    session: Session,
    address: Address,
    items: Sequence[Item],
    said: tuple[str, str],
    *,
    held_until: date,
    when: Moment,
) -> None:
    """Tell the coordinator of each duty whose people were not reached; hold its ladder when it was the notice."""
    status, reply = said
    for item in items:
        if item.role not in ROLES or item.kind == "bounce":
            continue
        data: dict[str, Any] = {
            "message": address.message_id,
            "mailbox": address.mailbox_id,
            "role": item.role,
            "status": status,
            "reply": reply,
        }
        if item.mailbox_id != address.mailbox_id:
            data["for"] = item.mailbox_id
        if settled := _settled(session, item):
            data["settled"] = settled
        if item.kind == "notice" and item.role == "owner" and _hold(session, item, held_until):
            data["held_until"] = held_until.isoformat()
        entry = entry_of(item, "bounce", when, data)
        session.add(entry)
        session.flush()
        over = item.state in (State.COMPLETED, State.CANCELLED) or item.plan_state != "active"
        if not over and settled != "handed over" and (mailbox := _coordinator(session, item, address)):
            session.add(Recipient(entry_id=entry.id or 0, mailbox_id=mailbox, role="coordinator"))


def _settled(session: Session, item: Item) -> str:
    """Why it no longer matters to the duty that this did not arrive: whose it is now, or that a person has told it."""
    if item.role == "collaborators":
        return ""
    if item.handed_over:
        return "handed over"
    entry = columns(Entry)
    same = (entry.version == item.entry_version, entry.round == item.entry_round, entry.id > item.entry_id)
    told = select(entry.id).where(entry.assignment_id == item.assignment_id, entry.kind == "delivery", *same)
    return "told otherwise" if item.role == "owner" and session.execute(told.limit(1)).first() else ""


def by_reference(reply: str, address: Address) -> str:
    """What the server said, without the address: the ledger names mailboxes by their number."""
    if address.address.lower() not in reply.lower():  # as ever when a mail is taken: no pattern is made for each
        return reply
    return re.sub(re.escape(address.address) or "(?!)", f"mailbox {address.mailbox_id}", reply, flags=re.I)


def entry_of(item: Item, kind: str, when: Moment, data: dict[str, Any]) -> Entry:
    """The entry that says what became of an item."""
    return Entry(
        plan_id=item.plan_id,
        assignment_id=item.assignment_id,
        kind=kind,
        version=item.entry_version,
        round=item.entry_round,
        effective=when.today,
        at=when.real,
        data={"mailbox": item.mailbox_id, "rung": item.rung, **data},
    )


def _coordinator(session: Session, item: Item, address: Address) -> int | None:
    """The coordinator's mailbox, unless it is the one that was not reached."""
    plan, person = columns(Plan), columns(User)
    mailbox = (
        select(person.mailbox_id)
        .join(Plan, plan.coordinator_id == person.id)
        .where(plan.id == item.plan_id, person.mailbox_id.not_in([item.mailbox_id, address.mailbox_id]))
    )
    return session.execute(mailbox).scalar_one_or_none()


def _hold(session: Session, item: Item, until: date) -> bool:
    """Hold the ladder, where it is still the one that the item tells of and has not gone on.

    A report may come days later: not where the duty is no longer open, was handed over, is escalated already, or where
    a person has told the owner meanwhile.
    """
    if item.handed_over:
        return False
    part, entry = columns(Assignment), columns(Entry)
    gone_on = sql_exists().where(
        entry.assignment_id == part.id,
        entry.version == part.version,
        entry.round == part.round,
        entry.superseded.is_(False),
        entry.kind.in_((Rung.ESCALATION, "delivery")),  # a delivery of one duty is a person's
    )
    same = (part.id == item.assignment_id, part.version == item.entry_version, part.round == item.entry_round)
    free = (part.state.in_(OPEN), or_(part.held_until.is_(None), part.held_until <= until), ~gone_on)
    held = session.execute(update(Assignment).where(*same, *free).values(held_until=until).returning(part.id))
    return held.scalar_one_or_none() is not None
