"""How a date came about: printed words → reading, or a person's answer → rule → calendar → last day → every rung."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from engine.models import Agency, Assignment, Deadline, Plan, Question, Task
from engine.plans import first_last_day, reading_of
from engine.queries.amendments import Amended, amendments_of
from engine.queries.answers import Answered, answers_of
from engine.queries.offers import TakenOn, taken_on
from engine.rules.ladder import Policy, steps
from engine.rules.terms import to_json
from engine.rules.workdays import Workdays


@dataclass(frozen=True)
class RungDay:
    """A rung on its day; `provisional` where that year's notice on days off is still to come."""

    rung: str
    kind: str
    date: date
    superseded: bool
    provisional: bool
    to: tuple[str, ...]


@dataclass(frozen=True)
class Version:
    """One version of the deadline of one agency's part, with its rungs."""

    agency: str
    version: int
    current: bool
    last_day: date
    force_day: date
    cause: str
    reason: str
    authority: str
    rungs: list[RungDay]


@dataclass(frozen=True)
class Why:
    """The whole derivation for one task."""

    plan: str
    ref: str
    printed: str
    place: str
    source: str
    reading: dict[str, Any]
    answered: str
    before: str
    roll: str
    last_day: date | None
    calendar: str
    provisional: bool
    policy: str
    versions: list[Version]
    questions: list[str]
    answers: list[Answered]
    amendments: list[Amended]
    taken_on: TakenOn | None

    @property
    def settled_by(self) -> Answered | None:
        """The answer that the reading is, where a person gave it and no document printed it."""
        return next((one for one in self.answers if one.question == self.answered), None)

    def to_json(self) -> dict[str, Any]:
        """The derivation as `dondoc why --json` prints it."""
        return asdict(self)


def why(session: Session, task: Task, *, policy: Policy, calendar: Workdays) -> Why:
    """How the dates of a task came about, derived anew from what is stored."""
    plan = session.get_one(Plan, task.plan_id)
    last_day = first_last_day(task, plan, calendar)
    rows = session.exec(
        select(Deadline, Assignment, Agency.name)
        .join(Assignment, col(Assignment.id) == Deadline.assignment_id)
        .join(Agency, col(Agency.id) == Assignment.agency_id)
        .where(Assignment.task_id == task.id)
        .order_by(col(Assignment.position), col(Deadline.version))
    ).all()
    amended = amendments_of(session, plan.id or 0, task.id or 0)
    asked = select(Question.reason).where(
        Question.task_id == task.id, Question.blocks != "nothing", col(Question.answer).is_(None)
    )
    return Why(
        plan=plan.slug,
        ref=task.ref,
        printed=task.deadline_text,
        place=task.place,
        source=next((one.source for one in reversed(amended) if one.dates), plan.source_name),
        reading=to_json(reading_of(task)),
        answered=str(task.deadline.get("answered") or ""),
        before=plan.before,
        roll=plan.roll,
        last_day=last_day,
        calendar=calendar.version,
        provisional=bool(last_day and calendar.provisional(last_day)),
        policy=policy.name,
        versions=[_version(deadline, part, name, policy, calendar) for deadline, part, name in rows],
        questions=list(session.exec(asked).all()),
        answers=answers_of(session, task),
        amendments=amended,
        taken_on=taken_on(session, task),
    )


def _version(deadline: Deadline, part: Assignment, agency: str, policy: Policy, calendar: Workdays) -> Version:
    rungs = [
        RungDay(
            step.rung.name, step.rung.kind, step.date, step.superseded, calendar.provisional(step.date), step.rung.to
        )
        for step in steps(policy, deadline.last_day, deadline.force_day, calendar)
    ]
    return Version(
        agency=agency,
        version=deadline.version,
        current=deadline.version == part.version,
        last_day=deadline.last_day,
        force_day=deadline.force_day,
        cause=deadline.cause,
        reason=deadline.reason,
        authority=deadline.authority,
        rungs=rungs,
    )
