"""What the benchmarks of calendars share: our server and the barest one, each on a core of its own, and wrk.

A calendar has `events` duties of one agency among as many of others; a thousand tokens open it, so that the limit of a
single token stays on and counts, and never strikes.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text
from sqlmodel import Session

from benchmarks.crowd import AGENCIES, crowd
from benchmarks.databases import SqliteOriginal, sqlite_original
from benchmarks.measure import DONDOC, HERE, clean, peak_mib
from calendars.tokens import hash_of
from engine.clock import real_now
from engine.models import Agency, Feed, FeedToken

TOKENS = 1000
SECONDS = 4
CONNECTIONS = 16
LIMIT = 100
OURS_ON, WRK_ON = 0, -1
"""The first core serves, the last one asks."""

MISSING = "wrk is missing: apt-get install wrk"
BARE = """
import sys, uvicorn
from pathlib import Path
status, body = int(sys.argv[2]), Path(sys.argv[3]).read_bytes()
headers = [(b"etag", b'"0"'), (b"content-type", b"text/calendar; charset=utf-8")]
if body:
    headers.append((b"content-length", str(len(body)).encode()))
start = {"type": "http.response.start", "status": status, "headers": headers}
async def app(scope, receive, send):
    await send(start)
    await send({"type": "http.response.body", "body": body})
uvicorn.run(app, port=int(sys.argv[1]), lifespan="off", log_level="error", access_log=False)
"""
SCRIPT = """
local paths = {%s}
local number = 0
request = function()
  number = number %% #paths + 1
  return wrk.format("GET", paths[number])
end
done = function(summary)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('RESULT {"n": %%d, "seconds": %%f, "failed": %%d}', summary.requests,
    summary.duration / 1e6, failed))
end
"""


@dataclass(frozen=True)
class Server:
    """A running server: its port, and its process."""

    port: int
    pid: int

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """One request on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)
        try:
            connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def peak_mib(self) -> float:
        """The most memory it ever held."""
        return peak_mib(self.pid)


def paths() -> list[str]:
    """The addresses of the calendar, one a token."""
    return [f"/feeds/{token}.ics" for token in _tokens()]


def _tokens() -> list[str]:
    return [f"bench-{number:026d}" for number in range(TOKENS)]


@contextmanager
def calendar_of(events: int) -> Iterator[SqliteOriginal]:
    """A database in which one agency owns so many duties, subscribed to by a thousand tokens."""
    with sqlite_original(partial(_fill, events=events)) as original:
        yield original


def _fill(session: Session, *, events: int) -> None:
    count = 4 * events
    crowd(session, count=count, firing=max(4, count // 20))
    session.add(Agency(id=AGENCIES + 1, key="other", name="Cơ quan khác"))
    session.flush()
    # Of the four parts of each task the first is this agency's: an agency has a task once.
    session.execute(text("UPDATE assignment SET agency_id = :other WHERE agency_id = 1"), {"other": AGENCIES + 1})
    session.execute(text("UPDATE assignment SET agency_id = 1 WHERE id % 4 = 1"))
    now = real_now()
    feed = Feed(agency_id=1, name="bench", history_days=20_000, created_at=now)
    session.add(feed)
    session.flush()
    session.execute(
        FeedToken.__table__.insert(),  # type: ignore[attr-defined]
        [
            {"feed_id": feed.id, "sha256": hash_of(token), "created_at": now, "expires_on": now.date() + timedelta(300),
             "client": "", "fetches": 0}
            for token in _tokens()
        ],
    )  # fmt: skip


@contextmanager
def our_server(address: str) -> Iterator[Server]:
    """`dondoc serve` on that database."""
    with TemporaryDirectory(prefix="dondoc-bench-", ignore_cleanup_errors=True) as home:
        environment = {"DONDOC_HOME": home, "DONDOC_DATABASE_URL": address, "TMPDIR": home}
        with serving([DONDOC, "serve", "--no-duties", "--port"], "/healthz", environment) as server:
            yield server


@contextmanager
def bare_server(status: int, body: bytes) -> Iterator[Server]:
    """The barest application under the same uvicorn, with one answer."""
    with TemporaryDirectory(prefix="dondoc-bench-") as folder:
        ready = Path(folder) / "ready"
        ready.write_bytes(body)
        command = [sys.executable, "-c", BARE, "{port}", str(status), str(ready)]
        with serving(command, "/", {}) as server:
            yield server


@contextmanager
def serving(command: Sequence[str], path: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """A server on a core of its own, ready; it ends with all it started.

    Args:
        command: with `{port}` where the port goes, else it goes last.
        path: what answers when it is ready.
        environment: beside ours, without the settings of an installation.
    """
    port = _free_port()
    words = [word.replace("{port}", str(port)) for word in command]
    words += [] if any("{port}" in word for word in command) else [str(port)]
    child = subprocess.Popen(
        words,
        cwd=HERE,
        env={**clean(), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.sched_setaffinity(child.pid, {_cores()[OURS_ON]})
    try:
        _wait_for(port, path, child)
        yield Server(port, child.pid)
    finally:
        child.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout=10)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def wrk(server: Server, asked: Sequence[str], seconds: int = SECONDS, **headers: str) -> tuple[int, float]:
    """Ask for these paths in turn, as fast as it goes; how many answers came in how many seconds.

    Raises:
        RuntimeError: wrk is missing, or an answer was none that a client can use.
    """
    program = shutil.which("wrk")
    if program is None:
        raise RuntimeError(MISSING)
    with TemporaryDirectory(prefix="dondoc-bench-") as folder:
        script = Path(folder) / "ask.lua"
        script.write_text(SCRIPT % ", ".join(f'"{path}"' for path in asked))
        lines = [word for name, value in headers.items() for word in ("-H", f"{name.replace('_', '-')}: {value}")]
        done = subprocess.run(
            [program, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", *lines, "-s", str(script),
             f"http://127.0.0.1:{server.port}"],
            capture_output=True, text=True, check=True, preexec_fn=_on_last_core,
        )  # fmt: skip
    told = json.loads(done.stdout.rpartition("RESULT ")[2])
    if told["failed"] or not told["n"]:
        raise RuntimeError(f"of {told['n']} answers {told['failed']} failed")
    return told["n"], told["seconds"]


def known(server: Server, asked: Sequence[str]) -> None:
    """Have each token used once, as in a server that has run for a while: the first time it is looked up."""
    for path in asked:
        server.get(path)


def seconds_each(server: Server, asked: Sequence[str], **headers: str) -> float:
    """The time one request takes of the server when it is asked as fast as it goes."""
    count, seconds = wrk(server, asked, **headers)
    return seconds / count


def _cores() -> list[int]:
    return sorted(os.sched_getaffinity(0))


def _on_last_core() -> None:
    os.sched_setaffinity(0, {_cores()[WRK_ON]})


def _wait_for(port: int, path: str, child: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + LIMIT
    while time.monotonic() < until and child.poll() is None:
        with suppress(OSError, HTTPException):
            Server(port, child.pid).get(path)
            return
        time.sleep(0.02)
    raise RuntimeError(f"{child.args!r} does not answer")


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
