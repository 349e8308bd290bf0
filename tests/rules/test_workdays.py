"""Working days against a loop that walks day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle.ladder import is_working_day

from config.holidays import read_calendar
from engine.rules.workdays import DAY, Workdays

CALENDAR = read_calendar()
DAYS = st.one_of(
    st.dates(date(2018, 12, 1), date(2029, 2, 1)),
    st.dates(date(2020, 1, 15), date(2020, 2, 5)),  # around Tết
    st.dates(date(2021, 2, 3), date(2021, 2, 22)),
    st.dates(date(2025, 12, 25), date(2026, 1, 20)),  # around the swap of 2/1 and 10/1/2026
    st.dates(date(2026, 2, 8), date(2026, 2, 28)),
)


def walked(day: date, count: int) -> date:
    """The count-th working day from `day`, one step at a time."""
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while not CALENDAR.is_working(day):
            day += step
    return day


@given(DAYS)
def test_a_day_is_worked_as_an_independent_reading_of_the_notices_says(day: date) -> None:
    """The oracle loads the package in another way and knows the swap by itself."""
    assert CALENDAR.is_working(day) == is_working_day(day)


@given(DAYS, st.integers(-70, 70).filter(bool))
def test_shifting_is_walking(day: date, count: int) -> None:
    """wd(d, n) for both signs, over ends of years and long holidays."""
    assert CALENDAR.shift(day, count) == walked(day, count)


@given(DAYS, st.integers(1, 40))
def test_shifting_there_and_back_ends_on_the_working_day_before(day: date, count: int) -> None:
    """From a working day it is the day itself."""
    there = CALENDAR.shift(day, count)
    assert CALENDAR.shift(there, -count) == CALENDAR.on_or_before(day)


@given(DAYS, st.integers(0, 900))
def test_counting_is_counting(first: date, length: int) -> None:
    """After the first day, up to and including the last; the same with a minus the other way round."""
    last = first + timedelta(days=length)
    walked_over = [first + timedelta(days=n) for n in range(1, length + 1)]
    expected = sum(CALENDAR.is_working(day) for day in walked_over)
    assert CALENDAR.count(first, last) == expected
    assert CALENDAR.count(last, first) == -expected


@given(DAYS, st.integers(1, 60))
def test_counting_undoes_shifting(day: date, count: int) -> None:
    """The n-th working day after a day has n working days behind that day."""
    assert CALENDAR.count(day, CALENDAR.shift(day, count)) == count


@given(DAYS)
def test_on_or_before_and_on_or_after_are_the_nearest_working_days(day: date) -> None:
    """A working day is its own neighbour; from a day off nothing is worked on the way."""
    before, later = CALENDAR.on_or_before(day), CALENDAR.on_or_after(day)
    assert before <= day <= later
    assert CALENDAR.is_working(before)
    assert CALENDAR.is_working(later)
    if CALENDAR.is_working(day):
        assert before == day == later
    else:
        assert CALENDAR.count(before, later) == 1


def test_the_zeroth_working_day_is_refused() -> None:
    """It would name a day only when the day works."""
    with pytest.raises(ValueError, match="on_or_before"):
        CALENDAR.shift(date(2020, 3, 3), 0)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2020-01-23", False),  # Tết 2020: 23/1 to 29/1
        ("2020-01-30", True),
        ("2020-04-02", False),  # Giỗ Tổ
        ("2020-09-03", True),  # one day for 2/9 in 2020
        ("2025-04-26", True),  # a Saturday worked for 2/5/2025
        ("2025-05-02", False),
        ("2026-01-02", False),  # the swap that the package lacks
        ("2026-01-10", True),
        ("2026-08-22", True),
        ("2026-08-31", False),
        ("2026-11-23", True),  # only proposed as a day off, never decided
        ("2026-11-24", False),
        ("2026-11-28", False),
    ],
)
def test_published_days_off_and_swaps_are_known(day: str, works: bool) -> None:
    """Each by its notice."""
    assert CALENDAR.is_working(date.fromisoformat(day)) is works


def test_a_decision_overrides_the_package_and_leaves_the_other_days() -> None:
    """Both ways: a day made off, a day made worked."""
    calendar = Workdays({date(2020, 3, 4): False, date(2020, 3, 7): True})
    assert not calendar.is_working(date(2020, 3, 4))
    assert calendar.is_working(date(2020, 3, 7))
    assert calendar.shift(date(2020, 3, 3), 3) == date(2020, 3, 7)
    assert Workdays().shift(date(2020, 3, 3), 3) == date(2020, 3, 6)


def test_years_without_a_notice_are_provisional() -> None:
    """The package computes them without saying so; we say so."""
    assert not CALENDAR.provisional(date(2027, 12, 31))
    assert CALENDAR.provisional(date(2028, 1, 1))
