"""The only place that reads the time.

Rules take `today` or `at`; a door asks a `Clock` once per operation and passes the answer on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""Vietnam's one time zone, UTC+7 all year."""

MORNING = time(8, 0)
"""The hour taken for a day given without one."""


def real_now() -> datetime:
    """The machine's time, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on Vietnam's clock.

    Raises:
        ValueError: `moment` carries no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment} carries no time zone")
    return moment.astimezone(ZONE)


def at(day: date, hour: time = MORNING) -> datetime:
    """That hour of that day in Vietnam, aware."""
    return datetime.combine(day, hour, tzinfo=ZONE)


def parse_moment(text: str) -> datetime:
    """`YYYY-MM-DD` (08:00 that day) or `YYYY-MM-DDTHH:MM`, taken as Vietnam's time.

    Raises:
        ValueError: the text is neither.
    """
    moment = datetime.fromisoformat(text)
    if "T" not in text and " " not in text:
        return at(moment.date())
    return moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment.astimezone(ZONE)


@dataclass(frozen=True, slots=True)
class Moment:
    """One reading of the clock, passed through an operation.

    Attributes:
        now: the business time, by which duties are judged; aware, in Vietnam's zone.
        real: the machine's time, in UTC.
    """

    now: datetime
    real: datetime

    @property
    def today(self) -> date:
        """The business day."""
        return self.now.date()


class Clock:
    """Tells the time by which duties are judged, and the real time beside it.

    The two differ under `--as-of`, in a simulation and in a demo database; leases and the ledger's `at` always use
    the real one.
    """

    def __init__(self, read: Callable[[], datetime] = real_now, real: Callable[[], datetime] = real_now) -> None:
        self._read = read
        self._real = real

    def now(self) -> datetime:
        """The business time, aware, in Vietnam's zone."""
        return local(self._read())

    def moment(self) -> Moment:
        """Both times, read once."""
        return Moment(self.now(), self.real())

    def real(self) -> datetime:
        """The machine's time, aware, in UTC."""
        return self._real()


def stopped(moment: datetime) -> Clock:
    """A clock that stands at `moment`."""
    return Clock(lambda: moment)
