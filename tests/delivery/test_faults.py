"""Servers that go wrong: nothing is lost, and nothing arrives twice but what was handed over and not answered."""

from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import product

import pytest
from faulty import DRIP, DROP, HANG, Faulty, broken
from sink import Sink
from sqlmodel import col, select
from world import START, A, B, Duty, World, at_once

from engine.clock import Moment, at
from engine.delivery import RETRIES, TROUBLE_WAIT, TROUBLES, Delivered, deliver
from engine.models import Message

LAST = date(2020, 3, 20)
EIGHT = at(START, time(8))
OWNERS = (A, B, "so-ngoai", "van-phong")


def four_notices(world: World) -> None:
    """A morning with a mail for each of four offices."""
    world.plan(Duty("I.1", LAST, owners=OWNERS))
    world.sweep(START)


def outbox(world: World) -> list[Message]:
    """The messages."""
    with world.database.read() as session:
        rows = list(session.exec(select(Message).order_by(col(Message.id))).all())
        session.expunge_all()
        return rows


def run(world: World, faulty: Faulty, later: timedelta = timedelta(0)) -> Delivered:
    """One delivery to it."""
    return world.deliver(START, faulty.transport(), real=EIGHT + later)


STAGES = ("connect", "EHLO", "MAIL", "RCPT", "DATA")
FAULTS = (HANG, DROP, "554 no service", "421 busy", "999 nonsense", DRIP)


@pytest.mark.parametrize(
    ("stage", "fault"), [*product(STAGES, FAULTS), *product(["inside"], [HANG, DROP])], ids=lambda word: word[:3]
)
def test_a_server_that_fails_before_it_has_a_mail_loses_and_doubles_nothing(
    small_world: World, stage: str, fault: str
) -> None:
    """At every step after the second mail; afterwards every mail goes once."""
    four_notices(small_world)
    with broken(Faulty(lambda s, taken: fault if (s, taken) == (stage, 2) else None)) as faulty:
        done = run(small_world, faulty)
        assert len(faulty.taken) == done.sent
        assert done.sent + done.pending + done.failed >= 4
        faulty.fault = lambda *_: None
        for later in (timedelta(minutes=5), TROUBLE_WAIT, timedelta(hours=2)):
            run(small_world, faulty, later)
    final = fault.startswith("554") and stage in {"RCPT", "DATA"}  # it is about those mails: the last two
    assert done.failed == (2 if final else 0)
    assert max(Counter(faulty.ids).values()) == 1
    assert Counter(m.status for m in outbox(small_world) if m.id and m.id <= 4) == (
        {"sent": 2, "failed": 2} if final else {"sent": 4}
    )


@pytest.mark.parametrize("fault", [HANG, DROP])
def test_at_the_first_connection_too(small_world: World, fault: str) -> None:
    """The server never greets: the run ends and says so, no try is used up."""
    four_notices(small_world)
    with broken(Faulty(lambda *_: fault)) as faulty:
        done = run(small_world, faulty)
    assert done.error
    assert done.counts() == {"sent": 0, "failed": 0, "withdrawn": 0, "pending": 4}
    assert {m.attempts for m in outbox(small_world)} == {0}


@pytest.mark.parametrize("fault", [HANG, DROP])
def test_a_mail_that_was_not_answered_for_is_put_off_and_counts(world: World, fault: str) -> None:
    """It may have arrived: it alone may come twice, with the same Message-ID and bytes; the others keep their tries."""
    four_notices(world)
    with broken(Faulty(lambda stage, taken: fault if (stage, taken) == ("dot", 2) else None)) as faulty:
        done = run(world, faulty)
        assert (done.sent, done.pending) == (2, 2)
        assert "no answer" in done.error
        assert [m.attempts for m in outbox(world)] == [1, 1, 1, 0]
        faulty.fault = lambda *_: None
        assert run(world, faulty).sent == 1  # the other one
        assert run(world, faulty, RETRIES[0]).sent == 1
    mails: dict[str, list[bytes]] = {}
    for identity, mail in zip(faulty.ids, faulty.taken, strict=True):
        mails.setdefault(identity, []).append(mail)
    assert len(mails) == 4
    assert sorted(len(same) for same in mails.values()) == [1, 1, 1, 2 if fault == HANG else 1]
    assert all(len(set(same)) == 1 for same in mails.values())


