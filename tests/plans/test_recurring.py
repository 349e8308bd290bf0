"""Recurring duties that a person has taken on: each period is opened once, with its own date, while the plan runs."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select
from world import START, A, B, Duty, World, moment

from config.holidays import read_calendar
from engine.models import Agency, Assignment, Collaborator, Deadline, Instance, Plan, Recurrence, Task
from engine.recurring import coming, open_due, periods_to_open
from engine.rules.periods import MONTHS

CALENDAR = read_calendar()


def taken_on(session: Session, world: World, accepted: date, **more: Any) -> Recurrence:
    """A monthly report of both agencies, "trước ngày 15 hàng tháng", until the end of the year, accepted that day."""
    owners = session.exec(select(Agency.id).where(Agency.key.in_([A, B]))).all()  # type: ignore[attr-defined]
    said = {
        "plan_id": world.plans["01/KH-THU"],
        "ref": "II.2.5",
        "text": "Báo cáo kết quả",
        "frequency": "monthly",
        "day": 15,
        "printed": "trước ngày 15 hàng tháng",
        "agency_ids": [owner or 0 for owner in owners],
        "until": date(2020, 12, 31),
        "accepted_on": accepted,
    }
    recurrence = Recurrence(**said | more)
    session.add(recurrence)
    session.flush()
    return recurrence


def opening(world: World, *days: date) -> list[int]:
    """How many periods are opened on each of these days."""
    counts = []
    for day in days:
        with world.database.write() as session:
            counts.append(open_due(session, moment(day), calendar=world.calendar))
    return counts


def opened(world: World) -> dict[str, tuple[date, date]]:
    """The periods that have been opened: last day and day of force of the agencies' parts."""
    with world.database.read() as session:
        rows = session.exec(
            select(Instance.period, Deadline.last_day, Deadline.force_day)
            .join(Assignment, col(Assignment.task_id) == Instance.task_id)
            .join(Deadline, col(Deadline.assignment_id) == Assignment.id)
            .order_by(Instance.period)
        ).all()
        return {period: (last_day, force_day) for period, last_day, force_day in rows}


def set_plan(world: World, **values: Any) -> None:
    """Change a setting or the state of the plan."""
    with world.database.write() as session:
        session.exec(select(Plan)).one().sqlmodel_update(values)


@pytest.fixture
def plan(world: World) -> World:
    """A plan in force."""
    world.plan(Duty("I.1", date(2020, 12, 1)))
    return world


def test_each_period_is_opened_once_with_its_own_date(plan: World) -> None:
    """ "Before the 15th" ends on the 14th; a second run of the same month changes nothing; the text says the month."""
    with plan.database.write() as session:
        taken_on(session, plan, START)
    assert opening(plan, START, date(2020, 3, 4), date(2020, 4, 1), date(2020, 4, 2)) == [1, 0, 1, 0]
    with plan.database.read() as session:
        tasks = session.exec(select(Task).where(Task.ref != "I.1").order_by(Task.ref)).all()
        assert [(task.ref, task.text) for task in tasks] == [
            ("II.2.5/2020-03", "Kỳ tháng 3/2020: Báo cáo kết quả"),
            ("II.2.5/2020-04", "Kỳ tháng 4/2020: Báo cáo kết quả"),
        ]
        days = session.exec(select(Deadline.last_day).where(Deadline.last_day < date(2020, 12, 1))).all()
    assert sorted(days) == [date(2020, 3, 14)] * 2 + [date(2020, 4, 14)] * 2
    plan.sweep(START)
    assert [line.rung for line in plan.lines("II.2.5/2020-03")] == ["N", "N"]


def test_a_period_whose_day_is_over_when_accepted_is_not_opened(plan: World) -> None:
    """Nobody is late with what was not yet asked of them: the next one is asked for."""
    with plan.database.write() as session:
        taken_on(session, plan, date(2020, 3, 20))
    assert opening(plan, date(2020, 3, 20)) == [1]
    assert opened(plan) == {"2020-04": (date(2020, 4, 14), date(2020, 3, 20))}


def test_a_report_on_a_time_before_the_plan_is_not_asked_for(plan: World) -> None:
    """February's, due on 5 March, though it could still be met on the day the plan started."""
    with plan.database.write() as session:
        taken_on(session, plan, START, day=5, bound="by", months_on=1)
    assert opening(plan, START) == [1]
    assert opened(plan) == {"2020-03": (date(2020, 4, 5), START)}


def test_what_is_due_before_its_own_period_begins_is_opened_in_time(plan: World) -> None:
    """ "Before the 1st" ends the day before its month: April's report is asked for from 1 March on."""
    with plan.database.write() as session:
        taken_on(session, plan, START, day=1)
    assert opening(plan, START, date(2020, 3, 31), date(2020, 4, 1)) == [1, 0, 1]
    assert opened(plan) == {
        "2020-04": (date(2020, 3, 31), START),
        "2020-05": (date(2020, 4, 30), date(2020, 4, 1)),
    }


