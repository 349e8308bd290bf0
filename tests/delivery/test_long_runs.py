"""Deliveries that last: the time goes on, others take over, one message breaks, a deadline moves under way."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select, update
from world import START, A, B, Duty, World

from engine.clock import Moment, at
from engine.delivery import Delivered, deliver
from engine.mail.errors import PermanentMailError, ServerAwayError, TemporaryMailError
from engine.mail.message import Mail
from engine.mail.transport import FileTransport
from engine.models import Mailbox, Message, Plan

LAST = date(2020, 3, 20)
OFFICE, OTHER, COORDINATOR = "vanthu@so-a.example.vn", "vanthu@so-b.example.vn", "lan@example.vn"


@dataclass
class Watched(FileTransport):
    """Files, with something that happens while each mail is on its way."""

    meanwhile: Callable[[], None] = lambda: None

    async def send(self, mail: Mail, *, sender: str, recipient: str) -> str:
        """Let it happen, then write the mail."""
        self.meanwhile()
        return await super().send(mail, sender=sender, recipient=recipient)


class Ticking:
    """A machine's time that a test moves on."""

    def __init__(self) -> None:
        self.time = datetime(2020, 3, 3, tzinfo=UTC)

    def __call__(self) -> datetime:
        """What it shows."""
        return self.time


def run(
    world: World, transport: Watched, start: time, clock: Callable[[], datetime], real: datetime | None = None
) -> Delivered:
    """One delivery of the first day, with a clock of its own."""
    now = at(START, start)
    return deliver(replace(world.sending(transport), real=clock), Moment(now, real or now))


def outbox_of(world: World) -> list[Message]:
    """The messages."""
    with world.database.read() as session:
        rows = list(session.exec(select(Message).order_by(col(Message.id))).all())
        session.expunge_all()
        return rows


def test_however_long_a_delivery_lasts_it_sends_only_under_a_lease(small_world: World, tmp_path: Path) -> None:
    """Four minutes for each mail: what is on its way is never free for another, and no try is used up by that."""
    small_world.plan(Duty("I.1", LAST, owners=(A, B, "so-ngoai")), Duty("I.2", LAST, owners=("hoi-c",)))
    small_world.sweep(START)
    clock = Ticking()
    begun = clock.time
    start = at(START, time(8))

    def four_minutes() -> None:
        now = start + (clock.time - begun)
        clock.time += timedelta(minutes=4)
        held = [m for m in outbox_of(small_world) if m.status == "sending"]
        assert held
        assert all(m.claimed_until and m.claimed_until >= now + timedelta(minutes=4) for m in held)

    done = run(small_world, Watched(tmp_path, four_minutes), time(8), clock)
    assert (done.failed, done.pending) == (0, 0)
    assert done.sent >= 3
    assert {(m.status, m.attempts) for m in outbox_of(small_world)} == {("sent", 1)}


@pytest.mark.parametrize(
    "end",
    [None, TemporaryMailError("451 later"), PermanentMailError("550 no such user"), ServerAwayError("gone")],
    ids=["taken", "later", "refused", "away"],
)
def test_a_sender_whose_lease_ended_changes_nothing_of_what_another_did(
    small_world: World, tmp_path: Path, end: Exception | None
) -> None:
    """The other one has sent the message; the first one's late news is not written, in outbox or ledger."""
    small_world.plan(Duty("I.1", LAST))
    small_world.sweep(START)

    def overtaken() -> None:
        with small_world.database.write() as session:
            done = {"status": "sent", "sent_at": at(START, time(8)), "reply": "by another", "claimed_by": None}
            session.execute(update(Message).values(**done))
        if end:
            raise end

    done = run(small_world, Watched(tmp_path, overtaken), time(8), Ticking())
    assert (done.sent, done.failed, done.pending) == (0, 0, 0)
    (message,) = outbox_of(small_world)
    assert (message.status, message.reply) == ("sent", "by another")
    assert small_world.lines(kinds=["delivery", "bounce"]) == []
    assert small_world.state("I.1").held_until is None


