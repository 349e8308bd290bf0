"""What stands in a running plan's document now, what stood there before, and by which documents."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import Session

from engine.models import (
    Agency,
    Amendment,
    Assignment,
    Collaborator,
    Deadline,
    Entry,
    Instance,
    Question,
    Task,
    User,
    Wording,
    columns,
)

AGENCY, AMENDMENT, ASSIGNMENT, COLLABORATOR, DEADLINE, ENTRY, INSTANCE, QUESTION, TASK, USER, WORDING = (
    columns(table)
    for table in (
        Agency,
        Amendment,
        Assignment,
        Collaborator,
        Deadline,
        Entry,
        Instance,
        Question,
        Task,
        User,
        Wording,
    )
)


@dataclass(frozen=True)
class PartRow:
    """One agency's duty in a task of the document."""

    id: int
    task_id: int
    agency_id: int
    key: str
    name: str
    state: str
    unclear: bool
    last_day: date | None


@dataclass(frozen=True)
class Amended:
    """What one document changed in a task: on which day, by whose hand, by what authority, from what to what."""

    day: date
    by: str
    authority: str
    title: str
    source: str
    whole: bool
    changes: list[dict[str, Any]]
    agencies: list[dict[str, Any]]

    @property
    def dates(self) -> bool:
        """Whether the task's deadline has stood in this document since."""
        return self.whole or any(change["what"] in ("added", "deadline") for change in self.changes)


def of_document(plan_id: int | None) -> tuple[ColumnElement[bool], ...]:
    """The tasks that stand in a plan's document now: not struck by an amendment, not come of an offer or a period."""
    return (
        TASK.plan_id == plan_id,
        TASK.removed_on.is_(None),
        TASK.offer_id.is_(None),
        TASK.id.not_in(select(INSTANCE.task_id)),
    )


def parts_of(session: Session, plan_id: int) -> list[PartRow]:
    """Every duty of a plan with its last day in force, in the order of the document."""
    current = and_(DEADLINE.assignment_id == ASSIGNMENT.id, DEADLINE.version == ASSIGNMENT.version)
    rows = (
        select(
            ASSIGNMENT.id,
            ASSIGNMENT.task_id,
            AGENCY.id,
            AGENCY.key,
            AGENCY.name,
            ASSIGNMENT.state,
            ASSIGNMENT.unclear,
            DEADLINE.last_day,
        )
        .join(Agency, AGENCY.id == ASSIGNMENT.agency_id)
        .outerjoin(Deadline, current)
        .where(ASSIGNMENT.plan_id == plan_id)
        .order_by(ASSIGNMENT.position, ASSIGNMENT.id)
    )
    return [PartRow(*row) for row in session.execute(rows)]


def helpers_of(session: Session, plan_id: int) -> dict[int, list[tuple[str, str]]]:
    """Key and name of the collaborators of each task."""
    rows = (
        select(COLLABORATOR.task_id, AGENCY.key, AGENCY.name)
        .join(Agency, AGENCY.id == COLLABORATOR.agency_id)
        .join(Task, TASK.id == COLLABORATOR.task_id)
        .where(TASK.plan_id == plan_id)
        .order_by(COLLABORATOR.task_id, AGENCY.name)
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for task, key, name in session.execute(rows):
        found.setdefault(task, []).append((key, name))
    return found


def agencies_as_printed(session: Session, plan_id: int) -> dict[int, int]:
    """Whom the document names for the duties that acts have handed to others since: part → agency."""
    acts = select(ENTRY.assignment_id, ENTRY.data).where(ENTRY.plan_id == plan_id, ENTRY.kind == "act")
    found: dict[int, int] = {}
    for part, data in session.execute(acts.order_by(ENTRY.id)):
        if data.get("event") == "reassign":
            if "amendment" in data:  # the document itself names the new one
                found.pop(part, None)
            else:
                found.setdefault(part, data["from_agency"])
    return found


def parts_struck(session: Session, plan_id: int) -> set[int]:
    """The duties that amendments have ended."""
    ended = select(ENTRY.assignment_id, ENTRY.data).where(ENTRY.plan_id == plan_id, ENTRY.kind == "act")
    return {part for part, data in session.execute(ended) if data.get("event") == "cancel" and "amendment" in data}


def owners_answered(session: Session, plan_id: int) -> set[int]:
    """The tasks whose owner a person has named."""
    rows = select(QUESTION.task_id).where(
        QUESTION.plan_id == plan_id, QUESTION.blocks == "owner", QUESTION.answer.is_not(None)
    )
    return {task for task in session.execute(rows).scalars() if task is not None}


def amendments_of(session: Session, plan_id: int, task_id: int) -> list[Amended]:
    """What the amendments of a plan changed in one of its tasks, in their order."""
    rows = select(Amendment, USER.name).join(User, USER.id == AMENDMENT.applied_by).where(AMENDMENT.plan_id == plan_id)
    return [
        Amended(
            amendment.applied_on,
            by,
            amendment.authority,
            amendment.title,
            amendment.source_name,
            amendment.whole,
            row["changes"],
            row["agencies"],
        )
        for amendment, by in session.execute(rows.order_by(AMENDMENT.id))
        for row in amendment.changes
        if row["task_id"] == task_id
    ]


def wording_then(day: date) -> ColumnElement[bool]:
    """Joins to each task the wording that it had on a past day, where an amendment has replaced it since."""
    later = WORDING.task_id.table.alias("later").c
    first = select(func.min(later.amendment_id)).where(later.task_id == TASK.id, later.until > day).scalar_subquery()
    return and_(WORDING.task_id == TASK.id, WORDING.amendment_id == first)
