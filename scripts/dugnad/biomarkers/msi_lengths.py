"""How long reads show a microsatellite, from their bases.

Aligners place indels of a repeat as they like, and clip reads that end near one. So the run is
found by the bases on either side of it, wherever they stand in the read; the alignment only says
which of two equal places is meant. All reads of a locus are measured at once by numpy.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

ANCHOR_MISMATCHES = 1  # in either anchor
IMPURE = 10  # one base in so many of the run may be another, and one always
_FAR = 255  # bases from the expected place, which counts less than one mismatch
_NEVER = np.int16(30_000)


@dataclass(frozen=True)
class Shape:
    """What to look for: the bases before and after the run, upper-case ASCII, and its unit."""

    left: Bytes
    right: Bytes
    unit: Bytes

    @classmethod
    def of(cls, left: str, right: str, unit: str) -> "Shape":
        """From text."""
        return cls(*(np.frombuffer(text.encode(), dtype=np.uint8) for text in (left, right, unit)))


def matrix(sequences: list[str]) -> Bytes:
    """Reads as rows of upper-case ASCII, filled up with zeros; shape (reads, bases)."""
    width = max(map(len, sequences), default=0)
    text = "".join(sequence.ljust(width, "\0") for sequence in sequences)
    return np.frombuffer(text.upper().encode(), dtype=np.uint8).reshape(len(sequences), width)


def run_lengths(reads: Bytes, expected: Ints, shape: Shape, run: int) -> Ints:
    """The length of the run in each read, in units; -1 where a read does not show it whole.

    Args:
        reads: shape (reads, bases), see ``matrix``.
        expected: where by its alignment the first base of the left anchor stands in each read;
            may be outside of it.
        shape: anchors and unit.
        run: bases of the run in the reference.
    """
    size = len(shape.left)
    if reads.shape[1] < 2 * size:
        return np.full(len(reads), -1, dtype=np.int64)
    left, left_cost = _best(reads, shape.left, expected, np.zeros(len(reads), dtype=np.int64))
    begin = left + size
    right, right_cost = _best(reads, shape.right, begin + run, begin)
    bases = right - begin
    limit = (ANCHOR_MISMATCHES + 1) * (_FAR + 1)
    sound = (left_cost < limit) & (right_cost < limit)
    sound &= _impure(reads, begin, right, shape.unit) <= np.maximum(1, bases // IMPURE)
    sound &= bases % len(shape.unit) == 0
    found: Ints = np.where(sound, bases // len(shape.unit), -1)
    return found


def _best(
    reads: Bytes, anchor: Bytes, expected: Ints, first: Ints
) -> tuple[Ints, npt.NDArray[np.int16]]:
    """Where each read fits the anchor best from ``first`` on, and its cost: mismatches above all,
    then bases away from the expected place."""
    width = reads.shape[1] - len(anchor) + 1
    mismatches = np.zeros((len(reads), width), dtype=np.uint8)
    for index, base in enumerate(anchor):
        mismatches += reads[:, index : index + width] != base
    place = np.arange(width, dtype=np.int16)
    away = np.abs(place - expected.astype(np.int16)[:, None])
    cost = mismatches.astype(np.int16) * np.int16(_FAR + 1) + np.minimum(away, np.int16(_FAR))
    cost[place < first.astype(np.int16)[:, None]] = _NEVER
    best = cost.argmin(axis=1)
    return best.astype(np.int64), cost[np.arange(len(reads)), best]


def _impure(reads: Bytes, begin: Ints, end: Ints, unit: Bytes) -> Ints:
    """Bases of each read in [begin, end) that are not those of the repeat."""
    place = np.arange(reads.shape[1], dtype=np.int64)
    wanted: Bytes | np.uint8 = unit[0]
    if len(unit) > 1:
        wanted = unit[(place - begin[:, None]) % len(unit)]
    within = (place >= begin[:, None]) & (place < end[:, None])
    other: Ints = ((reads != wanted) & within).sum(axis=1)
    return other


def by_fragment(fragments: Ints, lengths: Ints) -> tuple[Ints, int]:
    """One length of each fragment, and how many fragments have mates that disagree.

    Args:
        fragments: number of each read's fragment.
        lengths: of each read; -1 where it does not show the run.
    """
    shown = lengths >= 0
    fragments, lengths = fragments[shown], lengths[shown]
    order = np.lexsort((lengths, fragments))
    fragments, lengths = fragments[order], lengths[order]
    is_first = np.append(True, fragments[1:] != fragments[:-1])[: len(fragments)]
    starts = np.flatnonzero(is_first)
    if not len(starts):
        return lengths, 0
    ends = np.append(starts[1:], len(fragments)) - 1
    agree = lengths[starts] == lengths[ends]
    return lengths[starts][agree], int((~agree).sum())
