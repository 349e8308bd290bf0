"""What a coordinator decides on what the document offers: accept, decline, withdraw. Nothing starts by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from engine.acts import FARTHEST_YEARS, Act, perform, person_named
from engine.clock import Moment
from engine.entries import plan_entry
from engine.errors import ManyFaultsError, RefusedError
from engine.intake.agencies.registry import Registry
from engine.intake.draft import Agency as Named
from engine.intake.loading.offering import known_ids
from engine.models import Agency, Assignment, Collaborator, Offer, Plan, Question, Recurrence, Task, User
from engine.parts import parts_of, put_accepted, start, still_blocked
from engine.plans import find_plan, first_last_day, locked_plan
from engine.recurring import Due, coming, open_periods
from engine.rules.acceptance import Terms, agreed
from engine.rules.schedules import in_words
from engine.rules.schedules import schedule_of as scheduled
from engine.rules.states import State
from engine.rules.terms import Deadline as Reading
from engine.rules.terms import from_json, to_json
from engine.rules.workdays import Workdays

AHEAD = 3
"""How many periods are shown to the person who accepts what comes again."""


@dataclass(frozen=True)
class Accepted:
    """What became of an accepted offer.

    `ref` is that of its task, or of its periods; `reading` what was agreed; `again`: it had been accepted before, and
    nothing was changed; `coming`: the next periods of what comes again, of which `opened` are tasks already.
    """

    key: str
    ref: str
    agencies: list[str]
    reading: Reading
    again: bool
    last_day: Any = None
    coming: list[Due] = field(default_factory=list)
    opened: int = 0


@dataclass(frozen=True)
class Desk:
    """What decisions are made with: the transaction, the time, the working days, the registry of agencies."""

    session: Session
    when: Moment
    calendar: Workdays
    registry: Registry


def accept(desk: Desk, names: Sequence[str], terms: Terms) -> list[Accepted]:
    """Make duties of the offers `PLAN:KEY`; those of a plan not yet active start with it.

    Accepting again what is accepted changes nothing. What has to be known and is neither printed nor given refuses the
    whole, with the remedy for each.

    Raises:
        RefusedError: the person does not coordinate the plan, or something is missing; nothing was changed.
    """
    plan, offers = find_offers(desk.session, names)
    person = _coordinator(desk.session, plan, terms.by)
    if plan.state == "closed":
        raise RefusedError(f"{plan.slug} đã đóng: không nhận thêm việc.")
    settled, faults = dict[int, tuple[Reading, list[int]]](), list[str]()
    for offer in offers:
        try:
            if offer.state != "accepted":
                settled[offer.id or 0] = _settled(desk, offer, terms)
        except ValueError as error:
            faults.append(f"{offer.key}: {error}")
    if faults:
        raise ManyFaultsError("Chưa nhận mục nào:", faults)
    done = []
    for offer in offers:
        new = settled.get(offer.id or 0)
        if new:
            offer.answers = offer.answers | {"deadline": to_json(new[0]), "agencies": new[1]}
            _decide(desk, offer, "accepted", person, terms.reason)
            _close_questions(desk, plan, offer, person)
            said = {"agreed": offer.answers["deadline"], "agencies": new[1], "close_day": terms.close_day}
            _note(desk, plan, "accept_offer", {"offer": offer.key, "by": person.key, "reason": terms.reason, **said})
        take = _taken_again if from_json(offer.answers["deadline"]).kind == "recurring" else _taken_once
        done.append(take(desk, plan, offer, terms if new else None))
    return done


def decline(desk: Desk, names: Sequence[str], *, by: str, reason: str) -> list[str]:
    """Leave offers aside, with a reason; they may be accepted later all the same.

    Raises:
        RefusedError: the person does not coordinate the plan, no reason is given, or an offer is accepted already.
    """
    plan, offers = find_offers(desk.session, names)
    person = _coordinator(desk.session, plan, by)
    faults = [] if reason.strip() else ["thiếu lý do (--reason)"]
    faults += [
        f"{offer.key} đã nhận: rút bằng 'dondoc offers undo'"
        for offer in offers
        if offer.state in ("accepted", "withdrawn")
    ]
    if faults:
        raise ManyFaultsError("Chưa từ chối mục nào:", faults)
    for offer in offers:
        _decide(desk, offer, "declined", person, reason)
        for question in desk.session.exec(_open_questions(offer)).all():
            desk.session.delete(question)
        _note(desk, plan, "decline_offer", {"offer": offer.key, "by": by, "reason": reason})
    return [offer.key for offer in offers]


def withdraw(desk: Desk, names: Sequence[str], *, by: str, reason: str, document: str = "") -> list[str]:
    """Take an acceptance back: what is open of it is cancelled, what is done stays, and no further period opens.

    In a plan not yet active nothing has begun, and the offer stands as before.

    Raises:
        RefusedError: the person does not coordinate the plan, no reason (or in a running plan no authority) is given,
            or an offer is not accepted.
    """
    plan, offers = find_offers(desk.session, names)
    person = _coordinator(desk.session, plan, by)
    faults = [] if reason.strip() else ["thiếu lý do (--reason)"]
    faults += [f"{offer.key} chưa được nhận" for offer in offers if offer.state != "accepted"]
    if plan.state != "draft" and not document.strip():
        faults.append("kế hoạch đã chạy: nêu văn bản làm căn cứ hủy việc (--document)")
    if faults:
        raise ManyFaultsError("Chưa rút mục nào:", faults)
    for offer in offers:
        if plan.state == "draft":
            _unmake(desk.session, offer)
            _ask_again(desk, offer)
        else:
            _end(desk, offer, Act("cancel", by, reason, document))
        offer.answers = {topic: said for topic, said in offer.answers.items() if topic not in ("deadline", "agencies")}
        _decide(desk, offer, "offered" if plan.state == "draft" else "withdrawn", person, reason)
        _note(desk, plan, "withdraw_offer", {"offer": offer.key, "by": by, "reason": reason, "document": document})
    return [offer.key for offer in offers]


def find_offers(session: Session, names: Sequence[str]) -> tuple[Plan, list[Offer]]:
    """The offers of these names, kept from others: `PLAN:KEY` each, or bare keys after one that names the plan.

    Raises:
        RefusedError: a name is none, or they are of several plans.
    """
    slug = next((name.rpartition(":")[0] for name in names if ":" in name), "")
    if not slug:
        raise RefusedError("Viết PLAN:KEY như 'dondoc offers' in ra.")
    plan = locked_plan(session, find_plan(session, slug).id)
    # Answers lock their question before the offer it is about: taken in that order here too.
    session.exec(select(Question.id).where(Question.plan_id == plan.id).with_for_update(key_share=True)).all()
    found, faults = list[Offer](), list[str]()
    for name in names:
        of_plan, _, key = name.rpartition(":")
        chosen = select(Offer).where(Offer.plan_id == plan.id, Offer.key == key).with_for_update(key_share=True)
        offer = session.exec(chosen.execution_options(populate_existing=True)).one_or_none()
        if of_plan and find_plan(session, of_plan).id != plan.id:
            faults.append(f"{name} thuộc kế hoạch khác: mỗi lần chỉ quyết định cho một kế hoạch")
        elif offer is None:
            faults.append(f"{plan.slug} không có mục {key}: xem 'dondoc offers {plan.slug}'")
        else:
            found.append(offer)
    if faults:
        raise ManyFaultsError("Chưa quyết định gì:", faults)
    return plan, list({offer.id: offer for offer in found}.values())


def _coordinator(session: Session, plan: Plan, by: str) -> User:
    person = person_named(session, by)
    if person.id != plan.coordinator_id:
        raise RefusedError(f"{by} không phải người điều phối của {plan.slug}: chỉ người điều phối quyết định.")
    return person


def _settled(desk: Desk, offer: Offer, terms: Terms) -> tuple[Reading, list[int]]:
    """The deadline and the agencies on these terms; ValueError says what is missing."""
    reading = agreed(from_json(offer.reading), terms, today=desk.when.today)
    if terms.last_day and terms.last_day.year > desk.when.today.year + FARTHEST_YEARS:
        raise ValueError(f"hạn năm {terms.last_day.year}: xa hơn {FARTHEST_YEARS} năm là gõ nhầm")
    if offer.state == "withdrawn" and reading.kind != "recurring":
        raise ValueError("đã nhận rồi rút: mở lại việc đã hủy bằng 'dondoc act TASK reopen'")
    return reading, _agencies(desk, offer, terms)


def _agencies(desk: Desk, offer: Offer, terms: Terms) -> list[int]:
    if terms.agencies:
        found, unknown = known_ids(desk.session, [_named(desk.session, name) for name in terms.agencies], desk.registry)
        if unknown:
            near = [each for name in unknown for each in desk.registry.nearest(name)]
            remedy = f"gần giống: {', '.join(near)}" if near else "thêm bằng 'dondoc agency import'"
            raise ValueError(f"không biết cơ quan {', '.join(unknown)}; {remedy}")
        return found
    if offer.kind == "row":
        parts = parts_of(desk.session, _row(desk.session, offer))
        return [part.agency_id for part in parts if part.state != State.CANCELLED]
    if not offer.agency_ids:
        said = f" (văn bản ghi: {offer.agency_text})" if offer.agency_text else ""
        raise ValueError(f"chưa rõ cơ quan nào chịu trách nhiệm{said}: nêu --agency")
    return list(offer.agency_ids)


def _named(session: Session, name: str) -> Named:
    held = session.exec(select(Agency).where((col(Agency.key) == name) | (col(Agency.name) == name))).first()
    return Named(name=held.name, id=held.key) if held else Named(name=name, id=name)


def _row(session: Session, offer: Offer) -> Task:
    row = session.exec(select(Task).where(Task.plan_id == offer.plan_id, Task.ref == offer.ref)).one_or_none()
    if row is None or row.removed_on is not None:
        raise ValueError("dòng này không còn trong văn bản: không nhận được nữa")
    return row


def _taken_once(desk: Desk, plan: Plan, offer: Offer, terms: Terms | None) -> Accepted:
    reading = from_json(offer.answers["deadline"])
    if terms is None:
        task = desk.session.exec(select(Task).where(Task.offer_id == offer.id)).one()
        parts = parts_of(desk.session, task)
    else:
        task, parts = put_accepted(desk.session, plan, offer, desk.when)
    last = first_last_day(task, plan, desk.calendar)
    if terms is not None and plan.activated_on is not None and last is not None:
        cause = "activation" if from_json(offer.reading) == reading else "answer"
        start(desk.session, parts, last, reading, cause=cause, when=desk.when)
    agencies = _names(desk.session, [part.agency_id for part in parts])
    return Accepted(offer.key, task.ref, agencies, reading, terms is None, last)


def _taken_again(desk: Desk, plan: Plan, offer: Offer, terms: Terms | None) -> Accepted:
    held = desk.session.exec(select(Recurrence).where(Recurrence.offer_id == offer.id)).one_or_none()
    if terms is not None or held is None:
        held = _recurrence(desk, offer, held, terms.close_day if terms else None)
    running, today = plan.state == "active", desk.when.today
    opened = open_periods(desk.session, held, plan, desk.when, calendar=desk.calendar) if running else 0
    ahead = coming(held, plan, max(today, plan.activated_on or today), AHEAD, calendar=desk.calendar)
    agencies, reading = _names(desk.session, held.agency_ids), from_json(offer.answers["deadline"])
    return Accepted(offer.key, held.ref, agencies, reading, terms is None, coming=ahead, opened=opened)


def _recurrence(desk: Desk, offer: Offer, held: Recurrence | None, close_day: int | None) -> Recurrence:
    reading = from_json(offer.answers["deadline"])
    schedule = scheduled(reading, close_day=close_day)
    said = {
        "text": offer.text,
        "frequency": schedule.frequency,
        "day": schedule.day,
        "dates": list(schedule.dates),
        "months_on": schedule.months_on,
        "bound": schedule.bound,
        "close_day": schedule.close_day,
        "printed": reading.text,
        "place": offer.place,
        "deliverable": offer.deliverable,
        "agency_ids": offer.answers["agencies"],
        "collaborator_ids": offer.collaborator_ids,
        "until": reading.until,
        "accepted_by": offer.decided_by,
        "accepted_on": desk.when.today,
        "ended_on": None,
    }
    if held is None:
        taken = select(Recurrence.id).where(
            Recurrence.plan_id == offer.plan_id,
            Recurrence.ref == offer.ref,
            Recurrence.frequency == schedule.frequency,
        )
        ref = offer.key if desk.session.exec(taken).first() else offer.ref
        held = Recurrence(plan_id=offer.plan_id, offer_id=offer.id, ref=ref, **said)
    else:
        held.sqlmodel_update(said)
    desk.session.add(held)
    desk.session.flush()
    return held


def _reason(offer: Offer) -> str:
    return f"nhận {offer.key}"


def _open_questions(offer: Offer) -> SelectOfScalar[Question]:
    return select(Question).where(Question.offer_id == offer.id, col(Question.answer).is_(None))


def _close_questions(desk: Desk, plan: Plan, offer: Offer, person: User) -> None:
    """What was asked about an offer is settled by its acceptance; of a row, what its task's deadline waits for."""
    row = _row(desk.session, offer) if offer.kind == "row" else None
    about = select(Question).where(Question.plan_id == plan.id, col(Question.answer).is_(None))
    if row is None:
        about = about.where(Question.offer_id == offer.id)
    else:
        about = about.where(Question.task_id == row.id, Question.blocks == "deadline")
    for question in desk.session.exec(about).all():
        question.answer = in_words(from_json(offer.answers["deadline"]))
        question.answer_reason = _reason(offer)
        question.answered_by, question.answered_at = person.id, desk.when.real
        desk.session.add(question)
        if row is not None:
            kept = {"fingerprint": row.deadline.get("fingerprint"), "answered": question.key}
            row.deadline = offer.answers["deadline"] | kept
            desk.session.add(row)
    desk.session.flush()
    if row is not None and not still_blocked(desk.session, row):
        for part in parts_of(desk.session, row):
            if part.unclear:
                part.unclear, part.revision, part.changed_at = False, part.revision + 1, desk.when.real
                desk.session.add(part)


