"""Join a case's metrics, from the tools' reports and our measures, with the panel's limits.

One row per sample and metric. What was not measured has status not_measured rather than no row:
because of the door the sample came by, because there was too little to measure it on, or because
no step brought it though the panel has a limit on it. Its source says why. What is measured across
the run meets its limits at the run's end (see ``across_run``).
"""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dugnad.files import read_lines
from dugnad.panel import Panel, load_panel
from dugnad.panel_rules import Limit
from dugnad.qc.measures import Measured, read_measures
from dugnad.qc.metric_names import METRIC_NAMES, OF_RUN, Analyte, depth_of, is_measured
from dugnad.reads.lane_reports import lane_reports
from dugnad.tables import COVERAGE, METRICS, read_table, write_table

_STATS = "samtools stats"


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    for name, words, text in (
        ("sample", ("ID", "ROLE", "ANALYTE"), "a sample: tumour or normal, dna or rna"),
        ("fastp", ("ID", "FOLDER"), "fastp's reports of its lanes"),
        ("stats", ("ID", "TEXT"), "samtools stats of it"),
    ):
        parser.add_argument(
            f"--{name}", nargs=len(words), action="append", default=[], metavar=words,
            help=f"{text}; may be repeated",
        )  # fmt: skip
    parser.add_argument(
        "--coverage", type=Path, nargs="*", default=[], help="our coverage tables, of DNA"
    )
    parser.add_argument(
        "--measures", type=Path, nargs="*", default=[], help="JSON by the verbs that measure"
    )
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--output", type=Path, required=True, help="Parquet of metrics")


def main(args: argparse.Namespace) -> None:
    """Write the metrics table, sample after sample."""
    panel, _ = load_panel(args.panel)
    coverage = [read_table(path, COVERAGE) for path in args.coverage]
    measures = [read_measures(path) for path in args.measures]
    table: list[dict[str, Any]] = []
    for sample, role, analyte in args.sample:
        parts = _reported(args, sample, panel)
        parts += [coverage_metrics(r) for r in coverage if r[0]["sample"] == sample]
        parts += [found[sample] for found in measures if sample in found]
        limits = [x for x in limits_of(panel, role, analyte) if x.metric not in OF_RUN]
        table += rows(sample, join(parts, analyte), limits)
    write_table(args.output, table, METRICS)


def _reported(args: argparse.Namespace, sample: str, panel: Panel) -> list[dict[str, Measured]]:
    """What the tools say of a sample."""
    folders = [Path(path) for name, path in args.fastp if name == sample]
    parts = [reads_metrics(lane_reports(folders))]
    for path in (Path(path) for name, path in args.stats if name == sample):
        found = alignment_metrics(read_lines(path), panel.library.duplicates == "mark")
        parts.append(found if panel.library.umi else without(found, "family_size"))
    return parts


def limits_of(panel: Panel, role: str, analyte: Analyte) -> list[Limit]:
    """The panel's limits on samples of a role and an analyte."""
    return [x for x in panel.qc if x.analyte == analyte and x.role in ("any", role)]


def without(measured: Mapping[str, Measured], name: str) -> dict[str, Measured]:
    """The measures but for one."""
    return {key: item for key, item in measured.items() if key != name}


def join(parts: Iterable[Mapping[str, Measured]], analyte: Analyte) -> dict[str, Measured]:
    """All measures that make sense for the analyte, each under a name that a panel may use.

    Raises KeyError when two parts bring the same metric, or one that is not known: a bug.
    """
    joined: dict[str, Measured] = {}
    for part in parts:
        for name, found in part.items():
            if name not in METRIC_NAMES and depth_of(name) is None:
                raise KeyError(f"{name} is not in METRIC_NAMES")
            if name in joined:
                raise KeyError(f"{name} is measured twice")
            if is_measured(name, analyte):
                joined[name] = found
    return joined


def rows(
    sample: str, measured: Mapping[str, Measured], limits: Sequence[Limit]
) -> list[dict[str, Any]]:
    """The rows of the metrics table: what was measured, and what the panel wants besides."""
    absent = Measured(None, "", "no step measures it for this sample")
    wanted = {limit.metric: absent for limit in limits if limit.metric not in measured}
    return [
        {"sample": sample, "metric": name}
        | judge(found, [limit for limit in limits if limit.metric == name])
        for name, found in {**measured, **wanted}.items()
    ]


