"""The clock of a single installation: fires the duties at their hours, in the loop that serves the pages."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from config.schedule import DutyTimes, Schedule
from engine.clock import ZONE
from flows.environment import prepare
from flows.errand import Duties
from flows.runner import Runner
from flows.server import LocalServer

log = logging.getLogger(__name__)


def trigger(times: DutyTimes) -> BaseTrigger:
    """The hours of one duty, on Vietnam's clock."""
    return OrTrigger([CronTrigger.from_crontab(line, timezone=ZONE) for line in times.cron])


class Clock:
    """Fires the duties. One a database: two do no harm, each duty being done once by key, but no good either."""

    def __init__(self, runner: Runner, schedule: Schedule) -> None:
        self.scheduler = AsyncIOScheduler(timezone=ZONE)
        self._runner = runner
        self._schedule = schedule
        self._catching_up: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to fire, and catch up with what fell due while nothing ran."""
        for name, times in self._schedule.duties.times().items():
            self.scheduler.add_job(
                self._runner.run_duty,
                trigger(times),
                args=[name],
                id=name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=times.late_start_seconds,
            )
        self.scheduler.start()
        self._catching_up = asyncio.create_task(self._catch_up())

    async def caught_up(self) -> None:
        """Wait until what was to be done at start is done."""
        if self._catching_up:
            await self._catching_up

    async def stop(self) -> None:
        """Fire no more, and let what is under way end."""
        self.scheduler.pause()
        await self._runner.finish(self._schedule.clock.stop_wait_seconds)
        self.scheduler.shutdown(wait=False)
        if self._catching_up:
            self._catching_up.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._catching_up

    async def _catch_up(self) -> None:
        for name, times in self._schedule.duties.times().items():
            if times.at_start:
                await self._runner.run_duty(name)


@contextlib.asynccontextmanager
async def duties_running(duties: Duties, *, home: Path, schedule: Schedule) -> AsyncIterator[Runner]:
    """Everything that does the duties of a single installation: the clock and a Prefect server of its own.

    For the lifespan of the pages: it returns at once, the server comes up beside it.
    """
    prepare(home)
    server = LocalServer(home, times=schedule.prefect)
    runner = Runner(duties, server)
    clock = Clock(runner, schedule)
    server.start()
    clock.start()
    try:
        yield runner
    finally:
        await clock.stop()
        await server.stop()
