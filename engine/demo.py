"""Moves the clock of a demo: every day passed is lived through by the live duties, then the clock is set."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlmodel import Session

from engine.clock import MORNING, at
from engine.database import Database
from engine.delivery import WINDOW
from engine.errors import BadInputError
from engine.rules.workdays import DAY

HOURS = (("open_recurring", time(6, 30)), ("daily_sweep", time(7, 0)))
"""The duties of a day before its mail, in their order, with the hour that each is done at."""

MOST_DAYS = 31


@dataclass(frozen=True)
class Moving:
    """What a move works with, put together by a door.

    Attributes:
        do: does one duty by its name as at a moment; the same that the clock of an installation calls.
        set_clock: writes the demo's clock, and refuses where the database is no demo.
        mail_at: the hour from which mail may leave.
    """

    database: Database
    do: Callable[[str, datetime], dict[str, int]]
    set_clock: Callable[[Session, datetime], None]
    mail_at: time = WINDOW[0]


@dataclass(frozen=True)
class Moved:
    """What happened on the way: days passed, log entries written, messages sent, and the new time."""

    days: int
    entries: int
    messages: int
    now: datetime


def advance(moving: Moving, start: datetime, days: int) -> Moved:
    """Let `days` days pass from `start`; after each one the clock stands at 08:00 of it.

    A move that is broken off leaves the clock on the last whole day; doing a day again changes nothing.

    Raises:
        BadInputError: `days` is not between 1 and a month.
        RefusedError: the database is no demo.
    """
    if not 1 <= days <= MOST_DAYS:
        raise BadInputError(f"A demo moves by 1 to {MOST_DAYS} days at a time.")
    entries = messages = 0
    day = start.date()
    for _ in range(days):
        day += DAY
        counts = live(moving.do, day, mail_at=moving.mail_at)
        entries += counts["entries"]
        messages += counts["messages"]
        with moving.database.write() as session:
            moving.set_clock(session, at(day, MORNING))
    moving.do("publish_feeds", at(day, MORNING))
    return Moved(days, entries, messages, at(day, MORNING))


def live(do: Callable[[str, datetime], dict[str, int]], day: date, *, mail_at: time = WINDOW[0]) -> dict[str, int]:
    """Do all duties of one day at their hours; how many entries were written and messages sent."""
    done = {name: do(name, at(day, hour)) for name, hour in (*HOURS, ("deliver_outbox", mail_at))}
    return {"entries": done["daily_sweep"].get("entries", 0), "messages": done["deliver_outbox"].get("sent", 0)}
