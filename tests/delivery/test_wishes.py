"""When mail comes and to whom, as recipients wish: nothing of it is dropped."""

from collections.abc import Collection
from datetime import date, time, timedelta
from typing import Any

import pytest
from sink import Sink
from sqlmodel import col, select
from world import START, A, B, Duty, World, moment

from engine.models import Entry, Mailbox, Message, Recipient
from engine.rules.wishes import urgent

LAST = date(2020, 3, 20)
OFFICE, OTHER, OUTSIDE = "vanthu@so-a.example.vn", "vanthu@so-b.example.vn", "vanthu@so-ngoai.example.vn"


def march(day: int) -> date:
    """That day of March 2020."""
    return date(2020, 3, day)


def wish(world: World, address: str, **wishes: Any) -> int:
    """Set what a mailbox wishes; its number."""
    with world.database.write() as session:
        mailbox = session.exec(select(Mailbox).where(Mailbox.address == address)).one()
        for name, value in wishes.items():
            setattr(mailbox, name, value)
        return mailbox.id or 0


def number(world: World, address: str) -> int:
    """The number of a mailbox."""
    return wish(world, address)


def live(world: World, sink: Sink, last: date, *, first: date = START) -> dict[date, list[str]]:
    """Every day's sweep and mail; who got mail on which day."""
    got: dict[date, list[str]] = {}
    day = first
    while day <= last:
        world.sweep(day)
        before = len(sink.mails)
        world.deliver(day, sink.transport)
        if new := sorted(sink.recipients[before:]):
            got[day] = new
        day += timedelta(days=1)
    return got


def test_what_is_for_an_absent_mailbox_goes_to_its_deputy(world: World, sink: Sink) -> None:
    """One mail for both; the ledger says for whom it stood in, and the recipient stays the one it was for."""
    wish(world, OFFICE, absent_from=START, absent_until=march(5), deputy_id=number(world, OTHER))
    world.plan(Duty("I.1", LAST), Duty("I.2", LAST, owners=(B,)))
    world.sweep(START)
    assert world.deliver(START, sink.transport).sent == 1
    assert sink.recipients == [OTHER]
    (text,) = sink.texts(OTHER)
    assert "I.1. " in text
    assert "I.2. " in text
    (entry,) = world.lines(kinds=["delivery"])
    assert (entry.data["mailbox"], entry.data["for"]) == (number(world, OTHER), [number(world, OFFICE)])
    assert world.lines("I.1")[0].to == (OFFICE,)
    assert live(world, sink, march(6), first=march(4)) == {march(6): [OFFICE, OTHER]}


def test_a_deputy_who_is_away_too_is_none(small_world: World, sink: Sink) -> None:
    """Each is the other's deputy: the mail goes where it belongs."""
    away = {"absent_from": START, "absent_until": march(9)}
    wish(small_world, OFFICE, **away, deputy_id=number(small_world, OTHER))
    wish(small_world, OTHER, **away, deputy_id=number(small_world, OFFICE))
    small_world.plan(Duty("I.1", LAST))
    small_world.sweep(START)
    small_world.deliver(START, sink.transport)
    assert sink.recipients == [OFFICE]


def test_early_reminders_wait_for_the_weekly_mail(world: World, sink: Sink) -> None:
    """R14 of Friday 6/3 waits for Wednesday 11/3; the notice of 3/3 does not."""
    wish(world, OFFICE, gathering="weekly", gathering_weekday=2)
    world.plan(Duty("I.1", LAST))
    assert live(world, sink, march(11)) == {START: [OFFICE], march(11): [OFFICE]}
    assert [data["told"] for data in [line.data for line in world.lines(kinds=["delivery"])]] == [
        [["I.1", "N"]],
        [["I.1", "R14"]],
    ]


def test_something_urgent_takes_along_what_waits(world: World, sink: Sink) -> None:
    """A new duty's notice on 9/3 carries R14 of 6/3."""
    wish(world, OFFICE, gathering="weekly", gathering_weekday=2)
    world.plan(Duty("I.1", LAST))
    live(world, sink, march(8))
    world.plan(Duty("II.1", date(2020, 6, 30)), number="02/KH-THU", day=march(9))
    assert live(world, sink, march(9), first=march(9)) == {march(9): [OFFICE]}
    assert "I.1. " in sink.texts(OFFICE)[-1]
    assert "II.1. " in sink.texts(OFFICE)[-1]


