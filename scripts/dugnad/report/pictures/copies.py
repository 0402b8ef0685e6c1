"""What pictures of copy number share: which genes are called, and log2 as copies."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from dugnad.record_copy_number import CopyNumber, GeneCopies, Segment
from dugnad.report.pictures.colours import INK, OF_CALL, PURPLE

# log2 of depth: beyond these a bin is empty or a segment is off any scale
LOWEST, HIGHEST = -4.0, 5.0
COPIES_SHOWN = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
_CALLS = ("amplification", "homozygous_deletion", "gain", "loss")


def called(copy_number: CopyNumber) -> list[GeneCopies]:
    """Genes with more or fewer copies than normal, or one parent's alone; gravest first."""
    found = [gene for gene in copy_number.genes if gene.call in _CALLS or gene.loh]
    return sorted(found, key=lambda gene: _CALLS.index(gene.call) if gene.call in _CALLS else 9)


def colour_of_gene(gene: GeneCopies) -> str:
    """By its call; LOH with a normal number of copies has its own."""
    return PURPLE if gene.call == "neutral" and gene.loh else OF_CALL[gene.call]


def colour_of_segment(segment: Segment) -> str:
    """By whether there are more copies than normal or fewer; black where that is not known."""
    if segment.total_copies is None or segment.total_copies == segment.normal_copies:
        return PURPLE if segment.loh and segment.total_copies is not None else INK
    return OF_CALL["gain" if segment.total_copies > segment.normal_copies else "loss"]


@dataclass(frozen=True)
class Mixture:
    """How log2 of depth follows from copies in tumour cells, for a normal cell with two."""

    purity: float
    ploidy: float

    @classmethod
    def of(cls, copy_number: CopyNumber) -> "Mixture | None":
        """At the purity that is used; none where the segments do not fit what it says."""
        purity = copy_number.purity
        if not purity.used or purity.ploidy is None or purity.ploidy <= 0:
            return None
        mixture = cls(purity.used, purity.ploidy)
        told = [
            abs(mixture.log2(segment.copies) - max(LOWEST, segment.log2))
            for segment in copy_number.segments
            if segment.copies is not None and segment.normal_copies == 2
        ]
        fits = sorted(told)[len(told) // 2] < 0.1 if told else True
        return mixture if fits else None

    def log2(self, copies: float) -> float:
        """Expected log2 of depth over that of the mean genome."""
        normal = 2 * (1 - self.purity)
        share = (self.purity * copies + normal) / (self.purity * self.ploidy + normal)
        return max(LOWEST, math.log2(share)) if share > 0 else LOWEST

    def lines(self, low: float, high: float, apart: float) -> Iterator[tuple[int, float]]:
        """Copies with their log2 between two ends, no two closer than ``apart``."""
        last = -math.inf
        for copies in COPIES_SHOWN:
            log2 = self.log2(copies)
            if low <= log2 <= high and log2 - last >= apart:
                yield copies, log2
                last = log2
