"""The life of a plan: activation with what it starts, settings, suspension, closing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, update
from sqlmodel import Session, col, select

from engine.acts import add_version, person_named
from engine.clock import Moment
from engine.entries import plan_entry
from engine.errors import ManyFaultsError, RefusedError
from engine.models import Agency, Assignment, Contact, Plan, Question, Task, columns
from engine.queries.plans import addresses_of_plan, first_messages
from engine.rules.terms import Deadline as Reading
from engine.rules.terms import from_json, last_day
from engine.rules.workdays import Workdays

CHANGES = {"activate": ("draft",), "suspend": ("active",), "resume": ("suspended",), "close": ("active", "suspended")}


@dataclass(frozen=True)
class Started:
    """What an activation starts, shown before it does."""

    slug: str
    tasks: int
    duties: int
    unclear: int
    without_deadline: int
    agencies: int
    addresses: list[tuple[str, str, str]]
    messages: int
    without_address: list[str]
    questions: int
    first_last_day: date | None
    late_already: int


def locked_plan(session: Session, plan_id: int | None) -> Plan:
    """The plan as it stands now, kept from sweeps, amendments and decisions on its offers until the transaction ends.

    Whoever takes it takes it first, so that no two wait for each other. `key_share`: acts may write their entries
    meanwhile.
    """
    chosen = select(Plan).where(Plan.id == plan_id).with_for_update(key_share=True)
    return session.exec(chosen.execution_options(populate_existing=True)).one()


def find_plan(session: Session, name: str) -> Plan:
    """The plan with that slug, or with that number where only one has it.

    Raises:
        RefusedError: none has it, or several do; the message lists what there is.
    """
    fitting = session.exec(select(Plan).where(or_(col(Plan.slug) == name, col(Plan.number) == name))).all()
    if len(fitting) == 1:
        return fitting[0]
    if exact := [plan for plan in fitting if plan.slug == name]:
        return exact[0]
    if fitting:
        raise RefusedError(f"Several plans have the number {name}: name one of {_slugs([p.slug for p in fitting])}.")
    known = session.exec(select(Plan.slug).order_by(Plan.slug).limit(20)).all()
    raise RefusedError(f"There is no plan {name!r}. Known: {_slugs(known) or 'none yet; load one with dondoc load'}.")


def reading_of(task: Task) -> Reading:
    """The deadline of a task as it was read from the document."""
    return from_json({name: value for name, value in task.deadline.items() if name != "fingerprint"})


def first_last_day(task: Task, plan: Plan, calendar: Workdays) -> date | None:
    """The last day on time as the plan prints it, under the plan's settings; None where there is none."""
    before: Any = plan.before
    roll: Any = plan.roll
    return last_day(reading_of(task), before=before, roll=roll, is_working=calendar.is_working)


def preview(session: Session, plan: Plan, *, calendar: Workdays, today: date) -> Started:
    """What activating the plan would start.

    Raises:
        RefusedError: the plan is not a draft.
    """
    allowed(plan, "activate")
    tasks = session.exec(select(Task).where(Task.plan_id == plan.id)).all()
    days = {task.id: first_last_day(task, plan, calendar) for task in tasks}
    parts = session.exec(select(Assignment).where(Assignment.plan_id == plan.id)).all()
    owners = select(Assignment.agency_id).where(Assignment.plan_id == plan.id)
    office = select(Contact.agency_id).where(Contact.role == "office")
    unaddressed = select(Agency.name).where(col(Agency.id).in_(owners), col(Agency.id).not_in(office))
    every = session.exec(select(Agency.name).where(col(Agency.id).in_(owners)).order_by(Agency.name)).all()
    clear = [(part, days[part.task_id]) for part in parts if not part.unclear]
    due = [day for _, day in clear if day is not None]
    asked = select(func.count(col(Question.id))).where(Question.plan_id == plan.id, col(Question.answer).is_(None))
    return Started(
        slug=plan.slug,
        tasks=len(tasks),
        duties=len(parts),
        unclear=len(parts) - len(clear),
        without_deadline=len(clear) - len(due),
        agencies=len(every),
        addresses=addresses_of_plan(session, plan),
        messages=first_messages(session, plan),
        without_address=list(session.exec(unaddressed.order_by(Agency.name)).all()),
        questions=session.exec(asked).one(),
        first_last_day=min(due, default=None),
        late_already=sum(day < today for day in due),
    )


