"""A mail server that is away for days: nothing is lost, and nobody finds a heap of old mail when it is back."""

from datetime import date, time, timedelta

from sink import Sink, free_port
from world import START, A, B, Duty, World, moment

from engine.delivery import WINDOW
from engine.health import Expected, findings, mail_health
from engine.mail.smtp import SmtpSettings, SmtpTransport

OFFICE, HELPER = "vanthu@so-a.example.vn", "vanthu@so-b.example.vn"


def march(day: int) -> date:
    """That day of March 2020."""
    return date(2020, 3, day)


def away(world: World, first: date, last: date) -> None:
    """Days on which each sweep is done and no mail leaves."""
    day = first
    while day <= last:
        world.sweep(day)
        world.deliver(day, SmtpTransport(SmtpSettings("127.0.0.1", free_port())))
        day += timedelta(days=1)


def test_what_waited_for_days_leaves_in_one_mail_for_each_mailbox(world: World, sink: Sink) -> None:
    """Four reminders and an escalation of one duty, the notice of another: one mail, and the log names all of them."""
    world.plan(Duty("I.1", march(16)))
    world.sweep(START)
    world.deliver(START, sink.transport)
    away(world, march(9), march(16))
    world.plan(Duty("II.1", march(31)), number="02/KH-THU", day=march(17))
    world.sweep(march(17))
    assert world.deliver(march(17), sink.transport).sent == 2
    assert sink.recipients == [OFFICE, OFFICE, "giamdoc@so-a.example.vn"]
    told = [line.data["told"] for line in world.lines(kinds=("delivery",)) if line.data["mailbox"] == 1]
    assert told[1:] == [[["I.1", rung] for rung in ("R7", "R3w", "R1w", "R0", "E1")], [["II.1", "N"]]]


def test_of_several_rungs_in_one_mail_the_last_is_the_line(small_world: World, sink: Sink) -> None:
    """Who is told five times of one duty in one mail takes it for five duties."""
    world = small_world
    world.plan(Duty("I.1", march(16)))
    world.sweep(START)
    world.deliver(START, sink.transport)
    away(world, march(9), march(17))
    world.deliver(march(18), sink.transport)
    text = sink.texts(OFFICE)[-1]
    assert text.count("I.1. Việc I.1") == 1
    assert "== Đã quá hạn (1) ==" in text
    assert "Sắp đến hạn" not in text


def test_a_reminder_that_leaves_after_the_last_day_does_not_say_that_the_day_is_near(
    small_world: World, sink: Sink
) -> None:
    """A collaborator has a reminder alone; by the time it leaves the duty is late."""
    world = small_world
    world.plan(Duty("I.1", march(16), owners=(A,), helpers=(B,)))
    world.sweep(START)
    world.deliver(START, sink.transport)
    away(world, march(11), march(17))
    world.deliver(march(18), sink.transport)
    text = sink.texts(HELPER)[-1]
    assert "quá 02 ngày làm việc" in text
    assert "== Đã quá hạn (1) ==" in text
    assert "Đề nghị phối hợp với cơ quan chủ trì." in text


def test_mail_refused_for_our_sake_for_a_day_is_named_with_the_reason(world: World, sink: Sink) -> None:
    """It is tried every quarter of an hour, so it is never long due; somebody must hear of it all the same."""
    sink.refuse = lambda address: "550 5.7.1 relaying denied" if address == OFFICE else None
    world.plan(Duty("I.1", march(16)))
    world.sweep(START)
    expected = Expected(turns={}, calendar=world.calendar, window=WINDOW)
    for day, stuck in ((START, 0), (march(4), 1)):
        world.deliver(day, sink.transport, hour=time(10))
        with world.database.read() as session:
            when = moment(day, time(10, 5))
            assert mail_health(session, expected, when).stuck == stuck
            told = next(one for one in findings(session, expected, when) if one.what == "thư chờ quá lâu")
    assert not told.ok
    assert told.detail == f"1 – 2020-03-03 {OFFICE}: 550 5.7.1 relaying denied"
