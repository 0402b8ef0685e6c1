"""The coding bases of a panel's targets, and how many of them a sample's depth reaches."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from dugnad.annotation.transcripts import Transcripts
from dugnad.panel import Panel
from dugnad.qc.depth_track import Track, read_track
from dugnad.regions import Region, merge, read_targets


class CodingTargets:
    """Coding bases within the targets: sorted stretches that neither overlap nor touch."""

    def __init__(self, regions: Iterable[Region]) -> None:
        """Join what overlaps, so that each base counts once."""
        self.regions = tuple(merge(list(regions)))

    @cached_property
    def _by_contig(self) -> dict[str, tuple[list[int], list[int]]]:
        found: dict[str, tuple[list[int], list[int]]] = {}
        for region in self.regions:
            starts, ends = found.setdefault(region.chrom, ([], []))
            starts.append(region.start)
            ends.append(region.end)
        return found

    @property
    def bases(self) -> int:
        """How many there are."""
        return sum(region.length for region in self.regions)

    def touch(self, chrom: str, start: int, end: int) -> bool:
        """Whether [start, end), 0-based, has one; of start == end, a base beside that point."""
        starts, ends = self._by_contig.get(chrom, ([], []))
        point = start == end
        return bisect_right(ends, start - point) < bisect_left(starts, end + point)

    def track(self, per_base: Path) -> Track:
        """The depth of each of them, from mosdepth's per-base file."""
        return read_track(per_base, self.regions)

    def reached(self, track: Track, depth: int) -> int:
        """How many of them have at least a depth."""
        return int((track.over(self.regions) >= depth).sum())


def coding_targets(transcripts: Transcripts, panel: Panel) -> CodingTargets:
    """The coding bases of the transcripts that are reported, where the panel targets them.

    All genes that the targets touch count, reportable or not, since their variants are called.
    """
    targets = merge(read_targets(panel.targets))
    genes = {
        transcript.gene
        for target in targets
        for transcript in transcripts.overlapping(target.chrom, target.start, target.end)
    }
    coding = merge(
        [
            Region(chosen.chrom, start, end, gene)
            for gene in genes
            if (chosen := transcripts.preferred(gene, panel.transcripts.get(gene)))
            for start, end in chosen.coding_exons
        ]
    )
    return CodingTargets(_common(coding, targets))


def _common(one: list[Region], other: list[Region]) -> Iterable[Region]:
    """What two lists of merged regions have in common."""
    by_contig: dict[str, list[Region]] = {}
    for region in other:
        by_contig.setdefault(region.chrom, []).append(region)
    ends = {chrom: [region.end for region in rows] for chrom, rows in by_contig.items()}
    for region in one:
        rows = by_contig.get(region.chrom, [])
        for index in range(bisect_right(ends.get(region.chrom, []), region.start), len(rows)):
            if rows[index].start >= region.end:
                break
            start, end = max(region.start, rows[index].start), min(region.end, rows[index].end)
            yield Region(region.chrom, start, end, region.label)
