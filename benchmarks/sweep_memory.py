"""The peak memory (MiB) of a process that sweeps: the same number fires of ever more assignments.

Floor: the same process, which opens the database and does not sweep. SQLite, where the database works in the process
itself.
"""

import sys
from collections.abc import Iterator
from functools import partial

from benchmarks.crowd import crowd
from benchmarks.databases import opened, sqlite_original
from benchmarks.duty import sweep_day
from benchmarks.measure import Result, peak_mib, run_process

COUNTS = (10_000, 100_000, 300_000)
FIRING = 1_000


def run() -> Iterator[Result]:
    """One line for each number of assignments."""
    for count in COUNTS:
        with sqlite_original(partial(crowd, count=count, firing=FIRING)) as original:
            ours, floor = (_peak(original.copy(), work) for work in ("sweep", "open"))
        yield Result.of("sweep_memory", count, ours, floor, ours)


def _peak(address: str, work: str) -> float:
    return float(run_process([sys.executable, "-m", "benchmarks.sweep_memory", address, work]).output)


if __name__ == "__main__":
    with opened(sys.argv[1]) as database:
        if sys.argv[2] == "sweep" and sweep_day(database).entries != FIRING:
            raise SystemExit(1)
    sys.stdout.write(f"{peak_mib()}\n")
