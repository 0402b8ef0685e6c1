"""What the samples of a finished run give to a register of recurrence.

A variant counts in a sample when it has enough alternative reads there and its place is callable,
whatever the filters say: artefacts are what a register is for.
"""

import contextlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dugnad.alleles import trim
from dugnad.errors import UserError
from dugnad.qc import across_run
from dugnad.qc.depth_track import Track, read_track
from dugnad.qc.gather_run import unnamed
from dugnad.qc.measures import read_measures
from dugnad.record import CaseGate
from dugnad.recurrence.counts import CALLABLE_DEPTH, Role, bin_of, place_of
from dugnad.recurrence.lookup import read_columns
from dugnad.recurrence.sums import SEEN, STRETCHES, Observation
from dugnad.regions import Region, read_targets
from dugnad.run import Case, Run, Sample, load_run

# of the tumour and of the normal: reads that show the variant, and their share
_COLUMNS: dict[Role, tuple[str, str]] = {
    "tumour": ("alt_reads", "vaf"),
    "normal": ("normal_alt_reads", "normal_vaf"),
}
_ALLELE = ["chrom", "pos", "ref", "alt"]


@dataclass(frozen=True)
class FinishedRun:
    """A run's folder, and what was asked in it."""

    folder: Path
    run: Run

    @property
    def name(self) -> str:
        """The sequencing run, or the folder where the config names none."""
        named = self.run.config.sequencing
        return named.id if named else unnamed(self.folder.resolve().name).id

    @property
    def genome(self) -> str:
        """The name of the reference genome."""
        return self.run.config.genome.name

    def file(self, *parts: str) -> Path:
        """A result's path."""
        return self.folder.joinpath("results", *parts)

    @cached_property
    def across(self) -> dict[str, list[dict[str, Any]]]:
        """What the comparison across the run adds to the gates, by sample.

        Raises UserError when it is not there.
        """
        path = self.file("run", "identity.measures.json")
        if not path.is_file():
            raise UserError(_not_there(path))
        return across_run.rows(self.run, read_measures(path))


@dataclass(frozen=True)
class Harvest:
    """The samples of a run that a register takes, and how many it passes over, by the reason."""

    samples: tuple[Observation, ...]
    passed_over: dict[str, int]


def open_run(folder: Path) -> FinishedRun:
    """A run from its folder, which the paths in its config are relative to.

    Raises UserError with the run's problems, each with the folder before it.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: is not a folder; name the folder of a finished run")
    try:
        with contextlib.chdir(folder):
            return FinishedRun(folder, load_run())
    except UserError as error:
        raise UserError(f"{folder}: {problem}" for problem in error.problems) from None


def harvest(finished: FinishedRun, known: Container[str], min_alt_reads: int) -> Harvest:
    """What a run gives, without the samples that are ``known``.

    Raises UserError naming all results that are not there.
    """
    taken: list[Sample] = []
    passed: Counter[str] = Counter()
    problems: list[str] = []
    for case in finished.run.cases.values():
        reasons = {sample.id: _reason_against(sample, case, known) for sample in case.samples}
        asked = [sample for sample in case.samples if reasons[sample.id] is None]
        passed.update(reason for reason in reasons.values() if reason)
        try:
            blocked = _blocked(finished, case) if asked else set()
        except UserError as error:
            problems += error.problems
            continue
        free = [sample for sample in asked if sample.id not in blocked]
        passed.update(["blocked by the gate"] * (len(asked) - len(free)))
        problems += [problem for sample in free for problem in _absent(finished, sample)]
        taken += free
    if problems:
        raise UserError(dict.fromkeys(problems))
    targets_of = cache(lambda panel: _targets(_targets_file(finished, panel)))
    return Harvest(
        tuple(_observe(finished, sample, targets_of, min_alt_reads) for sample in taken),
        dict(passed),
    )


def _reason_against(sample: Sample, case: Case, known: Container[str]) -> str | None:
    """Why a sample is passed over, whatever its results; None when it is not."""
    if sample.door == "vcf":
        return "came as calls"
    if case.consent == "clinical":
        return "of clinical consent"
    return "already in" if sample.id in known else None


def _blocked(finished: FinishedRun, case: Case) -> set[str]:
    """The samples that the case's gate blocks and that nobody has accepted."""
    path = finished.file(case.id, "qc", f"{case.id}.gate.json")
    if not path.is_file():
        raise UserError(_not_there(path))
    try:
        gate = CaseGate.model_validate_json(path.read_text(encoding="utf-8"))
    except ValueError:
        raise UserError(f"{path}: is not a gate of this version; run again") from None
    gate = across_run.judged_anew(gate, finished.across, across_run.accepted_of(finished.run))
    judged = {item.sample: item for item in gate.samples}
    if missing := sorted({sample.id for sample in case.samples} - judged.keys()):
        raise UserError(f"{path}: does not judge {', '.join(missing)}; run again")
    return {name for name, item in judged.items() if item.not_accepted}


