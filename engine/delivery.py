"""From gathered to sent: claim → look again → write → send → mark.

Before each batch the time is read anew: leases follow the machine's, and no batch begins after the window.

A message is marked the moment the server has taken it, before the next one goes on that connection, and a second try
carries the same Message-ID: nothing is lost, and when the sender is killed at most what was in flight arrives twice.
While the server answers, the next mail is written.
"""

import asyncio
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any

import uvloop
from sqlalchemy import Connection, insert
from sqlmodel import Session

from engine import bounces, calendar_files, outbox
from engine.clock import Moment, real_now
from engine.database import Database
from engine.gathering import gather
from engine.ledger import seal
from engine.letters import Desk, Letter, Written, letters_of
from engine.mail.allowed import is_allowed
from engine.mail.errors import (
    InDoubtError,
    MailError,
    PermanentMailError,
    ServerAwayError,
    ServerTroubleError,
)
from engine.mail.transport import Transport
from engine.models import Entry, columns
from engine.prepared import prepared
from engine.queries.outbox import Item
from engine.queries.templates import note_fallback
from engine.queries.wishes import out_of_reach, timings
from engine.rules.mail_classes import OPTIONAL, mail_class
from engine.rules.wishes import quiet
from engine.rules.workdays import Workdays

DELIVERY = insert(columns(Entry).id.table).values(
    kind="delivery", rank=0, version=0, round=0, superseded=False, policy=""
)
"""What an entry on a delivered message always says."""

TOLD = ("plan_id", "effective", "at", "data")
"""What each says for itself."""

RETRIES = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3), timedelta(hours=8))
"""How long to wait after each try that counts; after the last one the message has failed."""

TROUBLE_WAIT = timedelta(minutes=15)
"""How long a message rests that was refused for our sake."""

TROUBLES = 3
"""So many of those in a row say that nothing will go: the rest is not tried."""

WINDOW = (time(7, 30), time(17, 0))
"""The hours of a working day in which mail leaves, unless the installation sets others."""

TOGETHER = timedelta(minutes=10)
"""A business time this near to the machine's is the machine's, and goes on with it; any other stands still."""

OUT_OF_REACH = "mail to it came back for good: only what a duty rests on is still tried"
NOT_ALLOWED = "the address is not among those that may get mail (mail.allow)"


Withdrawn = tuple[Item, str]
"""An item that does not go, and why."""


@dataclass(frozen=True)
class Sending:
    """What a delivery works with, put together once by `config`.

    Attributes:
        window: the hours of a working day in which mail leaves.
        bounce_workdays: how long a failed notice holds the ladder.
        connections: how many mails may be on their way at once, each on a connection of its own.
        per_minute: domain → messages a minute at most; `*` stands for any other.
        allow: addresses and domains that may get mail; empty: all.
        progress: told after each message how many are done in this run.
        real: tells how time passes during a run; a simulation gives one that stands still.
    """

    database: Database
    transport: Transport
    desk: Desk
    calendar: Workdays
    window: tuple[time, time] = WINDOW
    bounce_workdays: int = 3
    connections: int = 1
    per_minute: Mapping[str, int] = field(default_factory=dict)
    allow: tuple[str, ...] = ()
    progress: Callable[[int], None] = lambda _: None
    real: Callable[[], datetime] = real_now


@dataclass
class Delivered:
    """How many messages a delivery sent, gave up, withdrew, and left for later; what kept mail from leaving.

    Attributes:
        shipped: of those sent, how many the shipped template wrote because the office's own failed on them.
    """

    sent: int = 0
    failed: int = 0
    withdrawn: int = 0
    pending: int = 0
    shipped: int = 0
    error: str = ""

    def counts(self) -> dict[str, int]:
        """The figures as `dondoc deliver` prints them; `shipped_template` only where one stood in."""
        counts = {"sent": self.sent, "failed": self.failed, "withdrawn": self.withdrawn, "pending": self.pending}
        return counts | {"shipped_template": self.shipped} if self.shipped else counts


