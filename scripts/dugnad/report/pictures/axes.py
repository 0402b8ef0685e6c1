"""Axes: from values, and from places on the genome, to pixels."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Interval = tuple[int, int]


@dataclass(frozen=True)
class Axis:
    """A straight scale; what lies beyond its ends is put at its ends."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The pixel of a value."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)

    def ticks(self, about: int = 5) -> list[float]:
        """Round values along the axis, about so many."""
        rough = (self.high - self.low) / about
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * n for n in (1, 2, 5, 10) if power * n >= rough * 0.999)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [n * step for n in range(first, last + 1)]


@dataclass(frozen=True)
class Squeezed:
    """Places on one contig to scale, but with long gaps between blocks shortened."""

    known: Sequence[int]
    pixels: Sequence[float]

    @classmethod
    def of(cls, blocks: Iterable[Interval], gap: float, start: float, end: float) -> "Squeezed":
        """An axis over blocks; a gap between two is drawn no longer than ``gap`` bases.

        ``end`` may be left of ``start``, for the minus strand.
        """
        merged = merge(blocks)
        known, drawn, at = [], [], 0.0
        for number, (first, last) in enumerate(merged):
            if number:
                at += min(gap, first - merged[number - 1][1])
            known += [first, last]
            drawn += [at, at + last - first]
            at += last - first
        scale = (end - start) / at if at else 0.0
        return cls(tuple(known), tuple(start + place * scale for place in drawn))

    def __call__(self, pos: float) -> float:
        """The pixel of a place; those beyond the blocks are put at the ends."""
        at = bisect_right(self.known, pos)
        if at == 0:
            return self.pixels[0]
        if at == len(self.known):
            return self.pixels[-1]
        first, last = self.known[at - 1], self.known[at]
        share = (pos - first) / (last - first)
        return self.pixels[at - 1] + share * (self.pixels[at] - self.pixels[at - 1])


def merge(blocks: Iterable[Interval]) -> list[Interval]:
    """Blocks in order, those that touch as one; empty ones are left out."""
    merged: list[Interval] = []
    for first, last in sorted(block for block in blocks if block[0] < block[1]):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


@dataclass(frozen=True)
class Genome:
    """Contigs side by side, as wide as they reach in the data; there is a gap between two."""

    starts: dict[str, float]
    widths: dict[str, float]
    scale: float

    @classmethod
    def of(cls, extents: dict[str, int], start: float, end: float, gap: float = 2) -> "Genome":
        """An axis over contigs, each with the last base that is seen of it."""
        order = sorted(extents, key=contig_order)
        total = sum(max(1, extent) for extent in extents.values())
        scale = max(0.0, end - start - gap * (len(order) - 1)) / total if total else 0.0
        starts, widths, at = {}, {}, start
        for contig in order:
            starts[contig], widths[contig] = at, max(1, extents[contig]) * scale
            at += widths[contig] + gap
        return cls(starts, widths, scale)

    def __call__(self, chrom: str, pos: float) -> float:
        """The pixel of a place."""
        return self.starts[chrom] + min(self.widths[chrom], pos * self.scale)


def contig_order(name: str) -> tuple[int, int, str]:
    """Chromosomes by number, then X, Y, the mitochondrion and others."""
    short = name.removeprefix("chr")
    if short.isascii() and short.isdigit() and len(short) < 4:
        return 0, int(short), name
    letters = ("X", "Y", "M", "MT")
    return 1, letters.index(short) if short in letters else len(letters), name


def spread(wanted: Sequence[float], widths: Sequence[float], low: float, high: float) -> list[int]:
    """Rows (0 is the lowest) for labels centred at places in rising order, so that none overlap.

    The first row that has room is taken; ``low`` and ``high`` are the ends that labels keep to.
    """
    ends: list[float] = []
    rows = []
    for place, width in zip(wanted, widths, strict=True):
        middle = min(max(place, low + width / 2), high - width / 2)
        row = next((n for n, end in enumerate(ends) if end <= middle - width / 2), len(ends))
        ends[row : row + 1] = [middle + width / 2 + 4]
        rows.append(row)
    return rows
