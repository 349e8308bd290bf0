"""From gathered to sent: claim → look again → render → send → record.

Before each batch the time is read anew: leases follow the machine's, and no batch begins after the window.

A message is marked the moment the server has taken it, before the next one goes, and a second try carries the same
Message-ID: nothing is lost, and when the sender is killed at most the message in flight arrives twice.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from engine import bounces, outbox
from engine.clock import Moment, real_now
from engine.database import Database
from engine.ledger import seal
from engine.letters import Desk, Letter, letters_of
from engine.mail.errors import MailError, PermanentMailError, ServerAwayError
from engine.mail.message import Content
from engine.mail.transport import Transport
from engine.models import Entry, columns
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
    desk: Desk
    calendar: Workdays
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


def _claimed(sending: Sending, when: Moment, done: Delivered) -> list[Letter]:
    """Claim the next messages and withdraw what is no longer due in them; the rest is to be sent."""
    letters: list[Letter] = []
    with sending.database.write() as session:
        while not letters and (ids := outbox.claim(session, when)):
            for letter in letters_of(session, ids):
                for item, reason in letter.stale:
                    outbox.withdraw(session, item.entry_id, item.mailbox_id, reason)
                    session.add(bounces.entry_of(item, "withdrawn", when, {"reason": reason}))
                if letter.items:
                    letters.append(letter)
                else:
                    outbox.finish(session, letter.address.message_id, letter.address.attempts, status="withdrawn")
                    done.withdrawn += 1
    return letters


async def _send_all(
    sending: Sending,
    transport: Transport,
    letters: Sequence[Letter],
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
            written = sending.desk.write(letter, when)
            mail = written.mail
            reply = await transport.send(mail, sender=mail.sender, recipient=letter.address.address)
        except ServerAwayError as error:
            _give_back(sending, letters[place:], str(error))
            done.error = str(error)
            return
        except MailError as error:
            done.failed += _refused(sending, letter, error, when=when)
        else:
            done.sent += _sent(sending, letter, written.content, reply=reply, when=when)
        sending.progress(done.sent + done.failed)


def _sent(sending: Sending, letter: Letter, content: Content, *, reply: str, when: Moment) -> int:
    """Mark the message and write it into the ledger, unless its lease ended and another sender has it: then 0."""
    digest = hashlib.sha256(content.text.encode()).hexdigest()
    with sending.database.write() as session:
        if not _finish(
            session, letter, status="sent", sent_at=when.now, reply=reply, subject=content.subject, text_sha256=digest
        ):
            return 0
        _note(session, letter, when, {"reply": bounces.by_reference(reply, letter.address), "text_sha256": digest})
        return 1


def _refused(sending: Sending, letter: Letter, error: MailError, *, when: Moment) -> int:
    """A temporary refusal waits for its next try; a permanent one, or the last, fails and the coordinator is told."""
    tries = letter.address.attempts
    with sending.database.write() as session:
        if not isinstance(error, PermanentMailError) and tries <= len(RETRIES):
            again = when.real + RETRIES[tries - 1]
            _finish(session, letter, status="pending", next_try=again, error=str(error))
            return 0
        if not _finish(session, letter, status="failed", error=str(error)):
            return 0
        held_until = sending.calendar.shift(when.today, sending.bounce_workdays)
        bounces.returned(session, letter.address, letter.items, str(error), held_until=held_until, when=when)
        return 1


def _finish(session: Session, letter: Letter, **values: object) -> bool:
    return outbox.finish(session, letter.address.message_id, letter.address.attempts, **values)


def _note(session: Session, letter: Letter, when: Moment, data: dict[str, Any]) -> None:
    """What the server said, in the chain of each plan that the message speaks of."""
    rows = []
    for plan in sorted({item.plan_id for item in letter.items}):
        told = [[item.ref, item.rung] for item in letter.items if item.plan_id == plan]
        about = {"message": letter.address.message_id, "mailbox": letter.address.mailbox_id, "told": told}
        rows.append({"plan_id": plan, "effective": when.today, "at": when.real, "data": about | data})
    session.execute(DELIVERY, rows)


def _give_back(sending: Sending, letters: Sequence[Letter], error: str = "") -> None:
    """These were not tried (the server is away, or the lease is too short): they keep their place and their tries."""
    with sending.database.write() as session:
        for letter in letters:
            _finish(session, letter, status="pending", error=error, attempts=letter.address.attempts - 1)
