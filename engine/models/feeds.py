"""Calendar subscriptions, their tokens, and the blocks they are joined from. Written by `calendars`."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from engine.models.instant import Instant


class Feed(SQLModel, table=True):
    """A subscription (đăng ký lịch) of an agency or of a person; what it shows, and in which form.

    `plan_id` and `search` narrow it. `component` is what a duty becomes; `alarms` the days before the last day on which
    a calendar rings ("7,1"; none: empty); `finished` and `cancelled` whether such duties are left out or marked;
    `history_days` how long past ones stay; `content` how much a title says.
    """

    __tablename__ = "feed"
    __table_args__ = (
        CheckConstraint("(agency_id IS NULL) <> (person_id IS NULL)", name="feed_owner"),
        CheckConstraint("part IN ('lead', 'any')", name="feed_part"),
        CheckConstraint("component IN ('event', 'todo')", name="feed_component"),
        CheckConstraint("finished IN ('hidden', 'marked')", name="feed_finished"),
        CheckConstraint("cancelled IN ('hidden', 'marked')", name="feed_cancelled"),
        CheckConstraint("content IN ('full', 'title', 'reference')", name="feed_content"),
    )

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int | None = Field(default=None, foreign_key="agency.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    name: str = ""
    plan_id: int | None = Field(default=None, foreign_key="plan.id")
    search: str = ""
    part: str = "lead"
    component: str = "event"
    alarms: str = ""
    finished: str = "marked"
    cancelled: str = "hidden"
    history_days: int = 365
    content: str = "full"
    created_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class FeedToken(SQLModel, table=True):
    """A key to a subscription: shown once and kept only as a hash. Two overlap while one replaces the other."""

    __tablename__ = "feed_token"

    id: int | None = Field(default=None, primary_key=True)
    feed_id: int = Field(foreign_key="feed.id", index=True)
    sha256: str = Field(unique=True)
    created_at: datetime = Field(sa_type=Instant)
    expires_on: date
    fetched_at: datetime | None = Field(default=None, sa_type=Instant)
    client: str = ""
    fetches: int = 0


class FeedView(SQLModel, table=True):
    """What a feed of that owner, filter and form held last, and since when: its Last-Modified never goes back.

    `view` is the same for all subscriptions that show the same; `sha256` is over its blocks.
    """

    __tablename__ = "feed_view"

    view: str = Field(primary_key=True)
    sha256: str
    modified_at: datetime = Field(sa_type=Instant)


class EventBlock(SQLModel, table=True):
    """The iCalendar text of one assignment in one form as of its `revision`; older than the assignment's: stale."""

    __tablename__ = "event_block"

    assignment_id: int = Field(foreign_key="assignment.id", primary_key=True)
    form: str = Field(primary_key=True)
    revision: int
    text: str


class CalendarFile(SQLModel, table=True):
    """A deadline that went to a mailbox as a calendar file, and the SEQUENCE it had; to be taken back the same way."""

    __tablename__ = "calendar_file"

    assignment_id: int = Field(foreign_key="assignment.id", primary_key=True)
    mailbox_id: int = Field(foreign_key="mailbox.id", primary_key=True)
    sequence: int
    withdrawn: bool = False
