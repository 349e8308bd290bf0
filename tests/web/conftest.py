"""A demo that runs, a real installation, and a server with a browser in front of it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, sync_playwright
from sites import Site, site_of

from config.assembly import DEMO_PLAN, assemble
from engine.intake.loading.load import load
from engine.intake.reader import read_plan
from web.demo import prepare

CHROMIUM = Path("/usr/bin/chromium")
BROWSER_OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def lacking(reason: str) -> NoReturn:
    """Skip for a reason that is told; where everything must run, fail for it."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason} (CI=true: nothing may be skipped)")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a demo with its first day done, to be copied."""
    home = tmp_path_factory.mktemp("demo") / "home"
    installation = assemble({"DONDOC_HOME": str(home), "DONDOC_DEMO": "1"})
    prepare(installation)
    installation.database.close()
    return home


@pytest.fixture
def site(prepared_home: Path, tmp_path: Path) -> Iterator[Site]:
    """A demo with the sample plan on its first day."""
    shutil.copytree(prepared_home, tmp_path / "home")
    installation = assemble({"DONDOC_HOME": str(tmp_path / "home"), "DONDOC_DEMO": "1"})
    yield site_of(installation)
    installation.database.close()


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[Site]:
    """A demo without a plan."""
    installation = assemble({"DONDOC_HOME": str(tmp_path), "DONDOC_DEMO": "1"})
    yield site_of(installation)
    installation.database.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Site]:
    """A real installation with the sample plan loaded and its people registered."""
    installation = assemble({"DONDOC_HOME": str(tmp_path)})
    draft = read_plan(DEMO_PLAN, installation.registry, is_working=installation.calendar.is_working)
    with installation.database.write() as session:
        when = installation.writing_moment()
        load(session, draft, registry=installation.registry, people=installation.people, when=when)
    installation.put_people()
    yield site_of(installation)
    installation.database.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`dondoc serve --demo` in a process of its own; its address."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    home = tmp_path_factory.mktemp("served")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DONDOC_")}
    program = "from cli.main import run; run()"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "serve", "--demo", "--port", str(port)],
        env=environment | {"DONDOC_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=(home / "err").open("w"),
    )
    try:
        until_true(lambda: _answers(f"http://127.0.0.1:{port}/healthz"), "the server did not come up")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=60)


def until_true(condition: Callable[[], bool], complaint: str, *, seconds: float = 60) -> None:
    """Wait for another process; nothing of ours is waited for by the clock."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail(complaint)
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1):
            return True
    except OSError:
        return False


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium. It keeps a loop running in this thread, so it ends with its module."""
    if not CHROMIUM.exists():
        lacking(f"{CHROMIUM} is missing: install the package 'chromium' to run the browser tests")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=BROWSER_OPTIONS)
        yield chromium
        chromium.close()
