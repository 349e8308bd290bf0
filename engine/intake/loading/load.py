"""From a draft to tables, in one transaction: agencies and their mailboxes, tasks, assignments, questions.

The same document again changes nothing. A plan that is not active yet takes an edited one over; an active one is left
as it is, for its duties run: what an edited or amending document changes there is `engine/amendments.py`.
"""

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from engine.clock import Moment
from engine.errors import ManyFaultsError, RefusedError
from engine.intake.agencies.registry import Registry
from engine.intake.amendment.document import amended_numbers, number_key
from engine.intake.draft import Draft
from engine.intake.draft import Question as Asked
from engine.intake.draft import Task as DraftTask
from engine.intake.loading.offering import Offers, put_offers
from engine.intake.loading.offers import offers_of
from engine.intake.loading.parties import Agencies, PersonEntry, ascii_key, put_person
from engine.models import (
    Amendment,
    Assignment,
    Collaborator,
    Plan,
    Question,
    Task,
    User,
)
from engine.queries.amendments import of_document
from engine.rules.terms import to_json

SLUG_LENGTH = 60


@dataclass
class Loaded:
    """What a load did to one plan."""

    slug: str
    created: bool = False
    applied: bool = False
    tasks: int = 0
    assignments: int = 0
    unclear: int = 0
    questions: int = 0
    heading: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    dropped_answers: list[str] = field(default_factory=list)
    offers: Offers = field(default_factory=Offers)

    @property
    def unchanged(self) -> bool:
        """Whether the document says what the database holds already."""
        return not (self.created or self.applied or self.heading or self.added or self.changed or self.removed)


def load(session: Session, draft: Draft, *, registry: Registry, people: Sequence[PersonEntry], when: Moment) -> Loaded:
    """Put a draft into the tables.

    Args:
        session: a writing session.
        draft: what the document says.
        registry: the agencies of its province, with their mailboxes.
        people: who coordinates and supervises where nobody is registered yet.
        when: the time.

    Raises:
        RefusedError: the document is no plan, lists no task, or says that it amends a plan that is here.
        BadInputError: two of its rows have the same reference; nothing was written.
    """
    if not draft.plan.is_plan:
        raise RefusedError(f"{draft.source} is not a plan: {draft.plan.not_plan_reason or 'no heading of a plan'}.")
    if not draft.tasks and not offers_of(draft):
        raise RefusedError(
            f"{draft.source} has no table of tasks: nothing to track. See 'dondoc read' for what it has."
        )
    check_references(draft)
    slug = slug_of(draft)
    plan = session.exec(select(Plan).where(Plan.slug == slug).with_for_update()).one_or_none()
    loaded, answered = Loaded(slug, created=plan is None), list[_Answered]()
    if plan is None:
        _refuse_amending(session, draft)
        plan = Plan(slug=slug, loaded_at=when.real)
    else:
        if _known(session, plan, draft):
            return _counted(session, plan, loaded)
        _compare(session, plan, draft, loaded)
        if plan.state != "draft":
            return _counted(session, plan, loaded)
        answered = _answered(session, plan)
        _clear(session, plan)
    _describe(plan, draft)
    _put_people(session, plan, registry, people)
    session.add(plan)
    session.flush()
    _put_tasks(session, plan, draft, registry, when)
    loaded.offers = put_offers(session, plan, draft, registry=registry, when=when)
    loaded.dropped_answers = [key for kept in answered for key in _carry_over(session, plan, kept, when)]
    loaded.applied = True
    return _counted(session, plan, loaded)


def _refuse_amending(session: Session, draft: Draft) -> None:
    """An amending document is no plan of its own: its rows would stand beside those that they change."""
    numbers = amended_numbers(draft)
    amended = [plan for plan in session.exec(select(Plan)).all() if plan.number and number_key(plan.number) in numbers]
    if amended:
        names = ", ".join(plan.slug for plan in amended)
        raise RefusedError(
            f"{draft.source} amends {names}: see what it changes with 'dondoc load {draft.source} --amend {names}'."
        )


def check_references(draft: Draft) -> None:
    """Check that no two rows share a reference.

    Raises:
        BadInputError: some do; all are named with their places.
    """
    places: dict[str, list[str]] = {}
    for row in draft.tasks:
        places.setdefault(row.ref, []).append(place_of(row))
    faults = [f"{ref}: {'; '.join(found)}" for ref, found in places.items() if len(found) > 1]
    if faults:
        raise ManyFaultsError(f"{draft.source}: number each row once. These references stand several times:", faults)


def slug_of(draft: Draft) -> str:
    """`49-kh-ubnd-2020-yen-bai`: number, year and place, for numbers restart every year and with every issuer."""
    plan = draft.plan
    parts = [plan.number or plan.title or draft.source, (plan.issue_date or "")[:4], plan.place or ""]
    return ascii_key(" ".join(part for part in parts if part))[:SLUG_LENGTH].strip("-")


def fingerprint(task: DraftTask) -> str:
    """A hash of what a row says; equal for a row that has not changed."""
    said = [task.text, task.owner_text, task.collaborators_text, task.deadline_text, task.deliverable]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]


