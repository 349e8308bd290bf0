"""One task: what the document says, who answers for it, what happened, and why its date is what it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse

from engine.queries.history import LogLine, Sought, Told, log_lines
from engine.queries.mail import addresses
from engine.queries.pages import collaborators_of, task_named
from engine.queries.plans import open_questions
from engine.queries.tasks import Duty, Wanted, duties
from engine.rules.ladder import Policy
from engine.rules.rollup import Rollup, roll_up
from engine.rules.states import State
from engine.why import RungDay, Version, Why, why
from web.here import InHere, typed
from web.pages.plans import plan_of
from web.summary import asked
from web.words import rung_words, said

router = APIRouter(include_in_schema=False)

LADDER = ("notice", "reminder", "escalation")


@dataclass(frozen=True)
class Event:
    """One line of a task's history: what happened on a day, to which agencies, who was told."""

    day: date
    kind: str
    words: str
    superseded: bool
    agencies: list[str]
    told: list[Told]


@dataclass(frozen=True)
class Dated:
    """A version of the deadline that one or several agencies share, with its rungs in words."""

    version: Version
    agencies: list[str]
    rungs: list[tuple[RungDay, str, str]]


@router.get("/tasks/{slug}/{ref:path}")
def task(slug: str, ref: str, here: InHere) -> HTMLResponse:
    """One task of a plan."""
    today = here.when.today
    with here.installation.database.read() as session:
        head = plan_of(session, slug)
        found = task_named(session, head.id, typed(ref))
        if found is None or found.id is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        policy = here.policy(head.policy)
        parts = duties(session, Wanted(task_id=found.id), here.yardstick(), today=today)
        derived = why(session, found, policy=policy, calendar=here.installation.calendar)
        lines = log_lines(
            session,
            Sought(assignments=[part.assignment_id for part in parts], agency=here.agency, limit=2000),
        )
        known = addresses(session, [line.data["mailbox"] for line in lines if "mailbox" in line.data])
        helpers = collaborators_of(session, found.id)
        questions = open_questions(session, head.id, found.id)
    return here.page(
        "task.html",
        plan=head,
        task=found,
        parts_of=parts,
        state=_state(parts, found.rollup, found.rollup_n),
        why=derived,
        rules=rules(derived),
        versions=versions(derived, policy, today),
        events=events(lines, policy, known),
        helpers=helpers,
        questions=asked(questions),
    )


def events(lines: Sequence[LogLine], policy: Policy, known: dict[int, str]) -> list[Event]:
    """The history, newest first: what happened alike to several agencies on one day is one line."""
    together: dict[tuple[object, ...], list[LogLine]] = {}
    for line in lines:
        key: tuple[object, ...] = (line.effective, line.kind, line.rung, line.superseded)
        if line.kind not in LADDER:
            key = (line.entry_id,)
        together.setdefault(key, []).append(line)
    return [_event(alike, policy, known) for alike in together.values()]


def versions(derived: Why, policy: Policy, today: date) -> list[Dated]:
    """The versions of the deadline; agencies with the same one share it. Each rung says if it is over."""
    together: dict[tuple[object, ...], list[Version]] = {}
    for version in derived.versions:
        together.setdefault(_alike(version), []).append(version)
    return [
        Dated(
            same[0],
            [version.agency for version in same],
            [(rung, rung_words(rung.rung, policy), _when(rung, today)) for rung in same[0].rungs],
        )
        for same in together.values()
    ]


def rules(derived: Why) -> list[str]:
    """By which rules the last day follows from the reading, in words."""
    reading: dict[str, Any] = derived.reading
    told = []
    if reading.get("bound") == "before" and derived.last_day:
        strict = "“trước ngày X” hết hạn vào cuối ngày liền trước X"
        inclusive = "“trước ngày X” được tính đến hết ngày X"
        told.append(strict if derived.before == "strict" else inclusive)
    if reading.get("counted"):
        told.append("thời hạn tính bằng ngày, ngày cuối là ngày nghỉ thì lùi tới ngày làm việc kế tiếp")
    elif derived.last_day:
        kept, moved = "ngày in sẵn không dời vì ngày nghỉ", "ngày nghỉ thì lùi tới ngày làm việc kế tiếp"
        told.append(moved if derived.roll == "next" else kept)
    return told


def _state(parts: Sequence[Duty], rule: str, n: int) -> str | None:
    return roll_up([State(part.state) for part in parts], Rollup(rule), n=n) if parts else None


def _event(alike: list[LogLine], policy: Policy, known: dict[int, str]) -> Event:
    first = alike[0]
    told = {person.mailbox_id: person for line in alike for person in line.told}
    agencies = [line.agency for line in alike if line.agency]
    return Event(
        first.effective,
        first.kind,
        said(first, policy, known),
        first.superseded,
        list(dict.fromkeys(reversed(agencies))),
        list(told.values()),
    )


def _alike(version: Version) -> tuple[object, ...]:
    return (version.version, version.current, version.last_day, version.force_day, version.cause, version.reason)


def _when(rung: RungDay, today: date) -> str:
    if rung.superseded:
        return "superseded"
    if rung.date == today:
        return "today"
    return "past" if rung.date < today else "ahead"
