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
from dugnad.regions import Hotspot, Region, merge, read_hotspots, read_targets
from dugnad.tables import COVERAGE, write_table

Depths = np.ndarray[Any, np.dtype[np.int64]]


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--sample", required=True)
    parser.add_argument("--per-base", type=Path, required=True, help="mosdepth's per-base.bed.gz")
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--output", type=Path, required=True, help="Parquet of coverage")


def main(args: argparse.Namespace) -> None:
    """Write the coverage table."""
    panel, _ = load_panel(args.panel)
    targets = read_targets(panel.targets)
    hotspots = read_hotspots(panel.hotspots) if panel.hotspots else []
    pysam.set_verbosity(0)  # htslib warns of mosdepth's index, which it reads rightly
    with pysam.TabixFile(str(args.per_base), index=f"{args.per_base}.csi") as table:
        whole = np.concatenate([depths(table, region) for region in merge(targets)])
        rows = [summarise("panel", panel.id, whole, panel)]
        for region in (*targets, *hotspots):
            place = {"chrom": region.chrom, "start": region.start, "end": region.end}
            rows.append(place | assess(region, depths(table, region), panel))
    write_table(args.output, [{"sample": args.sample, **row} for row in rows], COVERAGE)


def depths(table: pysam.TabixFile, region: Region) -> Depths:
    """Depth in reads of each base of the region, shape (length,)."""
    depth = np.zeros(region.length, dtype=np.int64)
    if region.chrom in table.contigs:
        for line in table.fetch(region.chrom, region.start, region.end):
            _, start, end, value = line.split("\t")
            first, last = int(start) - region.start, int(end) - region.start
            depth[max(first, 0) : max(last, 0)] = int(value)
    return depth


def assess(region: Region, depth: Depths, panel: Panel) -> dict[str, Any]:
    """The columns of the coverage table for one target or hotspot."""
    if isinstance(region, Hotspot):
        return summarise("hotspot", region.name, depth, panel)
    return summarise("target", region.label, depth, panel)


def summarise(kind: str, label: str, depth: Depths, panel: Panel) -> dict[str, Any]:
    """What the depths of a place, shape (bases,), say of it.

    Status: ``callable`` when enough of the place reaches the panel's depth (all of a hotspot),
    ``not_assessable`` when none of it does, ``partly`` between.
    """
    fraction = float((depth >= panel.coverage.callable_depth.value).mean())
    needed = 1.0 if kind == "hotspot" else panel.coverage.region_fraction.value
    reached = "callable" if fraction >= needed else "partly" if fraction else "not_assessable"
    return {
        "kind": kind,
        "label": label,
        "mean_depth": float(depth.mean()),
        "min_depth": int(depth.min()),
        "callable_fraction": fraction,
        "status": reached,
    }