def judge(measured: Measured, limits: Iterable[Limit]) -> dict[str, Any]:
    """A metric with the limit that it breaches worst, or the strictest that it meets.

    ``lower``, ``upper``, ``blocking`` and ``why`` are that limit's; ``blocking`` is true only of
    a limit that is breached.
    """
    nothing = {"status": "info", "lower": None, "upper": None, "blocking": False, "why": None}
    row: dict[str, Any] = {**measured._asdict(), **nothing}
    ordered = sorted(limits, key=lambda limit: (limit.breach == "fail", limit.blocking))
    if measured.value is None:
        first = _held(ordered[0], "not_measured") if ordered else {}
        return row | {"status": "not_measured"} | first
    for limit in ordered:
        low = limit.lower is not None and measured.value < limit.lower
        high = limit.upper is not None and measured.value > limit.upper
        if low or high or row["status"] == "info":
            row |= _held(limit, limit.breach if low or high else "pass")
            row["blocking"] = limit.blocking and (low or high)
    return row


def _held(limit: Limit, status: str) -> dict[str, Any]:
    return {"status": status, "lower": limit.lower, "upper": limit.upper, "why": limit.why}


def reads_metrics(reports: Sequence[Mapping[str, Any]]) -> dict[str, Measured]:
    """Reads as sequenced and as kept, and adapter bases, over all lanes, from fastp's JSON."""
    source = "fastp" if reports else "came as an alignment"

    def total(side: str, name: str) -> int:
        return sum(report["summary"][side][name] for report in reports)

    before, bases = (
        total("before_filtering", "total_reads"),
        total("before_filtering", "total_bases"),
    )
    kept = total("after_filtering", "total_reads") / before if before else None
    cut = sum(r.get("adapter_cutting", {}).get("adapter_trimmed_bases", 0) for r in reports)
    return {
        "reads": Measured(before if reports else None, "reads", source),
        "reads_passing": Measured(kept, "fraction", source),
        "adapter": Measured(cut / bases if bases else None, "fraction", source),
    }


class _Stats(NamedTuple):
    """What is read of ``samtools stats``: SN, reads by base quality, and pairs by insert size."""

    summary: dict[str, float]
    qualities: dict[int, int]
    inserts: dict[int, int]


def _read_stats(lines: Iterable[str]) -> _Stats:
    stats = _Stats({}, {}, {})
    for line in lines:
        cells = line.split("\t")
        if cells[0] == "SN":
            stats.summary[cells[1].rstrip(":")] = float(cells[2])
        elif cells[0] == "IS":
            stats.inserts[int(cells[1])] = int(cells[2])
        elif cells[0] in {"FFQ", "LFQ"}:
            for quality, count in enumerate(map(int, cells[2:])):
                stats.qualities[quality] = stats.qualities.get(quality, 0) + count
    return stats


def alignment_metrics(lines: Iterable[str], marked: bool) -> dict[str, Measured]:
    """What ``samtools stats`` tells of an alignment; primary reads, duplicates included.

    Duplicates are not measured where none is marked: the panel keeps them, or the alignment
    came without marks.
    """
    stats = _read_stats(lines)
    found = stats.summary
    mapped, repeated = found["reads mapped"], found["reads duplicated"] if marked else 0
    unmarked = "no duplicate is marked" if marked else "the panel keeps duplicates"
    good = sum(count for quality, count in stats.qualities.items() if quality >= 30)
    pairs = found["reads mapped and paired"] / 2
    aligned = share(found["bases mapped (cigar)"], found["bases mapped"], "no base mapped")
    return {
        "bases_q30": share(good, sum(stats.qualities.values()), "no base"),
        "mapped": share(mapped, found["raw total sequences"], "no read"),
        "duplicates": share(repeated or None, mapped, unmarked),
        "family_size": share(mapped if repeated else None, mapped - repeated, unmarked, "ratio"),
        "insert_size": Measured(median(stats.inserts), "bases", _STATS),
        "chimeric": share(found["pairs on different chromosomes"], pairs, "no mapped pair"),
        "soft_clipped": aligned._replace(
            value=None if aligned.value is None else max(1 - aligned.value, 0.0)
        ),
    }


def share(part: float | None, whole: float, reason: str, unit: str = "fraction") -> Measured:
    """``part`` of ``whole`` by samtools stats; not measured, for the reason, without either."""
    if part is None or not whole:
        return Measured(None, unit, reason)
    return Measured(part / whole, unit, _STATS)


def median(counts: Mapping[int, int]) -> float | None:
    """The lower median of values with their counts; None when there are none."""
    half, seen = sum(counts.values()) / 2, 0
    for value in sorted(counts):
        seen += counts[value]
        if seen and seen >= half:
            return float(value)
    return None


def coverage_metrics(table: Iterable[Mapping[str, Any]]) -> dict[str, Measured]:
    """Mean depth of the targets and the share that reaches the callable depth, each base once.

    Contigs without a read count, other than in mosdepth's own summary.
    """
    (panel,) = (row for row in table if row["kind"] == "panel")
    return {
        "mean_target_depth": Measured(panel["mean_depth"], "reads", "mosdepth"),
        "callable_target": Measured(panel["callable_fraction"], "fraction", "mosdepth"),
    }
