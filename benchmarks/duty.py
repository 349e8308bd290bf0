"""The day that is swept in the benchmarks, and by which rules."""

from datetime import date, time

from config.holidays import read_calendar
from config.policies import read_policies
from engine.clock import Moment, at
from engine.database import Database
from engine.sweep import Swept, sweep

DAY = date(2020, 6, 17)
"""A Wednesday in a week without holidays."""

BEFORE = date(2020, 6, 16)
"""The working day before it."""

FORCE = date(2019, 6, 18)
"""No deadline came into force later."""

MORNING = Moment(at(DAY, time(7, 0)), at(DAY, time(7, 0)))
POLICY = read_policies()["default"]
CALENDAR = read_calendar()


def sweep_day(database: Database) -> Swept:
    """The sweep of `DAY` in a transaction of its own."""
    with database.write() as session:
        return sweep(session, MORNING, policy=POLICY, calendar=CALENDAR)
