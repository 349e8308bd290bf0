"""From gathered to sent: claim → look again → render → send → record.

A message is marked the moment the server has taken it, before the next one goes, and a second try carries the same
Message-ID: nothing is lost, and when the sender is killed at most the message in flight arrives twice.
"""

import asyncio
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from engine import outbox
from engine.clock import Moment
from engine.database import Database
from engine.digest import Letterhead, digest_of, no_longer_due, thread_of
from engine.ledger import seal
from engine.mail.message import Content, Mail, Sender, compose
from engine.mail.render import Renderer
from engine.mail.transport import MailError, PermanentMailError, ServerAwayError, Transport
from engine.models import Assignment, Entry, Plan, Recipient, User, columns
from engine.queries.outbox import Address, Item, addresses_of, items_of
from engine.rules.workdays import Workdays

RETRIES = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3), timedelta(hours=8))
"""How long to wait after each temporary refusal; after the last one the message has failed."""


@dataclass(frozen=True)
class Sending:
    """What a delivery works with, put together once by `config`.

    Attributes:
        window: the hours of a working day in which mail leaves.
        bounce_workdays: how long a failed notice holds the ladder.
        progress: told after each message how many are done in this run.
    """

    database: Database
    transport: Transport
    renderer: Renderer
    sender: Sender
    calendar: Workdays
    head: Letterhead
    window: tuple[time, time] = (time(7, 30), time(17, 0))
    bounce_workdays: int = 3
    progress: Callable[[int], None] = lambda _: None


@dataclass
class Delivered:
    """How many messages a delivery sent, gave up, withdrew, and left for later."""

    sent: int = 0
    failed: int = 0
    withdrawn: int = 0
    pending: int = 0
    error: str = ""

    def counts(self) -> dict[str, int]:
        """The figures as `dondoc deliver` prints them."""
        return {"sent": self.sent, "failed": self.failed, "withdrawn": self.withdrawn, "pending": self.pending}


@dataclass(frozen=True)
class _Letter:
    """A claimed message, ready to go."""

    address: Address
    items: list[Item]
    content: Content


def deliver(sending: Sending, when: Moment) -> Delivered:
    """Send what is due, if mail may leave now; what falls outside the window waits.

    Args:
        sending: database, transport, renderer and settings.
        when: the time; leases follow the real one.
    """
    return asyncio.run(_deliver(sending, when))


async def _deliver(sending: Sending, when: Moment) -> Delivered:
    done = Delivered()
    if in_window(sending, when):
        with sending.database.write() as session:
            seal(session)
            outbox.gather(session, when)
        async with sending.transport as transport:
            while not done.error and (letters := _claimed(sending, when, done)):
                await _send_all(sending, transport, letters, when=when, done=done)
        with sending.database.write() as session:
            seal(session)
    with sending.database.read() as session:
        done.pending = outbox.pending(session)
    return done


def in_window(sending: Sending, when: Moment) -> bool:
    """Whether mail may leave at that time."""
    first, last = sending.window
    return sending.calendar.is_working(when.today) and first <= when.now.time() <= last


def _claimed(sending: Sending, when: Moment, done: Delivered) -> list[_Letter]:
    """Claim the next messages, withdraw what is no longer due in them, and render the rest."""
    letters: list[_Letter] = []
    with sending.database.write() as session:
        while not letters and (ids := outbox.claim(session, when)):
            items: dict[int, list[Item]] = {}
            for item in items_of(session, ids):
                if reason := no_longer_due(item):
                    outbox.withdraw(session, item.entry_id, item.mailbox_id, reason)
                    session.add(_entry(item, "withdrawn", when, {"reason": reason}))
                else:
                    items.setdefault(item.message_id, []).append(item)
            for address in addresses_of(session, ids):
                if kept := items.get(address.message_id):
                    letters.append(_letter(sending, address, kept, when))
                else:
                    outbox.finish(session, address.message_id, status="withdrawn")
                    done.withdrawn += 1
    return letters


def _letter(sending: Sending, address: Address, items: list[Item], when: Moment) -> _Letter:
    digest = digest_of(address, items, when.today, calendar=sending.calendar, head=sending.head)
    return _Letter(address, items, sending.renderer.digest(digest))


