"""Recurring duties: offered, accepted by a person, opened once a period."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select
from world import AN, LAN, START, A, B, Duty, World, moment

from engine.errors import RefusedError
from engine.models import Agency, Assignment, Deadline, Plan, Recurrence, Task
from engine.recurring import MONTHS, accept, open_due, period_of, periods_to_open


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


def opened(world: World) -> dict[str, tuple[date, date]]:
    """The periods that have been opened: last day and day of force of the first agency's part."""
    with world.database.read() as session:
        rows = session.exec(
            select(Task.ref, Deadline.last_day, Deadline.force_day)
            .join(Assignment, col(Assignment.task_id) == Task.id)
            .join(Deadline, col(Deadline.assignment_id) == Assignment.id)
            .where(col(Task.ref).startswith("II.2.5/"))
            .order_by(Task.ref)
        ).all()
        return {ref.partition("/")[2]: (last_day, force_day) for ref, last_day, force_day in rows}


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
    counts = []
    for day in (START, date(2020, 3, 4), date(2020, 4, 1), date(2020, 4, 2)):
        with world.database.write() as session:
            counts.append(open_due(session, moment(day)))
    assert counts == [1, 0, 1, 0]
    with world.database.read() as session:
        refs = session.exec(select(Task.ref).where(Task.ref != "I.1").order_by(Task.ref)).all()
        days = session.exec(select(Deadline.last_day).where(Deadline.last_day < date(2020, 12, 1))).all()
    assert refs == ["II.2.5/2020-03", "II.2.5/2020-04"]
    assert sorted(days) == [date(2020, 3, 14)] * 2 + [date(2020, 4, 14)] * 2
    world.sweep(START)
    assert sum(line.rung == "N" for line in world.lines()) >= 2


def test_a_period_whose_day_is_over_when_accepted_is_not_opened(world: World) -> None:
    """Nobody is late with what was not yet asked of them: the next one is asked for."""
    world.plan(Duty("I.1", date(2020, 12, 1)))
    with world.database.write() as session:
        accept(session, offered(session, world), moment(date(2020, 3, 20)), by=LAN)
        assert open_due(session, moment(date(2020, 3, 20))) == 1
    assert opened(world) == {"2020-04": (date(2020, 4, 14), date(2020, 3, 20))}


def test_what_is_due_before_its_own_period_begins_is_opened_in_time(world: World) -> None:
    """ "Before the 1st" ends the day before its month: April's report is asked for from 1 March on."""
    world.plan(Duty("I.1", date(2020, 12, 1)))
    with world.database.write() as session:
        recurrence = offered(session, world)
        recurrence.day = 1
        accept(session, recurrence, moment(START), by=LAN)
    found = []
    for day in (START, date(2020, 3, 31), date(2020, 4, 1)):
        with world.database.write() as session:
            found.append(open_due(session, moment(day)))
    assert found == [1, 0, 1]
    assert opened(world) == {
        "2020-04": (date(2020, 3, 31), START),
        "2020-05": (date(2020, 4, 30), date(2020, 4, 1)),
    }


def test_periods_missed_while_the_plan_rested_are_opened_late(world: World) -> None:
    """What was taken on is on record even where nobody was asked in time, and each period once."""
    world.plan(Duty("I.1", date(2020, 12, 1)))
    with world.database.write() as session:
        accept(session, offered(session, world), moment(START), by=LAN)
        session.exec(select(Plan)).one().state = "suspended"
        session.flush()
        assert open_due(session, moment(date(2020, 4, 1))) == 0
        session.exec(select(Plan)).one().state = "active"
        session.flush()
        back = moment(date(2020, 5, 5))
        assert (open_due(session, back), open_due(session, back)) == (3, 0)
    assert {key: last for key, (last, _) in opened(world).items()} == {
        "2020-03": date(2020, 3, 14),
        "2020-04": date(2020, 4, 14),
        "2020-05": date(2020, 5, 14),
    }
    with world.database.read() as session:
        positions = session.exec(select(Task.position)).all()
    assert len(positions) == len(set(positions))


@given(st.dates(date(2019, 1, 1), date(2022, 12, 31)), st.integers(1, 31), st.sampled_from(sorted(MONTHS)))
def test_a_process_that_runs_every_day_opens_nothing_late(accepted: date, day: int, frequency: str) -> None:
    """From acceptance on every period comes once, in order, with its last day still ahead."""
    for bound in ("before", "by"):
        recurrence = Recurrence(frequency=frequency, day=day, bound=bound, accepted_on=accepted, until=date(2025, 1, 1))
        seen: list[str] = []
        for today in (accepted + timedelta(days=n) for n in range(400)):
            now = list(periods_to_open(recurrence, today))
            assert [key for key, _, _ in now[: len(seen)]] == seen
            assert all(last_day >= today for _, _, last_day in now[len(seen) :])
            assert now
            seen = [key for key, _, _ in now]


def test_nothing_is_opened_beyond_the_end_of_the_duty(world: World) -> None:
    """The last period is the one that begins or ends by then."""
    world.plan(Duty("I.1", date(2020, 12, 1)))
    with world.database.write() as session:
        accept(session, offered(session, world), moment(date(2020, 11, 20)), by=LAN)
        assert open_due(session, moment(date(2021, 2, 1))) == 1
    assert list(opened(world)) == ["2020-12"]


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
