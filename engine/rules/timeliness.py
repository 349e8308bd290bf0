"""Timeliness (tình trạng thời hạn): computed for any day asked, never stored."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.rules.states import State


class Timeliness(StrEnum):
    """How a duty stands against its deadline on a day."""

    NOT_DUE = "not_due"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    NO_DEADLINE = "no_deadline"
    UNCLEAR = "unclear"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


FOUR = {
    Timeliness.DONE_ON_TIME: "done_on_time",
    Timeliness.DONE_LATE: "done_late",
    Timeliness.NOT_DUE: "open_in_term",
    Timeliness.DUE_SOON: "open_in_term",
    Timeliness.OVERDUE: "open_overdue",
}
"""The official four-way class (BC 1270/BC-TCTTTg, 2017); what is missing here stands apart."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an assignment on the day asked.

    Attributes:
        last_day: the last day on time of the version in force; None where none is known.
        soon_from: the date of its R7 rung.
        submitted_day: the day of the submission that waits, or that was later confirmed.
        last_day_at_submission: the last day in force on that day.
    """

    state: State
    unclear: bool
    last_day: date | None
    soon_from: date | None = None
    submitted_day: date | None = None
    last_day_at_submission: date | None = None


def timeliness(facts: Facts, day: date) -> Timeliness:
    """How the duty stands on `day`."""
    if facts.state is State.CANCELLED:
        return Timeliness.CANCELLED
    if facts.unclear:
        return Timeliness.UNCLEAR
    if facts.state is State.SUSPENDED:
        return Timeliness.SUSPENDED
    limit = facts.last_day_at_submission or facts.last_day
    if facts.state is State.COMPLETED:
        on_time = limit is None or (facts.submitted_day or day) <= limit
        return Timeliness.DONE_ON_TIME if on_time else Timeliness.DONE_LATE
    if limit is None:
        return Timeliness.NO_DEADLINE
    if facts.state is State.SUBMITTED and facts.submitted_day:
        return Timeliness.OVERDUE if facts.submitted_day > limit else Timeliness.NOT_DUE
    if day > limit:
        return Timeliness.OVERDUE
    return Timeliness.DUE_SOON if facts.soon_from and day >= facts.soon_from else Timeliness.NOT_DUE
