"""Assignments as lists show them: facts as of a day, and the timeliness computed from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.sql.selectable import NamedFromClause
from sqlmodel import Session

from engine.models import Agency, Assignment, Deadline, Entry, Plan, Task, columns
from engine.rules.ladder import Anchor, Policy
from engine.rules.states import State
from engine.rules.timeliness import Facts, Timeliness, timeliness
from engine.rules.workdays import Workdays

ASSIGNMENT, DEADLINE, TASK, AGENCY, PLAN, ENTRY = (
    columns(table) for table in (Assignment, Deadline, Task, Agency, Plan, Entry)
)


@dataclass(frozen=True)
class Duty:
    """One assignment as it stands on the day asked."""

    assignment_id: int
    uid: str
    plan_id: int
    plan: str
    number: str
    task_id: int
    ref: str
    section: str
    text: str
    deliverable: str
    agency: str
    agency_key: str
    agency_kind: str
    deadline_text: str
    state: str
    round: int
    unclear: bool
    version: int
    last_day: date | None
    first_last_day: date | None
    submitted_day: date | None
    timeliness: Timeliness


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; None leaves it open.

    Attributes:
        agency: key of the owner agency.
        search: words that stand in the text, the reference or the agency's name.
    """

    plan_id: int | None = None
    task_id: int | None = None
    agency: str | None = None
    state: str | None = None
    timeliness: str | None = None
    search: str | None = None


@dataclass(frozen=True)
class Yardstick:
    """By what timeliness is told: the day, the working days, the ladder (whose R7 begins `due_soon`)."""

    day: date
    calendar: Workdays
    policy: Policy

    def soon_from(self, last_day: date) -> date:
        """The date of the last rung counted in calendar days: from then on a duty is due soon."""
        days = [rung.offset for rung in self.policy.rungs if rung.anchor is Anchor.LAST_DAY]
        return self.calendar.on_or_before(last_day + timedelta(days=max(days, default=-7)))


def duties(session: Session, wanted: Wanted, yardstick: Yardstick, *, today: date) -> list[Duty]:
    """The duties wanted, in the order of plans and tasks, as they stood on the yardstick's day.

    Args:
        session: a reading session.
        wanted: what to list.
        yardstick: the day asked and the rules of that day.
        today: the business day; for an earlier day the states are read from the log.
    """
    past = yardstick.day < today
    version = _version_of_day(yardstick.day) if past else ASSIGNMENT.version
    first = aliased("first")
    rows = (
        select(
            ASSIGNMENT.id,
            ASSIGNMENT.uid,
            PLAN.id,
            PLAN.slug,
            PLAN.number,
            TASK.id,
            TASK.ref,
            TASK.section,
            TASK.text,
            TASK.deliverable,
            AGENCY.name,
            AGENCY.key,
            AGENCY.kind,
            TASK.deadline_text,
            ASSIGNMENT.state,
            ASSIGNMENT.round,
            ASSIGNMENT.unclear,
            version,
            DEADLINE.last_day,
            first.c.last_day,
            ASSIGNMENT.submitted_day,
        )
        .join(Plan, PLAN.id == ASSIGNMENT.plan_id)
        .join(Task, TASK.id == ASSIGNMENT.task_id)
        .join(Agency, AGENCY.id == ASSIGNMENT.agency_id)
        .outerjoin(Deadline, and_(DEADLINE.assignment_id == ASSIGNMENT.id, DEADLINE.version == version))
        .outerjoin(first, and_(first.c.assignment_id == ASSIGNMENT.id, first.c.version == 1))
        .where(*_conditions(wanted))
        .order_by(PLAN.slug, TASK.position, ASSIGNMENT.position)
    )
    found = [list(row) for row in session.execute(rows)]
    if past:
        _rewind(session, found, yardstick.day)
    listed = [_duty(row, yardstick) for row in found]
    return [
        duty for duty in listed if wanted.timeliness in (None, duty.timeliness) and wanted.state in (None, duty.state)
    ]


def counts(listed: Sequence[Duty]) -> dict[str, int]:
    """How many duties have each timeliness; those that none has are left out."""
    found: dict[str, int] = {}
    for duty in listed:
        found[duty.timeliness] = found.get(duty.timeliness, 0) + 1
    return found


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = []
    if wanted.plan_id is not None:
        conditions.append(PLAN.id == wanted.plan_id)
    if wanted.task_id is not None:
        conditions.append(TASK.id == wanted.task_id)
    if wanted.agency:
        conditions.append(AGENCY.key == wanted.agency)
    if wanted.search:
        pattern = f"%{wanted.search}%"
        conditions.append(or_(TASK.text.ilike(pattern), TASK.ref.ilike(pattern), AGENCY.name.ilike(pattern)))
    return conditions


def aliased(name: str) -> NamedFromClause:
    """The table of deadlines a second time, under another name."""
    return DEADLINE.assignment_id.table.alias(name)


def _version_of_day(day: date) -> Any:  # noqa: ANN401  a scalar subquery
    """The deadline version in force on a past day."""
    earlier = aliased("earlier")
    highest = select(func.coalesce(func.max(earlier.c.version), 0)).where(
        earlier.c.assignment_id == ASSIGNMENT.id, earlier.c.force_day <= day
    )
    return highest.scalar_subquery()


def _rewind(session: Session, rows: list[list[Any]], day: date) -> None:
    """Put the states of a past day in place of today's: what the acts up to that day left."""
    acts = (
        select(ENTRY.assignment_id, ENTRY.effective, ENTRY.round, ENTRY.data)
        .where(ENTRY.kind == "act", ENTRY.effective <= day, ENTRY.assignment_id.in_([row[0] for row in rows]))
        .order_by(ENTRY.id)
    )
    then: dict[int, tuple[str, int, date | None]] = {}
    for part, effective, round_, data in session.execute(acts):
        submitted = then.get(part, ("", 1, None))[2]
        if data["event"] == "submit":
            submitted = effective
        elif data["to"] not in (State.SUBMITTED, State.COMPLETED, State.SUSPENDED):
            submitted = None
        then[part] = (data["to"], round_, submitted)
    for row in rows:
        state, round_, submitted = then.get(row[0], (State.ASSIGNED, 1, None))
        row[14], row[15], row[20] = state, round_, submitted
        row[16] = row[16] or (row[17] == 0 and row[18] is None and row[19] is not None)


def _duty(row: Sequence[Any], yardstick: Yardstick) -> Duty:
    last_day, submitted = row[18], row[20]
    facts = Facts(
        state=State(row[14]),
        unclear=row[16],
        last_day=last_day,
        soon_from=yardstick.soon_from(last_day) if last_day else None,
        submitted_day=submitted,
        last_day_at_submission=last_day if submitted else None,
    )
    return Duty(*[*row, timeliness(facts, yardstick.day)])
