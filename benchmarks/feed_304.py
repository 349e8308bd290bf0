"""A calendar that did not change, asked for with its ETag (wrk, one core for the server). Floor: the barest 304.

The product finds the token by its hash, counts the fetch, and looks whether anything was committed since.
"""

from collections.abc import Iterator

from benchmarks.measure import Result, several
from benchmarks.served import bare_server, calendar_of, known, our_server, paths, seconds_each

EVENTS = 100
TIMES = 3


def run() -> Iterator[Result]:
    """`n` is the number of requests; the seconds are those of so many."""
    asked = paths()
    with calendar_of(EVENTS) as original, our_server(original.copy()) as ours, bare_server(304, b"") as bare:
        etag = ours.get(asked[0])[1]["etag"]
        if ours.get(asked[1], If_None_Match=etag)[0] != 304:
            raise RuntimeError("the server does not know its own ETag again")
        known(ours, asked)
        one, floor = several(
            TIMES,
            lambda: seconds_each(ours, asked, If_None_Match=etag),
            lambda: seconds_each(bare, asked, If_None_Match=etag),
        )
        yield Result.of("feed_304", 1000, 1000 * one, 1000 * floor, ours.peak_mib())
