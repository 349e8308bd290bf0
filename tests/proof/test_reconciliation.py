"""The ledger against the log of the mail server: nothing in one that is not in the other."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from email import message_from_bytes
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from packs import proof
from sink import Sink, running
from sqlmodel import select
from world import AN, BINH, START, A, B, Duty, World

from engine.clock import ZONE
from engine.models import Entry, Mailbox, Message, Task

Line = tuple[str, str, str, str]
"""Day, Message-ID, recipient, reply."""


@dataclass
class LoggingSink(Sink):
    """A server that keeps a log in a file, as a real one does, and gives each mail it takes a queue number."""

    log: Path = Path("mail.log")
    today: date = START
    refused: list[tuple[str, str]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Note who was refused."""
        reply = await super().handle_RCPT(server, session, envelope, address, options)
        if not reply.startswith("2"):
            with self.lock:
                self.refused.append((address, reply))
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the mail and write a line for each recipient."""
        await super().handle_DATA(server, session, envelope)
        identity = str(message_from_bytes(envelope.content or b"")["Message-ID"])
        with self.lock, self.log.open("a", encoding="utf-8") as log:
            number = sum(1 for _ in self.log.open(encoding="utf-8")) + 1
            reply = f"250 2.0.0 queued as Q{number:05}"
            for address in envelope.rcpt_tos:
                log.write(json.dumps([self.today.isoformat(), identity, address, reply]) + "\n")
        return reply

    def lines(self) -> list[Line]:
        """What the file says."""
        return [tuple(json.loads(line)) for line in self.log.read_text(encoding="utf-8").splitlines()]  # type: ignore[misc]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LoggingSink]:
    """A running server with its log."""
    with running(LoggingSink(log=tmp_path / "mail.log")) as started:
        assert isinstance(started, LoggingSink)
        yield started


def fortnight(world: World, server: LoggingSink) -> None:
    """Thirty duties; a mailbox that is gone, one that is full for a morning, acts, three deliveries a day."""
    owners = [(A,), (B,), (A, B), ("so-ngoai",), ("van-phong", A)]
    helpers = [(), ("so-ngoai",), (B,)]
    duties = [
        Duty(f"I.{n}", date(2020, 3, 4 + n), owners[n % 5], [h for h in helpers[n % 3] if h not in owners[n % 5]])
        for n in range(1, 28)
    ]
    world.plan(*duties)
    gone, full = "vanthu@so-b.example.vn", "vanthu@so-ngoai.example.vn"
    for day in (date(2020, 3, number) for number in range(3, 18)):
        server.today = day
        world.sweep(day)
        for hour in (time(8, 0), time(9, 0), time(15, 0)):
            early = hour == time(8, 0) and day.day in (3, 9)
            replies = {gone: "550 5.1.1 no such user"} if day.day < 6 else {}
            replies |= {full: "452 4.2.2 mailbox full"} if early else {}
            server.refuse = lambda address, replies=replies: replies.get(address)  # type: ignore[misc]
            world.deliver(day, server.transport, hour=hour)
        if day.day == 5:
            world.act("submit", "I.5", by=AN, document="9/BC", document_date=day, day=day)
            world.act("submit", "I.6", by=BINH, agency=B, document="9/BC", document_date=day, day=day)
    server.refuse = lambda _: None


def ledger(world: World) -> list[Line]:
    """What the log of the duties says of mail that left."""
    with world.database.read() as session:
        addresses = {box.id: box.address for box in session.exec(select(Mailbox))}
        entries = session.exec(select(Entry).where(Entry.kind == "delivery")).all()
        return [
            (one.effective.isoformat(), one.data["message_id"], addresses[one.data["mailbox"]], one.data["reply"])
            for one in entries
        ]


def test_the_ledger_and_the_servers_log_say_the_same_of_a_busy_fortnight(world: World, server: LoggingSink) -> None:
    """Each mail that the server took is one delivery of the ledger: day, Message-ID, recipient, reply; and back."""
    fortnight(world, server)
    taken = server.lines()
    assert len(taken) > 60
    assert Counter(ledger(world)) == Counter(taken)
    assert len({identity for _, identity, _, _ in taken}) == len(taken)  # none twice
    with world.database.read() as session:
        sent = {
            (f"{box.address}", one.reply, one.sent_at.astimezone(ZONE).date().isoformat())
            for one, box in session.exec(select(Message, Mailbox).join(Mailbox).where(Message.status == "sent"))
            if one.sent_at
        }
        bounced = [one.data["reply"] for one in session.exec(select(Entry).where(Entry.kind == "bounce"))]
        failed = session.exec(select(Message).where(Message.status == "failed")).all()
    assert sent == {(address, reply, day) for day, _, address, reply in taken}
    refused_for_good = [reply for _, reply in server.refused if reply.startswith("5")]
    assert len(failed) == len(refused_for_good) > 0
    assert {"550" in reply for reply in bounced} == {True}
    assert [reply for _, reply in server.refused if reply.startswith("4")]  # tried again, and then taken


def test_the_proofs_of_all_tasks_together_are_the_servers_log(small_world: World, server: LoggingSink) -> None:
    """No proof claims a mail that the server did not take, and none that it took is in no proof."""
    fortnight(small_world, server)
    taken = {(identity, address, reply) for _, identity, address, reply in server.lines()}
    with small_world.database.read() as session:
        refs = session.exec(select(Task.ref)).all()
    claimed = set()
    for ref in refs:
        for one in proof(small_world, date(2020, 3, 17), ref)["entries"]:
            for told in one["recipients"]:
                address = (told["taken_by"] or told)["address"]
                if told["left"]:
                    claimed.add((told["left"]["message_id"], address, told["left"]["reply"]))
                    assert told["outcome"] == "sent"
                else:
                    assert told["outcome"] in ("refused", "withdrawn", "waiting")
    assert claimed == taken
