"""The first fetch of a calendar of 1,000 duties after one of them changed, over HTTP. Floor: ready bytes over HTTP."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection

from benchmarks.measure import Result, several
from benchmarks.served import LIMIT, Server, bare_server, calendar_of, our_server, paths

EVENTS = 1000
TIMES = 31


def run() -> Iterator[Result]:
    """`n` is the number of duties in the calendar."""
    path = paths()[0]
    with calendar_of(EVENTS) as original, our_server(address := original.copy()) as ours:
        body = ours.get(path)[2]
        with (
            bare_server(200, body) as bare,
            closing(original.bare(address)) as other,
            closing(_line(ours)) as to_ours,
            closing(_line(bare)) as to_bare,
        ):
            seen: set[bytes] = set()
            one, floor = several(
                TIMES, lambda: _after_a_change(other, to_ours, path, seen), lambda: _fetch(to_bare, path)[0]
            )
        if body.count(b"BEGIN:VEVENT") != EVENTS or len(seen) != TIMES:
            raise RuntimeError("a change did not show")
        yield Result.of("feed_build", EVENTS, one, floor, ours.peak_mib())


def _line(server: Server) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", server.port, timeout=LIMIT)


def _after_a_change(other: sqlite3.Connection, line: HTTPConnection, path: str, seen: set[bytes]) -> float:
    """Another process changes one duty; how long the fetch after it takes."""
    other.execute("UPDATE assignment SET revision = revision + 1 WHERE id = ?", (4 * len(seen) + 1,))
    seconds, body = _fetch(line, path)
    seen.add(body)
    return seconds


def _fetch(line: HTTPConnection, path: str) -> tuple[float, bytes]:
    began = time.perf_counter()
    line.request("GET", path)
    body = line.getresponse().read()
    return time.perf_counter() - began, body
