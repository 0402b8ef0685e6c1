"""The reads around some candidates as flat arrays, so that each is classified by numpy.

A fragment is a molecule: the two mates of a pair, and with molecular barcodes all pairs of a
family, which ``samtools markdup -t`` names by the read that it kept (tag ``do``).
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt
import pysam

from dugnad.small_variants.pileup import DELETION, INSERTION, MATCH, SKIP, SOFT_CLIP, Counting

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
FAMILY_TAG = "do"
UNKNOWN_QUALITY = 30
_ALIGNED = {MATCH, 7, 8}


@dataclass(frozen=True)
class Reads:
    """Reads in flat arrays.

    ``bases`` (upper-case ASCII) and ``qualities`` (Phred) of read i stand at ``offset[i]`` to
    ``offset[i + 1]``. The other arrays are per read: its fragment, strand, whether it is of F1R2
    orientation, mapping quality, mismatches (NM tag; -1 where there is none), and its first and
    last base that is not clipped. ``block_*`` are the aligned blocks in order of their start on
    the reference (0-based, half-open): read, start, end, and flat index of the first base.
    """

    bases: Bytes
    qualities: Bytes
    offset: Ints
    fragment: Ints
    is_reverse: npt.NDArray[np.bool_]
    is_f1r2: npt.NDArray[np.bool_]
    mapping_quality: Ints
    mismatches: Ints
    first: Ints
    last: Ints
    block_read: Ints
    block_start: Ints
    block_end: Ints
    block_flat: Ints
    longest: int

    def covering(self, start: int, end: int) -> Ints:
        """The blocks that hold all bases [start, end) of the reference."""
        low = np.searchsorted(self.block_start, start - self.longest)
        high = np.searchsorted(self.block_start, start, side="right")
        within: Ints = low + np.flatnonzero(self.block_end[low:high] >= end)
        return within


def load_reads(
    bam: pysam.AlignmentFile,
    chrom: str,
    start: int,
    end: int,
    counting: Counting,
    families: bool = False,
    places: Sequence[tuple[int, int]] = (),
) -> Reads:
    """The reads that overlap [start, end) of a contig.

    Args:
        bam: sorted and indexed.
        chrom: contig.
        start: 0-based.
        end: exclusive.
        counting: which reads count.
        families: read pairs that are marked as duplicates count with the one that was kept.
        places: of these only reads that overlap one of the places, [start, end) in ascending order.
    """
    loader = _Loader(families)
    wanted = sorted(places) or [(start, end)]
    reach = list(accumulate((last for _, last in wanted), max))
    for read in bam.fetch(chrom, start, end):
        if not counting.takes(read) or not read.cigartuples or not read.query_sequence:
            continue
        first = bisect_right(reach, read.reference_start)
        if first < len(wanted) and wanted[first][0] < (read.reference_end or 0):
            loader.add(read)
    return loader.reads()


class _Loader:
    """Gathers reads one by one."""

    def __init__(self, families: bool) -> None:
        self._families = families
        self._names: dict[str, int] = {}
        self._kept: dict[int, int] = {}
        self._bases: list[str] = []
        self._qualities: list[bytes] = []
        self._facts = array("q")  # seven numbers a read
        self._blocks = array("q")  # four a block
        self._reads = self._size = 0

    def add(self, read: pysam.AlignedSegment) -> None:
        sequence, qualities = str(read.query_sequence), read.query_qualities
        length = len(sequence)
        self._bases.append(sequence)
        self._qualities.append(
            bytes([UNKNOWN_QUALITY]) * length if qualities is None else qualities.tobytes()
        )
        name = str(read.query_name)
        fragment = self._number(name)
        if self._families and read.has_tag(FAMILY_TAG):
            self._kept[fragment] = self._number(str(read.get_tag(FAMILY_TAG)))
        first, last = self._align(read, length)
        reverse = read.is_reverse
        f1r2 = reverse == read.is_read2 if read.is_paired else not reverse
        mismatches = int(read.get_tag("NM")) if read.has_tag("NM") else -1
        quality = read.mapping_quality
        self._facts.extend((fragment, reverse, f1r2, quality, mismatches, first, last))
        self._reads += 1
        self._size += length

    def _number(self, name: str) -> int:
        return self._names.setdefault(name, len(self._names))

    def _family(self, fragment: int) -> int:
        """The fragment that was kept of its duplicates; one that was kept may be one's in turn."""
        seen = {fragment}
        while (kept := self._kept.get(fragment, fragment)) not in seen:
            seen.add(kept)
            fragment = kept
        return fragment

    def _align(self, read: pysam.AlignedSegment, length: int) -> tuple[int, int]:
        """Keep the read's aligned blocks; the first and last base that is not clipped."""
        index, here, query = self._reads, read.reference_start, 0
        first, last = 0, length - 1
        for operation, size in read.cigartuples or ():
            if operation in _ALIGNED:
                self._blocks.extend((here, here + size, index, self._size + query))
                here, query = here + size, query + size
            elif operation in {DELETION, SKIP}:
                here += size
            elif operation in {INSERTION, SOFT_CLIP}:
                if operation == SOFT_CLIP:
                    first, last = (size, last) if query == 0 else (first, query - 1)
                query += size
        return first, last

    def reads(self) -> Reads:
        """All reads so far."""
        facts = np.array(self._facts, dtype=np.int64).reshape(-1, 7).T
        blocks = np.array(self._blocks, dtype=np.int64).reshape(-1, 4)
        blocks = blocks[np.argsort(blocks[:, 0], kind="stable")].T
        fragments = facts[0]
        if self._kept:
            fragments = np.array([self._family(int(f)) for f in fragments], dtype=np.int64)
        lengths: Iterable[int] = map(len, self._bases)
        return Reads(
            bases=np.frombuffer("".join(self._bases).upper().encode(), dtype=np.uint8),
            qualities=np.frombuffer(b"".join(self._qualities), dtype=np.uint8),
            offset=np.array([0, *accumulate(lengths)], dtype=np.int64),
            fragment=fragments,
            is_reverse=facts[1].astype(bool),
            is_f1r2=facts[2].astype(bool),
            mapping_quality=facts[3],
            mismatches=facts[4],
            first=facts[5],
            last=facts[6],
            block_read=blocks[2],
            block_start=blocks[0],
            block_end=blocks[1],
            block_flat=blocks[3],
            longest=int((blocks[1] - blocks[0]).max(initial=0)),
        )
