"""Join a sample's metrics from the tools' reports with the panel's limits.

One row per metric. What a tool did not measure, because of the door the sample came by,
has status not_measured rather than no row.
"""

import argparse
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from dugnad.panel import Limit, load_panel
from dugnad.tables import COVERAGE, METRICS, read_table, write_table


class Measured(NamedTuple):
    """A metric's value (None: not measured), unit and source."""

    value: float | None
    unit: str
    source: str


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--sample", required=True)
    parser.add_argument("--role", required=True, choices=["tumour", "normal"])
    parser.add_argument("--fastp", type=Path, nargs="*", default=[], help="fastp's JSON per lane")
    parser.add_argument("--stats", type=Path, required=True, help="samtools stats")
    parser.add_argument("--summary", type=Path, required=True, help="mosdepth's summary")
    parser.add_argument("--coverage", type=Path, required=True, help="our coverage table")
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--output", type=Path, required=True, help="Parquet of metrics")


def main(args: argparse.Namespace) -> None:
    """Write the metrics table."""
    panel, _ = load_panel(args.panel)
    measured = {
        **reads_metrics([json.loads(path.read_text()) for path in args.fastp]),
        **alignment_metrics(
            args.stats.read_text().splitlines(), panel.library.duplicates == "mark"
        ),
        **depth_metrics(args.summary.read_text().splitlines()),
        **coverage_metrics(read_table(args.coverage, COVERAGE)),
    }
    limits = [limit for limit in panel.qc if limit.role in ("any", args.role)]
    rows = [
        {
            "sample": args.sample,
            "metric": name,
            **judge(found, [x for x in limits if x.metric == name]),
        }
        for name, found in measured.items()
    ]
    write_table(args.output, rows, METRICS)


def judge(measured: Measured, limits: Iterable[Limit]) -> dict[str, Any]:
    """A metric with the limit that it breaches, or the strictest that it meets, and the status."""
    row: dict[str, Any] = {**measured._asdict(), "status": "info", "lower": None, "upper": None}
    ordered = sorted(limits, key=lambda limit: limit.breach == "fail")
    if measured.value is None:
        sides = {"lower": ordered[0].lower, "upper": ordered[0].upper} if ordered else {}
        return row | {"status": "not_measured"} | sides
    for limit in ordered:
        low = limit.lower is not None and measured.value < limit.lower
        high = limit.upper is not None and measured.value > limit.upper
        if low or high or row["status"] == "info":
            status = limit.breach if low or high else "pass"
            row |= {"status": status, "lower": limit.lower, "upper": limit.upper}
    return row


def reads_metrics(reports: list[Mapping[str, Any]]) -> dict[str, Measured]:
    """Reads as sequenced and as kept, over all lanes, from fastp's JSON."""
    before = sum(report["summary"]["before_filtering"]["total_reads"] for report in reports)
    after = sum(report["summary"]["after_filtering"]["total_reads"] for report in reports)
    kept = after / before if before else None
    return {
        "reads": Measured(before if reports else None, "reads", "fastp"),
        "reads_passing": Measured(kept, "fraction", "fastp"),
    }


def alignment_metrics(lines: Iterable[str], marked: bool) -> dict[str, Measured]:
    """Mapping, duplicates, median insert size and base quality from ``samtools stats``.

    Duplicates are not measured where none is marked: the panel keeps them, or the alignment
    came without marks.
    """
    summary: dict[str, float] = {}
    by_quality: dict[int, int] = {}
    inserts: dict[int, int] = {}
    for line in lines:
        cells = line.split("\t")
        if cells[0] == "SN":
            summary[cells[1].rstrip(":")] = float(cells[2])
        elif cells[0] == "IS":
            inserts[int(cells[1])] = int(cells[2])
        elif cells[0] in {"FFQ", "LFQ"}:
            for quality, count in enumerate(map(int, cells[2:])):
                by_quality[quality] = by_quality.get(quality, 0) + count
    total, mapped = summary["raw total sequences"], summary["reads mapped"]
    repeated = summary["reads duplicated"]
    bases = sum(by_quality.values())
    good = sum(count for quality, count in by_quality.items() if quality >= 30)
    source = "samtools stats"
    return {
        "bases_q30": Measured(good / bases if bases else None, "fraction", source),
        "mapped": Measured(mapped / total if total else None, "fraction", source),
        "duplicates": Measured(
            repeated / mapped if marked and repeated and mapped else None, "fraction", source
        ),
        "insert_size": Measured(median(inserts), "bases", source),
    }


def median(counts: Mapping[int, int]) -> float | None:
    """The lower median of values with their counts; None when there are none."""
    half, seen = sum(counts.values()) / 2, 0
    for value in sorted(counts):
        seen += counts[value]
        if seen and seen >= half:
            return float(value)
    return None


def depth_metrics(lines: Iterable[str]) -> dict[str, Measured]:
    """Mean depth of the targets and the on-target share of aligned bases, from mosdepth."""
    rows = {cells[0]: cells for cells in (line.split("\t") for line in lines)}
    total, region = float(rows["total"][2]), float(rows["total_region"][2])
    return {
        "on_target": Measured(region / total if total else None, "fraction", "mosdepth"),
        "mean_target_depth": Measured(float(rows["total_region"][3]), "reads", "mosdepth"),
    }


def coverage_metrics(rows: Iterable[Mapping[str, Any]]) -> dict[str, Measured]:
    """The fraction of target bases that reach the callable depth, each base once."""
    (panel,) = (row for row in rows if row["kind"] == "panel")
    return {"callable_target": Measured(panel["callable_fraction"], "fraction", "mosdepth")}
