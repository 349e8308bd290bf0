"""A real Prefect server as a child: recorded runs, its death and return, its end with the parent."""

import asyncio
import base64
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from recording_duties import RecordingDuties

from config.schedule import Schedule
from flows.errand import ERRAND
from flows.runner import Runner
from flows.server import LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

PARENT = """
import asyncio, sys
from pathlib import Path
from config.schedule import read_schedule
from flows.server import LocalServer

async def main():
    server = LocalServer(Path(sys.argv[1]), times=read_schedule().prefect)
    server.start()
    while server.pid is None:
        await asyncio.sleep(0)
    print(server.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def ask(server: LocalServer, path: str, *, secret: str | None) -> bytes:
    """Ask the server's API something."""
    assert server.address is not None
    request = urllib.request.Request(f"{server.address.url}{path}", data=b"{}", method="POST")
    request.add_header("Content-Type", "application/json")
    if secret:
        request.add_header("Authorization", "Basic " + base64.b64encode(secret.encode()).decode())
    with urllib.request.urlopen(request, timeout=10) as answer:
        return bytes(answer.read())


async def test_the_api_refuses_who_does_not_know_the_secret(server: LocalServer) -> None:
    """The port is open to every user of the machine, the API is not."""
    for secret in (None, "dondoc:guess"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            await asyncio.to_thread(ask, server, "/flow_runs/filter", secret=secret)
        assert refused.value.code == 401
        refused.value.close()


async def test_the_secret_is_not_shown(server: LocalServer) -> None:
    """Neither in what a log would print nor in the server's own log."""
    assert server.address is not None
    assert server.address.secret is not None
    assert server.address.secret not in repr(server.address)
    for log in Path(server.home / "logs").iterdir():
        assert server.address.secret.split(":")[1] not in log.read_text(encoding="utf-8")


@pytest.mark.parametrize("duty", ["daily_sweep", "deliver_outbox", "publish_feeds", "open_recurring", "take_bounces"])
async def test_a_duty_runs_as_a_flow_and_prefect_records_it(
    server: LocalServer, duties: RecordingDuties, duty: str
) -> None:
    """Our row says via Prefect, and Prefect knows a completed run with the business time as parameter."""
    await Runner(duties, server).run_duty(duty)
    assert [(run["duty"], run["via"]) for run in duties.runs] == [(duty, "prefect")]
    assert server.address is not None
    runs = await asyncio.to_thread(ask, server, "/flow_runs/filter", secret=server.address.secret)
    assert b'"COMPLETED"' in runs
    assert b'"now":"2020-03-03T07:00:00+07:00"' in runs
    assert ERRAND.get() is None


async def test_a_worker_brings_the_deployments_in_step_with_the_schedule(
    server: LocalServer, schedule: Schedule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hours of a far server are those of the file, on Vietnam's clock, one run of a duty at a time."""
    monkeypatch.setenv("DONDOC_HOME", "")
    settings = importlib.import_module("prefect.settings")
    worker = importlib.import_module("flows.worker")
    assert server.address is not None
    far = {settings.PREFECT_API_URL: server.address.url, settings.PREFECT_API_AUTH_STRING: server.address.secret}
    with settings.temporary_settings(far):
        await worker.work(home=tmp_path, schedule=schedule, once=True)
    found = json.loads(await asyncio.to_thread(ask, server, "/deployments/filter", secret=server.address.secret))
    hours = {item["entrypoint"]: {line["schedule"]["cron"] for line in item["schedules"]} for item in found}
    assert hours == {f"flows.duties.{name}": set(times.cron) for name, times in schedule.duties.times().items()}
    assert {line["schedule"]["timezone"] for item in found for line in item["schedules"]} == {"Asia/Ho_Chi_Minh"}
    assert {item["global_concurrency_limit"]["limit"] for item in found} == {1}


async def test_a_duty_goes_directly_when_the_server_is_killed_and_through_it_when_it_is_back(
    server: LocalServer, duties: RecordingDuties
) -> None:
    """Nothing waits for Prefect, and nobody has to start it again."""
    runner = Runner(duties, server)
    killed = server.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    await runner.run_duty("daily_sweep")
    server.up.clear()
    await asyncio.wait_for(server.up.wait(), 60)
    await runner.run_duty("daily_sweep")
    assert duties.ways == ["direct", "prefect"]
    assert server.pid != killed


async def test_no_child_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    """Even one that is still starting: the kernel closes the pipe that the child listens to."""
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
    try:
        assert select.select([child], [], [], 20)[0], "the child goes on without its parent"
    finally:
        os.close(child)
