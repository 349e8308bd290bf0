"""The escalation log (nhật ký đôn đốc): entries, who they went to, and the chain that seals them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from engine.models.instant import Instant

KINDS = "('notice', 'reminder', 'escalation', 'act', 'ack', 'hold', 'delivery', 'bounce', 'withdrawn', 'plan')"


class Entry(SQLModel, table=True):
    """One fact. Ladder entries are unique in (assignment, deadline version, round, rung): that key makes them once.

    `seq`, `prev`, `hash` and `sealed` (the canonical line that was hashed) are empty until the sealer has come by;
    after that the database itself refuses any change. `agency_id` is whose the duty was when this was written; where it
    is empty, whose it is when sealed.
    """

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("assignment_id", "version", "round", "rung", name="entry_once"),
        CheckConstraint(f"kind IN {KINDS}", name="entry_kind"),
        CheckConstraint("(seq IS NULL) = (hash IS NULL)", name="entry_sealed"),
        Index("entry_chain", "plan_id", "seq", unique=True),
        Index(
            "entry_unsealed",
            "plan_id",
            "id",
            sqlite_where=text("hash IS NULL"),
            postgresql_where=text("hash IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id")
    assignment_id: int | None = Field(default=None, foreign_key="assignment.id")
    agency_id: int | None = Field(default=None, foreign_key="agency.id")
    kind: str
    rung: str | None = None
    rank: int = 0
    version: int = 0
    round: int = 0
    last_day: date | None = None
    superseded: bool = False
    policy: str = ""
    effective: date
    at: datetime = Field(sa_type=Instant)
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    seq: int | None = None
    prev: str | None = None
    hash: str | None = None
    sealed: str | None = None


class Recipient(SQLModel, table=True):
    """A mailbox that an entry is for, and the message that tells it: the item of the outbox.

    Written with its entry in one transaction, so nothing that was decided can fail to be sent. `role` says why this
    mailbox; `stand_in` is the coordinator in place of an agency without an address.
    """

    __tablename__ = "recipient"
    __table_args__ = (
        CheckConstraint(
            "role IN ('owner', 'head', 'collaborators', 'coordinator', 'supervisor', 'stand_in')",
            name="recipient_role",
        ),
        Index(
            "recipient_waiting",
            "mailbox_id",
            sqlite_where=text("message_id IS NULL"),
            postgresql_where=text("message_id IS NULL"),
        ),
    )

    entry_id: int = Field(foreign_key="entry.id", primary_key=True)
    mailbox_id: int = Field(foreign_key="mailbox.id", primary_key=True)
    role: str
    message_id: int | None = Field(default=None, foreign_key="message.id", index=True)
    withdrawn: str = ""


class Chain(SQLModel, table=True):
    """The head of one plan's chain. Its row is the sealer's lock."""

    __tablename__ = "chain"

    plan_id: int = Field(foreign_key="plan.id", primary_key=True)
    count: int = 0
    hash: str = ""
