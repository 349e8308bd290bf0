"""The default ladder with nobody acting, day by day, from the rules alone: slow, plain, blind to the product's code."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

import holidays

Duty = tuple[str, str, date]  # reference of the task, accountable agency, last day on time

Day = date  # inside Entry the field `date` hides the type
ONE_DAY = timedelta(days=1)

# Every year is loaded at once: the package knows a swapped Saturday only after its year was loaded.
VIETNAM = holidays.country_holidays("VN", years=range(2000, 2051))
EXTRA_DAYS_OFF = {date(2026, 1, 2)}  # 12729/VPCP-KGVX: Friday 2/1/2026 is off …
EXTRA_WORKING_DAYS = {date(2026, 1, 10)}  # … and Saturday 10/1/2026 is worked instead


class Rung(NamedTuple):
    """A step of one duty's ladder and the day it is dated."""

    name: str
    day: date


class Entry(NamedTuple):
    """A line the ledger must hold; `date` is the day of the sweep that writes it."""

    date: Day
    ref: str
    agency: str
    kind: str
    rung: str
    superseded: bool
    last_day: Day


def is_working_day(day: date) -> bool:
    """Say whether public offices work on that day."""
    if day in EXTRA_DAYS_OFF:
        return False
    if day in EXTRA_WORKING_DAYS:
        return True
    return VIETNAM.is_working_day(day)


def working_day_on_or_before(day: date) -> date:
    """Go back from a day off to the working day before it."""
    while not is_working_day(day):
        day -= ONE_DAY
    return day


def working_day_on_or_after(day: date) -> date:
    """Go on from a day off to the working day after it."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


def wd(day: date, n: int) -> date:
    """Return the n-th working day after that day, or before it for n < 0; the day itself never counts."""
    step = ONE_DAY if n > 0 else -ONE_DAY
    for _ in range(abs(n)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def ladder(last_day: date, force: date) -> list[Rung]:
    """List the rungs in use of a deadline that came into force on `force`, in the order of the table."""
    w0 = working_day_on_or_before(last_day)
    b = max(last_day, force)
    e3 = wd(b, 7)
    table = [
        Rung("R30", working_day_on_or_before(last_day - timedelta(days=30))),
        Rung("R14", working_day_on_or_before(last_day - timedelta(days=14))),
        Rung("R7", working_day_on_or_before(last_day - timedelta(days=7))),
        Rung("R3w", wd(w0, -3)),
        Rung("R1w", wd(w0, -1)),
        Rung("R0", w0),
        Rung("E1", wd(b, 1)),
        Rung("E2", wd(b, 3)),
        Rung("E3", e3),
    ]
    table += [Rung(f"E3.{k}", wd(e3, 5 * k)) for k in range(1, 13)]
    return [Rung("N", force)] + [rung for rung in table if rung.day > force]


def overtaken(rungs: list[Rung]) -> set[str]:
    """Name the rungs dated on or after one that stands below them in the table."""
    return {upper.name for place, upper in enumerate(rungs) for lower in rungs[place + 1 :] if upper.day >= lower.day}


def kind_of(rung: str) -> str:
    """Name the kind of entry a rung makes."""
    return {"N": "notice", "R": "reminder", "E": "escalation"}[rung[0]]


def expected(duties: Iterable[Duty], *, activated: date, until: date) -> list[Entry]:
    """Write the whole ledger from activation to `until`, both days included, if nobody ever answers.

    In order of the day, then of the duties as given, then of the table.
    """
    duties = list(duties)
    ladders = [ladder(last_day, activated) for _, _, last_day in duties]
    waiting = [list(rungs) for rungs in ladders]
    entries: list[Entry] = []

    today = activated
    while today <= until:
        if is_working_day(today):  # no sweep on a day off
            for i, (ref, agency, last_day) in enumerate(duties):
                due = [rung for rung in waiting[i] if rung.day <= today]
                waiting[i] = [rung for rung in waiting[i] if rung.day > today]
                for rung in due:
                    superseded = rung != due[-1] or rung.name in overtaken(ladders[i])
                    entries.append(Entry(today, ref, agency, kind_of(rung.name), rung.name, superseded, last_day))
        today += ONE_DAY
    return entries
