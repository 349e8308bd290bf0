"""Recurring duties: each period's task is opened once, with its own date, when the one before it was due.

Instances are tasks like any other, so each has its own state, ladder and place in the log; the key of a period
(`II.2.5/2020-04`) makes opening it twice impossible.
"""

import uuid
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from sqlmodel import Session, col, func, select

from engine.acts import add_version, person_named
from engine.clock import Moment
from engine.errors import RefusedError
from engine.models import Assignment, Plan, Recurrence, Task
from engine.rules.terms import Deadline, to_json

MONTHS = {"monthly": 1, "quarterly": 3, "half-yearly": 6, "yearly": 12}


def accept(session: Session, recurrence: Recurrence, when: Moment, *, by: str) -> None:
    """Take a recurring duty on: from today its periods are opened.

    Raises:
        RefusedError: the person does not coordinate the plan.
    """
    person, plan = person_named(session, by), session.get_one(Plan, recurrence.plan_id)
    if person.id != plan.coordinator_id:
        raise RefusedError(f"{by} is not the coordinator of {plan.slug}, who accepts its recurring duties.")
    recurrence.accepted_by, recurrence.accepted_on = person.id, when.today
    session.add(recurrence)


def open_due(session: Session, when: Moment) -> int:
    """Open every period whose time has come of every accepted recurring duty of an active plan, each once.

    A period is opened on the day after the last day of the one before it, at the latest on its own first day. What was
    missed while nothing ran or the plan rested is opened too, late as it is: nothing that was taken on is passed over.

    Returns:
        How many tasks were opened.
    """
    accepted = (
        select(Recurrence)
        .join(Plan, col(Plan.id) == Recurrence.plan_id)
        .where(Plan.state == "active", col(Recurrence.accepted_on).is_not(None))
        .order_by(col(Recurrence.id))
        .with_for_update()
    )
    return sum(_open_periods(session, recurrence, when) for recurrence in session.exec(accepted).all())


def period_of(day: date, frequency: str) -> tuple[str, date, date]:
    """The period around `day`: its key, its first day and its last day."""
    months = MONTHS[frequency]
    first_month = (day.month - 1) // months * months + 1
    last_month = first_month + months - 1
    last = date(day.year, last_month, monthrange(day.year, last_month)[1])
    keys = {
        1: f"{day.year}-{first_month:02d}",
        3: f"{day.year}-Q{last_month // 3}",
        6: f"{day.year}-H{last_month // 6}",
    }
    return keys.get(months, str(day.year)), date(day.year, first_month, 1), last


def due_day(recurrence: Recurrence, last: date) -> tuple[date, date]:
    """The printed day in a period's last month, and the last day on time: the day before it for "trước ngày"."""
    nominal = last.replace(day=min(recurrence.day, last.day))
    return nominal, nominal - timedelta(days=1) if recurrence.bound == "before" else nominal


def periods_to_open(recurrence: Recurrence, today: date) -> Iterator[tuple[str, date, date]]:
    """Each period that is open by `today`: its key, the printed day and the last day on time.

    It begins with the first that can still be met on the day of acceptance, and ends with `until`.
    """
    accepted = recurrence.accepted_on or today
    key, first, last = period_of(accepted, recurrence.frequency)
    _, _, before = period_of(first - timedelta(days=1), recurrence.frequency)
    opens = due_day(recurrence, before)[1] + timedelta(days=1)
    while min(first, opens) <= today:
        nominal, last_day = due_day(recurrence, last)
        if min(first, last_day) > recurrence.until:
            return
        if last_day >= accepted:
            yield key, nominal, last_day
        opens = last_day + timedelta(days=1)
        key, first, last = period_of(last + timedelta(days=1), recurrence.frequency)


def _open_periods(session: Session, recurrence: Recurrence, when: Moment) -> int:
    held = set(session.exec(select(Task.ref).where(Task.plan_id == recurrence.plan_id)).all())
    missing = [
        period for period in periods_to_open(recurrence, when.today) if f"{recurrence.ref}/{period[0]}" not in held
    ]
    for period in missing:
        _open(session, recurrence, period, when)
    return len(missing)


def _open(session: Session, recurrence: Recurrence, period: tuple[str, date, date], when: Moment) -> None:
    key, nominal, last_day = period
    highest = select(func.coalesce(func.max(Task.position), 0)).where(Task.plan_id == recurrence.plan_id)
    position = session.exec(highest).one() + 1
    reading = Deadline(
        text=recurrence.printed,
        kind="date",
        date=nominal,
        end=nominal,
        bound="before" if recurrence.bound == "before" else "by",
    )
    task = Task(
        plan_id=recurrence.plan_id,
        ref=f"{recurrence.ref}/{key}",
        position=position,
        text=f"{recurrence.text} ({key})",
        deadline_text=recurrence.printed,
        deadline=to_json(reading),
    )
    session.add(task)
    session.flush()
    for order, agency in enumerate(recurrence.agency_ids):
        part = Assignment(
            uid=str(uuid.uuid4()),
            plan_id=recurrence.plan_id,
            task_id=task.id or 0,
            agency_id=agency,
            position=position * 1000 + order,
            state_since=when.today,
            changed_at=when.real,
            revision=1,
        )
        session.add(part)
        session.flush()
        add_version(
            session,
            part,
            last_day,
            force_day=when.today,
            cause="activation",
            nominal=nominal,
            bound=recurrence.bound,
        )
        session.add(part)
