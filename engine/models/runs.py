"""What ran, and which installation this is."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from engine.models.instant import Instant


class Run(SQLModel, table=True):
    """One run of a duty: what, when, by which way, with what counts or which error."""

    __tablename__ = "run"
    __table_args__ = (
        CheckConstraint("via IN ('prefect', 'direct', 'command')", name="run_via"),
        Index("run_by_duty", "duty", "started_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    duty: str
    via: str
    started_at: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)
    effective: datetime = Field(sa_type=Instant)
    counts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    error: str = ""


class Installation(SQLModel, table=True):
    """The one row that says whose database this is. A demo stays one for good; only its clock can be moved."""

    __tablename__ = "installation"
    __table_args__ = (
        CheckConstraint("id = 1", name="installation_one"),
        CheckConstraint("demo OR demo_now IS NULL", name="installation_clock"),
    )

    id: int = Field(default=1, primary_key=True)
    uid: str
    demo: bool = False
    demo_now: datetime | None = Field(default=None, sa_type=Instant)
    gatherings: int = 0
