"""Plans at a glance, their open questions, and whom they write to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Column, ColumnElement, func, select, union
from sqlmodel import Session

from engine.models import (
    Agency,
    Assignment,
    Collaborator,
    Contact,
    Mailbox,
    Plan,
    Question,
    Task,
    User,
    columns,
)
from engine.queries.tasks import Wanted, Yardstick, counts, duties
from engine.rules.ladder import Policy
from engine.rules.timeliness import FOUR, Timeliness
from engine.rules.workdays import Workdays

PLAN, TASK, QUESTION, AGENCY, ASSIGNMENT, COLLABORATOR, CONTACT, MAILBOX, USER = (
    columns(table) for table in (Plan, Task, Question, Agency, Assignment, Collaborator, Contact, Mailbox, User)
)
CLASSES = ("done_on_time", "done_late", "open_in_term", "open_overdue")
"""The official four, in the order in which they are reported."""


@dataclass(frozen=True)
class PlanRow:
    """A plan with its counts: the official four, and what stands apart from them."""

    plan_id: int
    slug: str
    number: str
    title: str
    issuer: str
    issue_date: date | None
    state: str
    activated_on: date | None
    tasks: int
    duties: int
    questions: int
    four: dict[str, int]
    apart: dict[str, int]
    due_soon: int


@dataclass(frozen=True)
class OpenQuestion:
    """A question that waits for a person. `name` is what `dondoc answer` takes."""

    name: str
    key: str
    plan: str
    ref: str | None
    place: str
    printed: str
    reason: str
    choices: list[str]
    blocks: str


def plan_rows(
    session: Session, day: date, *, calendar: Workdays, policies: Mapping[str, Policy], rewind: bool = False
) -> list[PlanRow]:
    """Every plan with its counts of a day, in the order of their slugs; `rewind`: later acts do not count."""
    tasks = _counted(session, TASK.plan_id)
    asked = _counted(session, QUESTION.plan_id, QUESTION.answer.is_(None))
    rows = []
    for plan in session.execute(select(Plan).order_by(PLAN.slug)).scalars():
        yardstick = Yardstick(day, calendar, policies.get(plan.policy, policies["default"]))
        listed = duties(session, Wanted(plan_id=plan.id), yardstick, today=date.max if rewind else day)
        four, apart = split(counts(listed))
        rows.append(
            PlanRow(
                plan_id=plan.id or 0,
                slug=plan.slug,
                number=plan.number,
                title=plan.title,
                issuer=plan.issuer,
                issue_date=plan.issue_date,
                state=plan.state,
                activated_on=plan.activated_on,
                tasks=tasks.get(plan.id or 0, 0),
                duties=len(listed),
                questions=asked.get(plan.id or 0, 0),
                four=four,
                apart=apart,
                due_soon=sum(duty.timeliness is Timeliness.DUE_SOON for duty in listed),
            )
        )
    return rows


def split(found: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """Counts by timeliness as the official four, and the rest that stands apart."""
    four = dict.fromkeys(CLASSES, 0)
    apart: dict[str, int] = {}
    for name, count in found.items():
        if official := FOUR.get(Timeliness(name)):
            four[official] += count
        else:
            apart[str(name)] = count
    return four, apart


def open_questions(session: Session, plan_id: int | None = None, task_id: int | None = None) -> list[OpenQuestion]:
    """What waits for an answer: in all plans, in one, or about one task; what blocks a duty stands first."""
    rows = (
        select(
            PLAN.slug,
            QUESTION.key,
            TASK.ref,
            QUESTION.place,
            QUESTION.printed,
            QUESTION.reason,
            QUESTION.choices,
            QUESTION.blocks,
        )
        .join(Plan, PLAN.id == QUESTION.plan_id)
        .outerjoin(Task, TASK.id == QUESTION.task_id)
        .where(QUESTION.answer.is_(None))
        .order_by(PLAN.slug, QUESTION.blocks == "nothing", QUESTION.id)
    )
    if plan_id is not None:
        rows = rows.where(QUESTION.plan_id == plan_id)
    if task_id is not None:
        rows = rows.where(QUESTION.task_id == task_id)
    return [OpenQuestion(f"{slug}:{key}", key, slug, *rest) for slug, key, *rest in session.execute(rows)]


def addresses_of_plan(session: Session, plan: Plan) -> list[tuple[str, str, str]]:
    """Whom a plan may write to: (name of the mailbox, its part, address), each address once."""
    owners = select(ASSIGNMENT.agency_id).where(ASSIGNMENT.plan_id == plan.id)
    helpers = select(COLLABORATOR.agency_id).join(Task, TASK.id == COLLABORATOR.task_id).where(TASK.plan_id == plan.id)
    of_agencies = (
        select(MAILBOX.name, CONTACT.role, MAILBOX.address)
        .join(Contact, CONTACT.mailbox_id == MAILBOX.id)
        .where(CONTACT.agency_id.in_(union(owners, helpers)), CONTACT.role != "deputy")
        .order_by(CONTACT.role.desc(), MAILBOX.name)
    )
    of_people = (
        select(MAILBOX.name, USER.role, MAILBOX.address)
        .join(User, USER.mailbox_id == MAILBOX.id)
        .where(USER.id.in_([plan.coordinator_id, plan.supervisor_id]))
    )
    found: dict[str, tuple[str, str, str]] = {}
    for name, role, address in [*session.execute(of_people), *session.execute(of_agencies)]:
        found.setdefault(address, (name, role, address))
    return list(found.values())


def first_messages(session: Session, plan: Plan) -> int:
    """How many mailboxes get a message when the plan's notices go out; the coordinator's for who has no address."""
    clear = (ASSIGNMENT.plan_id == plan.id) & ASSIGNMENT.unclear.is_(False)
    owners = select(ASSIGNMENT.agency_id).where(clear)
    helpers = select(COLLABORATOR.agency_id).join(Assignment, ASSIGNMENT.task_id == COLLABORATOR.task_id).where(clear)
    office = select(CONTACT.agency_id).where(CONTACT.role == "office")
    offices = select(CONTACT.mailbox_id).where(CONTACT.role == "office", CONTACT.agency_id.in_(union(owners, helpers)))
    mailboxes = set(session.execute(offices).scalars())
    if session.execute(owners.where(ASSIGNMENT.agency_id.not_in(office)).limit(1)).first():
        stands_in = select(USER.mailbox_id).where(USER.id == plan.coordinator_id, USER.mailbox_id.is_not(None))
        mailboxes |= set(session.execute(stands_in).scalars())
    return len(mailboxes)


def _counted(session: Session, key: Column[int], *conditions: ColumnElement[bool]) -> dict[int, int]:
    rows = session.execute(select(key, func.count()).where(*conditions).group_by(key))
    return {row[0]: row[1] for row in rows}
