"""The distributed case: schedules and runs are a far Prefect server's, and workers share the work."""

import os
from pathlib import Path

from config.schedule import DutyTimes, Schedule
from engine.clock import ZONE
from flows.duties import FLOWS

# isort: split
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType
from prefect.workers.process import ProcessWorker

ONE_AT_A_TIME = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)


async def work(*, home: Path, schedule: Schedule, pool: str = "dondoc", once: bool = False) -> None:
    """Bring the deployments in step with the schedule, then take up runs until stopped.

    PREFECT_API_URL names the server. Any number of workers may do this; each run is a process of its own, which
    assembles its installation from the environment.
    """
    os.environ["DONDOC_HOME"] = str(home.absolute())  # runs begin in a temporary folder
    worker = ProcessWorker(work_pool_name=pool)
    async with worker:  # makes the pool where there is none
        for name, times in schedule.duties.times().items():
            await _deploy(name, times, pool=pool)
    await ProcessWorker(work_pool_name=pool).start(run_once=once)


async def _deploy(name: str, times: DutyTimes, *, pool: str) -> None:
    deployment = await FLOWS[name].ato_deployment(
        pool,
        schedules=[Cron(line, timezone=ZONE.key) for line in times.cron],
        concurrency_limit=ONE_AT_A_TIME,
        work_pool_name=pool,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    await deployment.aapply()
