"""What SLURM's accounting says of a run's submissions, where it is kept."""

import csv
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dugnad.cluster import NAME_OF_RUN
from dugnad.errors import UserError

FIELDS = (
    "JobID", "JobName", "Comment", "WorkDir", "State", "ElapsedRaw", "TotalCPU", "AllocCPUS",
    "ReqMem", "MaxRSS", "TimelimitRaw",
)  # fmt: skip
COMMAND = ("sacct", "--parsable2", "--units=M", f"--format={','.join(FIELDS)}")
_NAMED = re.compile(r"rule_(\w+?)(_wildcards_.*)?")
_SIZES = {"K": 1e-3, "": 1, "M": 1, "G": 1e3, "T": 1e6}


@dataclass(frozen=True)
class Submissions:
    """The submissions of one rule or group; MB, seconds, minutes. Failed attempts are among them.

    ``ends``: how many of them ended in which way.
    """

    name: str
    count: int
    ends: Mapping[str, int]
    core_seconds: float
    cpu_seconds: float
    longest: float
    asked_mb: float | None
    peak_mb: float | None
    asked_minutes: int | None

    @property
    def others(self) -> str:
        """Those that did not complete, in words."""
        ends = sorted(self.ends.items())
        return ", ".join(f"{n} {end.lower()}" for end, n in ends if end != "COMPLETED")


def ask(folder: Path, since: float) -> tuple[str, str]:
    """What sacct says of the jobs since a time (seconds since 1970), and why it says nothing.

    Only jobs that Snakemake submitted from ``folder``.
    """
    start = datetime.fromtimestamp(since).astimezone().strftime("%Y-%m-%dT%H:%M:%S")
    try:
        done = subprocess.run(
            [*COMMAND, f"--starttime={start}"],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
    except FileNotFoundError:
        return "", "there is no sacct here"
    except subprocess.TimeoutExpired:
        return "", "sacct did not answer within two minutes"
    if done.returncode:
        said = (done.stderr or done.stdout).strip() or f"nothing, and ends with {done.returncode}"
        return "", f"sacct says: {said.splitlines()[0][:200]}"
    lines = done.stdout.splitlines()
    mine: set[str] = set()
    for row in csv.DictReader(lines, delimiter="|"):
        is_ours = NAME_OF_RUN.fullmatch(row["JobName"] or "") and row["WorkDir"] == str(folder)
        mine |= {row["JobID"]} if is_ours else set()
    kept = [line for line in lines[1:] if line.split("|")[0].split(".")[0] in mine]
    reason = "" if kept else "sacct knows of no job that was submitted from this folder"
    return "\n".join([*lines[:1], *kept]), reason


def submissions(text: str, source: str) -> list[Submissions]:
    """By rule or group, of what sacct wrote; most core time first.

    Raises UserError when the columns are others; ``source`` names the text.
    """
    rows = list(csv.DictReader(text.splitlines(), delimiter="|"))
    missing = [name for name in FIELDS if rows and name not in rows[0]]
    if missing:
        raise UserError(
            f"{source}:1: lacks {', '.join(missing)}; write it with '{' '.join(COMMAND)} > FILE'"
        )
    groups: dict[str, list[list[dict[str, str]]]] = {}
    steps: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        steps.setdefault(row["JobID"].split(".")[0], []).append(row)
    for job in steps.values():
        named = _NAMED.fullmatch(job[0]["Comment"])
        groups.setdefault(named[1] if named else job[0]["JobName"], []).append(job)
    found = [_together(name, them) for name, them in groups.items()]
    return sorted(found, key=lambda one: (-one.core_seconds, one.name))


def _together(name: str, jobs: list[list[dict[str, str]]]) -> Submissions:
    """``jobs``: of each submission its own row, then those of its steps."""
    own = [job[0] for job in jobs]
    limits = [int(row["TimelimitRaw"]) for row in own if row["TimelimitRaw"].isdigit()]
    return Submissions(
        name=name,
        count=len(jobs),
        ends=Counter(row["State"].split(" ")[0] for row in own),
        core_seconds=sum(_integer(row["ElapsedRaw"]) * _integer(row["AllocCPUS"]) for row in own),
        cpu_seconds=sum(seconds_of(row["TotalCPU"]) for row in own),
        longest=max(_integer(row["ElapsedRaw"]) for row in own),
        asked_mb=_largest(row["ReqMem"] for row in own),
        peak_mb=_largest(row["MaxRSS"] for job in jobs for row in job),
        asked_minutes=max(limits, default=None),
    )


def _largest(sizes: Iterable[str]) -> float | None:
    return max((found for size in sizes if (found := megabytes(size))), default=None)


def megabytes(text: str) -> float | None:
    """``1000M``, ``2.5G``, ``812K``, ``4Gn``; None for an empty one."""
    found = re.fullmatch(r"([\d.]+)([KMGT]?)[nc]?", text.strip())
    return float(found[1]) * _SIZES[found[2]] if found else None


def seconds_of(text: str) -> float:
    """``1-02:03:04``, ``02:03:04``, ``03:04.567``; 0 for an empty one."""
    days, _, rest = text.strip().rpartition("-")
    parts = [float(part) for part in rest.split(":") if part]
    total = 0.0
    for part in parts:
        total = total * 60 + part
    return total + int(days or 0) * 86400


def _integer(text: str) -> int:
    return int(text) if text.strip().isdigit() else 0