async def _send_all(
    sending: Sending, transport: Transport, letters: Sequence[_Letter], *, when: Moment, done: Delivered
) -> None:
    for place, letter in enumerate(letters):
        try:
            reply = await transport.send(
                _mail(sending, letter, when), sender=sending.sender.address, recipient=letter.address.address
            )
        except ServerAwayError as error:
            _give_back(sending, letters[place:], str(error))
            done.error = str(error)
            return
        except MailError as error:
            done.failed += _refused(sending, letter, error, when=when)
        else:
            _sent(sending, letter, reply, when)
            done.sent += 1
        sending.progress(done.sent + done.failed)


def _mail(sending: Sending, letter: _Letter, when: Moment) -> Mail:
    try:
        return compose(
            letter.content,
            sending.sender,
            local=f"m{letter.address.message_id}",
            to=(letter.address.name, letter.address.address),
            thread=thread_of(letter.items),
            sent=when.now,
        )
    except ValueError as error:  # an address that is none: this mail will never go, the others must
        raise PermanentMailError(str(error)) from error


def _sent(sending: Sending, letter: _Letter, reply: str, when: Moment) -> None:
    digest = hashlib.sha256(letter.content.text.encode()).hexdigest()
    with sending.database.write() as session:
        outbox.finish(
            session,
            letter.address.message_id,
            status="sent",
            sent_at=when.now,
            reply=reply,
            subject=letter.content.subject,
            text_sha256=digest,
        )
        _note(session, letter, when, {"reply": _by_reference(reply, letter.address), "text_sha256": digest})


def _refused(sending: Sending, letter: _Letter, error: MailError, *, when: Moment) -> int:
    """A temporary refusal waits for its next try; a permanent one, or the last, fails and the coordinator is told."""
    tries = letter.address.attempts
    with sending.database.write() as session:
        if not isinstance(error, PermanentMailError) and tries <= len(RETRIES):
            again = when.real + RETRIES[tries - 1]
            outbox.finish(session, letter.address.message_id, status="pending", next_try=again, error=str(error))
            return 0
        outbox.finish(session, letter.address.message_id, status="failed", error=str(error))
        _bounce(session, letter, str(error), sending, when)
        return 1


def _bounce(session: Session, letter: _Letter, reply: str, sending: Sending, when: Moment) -> None:
    """Tell the coordinator of each duty whose people were not reached; hold its ladder when it was the notice."""
    held_until = sending.calendar.shift(when.today, sending.bounce_workdays)
    for item in letter.items:
        if item.role not in {"owner", "collaborators", "head"} or item.kind == "bounce":
            continue
        data: dict[str, Any] = {"role": item.role, "reply": _by_reference(reply, letter.address)}
        if item.kind == "notice" and item.role == "owner":
            session.get_one(Assignment, item.assignment_id).held_until = held_until
            data["held_until"] = held_until.isoformat()
        entry = _entry(item, "bounce", when, data)
        session.add(entry)
        session.flush()
        plan, person = columns(Plan), columns(User)
        coordinator = (
            select(person.mailbox_id)
            .join(Plan, plan.coordinator_id == person.id)
            .where(plan.id == item.plan_id, person.mailbox_id.is_not(None), person.mailbox_id != item.mailbox_id)
        )
        if mailbox := session.execute(coordinator).scalar_one_or_none():
            session.add(Recipient(entry_id=entry.id or 0, mailbox_id=mailbox, role="coordinator"))


def _by_reference(reply: str, address: Address) -> str:
    """What the server said, without the address: the ledger names mailboxes by their number."""
    return re.sub(re.escape(address.address) or "(?!)", f"mailbox {address.mailbox_id}", reply, flags=re.I)


def _note(session: Session, letter: _Letter, when: Moment, data: dict[str, Any]) -> None:
    """What the server said, in the chain of each plan that the message speaks of."""
    for plan in sorted({item.plan_id for item in letter.items}):
        told = [[item.ref, item.rung] for item in letter.items if item.plan_id == plan]
        about = {"message": letter.address.message_id, "mailbox": letter.address.mailbox_id, "told": told}
        session.add(Entry(plan_id=plan, kind="delivery", effective=when.today, at=when.real, data=about | data))


def _entry(item: Item, kind: str, when: Moment, data: dict[str, Any]) -> Entry:
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


def _give_back(sending: Sending, letters: Sequence[_Letter], error: str) -> None:
    """The server is away: these were not tried, so they keep their place and their tries."""
    with sending.database.write() as session:
        for letter in letters:
            tries = letter.address.attempts - 1
            outbox.finish(session, letter.address.message_id, status="pending", error=error, attempts=tries)
