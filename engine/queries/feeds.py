"""What a calendar shows: the duties of a view, which of their blocks are stale, and what the blocks say."""

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlmodel import Session

from engine.models import Agency, Assignment, Collaborator, Deadline, EventBlock, Plan, Task, columns

ASSIGNMENT, DEADLINE, TASK, AGENCY, PLAN, BLOCK, HELPER = (
    columns(table) for table in (Assignment, Deadline, Task, Agency, Plan, EventBlock, Collaborator)
)
CANCELLED_DAYS = 30
"""How long a cancelled duty stays, marked, where a subscription wants to see it go."""

TITLE_LENGTH = 120
"""How much of a duty's text stands in its title."""

AT_ONCE = 1000
"""Rows read from the database in one go, so that a feed of any length takes no second copy of itself."""


@dataclass(frozen=True)
class View:
    """Whose duties a feed shows, which of them, and in which form; equal for all subscriptions that show the same.

    Attributes:
        scope: `agency`: its own duties; `coordinator`, `supervisor`: those of the plans that person steers or watches.
        owner: the agency or the person.
        search: words that stand in reference, text or agency, set with the subscription.
        narrowed: such words out of the address, held only against what the feed shows anyway.
        stamp: of the program and its address, so that blocks of another one count as missing.
    """

    scope: str
    owner: int
    stamp: str = ""
    plan_id: int | None = None
    search: str = ""
    narrowed: str = ""
    part: str = "lead"
    finished: str = "marked"
    cancelled: str = "hidden"
    history_days: int = 365
    component: str = "event"
    alarms: str = ""
    content: str = "full"
    language: str = "vi"

    @cached_property
    def key(self) -> str:
        """What names the view among all others."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()[:32]

    @property
    def form(self) -> str:
        """What all forms of its blocks begin with; seat and content follow."""
        return f"{self.component}.{self.alarms}.{self.language}.{self.stamp}."


@dataclass(frozen=True)
class Due:
    """An assignment as a calendar shows it; `form` is the one in which it is wanted."""

    assignment_id: int
    uid: str
    revision: int
    changed_at: datetime
    state: str
    state_since: date
    submitted_day: date | None
    last_day: date
    nominal: date
    bound: str
    cause: str
    reason: str
    authority: str
    ref: str
    text: str
    deadline_text: str
    slug: str
    number: str
    agency: str
    form: str = ""


@dataclass(frozen=True)
class Outline:
    """The duties of a view in their order, and a number for each that changes with what its block says."""

    parts: "array[int]"
    marks: "array[int]"


def outline_of(session: Session, view: View, today: date) -> Outline:
    """The outline of a view, without looking at its blocks."""
    found = Outline(array("q"), array("q"))
    for rows in session.execute(_outline(view, today), execution_options={"yield_per": AT_ONCE}).partitions():
        parts, marks = zip(*rows, strict=True)
        found.parts.extend(parts)
        found.marks.extend(marks)
    return found


@lru_cache(maxsize=256)
def _outline(view: View, today: date) -> Select[Any]:
    """Put into words once: clients come back, and the day lasts."""
    mark = 2 * ASSIGNMENT.revision + case((PLAN.restricted, 1), else_=0)
    rows = _joined(select(ASSIGNMENT.id, mark), text=bool(view.search or view.narrowed))
    return rows.where(*_shown(view, today)).order_by(DEADLINE.last_day, ASSIGNMENT.id)


def stale(
    session: Session, view: View, today: date, *, parts: Sequence[int] | None = None, limit: int | None = None
) -> list[Due]:
    """The duties of a view, or of these parts of it, whose block is missing or older than their last change."""
    rows = _blocks(select(*_facts(), _form(view)), view, today, parts).where(BLOCK.revision.is_(None))
    return [Due(*row) for row in session.execute(rows.order_by(ASSIGNMENT.id).limit(limit))]


def blocks_of(
    session: Session, view: View, today: date, parts: Sequence[int] | None = None
) -> Iterator[tuple[int, str | None]]:
    """The blocks of a view, or of these parts of it, in its order, some at a time; None where one must be made."""
    rows = _blocks(select(ASSIGNMENT.id, BLOCK.text), view, today, parts)
    rows = rows.order_by(DEADLINE.last_day, ASSIGNMENT.id)
    for row in session.execute(rows, execution_options={"yield_per": AT_ONCE}):
        yield row.id, row.text


def plan_of(session: Session, view: View, slug: str) -> int | None:
    """The running plan of that name; None where there is none, or the owner of the view has no part in it."""
    rows = select(PLAN.id).join(Assignment, ASSIGNMENT.plan_id == PLAN.id)
    return session.scalar(rows.where(PLAN.slug == slug, PLAN.state == "active", _owned(view)).limit(1))


def dues_of(session: Session, assignments: Sequence[int]) -> list[Due]:
    """These assignments as a calendar shows them; those without a deadline are left out."""
    rows = _joined(select(*_facts())).where(ASSIGNMENT.id.in_(assignments)).order_by(DEADLINE.last_day, ASSIGNMENT.id)
    return [Due(*row) for row in session.execute(rows)]


def _facts() -> list[Any]:
    return [
        ASSIGNMENT.id,
        ASSIGNMENT.uid,
        ASSIGNMENT.revision,
        ASSIGNMENT.changed_at,
        ASSIGNMENT.state,
        ASSIGNMENT.state_since,
        ASSIGNMENT.submitted_day,
        DEADLINE.last_day,
        DEADLINE.nominal,
        DEADLINE.bound,
        DEADLINE.cause,
        DEADLINE.reason,
        DEADLINE.authority,
        TASK.ref,
        TASK.text,
        TASK.deadline_text,
        PLAN.slug,
        PLAN.number,
        AGENCY.name,
    ]


def _joined(rows: Select[Any], *, text: bool = True) -> Select[Any]:
    current = and_(DEADLINE.assignment_id == ASSIGNMENT.id, DEADLINE.version == ASSIGNMENT.version)
    joined = rows.select_from(Assignment).join(Deadline, current).join(Plan, PLAN.id == ASSIGNMENT.plan_id)
    if text:
        joined = joined.join(Task, TASK.id == ASSIGNMENT.task_id).join(Agency, AGENCY.id == ASSIGNMENT.agency_id)
    return joined


def _blocks(rows: Select[Any], view: View, today: date, parts: Sequence[int] | None) -> Select[Any]:
    """The duties of a view, each with its block where that is as new as the duty."""
    fits = and_(BLOCK.assignment_id == ASSIGNMENT.id, BLOCK.form == _form(view), BLOCK.revision == ASSIGNMENT.revision)
    joined = _joined(rows).outerjoin(EventBlock, fits).where(*_shown(view, today))
    return joined if parts is None else joined.where(ASSIGNMENT.id.in_(parts))


def _form(view: View) -> ColumnElement[str]:
    """The form in which a duty is wanted: a helper's says whose it is, that of a restricted plan nothing else."""
    seat: ColumnElement[str] | str = "all."
    if view.scope == "agency":
        own = ASSIGNMENT.agency_id == view.owner
        seat = case((own, "owner."), else_="helper.") if view.part == "any" else "owner."
    content = case((PLAN.restricted, "reference"), else_=view.content)
    return literal(view.form) + seat + content


