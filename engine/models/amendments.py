"""Amendments (văn bản sửa đổi, bổ sung) of a running plan, and what its tasks said before. Added, never changed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.models.instant import Instant


class Amendment(SQLModel, table=True):
    """A document that changed a plan: `number` and `issued` are its authority, `whole` whether it was the whole plan.

    `changes` is what it changed, as it was shown and applied; it is in force from `applied_on`.
    """

    __tablename__ = "amendment"
    __table_args__ = (
        UniqueConstraint("plan_id", "number", "issued", name="amendment_once"),
        UniqueConstraint("plan_id", "source_sha256", name="amendment_file_once"),
    )

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id")
    number: str
    issued: date
    title: str = ""
    source_name: str = ""
    source_sha256: str
    whole: bool = False
    applied_by: int = Field(foreign_key="person.id")
    applied_on: date
    applied_at: datetime = Field(sa_type=Instant)
    changes: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))

    @property
    def authority(self) -> str:
        """`15/KH-UBND ngày 20/07/2020`."""
        return f"{self.number} ngày {self.issued:%d/%m/%Y}"


class Wording(SQLModel, table=True):
    """What a task said until an amendment: shown for every day before `until`, the day the amendment came into force.

    `replaced` is the amendment by which this wording had stood itself; none where it stood in the plan as loaded.
    """

    __tablename__ = "wording"

    task_id: int = Field(foreign_key="task.id", primary_key=True)
    amendment_id: int = Field(foreign_key="amendment.id", primary_key=True)
    until: date
    replaced: int | None = Field(default=None, foreign_key="amendment.id")
    ref: str
    section: str = ""
    text: str
    owner_text: str = ""
    collaborators_text: str = ""
    deadline_text: str = ""
    deadline: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    deliverable: str = ""
    place: str = ""
