"""Who is told of an entry: the roles of its rung, turned into mailboxes in one statement."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    union,
    union_all,
)
from sqlalchemy import exists as sql_exists
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Session

from engine.models import Assignment, Collaborator, Contact, Entry, Plan, Recipient, User, columns
from engine.queries.reached import unreached
from engine.rowset import insert_new, packed, rowset
from engine.rules.ladder import Kind

ASSIGNMENT = columns(Assignment)
ENTRY = columns(Entry)
PLAN = columns(Plan)
COLLABORATOR = columns(Collaborator)
CONTACT = columns(Contact)
USER = columns(User)

RANK = {
    role: rank for rank, role in enumerate(("owner", "head", "coordinator", "supervisor", "collaborators", "stand_in"))
}
"""In which part a mailbox is told that serves in several: as owner before all, for a bounce counts by that part."""

LOUDER = ("head", "coordinator", "supervisor")
"""Who hears of each further rung when mail to the owner came back, so that a dead mailbox shields nobody."""


def tell(session: Session, rungs: Collection[tuple[str, str]], plans: Sequence[int]) -> int:
    """Write who each unsealed ladder entry is for. An owner without an address: the coordinator stands in.

    Where mail to the owner came back, its reminders and escalations go to `LOUDER` too.

    Args:
        session: a writing session; the entries are in it, not yet sealed.
        rungs: pairs of a rung and a role that it goes to.
        plans: ids of the plans whose entries are meant.

    Returns:
        How many recipients were written.
    """
    given = {
        "told_rows": packed(sorted(rungs)),
        "louder_rows": packed((role,) for role in LOUDER),
        "plans": list(plans),
    }
    return len(session.execute(_recipients_statement(session.get_bind().dialect.name), given).all())


@cache
def _recipients_statement(dialect: str) -> ReturningInsert[tuple[Any]]:
    """Each fresh entry's roles as mailboxes, each once."""
    office = select(CONTACT.agency_id, CONTACT.role, CONTACT.mailbox_id).subquery()
    coordinator = select(USER.id, USER.mailbox_id).subquery("coordinator")
    supervisor = select(USER.id, USER.mailbox_id).subquery("supervisor")
    fresh = _fresh(dialect)
    agency_role = case((fresh.c.role == "owner", "office"), else_=fresh.c.role)
    of_agency = select(fresh.c.entry_id, office.c.mailbox_id, fresh.c.role).join(
        office, and_(office.c.agency_id == fresh.c.agency_id, office.c.role == agency_role)
    )
    of_plan = [
        select(fresh.c.entry_id, person.c.mailbox_id, fresh.c.role)
        .join(Plan, PLAN.id == fresh.c.plan_id)
        .join(person, person.c.id == PLAN[f"{role}_id"])
        .where(fresh.c.role == role, person.c.mailbox_id.is_not(None))
        for role, person in (("coordinator", coordinator), ("supervisor", supervisor))
    ]
    helpers = (
        select(fresh.c.entry_id, office.c.mailbox_id, fresh.c.role)
        .join(Collaborator, COLLABORATOR.task_id == fresh.c.task_id)
        .join(office, and_(office.c.agency_id == COLLABORATOR.agency_id, office.c.role == "office"))
        .where(fresh.c.role == "collaborators")
    )
    unaddressed = ~sql_exists().where(office.c.agency_id == fresh.c.agency_id, office.c.role == "office")
    stand_in = (
        select(fresh.c.entry_id, coordinator.c.mailbox_id, literal("stand_in"))
        .join(Plan, PLAN.id == fresh.c.plan_id)
        .join(coordinator, coordinator.c.id == PLAN.coordinator_id)
        .where(fresh.c.role == "owner", unaddressed, coordinator.c.mailbox_id.is_not(None))
    )
    everyone = union_all(of_agency, *of_plan, helpers, stand_in).subquery("everyone")
    rank = func.min(case(RANK, value=everyone.c.role))  # a mailbox that serves in two parts is told once
    first_role = case({place: role for role, place in RANK.items()}, value=rank)
    rows = select(everyone.c.entry_id, everyone.c.mailbox_id, first_role, literal("")).group_by(
        everyone.c.entry_id, everyone.c.mailbox_id
    )
    return insert_new(Recipient, ["entry_id", "mailbox_id", "role", "withdrawn"], rows)


def _fresh(dialect: str) -> CTE:
    """Each unsealed entry with the roles it goes to."""
    told = rowset("told", {"rung": String, "role": String}, dialect=dialect)
    louder = rowset("louder", {"role": String}, dialect=dialect)
    rows = (
        select(ENTRY.id.label("entry_id"), told.c.role, ASSIGNMENT.agency_id, ASSIGNMENT.task_id, ENTRY.plan_id)
        .join(told, told.c.rung == ENTRY.rung)
        .join(Assignment, ASSIGNMENT.id == ENTRY.assignment_id)
        .where(ENTRY.hash.is_(None), ENTRY.plan_id.in_(bindparam("plans", expanding=True)), ENTRY.superseded.is_(False))
    )
    climbing = (told.c.role == "owner", ENTRY.kind.in_((Kind.REMINDER, Kind.ESCALATION)), unreached())
    raised = rows.with_only_columns(
        ENTRY.id, louder.c.role, ASSIGNMENT.agency_id, ASSIGNMENT.task_id, ENTRY.plan_id
    ).join(louder, and_(*climbing))
    return union(rows, raised).cte("fresh")
