"""What each job of a run asked for and used, from Snakemake's benchmarks.

Snakemake reads a job's memory and CPU time twice a second for its first quarter of a minute, then
every half minute; what a job asked for is in the file when Snakemake was told
``--benchmark-extended``, as Dugnad's profiles do.
"""

import ast
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BRIEF = 1.0
"""Seconds; a shorter job was read once, before it had done anything."""
_MB_OF_MIB = 1.048576
_ABSENT = {"", "-", "NA"}


@dataclass(frozen=True)
class Job:
    """One job; ``case`` is None for one of the whole run.

    ``peak_mb`` and ``cpu_seconds`` are None where the job was too brief to be measured; what begins
    with ``asked`` and ``input_mb`` (all inputs together) where the benchmark does not tell.
    Memory is in MB of a million bytes, as ``mem_mb`` is.
    """

    rule: str
    case: str | None
    seconds: float
    peak_mb: float | None = None
    cpu_seconds: float | None = None
    threads: int = 1
    asked_mb: int | None = None
    asked_minutes: int | None = None
    input_mb: float | None = None


def read_jobs(folder: Path, cases: Container[str]) -> tuple[list[Job], list[Path]]:
    """The jobs of ``benchmarks/<rule>/*.tsv``, and the files that cannot be read as such.

    ``cases``: names of the run's cases, for benchmarks that do not tell their wildcards.
    """
    jobs: list[Job] = []
    broken: list[Path] = []
    for path in sorted(folder.glob("*/*.tsv")):
        try:
            jobs += _jobs_of(path, cases)
        except (ValueError, KeyError, UnicodeDecodeError):
            broken.append(path)
    return jobs, broken


def _jobs_of(path: Path, cases: Container[str]) -> Iterator[Job]:
    """The jobs of one file: a line for each; ValueError or KeyError for what is none."""
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    for line in lines:
        told = dict(zip(header.split("\t"), line.split("\t"), strict=True))
        seconds = float(told["s"])
        peak, cpu = _number(told.get("max_rss")), _number(told.get("cpu_time"))
        is_measured = seconds >= BRIEF and peak
        asked = _mapping(told.get("resources"))
        sizes = _mapping(told.get("input_size_mb"))
        yield Job(
            rule=path.parent.name,
            case=_case(path, told, cases),
            seconds=seconds,
            peak_mb=peak * _MB_OF_MIB if is_measured and peak else None,
            cpu_seconds=cpu if is_measured else None,
            threads=int(_number(told.get("threads")) or 1),
            asked_mb=_whole(asked.get("mem_mb")),
            asked_minutes=_whole(asked.get("runtime")),
            input_mb=sum(map(float, sizes.values())) * _MB_OF_MIB if sizes else None,
        )


def _case(path: Path, told: dict[str, str], cases: Container[str]) -> str | None:
    """By the job's wildcards; without them by the file's name, which begins with it."""
    if "wildcards" in told:
        case = _mapping(told["wildcards"]).get("case")
        return str(case) if case else None
    first = path.name.split(".")[0]
    return first if first in cases else None


def _number(text: str | None) -> float | None:
    return None if text is None or text in _ABSENT else float(text)


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) else None


def _mapping(text: str | None) -> dict[str, Any]:
    """What Snakemake wrote as a Python dictionary; empty where it wrote none."""
    if text is None or text in _ABSENT:
        return {}
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return {}
    return found if isinstance(found, dict) else {}
