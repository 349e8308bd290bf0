"""The wishes of recipients as pure rules."""

from datetime import date, time

import pytest

from engine.rules.wishes import Timing, gathered_up_to, quiet, stand_ins, urgent
from engine.rules.workdays import Workdays

WINDOW = (time(7, 30), time(17, 0))


@pytest.mark.parametrize(
    ("kind", "rung", "role", "expected"),
    [
        ("reminder", "R30", "owner", False),
        ("reminder", "R7", "owner", False),
        ("reminder", "R3w", "owner", True),
        ("reminder", "R3w", "collaborators", False),
        ("notice", "N", "collaborators", True),
        ("escalation", "E1", "head", True),
        ("bounce", None, "coordinator", True),
    ],
)
def test_only_early_reminders_and_copies_may_wait(kind: str, rung: str | None, role: str, expected: bool) -> None:
    """What a duty rests on now goes at once."""
    assert urgent(kind, rung, role) is expected


@pytest.mark.parametrize(
    ("day", "weekday", "expected"),
    [
        (date(2020, 3, 11), 2, date(2020, 3, 11)),  # its own Wednesday
        (date(2020, 3, 10), 2, date(2020, 3, 4)),  # not come yet: last week's
        (date(2020, 3, 13), 0, date(2020, 3, 9)),
        (date(2020, 3, 6), 5, date(2020, 3, 6)),  # Saturday: the Friday before it
        (date(2020, 3, 31), 3, date(2020, 3, 26)),
        (date(2020, 4, 3), 3, date(2020, 4, 1)),  # Thursday 2/4/2020 is a day off: the Wednesday
        (date(2020, 4, 30), 0, date(2020, 4, 27)),
    ],
)
def test_the_gathering_day_is_a_working_day_of_the_week(
    calendar: Workdays, day: date, weekday: int, expected: date
) -> None:
    """The chosen weekday, or the working day before it."""
    assert gathered_up_to(day, weekday, calendar) == expected


def test_a_week_without_a_working_day_before_it_gathers_on_the_next(calendar: Workdays) -> None:
    """Tết 2020, 23/1 to 29/1: who wants Monday 27/1 gets Thursday 30/1."""
    assert gathered_up_to(date(2020, 1, 29), 0, calendar) == date(2020, 1, 20)
    assert gathered_up_to(date(2020, 1, 30), 0, calendar) == date(2020, 1, 30)


@pytest.mark.parametrize(
    ("begin", "end", "now", "expected"),
    [
        (time(12), time(14), time(11, 59), False),
        (time(12), time(14), time(12), True),
        (time(12), time(14), time(14), False),
        (time(16), time(8), time(7, 45), True),
        (time(16), time(8), time(8), False),
        (time(16), time(8), time(16, 30), True),
        (time(7), time(18), time(9), False),  # it would leave nothing of the window
        (time(18), time(17, 30), time(9), False),
        (time(7, 30), time(17), time(9), True),  # it leaves the last minute
        (time(9), time(9), time(9), False),
        (None, None, time(9), False),
    ],
)
def test_quiet_hours(begin: time | None, end: time | None, now: time, expected: bool) -> None:
    """Over midnight too; hours that cover the whole window are not kept."""
    assert quiet(Timing(1, quiet_from=begin, quiet_until=end), now, WINDOW) is expected


def test_a_deputy_gets_the_mail_unless_away_too() -> None:
    """One step only: nobody stands in for a deputy, so no circle can arise."""
    day = date(2020, 3, 3)
    away = {"absent_from": date(2020, 3, 2), "absent_until": date(2020, 3, 3)}
    assert stand_ins([Timing(1, deputy=2, **away)], day) == {1: 2}  # type: ignore[arg-type]
    assert stand_ins([Timing(1, deputy=2, **away), Timing(2, deputy=1, **away)], day) == {}  # type: ignore[arg-type]
    assert stand_ins([Timing(1, deputy=2, **away)], date(2020, 3, 4)) == {}  # type: ignore[arg-type]
    assert stand_ins([Timing(1, **away)], day) == {}  # type: ignore[arg-type]
    assert stand_ins([Timing(1, deputy=2, absent_from=day)], date(2021, 1, 1)) == {1: 2}