def _shown(view: View, today: date) -> Iterable[ColumnElement[bool]]:
    """Which duties a view holds. What is still open stays however long ago its last day was."""
    yield PLAN.state == "active"
    yield _owned(view)
    over = ASSIGNMENT.state.in_(("completed", "cancelled"))
    yield or_(~over, DEADLINE.last_day >= today - timedelta(days=view.history_days))
    if view.finished == "hidden":
        yield ASSIGNMENT.state != "completed"
    gone = ASSIGNMENT.state == "cancelled"
    recent = ASSIGNMENT.state_since >= today - timedelta(days=CANCELLED_DAYS)
    yield or_(~gone, recent) if view.cancelled == "marked" else ~gone
    if view.plan_id is not None:
        yield PLAN.id == view.plan_id
    named: tuple[Any, ...] = (TASK.ref, AGENCY.name)
    said: tuple[Any, ...] = (TASK.text,)
    if view.search:
        yield or_(*(column.icontains(view.search, autoescape=True) for column in named + said))
    if view.narrowed:
        # Nobody may find out by trying words what a calendar does not show.
        bare = TASK.ref.icontains(view.narrowed, autoescape=True)
        if view.content == "title":
            said = (func.substr(TASK.text, 1, TITLE_LENGTH),)
        whole = or_(*(column.icontains(view.narrowed, autoescape=True) for column in named + said))
        yield bare if view.content == "reference" else case((PLAN.restricted, bare), else_=whole)


def _owned(view: View) -> ColumnElement[bool]:
    if view.scope == "coordinator":
        return PLAN.coordinator_id == view.owner
    if view.scope == "supervisor":
        return PLAN.supervisor_id == view.owner
    own = ASSIGNMENT.agency_id == view.owner
    if view.part == "lead":
        return own
    return or_(own, ASSIGNMENT.task_id.in_(select(HELPER.task_id).where(HELPER.agency_id == view.owner)))
