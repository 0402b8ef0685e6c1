"""Say where a sample can be assessed and where not: each target and each hotspot.

Depth is mosdepth's per-base depth: bases of overlapping mates count once, and reads that are
unmapped, secondary, failed, duplicate (where the panel marks them) or below the panel's mapping
quality do not count.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pysam

from dugnad.panel import Panel, load_panel
from dugnad.regions import Hotspot, Region, read_hotspots, read_targets
from dugnad.tables import COVERAGE, write_table


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--sample", required=True)
    parser.add_argument("--per-base", type=Path, required=True, help="mosdepth's per-base.bed.gz")
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--output", type=Path, required=True, help="Parquet of coverage")


def main(args: argparse.Namespace) -> None:
    """Write the coverage table."""
    panel, _ = load_panel(args.panel)
    regions: list[Region] = list(read_targets(panel.targets))
    if panel.hotspots:
        regions += read_hotspots(panel.hotspots)
    with pysam.TabixFile(str(args.per_base), index=f"{args.per_base}.csi") as table:
        rows = [
            {"sample": args.sample, **assess(region, depths(table, region), panel)}
            for region in regions
        ]
    write_table(args.output, rows, COVERAGE)


def depths(table: pysam.TabixFile, region: Region) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Depth in reads of each base of the region, shape (length,)."""
    depth = np.zeros(region.length, dtype=np.int64)
    if region.chrom in table.contigs:
        for line in table.fetch(region.chrom, region.start, region.end):
            _, start, end, value = line.split("\t")
            first, last = int(start) - region.start, int(end) - region.start
            depth[max(first, 0) : max(last, 0)] = int(value)
    return depth


def assess(
    region: Region, depth: np.ndarray[Any, np.dtype[np.int64]], panel: Panel
) -> dict[str, Any]:
    """One row of the coverage table.

    Status: ``callable`` when enough of the region reaches the panel's depth (all of a hotspot),
    ``not_assessable`` when none of it does, ``partly`` between.
    """
    is_hotspot = isinstance(region, Hotspot)
    fraction = float((depth >= panel.coverage.callable_depth.value).mean())
    needed = 1.0 if is_hotspot else panel.coverage.region_fraction.value
    reached = "callable" if fraction >= needed else "partly" if fraction else "not_assessable"
    return {
        "kind": "hotspot" if is_hotspot else "target",
        "label": region.name if isinstance(region, Hotspot) else region.label,
        "chrom": region.chrom,
        "start": region.start,
        "end": region.end,
        "mean_depth": float(depth.mean()),
        "min_depth": int(depth.min()),
        "callable_fraction": fraction,
        "status": reached,
    }
