"""Periods of what comes again: their days, the day each is due, the days of their data, their names."""

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rules.periods import CLOSING_DAY, MONTHS, OFTEN, Schedule, data_days, label, period_of, periods

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


def due(schedule: Schedule, around: date, count: int = 4) -> dict[str, date]:
    """The printed days of the periods that are not over on a day, by their keys."""
    running = (period for period in periods(schedule, around) if period.last >= around)
    return {period.key: period.nominal for period in islice(running, count)}


@given(DAYS, st.sampled_from(OFTEN))
def test_a_day_lies_in_its_own_period(day: date, frequency: str) -> None:
    """Periods cover the days without gap, and their key names them."""
    key, first, last = period_of(day, frequency)
    assert first <= day <= last
    assert period_of(first, frequency) == period_of(last, frequency) == (key, first, last)
    assert period_of(last + timedelta(days=1), frequency)[0] != key


@given(DAYS, st.sampled_from(OFTEN), st.integers(1, 31), st.integers(-2, 1))
@settings(max_examples=60)
def test_periods_follow_each_other_without_gap(around: date, frequency: str, day: int, months_on: int) -> None:
    """And the first of them is over or running on the day they are asked around."""
    found = list(islice(periods(Schedule(frequency, day, months_on=months_on), around), 100))
    assert found[0].first <= around
    assert all(later.first == earlier.last + timedelta(days=1) for earlier, later in pairwise(found))
    assert all(later.nominal >= earlier.nominal for earlier, later in pairwise(found))
    assert any(period.first <= around <= period.last for period in found)


def test_the_day_lies_in_the_last_month_unless_another_is_said() -> None:
    """The twentieth of a quarter's last month, of its first, or of the month after it."""
    spring = date(2026, 4, 10)
    assert due(Schedule("quarterly", 20), spring, 2) == {"2026-Q2": date(2026, 6, 20), "2026-Q3": date(2026, 9, 20)}
    assert due(Schedule("quarterly", 5, months_on=1), spring, 1) == {"2026-Q2": date(2026, 7, 5)}
    assert due(Schedule("quarterly", 5, months_on=-2), spring, 1) == {"2026-Q2": date(2026, 4, 5)}
    assert due(Schedule("monthly", 5, months_on=1), date(2026, 12, 3), 1) == {"2026-12": date(2027, 1, 5)}


def test_the_31st_is_the_last_day_of_a_shorter_month() -> None:
    """Of February in a leap year the 29th."""
    found = due(Schedule("monthly", 31), date(2028, 1, 1), 4)
    assert list(found.values()) == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30)]


def test_printed_dates_are_the_days_of_their_periods() -> None:
    """15 June and 15 December; 10 January of the year after the one reported on."""
    twice = Schedule("half-yearly", dates=("06-15", "12-15"))
    assert due(twice, date(2026, 3, 1), 3) == {
        "2026-H1": date(2026, 6, 15),
        "2026-H2": date(2026, 12, 15),
        "2027-H1": date(2027, 6, 15),
    }
    assert due(Schedule("yearly", dates=("01-10",), months_on=1), date(2026, 3, 1), 1) == {"2026": date(2027, 1, 10)}


def test_dates_that_fit_no_frequency_are_periods_of_their_own() -> None:
    """Three days a year run from the day after the one before."""
    schedule = Schedule("yearly", dates=("03-31", "06-30", "09-30"))
    assert due(schedule, date(2026, 4, 1), 3) == {
        "2026-06-30": date(2026, 6, 30),
        "2026-09-30": date(2026, 9, 30),
        "2027-03-31": date(2027, 3, 31),
    }


def test_weeks_and_days_have_their_own_days() -> None:
    """Friday of ISO weeks, over the turn of the year; every day."""
    assert due(Schedule("weekly", 5), date(2026, 12, 31), 2) == {
        "2026-W53": date(2027, 1, 1),
        "2027-W01": date(2027, 1, 8),
    }
    assert due(Schedule("daily"), date(2026, 2, 28), 2) == {
        "2026-02-28": date(2026, 2, 28),
        "2026-03-01": date(2026, 3, 1),
    }


@pytest.mark.parametrize(
    ("frequency", "around", "data"),
    [
        ("monthly", date(2026, 4, 2), (date(2026, 3, 15), date(2026, 4, 14))),
        ("monthly", date(2026, 1, 2), (date(2025, 12, 15), date(2026, 1, 14))),
        ("quarterly", date(2026, 4, 2), (date(2026, 3, 15), date(2026, 6, 14))),
        ("half-yearly", date(2026, 4, 2), (date(2025, 12, 15), date(2026, 6, 14))),
        ("half-yearly", date(2026, 8, 2), (date(2026, 6, 15), date(2026, 12, 14))),
        ("yearly", date(2026, 8, 2), (date(2025, 12, 15), date(2026, 12, 14))),
    ],
)
def test_data_close_as_the_decree_has_it(frequency: str, around: date, data: tuple[date, date]) -> None:
    """NĐ 09/2019/NĐ-CP, Điều 12, where a person has chosen its closing day."""
    schedule = Schedule(frequency, 20, close_day=CLOSING_DAY)
    period = next(period for period in periods(schedule, around) if period.first <= around <= period.last)
    assert data_days(schedule, period, period.nominal) == data


def test_without_a_closing_day_the_days_of_the_data_are_not_guessed() -> None:
    """Those of the period where it is over when the report is due, else unknown."""
    early, late = Schedule("monthly", 14), Schedule("monthly", 5, months_on=1)
    april = [next(p for p in periods(each, date(2026, 4, 2)) if p.key == "2026-04") for each in (early, late)]
    assert data_days(early, april[0], april[0].nominal) is None
    assert data_days(late, april[1], april[1].nominal) == (date(2026, 4, 1), date(2026, 4, 30))


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("2026-04", "tháng 4/2026"),
        ("2026-Q2", "quý II/2026"),
        ("2026-H1", "6 tháng đầu năm 2026"),
        ("2026-H2", "6 tháng cuối năm 2026"),
        ("2026", "năm 2026"),
        ("2026-W07", "tuần 7/2026"),
        ("2026-06-30", "ngày 30/06/2026"),
    ],
)
def test_periods_are_named_in_words(key: str, words: str) -> None:
    """As pages and mail say them."""
    assert label(key) == words


@given(DAYS, st.sampled_from(sorted(MONTHS)))
@settings(max_examples=40)
def test_data_of_periods_lie_side_by_side(day: date, frequency: str) -> None:
    """Whatever the closing day, what one report leaves the next one has."""
    schedule = Schedule(frequency, 25, close_day=day.day)
    first, second = list(islice(periods(schedule, day), 2))
    one, two = (data_days(schedule, period, period.nominal) for period in (first, second))
    assert one
    assert two
    assert two[0] == one[1] + timedelta(days=1)
