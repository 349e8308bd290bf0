"""What an answer does to its duty or offer, topic by topic. `answers.py` records it; nothing here is guessed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session, col, select

from engine.acts import FARTHEST_YEARS, hand_over
from engine.clock import Moment
from engine.errors import RefusedError
from engine.intake.agencies.registry import Registry
from engine.intake.agencies.words import fold
from engine.intake.loading.offering import ask
from engine.intake.loading.parties import put_agency
from engine.models import Agency, Collaborator, Deadline, Offer, Plan, Question, Task
from engine.models import Assignment as Part
from engine.parts import new_part, parts_of, start
from engine.plans import first_last_day, reading_of
from engine.rules.deadlines import read_deadline
from engine.rules.schedules import REASONS, Topic, fill, in_words, lacks
from engine.rules.states import OPEN, State
from engine.rules.terms import Deadline as Reading
from engine.rules.terms import from_json, to_json
from engine.rules.workdays import Workdays

TASK_TOPIC = re.compile(r"(?P<topic>deadline|owner|lead|members|collaborators|deliverable)(?:-(?P<number>\d+))?")


@dataclass(frozen=True)
class Asked:
    """A question with the value answered, and what is needed to act on it."""

    session: Session
    plan: Plan
    question: Question
    value: str
    when: Moment
    calendar: Workdays
    registry: Registry

    @property
    def task(self) -> Task:
        """The task that the question is about."""
        return self.session.get_one(Task, self.question.task_id)

    def agency(self, name: str) -> Agency:
        """The agency with that key or name; one that only the registry knows is taken from there.

        Raises:
            RefusedError: nobody knows it; names that look like it are told, never taken.
        """
        name = " ".join(name.split())
        held = select(Agency).where((col(Agency.key) == name) | (col(Agency.name) == name))
        if agency := self.session.exec(held).first():
            return agency
        entry = self.registry.by_id.get(name) or self.registry.named(name)
        if entry is not None and entry.kind != "group":
            return put_agency(self.session, entry, self.registry.province)
        near = self.registry.nearest(name)
        hint = f" Names like it: {'; '.join(near)}." if near else ""
        raise RefusedError(
            f"No agency has the key or name {name!r}.{hint} See 'dondoc agency list', or add it with 'agency import'."
        )


def work_of(asked: Asked) -> str:
    """Let an answer have its effect; a sentence on what follows.

    Raises:
        RefusedError: the value is no answer to this question; the message says how to write one.
    """
    if asked.question.offer_id is not None:
        return _schedule(asked)
    if asked.question.task_id is None:
        return "đã ghi câu trả lời"
    if "-amended-" in asked.question.key:
        return _by_act(asked)
    topic, number = topic_of(asked.question, asked.task)
    work = WORKS.get(topic)
    return work(asked, number) if work else "đã ghi câu trả lời"


def _by_act(asked: Asked) -> str:
    """What an amendment left alone is changed by an act, with its reason and day; nothing changes by the answer."""
    name = f"{asked.plan.slug}:{asked.task.ref}"
    return (
        "đã ghi câu trả lời; việc chưa đổi gì. Muốn làm theo văn bản mới: "
        f"'dondoc act {name} return' (đã nộp, đã xong), '… reopen' (đã hủy) hoặc '… reassign' (chuyển cơ quan)"
    )


def topic_of(question: Question, task: Task) -> tuple[str, int | None]:
    """What a task's question is about, and which of several of the kind it is; what waits decides where the key does
    not tell."""
    match = TASK_TOPIC.fullmatch(question.key.removeprefix(f"{task.ref}-"))
    if match is None:
        return ("" if question.blocks == "nothing" else question.blocks), None
    return match["topic"], int(match["number"]) if match["number"] else None


def _deadline(asked: Asked, _number: int | None) -> str:
    """Read the answer like a cell; a bare day takes the bound of the words in question ("trước ngày" stays)."""
    task, plan, question = asked.task, asked.plan, asked.question
    printed = reading_of(task)
    again = _again(printed, asked.value)
    if again is not None:
        return _recurs(asked, again)
    reading = _dated(asked.value, printed, plan)
    task.deadline = to_json(reading) | {"fingerprint": task.deadline.get("fingerprint"), "answered": question.key}
    year = plan.issue_date.year if plan.issue_date else None
    near = reading.end is None or year is None or abs(reading.end.year - year) <= FARTHEST_YEARS
    last = first_last_day(task, plan, asked.calendar) if near else None
    if last is None:
        also = " (or, for what comes again, 'trước ngày 15 hàng tháng')" if printed.kind == "recurring" else ""
        raise RefusedError(
            f"{asked.value!r} is not a deadline of this plan: write a day such as 2020-12-20 or 20/12/2020{also}."
        )
    if plan.issue_date is not None and last < plan.issue_date:
        raise RefusedError(
            f"{asked.value!r}: ngày cuối {last:%d/%m/%Y} ở trước ngày ban hành kế hoạch ({plan.issue_date:%d/%m/%Y}); "
            "xem lại năm."
        )
    asked.session.add(task)
    _leave_offer(asked)
    if question.blocks == "nothing":
        _narrow(asked, task, last, reading)
    return f"ngày cuối còn đúng hạn {last:%d/%m/%Y}"


def _dated(value: str, printed: Reading, plan: Plan) -> Reading:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        year = plan.issue_date.year if plan.issue_date else None
        reading = read_deadline(value, issued=plan.issue_date, year=year)
        return replace(reading, bound=printed.bound) if printed.bound and value[:1].isdigit() else reading
    bound = printed.bound or "by"
    return Reading(kind="date", text=printed.text, date=day, end=day, bound=bound, rule="answered by a person")


def _again(printed: Reading, value: str) -> Reading | None:
    """The words of a recurring cell with what the answer adds, where they answer how often it comes and when."""
    if printed.kind != "recurring" or re.fullmatch(r"[\d./-]+", value):
        return None
    topic = lacks(printed) or "day"
    try:
        return fill(printed, topic, value)
    except ValueError:
        return None


def _recurs(asked: Asked, reading: Reading) -> str:
    missing = lacks(reading)
    if missing:
        raise RefusedError(f"{asked.value!r} chưa đủ: {REASONS[missing]} Viết cả hai, như “trước ngày 15 hàng tháng”.")
    task = asked.task
    kept = {"fingerprint": task.deadline.get("fingerprint"), "answered": asked.question.key}
    task.deadline = to_json(reading) | kept
    asked.session.add(task)
    for offer in _offers_of_row(asked):
        until = from_json(offer.reading).until
        offer.reading = to_json(replace(reading, until=reading.until or until))
        asked.session.add(offer)
    return f"{in_words(reading)}; thành việc từng kỳ khi được nhận (dondoc offers accept)"


def _offers_of_row(asked: Asked) -> list[Offer]:
    chosen = select(Offer).where(
        Offer.plan_id == asked.plan.id,
        Offer.kind == "row",
        Offer.ref == asked.task.ref,
        col(Offer.state).in_(("offered", "declined")),
    )
    return list(asked.session.exec(chosen).all())


def _leave_offer(asked: Asked) -> None:
    """A recurring cell answered with one day comes no more again: nothing is offered of it."""
    for offer in _offers_of_row(asked):
        offer.state, offer.reason = "declined", f"{asked.question.key}: một ngày duy nhất ({asked.value})"
        offer.decided_on, offer.decided_at = asked.when.today, asked.when.real
        asked.session.add(offer)


def _narrow(asked: Asked, task: Task, last: date, reading: Reading) -> None:
    """A day for what was printed only roughly: it replaces what activation put in force, nothing that a person set."""
    for part in parts_of(asked.session, task):
        current = asked.session.get(Deadline, (part.id, part.version))
        if part.state in OPEN and current is not None and current.cause == "activation" and current.last_day != last:
            start(asked.session, [part], last, reading, cause="answer", when=asked.when)
            part.revision, part.changed_at = part.revision + 1, asked.when.real


def _owner(asked: Asked, number: int | None) -> str:
    """Give the part in question to the agency answered: that of the printed name, or of the key's number."""
    part = _part_asked(asked, number)
    agency = asked.agency(asked.value)
    if agency.id != part.agency_id:
        hand_over(asked.session, part, agency.key)
    return f"cơ quan chủ trì: {agency.name}"


