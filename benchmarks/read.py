"""`dondoc read` as a whole process: the sample plan, and 1,000 rows in every format. Floor: an idle interpreter."""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import DONDOC, HERE, SAMPLE, Result, run_process, several

TIMES, ROWS = 3, 1_000
MAKER = HERE / "tests" / "intake" / "documents.py"


def run() -> Iterator[Result]:
    """The median of three; `n` is the number of rows read."""
    yield _read("read", SAMPLE)
    with tempfile.TemporaryDirectory() as folder:
        run_process([sys.executable, str(MAKER), str(ROWS), folder])
        for path in sorted(Path(folder).iterdir()):
            yield _read(f"read.{path.name}", path)


def _read(bench: str, path: Path) -> Result:
    peaks: list[float] = []
    rows: set[int] = set()

    def read() -> float:
        process = run_process([DONDOC, "read", str(path), "--json"])
        peaks.append(process.rss_mib)
        rows.add(len(json.loads(process.output)["tasks"]))
        return process.seconds

    ours, floor = several(TIMES, read, lambda: run_process([sys.executable, "-c", "pass"]).seconds)
    return Result.of(bench, rows.pop(), ours, floor, max(peaks))
