"""Runs one duty: through Prefect while it answers, directly while it does not."""

import asyncio
import contextlib
import importlib
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable

from flows.errand import Duties, Errand
from flows.server import Prefect

log = logging.getLogger(__name__)


class Runner:
    """Does duties one after another of their name; a reminder never depends on Prefect being up."""

    def __init__(self, duties: Duties, prefect: Prefect) -> None:
        self._duties = duties
        self._prefect = prefect
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def run_duty(self, name: str) -> Errand:
        """Do the duty once, and tell how it went; its fault is recorded and logged, not raised."""
        errand = Errand(self._duties, name)
        async with self._turns[name]:
            await self._attempt(self._through_prefect, errand)
            if not errand.begun:
                await self._attempt(self._directly, errand)
        return errand

    async def finish(self, within: float) -> None:
        """Let the duties under way end, for so many seconds at most; none begins afterwards."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                for turn in list(self._turns.values()):
                    await turn.acquire()

    async def _attempt(self, way: Callable[[Errand], Awaitable[None]], errand: Errand) -> None:
        try:
            await way(errand)
        except Exception as fault:  # the door: no duty and no library may stop the clock
            if not errand.begun:
                log.warning("Prefect did not take %s, it is done directly (%r)", errand.name, fault)
            elif errand.counts is not None:
                log.warning("%s was done, but the books on it are not complete (%r)", errand.name, fault)
            else:
                log.error("%s failed", errand.name, exc_info=fault)

    async def _through_prefect(self, errand: Errand) -> None:
        if address := self._prefect.address:
            # Importing Prefect takes seconds: here it keeps neither the pages nor a direct run waiting.
            flows = await asyncio.to_thread(importlib.import_module, "flows.duties")
            await flows.through_prefect(errand, self._duties.now().isoformat(), address=address)

    async def _directly(self, errand: Errand) -> None:
        await errand.perform(None, via="direct")
