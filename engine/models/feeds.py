"""Calendar subscriptions and the event blocks they are joined from. Written by `calendars`."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from engine.models.instant import Instant


class Feed(SQLModel, table=True):
    """A subscription of one agency. The token is shown once and kept only as a hash."""

    __tablename__ = "feed"

    id: int | None = Field(default=None, primary_key=True)
    token_sha256: str = Field(unique=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    name: str = ""
    created_at: datetime = Field(sa_type=Instant)
    expires_on: date | None = None
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    fetched_at: datetime | None = Field(default=None, sa_type=Instant)
    client: str = ""


class EventBlock(SQLModel, table=True):
    """The iCalendar text of one assignment as of its `revision`; older than the assignment's means stale."""

    __tablename__ = "event_block"

    assignment_id: int = Field(foreign_key="assignment.id", primary_key=True)
    revision: int
    text: str