def activate(session: Session, plan: Plan, *, calendar: Workdays, when: Moment, by: str = "") -> int:
    """Put the deadlines of a plan in force from today and start its ladder.

    Returns:
        How many assignments got a deadline.

    Raises:
        RefusedError: the plan is not a draft, nobody coordinates or supervises it, or `by` is given and does neither.
    """
    allowed(plan, "activate")
    faults = [f"name the {role} (--{role} USER)" for role in ("coordinator", "supervisor") if not _person(plan, role)]
    if faults:
        raise ManyFaultsError(f"{plan.slug} cannot be activated:", faults)
    if by:
        _check_steers(session, plan, by)
    tasks = session.exec(select(Task).where(Task.plan_id == plan.id)).all()
    days = {task.id: (first_last_day(task, plan, calendar), reading_of(task)) for task in tasks}
    started = 0
    for part in session.exec(select(Assignment).where(Assignment.plan_id == plan.id)).all():
        day, reading = days[part.task_id]
        if day is not None and not part.unclear:
            nominal, bound = reading.end or day, reading.bound or "by"
            add_version(session, part, day, force_day=when.today, cause="activation", nominal=nominal, bound=bound)
            started += 1
        part.state_since, part.changed_at, part.revision = when.today, when.real, part.revision + 1
        session.add(part)
    plan.activated_on, plan.state = when.today, "active"
    _note(session, plan, "activate", when, {"by": by, "before": plan.before, "roll": plan.roll, "deadlines": started})
    return started


def change(session: Session, plan: Plan, event: str, when: Moment, *, by: str, reason: str = "") -> None:
    """Suspend, resume or close a plan: its ladder rests, goes on (the latest rung only), or ends.

    Raises:
        RefusedError: the plan's state does not allow it, or the person neither coordinates nor supervises it.
    """
    allowed(plan, event)
    _check_steers(session, plan, by)
    plan.state = {"suspend": "suspended", "resume": "active", "close": "closed"}[event]
    _note(session, plan, event, when, {"by": by, "reason": reason})


def settings(
    session: Session,
    plan: Plan,
    values: Mapping[str, str | None],
    when: Moment,
    *,
    restricted: bool | None = None,
    by: str = "",
) -> None:
    """Change who steers a plan, how its dates are read, and whether mails and calendars keep to references (hạn chế).

    Raises:
        RefusedError: a person or value is not known, dates of a running plan would change under people's feet, or `by`
            is given and neither coordinates nor supervises the plan.
    """
    if by:
        _check_steers(session, plan, by)
    faults: list[str] = []
    chosen: dict[str, Any] = {name: value for name, value in values.items() if value is not None}
    for role in ("coordinator", "supervisor"):
        if role in chosen:
            setattr(plan, f"{role}_id", person_named(session, chosen[role]).id)
    for name, allowed in (("before", ("strict", "inclusive")), ("roll", ("none", "next"))):
        value = chosen.get(name, getattr(plan, name))
        if value not in allowed:
            faults.append(f"--{name} is one of {', '.join(allowed)}, not {value}")
        elif value != getattr(plan, name) and plan.state != "draft":
            faults.append(f"--{name} cannot change once the plan is {plan.state}: move the deadlines instead")
        else:
            setattr(plan, name, value)
    if faults:
        raise ManyFaultsError(f"The settings of {plan.slug} stay as they were:", faults)
    if restricted is not None and restricted != plan.restricted:
        plan.restricted = chosen["restricted"] = restricted
        parts = columns(Assignment)
        # Calendar programs go by number and time of the change: without new ones some would keep the titles they hold.
        shown = update(Assignment).where(parts.plan_id == plan.id)
        session.execute(shown.values(revision=parts.revision + 1, changed_at=when.real))
    if chosen and plan.state != "draft":
        _note(session, plan, "set", when, {"by": by, **chosen})
    session.add(plan)


def _person(plan: Plan, role: str) -> int | None:
    return plan.coordinator_id if role == "coordinator" else plan.supervisor_id


def _check_steers(session: Session, plan: Plan, by: str) -> None:
    if person_named(session, by).id not in (plan.coordinator_id, plan.supervisor_id):
        raise RefusedError(f"{by} is neither coordinator nor supervisor of {plan.slug}.")


def allowed(plan: Plan, event: str) -> None:
    """Check that an event of a plan's life is possible now.

    Raises:
        RefusedError: it is not.
    """
    if plan.state not in CHANGES[event]:
        raise RefusedError(f"{plan.slug} is {plan.state}: {event} is possible from {', '.join(CHANGES[event])}.")


def _note(session: Session, plan: Plan, event: str, when: Moment, data: dict[str, Any]) -> None:
    session.add(plan)
    kept = {"event": event} | {name: value for name, value in data.items() if value != ""}
    session.add(plan_entry(plan.id, kept, when))


def _slugs(slugs: Any) -> str:  # noqa: ANN401  any sequence of slugs
    return ", ".join(slugs)
