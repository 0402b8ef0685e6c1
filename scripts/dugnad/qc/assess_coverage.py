"""Say where a sample can be assessed and where not: genes, exons, targets and hotspots.

Depth is mosdepth's per-base depth (see ``dugnad.qc.depth_track``). Variants are called within the
targets only, so a gene or an exon is judged by its bases in the targets, and the table says how
much of it that is. The same depths give the measures of how evenly the targets are reached.
"""

import argparse
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dugnad.panel import Panel, load_panel
from dugnad.qc import measure_targets
from dugnad.qc.depth_track import Depths, Track, read_track
from dugnad.qc.locate_exons import Exon, read_exons
from dugnad.qc.measures import write_measures
from dugnad.regions import Hotspot, Region, merge, read_hotspots, read_targets
from dugnad.tables import COVERAGE, write_table

Row = dict[str, Any]


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--sample", required=True)
    parser.add_argument("--per-base", type=Path, required=True, help="mosdepth's per-base.bed.gz")
    parser.add_argument("--summary", type=Path, required=True, help="mosdepth's summary")
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--exons", type=Path, required=True, help="TSV by locate-exons")
    parser.add_argument("--fasta", type=Path, required=True, help="the genome, indexed")
    parser.add_argument("--output", type=Path, required=True, help="Parquet of coverage")
    parser.add_argument("--measures", type=Path, required=True, help="JSON of measures to write")


def main(args: argparse.Namespace) -> None:
    """Write the coverage table and the measures of the targets."""
    panel, _ = load_panel(args.panel)
    targets = read_targets(panel.targets)
    hotspots = read_hotspots(panel.hotspots) if panel.hotspots else []
    track = read_track(args.per_base, targets, margin=measure_targets.NEAR)
    rows = table(track, panel, targets, hotspots, read_exons(args.exons))
    write_table(args.output, [{"sample": args.sample, **row} for row in rows], COVERAGE)
    measures = measure_targets.measure(
        track,
        merge(targets),
        measure_targets.aligned_bases(args.summary),
        panel.coverage.levels,
        args.fasta,
    )
    write_measures(args.measures, {args.sample: measures})


def table(
    track: Track,
    panel: Panel,
    targets: Sequence[Region],
    hotspots: Sequence[Hotspot],
    exons: Sequence[Exon],
) -> Iterator[Row]:
    """The rows of the coverage table but for the sample, kind after kind."""
    merged = merge(list(targets))
    yield summarise("panel", panel.id, track.over(merged), panel)
    for gene in panel.genes:
        own = [exon for exon in exons if exon.gene == gene]
        yield _gene(gene, own, targets, merged, track, panel)
    for exon in exons:
        yield _exon(exon, merged, track, panel)
    for region in (*targets, *hotspots):
        row = _named(region, track.of(region), panel)
        yield row | _place(region) | {"targeted_fraction": 1.0}


def _named(region: Region, depth: Depths, panel: Panel) -> Row:
    """A target or hotspot under the name that reports show, with its gene."""
    if isinstance(region, Hotspot):
        return summarise("hotspot", region.name, depth, panel) | {"gene": region.gene}
    return summarise("target", region.label, depth, panel) | {"gene": gene_of(region, panel)}


def gene_of(target: Region, panel: Panel) -> str | None:
    """The panel's gene that a target's label names: ``KIT``, or ``KIT`` and more after ``_``."""
    return next((g for g in panel.genes if target.label.partition("_")[0] == g), None)


def _gene(
    gene: str,
    exons: Sequence[Exon],
    targets: Sequence[Region],
    merged: Sequence[Region],
    track: Track,
    panel: Panel,
) -> Row:
    """A gene by its coding exons; without any in the annotation, by the targets of its name."""
    wanted = merge(list(exons)) or merge([t for t in targets if gene_of(t, panel) == gene])
    return _targeted("gene", gene, wanted, merged, track, panel) | {"gene": gene}


def _exon(exon: Exon, merged: Sequence[Region], track: Track, panel: Panel) -> Row:
    row = _targeted("exon", exon.label, [exon], merged, track, panel)
    return row | _place(exon) | {"gene": exon.gene}


def _targeted(
    kind: str,
    label: str,
    wanted: Sequence[Region],
    merged: Sequence[Region],
    track: Track,
    panel: Panel,
) -> Row:
    """What the depths say of the part of regions that lies in the targets, and how much it is."""
    seen = intersect(wanted, merged)
    whole = sum(region.length for region in wanted)
    share = sum(region.length for region in seen) / whole if whole else 0.0
    return summarise(kind, label, track.over(seen), panel) | {"targeted_fraction": share}


def intersect(regions: Sequence[Region], merged: Sequence[Region]) -> list[Region]:
    """The parts of regions that lie in others, which are sorted and do not touch."""
    starts = [(other.chrom, other.start) for other in merged]
    parts = []
    for region in regions:
        index = max(bisect_right(starts, (region.chrom, region.start)) - 1, 0)
        for other in merged[index:]:
            if (other.chrom, other.start) >= (region.chrom, region.end):
                break
            start, end = max(region.start, other.start), min(region.end, other.end)
            if other.chrom == region.chrom and start < end:
                parts.append(Region(region.chrom, start, end, region.label))
    return parts


def _place(region: Region) -> Row:
    return {"chrom": region.chrom, "start": region.start, "end": region.end}


def summarise(kind: str, label: str, depth: Depths, panel: Panel) -> Row:
    """What the depths of a place, shape (bases,), say of it.

    Status: ``callable`` when enough of the place reaches the panel's depth (all of a hotspot),
    ``not_assessable`` when none of it does, ``partly`` between; ``not_targeted`` without a base.
    """
    if not len(depth):
        return {"kind": kind, "label": label, "status": "not_targeted"}
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
