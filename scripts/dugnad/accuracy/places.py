"""Stretches of the genome in which variants are scored, or are not."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from dugnad.accuracy.variants import Allele
from dugnad.regions import Region, merge


class Places:
    """Regions without overlaps, asked for a stretch [start, end) of a contig, 0-based."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self.regions = merge(list(regions))
        self._starts: dict[str, list[int]] = {}
        self._ends: dict[str, list[int]] = {}
        for region in self.regions:
            self._starts.setdefault(region.chrom, []).append(region.start)
            self._ends.setdefault(region.chrom, []).append(region.end)

    @property
    def bases(self) -> int:
        """How many there are."""
        return sum(region.length for region in self.regions)

    def holds(self, chrom: str, start: int, end: int) -> bool:
        """Whether all bases of the stretch are in one region."""
        index = bisect_right(self._starts.get(chrom, []), start) - 1
        return index >= 0 and end <= self._ends[chrom][index]

    def touches(self, chrom: str, start: int, end: int) -> bool:
        """Whether any base of the stretch is in a region."""
        starts = self._starts.get(chrom, [])
        index = bisect_right(starts, end - 1) - 1
        return index >= 0 and self._ends[chrom][index] > start


@dataclass(frozen=True)
class Scope:
    """What is scored: inside some regions, and in none that is left out."""

    inside: Places
    left_out: Places

    @property
    def bases(self) -> int:
        """How many are scored."""
        both = Places([*self.inside.regions, *self.left_out.regions])
        return both.bases - self.left_out.bases

    def scores(self, allele: Allele) -> bool:
        """Whether all bases that an allele changes are scored."""
        return self.inside.holds(*allele.footprint) and not self.left_out.touches(*allele.footprint)
