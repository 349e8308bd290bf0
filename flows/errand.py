"""One run of one duty: done once, recorded once, whoever started it."""

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from typing import Protocol

from engine.clock import real_now
from engine.errors import RefusedError

LONGEST_ERROR = 1000


class Duties(Protocol):
    """An installation, as far as flows know it."""

    def now(self) -> datetime:
        """The business time."""

    async def perform(self, name: str, now: datetime) -> dict[str, int]:
        """Do the duty of that name as at `now`; how many of what it did."""

    def record_run(
        self,
        *,
        duty: str,
        via: str,
        started: datetime,
        finished: datetime,
        counts: dict[str, int],
        error: str | None,
    ) -> None:
        """Keep the run for `dondoc doctor` and `/readyz`."""


class Errand:
    """A duty to be done and recorded, through Prefect or directly."""

    def __init__(self, duties: Duties, name: str) -> None:
        self.name = name
        self.begun = False
        self.counts: dict[str, int] | None = None
        self._duties = duties

    async def perform(self, now: str | None, *, via: str) -> dict[str, int]:
        """Do the duty as at `now` (ISO text; None asks the installation), and record how it went.

        The record is written here, inside the flow: what Prefect loses afterwards is only Prefect's.
        """
        if self.begun:
            raise RefusedError(f"This run of {self.name} was begun already; start a new one")
        self.begun = True
        started = real_now()
        try:
            moment = datetime.fromisoformat(now) if now else self._duties.now()
            self.counts = await self._duties.perform(self.name, moment)
        except Exception as fault:
            await self._record(started, via=via, error=f"{type(fault).__name__}: {fault}"[:LONGEST_ERROR])
            raise
        await self._record(started, via=via, error=None)
        return self.counts

    async def _record(self, started: datetime, *, via: str, error: str | None) -> None:
        def write() -> None:
            self._duties.record_run(
                duty=self.name,
                via=via,
                started=started,
                finished=real_now(),
                counts=self.counts or {},
                error=error,
            )

        await asyncio.to_thread(write)  # waiting for the database must not stop the pages


def _assembled() -> Duties:
    """The installation that the environment of this process describes."""
    from config.assembly import assemble  # noqa: PLC0415 - only a worker's process needs it

    installation: Duties = assemble()
    return installation


ERRAND: ContextVar[Errand | None] = ContextVar("errand", default=None)
"""The errand of the flow run in this very process; a worker's process has none."""

PROVIDE: ContextVar[Callable[[], Duties]] = ContextVar("provide", default=_assembled)
"""Where a worker's process finds its installation."""


def current(name: str) -> Errand:
    """The errand at hand, or in a worker's process a new one on an installation of its own."""
    return ERRAND.get() or Errand(PROVIDE.get()(), name)
