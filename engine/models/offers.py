"""What a document offers beside its table (nội dung chờ nhận), and the duties that come again once accepted."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.models.instant import Instant


class Offer(SQLModel, table=True):
    """An obligation, target, report or recurring row that becomes a duty only when a coordinator accepts it.

    `agency_text` is who it names, `agency_ids` those of them that are known; `reading` the deadline as read, with how
    often it comes again; `answers` holds by topic what a person said where the document is silent, and while it is
    accepted under `deadline` and `agencies` what was agreed; `fingerprint` tells whether an edited document still says
    the same.
    """

    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("plan_id", "key", name="offer_once"),
        CheckConstraint("kind IN ('obligation', 'report', 'row', 'target')", name="offer_kind"),
        CheckConstraint("state IN ('offered', 'accepted', 'declined', 'withdrawn')", name="offer_state"),
        CheckConstraint("(state = 'offered') = (decided_on IS NULL)", name="offer_decided"),
    )

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    key: str
    kind: str
    position: int
    ref: str
    place: str = ""
    printed: str = ""
    text: str
    agency_text: str = ""
    addressee: str = ""
    deliverable: str = ""
    agency_ids: list[int] = Field(sa_column=Column(JSON, nullable=False))
    collaborator_ids: list[int] = Field(sa_column=Column(JSON, nullable=False))
    reading: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    answers: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    fingerprint: str
    state: str = "offered"
    reason: str = ""
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    decided_on: date | None = None
    decided_at: datetime | None = Field(default=None, sa_type=Instant)


class Recurrence(SQLModel, table=True):
    """A recurring duty (nhiệm vụ định kỳ) that was accepted: opens one dated task a period, once.

    A period's day is `day` (1 Monday … 7 Sunday where weekly) of the month `months_on` months from its last, or the
    one of `dates` ("06-15") that lies in it; nothing of these where it is due daily. Its data close on
    `close_day` of its last month. `ended_on`: it was withdrawn, and no period opens any more.
    """

    __tablename__ = "recurrence"
    __table_args__ = (
        UniqueConstraint("plan_id", "ref", "frequency", name="recurrence_once"),
        CheckConstraint(
            "frequency IN ('daily', 'weekly', 'monthly', 'quarterly', 'half-yearly', 'yearly')",
            name="recurrence_frequency",
        ),
        CheckConstraint("day BETWEEN 1 AND 31", name="recurrence_day"),
        CheckConstraint("close_day BETWEEN 1 AND 31", name="recurrence_close_day"),
    )

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    offer_id: int | None = Field(default=None, foreign_key="offer.id", unique=True)
    ref: str
    text: str
    frequency: str
    day: int | None = None
    bound: str = "before"
    dates: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]"))
    months_on: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    close_day: int | None = None
    printed: str = ""
    place: str = Field(default="", sa_column_kwargs={"server_default": ""})
    deliverable: str = Field(default="", sa_column_kwargs={"server_default": ""})
    agency_ids: list[int] = Field(sa_column=Column(JSON, nullable=False))
    collaborator_ids: list[int] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]")
    )
    until: date
    accepted_by: int | None = Field(default=None, foreign_key="person.id")
    accepted_on: date | None = None
    ended_on: date | None = None


class Instance(SQLModel, table=True):
    """The task that one period of a recurring duty became, with the days whose data it is about where known."""

    __tablename__ = "instance"
    __table_args__ = (
        UniqueConstraint("recurrence_id", "period", name="instance_once"),
        CheckConstraint("(data_from IS NULL) = (data_to IS NULL)", name="instance_data"),
        Index("instance_by_recurrence", "recurrence_id"),
    )

    task_id: int = Field(foreign_key="task.id", primary_key=True)
    recurrence_id: int = Field(foreign_key="recurrence.id")
    period: str
    data_from: date | None = None
    data_to: date | None = None