def test_what_waits_goes_when_the_next_rung_of_its_duty_has_come(world: World, sink: Sink) -> None:
    """A helper's copy of R3w of Tuesday 17/3 waits for Friday, but goes on Thursday, when the owner is told R1w."""
    wish(world, OTHER, gathering="weekly", gathering_weekday=4)
    world.plan(Duty("I.1", LAST, helpers=(B,)))
    got = live(world, sink, march(20))
    assert {str(line): OTHER in line.to for line in world.lines("I.1")}["2020-03-17 R3w"]
    assert [day for day, addresses in got.items() if OTHER in addresses] == [START, march(6), march(19)]
    assert [day for day, addresses in got.items() if OFFICE in addresses][-3:] == [march(17), march(19), march(20)]


def test_a_weekly_mailbox_gets_everything_in_the_end(small_world: World, sink: Sink) -> None:
    """Over a whole life of a duty nobody is told less, only later."""
    wish(small_world, OFFICE, gathering="weekly", gathering_weekday=4)
    wish(small_world, OTHER, gathering="weekly", gathering_weekday=0)
    small_world.plan(Duty("I.1", date(2020, 4, 17), helpers=(B,)))
    live(small_world, sink, date(2020, 4, 30))
    with small_world.database.read() as session:
        left = session.exec(select(Recipient).where(col(Recipient.message_id).is_(None))).all()
    assert left == []
    assert {line.rung for line in small_world.lines("I.1")} >= {"N", "R30", "R14", "R7", "R3w", "E1"}


@pytest.mark.parametrize("retried", [False, True])
def test_no_mail_goes_in_quiet_hours(world: World, sink: Sink, retried: bool) -> None:
    """It goes after them, also what was tried before they began."""
    wish(world, OFFICE, quiet_from=time(8), quiet_until=time(13))
    world.plan(Duty("I.1", LAST, owners=(A, B)))
    world.sweep(START)
    if retried:
        sink.refuse = lambda to: "451 later" if to == OFFICE else None
        world.deliver(START, sink.transport, hour=time(7, 40))
        sink.refuse = lambda _: None
    assert world.deliver(START, sink.transport, hour=time(9)).pending == 1
    assert sink.recipients == [OTHER]
    assert world.deliver(START, sink.transport, hour=time(13)).sent == 1
    assert sink.recipients == [OTHER, OFFICE]


def test_quiet_hours_that_leave_no_time_are_not_kept(small_world: World, sink: Sink) -> None:
    """Rather a mail at a bad hour than none."""
    wish(small_world, OFFICE, quiet_from=time(6), quiet_until=time(18))
    small_world.plan(Duty("I.1", LAST))
    small_world.sweep(START)
    assert small_world.deliver(START, sink.transport).sent == 1


def test_the_database_waits_with_just_what_the_rule_calls_not_urgent(small_world: World) -> None:
    """The condition in SQL and `urgent` are one."""
    from engine.gathering import gather  # noqa: PLC0415  beside what it is held against

    boxes = [wish(small_world, to, gathering="weekly", gathering_weekday=0) for to in (OFFICE, OTHER, OUTSIDE)]
    small_world.plan(Duty("I.1", LAST))
    part = small_world.part("I.1")
    roles: Collection[str] = ("owner", "head", "collaborators", "coordinator", "supervisor", "stand_in")
    for kind, rung in [("reminder", "R30"), ("reminder", "R7"), ("reminder", "R3w"), ("escalation", "E1")]:
        for role in roles:
            with small_world.database.write() as session:
                session.execute(Recipient.__table__.delete())  # type: ignore[attr-defined]
                entry = Entry(plan_id=1, assignment_id=part, kind=kind, rung=f"{rung}", version=9, round=len(rung))
                entry.effective, entry.at, entry.data = march(4), moment(march(4)).real, {}
                session.add(entry)
                session.flush()
                entry.seq, entry.prev, entry.hash = 10**6 + (entry.id or 0), "x", "x"
                session.add(Recipient(entry_id=entry.id or 0, mailbox_id=boxes[0], role=role))
                session.flush()
                gather(session, moment(march(5)), calendar=small_world.calendar, window=(time(7), time(17)))
                made = session.exec(select(Message)).all()
                assert bool(made) is urgent(kind, rung, role), (kind, rung, role)
                session.rollback()
