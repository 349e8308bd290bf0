"""The daily duty: today's rungs into the ledger, and who is to be told.

The ladder says which last days fire (`rules/ladder.py`); one INSERT … SELECT turns them into entries and a second one
into recipients. The unique key of an entry makes it happen once, however often and from wherever a sweep is started.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    Date,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy import exists as sql_exists
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Session

from engine.calendar_files import take_back
from engine.clock import Moment
from engine.models import Assignment, Deadline, Entry, Plan, columns
from engine.models.instant import Instant
from engine.recipients import tell
from engine.rowset import Columns, insert_new, packed, rowset
from engine.rules.ladder import Anchor, Firing, Policy, firings, waiting
from engine.rules.states import OPEN, State
from engine.rules.workdays import Workdays

ASSIGNMENT = columns(Assignment)
DEADLINE = columns(Deadline)
ENTRY = columns(Entry)
PLAN = columns(Plan)

BY_DEADLINE = (Anchor.FORCE, Anchor.LAST_DAY, Anchor.LATE)
ANCHORS = (*BY_DEADLINE, Anchor.SUBMITTED)
"""The days that a firing is matched with; W0 is told as last days."""

FIRING_COLUMNS: Columns = {
    "rung": String,
    "rank": Integer,
    "kind": String,
    "first": Date,
    "last": Date,
    "date": Date,
    "superseded_before": Date,
}
ENTRY_COLUMNS = [
    "plan_id",
    "assignment_id",
    "agency_id",
    "version",
    "round",
    "last_day",
    "kind",
    "rung",
    "rank",
    "superseded",
    "policy",
    "effective",
    "at",
    "data",
]


@dataclass(frozen=True)
class Swept:
    """What a sweep wrote."""

    entries: int
    recipients: int

    def counts(self) -> dict[str, int]:
        """The figures as a run records them."""
        return {"entries": self.entries, "recipients": self.recipients}


def sweep(session: Session, when: Moment, *, policy: Policy, calendar: Workdays, plans: Sequence[int] = ()) -> Swept:
    """Write what has come due and is not yet written. On a day off nothing happens.

    Args:
        session: a writing session; entries and recipients are kept together or not at all.
        when: the time; its business day is the day swept.
        policy: the ladder of the plans swept.
        calendar: the working days.
        plans: ids to sweep, a shard; all active plans that use this policy when empty.
    """
    today = when.today
    if not calendar.is_working(today):
        return Swept(0, 0)
    swept = _plans_to_sweep(session, policy, plans)
    if not swept:
        return Swept(0, 0)
    since = _missing_since(session, swept, policy, calendar)
    fired = firings(policy, since, today, calendar) + waiting(policy, today, calendar)
    entries = _write_entries(session, fired, when, policy=policy, plans=list(swept))
    recipients = tell(session, {(f.rung, role) for f in fired for role in f.to}, list(swept)) if entries else 0
    taken_back = take_back(session, when, list(swept))
    session.execute(update(Plan).where(PLAN.id.in_(swept)).values(swept_through=today))
    return Swept(entries + taken_back, recipients + taken_back)


def _plans_to_sweep(session: Session, policy: Policy, plans: Sequence[int]) -> dict[int, date]:
    """The active plans and the day each was last swept, locked so that two sweeps of one plan take turns.

    `key_share`: acts may write their entries meanwhile.
    """
    chosen = select(PLAN.id, func.coalesce(PLAN.swept_through, PLAN.activated_on)).where(
        PLAN.state == "active", PLAN.policy == policy.name.partition("@")[0]
    )
    if plans:
        chosen = chosen.where(PLAN.id.in_(plans))
    locked = session.execute(chosen.order_by(PLAN.id).with_for_update(key_share=True))
    return {plan: day for plan, day in locked if plan is not None}


def _missing_since(session: Session, swept: dict[int, date], policy: Policy, calendar: Workdays) -> date:
    """The day from which rungs may be missing: of the last sweep, or further back where a hold kept some from it."""
    since = min(swept.values())
    held = select(ASSIGNMENT.id).where(ASSIGNMENT.plan_id.in_(swept), ASSIGNMENT.held_until >= since).limit(1)
    if session.execute(held).first() is None:
        return since
    longest = max(policy.ack_limit * (policy.ack_workdays + 1), policy.bounce_workdays + 1)
    return calendar.shift(since, -longest)


def _write_entries(session: Session, fired: Sequence[Firing], when: Moment, *, policy: Policy, plans: list[int]) -> int:
    by_anchor: dict[str, list[Firing]] = {anchor: [] for anchor in ANCHORS}
    for firing in fired:
        by_anchor[firing.anchor].append(firing)
    rows: dict[str, Any] = {f"fires_{anchor}_rows": packed(_cells(rungs)) for anchor, rungs in by_anchor.items()}
    rows |= {f"days_{anchor}": sorted({r.first for r in by_anchor[anchor]}) for anchor in BY_DEADLINE}
    given = {"today": when.today, "real": when.real, "policy": policy.name, "plans": plans}
    return len(session.execute(_entries_statement(session.get_bind().dialect.name), rows | given).all())


def _cells(rungs: Sequence[Firing]) -> list[tuple[object, ...]]:
    return [(r.rung, r.rank, r.kind, r.first, r.last, r.date, r.superseded_before) for r in rungs]


@cache
def _entries_statement(dialect: str) -> ReturningInsert[tuple[Any]]:
    """Every rung that has come and that the ledger lacks, one entry for each assignment; of several the latest goes."""
    due = union_all(*(_due_from(anchor, dialect=dialect) for anchor in ANCHORS)).subquery("due")
    newest = func.row_number().over(
        partition_by=(due.c.assignment_id, due.c.version, due.c.round), order_by=(due.c.superseded, due.c.rank.desc())
    )
    rows = select(
        due.c.plan_id,
        due.c.assignment_id,
        due.c.agency_id,
        due.c.version,
        due.c.round,
        due.c.last_day,
        due.c.kind,
        due.c.rung,
        due.c.rank,
        case((newest > 1, True), else_=due.c.superseded),
        bindparam("policy", type_=String),
        bindparam("today", type_=Date),
        bindparam("real", type_=Instant),
        literal({}, JSON),
    ).order_by(due.c.plan_id, due.c.position, due.c.rank)
    return insert_new(Entry, ENTRY_COLUMNS, rows)


def _due_from(anchor: Anchor, *, dialect: str) -> Select[tuple[Any, ...]]:
    fires = rowset(f"fires_{anchor}", FIRING_COLUMNS, dialect=dialect)
    waits = anchor is Anchor.SUBMITTED
    # Not by the index on the plan: the way leads from the days that fire, never through all assignments.
    plan_id = ASSIGNMENT.plan_id + 0
    day = ASSIGNMENT.submitted_day if waits else DEADLINE[anchor.value]
    today = bindparam("today", type_=Date)
    written = sql_exists().where(
        ENTRY.assignment_id == ASSIGNMENT.id,
        ENTRY.version == ASSIGNMENT.version,
        ENTRY.round == ASSIGNMENT.round,
        ENTRY.rung == fires.c.rung,
    )
    conditions = [
        plan_id.in_(bindparam("plans", expanding=True)),
        ASSIGNMENT.state == State.SUBMITTED if waits else ASSIGNMENT.state.in_(OPEN),
        ASSIGNMENT.unclear.is_(False),
        ~written,
    ]
    if not waits:
        swept_before = func.coalesce(PLAN.swept_through, PLAN.activated_on)
        conditions += [
            or_(fires.c.date >= swept_before, ASSIGNMENT.held_until.is_not(None)),
            or_(ASSIGNMENT.held_until.is_(None), ASSIGNMENT.held_until < today),
            day.in_(bindparam(f"days_{anchor}", expanding=True)),  # tells PostgreSQL how few they are
        ]
    if anchor in (Anchor.LAST_DAY, Anchor.LATE):
        conditions.append(DEADLINE.force_day < fires.c.date)
    matches = day.between(fires.c.first, fires.c.last) if waits else day == fires.c.first
    current = and_(DEADLINE.assignment_id == ASSIGNMENT.id, DEADLINE.version == ASSIGNMENT.version)
    return (
        select(
            ASSIGNMENT.plan_id,
            ASSIGNMENT.id.label("assignment_id"),
            ASSIGNMENT.agency_id,
            ASSIGNMENT.version,
            ASSIGNMENT.round,
            ASSIGNMENT.position,
            DEADLINE.last_day,
            fires.c.kind,
            fires.c.rung,
            fires.c.rank,
            case((DEADLINE.force_day < fires.c.superseded_before, True), else_=False).label("superseded"),
        )
        .select_from(fires)
        .join(Assignment if waits else Deadline, matches)
        .join(Deadline if waits else Assignment, current, isouter=waits)
        .join(Plan, PLAN.id == plan_id)
        .where(*conditions)
    )
