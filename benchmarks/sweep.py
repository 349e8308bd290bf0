"""The sweep of 100,000 open assignments of which 1 % fire. Floor: its INSERT … SELECT statements in the bare driver.

Both work on copies of one database; the floor gets texts and parameters as SQLAlchemy gave them to the driver. How
good the statements are themselves, the seconds say. Each sweep is the first of its engine and compiles its statements,
as the one of a morning does; `sweep_first` is the first of the process and builds them too.
"""

from collections.abc import Iterator
from functools import partial

from benchmarks.crowd import crowd
from benchmarks.databases import ORIGINALS, Original, opened
from benchmarks.duty import sweep_day
from benchmarks.measure import Result, peak_mib, several, timed
from benchmarks.replay import Statement, inserts_of, replay

COUNT, FIRING = 100_000, 1_000
TIMES = 5


def run() -> Iterator[Result]:
    """Both databases, five rounds each."""
    for original_of in ORIGINALS:
        with original_of(partial(crowd, count=COUNT, firing=FIRING)) as original:
            yield from _measured(original)


def _measured(original: Original) -> Iterator[Result]:
    with opened(original.copy()) as database, inserts_of(database) as inserts:
        first = timed(lambda: sweep_day(database))
    ours, floor = several(TIMES, lambda: _ours(original), lambda: _bare(original, inserts))
    peak = peak_mib()
    yield Result.of(f"sweep.{original.kind}", COUNT, ours, floor, peak)
    yield Result.of(f"sweep_first.{original.kind}", COUNT, first, floor, peak)


def _ours(original: Original) -> float:
    with opened(original.copy()) as database:
        return timed(lambda: _checked(sweep_day(database).entries))


def _bare(original: Original, inserts: list[Statement]) -> float:
    connection = original.bare(original.copy())
    try:
        return timed(lambda: _checked(replay(connection, inserts)[0]))
    finally:
        connection.close()


def _checked(entries: int) -> None:
    if entries != FIRING:
        raise RuntimeError(f"{entries} entries were written, not {FIRING}")
