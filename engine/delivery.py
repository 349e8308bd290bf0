"""From gathered to sent: claim → look again → render → send → record.

Before each batch the time is read anew: leases follow the machine's, and no batch begins after the window.

A message is marked the moment the server has taken it, before the next one goes, and a second try carries the same
Message-ID: nothing is lost, and when the sender is killed at most the message in flight arrives twice.
"""

import asyncio
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session

from engine import outbox
from engine.clock import Moment, real_now
from engine.database import Database
from engine.digest import Letterhead, digest_of, no_longer_due, thread_of
from engine.ledger import seal
from engine.mail.errors import MailError, PermanentMailError, ServerAwayError
from engine.mail.message import Content, Mail, Sender, compose
from engine.mail.render import Renderer
from engine.mail.transport import Transport
from engine.models import Assignment, Entry, Plan, Recipient, User, columns
from engine.queries.outbox import Address, Item, addresses_of, items_of
from engine.rules.workdays import Workdays

DELIVERY = insert(columns(Entry).id.table).values(
    kind="delivery", rank=0, version=0, round=0, superseded=False, policy=""
)
"""What an entry on a delivered message always says."""

RETRIES = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3), timedelta(hours=8))
"""How long to wait after each temporary refusal; after the last one the message has failed."""

WINDOW = (time(7, 30), time(17, 0))
"""The hours of a working day in which mail leaves, unless the installation sets others."""

TOGETHER = timedelta(minutes=10)
"""A business time this near to the machine's is the machine's, and goes on with it; any other stands still."""


@dataclass(frozen=True)
class Sending:
    """What a delivery works with, put together once by `config`.

    Attributes:
        window: the hours of a working day in which mail leaves.
        bounce_workdays: how long a failed notice holds the ladder.
        progress: told after each message how many are done in this run.
        real: tells how time passes during a run; a simulation gives one that stands still.
    """

    database: Database
    transport: Transport
    renderer: Renderer
    sender: Sender
    calendar: Workdays
    head: Letterhead
    window: tuple[time, time] = WINDOW
    bounce_workdays: int = 3
    progress: Callable[[int], None] = lambda _: None
    real: Callable[[], datetime] = real_now


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
    """A claimed message with what is still due of it."""

    address: Address
    items: list[Item]


def deliver(sending: Sending, when: Moment) -> Delivered:
    """Send what is due, if mail may leave now; what falls outside the window waits.

    Args:
        sending: database, transport, renderer and settings.
        when: the time at which the run begins.
    """
    return asyncio.run(_deliver(sending, when))


async def _deliver(sending: Sending, when: Moment) -> Delivered:
    done = Delivered()
    passing = _passing(sending, when)
    if in_window(sending, when):
        with sending.database.write() as session:
            seal(session)
            outbox.gather(session, when)
        async with sending.transport as transport:
            while not done.error and in_window(sending, when) and (letters := _claimed(sending, when, done)):
                await _send_all(sending, transport, letters, when=when, passing=passing, done=done)
                when = passing()
        with sending.database.write() as session:
            seal(session)
    with sending.database.read() as session:
        done.pending = outbox.pending(session)
    return done


def _passing(sending: Sending, begun: Moment) -> Callable[[], Moment]:
    """Reads the time during a run. Business time set apart from the machine's (`--as-of`, a demo) stays as it is."""
    start = sending.real()
    together = abs(begun.now - begun.real) < TOGETHER

    def read() -> Moment:
        passed = sending.real() - start
        return Moment(begun.now + passed if together else begun.now, begun.real + passed)

    return read


def in_window(sending: Sending, when: Moment) -> bool:
    """Whether mail may leave at that time."""
    first, last = sending.window
    return sending.calendar.is_working(when.today) and first <= when.now.time() <= last


def _claimed(sending: Sending, when: Moment, done: Delivered) -> list[_Letter]:
    """Claim the next messages and withdraw what is no longer due in them; the rest is to be sent."""
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
                    letters.append(_Letter(address, kept))
                else:
                    outbox.finish(session, address.message_id, address.attempts, status="withdrawn")
                    done.withdrawn += 1
    return letters


async def _send_all(
    sending: Sending,
    transport: Transport,
    letters: Sequence[_Letter],
    *,
    when: Moment,
    passing: Callable[[], Moment],
    done: Delivered,
) -> None:
    """Send a batch one by one. What half the lease was too short for is given back and claimed anew."""
    for place, letter in enumerate(letters):
        if place and passing().real - when.real > outbox.LEASE / 2:
            _give_back(sending, letters[place:])
            return
        try:
            content, mail = _made(sending, letter, when)
            reply = await transport.send(mail, sender=sending.sender.address, recipient=letter.address.address)
        except ServerAwayError as error:
            _give_back(sending, letters[place:], str(error))
            done.error = str(error)
            return
        except MailError as error:
            done.failed += _refused(sending, letter, error, when=when)
        else:
            done.sent += _sent(sending, letter, content, reply=reply, when=when)
        sending.progress(done.sent + done.failed)


