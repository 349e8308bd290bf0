"""Assignments: one task × one accountable agency, and the versions of its deadline."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from engine.models.instant import Instant

STATES = "('assigned', 'in_progress', 'submitted', 'completed', 'returned', 'suspended', 'cancelled')"


class Assignment(SQLModel, table=True):
    """The duty of one agency. `acts.py` is the only writer of its state.

    `state_since` is the business day its state began; `version` names the deadline in force (0: none); `revision`
    counts changes, for feeds; `held_until` is the last day on which its rungs wait; `opened_on` the day
    an amendment gave the duty, none where it came with the plan.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("task_id", "agency_id", name="assignment_once"),
        CheckConstraint(f"state IN {STATES}", name="assignment_state"),
        CheckConstraint("(state = 'suspended') = (state_before IS NOT NULL)", name="assignment_suspended"),
        CheckConstraint("state <> 'submitted' OR submitted_day IS NOT NULL", name="assignment_submitted"),
        Index("assignment_by_agency", "agency_id", "state"),
        Index(
            "assignment_held",
            "plan_id",
            "held_until",
            sqlite_where=text("held_until IS NOT NULL"),
            postgresql_where=text("held_until IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(unique=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    task_id: int = Field(foreign_key="task.id")
    agency_id: int = Field(foreign_key="agency.id")
    position: int = 0
    state: str = "assigned"
    state_before: str | None = None
    state_since: date
    round: int = 1
    version: int = 0
    unclear: bool = False
    submitted_day: date | None = Field(default=None, index=True)
    held_until: date | None = None
    opened_on: date | None = None
    revision: int = 0
    changed_at: datetime = Field(sa_type=Instant)


class Deadline(SQLModel, table=True):
    """One version of an assignment's deadline. Versions are added, never changed.

    `late_from` is B of the ladder: the later of `last_day` and `force_day`.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        CheckConstraint("bound IN ('before', 'by', 'in')", name="deadline_bound"),
        CheckConstraint("late_from >= last_day AND late_from >= force_day", name="deadline_late_from"),
    )

    assignment_id: int = Field(foreign_key="assignment.id", primary_key=True)
    version: int = Field(primary_key=True)
    last_day: date = Field(index=True)
    force_day: date = Field(index=True)
    late_from: date = Field(index=True)
    nominal: date
    bound: str = "by"
    cause: str
    reason: str = ""
    authority: str = ""
