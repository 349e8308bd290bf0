"""Plans (kế hoạch), their tasks (nhiệm vụ), collaborators (phối hợp) and open questions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.models.instant import Instant


class Plan(SQLModel, table=True):
    """One issued plan and the settings under which its dates are read.

    `restricted` (hạn chế): mails and calendars name its tasks by their reference alone.
    """

    __tablename__ = "plan"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'active', 'suspended', 'closed')", name="plan_state"),
        CheckConstraint("before IN ('strict', 'inclusive')", name="plan_before"),
        CheckConstraint("roll IN ('none', 'next')", name="plan_roll"),
        CheckConstraint("state = 'draft' OR activated_on IS NOT NULL", name="plan_activated"),
    )

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    number: str = Field(default="", index=True)
    title: str = ""
    issuer: str = ""
    place: str = ""
    issue_date: date | None = None
    source_name: str = ""
    source_sha256: str = ""
    state: str = "draft"
    before: str = "strict"
    roll: str = "none"
    policy: str = "default"
    coordinator_id: int | None = Field(default=None, foreign_key="person.id")
    supervisor_id: int | None = Field(default=None, foreign_key="person.id")
    activated_on: date | None = None
    swept_through: date | None = None
    restricted: bool = False
    loaded_at: datetime = Field(sa_type=Instant)


class Task(SQLModel, table=True):
    """A row of the plan as printed, with what the reader made of its deadline and where it stands.

    `offer_id` is empty for a row of the table; else the task came of an accepted offer, and no table holds it.
    """

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("plan_id", "ref", name="task_ref_once"),
        CheckConstraint("rollup IN ('all', 'any', 'n_of_m', 'lead_only')", name="task_rollup"),
    )

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    ref: str
    position: int
    section: str = ""
    text: str
    owner_text: str = ""
    collaborators_text: str = ""
    deadline_text: str = ""
    deadline: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    deliverable: str = ""
    place: str = ""
    rollup: str = "all"
    rollup_n: int = 0
    offer_id: int | None = Field(default=None, foreign_key="offer.id", index=True)
    amendment_id: int | None = Field(default=None, foreign_key="amendment.id")
    removed_on: date | None = None


class Collaborator(SQLModel, table=True):
    """An agency that helps with a task."""

    __tablename__ = "collaborator"

    task_id: int = Field(foreign_key="task.id", primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", primary_key=True, index=True)


class Question(SQLModel, table=True):
    """What the reader would not guess about a task, an offer or the plan, what it blocks, and a person's answer.

    `asked_on`: the day it arose; none where it stood in the plan as loaded.
    """

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("plan_id", "key", name="question_once"),
        CheckConstraint("blocks IN ('deadline', 'owner', 'nothing')", name="question_blocks"),
    )

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    task_id: int | None = Field(default=None, foreign_key="task.id")
    offer_id: int | None = Field(default=None, foreign_key="offer.id", index=True)
    key: str
    place: str = ""
    printed: str = ""
    reason: str = ""
    choices: list[str] = Field(sa_column=Column(JSON, nullable=False))
    blocks: str = "nothing"
    answer: str | None = None
    answered_by: int | None = Field(default=None, foreign_key="person.id")
    answered_at: datetime | None = Field(default=None, sa_type=Instant)
    answer_reason: str = ""
    asked_on: date | None = None
