"""`dondoc read` of the sample plan as a whole process. Floor: an interpreter that does nothing."""

import sys
from collections.abc import Iterator

from benchmarks.measure import DONDOC, SAMPLE, Result, run_process, several

TIMES = 5


def run() -> Iterator[Result]:
    """The median of five."""
    peaks: list[float] = []

    def read() -> float:
        process = run_process([DONDOC, "read", str(SAMPLE), "--json"])
        peaks.append(process.rss_mib)
        return process.seconds

    ours, floor = several(TIMES, read, lambda: run_process([sys.executable, "-c", "pass"]).seconds)
    yield Result.of("read", 1, ours, floor, max(peaks))
