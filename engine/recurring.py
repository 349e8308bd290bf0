"""Recurring duties: each period's task is opened once, with its own date, when the one before it was due.

Instances are tasks like any other, so each has its own state, ladder and place in the log; the key of a period
(`II.2.5/2020-04`) makes opening it twice impossible.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlmodel import Session, col, select

from engine.clock import Moment
from engine.models import Instance, Plan, Recurrence, Task
from engine.parts import put_task, start
from engine.plans import locked_plan
from engine.rules.periods import DAY, Period, Schedule, data_days, label, periods
from engine.rules.terms import Bound, Deadline, last_day, to_json
from engine.rules.workdays import Workdays


@dataclass(frozen=True)
class Due:
    """A period that is to be asked for, with its last day on time under the settings of its plan."""

    period: Period
    last_day: date


def open_due(session: Session, when: Moment, *, calendar: Workdays) -> int:
    """Open every period whose time has come of every accepted recurring duty of an active plan, each once.

    A period is opened on the day after the last day of the one before it, at the latest on its own first day. What was
    missed while nothing ran or the plan rested is opened too, late as it is: nothing that was taken on is passed over.

    Returns:
        How many tasks were opened.
    """
    going_on = (col(Recurrence.accepted_on).is_not(None), col(Recurrence.ended_on).is_(None))
    plans = select(Recurrence.plan_id).join(Plan, col(Plan.id) == Recurrence.plan_id).where(*going_on)
    opened = 0
    for plan_id in sorted(set(session.exec(plans.where(Plan.state == "active")).all())):
        plan = locked_plan(session, plan_id)
        if plan.state != "active":
            continue
        accepted = select(Recurrence).where(Recurrence.plan_id == plan_id, *going_on).order_by(col(Recurrence.id))
        for each in session.exec(accepted.execution_options(populate_existing=True)).all():
            opened += open_periods(session, each, plan, when, calendar=calendar)
    return opened


def open_periods(session: Session, recurrence: Recurrence, plan: Plan, when: Moment, *, calendar: Workdays) -> int:
    """Open the periods of one recurring duty whose time has come, each once; how many there were."""
    opened = select(Instance.period).where(Instance.recurrence_id == recurrence.id)
    held = set(session.exec(opened).all())
    missing = [
        period
        for period, _ in periods_to_open(recurrence, plan, when.today, calendar=calendar)
        if period.key not in held
    ]
    for period in missing:
        _open(session, recurrence, plan, period, when, calendar)
    return len(missing)


def schedule_of(recurrence: Recurrence) -> Schedule:
    """How often a duty comes and by which day."""
    return Schedule(
        recurrence.frequency,
        recurrence.day,
        tuple(recurrence.dates or ()),
        recurrence.months_on or 0,
        cast("Bound", recurrence.bound),
        recurrence.close_day,
    )


def periods_to_open(
    recurrence: Recurrence, plan: Plan, today: date, *, calendar: Workdays
) -> Iterator[tuple[Period, date]]:
    """Each period that is open by `today`, and its last day on time under the settings of the plan.

    The first is the one that is running, and can still be met, on the day from which both acceptance and plan are in
    force; the last is the one that begins or ends by `until`, or that was open when the duty was withdrawn.
    """
    start = max(recurrence.accepted_on or today, plan.activated_on or date.min)
    opens = date.min
    for period in periods(schedule_of(recurrence), start):
        day = _last_day(recurrence, plan, period, calendar)
        begins, opens = min(period.first, opens), day + DAY
        if begins > today or min(period.first, day) > recurrence.until:
            return
        if period.last >= start and day >= start:
            yield period, day


def coming(recurrence: Recurrence, plan: Plan, today: date, count: int, *, calendar: Workdays) -> list[Due]:
    """The next periods that would be asked for from `today` on; fewer where the duty ends before."""
    found = list[Due]()
    for period in periods(schedule_of(recurrence), today):
        day = _last_day(recurrence, plan, period, calendar)
        if len(found) == count or min(period.first, day) > recurrence.until:
            break
        if period.last >= today and day >= today:
            found.append(Due(period, day))
    return found


def _last_day(recurrence: Recurrence, plan: Plan, period: Period, calendar: Workdays) -> date:
    before: Any = plan.before
    roll: Any = plan.roll
    day = last_day(_reading(recurrence, period), before=before, roll=roll, is_working=calendar.is_working)
    assert day is not None  # a day was printed or given
    return day


def _reading(recurrence: Recurrence, period: Period) -> Deadline:
    bound: Bound = "before" if recurrence.bound == "before" else "by"
    return Deadline(kind="date", text=recurrence.printed, date=period.nominal, end=period.nominal, bound=bound)


def _open(
    session: Session, recurrence: Recurrence, plan: Plan, period: Period, when: Moment, calendar: Workdays
) -> None:
    reading = _reading(recurrence, period)
    last = _last_day(recurrence, plan, period, calendar)
    task = Task(
        plan_id=recurrence.plan_id,
        ref=f"{recurrence.ref}/{period.key}",
        position=0,
        text=f"Kỳ {label(period.key)}: {recurrence.text}",  # first, since lists and mails cut long texts
        deadline_text=recurrence.printed,
        deadline=to_json(reading),
        deliverable=recurrence.deliverable,
        place=recurrence.place,
        offer_id=recurrence.offer_id,
    )
    helpers = recurrence.collaborator_ids or ()
    parts = put_task(session, task, recurrence.agency_ids, collaborators=helpers, when=when)
    start(session, parts, last, reading, cause="activation", when=when)
    first, until = data_days(schedule_of(recurrence), period, last) or (None, None)
    held = Instance(recurrence_id=recurrence.id or 0, task_id=task.id or 0, period=period.key)
    held.data_from, held.data_to = first, until
    session.add(held)
    session.flush()
