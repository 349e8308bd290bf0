"""The very first fetch of ever larger calendars, no block of them made yet. Floor: ready bytes over HTTP.

A server that asks to come back later goes on making blocks meanwhile, and is asked again as soon as it answered.
`rss_mib` is the most memory of the server.
"""

import time
from collections.abc import Iterator
from functools import partial

from benchmarks.measure import Result, timed
from benchmarks.served import Server, bare_server, calendar_of, our_server, paths

TRIES = 4
SIZES = (1_000, 10_000, 50_000)


def run() -> Iterator[Result]:
    """One line for each number of duties."""
    path = paths()[0]
    for events in SIZES:
        with calendar_of(events) as original, our_server(original.copy()) as ours:
            began = time.perf_counter()
            body = _whole(ours, path)
            seconds = time.perf_counter() - began
            if body.count(b"BEGIN:VEVENT") != events:
                raise RuntimeError("the calendar is not the one measured")
            with bare_server(200, body) as bare:
                floor = timed(partial(bare.get, path))
            yield Result.of("feed_large", events, seconds, floor, ours.peak_mib())


def _whole(server: Server, path: str) -> bytes:
    """The calendar, however often it has to be asked for."""
    for _ in range(TRIES):
        status, _, body = server.get(path)
        if status != 503:
            return body
    raise RuntimeError("the calendar never became ready")
