"""What comes back to the office, the mail that proves the way back, and the office's own templates."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.models.instant import Instant


class Report(SQLModel, table=True):
    """A mail that came to a bounce address: taken once, by the hash of its bytes; the mail itself is not kept.

    `message_id` is the message it speaks of, where its bounce address is ours; `effect` what was done upon it.
    """

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint("kind IN ('bounce', 'delay', 'complaint', 'canary', 'other')", name="report_kind"),
    )

    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(unique=True)
    kind: str
    message_id: int | None = Field(default=None, foreign_key="message.id", index=True)
    status: str = ""
    words: str = ""
    effect: str = ""
    received_at: datetime = Field(sa_type=Instant)


class Canary(SQLModel, table=True):
    """The mail of a day that must come back, or the way back is broken."""

    __tablename__ = "canary"

    day: date = Field(primary_key=True)
    sent_at: datetime = Field(sa_type=Instant)
    seen_at: datetime | None = Field(default=None, sa_type=Instant)


class MailTemplate(SQLModel, table=True):
    """One version of a mail template as the office edited it; added, never changed. Empty: the one shipped again."""

    __tablename__ = "mail_template"
    __table_args__ = (UniqueConstraint("name", "version", name="mail_template_once"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    version: int
    text: str
    sha256: str
    saved_by: int = Field(foreign_key="person.id")
    saved_at: datetime = Field(sa_type=Instant)
