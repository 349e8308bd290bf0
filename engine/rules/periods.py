"""The periods (kỳ) of what comes again: their names, their days, the day each is due, the days its data are about."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from engine.rules.terms import Bound

MONTHS = {"monthly": 1, "quarterly": 3, "half-yearly": 6, "yearly": 12}
OFTEN = ("daily", "weekly", *MONTHS)
"""How often a duty may come again."""

ROMAN = ("I", "II", "III", "IV")
CLOSING_DAY = 14
"""The day of a period's last month on which data close for periodic reports (NĐ 09/2019/NĐ-CP, Điều 12)."""

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often a duty comes, and by which day of each period; the fields are those of `models.Recurrence`."""

    frequency: str
    day: int | None = None
    dates: tuple[str, ...] = ()
    months_on: int = 0
    bound: Bound = "by"
    close_day: int | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """One period: its key, its days, and the day printed for it (`nominal`)."""

    key: str
    first: date
    last: date
    nominal: date


def period_of(day: date, frequency: str) -> tuple[str, date, date]:
    """The calendar period around `day`: its key, its first day and its last day."""
    if frequency == "daily":
        return day.isoformat(), day, day
    if frequency == "weekly":
        year, week, weekday = day.isocalendar()
        first = day - (weekday - 1) * DAY
        return f"{year}-W{week:02d}", first, first + 6 * DAY
    months = MONTHS[frequency]
    first_month = (day.month - 1) // months * months + 1
    last_month = first_month + months - 1
    keys = {
        1: f"{day.year}-{first_month:02d}",
        3: f"{day.year}-Q{last_month // 3}",
        6: f"{day.year}-H{last_month // 6}",
    }
    return keys.get(months, str(day.year)), date(day.year, first_month, 1), _day_of(day.year, last_month, 31)


def periods(schedule: Schedule, around: date) -> Iterator[Period]:
    """Every period from the one before that around `around` on, without end, in the order of their days.

    Where several printed dates lie in one period, or one has none, each date is a period of its own, from the day after
    the date before it.
    """
    if schedule.dates and not _one_in_each(schedule):
        yield from _by_dates(schedule.dates, around)
        return
    key, first, last = period_of(_earlier(schedule, around), schedule.frequency)
    while True:
        yield Period(key, first, last, nominal_day(schedule, first, last))
        key, first, last = period_of(last + DAY, schedule.frequency)


def nominal_day(schedule: Schedule, first: date, last: date) -> date:
    """The day printed for the period from `first` to `last`; in a shorter month its last day stands for a later one."""
    if schedule.dates:
        return _date_of(schedule, first, last)
    if schedule.frequency == "daily" or schedule.day is None:
        return last
    if schedule.frequency == "weekly":
        return first + (min(schedule.day, 7) - 1) * DAY
    return _months_on(last, schedule.months_on, schedule.day)


def data_days(schedule: Schedule, period: Period, last_day: date) -> tuple[date, date] | None:
    """The days whose data a report of a period holds; None where the document leaves it open.

    With a closing day the data run from the day after the last closing to this one (NĐ 09/2019/NĐ-CP, Điều 12); without
    one they are those of the period, if it is over by the last day on time.
    """
    if schedule.close_day is not None and schedule.frequency in MONTHS and period.key == _key(schedule, period):
        before = _months_on(period.last, -MONTHS[schedule.frequency], schedule.close_day)
        return before + DAY, _months_on(period.last, 0, schedule.close_day)
    return (period.first, period.last) if last_day >= period.last else None


def label(key: str) -> str:
    """A period in words: "tháng 4/2026", "quý II/2026", "6 tháng đầu năm 2026", "năm 2026"."""
    year, _, part = key.partition("-")
    if not part:
        return f"năm {year}"
    if part[0] == "Q":
        return f"quý {ROMAN[int(part[1]) - 1]}/{year}"
    if part[0] == "H":
        return f"6 tháng {'đầu' if part == 'H1' else 'cuối'} năm {year}"
    if part[0] == "W":
        return f"tuần {int(part[1:])}/{year}"
    month, _, day = part.partition("-")
    return f"ngày {day}/{month}/{year}" if day else f"tháng {int(month)}/{year}"


def _key(schedule: Schedule, period: Period) -> str:
    return period_of(period.last, schedule.frequency)[0]


def _day_of(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def _months_on(day: date, months: int, of_month: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return _day_of(day.year + years, month + 1, of_month)


def _earlier(schedule: Schedule, around: date) -> date:
    """A day so far back that a period due after its end ("năm liền kề") is not passed over."""
    back = 366 if schedule.dates else 31 * (max(schedule.months_on, 0) + 1)
    return around - timedelta(days=back if schedule.months_on or schedule.frequency in MONTHS else 7)


def _in_year(dates: tuple[str, ...], year: int) -> list[date]:
    days = ((int(month), int(day)) for month, day in (text.split("-") for text in dates))
    return sorted(_day_of(year, month, day) for month, day in days)


def _one_in_each(schedule: Schedule) -> bool:
    """Whether every period of the year has exactly one of the dates, counted with those that are due after its end."""
    months = MONTHS.get(schedule.frequency)
    if months is None:
        return False
    held = [(day.month - 1) // months for day in _in_year(schedule.dates, 2001)]
    return sorted(held) == list(range(12 // months))


def _date_of(schedule: Schedule, first: date, last: date) -> date:
    year = last.year
    days = [day for of_year in (year, year + 1) for day in _in_year(schedule.dates, of_year)]
    if schedule.months_on > 0:
        return next(day for day in days if day > last)
    return next(day for day in days if first <= day <= last)


def _by_dates(dates: tuple[str, ...], around: date) -> Iterator[Period]:
    year, before = around.year - 1, _in_year(dates, around.year - 2)[-1]
    while True:
        for day in _in_year(dates, year):
            yield Period(day.isoformat(), before + DAY, day, day)
            before = day
        year += 1