def _part_asked(asked: Asked, number: int | None) -> Part:
    parts = parts_of(asked.session, asked.task)
    names = [asked.session.get_one(Agency, part.agency_id).name for part in parts]
    printed = fold(asked.question.printed)
    named = [part for part, name in zip(parts, names, strict=True) if printed and fold(name) == printed]
    if len(named) == 1:
        return named[0]
    if len(parts) == 1:
        return parts[0]
    if number is not None and 1 <= number <= len(parts) and not printed:
        return parts[number - 1]
    held = "; ".join(names) or "nobody yet"
    raise RefusedError(f"This task has several owners ({held}): use 'dondoc act … reassign' for one.")


def _lead(asked: Asked, _number: int | None) -> str:
    """The lead is the first of the task's parts."""
    parts = parts_of(asked.session, asked.task)
    agency = asked.agency(asked.value)
    lead = next((part for part in parts if part.agency_id == agency.id), None)
    if lead is None:
        names = "; ".join(asked.session.get_one(Agency, part.agency_id).name for part in parts)
        raise RefusedError(f"{agency.name} has no part in this task; the lead is one of: {names}.")
    for order, part in enumerate([lead, *(part for part in parts if part is not lead)]):
        part.position = asked.task.position * 1000 + order
        asked.session.add(part)
    return f"đầu mối: {agency.name}"


