"""How well the targets are reached, and how evenly: metrics as Picard's CollectHsMetrics has them.

The definitions follow Picard (broadinstitute/picard, TargetMetricsCollector), on mosdepth's depth:
duplicates and reads of low mapping quality do not count, and bases of overlapping mates count
once. Picard gives the same figures when it is told the same (MINIMUM_BASE_QUALITY=0,
MINIMUM_MAPPING_QUALITY the panel's, CLIP_OVERLAPPING_READS=true, COVERAGE_CAP above all depths);
its near and off-bait bases, however, count duplicates and overlaps and go by whole reads.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pysam

from dugnad.qc.depth_track import Depths, Track
from dugnad.qc.measures import Measured
from dugnad.regions import Region

NEAR = 250  # bases from a target that are near it: Picard's default NEAR_DISTANCE
_SOURCE = "dugnad assess-coverage from mosdepth"

Floats = np.ndarray[Any, np.dtype[np.float64]]


def evenness(depth: Depths, levels: Sequence[int]) -> dict[str, Measured]:
    """Median, share at each level, and fold-80 of the depth of target bases, shape (bases,).

    Fold-80 is the mean over the 20th percentile: how many times more sequencing lifts four
    fifths of the bases to the mean.
    """
    low = float(np.percentile(depth, 20, method="inverted_cdf"))
    fold = (
        Measured(float(depth.mean()) / low, "ratio", _SOURCE)
        if low
        else Measured(None, "ratio", "a fifth of the target bases has no read")
    )
    reached = {
        f"target_{level}x": Measured(float((depth >= level).mean()), "fraction", _SOURCE)
        for level in levels
    }
    median = Measured(float(np.median(depth)), "reads", _SOURCE)
    return {"median_target_depth": median, **reached, "fold_80": fold}


def placement(track: Track, targets: Sequence[Region], total: float) -> dict[str, Measured]:
    """The shares of aligned bases on the targets, within NEAR bases of one, and further off.

    ``targets`` are merged; the track must reach NEAR bases around them; ``total`` are the aligned
    bases anywhere. The three shares add up to 1.
    """
    if not total:
        nothing = Measured(None, "fraction", "no aligned base")
        return dict.fromkeys(("on_target", "near_target", "off_target"), nothing)
    on = float(track.over(targets).sum())
    within = float(sum(int(depth.sum()) for depth in track.depths))
    shares = (on, within - on, total - within)
    names = ("on_target", "near_target", "off_target")
    return {
        name: Measured(share / total, "fraction", _SOURCE)
        for name, share in zip(names, shares, strict=True)
    }


def dropout(gc: Floats, lengths: Floats, bases: Floats) -> dict[str, Measured]:
    """GC and AT dropout of targets with a GC share, a length and aligned bases, shape (targets,).

    In each bin of one percent GC, what the bin lacks: its percentage of target bases less its
    percentage of aligned bases, where that is above 0. AT dropout is the sum over bins up to 50 %
    GC, GC dropout that from 50 % on. Unit: per cent of the reads that are elsewhere than a sound
    library would put them.
    """
    if not bases.sum():
        nothing = Measured(None, "percent", "no aligned base in the targets")
        return {"gc_dropout": nothing, "at_dropout": nothing}
    bins = np.floor(gc * 100 + 0.5).astype(np.int64)
    territory = np.bincount(bins, lengths, minlength=101) / lengths.sum()
    aligned = np.bincount(bins, bases, minlength=101) / bases.sum()
    lacking = np.maximum(territory - aligned, 0) * 100
    return {
        "gc_dropout": Measured(float(lacking[50:].sum()), "percent", _SOURCE),
        "at_dropout": Measured(float(lacking[:51].sum()), "percent", _SOURCE),
    }


def gc_shares(fasta: Path, regions: Sequence[Region]) -> Floats:
    """The share of G and C of each region's bases, shape (regions,)."""
    with pysam.FastaFile(str(fasta)) as genome:
        texts = [genome.fetch(r.chrom, r.start, r.end).upper() for r in regions]
    return np.array([(text.count("G") + text.count("C")) / len(text) for text in texts])


def measure(
    track: Track, targets: Sequence[Region], total: float, levels: Sequence[int], fasta: Path
) -> dict[str, Measured]:
    """All measures of a sample's targets; ``targets`` are merged, see ``placement``."""
    depths = [track.of(region) for region in targets]
    lengths = np.array([region.length for region in targets], dtype=np.float64)
    bases = np.array([depth.sum() for depth in depths], dtype=np.float64)
    return {
        **placement(track, targets, total),
        **evenness(np.concatenate(depths), levels),
        **dropout(gc_shares(fasta, targets), lengths, bases),
    }


def aligned_bases(summary: Path) -> float:
    """Aligned bases anywhere, from mosdepth's summary."""
    rows = (line.split("\t") for line in summary.read_text().splitlines())
    return next(float(cells[2]) for cells in rows if cells[0] == "total")
