"""What ought to have happened by now, from the schedule and the hours of mail: for `/readyz` and the doctor."""

from datetime import datetime, timedelta

from apscheduler.triggers.base import BaseTrigger

from config.assembly import Installation
from config.schedule import Schedule
from engine.health import Expected
from flows.clock import trigger

LOOKS_BACK = (timedelta(hours=2), timedelta(days=2), timedelta(days=40))
"""Tried in turn: a cron line tells only its next moment, and one of every five minutes has thousands in a month."""


def expected(installation: Installation, schedule: Schedule, *, since: datetime | None = None) -> Expected:
    """What ought to have happened by now; `since` is when the asking server began."""
    now = installation.clock.real()
    turns = {
        name: last_turn(trigger(times), now - timedelta(seconds=times.late_start_seconds))
        for name, times in schedule.duties.times().items()
    }
    settings = installation.settings
    return Expected(
        turns,
        installation.calendar,
        settings.mail.window,
        since,
        watched=installation.way_back,
        wanted=settings.smtp is not None and not installation.demo,
        canary=settings.bounces.canary,
    )


def last_turn(times: BaseTrigger, until: datetime) -> datetime | None:
    """The newest moment of a trigger before `until`; None where forty days have none."""
    for back in LOOKS_BACK:
        found: datetime | None = None
        turn: datetime | None = times.get_next_fire_time(None, until - back)
        while turn is not None and turn < until:
            found, turn = turn, times.get_next_fire_time(turn, turn + timedelta(microseconds=1))
        if found is not None:
            return found
    return None
