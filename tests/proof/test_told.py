"""Another delivery: what a person told the owner where mail came back, and what the ladder does then."""

from datetime import date, time

import pytest
from sink import Sink
from sqlmodel import select
from world import AN, LAN, MINH, START, B, Duty, World, moment

from engine.errors import RefusedError
from engine.models import Assignment, Entry
from engine.queries.history import Sought, log_lines
from engine.told import Told, record_delivery
from web.words import said

OFFICE, HEAD, COORDINATOR = "vanthu@so-a.example.vn", "giamdoc@so-a.example.vn", "lan@example.vn"
CALLED = Told(LAN, "phone", "Đã gọi chánh văn phòng, đọc lại nhiệm vụ và hạn")


def march(day: int) -> date:
    """That day of March 2020."""
    return date(2020, 3, day)


def tell(world: World, day: date, said: Told = CALLED, *, hour: time = time(9, 0), ref: str = "I.1") -> Assignment:
    """Record another delivery."""
    part = world.part(ref)
    with world.database.write() as session:
        done = record_delivery(session, part, said, when=moment(day, hour))
        session.flush()
        session.expunge(done)
        return done


def bounced(world: World, sink: Sink, last_day: date) -> None:
    """A duty whose notice came back on the first day."""
    world.plan(Duty("I.1", last_day))
    sink.refuse = lambda address: "550 5.1.1 no such user" if address == OFFICE else None
    world.sweep(START)
    world.deliver(START, sink.transport)
    world.deliver(START, sink.transport, hour=time(9, 0))  # the coordinator's news of it
    assert world.state("I.1").held_until == march(6)
    sink.refuse = lambda _: None
    sink.mails.clear()


def test_after_another_delivery_the_ladder_goes_on_to_the_owner_alone(world: World, sink: Sink) -> None:
    """The notice came back, the coordinator telephones: the rung that waited goes to the owner, and nobody above."""
    bounced(world, sink, march(6))
    world.sweep(march(4))  # R1w is dated 5 March, R3w and R7 lie before the notice
    world.sweep(march(5))
    assert world.rungs("I.1") == ["2020-03-03 N"]
    tell(world, march(5))
    world.sweep(march(6))
    assert world.rungs("I.1")[1:] == ["2020-03-06 -R1w", "2020-03-06 R0"]
    assert world.lines("I.1")[-1].to == (OFFICE,)
    world.deliver(march(6), sink.transport)
    assert sink.recipients == [OFFICE]
    (text,) = sink.texts(OFFICE)
    assert "không đến" not in text
    assert "trả lại" not in text


def test_without_another_delivery_the_same_rung_waits_and_then_goes_further_up(world: World, sink: Sink) -> None:
    """The counter-proof: nobody telephones."""
    bounced(world, sink, march(6))
    world.sweep_through(march(4), march(6))
    assert world.rungs("I.1") == ["2020-03-03 N"]
    world.sweep(march(9))
    assert set(world.lines("I.1")[-1].to) > {OFFICE, HEAD, COORDINATOR}


def test_told_before_the_sweep_of_a_day_the_ladder_goes_on_that_very_day(small_world: World, sink: Sink) -> None:
    """At 06:30 the sweep of seven has not run: what is due that day need not wait another one."""
    bounced(small_world, sink, march(6))
    small_world.sweep(march(4))
    tell(small_world, march(5), hour=time(6, 30))
    small_world.sweep(march(5))
    assert small_world.rungs("I.1")[1:] == ["2020-03-05 R1w"]


def test_told_after_the_sweep_of_a_day_no_rung_is_lost(small_world: World, sink: Sink) -> None:
    """The rung of the day that was waited through comes with the next sweep."""
    bounced(small_world, sink, march(12))
    small_world.sweep_through(march(4), march(5))  # R7 is dated 5 March
    assert tell(small_world, march(5)).held_until == march(5)
    small_world.sweep(march(6))
    assert small_world.rungs("I.1")[1:] == ["2020-03-06 R7"]


