"""The outbox: one message for each recipient and send window."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from engine.models.instant import Instant


class Message(SQLModel, table=True):
    """A mail on its way: pending → sending (until the lease ends) → sent | failed | withdrawn.

    Its Message-ID is made from `id` and the installation, so a second try carries the same one. `thread` is what it
    hangs together with; `bounced_at` and `bounce` what came back after it was taken.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'sending', 'sent', 'failed', 'withdrawn')", name="message_status"),
        CheckConstraint("(status = 'sending') = (claimed_by IS NOT NULL)", name="message_claimed"),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="message_sent"),
        Index("message_due", "status", "next_try"),
        Index("message_thread", "mailbox_id", "thread"),
    )

    id: int | None = Field(default=None, primary_key=True)
    mailbox_id: int = Field(foreign_key="mailbox.id", index=True)
    day: date
    status: str = "pending"
    attempts: int = 0
    next_try: datetime = Field(sa_type=Instant)
    claimed_by: str | None = None
    claimed_until: datetime | None = Field(default=None, sa_type=Instant)
    subject: str = ""
    text_sha256: str = ""
    thread: str = ""
    reply: str = ""
    error: str = ""
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    bounced_at: datetime | None = Field(default=None, sa_type=Instant)
    bounce: str = ""