def _files(finished: FinishedRun, sample: Sample) -> tuple[Path, Path]:
    """A sample's depth of each base, and its case's findings."""
    case = sample.case
    return (
        finished.file(case, "qc", f"{sample.id}.per-base.bed.gz"),
        finished.file(case, "interpretation", f"{case}.findings.parquet"),
    )


def _targets_file(finished: FinishedRun, panel: str) -> Path:
    return finished.file("run", "targets", f"{panel}.bed")


def _absent(finished: FinishedRun, sample: Sample) -> Iterator[str]:
    panel = finished.run.cases[sample.case].panel.id
    for path in (*_files(finished, sample), _targets_file(finished, panel)):
        if not path.is_file():
            yield _not_there(path)


def _not_there(path: Path) -> str:
    return f"{path}: no such file; finish the run first"


def _targets(path: Path) -> list[Region]:
    """The targets, each with the base before it: where VCF puts an indel of the first base."""
    return [
        Region(item.chrom, max(item.start - 1, 0), item.end, item.label)
        for item in read_targets(path)
    ]


def _observe(
    finished: FinishedRun,
    sample: Sample,
    targets_of: Callable[[str], list[Region]],
    min_alt_reads: int,
) -> Observation:
    panel = finished.run.cases[sample.case].panel.id
    role: Role = "tumour" if sample.role == "tumour" else "normal"
    per_base, findings = _files(finished, sample)
    stretches = callable_stretches(read_track(per_base, targets_of(panel)))
    seen = variants_of(findings, role, min_alt_reads, stretches)
    return Observation(sample.id, sample.case, role, panel, finished.name, seen, stretches)


def callable_stretches(track: Track) -> pa.Table:
    """Where a sample is callable, as STRETCHES."""
    chroms: list[str] = []
    starts, ends = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for region, depths in zip(track.regions, track.depths, strict=True):
        inside = np.concatenate([[0], (depths >= CALLABLE_DEPTH).astype(np.int8), [0]])
        edges = np.flatnonzero(np.diff(inside)) + region.start
        chroms += [region.chrom] * (len(edges) // 2)
        starts.append(edges[::2])
        ends.append(edges[1::2])
    columns = [pa.array(chroms, pa.string())]
    columns += [pa.array(np.concatenate(side)).cast(pa.int32()) for side in (starts, ends)]
    return pa.table(columns, schema=STRETCHES)


def variants_of(findings: Path, role: Role, min_alt_reads: int, stretches: pa.Table) -> pa.Table:
    """The variants of one sample of a case that count, as SEEN.

    Raises UserError when the table cannot be read or lacks a column.
    """
    reads, vaf = _COLUMNS[role]
    names = [*_ALLELE, reads, vaf]
    table = read_columns(findings, names)
    enough = pc.and_(pc.greater_equal(table[reads], min_alt_reads), pc.is_valid(table[vaf]))
    inside = _Inside(stretches)
    bins: dict[tuple[str, int, int, str, str], int] = {}
    for row in table.filter(enough).to_pylist():
        change = trim(row["pos"], row["ref"], row["alt"])
        if (row["chrom"], place_of(change)) in inside:
            key = (row["chrom"], change.start, change.end, change.ref, change.alt)
            bins[key] = max(bin_of(row[vaf]), bins.get(key, 0))
    rows = [dict(zip(SEEN.names, (*key, bin_), strict=True)) for key, bin_ in bins.items()]
    return pa.Table.from_pylist(rows, schema=SEEN)


class _Inside:
    """Which bases (contig, 0-based) lie in stretches."""

    def __init__(self, stretches: pa.Table) -> None:
        self._ends: dict[str, tuple[list[int], list[int]]] = {}
        columns = (stretches[name].to_pylist() for name in stretches.column_names)
        for chrom, start, end in zip(*columns, strict=True):
            starts, ends = self._ends.setdefault(chrom, ([], []))
            starts.append(start)
            ends.append(end)

    def __contains__(self, place: tuple[str, int]) -> bool:
        starts, ends = self._ends.get(place[0], ([], []))
        index = bisect_right(starts, place[1]) - 1
        return index >= 0 and place[1] < ends[index]
