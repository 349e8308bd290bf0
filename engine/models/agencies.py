"""Agencies (cơ quan), the mailboxes known of them, and the people who sign in."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.models.instant import Instant


class Mailbox(SQLModel, table=True):
    """An address that gets mail. The ledger names it by id, so that a person can be forgotten and the chain stand.

    `state` is what the bounces say of it (`failing`: for now, `failed`: for good), `state_words` why. The rest is the
    recipient's wish: `gathering` (`weekly`: what is not urgent waits for the `gathering_weekday`, Monday 0), hours of
    the day without mail, a deputy (người nhận thay) from `absent_from` to `absent_until`, and whether deadlines come as
    calendar files too (`auto`: unless the agency has a running subscription).
    """

    __tablename__ = "mailbox"
    __table_args__ = (
        CheckConstraint("state IN ('ok', 'failing', 'failed')", name="mailbox_state"),
        CheckConstraint("gathering IN ('daily', 'weekly')", name="mailbox_gathering"),
        CheckConstraint("calendar_files IN ('off', 'auto', 'always')", name="mailbox_calendar_files"),
    )

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(unique=True)
    name: str = ""
    language: str = "vi"
    state: str = "ok"
    state_since: date | None = None
    state_words: str = ""
    soft_bounces: int = 0
    gathering: str = "daily"
    gathering_weekday: int = 0
    quiet_from: time | None = None
    quiet_until: time | None = None
    absent_from: date | None = None
    absent_until: date | None = None
    deputy_id: int | None = Field(default=None, foreign_key="mailbox.id")
    calendar_files: str = "off"


class OptOut(SQLModel, table=True):
    """A class of mail that a mailbox does not want (từ chối nhận): only of the optional ones; gone when wanted again.

    `cause`: `one_click`, `page`, `complaint` or `coordinator`.
    """

    __tablename__ = "opt_out"

    mailbox_id: int = Field(foreign_key="mailbox.id", primary_key=True)
    mail_class: str = Field(primary_key=True)
    since: datetime = Field(sa_type=Instant)
    cause: str


class Agency(SQLModel, table=True):
    """An accountable body, or an open group (nhóm chưa rõ thành viên) that stands for bodies no document lists."""

    __tablename__ = "agency"
    __table_args__ = (CheckConstraint("kind IN ('agency', 'open_group')", name="agency_kind"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    kind: str = "agency"
    province: str = ""


class Contact(SQLModel, table=True):
    """Which mailbox serves an agency in which part: its office (văn thư), its head, its deputy."""

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("agency_id", "role", name="contact_once"),
        CheckConstraint("role IN ('office', 'head', 'deputy')", name="contact_role"),
    )

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id")
    role: str
    mailbox_id: int = Field(foreign_key="mailbox.id", index=True)


class User(SQLModel, table=True):
    """A person who acts: `key` is what `--by` names. From `disabled_at` on they do nothing and hold no key."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("role IN ('coordinator', 'agency', 'supervisor', 'inspector')", name="person_role"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    role: str
    agency_id: int | None = Field(default=None, foreign_key="agency.id")
    mailbox_id: int | None = Field(default=None, foreign_key="mailbox.id")
    disabled_at: datetime | None = Field(default=None, sa_type=Instant)