def _members(asked: Asked, _number: int | None) -> str:
    """Each member gets a part of its own in place of the group's, as if the document had listed them."""
    if re.fullmatch(r"(?i)không rõ|chưa rõ|giữ nguyên", asked.value):
        return "giữ một đầu việc chung cho cả nhóm"
    task = asked.task
    group = _part_asked(asked, None)
    if group.state != State.ASSIGNED:
        raise RefusedError(
            "The group has begun this duty: give it over by 'dondoc act … reassign' instead of naming its members."
        )
    members = list({agency.id: agency for agency in map(asked.agency, _names_in(asked.value))}.values())
    parts = parts_of(asked.session, task)
    held = {part.agency_id for part in parts}
    current = asked.session.get(Deadline, (group.id, group.version))
    new = [agency for agency in members if agency.id not in held]
    if not new:
        raise RefusedError("All of these have a part in the task already; nothing was changed.")
    hand_over(asked.session, group, new[0].key)
    first = max(part.position for part in parts) - task.position * 1000 + 1
    made = [group]
    for order, agency in enumerate(new[1:], start=first):
        running = asked.plan.activated_on is not None
        part = new_part(task, agency.id or 0, order=order, when=asked.when, running=running)
        part.unclear = group.unclear
        asked.session.add(part)
        made.append(part)
    asked.session.flush()
    if current is not None:
        start(asked.session, made, current.last_day, reading_of(task), cause="answer", when=asked.when)
    group.revision, group.changed_at = group.revision + 1, asked.when.real
    return f"{len(made)} cơ quan nhận việc: {'; '.join(agency.name for agency in new)}"


def _names_in(value: str) -> list[str]:
    """Names stand apart by semicolons, for a name may hold a comma."""
    return [name for name in (part.strip(" .\t") for part in re.split(r"[;\n]", value)) if name]


def _collaborator(asked: Asked, _number: int | None) -> str:
    """The agency answered helps in place of the unknown name."""
    agency, printed, task = asked.agency(asked.value), fold(asked.question.printed), asked.task
    helpers = asked.session.exec(
        select(Collaborator, Agency.name)
        .join(Agency, col(Agency.id) == Collaborator.agency_id)
        .where(Collaborator.task_id == task.id)
    ).all()
    for helper, name in helpers:
        if fold(name) == printed:
            asked.session.delete(helper)
    asked.session.flush()
    if agency.id not in {helper.agency_id for helper, name in helpers if fold(name) != printed}:
        asked.session.add(Collaborator(task_id=task.id or 0, agency_id=agency.id or 0))
    return f"cơ quan phối hợp: {agency.name}"


def _deliverable(asked: Asked, _number: int | None) -> str:
    task = asked.task
    task.deliverable = asked.value
    asked.session.add(task)
    return f"sản phẩm: {asked.value}"


def _schedule(asked: Asked) -> str:
    """Fill in how often an offered duty comes, or by which day; what is then still missing is asked next."""
    offer = asked.session.get_one(Offer, asked.question.offer_id)
    topic = asked.question.key.rpartition("-")[2]
    known: list[Topic] = [each for each in REASONS if each == topic]
    if not known:
        return "đã ghi câu trả lời"
    try:
        reading = fill(from_json(offer.reading), known[0], asked.value)
    except ValueError as error:
        raise RefusedError(str(error)) from error
    offer.reading, offer.answers = to_json(reading), offer.answers | {known[0]: asked.value}
    asked.session.add(offer)
    asked.session.flush()
    ask(asked.session, offer)
    remaining = lacks(reading)
    nxt = f"còn hỏi {offer.key}-{remaining}" if remaining else "đủ để nhận (dondoc offers accept)"
    return f"{in_words(reading)}; {nxt}"


WORKS: dict[str, Callable[[Asked, int | None], str]] = {
    "deadline": _deadline,
    "owner": _owner,
    "lead": _lead,
    "members": _members,
    "collaborators": _collaborator,
    "deliverable": _deliverable,
}
