"""The ladder of a duty: which rung falls on which day, and for a day which last days fire.

A rung's date is a function of the calendar alone, so it can be read both ways: `steps` for one duty (the `why` page),
`firings` for a day (the sweep). A property test holds the two against each other.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from engine.rules.workdays import DAY, Workdays


class Kind(StrEnum):
    """What an entry of the ladder is."""

    NOTICE = "notice"
    REMINDER = "reminder"
    ESCALATION = "escalation"


class Anchor(StrEnum):
    """The day of a duty from which a rung is counted."""

    FORCE = "force_day"  # F, the day its deadline version came into force
    LAST_DAY = "last_day"  # calendar days before it; a day off: the working day before
    LAST_WORKDAY = "last_workday"  # W0, the last working day on or before last_day
    LATE = "late_from"  # B, the later of last_day and F
    SUBMITTED = "submitted_day"  # the day it was submitted, while it waits for confirmation


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: its name, what it is, where it is counted from (`offset` in days or working days), who gets it."""

    name: str
    kind: Kind
    anchor: Anchor
    offset: int
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A ladder with its holds. Rungs in the order of the table; every number is data (`config/policies.toml`)."""

    name: str
    rungs: tuple[Rung, ...]
    ack_from: str = "E1"
    ack_workdays: int = 3
    ack_limit: int = 2
    bounce_workdays: int = 3
    confirm_after: int = 3
    confirm_supervisor_from: int = 7

    def rank(self, name: str) -> int:
        """The place of a rung in the table, from 0; -1 for one that is not in it."""
        return next((place for place, rung in enumerate(self.rungs) if rung.name == name), -1)


@dataclass(frozen=True, slots=True)
class Step:
    """A rung on a day of one duty. `superseded`: written, but a later rung has taken its place."""

    rung: Rung
    date: dt.date
    superseded: bool


@dataclass(frozen=True, slots=True)
class Firing:
    """What a sweep turns into rows: duties whose `anchor` day lies in `first`…`last` have this rung on `date`.

    Of a deadline there is one firing for each day, so that the sweep can look the days up; only what waits for
    confirmation spans many.

    `superseded_before`: where the duty's day of force lies before it, a rung further down is dated no later.
    """

    rung: str
    rank: int
    kind: Kind
    anchor: Anchor
    first: dt.date
    last: dt.date
    date: dt.date
    to: tuple[str, ...]
    superseded_before: dt.date | None = None


def date_of(rung: Rung, last_day: dt.date, force_day: dt.date, calendar: Workdays) -> dt.date:
    """The date of a rung for a duty, as the table of the ladder says."""
    match rung.anchor:
        case Anchor.FORCE:
            return force_day
        case Anchor.LAST_DAY:
            return calendar.on_or_before(last_day + dt.timedelta(days=rung.offset))
        case Anchor.LAST_WORKDAY:
            last_workday = calendar.on_or_before(last_day)
            return calendar.shift(last_workday, rung.offset) if rung.offset else last_workday
        case Anchor.LATE:
            return calendar.shift(max(last_day, force_day), rung.offset)
        case Anchor.SUBMITTED:
            raise ValueError(f"{rung.name} is counted from a submission, not from a deadline")


def steps(policy: Policy, last_day: dt.date, force_day: dt.date, calendar: Workdays) -> list[Step]:
    """Every rung one duty uses, in the order of the table, with those that a later one supersedes marked.

    A rung dated on or before the day of force is not used, and supersedes nothing.
    """
    dated = [(rung, date_of(rung, last_day, force_day, calendar)) for rung in policy.rungs]
    used = [(rung, day) for rung, day in dated if rung.anchor is Anchor.FORCE or day > force_day]
    return [
        Step(rung, day, any(later <= day for _, later in used[place + 1 :])) for place, (rung, day) in enumerate(used)
    ]


def firings(policy: Policy, since: dt.date, today: dt.date, calendar: Workdays) -> list[Firing]:
    """What fires on the days `since`…`today`, both included, in the order of days and of the table."""
    found: list[Firing] = []
    day = since
    while day <= today:
        for rank, rung in enumerate(policy.rungs):
            found.extend(_firings_of(policy, rank, rung, day, calendar))
        day += DAY
    return found


def _firings_of(policy: Policy, rank: int, rung: Rung, day: dt.date, calendar: Workdays) -> Iterator[Firing]:
    if rung.anchor is Anchor.FORCE:
        yield Firing(rung.name, rank, rung.kind, rung.anchor, day, day, day, rung.to)
        return
    if not calendar.is_working(day):
        return
    if rung.anchor is Anchor.LATE:
        first, last = _same_workday(calendar.shift(day, -rung.offset), calendar)
        while first <= last:
            yield Firing(rung.name, rank, rung.kind, rung.anchor, first, first, day, rung.to)
            first += DAY
        return
    if rung.anchor is Anchor.LAST_DAY:
        first, last = (end - dt.timedelta(days=rung.offset) for end in _same_workday(day, calendar))
    else:
        first, last = _same_workday(calendar.shift(day, -rung.offset) if rung.offset else day, calendar)
    while first <= last:
        overtaken = _overtaken(policy, rank, first, day, calendar)
        yield Firing(rung.name, rank, rung.kind, Anchor.LAST_DAY, first, first, day, rung.to, overtaken)
        first += DAY


def _same_workday(workday: dt.date, calendar: Workdays) -> tuple[dt.date, dt.date]:
    """The days whose last working day is `workday`: itself and the days off that follow it."""
    return workday, calendar.shift(workday, 1) - DAY


def _overtaken(policy: Policy, rank: int, last_day: dt.date, day: dt.date, calendar: Workdays) -> dt.date | None:
    """The latest date, not after `day`, of the rungs below that count from the last day."""
    below = (r for r in policy.rungs[rank + 1 :] if r.anchor in (Anchor.LAST_DAY, Anchor.LAST_WORKDAY))
    dates = [date_of(rung, last_day, last_day, calendar) for rung in below]
    return max((d for d in dates if d <= day), default=None)


def waiting(policy: Policy, today: dt.date, calendar: Workdays) -> list[Firing]:
    """What a working day says of submissions that wait for confirmation: daily to the coordinator, then further up.

    The rung carries the day (`C2020-05-04`, `CS2020-05-04` where the supervisor hears of it too), for the wait has no
    end; two names, because a rung's name says who gets it. On a day off nothing fires.
    """
    if not calendar.is_working(today):
        return []
    first = dt.date(1900, 1, 1)
    late = _same_workday(calendar.shift(today, -policy.confirm_supervisor_from), calendar)[1]
    early = _same_workday(calendar.shift(today, -(policy.confirm_after + 1)), calendar)[1]
    rank, one, both = len(policy.rungs), ("coordinator",), ("coordinator", "supervisor")
    return [
        Firing(f"CS{today.isoformat()}", rank, Kind.ESCALATION, Anchor.SUBMITTED, first, late, today, both),
        Firing(f"C{today.isoformat()}", rank, Kind.REMINDER, Anchor.SUBMITTED, late + DAY, early, today, one),
    ]