def test_periods_missed_while_the_plan_rested_are_opened_late(plan: World) -> None:
    """A resting plan opens nothing; what was taken on is on record when it goes on, and each period once."""
    with plan.database.write() as session:
        taken_on(session, plan, START)
    set_plan(plan, state="suspended")
    assert opening(plan, date(2020, 4, 1)) == [0]
    set_plan(plan, state="active")
    assert opening(plan, date(2020, 5, 5), date(2020, 5, 5)) == [3, 0]
    assert {key: last for key, (last, _) in opened(plan).items()} == {
        "2020-03": date(2020, 3, 14),
        "2020-04": date(2020, 4, 14),
        "2020-05": date(2020, 5, 14),
    }
    with plan.database.read() as session:
        positions = session.exec(select(Task.position)).all()
    assert len(positions) == len(set(positions))


def test_what_was_accepted_before_the_plan_begins_with_the_plan(world: World) -> None:
    """A plan not yet active opens nothing; its first period is the first that can be met after its activation."""
    world.plan(Duty("I.1", date(2020, 12, 1)), active=False)
    with world.database.write() as session:
        taken_on(session, world, date(2020, 1, 6))
    assert opening(world, date(2020, 2, 1)) == [0]
    set_plan(world, state="active", activated_on=START)
    assert opening(world, START) == [1]
    assert list(opened(world)) == ["2020-03"]


def test_the_settings_of_the_plan_hold_for_periods_too(world: World) -> None:
    """ "trước" taken inclusively, and a last day on a day off moved to the next working day."""
    world.plan(Duty("I.1", date(2020, 12, 1)))
    set_plan(world, before="inclusive", roll="next")
    with world.database.write() as session:
        taken_on(session, world, START)
    assert opening(world, START) == [1]
    assert opened(world)["2020-03"] == (date(2020, 3, 16), START)  # 15/3/2020 was a Sunday


def test_nothing_is_opened_beyond_the_end_of_the_duty(plan: World) -> None:
    """The last period is the one that begins or ends by then."""
    with plan.database.write() as session:
        taken_on(session, plan, date(2020, 11, 20))
    assert opening(plan, date(2021, 2, 1)) == [1]
    assert list(opened(plan)) == ["2020-12"]


def test_nothing_is_opened_after_it_was_withdrawn(plan: World) -> None:
    """Not even what was missed before."""
    with plan.database.write() as session:
        taken_on(session, plan, START, ended_on=date(2020, 4, 20))
    assert opening(plan, date(2020, 6, 1)) == [0]


def test_a_period_has_the_days_of_its_data_and_its_helpers(plan: World) -> None:
    """Closed on the 14th by a person's choice; the helper gets the notice as well."""
    with plan.database.write() as session:
        helper = session.exec(select(Agency.id).where(Agency.key == "so-ngoai")).one() or 0
        taken_on(session, plan, START, day=20, bound="by", close_day=14, collaborator_ids=[helper])
    opening(plan, START)
    with plan.database.read() as session:
        instance = session.exec(select(Instance)).one()
        assert (instance.data_from, instance.data_to) == (date(2020, 2, 15), date(2020, 3, 14))
        assert session.exec(select(Collaborator.agency_id).where(Collaborator.task_id == instance.task_id)).all() == [
            helper
        ]
    plan.sweep(START)
    assert "vanthu@so-ngoai.example.vn" in {to for line in plan.lines("II.2.5/2020-03") for to in line.to}


@given(
    st.dates(date(2019, 1, 1), date(2022, 12, 31)),
    st.integers(1, 31),
    st.sampled_from(sorted(MONTHS)),
    st.integers(-2, 1),
)
@settings(max_examples=25)
def test_a_process_that_runs_every_day_opens_nothing_late(accepted: date, day: int, often: str, months_on: int) -> None:
    """From acceptance on every period comes once, in order, with its last day still ahead."""
    plan = Plan(slug="thu", activated_on=accepted, before="strict", roll="none")
    for bound in ("before", "by"):
        recurrence = Recurrence(frequency=often, day=day, bound=bound, accepted_on=accepted, until=date(2025, 1, 1))
        recurrence.months_on = months_on
        seen: list[str] = []
        for today in (accepted + timedelta(days=n) for n in range(0, 420)):
            now = list(periods_to_open(recurrence, plan, today, calendar=CALENDAR))
            assert [period.key for period, _ in now[: len(seen)]] == seen
            assert all(last_day >= today for _, last_day in now[len(seen) :])
            seen = [period.key for period, _ in now]
        assert len(seen) >= 12 // MONTHS[often]


def test_the_next_periods_are_told_before_they_are_opened() -> None:
    """For the person who accepts; fewer where the duty ends before."""
    plan = Plan(slug="thu", before="strict", roll="none")
    recurrence = Recurrence(frequency="quarterly", day=15, bound="before", dates=[], until=date(2026, 9, 30))
    ahead = coming(recurrence, plan, date(2026, 4, 2), 3, calendar=CALENDAR)
    assert [(due.period.key, due.last_day) for due in ahead] == [
        ("2026-Q2", date(2026, 6, 14)),
        ("2026-Q3", date(2026, 9, 14)),
    ]