def _describe(plan: Plan, draft: Draft) -> None:
    said = draft.plan
    plan.number, plan.title, plan.issuer = said.number or "", said.title or "", said.issuer or ""
    plan.place = said.place or ""
    plan.issue_date = _issued(draft)
    plan.source_name, plan.source_sha256 = draft.source, draft.source_sha256


def _issued(draft: Draft) -> date | None:
    return date.fromisoformat(draft.plan.issue_date) if draft.plan.issue_date else None


def _put_people(session: Session, plan: Plan, registry: Registry, people: Sequence[PersonEntry]) -> None:
    for role in ("coordinator", "supervisor"):
        if getattr(plan, f"{role}_id") is not None:
            continue
        known = session.exec(select(User.id).where(User.role == role).order_by(col(User.id))).first()
        entry = next((person for person in people if person.role == role), None)
        if known is None and entry is not None:
            known = put_person(session, entry, registry).id
        setattr(plan, f"{role}_id", known)


def _put_tasks(session: Session, plan: Plan, draft: Draft, registry: Registry, when: Moment) -> None:
    agencies = Agencies(session, registry, plan.place)
    blocked = {task_of(q.id, draft) for q in draft.questions if q.blocks != "nothing"}
    ids: dict[str, int] = {}
    for position, row in enumerate(draft.tasks, start=1):
        task = task_row(plan, row, position)
        session.add(task)
        session.flush()
        ids[row.ref] = task.id or 0
        for agency in agencies.ids_of(row.collaborators):
            session.add(Collaborator(task_id=task.id or 0, agency_id=agency))
        for order, agency in enumerate(agencies.ids_of(row.owners)):
            session.add(duty_row(task, agency, order, when, unclear=row.ref in blocked))
    for question in draft.questions:
        session.add(question_row(plan.id or 0, ids.get(task_of(question.id, draft)), question))
    session.flush()


def question_row(plan_id: int, task_id: int | None, question: Asked) -> Question:
    """A question of the reader as a row."""
    return Question(
        plan_id=plan_id,
        task_id=task_id,
        key=question.id,
        place=question.where,
        printed=question.printed,
        reason=question.reason,
        choices=list(question.choices),
        blocks=question.blocks,
    )


def duty_row(task: Task, agency: int, order: int, when: Moment, *, unclear: bool) -> Assignment:
    """The duty of one agency in a task, not begun."""
    return Assignment(
        uid=str(uuid.uuid4()),
        plan_id=task.plan_id,
        task_id=task.id or 0,
        agency_id=agency,
        position=task.position * 1000 + order,
        state_since=when.today,
        unclear=unclear,
        changed_at=when.real,
    )


def task_row(plan: Plan, row: DraftTask, position: int) -> Task:
    """A row of the document as a task."""
    return Task(
        plan_id=plan.id or 0,
        ref=row.ref,
        position=position,
        section=section_of(row),
        text=row.text,
        owner_text=row.owner_text or "",
        collaborators_text=row.collaborators_text or "",
        deadline_text=row.deadline_text or "",
        deadline=to_json(row.deadline) | {"fingerprint": fingerprint(row)},
        deliverable=row.deliverable or "",
        place=place_of(row),
    )


def section_of(row: DraftTask) -> str:
    """The headings above a row, outermost first."""
    return " › ".join(row.section_path)


def place_of(row: DraftTask) -> str:
    """Where a row stands in its file."""
    lines = row.source_lines
    return f"dòng {lines[0]}–{lines[1]}" if lines else json.dumps(row.cell or {})


def task_of(question: str, draft: Draft) -> str:
    """The reference of the row that a question is about; its id begins with it."""
    fitting = [row.ref for row in draft.tasks if question == row.ref or question.startswith(f"{row.ref}-")]
    return max(fitting, key=len, default="")


def _known(session: Session, plan: Plan, draft: Draft) -> bool:
    """Whether this very file was loaded as the plan, or has amended it."""
    amended = select(Amendment.id).where(Amendment.plan_id == plan.id, Amendment.source_sha256 == draft.source_sha256)
    return plan.source_sha256 == draft.source_sha256 or session.exec(amended).first() is not None


def _compare(session: Session, plan: Plan, draft: Draft, loaded: Loaded) -> None:
    told = {"title": draft.plan.title, "issuer": draft.plan.issuer, "number": draft.plan.number}
    loaded.heading = [name for name, value in told.items() if getattr(plan, name) != (value or "")]
    if plan.issue_date != _issued(draft):
        loaded.heading.append("issue_date")
    held: dict[str, Any] = {
        ref: deadline.get("fingerprint")
        for ref, deadline in session.exec(select(Task.ref, Task.deadline).where(*of_document(plan.id)))
    }
    said = {row.ref: fingerprint(row) for row in draft.tasks}
    loaded.added = [ref for ref in said if ref not in held]
    loaded.removed = [ref for ref in held if ref not in said]
    loaded.changed = [ref for ref in said if ref in held and held[ref] != said[ref]]


