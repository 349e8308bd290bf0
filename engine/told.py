"""Another delivery (giao bằng cách khác): a person saw to it that the owner knows, where mail did not arrive.

It counts as delivered, so a ladder that waits because the notice came back goes on, to the owner.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, select

from engine.acts import locked_assignment, person_named
from engine.clock import Moment
from engine.entries import duty_entry
from engine.errors import ManyFaultsError
from engine.models import Agency, Assignment, Deadline, Entry, Plan, Task
from engine.rules.states import State

WAYS = ("phone", "paper", "hand", "other")
"""By telephone, on paper through the office, handed over, otherwise."""

ENDED = frozenset({State.COMPLETED, State.CANCELLED})


@dataclass(frozen=True)
class Told:
    """How the owner was told: by whom, which way, with what words, on which day (none: today), by which door."""

    by: str
    how: str
    comment: str
    on: date | None = None
    door: str = "cli"


def record_delivery(session: Session, assignment_id: int, told: Told, *, when: Moment) -> Assignment:
    """Record that the owner was told otherwise than by mail; a hold that a bounce set ends.

    Raises:
        RefusedError: the person is not the plan's coordinator, the duty or its plan has ended, way, words or day do not
            do, or the same was recorded today already. All faults are named at once and nothing is changed.
    """
    assignment = locked_assignment(session, assignment_id)
    plan, person = session.get_one(Plan, assignment.plan_id), person_named(session, told.by)
    on = told.on or when.today
    faults = [*_not_now(assignment, plan), *_badly_said(session, assignment, told, on=on, today=when.today)]
    if person.id != plan.coordinator_id:
        faults.append(f"{person.key} is not the coordinator of {plan.slug}")
    data = {"how": told.how, "by": person.key, "door": told.door, "comment": told.comment.strip()}
    data["date"] = on.isoformat()
    if not faults and data in _said_today(session, assignment, when.today):
        faults.append("the same was recorded today already")
    if faults:
        task, agency = session.get_one(Task, assignment.task_id), session.get_one(Agency, assignment.agency_id)
        raise ManyFaultsError(f"Another delivery of {task.ref} ({agency.name}) is refused:", faults)
    _release(session, assignment, plan, today=when.today)
    session.add(duty_entry(assignment, "delivery", data, when=when))
    return assignment


def _not_now(assignment: Assignment, plan: Plan) -> list[str]:
    faults = [] if plan.state == "active" else [f"the plan {plan.slug} is {plan.state}"]
    if assignment.state in ENDED:
        faults.append(f"it is {assignment.state}: nobody waits for it any more")
    return faults


def _badly_said(session: Session, assignment: Assignment, told: Told, *, on: date, today: date) -> list[str]:
    faults = []
    if told.how not in WAYS:
        faults.append(f"{told.how!r} is no way of telling: use one of {', '.join(WAYS)}")
    if not told.comment.strip():
        faults.append("say in the comment who was told, and what")
    if on > today:
        faults.append(f"{on:%d/%m/%Y} is after today")
    deadline = session.get(Deadline, (assignment.id, assignment.version))
    if deadline is not None and on < deadline.force_day:
        faults.append(f"the deadline is in force from {deadline.force_day:%d/%m/%Y}: it could not be told of before")
    return faults


def _of_now(assignment: Assignment, kind: str) -> tuple[bool, ...]:
    """The entries of a kind about the deadline and round of now."""
    return (
        Entry.assignment_id == assignment.id,
        Entry.version == assignment.version,
        Entry.round == assignment.round,
        Entry.kind == kind,
    )


def _said_today(session: Session, assignment: Assignment, today: date) -> list[dict[str, Any]]:
    said = session.exec(select(Entry.data).where(*_of_now(assignment, "delivery"), Entry.effective == today))
    return [dict(data) for data in said]


def _release(session: Session, assignment: Assignment, plan: Plan, *, today: date) -> None:
    """End the wait for mail that came back; a wait that an acknowledgement asked for stays.

    The day is not emptied, but set to the last one that was waited through: from it the next sweep knows how far back
    rungs are missing.
    """
    bounces = session.exec(select(Entry.data).where(*_of_now(assignment, "bounce"))).all()
    held_until = assignment.held_until
    if held_until is None or held_until.isoformat() not in {data.get("held_until") for data in bounces}:
        return
    acks = session.exec(select(Entry.data).where(*_of_now(assignment, "ack")).order_by(col(Entry.id))).all()
    agreed = max((date.fromisoformat(data["held_until"]) for data in acks), default=date.min)
    waited = max(today - timedelta(days=1), plan.swept_through or date.min)
    assignment.held_until = min(held_until, max(waited, agreed))
    session.add(assignment)