def test_mail_that_comes_back_after_it_counts_again(small_world: World, sink: Sink) -> None:
    """A delivery by hand says nothing of what is sent later."""
    bounced(small_world, sink, march(12))
    tell(small_world, march(4))
    small_world.sweep(march(5))
    sink.refuse = lambda address: "550 5.1.1 no such user" if address == OFFICE else None
    small_world.deliver(march(5), sink.transport)
    small_world.sweep(march(9))
    assert set(small_world.lines("I.1")[-1].to) > {OFFICE, HEAD, COORDINATOR}


def test_it_counts_for_the_deadline_it_was_told_of(small_world: World, sink: Sink) -> None:
    """A new version is a new notice, and its own mail must arrive."""
    bounced(small_world, sink, march(12))
    tell(small_world, march(4))
    small_world.act("move", "I.1", new_day=march(20), reason="x", document="12/QĐ", day=march(4))
    sink.refuse = lambda address: "550 5.1.1 no such user" if address == OFFICE else None
    small_world.sweep(march(5))
    small_world.deliver(march(5), sink.transport)
    assert small_world.state("I.1").held_until == march(10)


def test_a_wait_that_an_acknowledgement_asked_for_stays(small_world: World) -> None:
    """What was agreed with the owner is not ended by having told it."""
    small_world.plan(Duty("I.1", march(4)))
    small_world.sweep_through(START, march(5))
    small_world.ack("I.1", day=march(5))
    assert tell(small_world, march(5)).held_until == march(10)


def test_the_entry_says_who_told_which_way_and_names_no_mailbox(world: World, sink: Sink) -> None:
    """One entry of kind delivery, in words on the page."""
    bounced(world, sink, march(12))
    tell(world, march(5), Told(LAN, "paper", " Công văn 15/UBND ", march(4)))
    with world.database.read() as session:
        (entry,) = session.exec(select(Entry).where(Entry.kind == "delivery", Entry.assignment_id != None))  # noqa: E711
        assert entry.data == {
            "how": "paper",
            "by": LAN,
            "door": "cli",
            "comment": "Công văn 15/UBND",
            "date": "2020-03-04",
        }
        (line,) = [one for one in log_lines(session, Sought(kinds=["delivery"])) if one.assignment_id]
    words = said(line, world.policy, {})
    assert words == "lan ghi nhận đã báo bằng văn bản giấy ngày 04/03/2020: Công văn 15/UBND"


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        (Told(MINH, "phone", "x"), "minh is not the coordinator"),
        (Told(AN, "phone", "x"), "an is not the coordinator"),
        (Told(LAN, "pigeon", "x"), "no way of telling"),
        (Told(LAN, "phone", "  "), "say in the comment"),
        (Told(LAN, "phone", "x", march(6)), "after today"),
        (Told(LAN, "phone", "x", date(2020, 3, 2)), "in force from 03/03/2020"),
        (Told("ma", "phone", "x"), "Nobody is registered"),
    ],
)
def test_what_does_not_do_is_refused(small_world: World, told: Told, fault: str) -> None:
    """Each fault by name; nothing is written."""
    small_world.plan(Duty("I.1", march(20)))
    with pytest.raises(RefusedError, match=fault):
        tell(small_world, march(5), told)
    assert small_world.lines(kinds=["delivery"]) == []


def test_the_same_twice_a_day_is_refused_and_the_next_day_is_not(world: World) -> None:
    """A second call is another one only with other words or on another day."""
    world.plan(Duty("I.1", march(20)))
    tell(world, march(5))
    with pytest.raises(RefusedError, match="recorded today already"):
        tell(world, march(5))
    tell(world, march(5), Told(LAN, "phone", "Gọi lại phó giám đốc"))
    tell(world, march(6))
    assert len(world.lines(kinds=["delivery"])) == 3


def test_nobody_is_told_of_what_has_ended(small_world: World) -> None:
    """A cancelled duty, and one of a plan that rests."""
    small_world.plan(Duty("I.1", march(20)), Duty("I.2", march(20), owners=(B,)))
    small_world.act("cancel", "I.1", reason="x", document="12/QĐ")
    with pytest.raises(RefusedError, match="it is cancelled"):
        tell(small_world, march(5))
