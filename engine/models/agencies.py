"""Agencies (cơ quan), the mailboxes known of them, and the people who sign in."""

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel


class Mailbox(SQLModel, table=True):
    """An address that gets mail. The ledger names it by id, so that a person can be forgotten and the chain stand."""

    __tablename__ = "mailbox"

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(unique=True)
    name: str = ""
    language: str = "vi"


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
    """A person who acts: `key` is what `--by` names."""

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