def _made(sending: Sending, letter: _Letter, when: Moment) -> tuple[Content, Mail]:
    """The mail. Whatever goes wrong in making it fails this one message: tried again it would, and others must go."""
    try:
        digest = digest_of(letter.address, letter.items, when.today, calendar=sending.calendar, head=sending.head)
        content = sending.renderer.digest(digest)
        mail = compose(
            content,
            sending.sender,
            local=f"m{letter.address.message_id}",
            to=(letter.address.name, letter.address.address),
            thread=thread_of(letter.items),
            sent=when.now,
        )
    except PermanentMailError:
        raise
    except Exception as error:
        raise PermanentMailError(f"no mail could be made of it: {type(error).__name__}: {error}") from error
    return content, mail


def _sent(sending: Sending, letter: _Letter, content: Content, *, reply: str, when: Moment) -> int:
    """Mark the message and write it into the ledger, unless its lease ended and another sender has it: then 0."""
    digest = hashlib.sha256(content.text.encode()).hexdigest()
    with sending.database.write() as session:
        if not _finish(
            session, letter, status="sent", sent_at=when.now, reply=reply, subject=content.subject, text_sha256=digest
        ):
            return 0
        _note(session, letter, when, {"reply": _by_reference(reply, letter.address), "text_sha256": digest})
        return 1


def _refused(sending: Sending, letter: _Letter, error: MailError, *, when: Moment) -> int:
    """A temporary refusal waits for its next try; a permanent one, or the last, fails and the coordinator is told."""
    tries = letter.address.attempts
    with sending.database.write() as session:
        if not isinstance(error, PermanentMailError) and tries <= len(RETRIES):
            again = when.real + RETRIES[tries - 1]
            _finish(session, letter, status="pending", next_try=again, error=str(error))
            return 0
        if not _finish(session, letter, status="failed", error=str(error)):
            return 0
        _bounce(session, letter, str(error), sending, when)
        return 1


def _finish(session: Session, letter: _Letter, **values: object) -> bool:
    return outbox.finish(session, letter.address.message_id, letter.address.attempts, **values)


def _bounce(session: Session, letter: _Letter, reply: str, sending: Sending, when: Moment) -> None:
    """Tell the coordinator of each duty whose people were not reached; hold its ladder when it was the notice."""
    held_until = sending.calendar.shift(when.today, sending.bounce_workdays)
    for item in letter.items:
        if item.role not in {"owner", "collaborators", "head"} or item.kind == "bounce":
            continue
        data: dict[str, Any] = {"role": item.role, "reply": _by_reference(reply, letter.address)}
        if item.kind == "notice" and item.role == "owner" and _hold(session, item, held_until):
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


def _hold(session: Session, item: Item, until: date) -> bool:
    """Hold the ladder, where the deadline is still the one that the item tells of."""
    part = columns(Assignment)
    same = (part.id == item.assignment_id, part.version == item.entry_version, part.round == item.entry_round)
    held = session.execute(update(Assignment).where(*same).values(held_until=until).returning(part.id))
    return held.scalar_one_or_none() is not None


def _by_reference(reply: str, address: Address) -> str:
    """What the server said, without the address: the ledger names mailboxes by their number."""
    return re.sub(re.escape(address.address) or "(?!)", f"mailbox {address.mailbox_id}", reply, flags=re.I)


def _note(session: Session, letter: _Letter, when: Moment, data: dict[str, Any]) -> None:
    """What the server said, in the chain of each plan that the message speaks of."""
    rows = []
    for plan in sorted({item.plan_id for item in letter.items}):
        told = [[item.ref, item.rung] for item in letter.items if item.plan_id == plan]
        about = {"message": letter.address.message_id, "mailbox": letter.address.mailbox_id, "told": told}
        rows.append({"plan_id": plan, "effective": when.today, "at": when.real, "data": about | data})
    session.execute(DELIVERY, rows)


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


def _give_back(sending: Sending, letters: Sequence[_Letter], error: str = "") -> None:
    """These were not tried (the server is away, or the lease is too short): they keep their place and their tries."""
    with sending.database.write() as session:
        for letter in letters:
            _finish(session, letter, status="pending", error=error, attempts=letter.address.attempts - 1)
