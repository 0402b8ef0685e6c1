"""Timing that can be read: medians of repeated commands, always beside an alternative."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Row:
    """One figure beside its baseline, both medians of ``n`` repeats taken in turn."""

    name: str
    value: float
    unit: str
    baseline: float
    ratio: float
    n: int
    what: str

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def seconds(command: Sequence[str | Path] | str, folder: Path) -> float:
    """Wall time of one command, in seconds; raises CalledProcessError when it fails."""
    start = time.perf_counter()
    shell = ["bash", "-o", "pipefail", "-c", command] if isinstance(command, str) else command
    subprocess.run(shell, cwd=folder, check=True, capture_output=True, env=os.environ)
    return time.perf_counter() - start


def compare(
    name: str, what: str, ours: Callable[[], float], theirs: Callable[[], float], n: int
) -> Row:
    """Medians of ``n`` turns of ours and of the alternative, after one of each to warm up."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(n)]
    value, baseline = (statistics.median(times) for times in zip(*pairs, strict=True))
    return Row(name, round(value, 3), "s", round(baseline, 3), round(value / baseline, 3), n, what)


def output(command: Sequence[str | Path], folder: Path, **variables: str) -> str:
    """What one command prints, on both streams; raises CalledProcessError when it fails."""
    environment = {**os.environ, **variables}
    done = subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True, env=environment
    )
    return done.stdout + done.stderr


@dataclass(frozen=True)
class Spent:
    """What one command used: wall and processor time in seconds, peak resident memory in MB."""

    wall: float
    processor: float
    memory: float


# a process counts its parent's memory as its own from before it became another program: so the
# parent has to be a small one
_WATCHED = """
import os, sys, time
start = time.perf_counter()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - start
with open(sys.argv[1], "w") as file:
    print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, file=file)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def spent(command: Sequence[str | Path], folder: Path, **variables: str) -> Spent:
    """Run one command and measure it alone; raises CalledProcessError when it fails.

    Memory is that of its largest process.
    """
    watched = [sys.executable, "-S", "-E", "-c", _WATCHED, "spent.txt", *command]
    output(watched, folder, **variables)
    return Spent(*map(float, (folder / "spent.txt").read_text().split()))
