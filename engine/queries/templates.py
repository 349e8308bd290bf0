"""The office's mail templates: what is in use, and every version there ever was."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Update, func, select, update
from sqlmodel import Session

from engine.models import Agency, Assignment, Deadline, MailTemplate, Message, Plan, Task, User, columns
from engine.rules.states import OPEN

TEMPLATE, PERSON, MESSAGE = columns(MailTemplate), columns(User), columns(Message)
TASK, PART, DEADLINE, PLAN, AGENCY = (columns(table) for table in (Task, Assignment, Deadline, Plan, Agency))

FALLBACK = "mẫu thư: "
"""With what the note begins that a message was written by the shipped template."""


@dataclass(frozen=True)
class Version:
    """One version of a template; an empty text is the shipped one again."""

    name: str
    version: int
    text: str
    sha256: str
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True)
class RealTask:
    """A task with the part of one agency in it, as a mail about it tells."""

    plan: str
    number: str
    title: str
    ref: str
    text: str
    agency: str
    last_day: date | None
    bound: str
    printed: str


def overrides_of(session: Session) -> dict[str, str]:
    """Name → text of each template that the office has put in place of the shipped one."""
    newest = select(TEMPLATE.name, func.max(TEMPLATE.version).label("version")).group_by(TEMPLATE.name).subquery()
    rows = select(TEMPLATE.name, TEMPLATE.text).join(
        newest, (newest.c.name == TEMPLATE.name) & (newest.c.version == TEMPLATE.version)
    )
    return {name: text for name, text in session.execute(rows.where(TEMPLATE.text != ""))}


def versions_of(session: Session, name: str | None = None) -> list[Version]:
    """The versions of one template or of all, newest first."""
    rows = (
        select(
            TEMPLATE.name, TEMPLATE.version, TEMPLATE.text, TEMPLATE.sha256, PERSON.name.label("by"), TEMPLATE.saved_at
        )
        .join(User, PERSON.id == TEMPLATE.saved_by)
        .order_by(TEMPLATE.name, TEMPLATE.version.desc())
    )
    if name is not None:
        rows = rows.where(TEMPLATE.name == name)
    return [Version(*row) for row in session.execute(rows)]


def real_task(session: Session, today: date, task: int | None = None) -> RealTask | None:
    """A task to try templates on: the one asked for, else the open one that is due next."""
    rows = (
        select(
            PLAN.slug,
            PLAN.number,
            PLAN.title,
            TASK.ref,
            TASK.text,
            AGENCY.name,
            DEADLINE.last_day,
            func.coalesce(DEADLINE.bound, ""),
            TASK.deadline_text,
        )
        .select_from(Assignment)
        .join(Task, TASK.id == PART.task_id)
        .join(Plan, PLAN.id == TASK.plan_id)
        .join(Agency, AGENCY.id == PART.agency_id)
        .outerjoin(Deadline, (DEADLINE.assignment_id == PART.id) & (DEADLINE.version == PART.version))
    )
    if task is not None:
        rows = rows.where(TASK.id == task).order_by(PART.position)
    else:
        later = DEADLINE.last_day.is_(None) | (DEADLINE.last_day < today)
        rows = rows.where(PART.state.in_(OPEN)).order_by(later, DEADLINE.last_day, TASK.position, PART.position)
    row = session.execute(rows.limit(1)).first()
    return RealTask(*row) if row else None


def fallbacks(session: Session, since: date, limit: int) -> list[tuple[int, str]]:
    """The messages since a day that the shipped template had to write: number and why, newest first."""
    rows = (
        select(MESSAGE.id, MESSAGE.error)
        .where(MESSAGE.status == "sent", MESSAGE.error.startswith(FALLBACK), MESSAGE.day >= since)
        .order_by(MESSAGE.id.desc())
        .limit(limit)
    )
    return [(number, why) for number, why in session.execute(rows)]


def note_fallback(message: int, fault: str) -> Update:
    """The statement that keeps with a sent message why the office's template was not used for it."""
    return update(Message).where(MESSAGE.id == message).values(error=FALLBACK + fault)
