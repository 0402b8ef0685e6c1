"""Propose variants from the reads' own bases, indels and clipped ends: the caller `pileup`.

Whatever enough reads show is proposed; nothing is judged here, and no depth is capped. Indels are
taken as the reads are aligned, and long ones also from clipped ends: an internal tandem
duplication is longer than what a short read aligns.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pysam

from dugnad.alleles import Change, as_vcf, left_align
from dugnad.files import write_text
from dugnad.regions import Region, bed, merge, read_targets
from dugnad.small_variants.clips import SEED, long_changes
from dugnad.small_variants.counting import add_counting, counting_of
from dugnad.small_variants.pileup import Pileup, count_region
from dugnad.small_variants.proposals import Proposal, write_proposals

AROUND = 30  # bases around a proposal where other callers look too; a haplotype is shorter
SEEK = 1000  # bases between targets that are read through; blocks of a BAM are as long
MARGIN = 500  # bases of the reference beyond a region: for left alignment, and clipped ends


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--bam", type=Path, nargs="+", required=True, help="one per sample")
    parser.add_argument("--sample", nargs="+", required=True, help="their names, in this order")
    parser.add_argument("--fasta", type=Path, required=True, help="reference genome")
    parser.add_argument("--targets", type=Path, required=True, help="BED")
    parser.add_argument("--min-vaf", type=float, required=True, help="least share of reads")
    parser.add_argument("--min-alt-reads", type=int, required=True, help="least reads")
    add_counting(parser)
    parser.add_argument("--active", type=Path, required=True, help="BED of where others look")
    parser.add_argument("--output", type=Path, required=True, help="BCF")


def main(args: argparse.Namespace) -> None:
    """Write the proposals."""
    counting = counting_of(args)
    bams = [pysam.AlignmentFile(str(path), reference_filename=str(args.fasta)) for path in args.bam]
    with pysam.FastaFile(str(args.fasta)) as fasta:
        proposals = [
            proposal
            for span, targets in spans(merge(read_targets(args.targets)))
            for proposal in propose(
                [count_region(bam, span, counting, SEED) for bam in bams],
                *surroundings(fasta, span),
                args.min_vaf,
                args.min_alt_reads,
            )
            if touches(proposal.change, targets)
        ]
        write_proposals(args.output, proposals, args.sample, fasta)
        write_text(args.active, bed(active(proposals, fasta)))


def spans(targets: Sequence[Region]) -> Iterator[tuple[Region, list[Region]]]:
    """Targets whose reads are read in one go, since seeking costs more than what lies between."""
    remaining = iter(targets)
    held = next(remaining, None)
    for span in merge(list(targets), SEEK):
        inside = []
        while held is not None and span.contains(held):
            inside.append(held)
            held = next(remaining, None)
        yield span, inside


def touches(change: Change, targets: Sequence[Region]) -> bool:
    """Whether a change has a base in one of the targets; an indel may stand at its edge."""
    edge = 0 if change.ref and change.alt else 1
    return any(change.start < t.end + edge and change.end > t.start - edge for t in targets)


def active(proposals: Sequence[Proposal], fasta: pysam.FastaFile) -> list[Region]:
    """The bases around proposals, where callers that cost more are to look."""
    return merge(
        [
            Region(
                item.chrom,
                max(item.change.start - AROUND, 0),
                min(item.change.end + AROUND, fasta.get_reference_length(item.chrom)),
                "",
            )
            for item in proposals
        ]
    )


def surroundings(fasta: pysam.FastaFile, region: Region) -> tuple[str, int]:
    """The reference around a region, upper case, and the 0-based place of its first base."""
    start = max(0, region.start - MARGIN)
    return fasta.fetch(region.chrom, start, region.end + MARGIN).upper(), start


def propose(
    piles: Sequence[Pileup], sequence: str, offset: int, min_vaf: float, min_alt_reads: int
) -> Iterator[Proposal]:
    """What enough reads of any sample show in a region, in order of place.

    Args:
        piles: the samples' counts of the same region.
        sequence: the reference around it, upper case.
        offset: 0-based place of its first base.
        min_vaf: least share of a sample's reads.
        min_alt_reads: least number of them.
    """
    samples = [Shown(pile, sequence, offset) for pile in piles]
    changes = {change for one in samples for change in one.changes(min_vaf, min_alt_reads)}
    for change in sorted(changes, key=lambda c: (*as_vcf(c, "N"), c.start)):
        counts = tuple((one.depth(change), one.reads(change)) for one in samples)
        yield Proposal(piles[0].region.chrom, change, counts)


class Shown:
    """What the reads of one sample show in a region."""

    def __init__(self, pile: Pileup, sequence: str, offset: int) -> None:
        self._pile = pile
        self._sequence = sequence
        self._offset = offset
        self._depth = pile.depth
        self._indels: Counter[Change] = Counter()
        for change, reads in pile.indels.items():
            ref = self._reference(change.start, change.end)
            if len(ref) == change.end - change.start:
                whole = Change(change.start, change.end, ref, change.alt)
                self._indels[left_align(whole, sequence, offset)] += reads
        for change, reads in long_changes(pile.clips, sequence, offset):
            self._indels[change] += reads

    def _reference(self, start: int, end: int) -> str:
        return self._sequence[max(start - self._offset, 0) : max(end - self._offset, 0)]

    def reads(self, change: Change) -> int:
        """Reads that show the change."""
        if len(change.ref) == len(change.alt) == 1:
            row = change.start - self._pile.region.start
            return int(self._pile.bases[row, "ACGT".index(change.alt)])
        return self._indels[change]

    def depth(self, change: Change) -> int:
        """Reads at the change's first base, as far as the region reaches; at least its own."""
        row = min(max(change.start - self._pile.region.start, 0), len(self._depth) - 1)
        return max(int(self._depth[row]), self.reads(change))

    def changes(self, min_vaf: float, min_alt_reads: int) -> Iterator[Change]:
        """Those with so large a share and so many reads."""
        region = self._pile.region
        enough = np.maximum(min_vaf * self._depth, max(min_alt_reads, 1))[:, None]
        for row, column in np.argwhere(self._pile.bases >= enough):
            place = region.start + int(row)
            ref, alt = self._reference(place, place + 1), "ACGT"[column]
            if ref != alt and ref in "ACGT":
                yield Change(place, place + 1, ref, alt)
        for change, reads in self._indels.items():
            inside = change.start <= region.end and change.end >= region.start
            many = max(min_vaf * self.depth(change), min_alt_reads)
            if inside and reads >= many and "N" not in change.ref + change.alt:
                yield change
