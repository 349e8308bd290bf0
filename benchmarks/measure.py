"""What all benchmarks share: a result and its line, whole processes with their time and peak memory, medians."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

HERE = Path(__file__).parents[1]
SAMPLE = HERE / "config" / "plans" / "huong-nghiep-mau.txt"
DONDOC = str(Path(sys.executable).with_name("dondoc"))


@dataclass(frozen=True)
class Result:
    """One figure. `ours` and `floor` are seconds, or MiB where the benchmark is of memory.

    Attributes:
        bench: the name; what stands after a dot says which variant.
        n: of how many things the figure speaks.
        floor: the least the same work costs here, see the benchmark's own words; or what it costs another program.
        ratio: ours over floor; against another program how many times as fast we are.
        rss_mib: the most memory that the process which did the work ever held.
    """

    bench: str
    n: int
    ours: float
    floor: float
    ratio: float
    rss_mib: float
    against: str = "floor"

    @classmethod
    def of(cls, bench: str, n: int, ours: float, floor: float, rss_mib: float) -> "Result":
        """The result of two measurements."""
        return cls(bench, n, round(ours, 4), round(floor, 4), round(ours / floor, 2), round(rss_mib, 1))

    @classmethod
    def beside(cls, bench: str, n: int, ours: float, peer: float, rss_mib: float) -> "Result":
        """The result of measuring another program in the same run."""
        return cls(bench, n, round(ours, 4), round(peer, 4), round(peer / ours, 2), round(rss_mib, 1), "peer")

    def line(self) -> str:
        """The line of JSON that `make bench` prints; another program's figure stands under "peer"."""
        told = asdict(self)
        against = told.pop("against")
        return json.dumps({against if name == "floor" else name: value for name, value in told.items()})

    @classmethod
    def read(cls, line: str) -> "Result":
        """The result of which this is the line."""
        told = json.loads(line)
        if "peer" in told:
            told |= {"floor": told.pop("peer"), "against": "peer"}
        return cls(**told)


def heading() -> str:
    """The head of the table."""
    return f"{'benchmark':<26}{'n':>9}{'ours':>10}{'floor/peer':>12}{'ratio':>8}{'n/s':>11}{'MiB':>8}"


def row(result: Result) -> str:
    """One row of the table; how many a second does not belong to a figure of memory."""
    r = result
    rate = "" if "memory" in r.bench else f"{r.n / r.ours:,.1f}"
    return f"{r.bench:<26}{r.n:>9,}{r.ours:>10.3f}{r.floor:>12.3f}{r.ratio:>8.2f}{rate:>11}{r.rss_mib:>8.1f}"


@dataclass(frozen=True)
class Process:
    """What a finished process took and said."""

    seconds: float
    rss_mib: float
    output: str


def run_process(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Process:
    """Run a command to its end.

    The kernel counts what a process held before it became the command, so the caller has to be small.

    Raises:
        RuntimeError: the command failed.
    """
    began = time.perf_counter()
    with subprocess.Popen(
        command, cwd=HERE, env={**clean(), **(environment or {})}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        assert child.stdout is not None
        try:
            output = child.stdout.read().decode()
        except BaseException:  # stopped from outside: the command with us
            child.kill()
            raise
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    if child.returncode:
        raise RuntimeError(f"{command} ended with {child.returncode}")
    return Process(seconds, usage.ru_maxrss / 1024, output)


def clean() -> dict[str, str]:
    """The environment without settings of an installation."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("DONDOC_", "PREFECT_"))}


def several(times: int, *works: Callable[[], float]) -> list[float]:
    """Do the works in turn, `times` rounds, so that a busy machine meets all alike; the median of each."""
    rounds = [[work() for work in works] for _ in range(times)]
    return [median(figures) for figures in zip(*rounds, strict=True)]


def timed(work: Callable[[], object]) -> float:
    """How many seconds it took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def peak_mib(process: int | str = "self") -> float:
    """The most memory that a process, this one by default, ever held."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell the peak memory of a process")
