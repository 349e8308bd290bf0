"""What the pages show of plans, tasks, questions and people, beside the lists of duties."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col
from sqlmodel import select as pick

from engine.models import Agency, Assignment, Collaborator, Entry, Message, Plan, Question, Task, User, columns

PLAN, TASK, QUESTION, PERSON, AGENCY, ASSIGNMENT, ENTRY, MESSAGE = (
    columns(table) for table in (Plan, Task, Question, User, Agency, Assignment, Entry, Message)
)
LADDER = ("notice", "reminder", "escalation")


@dataclass(frozen=True)
class PlanHead:
    """A plan as its heading shows it."""

    id: int
    slug: str
    number: str
    title: str
    issuer: str
    issue_date: date | None
    state: str
    activated_on: date | None
    before: str
    roll: str
    policy: str
    source_name: str
    coordinator: str | None
    supervisor: str | None
    questions: int


@dataclass(frozen=True)
class Person:
    """Somebody who signs in."""

    id: int
    key: str
    name: str
    role: str
    agency_id: int | None
    agency_key: str | None
    agency: str | None


def plan_heads(session: Session, slug: str | None = None) -> list[PlanHead]:
    """The plans, newest first, with how many questions each has open; or the one with that slug."""
    steers, watches = aliased(User, name="steers"), aliased(User, name="watches")
    asked = (
        select(func.count(QUESTION.id)).where(QUESTION.plan_id == PLAN.id, QUESTION.answer.is_(None)).scalar_subquery()
    )
    rows = (
        select(
            PLAN.id,
            PLAN.slug,
            PLAN.number,
            PLAN.title,
            PLAN.issuer,
            PLAN.issue_date,
            PLAN.state,
            PLAN.activated_on,
            PLAN.before,
            PLAN.roll,
            PLAN.policy,
            PLAN.source_name,
            col(steers.name),
            col(watches.name),
            asked,
        )
        .outerjoin(steers, col(steers.id) == PLAN.coordinator_id)
        .outerjoin(watches, col(watches.id) == PLAN.supervisor_id)
        .order_by(PLAN.issue_date.desc(), PLAN.slug)
    )
    if slug is not None:
        rows = rows.where(PLAN.slug == slug)
    return [PlanHead(*row) for row in session.execute(rows)]


def task_named(session: Session, plan_id: int, ref: str) -> Task | None:
    """The task of a plan with that reference."""
    return session.exec(pick(Task).where(Task.plan_id == plan_id, Task.ref == ref)).one_or_none()


def collaborators_of(session: Session, task_id: int) -> list[str]:
    """Names of the agencies that help with a task."""
    helper = columns(Collaborator)
    rows = select(AGENCY.name).join(Collaborator, helper.agency_id == AGENCY.id).where(helper.task_id == task_id)
    return list(session.execute(rows.order_by(AGENCY.name)).scalars())


def owner_agencies(session: Session) -> list[tuple[str, str]]:
    """Key and name of every agency that owns a duty, by name."""
    owners = select(ASSIGNMENT.agency_id)
    rows = select(AGENCY.key, AGENCY.name).where(AGENCY.id.in_(owners)).order_by(AGENCY.name)
    return [(key, name) for key, name in session.execute(rows)]


def people(session: Session, key: str | None = None) -> list[Person]:
    """Who can sign in, in the order of registration; or the one with that key. Who was disabled cannot."""
    rows = (
        select(PERSON.id, PERSON.key, PERSON.name, PERSON.role, AGENCY.id, AGENCY.key, AGENCY.name)
        .outerjoin(Agency, AGENCY.id == PERSON.agency_id)
        .where(PERSON.disabled_at.is_(None))
        .order_by(PERSON.id)
    )
    if key is not None:
        rows = rows.where(PERSON.key == key)
    return [Person(*row) for row in session.execute(rows)]


def agency_named(session: Session, key: str) -> Agency | None:
    """The agency with that key."""
    return session.exec(pick(Agency).where(Agency.key == key)).one_or_none()


def of_day(session: Session, day: date) -> dict[str, int]:
    """What happened on a business day: messages sent, and entries of the ladder by kind."""
    sent = select(func.count(MESSAGE.id)).where(MESSAGE.day == day, MESSAGE.status == "sent")
    kinds = (
        select(ENTRY.kind, func.count(ENTRY.id))
        .where(ENTRY.effective == day, ENTRY.kind.in_(LADDER), ENTRY.superseded.is_(False))
        .group_by(ENTRY.kind)
    )
    counted = dict.fromkeys(LADDER, 0) | {kind: count for kind, count in session.execute(kinds)}
    return counted | {"messages": session.execute(sent).scalar_one()}


def any_plan(session: Session) -> bool:
    """Whether the database holds a plan."""
    return session.execute(select(PLAN.id).limit(1)).first() is not None


def states_counted(session: Session) -> Sequence[tuple[str, int]]:
    """How many assignments of running plans stand in each state."""
    rows = (
        select(ASSIGNMENT.state, func.count(ASSIGNMENT.id))
        .join(Plan, PLAN.id == ASSIGNMENT.plan_id)
        .where(PLAN.state == "active")
        .group_by(ASSIGNMENT.state)
    )
    return [(state, count) for state, count in session.execute(rows)]
