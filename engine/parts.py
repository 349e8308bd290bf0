"""Tasks that no table holds: how one is put beside the plan with a part for each agency, and its deadline started."""

import uuid
from collections.abc import Iterable
from datetime import date

from sqlmodel import Session, col, func, select

from engine.acts import add_version
from engine.clock import Moment
from engine.models import Assignment, Collaborator, Offer, Plan, Question, Task
from engine.rules.terms import Deadline


def put_task(
    session: Session, task: Task, agencies: Iterable[int], *, collaborators: Iterable[int] = (), when: Moment
) -> list[Assignment]:
    """Put a task behind the last one of its plan, with one part for each agency; its parts have no deadline yet."""
    running = session.get_one(Plan, task.plan_id).activated_on is not None
    highest = select(func.coalesce(func.max(Task.position), 0)).where(Task.plan_id == task.plan_id)
    task.position = session.exec(highest).one() + 1
    session.add(task)
    session.flush()
    for helper in dict.fromkeys(collaborators):
        session.add(Collaborator(task_id=task.id or 0, agency_id=helper))
    parts = [
        new_part(task, agency, order=order, when=when, running=running)
        for order, agency in enumerate(dict.fromkeys(agencies))
    ]
    session.add_all(parts)
    session.flush()
    return parts


def new_part(task: Task, agency: int, *, order: int, when: Moment, running: bool) -> Assignment:
    """The part of one agency in a task, in the order of its agencies; in a running plan it is opened today."""
    return Assignment(
        uid=str(uuid.uuid4()),
        plan_id=task.plan_id,
        task_id=task.id or 0,
        agency_id=agency,
        position=task.position * 1000 + order,
        state_since=when.today,
        changed_at=when.real,
        revision=1,
        opened_on=when.today if running else None,
    )


def parts_of(session: Session, task: Task) -> list[Assignment]:
    """The parts of a task, in the order of its agencies."""
    chosen = select(Assignment).where(Assignment.task_id == task.id).order_by(col(Assignment.position))
    return list(session.exec(chosen).all())


def start(
    session: Session, parts: Iterable[Assignment], last_day: date, reading: Deadline, *, cause: str, when: Moment
) -> None:
    """Put a deadline in force from today for each of these parts."""
    nominal, bound = reading.end or last_day, reading.bound or "by"
    for part in parts:
        add_version(session, part, last_day, force_day=when.today, cause=cause, nominal=nominal, bound=bound)
        session.add(part)


def put_accepted(session: Session, plan: Plan, offer: Offer, when: Moment) -> tuple[Task, list[Assignment]]:
    """The task that an accepted offer becomes, with its parts; under the offer's key where a row has its reference."""
    reading = offer.answers["deadline"]
    taken = select(Task.id).where(Task.plan_id == plan.id, Task.ref == offer.ref)
    task = Task(
        plan_id=plan.id or 0,
        ref=offer.key if session.exec(taken).first() else offer.ref,
        position=0,
        text=offer.text,
        owner_text=offer.agency_text,
        deadline_text=str(reading.get("text") or ""),
        deadline=dict(reading),
        deliverable=offer.deliverable,
        place=offer.place,
        offer_id=offer.id,
    )
    return task, put_task(session, task, offer.answers["agencies"], collaborators=offer.collaborator_ids, when=when)


def still_blocked(session: Session, task: Task) -> bool:
    """Whether a question about the task keeps its parts from starting."""
    waiting = select(Question.id).where(
        Question.task_id == task.id, Question.blocks != "nothing", col(Question.answer).is_(None)
    )
    return session.exec(waiting).first() is not None
