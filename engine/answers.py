"""A person's answer to what the reader would not guess; the duty then starts as if it had been so printed."""

from dataclasses import asdict, dataclass, replace
from datetime import date

from sqlmodel import Session, col, select

from engine.acts import FARTHEST_YEARS, add_version, hand_over, person_named
from engine.clock import Moment
from engine.errors import RefusedError
from engine.models import Agency, Assignment, Entry, Plan, Question, Task
from engine.plans import find_plan, first_last_day, reading_of
from engine.rules.deadlines import read_deadline
from engine.rules.states import State
from engine.rules.terms import Deadline as Reading
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
        raise RefusedError(
            f"{question.key} was answered already ({question.answer}); change the duty by an act instead."
        )
    if person.id not in (plan.coordinator_id, plan.supervisor_id):
        raise RefusedError(f"{reply.by} is neither coordinator nor supervisor of {plan.slug}.")
    if not reply.value.strip():
        raise RefusedError("An empty answer settles nothing; the question stays open.")
    question.answer, question.answered_by, question.answered_at = reply.value, person.id, when.real
    question.answer_reason = reply.reason
    session.add(question)
    session.flush()
    said = "đã ghi câu trả lời"
    if question.blocks == "deadline":
        said = _deadline_answered(session, plan, question, reply.value, calendar=calendar)
    elif question.blocks == "owner":
        said = _owner_answered(session, question, reply.value)
    if question.task_id is not None and question.blocks != "nothing":
        _start_cleared(session, plan, session.get_one(Task, question.task_id), when=when, calendar=calendar)
    data = {"event": "answer", "question": question.key} | asdict(reply)
    session.add(Entry(plan_id=plan.id or 0, kind="plan", effective=when.today, at=when.real, data=data))
    return f"{question.key}: {said}"


def find_question(session: Session, name: str) -> Question:
    """The question of that name, kept from others until the transaction ends.

    Raises:
        RefusedError: none or several have it.
    """
    plan, _, key = name.rpartition(":")
    fitting = select(Question).where(Question.key == key).with_for_update(key_share=True)
    if plan:
        fitting = fitting.where(Question.plan_id == find_plan(session, plan).id)
    found = session.exec(fitting.execution_options(populate_existing=True)).all()
    if len(found) == 1:
        return found[0]
    slugs = [session.get_one(Plan, question.plan_id).slug for question in found]
    if found:
        raise RefusedError(
            f"Several plans have a question {key}: write one of {', '.join(f'{s}:{key}' for s in slugs)}."
        )
    raise RefusedError(f"There is no question {name!r}: see 'dondoc questions'.")


def _deadline_answered(session: Session, plan: Plan, question: Question, value: str, *, calendar: Workdays) -> str:
    """Read the answer like a cell; a bare day takes the bound of the words in question ("trước ngày" stays)."""
    task = session.get_one(Task, question.task_id)
    reading = _reading(value, reading_of(task), plan)
    task.deadline = to_json(reading) | {"fingerprint": task.deadline.get("fingerprint"), "answered": question.key}
    year = plan.issue_date.year if plan.issue_date else None
    near = reading.end is None or year is None or abs(reading.end.year - year) <= FARTHEST_YEARS
    last = first_last_day(task, plan, calendar) if near else None
    if last is None:
        raise RefusedError(f"{value!r} is not a deadline of this plan: write a day such as 2020-12-20 or 20/12/2020.")
    session.add(task)
    return f"ngày cuối còn đúng hạn {last:%d/%m/%Y}"


def _reading(value: str, printed: Reading, plan: Plan) -> Reading:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        year = plan.issue_date.year if plan.issue_date else None
        reading = read_deadline(value, issued=plan.issue_date, year=year)
        return replace(reading, bound=printed.bound) if printed.bound and value[:1].isdigit() else reading
    bound = printed.bound or "by"
    return Reading(kind="date", text=printed.text, date=day, end=day, bound=bound, rule="answered by a person")


def _owner_answered(session: Session, question: Question, value: str) -> str:
    """Give the part that the question is about to the agency answered; the key's number says which owner is meant."""
    parts = _parts(session, session.get_one(Task, question.task_id))
    number = question.key.rpartition("-")[2]
    place = int(number) - 1 if number.isdigit() else 0
    if (len(parts) > 1 and not number.isdigit()) or not 0 <= place < len(parts):
        names = [session.get_one(Agency, part.agency_id).name for part in parts]
        raise RefusedError(f"This task has several owners ({'; '.join(names)}): use 'dondoc act … reassign' for one.")
    part = parts[place]
    held_by = session.get_one(Agency, part.agency_id)
    if value in (held_by.key, held_by.name):
        return f"cơ quan chủ trì: {held_by.name}"
    return f"cơ quan chủ trì: {hand_over(session, part, value).name}"


def _start_cleared(session: Session, plan: Plan, task: Task, *, when: Moment, calendar: Workdays) -> None:
    """Let the parts that nothing blocks any more start: their deadline comes into force today, as if so printed."""
    if _still_blocked(session, task):
        return
    last, reading = first_last_day(task, plan, calendar), reading_of(task)
    for part in _parts(session, task):
        if part.unclear and part.state not in (State.CANCELLED, State.COMPLETED):
            part.unclear = False
            part.revision, part.changed_at = part.revision + 1, when.real
            if last is not None and plan.activated_on is not None and part.version == 0:
                nominal, bound = reading.end or last, reading.bound or "by"
                add_version(session, part, last, force_day=when.today, cause="answer", nominal=nominal, bound=bound)
            session.add(part)


def _parts(session: Session, task: Task) -> list[Assignment]:
    chosen = select(Assignment).where(Assignment.task_id == task.id).order_by(col(Assignment.position))
    return list(session.exec(chosen).all())


def _still_blocked(session: Session, task: Task) -> bool:
    waiting = select(Question.id).where(
        Question.task_id == task.id, Question.blocks != "nothing", col(Question.answer).is_(None)
    )
    return session.exec(waiting).first() is not None
