"""Assignments as lists show them: facts as of a day, and the timeliness computed from them."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.sql.selectable import NamedFromClause
from sqlmodel import Session

from engine.models import (
    Agency,
    Assignment,
    Deadline,
    Entry,
    Plan,
    Question,
    Task,
    Wording,
    columns,
)
from engine.queries.amendments import wording_then
from engine.rules.ladder import Anchor, Policy
from engine.rules.states import State
from engine.rules.timeliness import Facts, Timeliness, timeliness
from engine.rules.workdays import Workdays

ASSIGNMENT, DEADLINE, TASK, AGENCY, PLAN, ENTRY, QUESTION, WORDING = (
    columns(table) for table in (Assignment, Deadline, Task, Agency, Plan, Entry, Question, Wording)
)
SET_BY_HAND = ("move", "return", "reopen")
"""Causes of a deadline that make a duty clear whatever its questions."""

WORDS = ("ref", "section", "text", "deliverable", "deadline_text")
"""What of a task an amendment may have replaced."""


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
        today: the business day; for an earlier day states, agencies and deadlines are those of that day.
    """
    day = yardstick.day if yardstick.day < today else None
    found = [dict(row._mapping) for row in session.execute(_listed(wanted, day))]
    if day:
        _rewind(session, wanted, found, day)
    listed = [_duty(row, yardstick) for row in found]
    return [
        duty for duty in listed if wanted.timeliness in (None, duty.timeliness) and wanted.state in (None, duty.state)
    ]


def _listed(wanted: Wanted, day: date | None) -> Select[Any]:
    """The rows of the list by the names of `Duty`; with a past day, whose they were and what was printed then."""
    version = _version_of_day(day) if day else ASSIGNMENT.version
    first, submitted = aliased("first"), ASSIGNMENT.submitted_day
    words = {name: func.coalesce(WORDING[name], TASK[name]) if day else TASK[name] for name in WORDS}
    began = and_(first.c.assignment_id == ASSIGNMENT.id, first.c.version == 1)
    rows = (
        select(
            ASSIGNMENT.id.label("assignment_id"),
            ASSIGNMENT.uid.label("uid"),
            PLAN.id.label("plan_id"),
            PLAN.slug.label("plan"),
            PLAN.number.label("number"),
            TASK.id.label("task_id"),
            words["ref"].label("ref"),
            words["section"].label("section"),
            words["text"].label("text"),
            words["deliverable"].label("deliverable"),
            AGENCY.name.label("agency"),
            AGENCY.key.label("agency_key"),
            AGENCY.kind.label("agency_kind"),
            words["deadline_text"].label("deadline_text"),
            ASSIGNMENT.state.label("state"),
            ASSIGNMENT.round.label("round"),
            ASSIGNMENT.unclear.label("unclear"),
            version.label("version"),
            DEADLINE.last_day.label("last_day"),
            first.c.last_day.label("first_last_day"),
            submitted.label("submitted_day"),
            _last_day_then(ASSIGNMENT.id, submitted).label("last_day_at_submission"),
        )
        .join(Plan, PLAN.id == ASSIGNMENT.plan_id)
        .join(Task, TASK.id == ASSIGNMENT.task_id)
        .join(Agency, AGENCY.id == (_holder_of_day(day) if day else ASSIGNMENT.agency_id))
        .outerjoin(Deadline, and_(DEADLINE.assignment_id == ASSIGNMENT.id, DEADLINE.version == version))
        .outerjoin(first, and_(began, first.c.force_day <= day) if day else began)
        .where(*_conditions(wanted))
        .order_by(PLAN.slug, TASK.position, ASSIGNMENT.position)
    )
    return rows.outerjoin(Wording, wording_then(day)).where(~_opened_after(day)) if day else rows


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
        words = unicodedata.normalize("NFC", wanted.search)
        fits = [column.icontains(words, autoescape=True) for column in (TASK.text, TASK.ref, AGENCY.name)]
        conditions.append(or_(*fits))
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


def _holder_of_day(day: date) -> Any:  # noqa: ANN401  a column of the statement around it
    """The agency that had the duty on a past day: whom the first later reassignment took it from, else today's."""
    taken_from = ENTRY.data["from_agency"].as_integer()
    earliest = (
        select(taken_from)
        .where(
            ENTRY.assignment_id == ASSIGNMENT.id, ENTRY.kind == "act", ENTRY.effective > day, taken_from.is_not(None)
        )
        .order_by(ENTRY.id)
        .limit(1)
    )
    return func.coalesce(earliest.scalar_subquery(), ASSIGNMENT.agency_id)


