"""`dondoc read` of the sample plan as a whole process. Floor: an interpreter that does nothing."""

import json
import sys
from collections.abc import Iterator

from benchmarks.measure import DONDOC, SAMPLE, Result, run_process, several

TIMES = 5


def run() -> Iterator[Result]:
    """The median of five; `n` is the number of rows read."""
    peaks: list[float] = []
    rows: set[int] = set()

    def read() -> float:
        process = run_process([DONDOC, "read", str(SAMPLE), "--json"])
        peaks.append(process.rss_mib)
        rows.add(len(json.loads(process.output)["tasks"]))
        return process.seconds

    ours, floor = several(TIMES, read, lambda: run_process([sys.executable, "-c", "pass"]).seconds)
    yield Result.of("read", rows.pop(), ours, floor, max(peaks))
