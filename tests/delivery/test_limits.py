"""How much a domain gets in a minute, and who gets mail of an installation that only tries things out."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sink import Sink
from sqlmodel import select
from world import START, A, B, Duty, World, at_once

from engine.clock import Moment, at
from engine.delivery import Delivered, deliver
from engine.mail.allowed import is_allowed
from engine.models import Mailbox
from engine.trial import send_trials

LAST = date(2020, 3, 20)
EIGHT = at(START, time(8))
OWNERS = (A, B, "so-ngoai", "van-phong")


def four_at_one_domain(world: World) -> None:
    """A mail for each of four offices, three of them of one domain."""
    with world.database.write() as session:
        for place, mailbox in enumerate(session.exec(select(Mailbox)).all()):
            if mailbox.address.startswith("vanthu@") and "so-ngoai" not in mailbox.address:
                mailbox.address = f"o{place}@Tinh.example.vn"
    world.plan(Duty("I.1", LAST, owners=OWNERS))
    world.sweep(START)


def run(world: World, sink: Sink, *, later: timedelta = timedelta(0), **settings: object) -> Delivered:
    """One delivery with other settings than usual."""
    sending = replace(world.sending(sink.transport), **settings)  # type: ignore[arg-type]
    return deliver(sending, Moment(EIGHT, EIGHT + later))


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_a_domain_gets_no_more_than_its_share_of_a_minute(
    world: World, sink: Sink, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    """The others are not held up, and what waits goes with later runs; nobody's try is used up."""
    monkeypatch.setattr("engine.outbox.BATCH", batch)
    four_at_one_domain(world)
    limits = {"tinh.example.vn": 2}
    assert run(world, sink, per_minute=limits).counts() == {"sent": 3, "failed": 0, "withdrawn": 0, "pending": 1}
    assert Counter(to.rpartition("@")[2].lower() for to in sink.recipients) == {
        "tinh.example.vn": 2,
        "so-ngoai.example.vn": 1,
    }
    assert run(world, sink, later=timedelta(seconds=59), per_minute=limits).sent == 0
    assert run(world, sink, later=timedelta(seconds=61), per_minute=limits).sent == 1
    assert len(set(sink.recipients)) == 4


def test_the_star_stands_for_each_other_domain(small_world: World, sink: Sink) -> None:
    """Each has its own share; the one that is named has its."""
    four_at_one_domain(small_world)
    assert run(small_world, sink, per_minute={"*": 1}).sent == 2
    assert run(small_world, sink, later=timedelta(minutes=2), per_minute={"*": 1, "tinh.example.vn": 9}).sent == 2


def test_senders_at_once_share_a_limit(world: World, sink: Sink) -> None:
    """Two runs together send no more than one would."""
    four_at_one_domain(world)
    done = at_once(*[lambda: run(world, sink, per_minute={"tinh.example.vn": 1, "*": 1}).sent] * 2)
    assert sum(done) == 2


def test_what_is_not_on_the_allow_list_is_withdrawn_and_the_log_says_why(world: World, sink: Sink) -> None:
    """An address or a whole domain may be named; nothing else leaves, now or later."""
    world.plan(Duty("I.1", LAST, owners=OWNERS))
    world.sweep(START)
    allow = ("VANTHU@so-a.example.vn", "so-b.example.vn")
    assert run(world, sink, allow=allow).counts() == {"sent": 2, "failed": 0, "withdrawn": 2, "pending": 0}
    assert set(sink.recipients) == {"vanthu@so-a.example.vn", "vanthu@so-b.example.vn"}
    withdrawn = world.lines("I.1", kinds=["withdrawn"])
    assert len(withdrawn) == 2
    assert all("mail.allow" in line.data["reason"] for line in withdrawn)
    assert run(world, sink).sent == 0


def test_test_mail_heeds_the_allow_list(small_world: World, sink: Sink) -> None:
    """It would reach the same people."""
    sending = replace(small_world.sending(sink.transport), allow=("so-b.example.vn",))
    addresses = [("A", "vanthu@so-a.example.vn"), ("B", "vanthu@so-b.example.vn")]
    refused = asyncio.run(send_trials(sending, addresses, Moment(EIGHT, EIGHT)))
    assert list(refused) == ["vanthu@so-a.example.vn"]
    assert sink.recipients == ["vanthu@so-b.example.vn"]


def test_a_mailbox_out_of_reach_gets_only_what_a_duty_rests_on(small_world: World, sink: Sink) -> None:
    """Its copies are withdrawn with the reason; its notices and reminders are still tried."""
    with small_world.database.write() as session:
        for mailbox in session.exec(select(Mailbox)).all():
            mailbox.state = "failed"
    small_world.plan(Duty("I.1", LAST, helpers=(B,)), Duty("I.2", LAST, owners=(B,)))
    small_world.sweep(START)
    assert run(small_world, sink).sent == 2  # notices
    small_world.sweep(date(2020, 3, 6))
    done = small_world.deliver(date(2020, 3, 6), sink.transport)
    assert (done.sent, done.withdrawn) == (2, 0)
    assert "I.2. " in sink.texts("vanthu@so-b.example.vn")[-1]
    assert "I.1. " not in sink.texts("vanthu@so-b.example.vn")[-1]
    (line,) = small_world.lines("I.1", kinds=["withdrawn"])
    assert "came back for good" in line.data["reason"]


@pytest.mark.parametrize(
    ("address", "allow", "expected"),
    [
        ("a@b.example.vn", (), True),
        ("a@b.example.vn", ("b.example.vn",), True),
        ("a@b.example.vn", ("@B.example.vn",), True),
        ("a@c.b.example.vn", ("b.example.vn",), False),
        ("a@evilb.example.vn", ("b.example.vn",), False),
        ("x@b.example.vn", ("a@b.example.vn",), False),
    ],
)
def test_who_is_allowed(address: str, allow: tuple[str, ...], expected: bool) -> None:
    """An address, or its very domain."""
    assert is_allowed(address, allow) is expected