def _opened_after(day: date) -> ColumnElement[bool]:
    """Whether a duty came only after that day: by an amendment, accepted of an offer, or opened for a period."""
    return and_(ASSIGNMENT.opened_on.is_not(None), ASSIGNMENT.opened_on > day)


def _last_day_then(part: ColumnElement[Any], day: ColumnElement[Any]) -> Any:  # noqa: ANN401  a scalar subquery
    """The last day on time that was in force for an assignment on a day."""
    then = aliased("then")
    in_force = select(then.c.last_day).where(then.c.assignment_id == part, then.c.force_day <= day)
    return in_force.order_by(then.c.version.desc()).limit(1).scalar_subquery()


def _rewind(session: Session, wanted: Wanted, rows: list[dict[str, Any]], day: date) -> None:
    """Put the states of a past day in place of today's: what the acts up to that day left."""
    acts = (
        select(
            ENTRY.assignment_id,
            ENTRY.effective,
            ENTRY.round,
            ENTRY.data,
            _last_day_then(ASSIGNMENT.id, ENTRY.effective),
        )
        .join(Assignment, ASSIGNMENT.id == ENTRY.assignment_id)
        .where(ENTRY.kind == "act", ENTRY.effective <= day, *_of(wanted))
        .order_by(ENTRY.id)
    )
    then: dict[int, tuple[str, int, date | None, date | None]] = {}
    for part, effective, round_, data, last_day in session.execute(acts):
        submitted, limit = then.get(part, ("", 1, None, None))[2:]
        if data["event"] == "submit":
            submitted, limit = effective, last_day
        elif data["to"] not in (State.SUBMITTED, State.COMPLETED, State.SUSPENDED):
            submitted, limit = None, None
        then[part] = (data["to"], round_, submitted, limit)
    unclear = _unclear_then(session, wanted, day)
    for row in rows:
        state, round_, submitted, limit = then.get(row["assignment_id"], (State.ASSIGNED, 1, None, None))
        row |= {"state": state, "round": round_, "submitted_day": submitted, "last_day_at_submission": limit}
        row["unclear"] = row["assignment_id"] in unclear


def _of(wanted: Wanted) -> list[ColumnElement[bool]]:
    """The assignments of the plan or task wanted; what else narrows the list may have changed since."""
    pairs = ((ASSIGNMENT.plan_id, wanted.plan_id), (ASSIGNMENT.task_id, wanted.task_id))
    return [column == chosen for column, chosen in pairs if chosen is not None]


def _unclear_then(session: Session, wanted: Wanted, day: date) -> set[int]:
    """The assignments whose task a question blocked on a past day, unless a person had set their date by then.

    The business day of an answer is that of its entry in the log; the question itself holds the machine's time.
    """
    event = ENTRY.data["event"].as_string()
    answers = select(ENTRY.plan_id, ENTRY.data["question"].as_string(), event).where(
        ENTRY.kind == "plan", event.in_(("answer", "unanswer")), ENTRY.effective <= day
    )
    last = {(plan, key): said for plan, key, said in session.execute(answers.order_by(ENTRY.id))}
    answered = {question for question, said in last.items() if said == "answer"}
    dated = select(DEADLINE.version).where(
        DEADLINE.assignment_id == ASSIGNMENT.id,
        DEADLINE.cause.in_(SET_BY_HAND),
        DEADLINE.force_day <= day,
        DEADLINE.force_day >= func.coalesce(QUESTION.asked_on, DEADLINE.force_day),
    )
    asked = or_(QUESTION.asked_on.is_(None), QUESTION.asked_on <= day)
    blocked = (
        select(ASSIGNMENT.id, QUESTION.plan_id, QUESTION.key)
        .join(Question, QUESTION.task_id == ASSIGNMENT.task_id)
        .where(QUESTION.blocks != "nothing", asked, ~dated.exists(), *_of(wanted))
    )
    return {part for part, plan, key in session.execute(blocked) if (plan, key) not in answered}


def _duty(row: dict[str, Any], yardstick: Yardstick) -> Duty:
    last_day, limit = row["last_day"], row.pop("last_day_at_submission")
    facts = Facts(
        state=State(row["state"]),
        unclear=row["unclear"],
        last_day=last_day,
        soon_from=yardstick.soon_from(last_day) if last_day else None,
        submitted_day=row["submitted_day"],
        last_day_at_submission=limit,
    )
    return Duty(**row, timeliness=timeliness(facts, yardstick.day))