def _ask_again(desk: Desk, offer: Offer) -> None:
    """What the acceptance had settled is open as before."""
    settled = select(Question).where(Question.plan_id == offer.plan_id, Question.answer_reason == _reason(offer))
    for question in desk.session.exec(settled).all():
        question.answer = question.answered_by = question.answered_at = None
        question.answer_reason = ""
        desk.session.add(question)
        if question.task_id is not None:
            row = desk.session.get_one(Task, question.task_id)
            row.deadline = offer.reading | {"fingerprint": row.deadline.get("fingerprint")}
            for part in parts_of(desk.session, row):
                part.unclear = True
                desk.session.add(part)
            desk.session.add(row)
    desk.session.flush()


def _unmake(session: Session, offer: Offer) -> None:
    """In a plan not yet active nobody has been told: what an acceptance made is taken away."""
    tasks = select(Task.id).where(Task.offer_id == offer.id)
    session.exec(delete(Collaborator).where(col(Collaborator.task_id).in_(tasks)))
    session.exec(delete(Assignment).where(col(Assignment.task_id).in_(tasks)))
    session.exec(delete(Task).where(col(Task.offer_id) == offer.id))
    session.exec(delete(Recurrence).where(col(Recurrence.offer_id) == offer.id))


def _end(desk: Desk, offer: Offer, cancel: Act) -> None:
    for task in desk.session.exec(select(Task).where(Task.offer_id == offer.id)).all():
        for part in parts_of(desk.session, task):
            if part.state not in (State.COMPLETED, State.CANCELLED):
                perform(desk.session, part.id or 0, cancel, desk.when)
    held = desk.session.exec(select(Recurrence).where(Recurrence.offer_id == offer.id)).one_or_none()
    if held is not None:
        held.ended_on = desk.when.today
        desk.session.add(held)


def _decide(desk: Desk, offer: Offer, state: str, person: User, reason: str) -> None:
    decided = state != "offered"
    offer.state, offer.reason = state, reason if decided else ""
    offer.decided_by = person.id if decided else None
    offer.decided_on = desk.when.today if decided else None
    offer.decided_at = desk.when.real if decided else None
    desk.session.add(offer)
    desk.session.flush()


def _note(desk: Desk, plan: Plan, event: str, data: dict[str, Any]) -> None:
    kept = {"event": event} | {name: value for name, value in data.items() if value not in ("", None)}
    desk.session.add(plan_entry(plan.id, kept, desk.when))


def _names(session: Session, agencies: Sequence[int]) -> list[str]:
    names = dict(session.exec(select(Agency.id, Agency.name).where(col(Agency.id).in_(agencies))).all())
    return [names[agency] for agency in agencies]