def _clear(session: Session, plan: Plan) -> None:
    """Empty a plan that has not started, for its edited document."""
    tasks = select(Task.id).where(Task.plan_id == plan.id)
    session.exec(delete(Question).where(col(Question.plan_id) == plan.id))
    session.exec(delete(Collaborator).where(col(Collaborator.task_id).in_(tasks)))
    session.exec(delete(Assignment).where(col(Assignment.plan_id) == plan.id))
    session.exec(delete(Task).where(col(Task.plan_id) == plan.id))


@dataclass(frozen=True)
class _Answered:
    """The answers of persons about one task, or about the plan where there is none, with what they did to it.

    Attributes:
        said: what was answered, by question.
        about: what each question was about.
    """

    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    about: dict[str, tuple[str, str]] = field(default_factory=dict)
    deadline: dict[str, Any] = field(default_factory=dict)
    deliverable: str = ""
    owners: tuple[int, ...] = ()
    helpers: tuple[int, ...] = ()


def _answered(session: Session, plan: Plan) -> list[_Answered]:
    """Every answer that the plan holds, together by task."""
    given = select(Question).where(Question.plan_id == plan.id, col(Question.answer).is_not(None))
    found: dict[int | None, _Answered] = {}
    for question in session.exec(given.order_by(Question.key)).all():
        task = session.get(Task, question.task_id) if question.task_id else None
        kept = found.get(question.task_id) or _Answered()
        if task is not None and not kept.said:
            kept = _Answered(
                deadline=dict(task.deadline),
                deliverable=task.deliverable,
                owners=tuple(part.agency_id for part in _parts(session, task)),
                helpers=tuple(
                    session.exec(select(Collaborator.agency_id).where(Collaborator.task_id == task.id)).all()
                ),
            )
        kept.said[question.key] = question.model_dump(include={"answer", "answered_by", "answered_at", "answer_reason"})
        kept.about[question.key] = _about(question, task)
        found[question.task_id] = kept
    return list(found.values())


def _about(question: Question, task: Task | None) -> tuple[str, str]:
    """What must be the same for an answer to stand: what waits for it, and all that the row says."""
    row = str(task.deadline.get("fingerprint")) if task else f"{question.printed} {question.reason}"
    return question.blocks, row


def _parts(session: Session, task: Task) -> list[Assignment]:
    chosen = select(Assignment).where(Assignment.task_id == task.id).order_by(col(Assignment.position))
    return list(session.exec(chosen).all())


def _carry_over(session: Session, plan: Plan, kept: _Answered, when: Moment) -> list[str]:
    """Give the answers about a task, with their effect, to the questions of the new tables that ask the same.

    Returns:
        The questions whose answers do not stand. Of a task's answers either all stand or none: each had its effect on
        what another found.
    """
    asked = select(Question).where(Question.plan_id == plan.id, col(Question.key).in_(kept.said))
    held = {question.key: question for question in session.exec(asked).all()}
    tasks = {key: session.get(Task, found.task_id) if found.task_id else None for key, found in held.items()}
    same = [key for key, about in kept.about.items() if key in held and _about(held[key], tasks[key]) == about]
    task = next(iter(tasks.values()), None)
    stand = same if task is None or len(same) == len(kept.said) else []
    for key in stand:
        held[key].sqlmodel_update(kept.said[key])
    session.flush()
    if task is not None and stand:
        _take_effect(session, task, kept, when)
    return [key for key in kept.said if key not in stand]


def _take_effect(session: Session, task: Task, kept: _Answered, when: Moment) -> None:
    """Let a task stand as its answers had left it; what they were not about is as the document says now."""
    topics = {key.removeprefix(f"{task.ref}-").split("-")[0] for key in kept.said} | {
        about[0] for about in kept.about.values()
    }
    if kept.deadline.get("answered") in kept.said:
        task.deadline = kept.deadline
    if "deliverable" in topics:
        task.deliverable = kept.deliverable
    if "collaborators" in topics:
        session.exec(delete(Collaborator).where(col(Collaborator.task_id) == task.id))
        session.add_all(Collaborator(task_id=task.id or 0, agency_id=agency) for agency in kept.helpers)
    if topics & {"owner", "lead", "members"}:
        session.exec(delete(Assignment).where(col(Assignment.task_id) == task.id))
        session.add_all(duty_row(task, agency, order, when, unclear=True) for order, agency in enumerate(kept.owners))
    waiting = select(Question.id).where(
        Question.task_id == task.id, Question.blocks != "nothing", col(Question.answer).is_(None)
    )
    blocked = session.exec(waiting).first() is not None
    for part in _parts(session, task):
        part.unclear = blocked
    session.flush()


def _counted(session: Session, plan: Plan, loaded: Loaded) -> Loaded:
    unclear = session.exec(select(Assignment.unclear).where(Assignment.plan_id == plan.id)).all()
    loaded.tasks = len(session.exec(select(Task.id).where(Task.plan_id == plan.id)).all())
    loaded.assignments, loaded.unclear = len(unclear), sum(unclear)
    loaded.questions = len(
        session.exec(select(Question.id).where(Question.plan_id == plan.id, col(Question.answer).is_(None))).all()
    )
    return loaded
