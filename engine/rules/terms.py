"""A deadline as it stands in a document, typed; and the last day on which a duty is still on time."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, cast

Kind = Literal["date", "month", "quarter", "year", "range", "recurring", "ongoing", "relative", "unknown"]
Bound = Literal["before", "by", "in"]
Before = Literal["strict", "inclusive"]
Roll = Literal["none", "next"]
Unit = Literal["day", "working_day", "week", "month"]

DATES = ("date", "start", "end", "until")
SHOWN = ("kind", "date", "start", "end", "bound", "rule", "reason", "suggest")
"""The fields every deadline shows in JSON; the others only where they say something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """What a deadline cell says, without judging whether it was met.

    `end` is the day as printed, before any "trước" is applied; `kind` unknown and ongoing carry no date. `rule` names
    the reading for programs, `reason` tells a person why it is not (or not fully) known, `suggest` holds days that a
    misprint may have meant. `counted` marks a term in days from an anchor, which is the only one that rolls.

    Of a recurring one: `frequency`; its `day` of the month, or `dates` (month-day) of the year; `months_on` from the
    last month of a period to that of its day ("tháng đầu quý sau" 1, "tháng đầu quý" -2); `until`, where it ends.
    """

    kind: Kind
    text: str
    date: dt.date | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    bound: Bound | None = None
    rule: str = ""
    reason: str | None = None
    suggest: tuple[dt.date, ...] = ()
    counted: bool = False
    days: int | None = None
    unit: Unit | None = None
    anchor: str | None = None
    approx: bool = False
    time: str | None = None
    frequency: str | None = None
    day: int | None = None
    month: str | None = None
    dates: tuple[str, ...] = ()
    months_on: int = 0
    until: dt.date | None = None
    then: str | None = None

    @property
    def known(self) -> bool:
        """Whether a last day can be told from this (given a calendar of working days)."""
        return self.end is not None or (self.counted and self.start is not None)


def to_json(deadline: Deadline) -> dict[str, Any]:
    """The deadline in schema truth/1; `from_json` reads it back."""
    document: dict[str, Any] = {}
    for field in fields(Deadline):
        value = getattr(deadline, field.name)
        if isinstance(value, tuple):
            value = [item.isoformat() if isinstance(item, dt.date) else item for item in value]
        elif isinstance(value, dt.date):
            value = value.isoformat()
        if field.name in SHOWN or value not in (None, False, [], ""):
            document[field.name] = value
    return document


def from_json(document: Mapping[str, Any]) -> Deadline:
    """The deadline that `to_json` wrote; keys it does not know are passed over.

    Raises:
        ValueError: a day in it is no ISO date.
        KeyError: it lacks `kind`.
    """
    known = {field.name for field in fields(Deadline)}
    values = {key: value for key, value in document.items() if key in known}
    for name in DATES:
        if values.get(name):
            values[name] = dt.date.fromisoformat(values[name])
    values["suggest"] = tuple(dt.date.fromisoformat(day) for day in values.get("suggest") or ())
    values["dates"] = tuple(values.get("dates") or ())
    values["rule"] = values.get("rule") or ""
    values["text"] = values.get("text") or ""
    values["kind"] = cast(Kind, document["kind"])
    return Deadline(**values)


def last_day(
    deadline: Deadline, *, is_working: Callable[[dt.date], bool], before: Before = "strict", roll: Roll = "none"
) -> dt.date | None:
    """The last day on time; None where the deadline has none or none is known.

    "trước ngày X" ends on X - 1, or on X where the plan takes `before` inclusively; "trước tháng X" ends on the day
    before that month begins under both; everything else ends with what is printed. A printed day stays where it is
    unless the plan sets `roll` to next; a counted term that ends on a day off always runs to the end of the next
    working day.

    Source: docs/decisions/0003-reading.md; Bộ luật Dân sự 2015, Đ147-148 for counted terms.
    """
    nominal = _nominal(deadline, before, is_working)
    if nominal is None or not (deadline.counted or roll == "next"):
        return nominal
    return next_working(nominal, is_working)


def next_working(day: dt.date, is_working: Callable[[dt.date], bool]) -> dt.date:
    """The day itself, or where it is off the first working day after it."""
    while not is_working(day):
        day += dt.timedelta(days=1)
    return day


def _nominal(deadline: Deadline, before: Before, is_working: Callable[[dt.date], bool]) -> dt.date | None:
    if deadline.counted and deadline.unit == "working_day" and deadline.start and deadline.days:
        day = deadline.start
        for _ in range(deadline.days):
            day = next_working(day + dt.timedelta(days=1), is_working)
        return day
    if deadline.end is None or deadline.kind in ("unknown", "ongoing", "recurring"):
        return None
    if deadline.bound != "before" or deadline.time:
        return deadline.end
    if deadline.kind in ("month", "quarter", "year") and deadline.start:
        return deadline.start - dt.timedelta(days=1)
    return deadline.end - dt.timedelta(days=1) if before == "strict" else deadline.end
