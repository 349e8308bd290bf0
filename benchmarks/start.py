"""`dondoc serve --demo` on an empty home until its pages answer. Floor: uvicorn with an application that is empty."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection, HTTPException
from tempfile import TemporaryDirectory

from benchmarks.measure import DONDOC, HERE, Result, clean, peak_mib, several

TIMES = 3
LIMIT = 30
EMPTY = """
import sys, uvicorn
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})
uvicorn.run(app, port=int(sys.argv[1]), lifespan="off", log_level="error")
"""


def run() -> Iterator[Result]:
    """The median of three, each on a home of its own."""
    peaks: list[float] = []
    ours, floor = several(
        TIMES,
        lambda: _until_it_answers([DONDOC, "serve", "--demo", "--port"], peaks),
        lambda: _until_it_answers([sys.executable, "-c", EMPTY], []),
    )
    yield Result.of("start", 1, ours, floor, max(peaks))


def _until_it_answers(command: Sequence[str], peaks: list[float]) -> float:
    """Seconds until the command, given a free port, answers there; it and all it started are ended."""
    with TemporaryDirectory(prefix="dondoc-bench-", ignore_cleanup_errors=True) as home:
        port = _free_port()
        began = time.perf_counter()
        child = subprocess.Popen(
            [*command, str(port)],
            cwd=HERE,
            env={**clean(), "DONDOC_HOME": home, "TMPDIR": home},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            while not _answers(port):
                if child.poll() is not None or time.perf_counter() - began > LIMIT:
                    raise RuntimeError(f"{command} does not answer")
                time.sleep(0.02)
            seconds = time.perf_counter() - began
            peaks.append(peak_mib(child.pid))
        finally:
            _end(child)
    return seconds


def _answers(port: int) -> bool:
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=LIMIT)
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Ask it to stop, and after a while make it."""
    child.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(timeout=10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)  # its group is its own: what it left behind
    child.wait()
