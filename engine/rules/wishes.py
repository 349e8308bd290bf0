"""What a recipient may wish of its mail: hours without any, what is not urgent once a week, a deputy while away.

All pure; nothing here drops a mail, it only waits or goes to another.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta

from engine.rules.ladder import Kind
from engine.rules.mail_classes import MailClass, mail_class
from engine.rules.workdays import DAY, Workdays

UNHURRIED = frozenset({"R30", "R14", "R7"})
"""Reminders that leave time enough to wait for the weekly mail."""

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Timing:
    """When a mailbox wishes its mail, and who gets it meanwhile; see `engine.models.agencies.Mailbox`."""

    mailbox: int
    gathering: str = "daily"
    weekday: int = 0
    quiet_from: time | None = None
    quiet_until: time | None = None
    absent_from: date | None = None
    absent_until: date | None = None
    deputy: int | None = None

    def absent(self, day: date) -> bool:
        """Whether it is away on that day; an end that is not known is far."""
        return self.absent_from is not None and self.absent_from <= day <= (self.absent_until or date.max)


def urgent(kind: str, rung: str | None, role: str) -> bool:
    """Whether an item must not wait for the weekly mail."""
    waits = rung in UNHURRIED or mail_class(kind, role) is MailClass.COPIES
    return not (kind == Kind.REMINDER and waits)


def gathered_up_to(day: date, weekday: int, calendar: Workdays) -> date:
    """The newest gathering day on or before `day`; what was decided up to it is told.

    The chosen weekday; where that is a day off, the working day before it in its week, or where there is none the next
    one after it.
    """
    monday = day - timedelta(days=day.weekday())
    while (found := _gathering(monday, weekday, calendar)) > day:
        monday -= WEEK
    return found


def _gathering(monday: date, weekday: int, calendar: Workdays) -> date:
    chosen = day = monday + timedelta(days=weekday)
    while day >= monday:
        if calendar.is_working(day):
            return day
        day -= DAY
    return calendar.on_or_after(chosen)


def quiet(wishes: Timing, now: time, window: tuple[time, time]) -> bool:
    """Whether no mail may go at that time. Hours that leave nothing of the window are no hours to keep."""
    begin, end = wishes.quiet_from, wishes.quiet_until
    if begin is None or end is None or begin == end:
        return False
    first, last = window
    if begin < end:
        return begin <= now < end and not begin <= first <= last < end
    return not end <= now < begin and not (first >= begin or last < end)


def stand_ins(wishes: list[Timing], day: date) -> dict[int, int]:
    """Who gets the mail of whom on that day. A deputy who is away too is none; nobody stands in for a deputy."""
    away = {one.mailbox for one in wishes if one.absent(day)}
    return {
        one.mailbox: one.deputy
        for one in wishes
        if one.mailbox in away and one.deputy is not None and one.deputy not in away
    }
