"""`python -m benchmarks [name…]`: each benchmark in a process of its own; JSON lines on stdout, a table on stderr."""

import subprocess
import sys
from threading import Timer

from benchmarks.measure import HERE, Result, heading, row

NAMES = (
    *("start", "read", "simulate", "sweep", "seal", "sweep_memory", "deliver"),
    *("feed_build", "feed_304", "feed_full", "feed_peer", "feed_large"),
)
SECONDS = 240
"""After so long a benchmark is stopped and counts as failed."""


def main(names: list[str]) -> int:
    """Run the benchmarks named, all when none is; 0 when each gave its figures."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        sys.stderr.write(f"No benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}.\n")
        return 2
    sys.stderr.write(heading() + "\n")
    failed = [name for name in names or NAMES if not _run(name)]
    if failed:
        sys.stderr.write(f"Failed: {', '.join(failed)}\n")
    return 1 if failed else 0


def _run(name: str) -> bool:
    """One benchmark, its lines passed on as they come."""
    command = [sys.executable, "-m", "benchmarks.one", name]
    with subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        limit = Timer(SECONDS, child.terminate)
        limit.start()
        for line in child.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            sys.stderr.write(row(Result.read(line)) + "\n")
        limit.cancel()
    return child.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
