"""Recurring duties: offered, accepted by a person, opened once a period."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select
from world import AN, LAN, START, A, B, Duty, World, moment

from engine.errors import RefusedError
from engine.models import Agency, Deadline, Plan, Recurrence, Task
from engine.recurring import MONTHS, accept, open_due, period_of


def offered(session: Session, world: World, frequency: str = "monthly") -> Recurrence:
    """A monthly report of both agencies, "trước ngày 15 hàng tháng", until the end of the year."""
    owners = session.exec(select(Agency.id).where(Agency.key.in_([A, B]))).all()  # type: ignore[attr-defined]
    recurrence = Recurrence(
        plan_id=world.plans["01/KH-THU"],
        ref="II.2.5",
        text="Báo cáo kết quả",
        frequency=frequency,
        day=15,
        printed="trước ngày 15 hàng tháng",
        agency_ids=[owner or 0 for owner in owners],
        until=date(2020, 12, 31),
    )
    session.add(recurrence)
    session.flush()
    return recurrence


def test_nothing_is_opened_before_a_coordinator_accepts(world: World) -> None:
    """Activation alone makes no duty of a recurring report, and an owner cannot accept it."""
    world.plan(Duty("I.1", date(2020, 12, 1)))
    with world.database.write() as session:
        recurrence = offered(session, world)
        assert open_due(session, moment(START)) == 0
        with pytest.raises(RefusedError, match="not the coordinator"):
            accept(session, recurrence, moment(START), by=AN)


def test_each_period_is_opened_once_with_its_own_date(world: World) -> None:
    """ "Before the 15th" ends on the 14th; a second run of the same month changes nothing."""
    world.plan(Duty("I.1", date(2020, 12, 1)))
    with world.database.write() as session:
        accept(session, offered(session, world), moment(START), by=LAN)
    opened = []
    for day in (START, date(2020, 3, 4), date(2020, 4, 1), date(2020, 4, 2)):
        with world.database.write() as session:
            opened.append(open_due(session, moment(day)))
    assert opened == [1, 0, 1, 0]
    with world.database.read() as session:
        refs = session.exec(select(Task.ref).where(Task.ref != "I.1").order_by(Task.ref)).all()
        days = session.exec(select(Deadline.last_day).where(Deadline.last_day < date(2020, 12, 1))).all()
    assert refs == ["II.2.5/2020-03", "II.2.5/2020-04"]
    assert sorted(days) == [date(2020, 3, 14)] * 2 + [date(2020, 4, 14)] * 2
    world.sweep(START)
    assert sum(line.rung == "N" for line in world.lines()) >= 2


def test_a_period_whose_day_is_over_when_accepted_is_not_opened(world: World) -> None:
    """Nobody is late with what was not yet asked of them."""
    world.plan(Duty("I.1", date(2020, 12, 1)))
    with world.database.write() as session:
        accept(session, offered(session, world), moment(date(2020, 3, 20)), by=LAN)
        assert open_due(session, moment(date(2020, 3, 20))) == 0


def test_a_plan_that_rests_opens_nothing(world: World) -> None:
    """A suspended plan asks for no reports."""
    world.plan(Duty("I.1", date(2020, 12, 1)))
    with world.database.write() as session:
        accept(session, offered(session, world), moment(START), by=LAN)
        session.exec(select(Plan)).one().state = "suspended"
        session.flush()
        assert open_due(session, moment(START)) == 0


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.sampled_from(sorted(MONTHS)))
def test_a_day_lies_in_its_own_period(day: date, frequency: str) -> None:
    """Periods cover the year without gap, and their key names them."""
    key, first, last = period_of(day, frequency)
    assert first <= day <= last
    assert key.startswith(str(day.year))
    assert period_of(first, frequency) == period_of(last, frequency) == (key, first, last)
