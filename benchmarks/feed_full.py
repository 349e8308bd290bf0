"""The whole body of a calendar of 100 duties (wrk, one core for the server). Floor: the barest app, ready bytes."""

from collections.abc import Iterator

from benchmarks.measure import Result, several
from benchmarks.served import bare_server, calendar_of, known, our_server, paths, seconds_each

EVENTS = 100
TIMES = 3


def run() -> Iterator[Result]:
    """`n` is the number of requests; the seconds are those of so many."""
    asked = paths()
    with calendar_of(EVENTS) as original, our_server(original.copy()) as ours:
        body = ours.get(asked[0])[2]
        if body.count(b"BEGIN:VEVENT") != EVENTS:
            raise RuntimeError("the calendar is not the one measured")
        known(ours, asked)
        with bare_server(200, body) as bare:
            one, floor = several(TIMES, lambda: seconds_each(ours, asked), lambda: seconds_each(bare, asked))
        yield Result.of("feed_full", 1000, 1000 * one, 1000 * floor, ours.peak_mib())
