"""The clock fires the duties, catches up at start and stops without losing one."""

import asyncio
import os
from datetime import datetime
from pathlib import Path

import pytest
from recording_duties import RecordingDuties

from config.schedule import Schedule
from engine.clock import real_now
from flows.clock import Clock, duties_running
from flows.runner import Runner


class Away:
    """A server that is not up."""

    address = None


class WaitingDuties(RecordingDuties):
    """Tells when it was asked, and waits to be let go."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.go = asyncio.Event()

    async def perform(self, name: str, now: datetime) -> dict[str, int]:
        """Do it when let go."""
        self.asked.set()
        await self.go.wait()
        return await super().perform(name, now)


def without_catch_up(schedule: Schedule) -> Schedule:
    """The same hours, nothing at start."""
    duties = {name: times.model_copy(update={"at_start": False}) for name, times in schedule.duties.times().items()}
    return schedule.model_copy(update={"duties": schedule.duties.model_copy(update=duties)})


async def test_the_clock_fires_a_duty_at_its_hour(schedule: Schedule) -> None:
    """The hour is moved to now; what is fired is the job as scheduled."""
    duties = WaitingDuties()
    clock = Clock(Runner(duties, Away()), without_catch_up(schedule))
    clock.start()
    clock.scheduler.modify_job("daily_sweep", next_run_time=real_now())
    await asyncio.wait_for(duties.asked.wait(), 10)
    duties.go.set()
    await clock.stop()
    assert [run["duty"] for run in duties.runs] == ["daily_sweep"]


async def test_each_duty_is_caught_up_at_start_in_order(schedule: Schedule) -> None:
    """What the sweep writes is delivered by the same start."""
    duties = WaitingDuties()
    duties.go.set()
    runner = Runner(duties, Away())
    clock = Clock(runner, schedule)
    clock.start()
    await asyncio.wait_for(clock.caught_up(), 10)
    await clock.stop()
    names = [run["duty"] for run in duties.runs]
    assert names == ["open_recurring", "daily_sweep", "publish_feeds", "deliver_outbox", "take_bounces"]


async def test_a_duty_under_way_ends_before_the_clock_has_stopped(schedule: Schedule) -> None:
    """A restart does not cut a delivery short."""
    duties = WaitingDuties()
    clock = Clock(Runner(duties, Away()), without_catch_up(schedule))
    clock.start()
    clock.scheduler.modify_job("deliver_outbox", next_run_time=real_now())
    await asyncio.wait_for(duties.asked.wait(), 10)
    stopping = asyncio.create_task(clock.stop())
    await asyncio.sleep(0)
    duties.go.set()
    await asyncio.wait_for(stopping, 10)
    assert [run["duty"] for run in duties.runs] == ["deliver_outbox"]


async def test_a_duty_that_hangs_does_not_hold_the_stop(schedule: Schedule) -> None:
    """After the wait of the schedule it is left; its leases run out and the next start makes it good."""
    duties = WaitingDuties()
    hasty = schedule.model_copy(update={"clock": schedule.clock.model_copy(update={"stop_wait_seconds": 0.05})})
    clock = Clock(Runner(duties, Away()), hasty)
    clock.start()
    await asyncio.wait_for(duties.asked.wait(), 10)
    await asyncio.wait_for(clock.stop(), 10)
    assert duties.runs == []


async def test_every_duty_has_its_job(schedule: Schedule) -> None:
    """One at a time, missed hours taken together, each as late as the schedule allows."""
    clock = Clock(Runner(RecordingDuties(), Away()), without_catch_up(schedule))
    clock.start()
    jobs = {job.id: (job.coalesce, job.max_instances, job.misfire_grace_time) for job in clock.scheduler.get_jobs()}
    await clock.stop()
    assert jobs == {
        "open_recurring": (True, 1, 3600),
        "daily_sweep": (True, 1, 43200),
        "publish_feeds": (True, 1, 300),
        "deliver_outbox": (True, 1, 300),
        "take_bounces": (True, 1, 300),
    }


def children() -> set[str]:
    """The process ids of this process's children."""
    return set(Path("/proc/self/task", str(os.getpid()), "children").read_text(encoding="ascii").split())


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc on this system to see children in")
async def test_duties_run_before_prefect_is_up(schedule: Schedule, tmp_path: Path) -> None:
    """Start-up waits for no server, and leaves no process behind when it ends at once."""
    duties = WaitingDuties()
    duties.go.set()
    before = children()
    async with duties_running(duties, home=tmp_path, schedule=schedule):
        await asyncio.wait_for(duties.asked.wait(), 10)
        assert len(children() - before) == 1
    assert set(duties.ways) == {"direct"}
    assert children() == before
