"""What a read shows of a candidate: the reference, the alternative allele, or another."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dugnad.alleles import Change
from dugnad.small_variants.reads import Bytes, Ints, Reads

REF, ALT, OTHER = 0, 1, 2


@dataclass(frozen=True)
class Locus:
    """A candidate in its surroundings.

    ``sequence`` is the reference from ``offset`` (0-based) on, far enough to hold ``FLANK``
    bases and the allele's length on either side. ``start`` and ``end`` bound all placements
    that read the same.
    """

    change: Change
    offset: int
    sequence: str
    start: int
    end: int

    @property
    def is_substitution(self) -> bool:
        """Whether as many bases come as go."""
        return len(self.change.alt) == self.change.end - self.change.start

    def reference(self, start: int, end: int) -> str:
        """Bases of the reference."""
        return self.sequence[max(start - self.offset, 0) : max(end - self.offset, 0)]

    @property
    def homopolymer(self) -> int:
        """Length of the longest run of one base that the change touches or stands beside."""
        best = 0
        for place in (self.change.start - 1, self.change.start, self.change.end):
            at = place - self.offset
            if not 0 <= at < len(self.sequence):
                continue
            low = high = at
            while low > 0 and self.sequence[low - 1] == self.sequence[at]:
                low -= 1
            while high + 1 < len(self.sequence) and self.sequence[high + 1] == self.sequence[at]:
                high += 1
            best = max(best, high - low + 1)
        return best


class Votes(NamedTuple):
    """What reads show: index of the read, allele, quality (Phred) and place within the read."""

    read: Ints
    allele: Ints
    quality: npt.NDArray[np.float64]
    place: Ints

    def only(self, kept: npt.NDArray[np.bool_]) -> "Votes":
        """Those that a mask keeps."""
        return Votes(self.read[kept], self.allele[kept], self.quality[kept], self.place[kept])

    @classmethod
    def none(cls) -> "Votes":
        empty = np.zeros(0, dtype=np.int64)
        return cls(empty, empty, empty.astype(float), empty)

    def __add__(self, other: object) -> "Votes":
        if not isinstance(other, Votes):
            return NotImplemented
        return Votes(
            np.concatenate([self.read, other.read]),
            np.concatenate([self.allele, other.allele]),
            np.concatenate([self.quality, other.quality]),
            np.concatenate([self.place, other.place]),
        )


def substitution_votes(reads: Reads, locus: Locus) -> Votes:
    """The reads whose aligned bases cover the whole change."""
    change = locus.change
    length = len(change.alt)
    blocks = reads.covering(change.start, change.end)
    flat = reads.block_flat[blocks] + change.start - reads.block_start[blocks]
    cells = flat[:, None] + np.arange(length)
    shown, quality = reads.bases[cells], reads.qualities[cells].min(axis=1, initial=255)
    alt = (shown == codes(change.alt)).all(axis=1)
    ref = (shown == codes(locus.reference(change.start, change.end))).all(axis=1)
    allele = np.where(alt, ALT, np.where(ref, REF, OTHER))
    read = reads.block_read[blocks]
    return Votes(read, allele, quality.astype(float), flat - reads.offset[read])


def codes(bases: str) -> Bytes:
    return np.frombuffer(bases.encode(), dtype=np.uint8)
