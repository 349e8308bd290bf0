"""Timeliness: how a duty stands on any day asked."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.states import OPEN, State
from engine.rules.timeliness import FOUR, Facts, Timeliness, timeliness

LAST = date(2020, 5, 14)
SOON = date(2020, 5, 7)  # its R7
BEFORE, AFTER = LAST - timedelta(days=1), LAST + timedelta(days=1)


@pytest.mark.parametrize("state", sorted(OPEN))
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2020, 3, 3), "not_due"),
        (SOON - timedelta(days=1), "not_due"),
        (SOON, "due_soon"),
        (LAST, "due_soon"),
        (AFTER, "overdue"),
        (date(2021, 1, 1), "overdue"),
    ],
)
def test_an_open_duty_is_due_soon_from_r7_and_overdue_from_the_day_after_the_last(
    state: State, day: date, expected: str
) -> None:
    """last_day itself is on time, last_day + 1 is overdue."""
    assert timeliness(Facts(state, unclear=False, last_day=LAST, soon_from=SOON), day) == expected


@pytest.mark.parametrize(("submitted", "expected"), [(BEFORE, "not_due"), (LAST, "not_due"), (AFTER, "overdue")])
@pytest.mark.parametrize("day", [AFTER, date(2020, 12, 31)])
def test_what_waits_for_confirmation_is_judged_by_the_day_of_its_submission(
    submitted: date, expected: str, day: date
) -> None:
    """However long the confirmation takes, the agency does not become late by it."""
    facts = Facts(State.SUBMITTED, unclear=False, last_day=LAST, soon_from=SOON, submitted_day=submitted)
    assert timeliness(facts, day) == expected


@pytest.mark.parametrize(
    ("submitted", "in_force_then", "expected"),
    [
        (LAST, LAST, "done_on_time"),
        (AFTER, LAST, "done_late"),
        (AFTER, AFTER, "done_on_time"),  # the deadline had been moved before the submission
        (AFTER, BEFORE, "done_late"),  # it was moved only afterwards: that does not mend it
    ],
)
def test_what_is_done_is_judged_by_the_last_day_in_force_on_the_day_of_submission(
    submitted: date, in_force_then: date, expected: str
) -> None:
    """A later version of the deadline changes nothing."""
    later = date(2020, 12, 31)
    facts = Facts(
        State.COMPLETED, unclear=False, last_day=later, submitted_day=submitted, last_day_at_submission=in_force_then
    )
    assert timeliness(facts, later) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(State.ASSIGNED, unclear=False, last_day=None), "no_deadline"),
        (Facts(State.SUBMITTED, unclear=False, last_day=None, submitted_day=LAST), "no_deadline"),
        (Facts(State.COMPLETED, unclear=False, last_day=None, submitted_day=LAST), "done_on_time"),
        (Facts(State.ASSIGNED, unclear=True, last_day=None), "unclear"),
        (Facts(State.IN_PROGRESS, unclear=True, last_day=LAST), "unclear"),
        (Facts(State.SUSPENDED, unclear=False, last_day=LAST), "suspended"),
        (Facts(State.CANCELLED, unclear=True, last_day=LAST), "cancelled"),
    ],
)
def test_what_has_no_deadline_or_rests_stands_apart(facts: Facts, expected: str) -> None:
    """Outside the official four, on whatever day."""
    assert timeliness(facts, date(2020, 12, 31)) == expected


def test_the_official_four_hold_what_has_a_deadline_and_runs_or_is_done() -> None:
    """Done on time, done late, open in term, open overdue; the rest is counted apart."""
    assert set(FOUR.values()) == {"done_on_time", "done_late", "open_in_term", "open_overdue"}
    assert set(Timeliness) - set(FOUR) == {"no_deadline", "unclear", "suspended", "cancelled"}


@given(
    st.sampled_from(sorted(OPEN)),
    st.dates(date(2019, 1, 1), date(2027, 12, 31)),
    st.integers(0, 40),
    st.dates(date(2019, 1, 1), date(2027, 12, 31)),
)
def test_an_open_duty_never_gets_better_with_time(state: State, last: date, lead: int, day: date) -> None:
    """not_due, then due_soon, then overdue: a day later it is the same or worse."""
    order = ["not_due", "due_soon", "overdue"]
    facts = Facts(state, unclear=False, last_day=last, soon_from=last - timedelta(days=lead))
    today, tomorrow = (order.index(timeliness(facts, d)) for d in (day, day + timedelta(days=1)))
    assert today <= tomorrow
