"""What the reference says of a junction: its sequence, where a clipped end fits, and whether the
two sides are too simple or too much alike to be told apart."""

import math
from collections import Counter
from collections.abc import Sequence

import pysam

from dugnad.rearrangements.sides import Junction, Side, reverse_complement

FLANK = 150  # bases on either side of a join that a read can show
_SEED = 14
_INSERTED = 20  # bases at a join that may be of neither side
_SHARE = 0.9  # of the bases of a clipped end that must fit
_COMPARED = 50
_SHIFTS = range(-6, 7)


class Reference:
    """A FASTA, read in pieces; beyond a contig's ends, and of contigs it lacks, there are Ns."""

    def __init__(self, fasta: pysam.FastaFile) -> None:
        self._fasta = fasta

    def bases(self, chrom: str, start: int, end: int) -> str:
        """[start, end), 0-based, in capitals."""
        if chrom not in self._fasta.references:
            return "N" * (end - start)
        length = self._fasta.get_reference_length(chrom)
        inner = str(self._fasta.fetch(chrom, max(start, 0), max(min(end, length), 0))).upper()
        left = "N" * min(max(-start, 0), end - start)
        return (left + inner).ljust(end - start, "N")

    def kept(self, side: Side, length: int) -> str:
        """The kept bases up to the side, read towards the join."""
        if side.strand == "+":
            return self.bases(side.chrom, side.pos - length, side.pos)
        return reverse_complement(self.bases(side.chrom, side.pos - 1, side.pos - 1 + length))

    def lost(self, side: Side, length: int) -> str:
        """The bases beyond the side that are not kept, read on from it."""
        if side.strand == "+":
            return self.bases(side.chrom, side.pos, side.pos + length)
        return reverse_complement(self.bases(side.chrom, side.pos - 1 - length, side.pos - 1))


def across(reference: Reference, side: Side, other: Side, inserted: str) -> str:
    """What a read shows from ``FLANK`` bases before the side to as many beyond the join.

    ``inserted`` is read from ``side`` to ``other``.
    """
    beyond = reverse_complement(reference.kept(other, FLANK))
    return reference.kept(side, FLANK) + inserted + beyond


def fits(bases: str, expected: str) -> bool:
    """Whether nearly all bases are as expected; N fits nothing."""
    if len(expected) < len(bases):
        bases = bases[: len(expected)]
    alike = sum(a == b for a, b in zip(bases, expected, strict=False))
    return bool(bases) and alike >= math.ceil(_SHARE * len(bases))


def consensus(ends: Sequence[str]) -> str:
    """The commonest base of each column, as far as two ends reach (or one, if it is alone)."""
    depth = min(2, len(ends))
    length = sorted((len(end) for end in ends), reverse=True)[depth - 1]
    columns = ([end[i] for end in ends if len(end) > i] for i in range(length))
    return "".join(Counter(column).most_common(1)[0][0] for column in columns)


def place(bases: str, reference: Reference, near: Side, reach: int) -> tuple[Side, str] | None:
    """Where a clipped end goes on, within ``reach`` of a side, and what is inserted before it.

    None when it fits nowhere there, or at several places.
    """
    # read away from the join, as the clipped end is; the side itself is at index ``reach``
    towards = reference.kept(near, reach + len(bases)) + reference.lost(near, reach)
    whole = reverse_complement(towards)
    for skipped in range(min(_INSERTED, len(bases) - _SEED) + 1):
        seed = bases[skipped : skipped + _SEED]
        at = whole.find(seed)
        if at < 0:
            continue
        if whole.find(seed, at + 1) >= 0 or not fits(bases[skipped:], whole[at:]):
            return None
        return near.moved(reach - at), bases[:skipped]
    return None


def settled(joined: Junction, reference: Reference) -> tuple[Junction, int]:
    """The junction at its leftmost equal placement on side 1, and how many bases fit both sides."""
    if joined.inserted:
        return joined, 0
    one, two = joined.one, joined.two
    forth = _shared(reference.lost(one, FLANK), reverse_complement(reference.kept(two, FLANK)))
    back = _shared(
        reference.kept(one, FLANK)[::-1], reverse_complement(reference.lost(two, FLANK))[::-1]
    )
    shift = -back if one.strand == "+" else forth
    moved = Junction(one.moved(shift), two.moved(-shift))
    return moved, forth + back


def _shared(first: str, second: str) -> int:
    for index, (a, b) in enumerate(zip(first, second, strict=False)):
        if a != b or a == "N":
            return index
    return min(len(first), len(second))


def complexity(joined: Junction, reference: Reference) -> float | None:
    """Bits a base of the simpler side, 2 at most: entropy of pairs of bases over 50 kept bases.

    None where the reference does not have the bases.
    """
    found = [_entropy(reference.kept(side, _COMPARED)) for side in (joined.one, joined.two)]
    known = [bits for bits in found if bits is not None]
    return min(known) if known else None


def _entropy(bases: str) -> float | None:
    pairs = Counter(bases[i : i + 2] for i in range(len(bases) - 1) if "N" not in bases[i : i + 2])
    total = pairs.total()
    if total < _COMPARED // 2:
        return None
    bits = -sum(n / total * math.log2(n / total) for n in pairs.values())
    return min(2.0, bits / 2)


def similarity(joined: Junction, reference: Reference) -> float:
    """Share of 50 bases beyond the join that the unbroken sequence has too, at the best shift.

    Near 1, a read of a paralogue or a repeat looks like a junction; 0.25 to 0.5 by chance.
    """
    one, two = joined.one, joined.two
    best = 0.0
    for side, other in ((one, two), (two, one)):
        beyond = reverse_complement(reference.kept(other, _COMPARED))
        margin = max(_SHIFTS)
        unbroken = reference.kept(side, margin) + reference.lost(side, _COMPARED + margin)
        for shift in _SHIFTS:
            shifted = unbroken[margin + shift : margin + shift + _COMPARED]
            alike = sum(a == b != "N" for a, b in zip(beyond, shifted, strict=True))
            best = max(best, alike / _COMPARED)
    return best