@pytest.mark.parametrize(("apart", "sent"), [(timedelta(0), 1), (timedelta(days=900), 2)], ids=["real", "demo"])
def test_a_run_begun_before_closing_time_ends_at_it(
    small_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, apart: timedelta, sent: int
) -> None:
    """The rest waits for the next working day; a business time that stands apart from the machine's stands still."""
    monkeypatch.setattr("engine.outbox.BATCH", 1)
    small_world.plan(Duty("I.1", LAST, owners=(A, B)))
    small_world.sweep(START)
    clock = Ticking()

    def two_minutes() -> None:
        clock.time += timedelta(minutes=2)

    late = time(16, 59)
    done = run(small_world, Watched(tmp_path, two_minutes), late, clock, real=at(START, late) + apart)
    assert (done.sent, done.pending) == (sent, 2 - sent)


def test_a_message_that_cannot_be_made_fails_alone(
    small_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails with the reason, the coordinator is told, and the others go."""
    from engine import letters  # noqa: PLC0415

    made = letters.digest_of

    def breaking(address: Any, *more: Any, **named: Any) -> Any:
        if address.address == OFFICE:
            raise KeyError("broken")
        return made(address, *more, **named)

    monkeypatch.setattr(letters, "digest_of", breaking)
    small_world.plan(Duty("I.1", LAST, owners=(A, B)))
    small_world.sweep(START)
    done = run(small_world, Watched(tmp_path), time(8), Ticking())
    assert (done.sent, done.failed, done.pending) == (1, 1, 1)
    failed = next(m for m in outbox_of(small_world) if m.status == "failed")
    assert "KeyError: 'broken'" in failed.error
    (bounce,) = small_world.lines("I.1", kinds=["bounce"])
    assert bounce.to == (COORDINATOR,)
    assert run(small_world, Watched(tmp_path), time(9), Ticking()).counts()["sent"] == 1


def test_a_late_bounce_does_not_hold_the_ladder_of_a_new_deadline(small_world: World, tmp_path: Path) -> None:
    """The deadline moved while the notice was on its way: the bounce is told and the new ladder goes on."""
    small_world.plan(Duty("I.1", LAST))
    small_world.sweep(START)

    def moved() -> None:
        small_world.act("move", "I.1", new_day=date(2020, 3, 27), document="12/UBND")
        raise PermanentMailError("550 no such user")

    assert run(small_world, Watched(tmp_path, moved), time(8), Ticking()).failed == 1
    assert small_world.state("I.1").held_until is None
    (bounce,) = small_world.lines("I.1", kinds=["bounce"])
    assert "held_until" not in bounce.data


@pytest.mark.parametrize(
    ("language", "last", "words"),
    [
        ("vi", date(2020, 3, 8), "Chủ nhật 08/03/2020 (hôm nay là ngày làm việc cuối)"),
        ("vi", date(2020, 3, 6), "thứ Sáu 06/03/2020 (hôm nay là ngày cuối)"),
        ("en", date(2020, 3, 8), "Sunday 08/03/2020 (today is the last working day)"),
        ("en", date(2020, 3, 6), "Friday 06/03/2020 (today is the last day)"),
    ],
)
def test_a_last_day_that_is_a_day_off_is_not_called_today(
    small_world: World, sink: Any, language: str, last: date, words: str
) -> None:
    """On Friday, for a Sunday: today is the last working day."""
    small_world.plan(Duty("I.1", last))
    with small_world.database.write() as session:
        session.exec(select(Mailbox).where(Mailbox.address == OFFICE)).one().language = language
    small_world.sweep_through(START, date(2020, 3, 6))
    small_world.deliver(date(2020, 3, 6), sink.transport)
    (text,) = sink.texts(OFFICE)
    assert words in text


@pytest.mark.parametrize(("language", "words"), [("vi", "xin liên hệ người điều phối"), ("en", "contact the coord")])
@pytest.mark.parametrize("answerable", [True, False])
def test_a_mail_promises_no_reader_of_replies_that_nobody_reads(
    small_world: World, sink: Any, language: str, words: str, *, answerable: bool
) -> None:
    """It names the coordinator, and asks for a reply only where one reaches somebody."""
    small_world.plan(Duty("I.1", LAST))
    with small_world.database.write() as session:
        session.exec(select(Mailbox).where(Mailbox.address == OFFICE)).one().language = language
        if not answerable:
            session.exec(select(Plan)).one().coordinator_id = None
    small_world.sweep(START)
    small_world.deliver(START, sink.transport)
    (text,) = sink.texts(OFFICE)
    assert words in text
    assert ("trả lời thư này" in text or "reply to this mail" in text) is answerable
    assert (sink.mails[0][1]["Reply-To"] is not None) is answerable
