"""A story with calendar programs that people use: vdirsyncer subscribes to a running server, khal shows the days."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
from needs import lacks

from calendars.linter.subscription import check_subscription
from engine.clock import real_now

HERE = Path(__file__).parents[2]
CLIENTS = HERE / ".venv" / "clients" / "bin"
SAMPLE = HERE / "config" / "plans" / "huong-nghiep-mau.txt"
AGENCY = "yb-so-gddt"
PATIENCE = 60

SYNC = """[general]
status_path = "{folder}/status/"

[pair lich]
a = "server"
b = "disk"
collections = null
conflict_resolution = "a wins"

[storage server]
type = "http"
url = "{url}"

[storage disk]
type = "filesystem"
path = "{folder}/disk/"
fileext = ".ics"
"""
KHAL = """[calendars]
[[han]]
path = {folder}/disk/
readonly = True

[locale]
local_timezone = Asia/Ho_Chi_Minh
default_timezone = Asia/Ho_Chi_Minh
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
timeformat = %H:%M
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M

[sqlite]
path = {folder}/khal.db
"""


LEFT_OUT = ("DONDOC_", "PREFECT_", "PYTHONDONTWRITEBYTECODE")
"""Of the environment: what is set for the office itself, and what would make each of its many starts slow."""


@dataclass
class Office:
    """An installation of its own, driven by its command."""

    home: Path
    port: int

    def environment(self) -> dict[str, str]:
        """What its processes get."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(LEFT_OUT)}
        own = {"DONDOC_HOME": str(self.home), "DONDOC_DEMO": "1", "DONDOC_BASE_URL": f"http://127.0.0.1:{self.port}"}
        return kept | own

    def run(self, *words: str) -> str:
        """Run a command that must answer."""
        program = str(Path(sys.executable).with_name("dondoc"))
        done = subprocess.run(
            [program, *words], env=self.environment(), capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@dataclass
class Person:
    """Somebody at a desk, with vdirsyncer and khal."""

    folder: Path

    def subscribe(self, url: str) -> None:
        """Set both up for an address."""
        self.folder.mkdir()
        (self.folder / "disk").mkdir()
        (self.folder / "sync.conf").write_text(SYNC.format(folder=self.folder, url=url))
        (self.folder / "khal.conf").write_text(KHAL.format(folder=self.folder))
        self._run("vdirsyncer", "-c", f"{self.folder}/sync.conf", "discover", "lich")

    def refresh(self) -> None:
        """Fetch what the server has."""
        self._run("vdirsyncer", "-c", f"{self.folder}/sync.conf", "sync")

    def sees(self) -> list[tuple[str, str]]:
        """Day and reference of all that the calendar shows in the year, in order."""
        shown = self._run(
            "khal", "-c", f"{self.folder}/khal.conf", "list", "--day-format", "", "--format", "{start-date}\t{title}",
            "2020-03-01", "400d",
        )  # fmt: skip
        lines = [line.split("\t") for line in shown.splitlines() if line]
        return sorted((day, title.split()[1]) for day, title in lines if title.startswith("[Hạn]"))

    def _run(self, program: str, *words: str) -> str:
        environment = {"HOME": str(self.folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            [str(CLIENTS / program), *words], env=environment, capture_output=True, text=True, check=False,
            timeout=PATIENCE,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """The sample plan in force, its pages and calendars served on a port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    made = Office(tmp_path / "home", port)
    made.run("load", str(SAMPLE), "--activate")
    program = str(Path(sys.executable).with_name("dondoc"))
    words = [program, "serve", "--no-duties", "--port", str(port)]
    with subprocess.Popen(
        words, env=made.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait_for(port, server)
            yield made
        finally:
            server.terminate()


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended"
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise AssertionError("the server does not answer")


def act(office: Office, ref: str, event: str, *more: str) -> None:
    """What the coordinator does, under an authority."""
    by = ("--by", "dieu-phoi", "--reason", "theo đề nghị", "--document", "12/TB", "--document-date", "2020-03-03")
    office.run("act", ref, event, "--agency", AGENCY, *by, *more)


def test_a_subscriber_sees_deadlines_move_and_go_and_nothing_twice(office: Office, tmp_path: Path) -> None:
    """The days at first; after a refresh one on its new day, one gone; after three more none twice.

    The doctor, who asks as many kinds of clients do, finds nothing at that server either.
    """
    if not (CLIENTS / "khal").exists():
        lacks("khal and vdirsyncer are missing: make .venv/clients.stamp")
    url = json.loads(office.run("feed", "issue", AGENCY, "--json"))["url"]
    tasks = json.loads(office.run("tasks", "--agency", AGENCY, "--json"))
    due = sorted((task["last_day"], task["ref"]) for task in tasks if task["last_day"])
    person = Person(tmp_path / "desk")
    person.subscribe(url)
    person.refresh()
    assert person.sees() == due
    assert len(due) == 10

    act(office, "II.2.2", "move", "--deadline", "2020-05-20")
    act(office, "II.2.4", "cancel")
    person.refresh()
    left = sorted({("2020-05-20" if ref == "II.2.2" else day, ref) for day, ref in due if ref != "II.2.4"})
    assert person.sees() == left

    for _ in range(3):
        person.refresh()
    assert person.sees() == left
    assert len(list((person.folder / "disk").iterdir())) == len(left)

    time.sleep(3)  # for two seconds after a change the date that the server tells moves with the clock
    report = check_subscription(url, real_now(), lambda address: address.is_loopback)
    assert [finding.point for finding in report.findings] == ["https"], "on this machine it is plain http"
