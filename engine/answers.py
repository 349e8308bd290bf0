"""A person's answer to what the reader would not guess; the duty then starts as if it had been so printed."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from engine.acts import person_named
from engine.clock import Moment
from engine.entries import plan_entry
from engine.errors import RefusedError
from engine.intake.agencies.registry import Registry
from engine.models import Collaborator, Deadline, Entry, Offer, Plan, Question, Task, User
from engine.parts import parts_of, start, still_blocked
from engine.plans import find_plan, first_last_day, reading_of
from engine.replies import Asked, work_of
from engine.rules.states import State
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


NOBODY_MORE = Registry("", ())
"""For answers that name only agencies the database knows."""


def answer(
    session: Session, name: str, reply: Reply, *, when: Moment, calendar: Workdays, registry: Registry = NOBODY_MORE
) -> str:
    """Record an answer and let what it blocked go on.

    Args:
        session: a writing session.
        name: `PLAN:KEY`, or the key where only one plan has it.
        reply: the answer.
        when: the time.
        calendar: the working days.
        registry: the agencies an answer may name though the plan has not named them yet.

    Returns:
        A sentence on what follows from it.

    Raises:
        RefusedError: no such question, answered already, not this person's to answer, or the value is no answer.
    """
    question = find_question(session, name)
    plan = session.get_one(Plan, question.plan_id)
    person = _may_answer(session, plan, reply.by)
    if question.answer is not None:
        raise RefusedError(
            f"{question.key} was answered already ({question.answer}); take the answer back with 'dondoc answer "
            f"{question.key} --undo' while nothing is in force, or change the duty by an act."
        )
    if not reply.value.strip():
        raise RefusedError("An empty answer settles nothing; the question stays open.")
    was = _standing(session, question)
    asked = Asked(session, plan, question, reply.value.strip(), when, calendar, registry)
    said = work_of(asked)
    question.answer, question.answered_by, question.answered_at = reply.value, person.id, when.real
    question.answer_reason = reply.reason
    session.add(question)
    session.flush()
    if question.task_id is not None and question.blocks != "nothing":
        _start_cleared(session, plan, question, session.get_one(Task, question.task_id), when=when, calendar=calendar)
    did = _changed(was, _standing(session, question))
    _note(session, question, when, {"event": "answer", "question": question.key, **asdict(reply), "did": did})
    return f"{question.key}: {said}"


def take_back(session: Session, name: str, *, by: str, reason: str, when: Moment) -> str:
    """Undo a wrong answer: what waited for it waits again, and the question is open as before.

    Raises:
        RefusedError: it is not answered, not this person's to answer, no reason is given, or a deadline came into force
            by it: that is corrected by an act, which leaves its trace.
    """
    question = find_question(session, name)
    plan = session.get_one(Plan, question.plan_id)
    _may_answer(session, plan, by)
    if question.answer is None:
        raise RefusedError(f"{question.key} is open: there is no answer to take back.")
    if not reason.strip():
        raise RefusedError("Say why the answer was wrong (--reason).")
    did = _effect(session, question)
    _check_nothing_followed(session, plan, question, did)
    _restore(session, question, did, when)
    question.answer = question.answered_by = question.answered_at = None
    question.answer_reason = ""
    session.add(question)
    session.flush()
    _note(session, question, when, {"event": "unanswer", "question": question.key, "by": by, "reason": reason})
    return f"{question.key}: đã rút câu trả lời, câu hỏi mở lại"


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


def asked_alike(session: Session, name: str) -> list[str]:
    """The open questions of the same plan that ask the same of the same printed words, that one first.

    A name that no registry knows stands in many rows: a person may settle all of them with one answer.

    Raises:
        RefusedError: as `find_question`.
    """
    question = find_question(session, name)
    slug = session.get_one(Plan, question.plan_id).slug
    alike = select(Question.key).where(
        Question.plan_id == question.plan_id,
        Question.printed == question.printed,
        Question.reason == question.reason,
        Question.id != question.id,
        col(Question.answer).is_(None),
    )
    others = session.exec(alike.order_by(col(Question.id))).all() if question.printed else []
    return [f"{slug}:{key}" for key in (question.key, *others)]


def _may_answer(session: Session, plan: Plan, by: str) -> User:
    person = person_named(session, by)
    if person.id not in (plan.coordinator_id, plan.supervisor_id):
        raise RefusedError(f"{by} is neither coordinator nor supervisor of {plan.slug}.")
    return person


def _start_cleared(
    session: Session, plan: Plan, question: Question, task: Task, *, when: Moment, calendar: Workdays
) -> None:
    """Let the parts that nothing blocks any more start: their deadline comes into force today, as if so printed.

    One that an amendment put in question has a deadline already: it starts anew where its day or owner was answered.
    """
    if still_blocked(session, task):
        return
    last, reading = first_last_day(task, plan, calendar), reading_of(task)
    for part in parts_of(session, task):
        if part.unclear and part.state not in (State.CANCELLED, State.COMPLETED):
            part.unclear = False
            part.revision, part.changed_at = part.revision + 1, when.real
            held = session.get(Deadline, (part.id, part.version))
            stands = held is not None and held.last_day == last and question.blocks != "owner"
            if last is not None and plan.activated_on is not None and not stands:
                start(session, [part], last, reading, cause="answer", when=when)
            session.add(part)


def _note(session: Session, question: Question, when: Moment, data: dict[str, Any]) -> None:
    session.add(plan_entry(question.plan_id, data, when))


def _standing(session: Session, question: Question) -> dict[str, Any]:
    """What an answer may change, piece by piece, as it stands; kept in the log, so that it can be taken back."""
    if question.offer_id is not None:
        offer = session.get_one(Offer, question.offer_id)
        return {"reading": offer.reading, "schedule": offer.answers}
    if question.task_id is None:
        return {}
    task = session.get_one(Task, question.task_id)
    helpers = select(Collaborator.agency_id).where(Collaborator.task_id == task.id)
    offers = select(Offer).where(Offer.plan_id == task.plan_id, Offer.kind == "row", Offer.ref == task.ref)
    parts = parts_of(session, task)
    return {
        "deadline": task.deadline,
        "deliverable": task.deliverable,
        "collaborators": sorted(session.exec(helpers).all()),
        "owners": [[part.id, part.agency_id] for part in sorted(parts, key=lambda part: part.id or 0)],
        "order": [[part.id, part.position] for part in sorted(parts, key=lambda part: part.id or 0)],
        "offers": [[offer.id, offer.state, offer.reason, offer.reading] for offer in session.exec(offers).all()],
    }


def _changed(was: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """What an answer did: each piece that it changed, before and after."""
    return {name: [was[name], now[name]] for name in was if was[name] != now[name]}


def _effect(session: Session, question: Question) -> dict[str, Any]:
    chosen = select(Entry).where(Entry.plan_id == question.plan_id, Entry.kind == "plan").order_by(col(Entry.id).desc())
    for entry in session.exec(chosen):
        if entry.data.get("question") == question.key and entry.data.get("event") == "answer" and "did" in entry.data:
            return dict(entry.data["did"])
    raise RefusedError(f"What the answer to {question.key} changed is not on record: correct it by an act.")


def _check_nothing_followed(session: Session, plan: Plan, question: Question, did: dict[str, Any]) -> None:
    if question.offer_id is not None and session.get_one(Offer, question.offer_id).state == "accepted":
        raise RefusedError("The offer was accepted on this answer: take that back first with 'dondoc offers undo'.")
    now = _standing(session, question)
    if any(now[name] != after for name, (_, after) in did.items()):
        raise RefusedError(
            f"What {question.key} settled has been changed since by something else: correct it by an act of its own."
        )
    if plan.state == "draft" or question.task_id is None:
        return
    task, in_force = session.get_one(Task, question.task_id), {"deadline", "owners"} & did.keys()
    if (in_force or question.blocks != "nothing") and any(part.version for part in parts_of(session, task)):
        raise RefusedError(
            f"The duty has been in force since the answer: correct it with 'dondoc act {plan.slug}:{task.ref} move' or "
            "'… reassign', which leave their trace."
        )


def _restore(session: Session, question: Question, did: dict[str, Any], when: Moment) -> None:
    """Put back what this answer changed, and nothing that others have changed besides."""
    before = {name: was for name, (was, _) in did.items()}
    if question.offer_id is not None:
        offer = session.get_one(Offer, question.offer_id)
        offer.reading, offer.answers = before.get("reading", offer.reading), before.get("schedule", offer.answers)
        session.add(offer)
        later = select(Question).where(
            Question.offer_id == offer.id, col(Question.answer).is_(None), Question.id != question.id
        )
        for asked in session.exec(later).all():
            session.delete(asked)  # it came of the answer that is taken back
    if question.task_id is None:
        return
    task = session.get_one(Task, question.task_id)
    task.deadline = before.get("deadline", task.deadline)
    task.deliverable = before.get("deliverable", task.deliverable)
    session.add(task)
    _restore_parts(session, task, before, when)
    if question.blocks != "nothing":
        for part in parts_of(session, task):
            part.unclear = True
            session.add(part)
    if "collaborators" in before:
        session.exec(delete(Collaborator).where(col(Collaborator.task_id) == task.id))
        session.add_all(Collaborator(task_id=task.id or 0, agency_id=agency) for agency in before["collaborators"])
    for number, state, reason, reading in before.get("offers", ()):
        offer = session.get_one(Offer, number)
        offer.state, offer.reason, offer.reading = state, reason, reading
        if state == "offered":
            offer.decided_by = offer.decided_on = offer.decided_at = None
        session.add(offer)
    session.flush()


def _restore_parts(session: Session, task: Task, before: dict[str, Any], when: Moment) -> None:
    owners, order = dict(before.get("owners", ())), dict(before.get("order", ()))
    for part in parts_of(session, task):
        if owners and part.id not in owners:
            session.delete(part)
        elif owners or order:
            part.agency_id, part.position = owners.get(part.id, part.agency_id), order.get(part.id, part.position)
            part.revision, part.changed_at = part.revision + 1, when.real
            session.add(part)
    session.flush()
