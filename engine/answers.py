"""A person's answer to what the reader would not guess; the duty then starts as if it had been so printed."""

from dataclasses import asdict, dataclass, replace
from datetime import date

from sqlmodel import Session, col, select

from engine.acts import add_version, person_named
from engine.clock import Moment
from engine.errors import RefusedError
from engine.models import Agency, Assignment, Entry, Plan, Question, Task
from engine.plans import find_plan, first_last_day, reading_of
from engine.rules.deadlines import read_deadline
from engine.rules.terms import to_json
from engine.rules.workdays import Workdays


@dataclass(frozen=True)
class Reply:
    """What a person answers, and on what it rests.

    Attributes:
        value: a day or wording for a deadline, an agency's key or name for an owner, any words where nothing waits.
        by: the plan's coordinator or supervisor.
    """

    value: str
    by: str
    reason: str = ""


def answer(session: Session, name: str, reply: Reply, *, when: Moment, calendar: Workdays) -> str:
    """Record an answer and let what it blocked go on.

    Args:
        session: a writing session.
        name: `PLAN:KEY`, or the key where only one plan has it.
        reply: the answer.
        when: the time.
        calendar: the working days.

    Returns:
        A sentence on what follows from it.

    Raises:
        RefusedError: no such question, answered already, not this person's to answer, or the value is no answer.
    """
    question = find_question(session, name)
    person, plan = person_named(session, reply.by), session.get_one(Plan, question.plan_id)
    if question.answer is not None:
        raise RefusedError(f"{question.key} was answered already ({question.answer}); move the deadline instead.")
    if person.id not in (plan.coordinator_id, plan.supervisor_id):
        raise RefusedError(f"{reply.by} is neither coordinator nor supervisor of {plan.slug}.")
    question.answer, question.answered_by, question.answered_at = reply.value, person.id, when.real
    question.answer_reason = reply.reason
    session.add(question)
    session.flush()
    said = "đã ghi câu trả lời"
    if question.blocks == "deadline":
        said = _deadline_answered(session, plan, question, reply.value, when=when, calendar=calendar)
    elif question.blocks == "owner":
        said = _owner_answered(session, question, reply.value)
    data = {"event": "answer", "question": question.key} | asdict(reply)
    session.add(Entry(plan_id=plan.id or 0, kind="plan", effective=when.today, at=when.real, data=data))
    return f"{question.key}: {said}"


def find_question(session: Session, name: str) -> Question:
    """The question of that name.

    Raises:
        RefusedError: none or several have it.
    """
    plan, _, key = name.rpartition(":")
    fitting = select(Question).where(Question.key == key)
    if plan:
        fitting = fitting.where(Question.plan_id == find_plan(session, plan).id)
    found = session.exec(fitting).all()
    if len(found) == 1:
        return found[0]
    slugs = [session.get_one(Plan, question.plan_id).slug for question in found]
    if found:
        raise RefusedError(
            f"Several plans have a question {key}: write one of {', '.join(f'{s}:{key}' for s in slugs)}."
        )
    raise RefusedError(f"There is no question {name!r}: see 'dondoc questions'.")


def _deadline_answered(
    session: Session, plan: Plan, question: Question, value: str, *, when: Moment, calendar: Workdays
) -> str:
    """Read the answer like a cell; bare days count as printed in the words of the question ("trước ngày" stays)."""
    task = session.get_one(Task, question.task_id)
    printed = reading_of(task)
    try:
        day = date.fromisoformat(value)
        reading = replace(printed, kind="date", date=day, end=day, start=None, reason=None, suggest=())
        reading = replace(reading, bound=printed.bound or "by", month=None)
    except ValueError:
        year = plan.issue_date.year if plan.issue_date else None
        reading = read_deadline(value, issued=plan.issue_date, year=year)
        reading = replace(reading, bound=printed.bound) if printed.bound and value[:1].isdigit() else reading
    task.deadline = to_json(reading) | {"fingerprint": task.deadline.get("fingerprint"), "answered": question.key}
    last = first_last_day(task, plan, calendar)
    if last is None:
        raise RefusedError(f"{value!r} is not a deadline: write a day such as 2020-12-20 or 20/12/2020.")
    session.add(task)
    for part in _parts(session, task):
        part.unclear = _still_blocked(session, task)
        part.revision, part.changed_at = part.revision + 1, when.real
        if plan.state == "active":
            nominal, bound = reading.end or last, reading.bound or "by"
            add_version(session, part, last, force_day=when.today, cause="answer", nominal=nominal, bound=bound)
        session.add(part)
    return f"ngày cuối còn đúng hạn {last:%d/%m/%Y}"


def _owner_answered(session: Session, question: Question, value: str) -> str:
    task = session.get_one(Task, question.task_id)
    agency = session.exec(select(Agency).where((col(Agency.key) == value) | (col(Agency.name) == value))).first()
    if agency is None:
        raise RefusedError(f"No agency has the key or name {value!r}: see 'dondoc agency list'.")
    parts = _parts(session, task)
    for part in parts:
        part.unclear = _still_blocked(session, task)
        if len(parts) == 1:
            part.agency_id = agency.id or part.agency_id
        session.add(part)
    return f"cơ quan chủ trì: {agency.name}"


def _parts(session: Session, task: Task) -> list[Assignment]:
    return list(session.exec(select(Assignment).where(Assignment.task_id == task.id)).all())


def _still_blocked(session: Session, task: Task) -> bool:
    waiting = select(Question.id).where(
        Question.task_id == task.id, Question.blocks != "nothing", col(Question.answer).is_(None)
    )
    return session.exec(waiting).first() is not None
