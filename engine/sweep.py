"""The daily duty: today's rungs into the ledger, and who is to be told.

The ladder says which last days fire (`rules/ladder.py`); one INSERT … SELECT turns them into entries and a second one
into recipients. The unique key of an entry makes it happen once, however often and from wherever a sweep is started.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    CTE,
    JSON,
    Date,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    column,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
    values,
)
from sqlalchemy import exists as sql_exists
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from engine.clock import local
from engine.models import Assignment, Collaborator, Contact, Deadline, Entry, Plan, Recipient, User
from engine.models.columns import Instant
from engine.rules.ladder import Anchor, Firing, Policy, firings, waiting
from engine.rules.states import OPEN, State
from engine.rules.workdays import Workdays


@dataclass(frozen=True)
class Swept:
    """What a sweep wrote."""

    entries: int
    recipients: int

    def counts(self) -> dict[str, int]:
        """The figures as a run records them."""
        return {"entries": self.entries, "recipients": self.recipients}


def sweep(
    session: Session, now: datetime, *, policy: Policy, calendar: Workdays, real: datetime, plans: Sequence[int] = ()
) -> Swept:
    """Write what has come due and is not yet written. On a day off nothing happens.

    Args:
        session: a writing session; entries and recipients are kept together or not at all.
        now: the business time; its day in Vietnam is the day swept.
        policy: the ladder of the plans swept.
        calendar: the working days.
        real: the machine's time, written beside the business day.
        plans: ids to sweep, a shard; all active plans that use this policy when empty.
    """
    today = local(now).date()
    if not calendar.is_working(today):
        return Swept(0, 0)
    swept = _plans_to_sweep(session, policy, plans)
    if not swept:
        return Swept(0, 0)
    since = min(swept.values())
    looked_back = calendar.shift(since, -(policy.ack_workdays + 1))
    fired = firings(policy, looked_back, today, calendar) + waiting(policy, today, calendar)
    entries = _write_entries(session, fired, today, real=real, policy=policy, plans=list(swept))
    recipients = _write_recipients(session, fired, list(swept)) if entries else 0
    session.execute(update(Plan).where(col(Plan.id).in_(swept)).values(swept_through=today))
    return Swept(entries, recipients)


def _plans_to_sweep(session: Session, policy: Policy, plans: Sequence[int]) -> dict[int, date]:
    """The active plans and the day each was last swept, locked so that two sweeps of one plan take turns."""
    chosen = select(col(Plan.id), func.coalesce(Plan.swept_through, Plan.activated_on)).where(
        Plan.state == "active", Plan.policy == policy.name.partition("@")[0]
    )
    if plans:
        chosen = chosen.where(col(Plan.id).in_(plans))
    return {plan: day for plan, day in session.execute(chosen.order_by(col(Plan.id)).with_for_update())}


def _write_entries(
    session: Session, fired: Sequence[Firing], today: date, *, real: datetime, policy: Policy, plans: list[int]
) -> int:
    due = _due(fired, today, plans)
    newest = func.row_number().over(
        partition_by=(due.c.assignment_id, due.c.version, due.c.round), order_by=(due.c.superseded, due.c.rank.desc())
    )
    rows = select(
        due.c.plan_id,
        due.c.assignment_id,
        due.c.version,
        due.c.round,
        due.c.last_day,
        due.c.kind,
        due.c.rung,
        due.c.rank,
        case((newest > 1, True), else_=due.c.superseded),
        literal(policy.name),
        literal(today, Date),
        literal(real, Instant),
        literal({}, JSON),
    ).order_by(due.c.plan_id, due.c.position, due.c.rank)
    names = (
        "plan_id assignment_id version round last_day kind rung rank superseded policy effective at data".split()
    )
    return _inserted(session, Entry, names, rows)


def _due(fired: Sequence[Firing], today: date, plans: list[int]) -> Subquery:
    """Every rung that has come and that the ledger lacks, one row for each assignment."""
    parts = []
    for anchor in Anchor:
        rungs = [rung for rung in fired if rung.anchor is anchor]
        if rungs:
            parts.append(_due_from(anchor, rungs, today, plans))
    return union_all(*parts).subquery("due")


def _due_from(anchor: Anchor, rungs: Sequence[Firing], today: date, plans: list[int]) -> Select[tuple[object, ...]]:
    fires = _rows_of(rungs)
    waits = anchor is Anchor.SUBMITTED
    day = col(Assignment.submitted_day) if waits else getattr(Deadline, anchor.value)
    written = sql_exists().where(
        Entry.assignment_id == Assignment.id,
        Entry.version == Assignment.version,
        Entry.round == Assignment.round,
        Entry.rung == fires.c.rung,
    )
    conditions = [
        col(Assignment.plan_id).in_(plans),
        Assignment.state == State.SUBMITTED if waits else col(Assignment.state).in_(OPEN),
        col(Assignment.unclear).is_(False),
        ~written,
    ]
    if not waits:
        swept_before = func.coalesce(Plan.swept_through, Plan.activated_on)
        conditions += [
            or_(fires.c.date >= swept_before, col(Assignment.held_until).is_not(None)),
            or_(col(Assignment.held_until).is_(None), Assignment.held_until < today),
        ]
    if anchor in (Anchor.LAST_DAY, Anchor.LATE):
        conditions.append(Deadline.force_day < fires.c.date)
    current = and_(Deadline.assignment_id == Assignment.id, Deadline.version == Assignment.version)
    return (
        select(
            Assignment.plan_id,
            col(Assignment.id).label("assignment_id"),
            Assignment.version,
            Assignment.round,
            Assignment.position,
            Deadline.last_day,
            fires.c.kind,
            fires.c.rung,
            fires.c.rank,
            case((Deadline.force_day < fires.c.superseded_before, True), else_=False).label("superseded"),
        )
        .select_from(fires)
        .join(Assignment if waits else Deadline, day.between(fires.c.first, fires.c.last))
        .join(Deadline if waits else Assignment, current)
        .join(Plan, col(Plan.id) == Assignment.plan_id)
        .where(*conditions)
    )


def _rows_of(rungs: Sequence[Firing]) -> CTE:
    listed = values(
        column("rung", String),
        column("rank", Integer),
        column("kind", String),
        column("first", Date),
        column("last", Date),
        column("date", Date),
        column("superseded_before", Date),
        name="listed",
    ).data([(r.rung, r.rank, r.kind, r.first, r.last, r.date, r.superseded_before) for r in rungs])
    return select(listed.cte(f"rungs_{rungs[0].anchor}")).cte(f"fires_{rungs[0].anchor}")


def _write_recipients(session: Session, fired: Sequence[Firing], plans: list[int]) -> int:
    """Who each new entry is for. An owner without an address: the coordinator stands in."""
    pairs = sorted({(rung.rung, role) for rung in fired for role in rung.to})
    told = values(column("rung", String), column("role", String), name="told").data(pairs).cte("told_rows")
    office = select(Contact.agency_id, Contact.role, Contact.mailbox_id).subquery()
    coordinator = select(col(User.id), User.mailbox_id).subquery("coordinator")
    supervisor = select(col(User.id), User.mailbox_id).subquery("supervisor")
    fresh = (
        select(col(Entry.id).label("entry_id"), told.c.role, Assignment.agency_id, Assignment.task_id, Entry.plan_id)
        .join(told, told.c.rung == Entry.rung)
        .join(Assignment, col(Assignment.id) == Entry.assignment_id)
        .where(col(Entry.hash).is_(None), col(Entry.plan_id).in_(plans), col(Entry.superseded).is_(False))
        .cte("fresh")
    )
    agency_role = case((fresh.c.role == "owner", "office"), else_=fresh.c.role)
    of_agency = select(fresh.c.entry_id, office.c.mailbox_id, fresh.c.role).join(
        office, and_(office.c.agency_id == fresh.c.agency_id, office.c.role == agency_role)
    )
    of_plan = [
        select(fresh.c.entry_id, person.c.mailbox_id, fresh.c.role)
        .join(Plan, col(Plan.id) == fresh.c.plan_id)
        .join(person, person.c.id == getattr(Plan, f"{role}_id"))
        .where(fresh.c.role == role, person.c.mailbox_id.is_not(None))
        for role, person in (("coordinator", coordinator), ("supervisor", supervisor))
    ]
    helpers = (
        select(fresh.c.entry_id, office.c.mailbox_id, fresh.c.role)
        .join(Collaborator, Collaborator.task_id == fresh.c.task_id)
        .join(office, and_(office.c.agency_id == Collaborator.agency_id, office.c.role == "office"))
        .where(fresh.c.role == "collaborators")
    )
    unaddressed = ~sql_exists().where(office.c.agency_id == fresh.c.agency_id, office.c.role == "office")
    stand_in = (
        select(fresh.c.entry_id, coordinator.c.mailbox_id, literal("stand_in"))
        .join(Plan, col(Plan.id) == fresh.c.plan_id)
        .join(coordinator, coordinator.c.id == Plan.coordinator_id)
        .where(fresh.c.role == "owner", unaddressed, coordinator.c.mailbox_id.is_not(None))
    )
    everyone = union_all(of_agency, *of_plan, helpers, stand_in).subquery("everyone")
    first_role = func.min(everyone.c.role)  # a mailbox that serves in two parts is told once
    rows = select(everyone.c.entry_id, everyone.c.mailbox_id, first_role, literal("")).group_by(
        everyone.c.entry_id, everyone.c.mailbox_id
    )
    return _inserted(session, Recipient, ["entry_id", "mailbox_id", "role", "withdrawn"], rows)


def _inserted(
    session: Session, table: type[Entry] | type[Recipient], names: list[str], rows: Select[tuple[object, ...]]
) -> int:
    """Insert what is not there yet and count it; RETURNING, for psycopg gives no row count here."""
    dialect = session.get_bind().dialect.name
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(table).from_select(names, rows)
    key = table.__table__.primary_key.columns[0]  # type: ignore[attr-defined]  SQLModel adds it
    return len(session.execute(statement.on_conflict_do_nothing().returning(key)).all())