def deliver(sending: Sending, when: Moment) -> Delivered:
    """Send what is due, if mail may leave now; what falls outside the window waits.

    Args:
        sending: database, transport, desk and settings.
        when: the time at which the run begins.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_deliver(sending, when))


async def _deliver(sending: Sending, when: Moment) -> Delivered:
    done = Delivered()
    passing = _passing(sending, when)
    if in_window(sending, when):
        with sending.database.write() as session:
            seal(session)
            gather(session, when, calendar=sending.calendar, window=sending.window)
        async with sending.transport as transport:
            with sending.database.kept() as connection:
                while in_window(sending, when) and (letters := _claimed(sending, when, done)):
                    batch = _Batch(sending, transport, connection, when, passing, done)
                    await batch.send(letters)
                    if batch.over:
                        break
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
    """Claim the next messages and withdraw what must not go in them; the rest is to be sent."""
    letters: list[Letter] = []
    with sending.database.write() as session:
        wishes = timings(session)
        silent = [one.mailbox for one in wishes if quiet(one, when.now.time(), sending.window)]
        failed = out_of_reach(session)
        while not letters and (ids := outbox.claim(session, when, silent=silent, per_minute=sending.per_minute)):
            for letter in letters_of(session, ids):
                kept, withdrawn = _sorted(letter, sending.allow, failed)
                for item, reason in withdrawn:
                    outbox.withdraw(session, item.entry_id, item.mailbox_id, reason)
                    session.add(bounces.entry_of(item, "withdrawn", when, {"reason": reason}))
                if kept:
                    letters.append(letter if kept == letter.items else replace(letter, items=kept))
                else:
                    _finish(
                        session, letter, status="withdrawn", error="; ".join(dict.fromkeys(r for _, r in withdrawn))
                    )
                    done.withdrawn += 1
    return letters


def _sorted(letter: Letter, allow: tuple[str, ...], failed: Collection[int]) -> tuple[list[Item], list[Withdrawn]]:
    """What of a letter goes, and what does not, with the reason."""
    address = letter.address
    if not is_allowed(address.address, allow):
        return [], [*letter.stale, *((item, NOT_ALLOWED) for item in letter.items)]
    if address.mailbox_id not in failed:
        return letter.items, letter.stale
    optional = [item for item in letter.items if mail_class(item.kind, item.role) in OPTIONAL]
    kept = [item for item in letter.items if item not in optional]
    return kept, [*letter.stale, *((item, OUT_OF_REACH) for item in optional)]


@dataclass
class _Batch:
    """What was claimed together, on its way.

    Attributes:
        over: whether the run ends with this batch.
        troubles: how many mails in a row were refused for our sake.
    """

    sending: Sending
    transport: Transport
    connection: Connection
    when: Moment
    passing: Callable[[], Moment]
    done: Delivered
    over: bool = False
    troubles: int = 0

    async def send(self, letters: Iterable[Letter]) -> None:
        """Send them over as many connections as are set. What half the lease was too short for is given back."""
        waiting = iter(letters)
        ways = [asyncio.ensure_future(self._one_way(waiting)) for _ in range(self.sending.connections)]
        try:
            await asyncio.gather(*ways)
        finally:
            for way in ways:
                way.cancel()
        self._give_back(list(waiting))

    async def _one_way(self, waiting: Iterator[Letter]) -> None:
        """One mail after another over one connection; while the server answers, the next one is written."""
        ready = self._next(waiting)
        while ready is not None:
            letter, written = ready
            if isinstance(written, PermanentMailError):
                self._refused(letter, written)
                ready = self._next(waiting)
                continue
            mail = written.mail
            going = asyncio.ensure_future(
                self.transport.send(mail, sender=mail.sender, recipient=letter.address.address)
            )
            await asyncio.sleep(0)  # it sets off
            ready = self._next(waiting)
            try:
                reply = await going
            except MailError as error:
                self._refused(letter, error)
            else:
                self.troubles = 0
                self.done.sent += self._sent(letter, written, reply)
            self.sending.progress(self.done.sent + self.done.failed)
            if ready is not None and self._ending:
                self._give_back([ready[0]])
                return

    @property
    def _ending(self) -> bool:
        """Whether no further mail of this batch may set off."""
        return self.over or self.passing().real - self.when.real > outbox.LEASE / 2

    def _next(self, waiting: Iterator[Letter]) -> tuple[Letter, Written | PermanentMailError] | None:
        """The next letter, written, or why it cannot be."""
        letter = None if self.over else next(waiting, None)
        if letter is None:
            return None
        try:
            return letter, self.sending.desk.write(letter, self.when)
        except PermanentMailError as error:
            return letter, error

    def _sent(self, letter: Letter, written: Written, reply: str) -> int:
        """Mark it and write it into the ledger, unless its lease ended and another sender has it: then 0."""
        address, content = letter.address, written.content
        values = {
            "sent_at": self.when.now,
            "next_try": self.when.real,
            "reply": reply,
            "subject": content.subject,
            "text_sha256": hashlib.sha256(content.text.encode()).hexdigest(),
            "thread": letter.thread,
        }
        with self.connection.begin():
            if not outbox.mark_sent(self.connection, address.message_id, address.attempts, values):
                return 0
            told = prepared(DELIVERY, self.connection.dialect, *TOLD)
            told.run(self.connection, *_entries(letter, written, values, self.when))
            calendar_files.record(self.connection, address.mailbox_id, letter.files)
            if content.fault:
                self.connection.execute(note_fallback(address.message_id, content.fault))
                self.done.shipped += 1
        return 1

    def _refused(self, letter: Letter, error: MailError) -> None:
        """What a refusal means for the message and for the run; told to the coordinator when it is final."""
        tries = letter.address.attempts
        again: dict[str, object] = {"status": "pending", "error": str(error)}
        counts = not isinstance(error, ServerAwayError | ServerTroubleError) or isinstance(error, InDoubtError)
        if isinstance(error, ServerAwayError | ServerTroubleError):
            self.done.error = str(error)
            self.troubles += 1
            self.over = isinstance(error, ServerAwayError) or self.troubles >= TROUBLES
        with self.sending.database.write() as session:
            if not counts:
                rests = {"next_try": self.when.real + TROUBLE_WAIT} if isinstance(error, ServerTroubleError) else {}
                _finish(session, letter, **again, **rests, attempts=tries - 1)
            elif not isinstance(error, PermanentMailError) and tries <= len(RETRIES):
                _finish(session, letter, **again, next_try=self.when.real + RETRIES[tries - 1])
            elif _finish(session, letter, status="failed", error=str(error)):
                self.done.failed += 1
                until = self.sending.calendar.shift(self.when.today, self.sending.bounce_workdays)
                bounces.returned(session, letter.address, letter.items, str(error), held_until=until, when=self.when)

    def _give_back(self, letters: list[Letter]) -> None:
        """These were not tried (the server is away, or the lease is too short): they keep their place and tries."""
        with self.sending.database.write() as session:
            for letter in letters:
                tries, error = letter.address.attempts - 1, self.done.error if self.over else ""
                _finish(session, letter, status="pending", error=error, attempts=tries)


def _finish(session: Session, letter: Letter, **values: object) -> bool:
    return outbox.finish(session, letter.address.message_id, letter.address.attempts, **values)


def _entries(letter: Letter, written: Written, values: Mapping[str, Any], when: Moment) -> list[dict[str, Any]]:
    """What was told to whom and what the server said, in the chain of each plan that the message speaks of."""
    address = letter.address
    told: dict[int, list[list[str]]] = {}
    for item in letter.items:
        told.setdefault(item.plan_id, []).append([item.ref, item.rung])
    about = {
        "message": address.message_id,
        "message_id": written.mail.message_id,
        "mailbox": address.mailbox_id,
        "for": sorted({item.mailbox_id for item in letter.items} - {address.mailbox_id}),
        "text_sha256": values["text_sha256"],
        "reply": bounces.by_reference(values["reply"], address),
    }
    return [
        {"plan_id": plan, "effective": when.today, "at": when.real, "data": about | {"told": pairs}}
        for plan, pairs in sorted(told.items())
    ]
