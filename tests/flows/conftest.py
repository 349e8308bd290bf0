"""A recording installation, and one real Prefect server for all tests that need it."""

import asyncio
import atexit
import os
import shutil
import tempfile
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

# Prefect makes its home when it is imported: not in the home of whoever runs the tests.
os.environ["PREFECT_HOME"] = tempfile.mkdtemp(prefix="dondoc-prefect-")
atexit.register(shutil.rmtree, os.environ["PREFECT_HOME"], ignore_errors=True)

from recording_duties import RecordingDuties  # noqa: E402

from config.schedule import Schedule, read_schedule  # noqa: E402
from flows.server import LocalServer  # noqa: E402


@pytest.fixture
def duties() -> RecordingDuties:
    """An installation that remembers."""
    return RecordingDuties()


@pytest.fixture(scope="session")
def schedule() -> Schedule:
    """The schedule as shipped, looking more often."""
    shipped = read_schedule()
    return shipped.model_copy(update={"prefect": shipped.prefect.model_copy(update={"look_seconds": 0.1})})


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(schedule: Schedule, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalServer]:
    """A real Prefect server that is up."""
    child = LocalServer(tmp_path_factory.mktemp("home"), times=schedule.prefect)
    child.start()
    await asyncio.wait_for(child.up.wait(), 60)
    yield child
    await child.stop()
