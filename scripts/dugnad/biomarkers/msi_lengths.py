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
    """What to look for, in upper-case ASCII: the repeat's unit, the run as the genome has it, and
    the bases before and after it, of which the nearest ``anchor`` must show."""

    unit: Bytes
    run: Bytes
    before: Bytes
    after: Bytes
    anchor: int

    @classmethod
    def of(cls, unit: str, repeats: int, before: str, after: str, anchor: int) -> "Shape":
        """From text."""
        run = unit * repeats
        return cls(_ascii(unit), _ascii(run), _ascii(before), _ascii(after), anchor)


def _ascii(text: str) -> Bytes:
    return np.frombuffer(text.encode(), dtype=np.uint8)


def matrix(sequences: list[str]) -> Bytes:
    """Reads as rows of upper-case ASCII, filled up with zeros; shape (reads, bases)."""
    width = max(map(len, sequences), default=0)
    text = "".join(sequence.ljust(width, "\0") for sequence in sequences)
    return np.frombuffer(text.upper().encode(), dtype=np.uint8).reshape(len(sequences), width)


def run_lengths(reads: Bytes, expected: Ints, shape: Shape) -> Ints:
    """The length of the run in each read, in units; -1 where a read does not show it whole.

    A length other than the genome's must explain the whole read better than the genome does, so
    that a read that ends in the run is not taken for one that has lost the rest of it.

    Args:
        reads: shape (reads, bases), see ``matrix``.
        expected: where by its alignment the first base of the run stands in each read; may be
            outside of it.
        shape: of the run.
    """
    size, run = shape.anchor, len(shape.run)
    if reads.shape[1] < 2 * size:
        return np.full(len(reads), -1, dtype=np.int64)
    nowhere = np.zeros(len(reads), dtype=np.int64)
    left, left_cost = _best(reads, shape.before[-size:], expected - size, nowhere)
    begin = left + size
    end, right_cost = _best(reads, shape.after[:size], begin + run, begin)
    bases = end - begin
    limit = (ANCHOR_MISMATCHES + 1) * (_FAR + 1)
    sound = (left_cost < limit) & (right_cost < limit)
    sound &= _impure(reads, begin, end, shape.unit) <= np.maximum(1, bases // IMPURE)
    sound &= bases % len(shape.unit) == 0
    other = np.flatnonzero(sound & (bases != run))
    if len(other):
        sound[other] = _explains(reads[other], expected[other], begin[other], end[other], shape)
    found: Ints = np.where(sound, bases // len(shape.unit), -1)
    return found


def _explains(
    reads: Bytes, expected: Ints, begin: Ints, end: Ints, shape: Shape
) -> npt.NDArray[np.bool_]:
    """Whether reads differ less from the genome with a run of [begin, end) than from it as it is,
    without a gap where they are aligned."""
    place = np.arange(reads.shape[1])
    before = place < begin[:, None]
    after = place >= end[:, None]
    genome = np.concatenate([shape.before, shape.run, shape.after])
    as_is = _unlike(reads, genome, len(shape.before) - expected)
    with_run = (_unlike(reads, shape.before, len(shape.before) - begin) & before).sum(axis=1)
    with_run += (_unlike(reads, shape.after, -end) & after).sum(axis=1)
    with_run += _impure(reads, begin, end, shape.unit)
    better: npt.NDArray[np.bool_] = with_run < as_is.sum(axis=1)
    return better


def _unlike(reads: Bytes, template: Bytes, first: Ints) -> npt.NDArray[np.bool_]:
    """Bases of reads that are not those of a template; a read's first base stands at ``first``."""
    index = first[:, None] + np.arange(reads.shape[1])
    outside = (index < 0) | (index >= len(template))
    wanted = template[np.clip(index, 0, len(template) - 1)]
    unlike: npt.NDArray[np.bool_] = ((reads != wanted) | outside) & (reads != 0)
    return unlike


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
