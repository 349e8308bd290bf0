"""A dry run through time: the live code on a copy of a plan, with a clock that moves a day at a time.

The copy is a database of its own in a temporary folder; mail goes to files there. Nothing leaves the machine.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlmodel import Session, SQLModel

from engine.clock import Moment, at
from engine.database import Database
from engine.delivery import Sending, deliver
from engine.ledger import seal
from engine.mail.transport import FileTransport
from engine.models import (
    Agency,
    Assignment,
    Collaborator,
    Contact,
    Installation,
    Instance,
    Mailbox,
    Offer,
    OptOut,
    Plan,
    Question,
    Recurrence,
    Task,
    User,
    columns,
)
from engine.plans import activate
from engine.queries.amendments import agencies_as_printed, parts_struck
from engine.recurring import open_due
from engine.rules.ladder import Policy
from engine.rules.workdays import DAY, Workdays
from engine.sweep import sweep

MORNING = time(7, 0)

STANDING = datetime(2000, 1, 1, tzinfo=UTC)
"""What a simulation takes for the machine's time while it sends: no time passes in it."""


def run_day(sending: Sending, day: date, *, policy: Policy, calendar: Workdays) -> None:
    """All duties of one day at their hours: recurring duties, the sweep, the mail."""
    morning = at(day, MORNING)
    with sending.database.write() as session:
        when = Moment(morning, morning)
        open_due(session, when, calendar=calendar)
        sweep(session, when, policy=policy, calendar=calendar)
        seal(session)
    mail = at(day, sending.window[0])
    deliver(sending, Moment(mail, mail))


@contextmanager
def copy_of(source: Session, plan: Plan, *, policy: Policy) -> Iterator[tuple[Database, Path]]:
    """A database of its own that holds the plan as its document stands now: no acts, no ledger, no outbox.

    What amendments struck is not in it, and what they changed is so from the first day (`docs/decisions`).

    Yields:
        The copy, and the folder it lies in; both are gone afterwards.
    """
    with TemporaryDirectory(prefix="dondoc-") as name:
        folder = Path(name)
        database = Database(f"sqlite:///{folder / 'copy.db'}")
        database.migrate()
        with database.write() as target:
            _copy(source, target, plan, policy)
        try:
            yield database, folder
        finally:
            database.close()


def simulate(sending: Sending, first: date, last: date, *, policy: Policy, calendar: Workdays) -> Iterator[date]:
    """Live through the days `first`…`last` of a copy, activated at 07:00 of the first; yields each day when it is over.

    Args:
        sending: how mail is made; its database is the copy, its transport writes files.
        first: the day of activation.
        last: the last day lived through.
        policy: the ladder to follow.
        calendar: the working days.
    """
    start = at(first, MORNING)
    with sending.database.write() as session:
        plan = session.exec(select(Plan)).scalars().one()  # type: ignore[call-overload]
        activate(session, plan, calendar=calendar, when=Moment(start, start))
    day = first
    while day <= last:
        run_day(sending, day, policy=policy, calendar=calendar)
        yield day
        day += DAY


def to_files(sending: Sending, database: Database, folder: Path) -> Sending:
    """The same way of making mail, on the copy and into `folder`."""
    free: dict[str, Any] = {"allow": (), "per_minute": {}}  # nothing leaves, so nothing need be held back
    return replace(sending, database=database, transport=FileTransport(folder), real=lambda: STANDING, **free)


def _copy(source: Session, target: Session, plan: Plan, policy: Policy) -> None:
    mailboxes = _rows(source, Mailbox)
    _put(target, Mailbox, [dict(row) | {"deputy_id": None} for row in mailboxes])
    _name_deputies(target, mailboxes)
    for table in (Installation, OptOut, Agency, Contact, User):
        _put(target, table, [dict(row) for row in _rows(source, table)])
    blank = {"state": "draft", "activated_on": None, "swept_through": None, "policy": policy.name.partition("@")[0]}
    own = columns(Plan).id == plan.id
    _put(target, Plan, [dict(row) | blank for row in _rows(source, Plan, own)])
    _copy_offers(source, target, plan)
    tasks = _tasks_as_printed(plan)
    _put(target, Task, [dict(row) | {"amendment_id": None} for row in _rows(source, Task, tasks)])
    kept = select(columns(Task).id).where(tasks)
    of_tasks = columns(Collaborator).task_id.in_(kept)
    _put(target, Collaborator, [dict(row) for row in _rows(source, Collaborator, of_tasks)])
    question = columns(Question)
    asked = (question.plan_id == plan.id, or_(question.task_id.is_(None), question.task_id.in_(kept)))
    questions = [dict(row) | {"asked_on": None} for row in _rows(source, Question, *asked)]
    _put(target, Question, questions)
    blocked = {row["task_id"] for row in questions if row["blocks"] != "nothing" and row["answer"] is None}
    printed, struck = agencies_as_printed(source, plan.id or 0), parts_struck(source, plan.id or 0)
    fresh = {
        "state": "assigned",
        "state_before": None,
        "round": 1,
        "version": 0,
        "submitted_day": None,
        "held_until": None,
        "opened_on": None,
        "revision": 0,
    }
    parts = [
        dict(row)
        | fresh
        | {"unclear": row["task_id"] in blocked, "agency_id": printed.get(row["id"], row["agency_id"])}
        for row in _rows(source, Assignment, columns(Assignment).task_id.in_(kept))
        if row["id"] not in struck
    ]
    _put(target, Assignment, parts)


def _name_deputies(target: Session, mailboxes: list[Any]) -> None:
    """Who stands in for whom, once all mailboxes are there: a deputy may be the later one."""
    for row in mailboxes:
        if row["deputy_id"]:
            own = columns(Mailbox).id == row["id"]
            target.execute(update(columns(Mailbox).id.table).where(own).values(deputy_id=row["deputy_id"]))


def _copy_offers(source: Session, target: Session, plan: Plan) -> None:
    """What the document offers; of what comes again what is still accepted, as if it had been before the plan began."""
    _put(target, Offer, [dict(row) for row in _rows(source, Offer, columns(Offer).plan_id == plan.id)])
    recurrence = columns(Recurrence)
    taken_on = (recurrence.plan_id == plan.id, recurrence.accepted_on.is_not(None), recurrence.ended_on.is_(None))
    _put(target, Recurrence, [dict(row) | {"accepted_on": date.min} for row in _rows(source, Recurrence, *taken_on)])


def _tasks_as_printed(plan: Plan) -> ColumnElement[bool]:
    """The rows of the document and what was accepted of its offers; the moving clock opens the periods anew."""
    task, offer = columns(Task), columns(Offer)
    accepted = task.offer_id.in_(select(offer.id).where(offer.state == "accepted"))
    opened = task.id.in_(select(columns(Instance).task_id))
    return and_(task.plan_id == plan.id, task.removed_on.is_(None), or_(task.offer_id.is_(None), accepted), ~opened)


def _rows(source: Session, table: type[SQLModel], *conditions: Any) -> list[Any]:  # noqa: ANN401  SQL conditions
    return list(source.execute(select(*columns(table)).where(*conditions)).mappings())


def _put(target: Session, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    if rows:
        target.execute(insert(table), rows)
