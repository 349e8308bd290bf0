"""What a person can do to one assignment. The only writer of an assignment's state.

Each act checks the transition table, changes the assignment, adds a version of the deadline where the table asks for a
new date, and writes one entry of the ledger, all in the caller's transaction.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from engine.clock import Moment
from engine.entries import duty_entry
from engine.errors import ManyFaultsError, RefusedError
from engine.models import Agency, Assignment, Deadline, Entry, Plan, Question, Task, User
from engine.recipients import tell
from engine.rules.ladder import Kind, Policy
from engine.rules.states import OPEN, TRANSITIONS, Need, Role, State, Transition, after, confirmer
from engine.rules.workdays import Workdays

FARTHEST_YEARS = 50
"""A deadline further ahead than this is a mistyped year."""


@dataclass(frozen=True)
class Act:
    """What was asked: the event, by whom, with what.

    Attributes:
        reason: a reason, or the line of text of `progress`.
        document: number of the result, or of the authority (văn bản) under which the coordinator acts.
        evidence: `{name, sha256, size}` of a file that the door has kept.
        new_day: the new last day on time.
        to_agency: key of the agency that takes over, for `reassign`.
        door: by which door it came: `cli`, `web`, `api`.
        amendment: number of the amendment that orders it, whose new day may be over already and who tells the agencies
            itself; 0 where a person acts.
        nominal, bound: how that document prints the new day.
    """

    event: str
    by: str
    reason: str = ""
    document: str = ""
    document_date: date | None = None
    evidence: dict[str, Any] | None = None
    new_day: date | None = None
    to_agency: str = ""
    door: str = "cli"
    amendment: int = 0
    nominal: date | None = None
    bound: str = "by"


def perform(session: Session, assignment_id: int, act: Act, when: Moment) -> Assignment:
    """Carry out one step of the state machine.

    Args:
        session: a writing session.
        assignment_id: the assignment.
        act: what was asked.
        when: the time.

    Raises:
        RefusedError: the event is unknown, the state or the person does not allow it, or something it needs is missing.
            All faults are named at once and nothing is changed.
    """
    if act.event not in TRANSITIONS:
        raise RefusedError(f"There is no event {act.event!r}: use one of {', '.join(TRANSITIONS)}.")
    assignment = locked_assignment(session, assignment_id)
    plan = session.get_one(Plan, assignment.plan_id)
    take_step(session, assignment, act, plan=plan, person=person_named(session, act.by), when=when)
    session.flush()
    return assignment


def take_step(session: Session, assignment: Assignment, act: Act, *, plan: Plan, person: User, when: Moment) -> None:
    """One step of an assignment that the transaction has locked already; `perform` for one, an amendment for many.

    Raises:
        RefusedError: as `perform`.
    """
    line = TRANSITIONS[act.event]
    before = State(assignment.state_before) if assignment.state_before else None
    target = after(act.event, State(assignment.state), before_suspension=before)
    faults = [*_forbidden(line, assignment, plan, target), *_not_allowed(line, assignment, plan, person, session)]
    faults += [*_missing(line, act), *_untimely(act, when.today)]
    if faults or target is None:
        raise ManyFaultsError(f"{act.event} of {_name(session, assignment)} is refused:", faults)
    was, held_by = assignment.state, assignment.agency_id
    _change(session, assignment, act, target, today=when.today)
    assignment.revision += 1
    assignment.changed_at = when.real
    session.add(assignment)
    _record(session, assignment, act, person, was=(was, held_by), when=when)


def locked_assignment(session: Session, assignment_id: int) -> Assignment:
    """The assignment as it stands now, kept from others until the transaction ends.

    `key_share`: entries that a sweep writes for it at the same time need not wait, so the two cannot block each other.
    """
    chosen = select(Assignment).where(Assignment.id == assignment_id).with_for_update(key_share=True)
    return session.exec(chosen.execution_options(populate_existing=True)).one()


def person_named(session: Session, key: str) -> User:
    """The person with that key.

    Raises:
        RefusedError: nobody has it, or who has it is disabled.
    """
    person = session.exec(select(User).where(User.key == key)).one_or_none()
    if person is None:
        known = ", ".join(session.exec(select(User.key).order_by(User.key).limit(20)).all()) or "nobody yet"
        raise RefusedError(f"Nobody is registered as {key!r} (known: {known}). Add them with 'dondoc user add'.")
    if person.disabled_at is not None:
        raise RefusedError(f"{person.name} ({key}) is disabled: 'dondoc user enable {key}' lets them act again.")
    return person


def add_version(session: Session, assignment: Assignment, last_day: date, *, force_day: date, **why: Any) -> Deadline:  # noqa: ANN401  columns of Deadline
    """Add a version of the deadline; it is in force from `force_day`.

    `why` gives `cause` (activation, amendment, answer, move, return, reopen, resume) and may give `nominal`, `bound`,
    `reason`, `authority`.
    """
    deadline = Deadline(
        assignment_id=assignment.id or 0,
        version=assignment.version + 1,  # the latest is the one in force
        last_day=last_day,
        force_day=force_day,
        late_from=max(last_day, force_day),
        **{"nominal": last_day, **why},
    )
    session.add(deadline)
    assignment.version, assignment.held_until = deadline.version, None  # a hold is of one version
    return deadline


@dataclass(frozen=True)
class Ack:
    """An acknowledgement (đã nắm, đang xử lý): by whom, what was agreed, by which door."""

    by: str
    comment: str
    door: str = "cli"


def acknowledge(
    session: Session, assignment_id: int, ack: Ack, *, when: Moment, policy: Policy, calendar: Workdays
) -> Assignment:
    """Acknowledge an escalation: the rungs of the next working days wait, and the latest goes on the day after.

    Raises:
        RefusedError: nothing has escalated, the person is neither coordinator nor supervisor of the plan, the comment
            is empty, or the acknowledgements of this deadline are used up.
    """
    assignment = locked_assignment(session, assignment_id)
    plan, person = session.get_one(Plan, assignment.plan_id), person_named(session, ack.by)
    of_version = (
        Entry.assignment_id == assignment.id,
        Entry.version == assignment.version,
        Entry.round == assignment.round,
    )
    escalated = select(func.count(col(Entry.id))).where(
        *of_version, Entry.kind == Kind.ESCALATION, Entry.rank >= policy.rank(policy.ack_from)
    )
    acked = select(func.count(col(Entry.id))).where(*of_version, Entry.kind == "ack")
    faults = []
    if person.id not in (plan.coordinator_id, plan.supervisor_id):
        faults.append(f"{ack.by} is neither coordinator nor supervisor of {plan.slug}")
    if not ack.comment.strip():
        faults.append("say in the comment what was agreed")
    if assignment.state not in OPEN or not session.exec(escalated).one():
        faults.append(f"nothing has escalated: an acknowledgement counts from {policy.ack_from} on")
    elif session.exec(acked).one() >= policy.ack_limit:
        faults.append(f"this deadline has been acknowledged {policy.ack_limit} times already: move it, or let it climb")
    if faults:
        raise ManyFaultsError(f"The acknowledgement of {_name(session, assignment)} is refused:", faults)
    assignment.held_until = calendar.shift(when.today, policy.ack_workdays)
    session.add(assignment)
    data = {"by": person.key, "door": ack.door, "comment": ack.comment, "held_until": assignment.held_until.isoformat()}
    session.add(duty_entry(assignment, "ack", data, when=when))
    return assignment


def _forbidden(line: Transition, assignment: Assignment, plan: Plan, target: State | None) -> list[str]:
    if plan.state != "active":
        remedy = {"draft": "activate it first", "suspended": "resume it first"}.get(plan.state, "its duties have ended")
        return [f"the plan {plan.slug} is {plan.state}: {remedy}"]
    if target is None:
        allowed = ", ".join(sorted(line.sources))
        return [f"it is {assignment.state}, and {line.event} is possible only from {allowed}"]
    return []


def _not_allowed(line: Transition, assignment: Assignment, plan: Plan, person: User, session: Session) -> list[str]:
    role = line.role
    if line.event == "confirm":
        coordinator = session.get(User, plan.coordinator_id) if plan.coordinator_id else None
        owns = coordinator is not None and coordinator.agency_id == assignment.agency_id
        role = confirmer(owner_is_coordinator=owns)
        if person.agency_id == assignment.agency_id:
            return [f"{person.key} belongs to the agency that submitted; the {role} confirms"]
    if role is Role.OWNER:
        ok = person.agency_id == assignment.agency_id
        return [] if ok else [f"{person.key} is not of the owner agency"]
    wanted = plan.coordinator_id if role is Role.COORDINATOR else plan.supervisor_id
    return [] if person.id == wanted else [f"{person.key} is not the {role} of {plan.slug}"]


def _missing(line: Transition, act: Act) -> list[str]:
    has = {
        Need.TEXT: bool(act.reason.strip()),
        Need.REASON: bool(act.reason.strip()),
        Need.RESULT: bool(act.document.strip() and act.document_date) or act.evidence is not None,
        Need.NEW_DATE: act.new_day is not None,
        Need.AUTHORITY: bool(act.document.strip()),
        Need.AGENCY: bool(act.to_agency.strip()),
    }
    words = {
        Need.TEXT: "a line of text is missing (--reason)",
        Need.REASON: "the reason is missing (--reason)",
        Need.RESULT: "number and date of the result document, or a file, are missing (--document, --document-date, "
        "--evidence)",
        Need.NEW_DATE: "the new last day is missing (--deadline)",
        Need.AUTHORITY: "the document that gives the authority is missing (--document)",
        Need.AGENCY: "the agency that takes over is missing (--to)",
    }
    return [words[need] for need in line.needs if not has[need]]


def _untimely(act: Act, today: date) -> list[str]:
    faults = []
    if act.new_day is not None and act.new_day < today and not act.amendment:
        faults.append(f"the new last day {act.new_day:%d/%m/%Y} is over already")
    if act.new_day is not None and act.new_day.year > today.year + FARTHEST_YEARS:
        faults.append(f"the new last day lies in {act.new_day.year}: more than {FARTHEST_YEARS} years ahead is a slip")
    if act.document_date is not None and act.document_date > today:
        faults.append(f"the document is dated {act.document_date:%d/%m/%Y}, after today")
    return faults


def _change(session: Session, assignment: Assignment, act: Act, target: State, *, today: date) -> None:
    state = State(assignment.state)
    if act.event == "resume":
        _resume(session, assignment, act, today=today)
    elif act.new_day is not None and act.event in {"move", "return", "reopen"}:
        add_version(
            session,
            assignment,
            act.new_day,
            force_day=today,
            cause="amendment" if act.amendment else act.event,
            reason=act.reason,
            authority=act.document,
            nominal=act.nominal or act.new_day,
            bound=act.bound,
        )
        assignment.unclear = False
    elif act.event == "submit":
        assignment.submitted_day = today
    elif act.event == "reassign":
        hand_over(session, assignment, act.to_agency)
    elif act.event == "decline":
        _ask_coordinator(session, assignment, act)
    if TRANSITIONS[act.event].next_round:
        assignment.round += 1
    if target not in {State.SUBMITTED, State.COMPLETED, State.SUSPENDED}:
        assignment.submitted_day = None
    assignment.state_before = state if target is State.SUSPENDED and state is not target else assignment.state_before
    if target is not State.SUSPENDED:
        assignment.state_before = None
    if target is not state:
        assignment.state, assignment.state_since = target, today


def _resume(session: Session, assignment: Assignment, act: Act, *, today: date) -> None:
    """Give back the calendar days that the suspension took."""
    current = session.get(Deadline, (assignment.id, assignment.version))
    if current is not None:
        moved = current.last_day + timedelta(days=(today - assignment.state_since).days)
        add_version(
            session, assignment, moved, force_day=today, cause="resume", reason=act.reason, authority=act.document
        )


def hand_over(session: Session, assignment: Assignment, name: str) -> Agency:
    """Give a duty to the agency with that key or name.

    Raises:
        RefusedError: there is none, or it already has a part in the task.
    """
    agency = session.exec(select(Agency).where((col(Agency.key) == name) | (col(Agency.name) == name))).first()
    if agency is None:
        raise RefusedError(f"No agency has the key or name {name!r}: see 'dondoc agency list'.")
    taken = select(Assignment.id).where(Assignment.task_id == assignment.task_id, Assignment.agency_id == agency.id)
    if session.exec(taken).first() is not None:
        raise RefusedError(f"{agency.name} already has a part in this task; nothing was changed.")
    assignment.agency_id = agency.id or 0
    return agency


def _ask_coordinator(session: Session, assignment: Assignment, act: Act) -> None:
    task, agency = session.get_one(Task, assignment.task_id), session.get_one(Agency, assignment.agency_id)
    session.add(
        Question(
            plan_id=assignment.plan_id,
            task_id=task.id,
            key=f"{task.ref}-decline-{assignment.id}-{assignment.revision + 1}",
            place=task.place,
            printed=task.owner_text,
            reason=f"{agency.name} từ chối: {act.reason}",
            choices=["reassign", "keep"],
        )
    )


def _record(
    session: Session, assignment: Assignment, act: Act, person: User, *, was: tuple[str, int], when: Moment
) -> None:
    data: dict[str, Any] = {
        "event": act.event,
        "from": was[0],
        "to": assignment.state,
        "by": person.key,
        "door": act.door,
    }
    extra = {
        "reason": act.reason,
        "document": act.document,
        "document_date": act.document_date.isoformat() if act.document_date else "",
        "evidence": act.evidence,
        "new_day": act.new_day.isoformat() if act.new_day else "",
        "to_agency": act.to_agency,
        "from_agency": was[1] if was[1] != assignment.agency_id else 0,
        "amendment": act.amendment,
    }
    data |= {name: value for name, value in extra.items() if value}
    entry = duty_entry(assignment, "act", data, when=when)
    entry.agency_id = was[1]
    session.add(entry)
    if act.event == "reassign" and assignment.version and not act.amendment:
        # The deadline stays as it is, so the sweep has nothing new to say; yet the new owner must learn of it.
        notice = duty_entry(assignment, Kind.NOTICE, {}, when=when)
        notice.rung = f"N.{assignment.revision}"
        session.add(notice)
        session.flush()
        tell(session, {(notice.rung, "owner"), (notice.rung, "collaborators")}, [assignment.plan_id])


def _name(session: Session, assignment: Assignment) -> str:
    task, agency = session.get_one(Task, assignment.task_id), session.get_one(Agency, assignment.agency_id)
    return f"{task.ref} ({agency.name})"
