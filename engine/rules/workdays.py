"""Working days (ngày làm việc) of a Vietnamese state office.

The `holidays` package knows the statutory days and most of the yearly swaps (hoán đổi); `config/holidays.toml` adds
what the published notices say and the package lacks, each line with its source.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import holidays

DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def _working_of_package(year: int) -> tuple[date, ...]:
    vietnam = holidays.country_holidays("VN", years=(year - 1, year, year + 1))
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    return tuple(day for day in days if vietnam.is_working_day(day))


@dataclass(frozen=True)
class Workdays:
    """A calendar: the package's days with dated decisions laid over them.

    Attributes:
        decisions: day → True where a notice makes it a working day, False where it makes it a day off.
        confirmed_through: the last year whose notice has been published; later years are provisional.
        version: names the calendar wherever a date is explained.
    """

    decisions: Mapping[date, bool] = field(default_factory=dict)
    confirmed_through: int = 9998
    version: str = "VN"
    _years: dict[int, tuple[date, ...]] = field(default_factory=dict, compare=False, repr=False)

    def _working(self, year: int) -> tuple[date, ...]:
        if year not in self._years:
            days = set(_working_of_package(year))
            for day, works in self.decisions.items():
                if day.year == year:
                    (days.add if works else days.discard)(day)
            self._years[year] = tuple(sorted(days))
        return self._years[year]

    def is_working(self, day: date) -> bool:
        """Whether offices work that day."""
        days = self._working(day.year)
        place = bisect_left(days, day)
        return place < len(days) and days[place] == day

    def on_or_before(self, day: date) -> date:
        """The last working day that is not after `day`."""
        return day if self.is_working(day) else self.shift(day, -1)

    def on_or_after(self, day: date) -> date:
        """The first working day that is not before `day`."""
        return day if self.is_working(day) else self.shift(day, 1)

    def shift(self, day: date, count: int) -> date:
        """`wd(day, count)`: the count-th working day after `day`, before it where `count` is negative.

        Raises:
            ValueError: `count` is 0, which would name a day only when `day` works.
        """
        if count == 0:
            raise ValueError("wd(day, 0) is not defined: use on_or_before")
        year, days = day.year, self._working(day.year)
        place = bisect_right(days, day) + count - 1 if count > 0 else bisect_left(days, day) + count
        while place >= len(days):
            place -= len(days)
            year += 1
            days = self._working(year)
        while place < 0:
            year -= 1
            days = self._working(year)
            place += len(days)
        return days[place]

    def count(self, first: date, last: date) -> int:
        """How many working days lie after `first` up to and including `last`; negative where `last` is earlier."""
        if last < first:
            return -self.count(last, first)
        total = -bisect_right(self._working(first.year), first)
        for year in range(first.year, last.year):
            total += len(self._working(year))
        return total + bisect_right(self._working(last.year), last)

    def provisional(self, day: date) -> bool:
        """Whether that day's year still waits for its notice."""
        return day.year > self.confirmed_through
