"""How a duty is run and recorded, with and without a Prefect that answers."""

import asyncio
import importlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from recording_duties import NOW, RecordingDuties

from engine.errors import UnavailableError
from flows.errand import PROVIDE, Errand
from flows.runner import Runner
from flows.server import Address, RemoteServer


class Away:
    """A server that is not up."""

    address = None


@pytest.fixture
def through(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Replace the way through Prefect by one that does the duty or not, and then fails."""

    def replace(*, does: bool, then: Exception) -> None:
        async def stand_in(errand: Errand, now: str, *, address: Address) -> None:
            if does:
                await errand.perform(now, via="prefect")
            raise then

        monkeypatch.setattr("flows.duties.through_prefect", stand_in)

    return replace


SOMEWHERE = RemoteServer("http://127.0.0.1:9/api")


@asynccontextmanager
async def mute_server() -> AsyncIterator[RemoteServer]:
    """A server that takes connections and never says a word."""
    closing = asyncio.Event()

    async def listen(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await closing.wait()
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        yield RemoteServer(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api")
        closing.set()


async def test_a_duty_goes_directly_while_prefect_is_away(duties: RecordingDuties) -> None:
    """The record says by which way, when and how many."""
    errand = await Runner(duties, Away()).run_duty("daily_sweep")
    assert duties.performed == [("daily_sweep", NOW)]
    [run] = duties.runs
    assert (run["duty"], run["via"], run["counts"], run["error"]) == ("daily_sweep", "direct", {"done": 1}, None)
    assert run["started"] <= run["finished"]
    assert errand.counts == {"done": 1}


async def test_the_records_times_are_real_while_the_duty_goes_by_business_time(duties: RecordingDuties) -> None:
    """A demo clock in 2020 does not date the runs of today."""
    await Runner(duties, Away()).run_duty("daily_sweep")
    assert duties.runs[0]["started"].year > duties.performed[0][1].year


async def test_a_fault_in_a_duty_is_recorded_and_not_raised(
    duties: RecordingDuties, caplog: pytest.LogCaptureFixture
) -> None:
    """The clock goes on, the next run is tried, and the log tells where it broke."""
    duties.fault = UnavailableError("The mail server does not answer")
    runner = Runner(duties, Away())
    await runner.run_duty("deliver_outbox")
    duties.fault = None
    await runner.run_duty("deliver_outbox")
    assert [run["error"] for run in duties.runs] == ["UnavailableError: The mail server does not answer", None]
    assert "deliver_outbox failed" in caplog.text


async def test_a_fault_in_a_duty_is_not_taken_for_one_of_prefect(
    duties: RecordingDuties, through: Callable[..., None]
) -> None:
    """What failed inside a flow would fail directly too: it waits for its next hour."""
    duties.fault = ConnectionError("the mail server, not Prefect")
    through(does=True, then=duties.fault)
    await Runner(duties, SOMEWHERE).run_duty("deliver_outbox")
    assert [(run["via"], run["error"]) for run in duties.runs] == [
        ("prefect", "ConnectionError: the mail server, not Prefect")
    ]


@pytest.mark.parametrize("fault", [ConnectionError("away"), ValueError("no address"), RuntimeError("a new Prefect")])
async def test_a_flow_that_does_not_start_is_made_good_directly(
    duties: RecordingDuties, through: Callable[..., None], fault: Exception
) -> None:
    """Whatever Prefect says instead of starting."""
    through(does=False, then=fault)
    await Runner(duties, SOMEWHERE).run_duty("daily_sweep")
    assert duties.ways == ["direct"]


async def test_a_duty_done_is_not_lost_with_prefects_bookkeeping(
    duties: RecordingDuties, through: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    """Prefect dies between the end of the duty and its own note of it."""
    through(does=True, then=ConnectionError("gone"))
    errand = await Runner(duties, SOMEWHERE).run_duty("daily_sweep")
    assert [(run["via"], run["error"]) for run in duties.runs] == [("prefect", None)]
    assert errand.counts == {"done": 1}
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


async def test_a_refused_connection_sends_the_duty_the_direct_way(duties: RecordingDuties) -> None:
    """With Prefect's own client, at a port where nobody listens."""
    await Runner(duties, SOMEWHERE).run_duty("daily_sweep")
    assert duties.ways == ["direct"]


async def test_a_server_that_hangs_sends_the_duty_the_direct_way(duties: RecordingDuties) -> None:
    """With Prefect's own client, at a port where nobody answers."""
    settings: Any = pytest.importorskip("prefect.settings")
    quick = {settings.PREFECT_API_REQUEST_TIMEOUT: 0.2, settings.PREFECT_CLIENT_MAX_RETRIES: 0}
    async with mute_server() as server:
        with settings.temporary_settings(quick):
            await asyncio.wait_for(Runner(duties, server).run_duty("daily_sweep"), 30)
    assert duties.ways == ["direct"]


async def test_a_duty_waits_for_the_one_of_its_name(duties: RecordingDuties) -> None:
    """Catch-up and clock never do the same duty side by side; different duties may overlap."""
    order: list[str] = []
    gate = asyncio.Event()

    async def perform(name: str, now: Any) -> dict[str, int]:
        order.append(f"begin {name}")
        if name == "daily_sweep":
            await gate.wait()
        order.append(f"end {name}")
        return {}

    duties.perform = perform  # type: ignore[method-assign]
    runner = Runner(duties, Away())
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(runner.run_duty("daily_sweep"))
        tasks.create_task(runner.run_duty("daily_sweep"))
        await tasks.create_task(runner.run_duty("publish_feeds"))
        gate.set()
    sweeps = [line for line in order if line.endswith("sweep")]
    assert sweeps == ["begin daily_sweep", "end daily_sweep"] * 2
    assert order.index("end publish_feeds") < order.index("end daily_sweep")


async def test_an_errand_is_done_once(duties: RecordingDuties) -> None:
    """A flow that Prefect would run again is refused."""
    errand = Errand(duties, "daily_sweep")
    await errand.perform(None, via="direct")
    with pytest.raises(Exception, match="begun already"):
        await errand.perform(None, via="direct")
    assert duties.ways == ["direct"]


async def test_a_flow_in_a_workers_process_assembles_its_own_installation(duties: RecordingDuties) -> None:
    """There no errand is at hand; the business time is the installation's own."""
    token = PROVIDE.set(lambda: duties)
    try:
        flows: Any = importlib.import_module("flows.duties")
        await flows.publish_feeds.fn()
    finally:
        PROVIDE.reset(token)
    assert duties.performed == [("publish_feeds", NOW)]
    assert duties.ways == ["prefect"]