def test_a_server_that_takes_so_many_mails_a_connection_is_called_again(small_world: World) -> None:
    """421 to the third MAIL on a connection: the rest goes over a fresh one, in the same run."""
    four_notices(small_world)
    asked = iter(range(99))
    with broken(Faulty(lambda stage, _: "421 enough" if stage == "MAIL" and next(asked) == 2 else None)) as faulty:
        assert run(small_world, faulty).counts() == {"sent": 4, "failed": 0, "withdrawn": 0, "pending": 0}
    assert faulty.seen.count("connect") == 2
    assert len(set(faulty.ids)) == len(faulty.ids) == 4


def test_4xx_then_5xx_ends_with_the_coordinator_told(world: World) -> None:
    """Put off at first, then refused for good."""
    world.plan(Duty("I.1", LAST))
    world.sweep(START)
    with broken(Faulty(lambda stage, _: "450 4.2.0 greylisted" if stage == "RCPT" else None)) as faulty:
        assert run(world, faulty).counts() == {"sent": 0, "failed": 0, "withdrawn": 0, "pending": 1}
        faulty.fault = lambda stage, _: "550 5.1.1 no such user" if stage == "RCPT" else None
        assert run(world, faulty, RETRIES[0]).failed == 1
        assert faulty.taken == []
        faulty.fault = lambda *_: None
        assert run(world, faulty, RETRIES[0]).sent == 1
    (bounce,) = world.lines("I.1", kinds=["bounce"])
    assert bounce.to == ("lan@example.vn",)


@pytest.mark.parametrize("reply", ["550 5.7.26 unauthenticated", "421 4.7.32 not aligned", "554 Relay access denied"])
@pytest.mark.parametrize("stage", ["RCPT", "dot"])
def test_what_is_refused_for_our_sake_burns_no_recipient(small_world: World, stage: str, reply: str) -> None:
    """After a few in a row the run ends and says why; no try is counted, and later everything goes."""
    four_notices(small_world)
    with broken(Faulty(lambda s, _: reply if s == stage else None)) as faulty:
        done = run(small_world, faulty)
        assert reply[:3] in done.error
        assert done.counts() == {"sent": 0, "failed": 0, "withdrawn": 0, "pending": 4}
        assert {m.attempts for m in outbox(small_world)} == {0}
        assert faulty.seen.count(stage) <= TROUBLES
        faulty.fault = lambda *_: None
        assert run(small_world, faulty, TROUBLE_WAIT).sent == 4
    assert small_world.lines(kinds=["bounce"]) == []


def test_one_address_refused_for_our_sake_does_not_hold_up_the_others(small_world: World) -> None:
    """Only its mail waits, and the run says so."""
    four_notices(small_world)
    refused = iter([None, "550 5.7.1 relaying denied"])
    with broken(Faulty(lambda stage, _: next(refused, None) if stage == "RCPT" else None)) as faulty:
        done = run(small_world, faulty)
    assert (done.sent, done.pending, done.failed) == (3, 1, 0)
    assert "relaying denied" in done.error


def test_several_connections_carry_one_mail_each_at_a_time(world: World, sink: Sink) -> None:
    """Two senders at once, each with several connections: every mail once, each marked."""
    four_notices(world)

    def work() -> int:
        return deliver(replace(world.sending(sink.transport), connections=3), Moment(EIGHT, EIGHT)).sent

    assert sum(at_once(work, work)) == 4
    assert len(set(sink.ids)) == len(sink.ids) == 4
    assert {m.status for m in outbox(world)} == {"sent"}


def test_when_one_of_several_connections_breaks_the_rest_is_given_back(small_world: World) -> None:
    """Nothing stays claimed."""
    four_notices(small_world)
    with broken(Faulty(lambda stage, _: DROP if stage == "RCPT" else None)) as faulty:
        done = deliver(replace(small_world.sending(faulty.transport()), connections=2), Moment(EIGHT, EIGHT))
    assert done.counts() == {"sent": 0, "failed": 0, "withdrawn": 0, "pending": 4}
    assert {(m.status, m.attempts) for m in outbox(small_world)} == {("pending", 0)}
