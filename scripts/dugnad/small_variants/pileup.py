"""Reads of a stretch counted by base, indel and clipped end, for proposing variants.

One loop over the reads cuts them into aligned blocks; the bases are then counted by numpy, so
that no Python runs per base. Here each read counts; fragments are told apart when candidates
are recounted (``recount``).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pysam

from dugnad.alleles import Change
from dugnad.regions import Region

BASES = b"ACGT"
MATCH, INSERTION, DELETION, SKIP, SOFT_CLIP = 0, 1, 2, 3, 4
_ALIGNED = {MATCH, 7, 8}
_CODE = np.full(256, 4, dtype=np.int64)
_CODE[list(BASES)] = range(4)
_BATCH = 4_000_000  # aligned bases held at a time, 13 bytes each
_UNKNOWN_QUALITY = b"\x1e"  # 30, where a BAM has no qualities


@dataclass(frozen=True)
class Counting:
    """Which reads and bases count: qualities in Phred, and SAM flags of reads that do not."""

    base_quality: int
    mapping_quality: int
    excluded_flags: int

    def takes(self, read: pysam.AlignedSegment) -> bool:
        """Whether the read counts."""
        return not read.flag & self.excluded_flags and read.mapping_quality >= self.mapping_quality


@dataclass(frozen=True, order=True)
class ClippedEnd:
    """Where reads stop being aligned: ``position`` is the first base not aligned (right end) or
    the first aligned one (left end), 0-based."""

    position: int
    is_right: bool


@dataclass
class Pileup:
    """Counts of one region: ``bases`` is reads per position and base (length x 4, A C G T).

    ``indels`` counts reads by the change in their alignment as it stands there (not normalised);
    ``clips`` has the clipped sequences, the base next to the alignment first.
    """

    region: Region
    bases: npt.NDArray[np.int64]
    indels: Counter[Change] = field(default_factory=Counter)
    clips: dict[ClippedEnd, list[str]] = field(default_factory=dict)

    @property
    def depth(self) -> npt.NDArray[np.int64]:
        """Reads per position with a base of sufficient quality."""
        depth: npt.NDArray[np.int64] = self.bases.sum(axis=1)
        return depth


def count_region(
    bam: pysam.AlignmentFile, region: Region, counting: Counting, min_clip: int = 0
) -> Pileup:
    """The reads that overlap the region, counted within it.

    Args:
        bam: sorted and indexed.
        region: 0-based and half-open.
        counting: which reads and bases count.
        min_clip: soft clips of at least so many bases are kept; 0 keeps none.
    """
    pile = Pileup(region, np.zeros((region.length, 4), dtype=np.int64))
    batch = _Batch()
    for read in bam.fetch(region.chrom, region.start, region.end):
        cigar = read.cigartuples
        sequence = read.query_sequence
        if cigar is None or sequence is None or not counting.takes(read):
            continue
        qualities = read.query_qualities
        quality = _UNKNOWN_QUALITY * len(sequence) if qualities is None else qualities.tobytes()
        if len(cigar) == 1:
            batch.add(read.reference_start, sequence, quality)
        else:
            for start, low, high in _walk(read.reference_start, cigar, sequence, pile, min_clip):
                batch.add(start, sequence[low:high], quality[low:high])
        if batch.size > _BATCH:
            batch.count(pile, counting.base_quality)
    batch.count(pile, counting.base_quality)
    return pile


def _walk(
    start: int, cigar: list[tuple[int, int]], sequence: str, pile: Pileup, min_clip: int
) -> Iterator[tuple[int, int, int]]:
    """The read's aligned blocks (reference start, first and last base); its indels and clips."""
    here, query = start, 0
    for operation, length in cigar:
        if operation in _ALIGNED:
            yield here, query, query + length
            here, query = here + length, query + length
        elif operation == INSERTION:
            pile.indels[Change(here, here, "", sequence[query : query + length])] += 1
            query += length
        elif operation == DELETION:
            pile.indels[Change(here, here + length, "", "")] += 1
            here += length
        elif operation == SKIP:
            here += length
        elif operation == SOFT_CLIP:
            if min_clip and length >= min_clip:
                end = ClippedEnd(here, query > 0)
                clipped = sequence[query:] if end.is_right else sequence[:length][::-1]
                pile.clips.setdefault(end, []).append(clipped)
            query += length


class _Batch:
    """Aligned blocks waiting to be counted together."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._starts: list[int] = []
        self._bases: list[str] = []
        self._qualities: list[bytes] = []
        self.size = 0

    def add(self, start: int, bases: str, qualities: bytes) -> None:
        """One block of aligned bases."""
        self._starts.append(start)
        self._bases.append(bases)
        self._qualities.append(qualities)
        self.size += len(bases)

    def count(self, pile: Pileup, base_quality: int) -> None:
        """Add all blocks to the pileup, and forget them."""
        if not self._starts:
            return
        lengths = np.fromiter(map(len, self._bases), dtype=np.int64, count=len(self._bases))
        offsets = np.array(self._starts) - pile.region.start - (lengths.cumsum() - lengths)
        place = np.repeat(offsets, lengths) + np.arange(lengths.sum())
        code = _CODE[np.frombuffer("".join(self._bases).encode(), dtype=np.uint8)]
        quality = np.frombuffer(b"".join(self._qualities), dtype=np.uint8)
        within = (place >= 0) & (place < pile.region.length)
        counted = within & (code < 4) & (quality >= base_quality)
        cells = place[counted] * 4 + code[counted]
        pile.bases += np.bincount(cells, minlength=pile.bases.size).reshape(pile.bases.shape)
        self._clear()
