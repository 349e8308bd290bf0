"""What a calendar shows of an assignment, and which blocks are stale."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlmodel import Session

from engine.models import Agency, Assignment, Deadline, EventBlock, Plan, Task, columns

ASSIGNMENT, DEADLINE, TASK, AGENCY, PLAN, BLOCK = (
    columns(table) for table in (Assignment, Deadline, Task, Agency, Plan, EventBlock)
)


@dataclass(frozen=True)
class Due:
    """An assignment as a calendar shows it."""

    assignment_id: int
    uid: str
    revision: int
    changed_at: datetime
    state: str
    last_day: date
    ref: str
    text: str
    slug: str
    number: str
    agency: str
    deadline_text: str
    cause: str


def stale(session: Session, limit: int) -> list[Due]:
    """Assignments with a deadline whose block is missing or older than their last change."""
    rows = (
        select(
            ASSIGNMENT.id,
            ASSIGNMENT.uid,
            ASSIGNMENT.revision,
            ASSIGNMENT.changed_at,
            ASSIGNMENT.state,
            DEADLINE.last_day,
            TASK.ref,
            TASK.text,
            PLAN.slug,
            PLAN.number,
            AGENCY.name,
            TASK.deadline_text,
            DEADLINE.cause,
        )
        .join(Deadline, (DEADLINE.assignment_id == ASSIGNMENT.id) & (DEADLINE.version == ASSIGNMENT.version))
        .join(Task, TASK.id == ASSIGNMENT.task_id)
        .join(Plan, PLAN.id == ASSIGNMENT.plan_id)
        .join(Agency, AGENCY.id == ASSIGNMENT.agency_id)
        .outerjoin(EventBlock, (BLOCK.assignment_id == ASSIGNMENT.id) & (BLOCK.form == "event"))
        .where(or_(BLOCK.revision.is_(None), BLOCK.revision != ASSIGNMENT.revision))
        .order_by(ASSIGNMENT.id)
        .limit(limit)
    )
    return [Due(*row) for row in session.execute(rows)]


def blocks_of(session: Session, agency_id: int) -> Iterable[tuple[str, datetime]]:
    """The blocks of an agency's duties in plans that run, by date, with the time of each one's last change."""
    rows = (
        select(BLOCK.text, ASSIGNMENT.changed_at)
        .join(Assignment, ASSIGNMENT.id == BLOCK.assignment_id)
        .join(Deadline, (DEADLINE.assignment_id == ASSIGNMENT.id) & (DEADLINE.version == ASSIGNMENT.version))
        .join(Plan, PLAN.id == ASSIGNMENT.plan_id)
        .where(
            BLOCK.form == "event",
            ASSIGNMENT.agency_id == agency_id,
            PLAN.state == "active",
            ASSIGNMENT.state != "cancelled",
        )
        .order_by(DEADLINE.last_day, ASSIGNMENT.id)
    )
    return [(text, changed) for text, changed in session.execute(rows)]
