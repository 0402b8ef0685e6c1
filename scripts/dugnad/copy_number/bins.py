"""A panel's targets cut into bins, and what belongs to each: depth, GC content, genes, sex."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pysam

from dugnad.qc.depth_track import Track
from dugnad.qc.sites import Stretch, kind_of
from dugnad.regions import Region, merge

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]
Texts = np.ndarray[Any, np.dtype[np.str_]]

COPIES = {"autosome": {}, "par": {}, "x": {"male": 1}, "y": {"male": 1, "female": 0}}
"""Copies in a normal cell by kind of place and sex; two where nothing is said."""


@dataclass(frozen=True)
class Bins:
    """Stretches of the targets in order, 0-based and half-open; every array of shape (bins,)."""

    chrom: Texts
    start: Ints
    end: Ints
    label: Texts

    def __len__(self) -> int:
        """How many bins there are."""
        return len(self.start)

    @property
    def middle(self) -> Ints:
        """The base in the middle, 0-based."""
        return (self.start + self.end) // 2

    def kinds(self, par: Sequence[Stretch]) -> Texts:
        """autosome, x, y or par; of the mitochondrion an empty text."""
        places = zip(self.chrom.tolist(), self.middle.tolist(), strict=True)
        return np.array([kind_of(chrom, pos + 1, par) or "" for chrom, pos in places], np.str_)

    def within(self, chrom: str, start: int, end: int) -> Bools:
        """Which bins have their middle in a stretch."""
        middle = self.middle
        found: Bools = (self.chrom == chrom) & (middle >= start) & (middle < end)
        return found


def contig_order(chrom: str) -> tuple[int, str]:
    """Sort key of contigs: by number, then X, Y and whatever else."""
    name = chrom.removeprefix("chr")
    return (int(name), "") if name.isdigit() else (1000, name)


def cut_targets(targets: Iterable[Region], size: int) -> Bins:
    """Targets, overlaps joined, cut into bins of about ``size`` bases, at least one of each.

    Bins of one target are of even length. A bin's label is that of the target over its middle.
    """
    given = sorted(targets, key=lambda region: (contig_order(region.chrom), region.start))
    rows: list[tuple[str, int, int, str]] = []
    by_contig: dict[str, list[Region]] = {}
    for region in given:
        by_contig.setdefault(region.chrom, []).append(region)
    for region in sorted(merge(given), key=lambda r: (contig_order(r.chrom), r.start)):
        parts = max(1, round(region.length / size))
        edges = np.linspace(region.start, region.end, parts + 1).round().astype(int).tolist()
        own = [r for r in by_contig[region.chrom] if r.start < region.end and r.end > region.start]
        for start, end in pairwise(edges):
            middle = (start + end) // 2
            label = next((r.label for r in own if r.start <= middle < r.end), region.label)
            rows.append((region.chrom, start, end, label))
    return of_rows(rows)


def of_rows(rows: Sequence[tuple[str, int, int, str]]) -> Bins:
    """Bins from chrom, start, end and label of each."""
    chrom, start, end, label = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Bins(
        np.array(chrom, np.str_),
        np.array(start, np.int64),
        np.array(end, np.int64),
        np.array(label, np.str_),
    )


def depth_of(bins: Bins, track: Track) -> Floats:
    """Mean depth of each bin in reads, shape (bins,)."""
    rows = zip(bins.chrom.tolist(), bins.start.tolist(), bins.end.tolist(), strict=True)
    return np.array([track.of(Region(c, s, e, "")).mean() for c, s, e in rows], np.float64)


def gc_content(bins: Bins, fasta: pysam.FastaFile) -> Floats:
    """Share of G and C among the known bases of each bin; 0.5 where none is known."""
    found = np.full(len(bins), 0.5)
    for chrom in dict.fromkeys(bins.chrom.tolist()):
        bases = np.frombuffer(fasta.fetch(chrom).upper().encode(), np.uint8)
        strong, known = (
            np.concatenate([[0], np.cumsum(np.isin(bases, np.frombuffer(letters, np.uint8)))])
            for letters in (b"GC", b"ACGT")
        )
        own = np.flatnonzero(bins.chrom == chrom)
        first, last = bins.start[own], np.minimum(bins.end[own], len(bases))
        total = known[last] - known[first]
        share = (strong[last] - strong[first]) / np.maximum(total, 1)
        found[own] = np.where(total > 0, share, 0.5)
    return found


def normal_copies(kinds: Texts, sex: str) -> Ints:
    """Copies of each bin in a normal cell of a person: 2, 1 or 0; 2 where the sex is unknown."""
    table: Mapping[str, Mapping[str, int]] = COPIES
    by_kind = {kind: table.get(kind, {}).get(sex, 2) for kind in set(kinds.tolist())}
    return np.array([by_kind[kind] for kind in kinds.tolist()], np.int64)
