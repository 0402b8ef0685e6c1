"""How many fragments show a candidate in a sample, and how good they are.

Each read is asked which allele it shows, by its bases and not by how it was aligned: a
substitution at its aligned bases, an insertion or deletion by comparing what follows a base
beside the change with both haplotypes, so that soft-clipped ends count as well. The reads of a
fragment then vote with their qualities; a fragment whose mates disagree shows nothing.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dugnad.alleles import Change
from dugnad.small_variants.reads import Bytes, Ints, Reads

REF, ALT, OTHER = 0, 1, 2
FLANK = 20  # bases beyond a change that a read is compared over
TELLING = 2  # bases by which a read must tell the haplotypes of an indel apart
LONG = 0.45  # of a read, from which on few reads read through a duplication
_CAP = 40.0


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


@dataclass(frozen=True)
class Evidence:
    """A candidate in one sample.

    ``depth`` and ``alt_reads`` count fragments; strands and orientations count the reads of
    these. The rest is of the alternative reads, None without any: mean qualities in Phred, and what
    the mapping quality loses against that of reference reads; the median distance (bases) to the
    nearer end of the read; how many more mismatches than reads of the reference they have, apart
    from the change itself.
    """

    depth: int
    alt_reads: int
    forward: tuple[int, int] = (0, 0)
    reverse: tuple[int, int] = (0, 0)
    f1r2: tuple[int, int] = (0, 0)
    f2r1: tuple[int, int] = (0, 0)
    base_quality: float | None = None
    mapping_quality: float | None = None
    mapping_quality_loss: float | None = None
    end_distance: float | None = None
    extra_mismatches: float | None = None

    @property
    def vaf(self) -> float | None:
        """Share of the fragments; None without depth."""
        return self.alt_reads / self.depth if self.depth else None


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


def recount(reads: Reads, locus: Locus, base_quality: int) -> Evidence:
    """The candidate's evidence in one sample's reads."""
    votes = votes_of(reads, locus)
    evidence = summarise(reads, votes, locus, base_quality)
    if not _is_long(reads, locus):
        return evidence
    # every molecule goes over the start and over the end once, with and without the duplication
    over = [edge.only(edge.allele != ALT) for edge in _edge_votes(reads, locus)]
    depth = sum(len(decide(reads, votes, base_quality)[0]) for votes in over) // len(over)
    return replace(evidence, depth=max(depth, evidence.alt_reads))


def votes_of(reads: Reads, locus: Locus) -> "Votes":
    """What each read shows of a candidate."""
    if locus.is_substitution:
        return substitution_votes(reads, locus)
    return junction_votes(reads, locus) if _is_long(reads, locus) else indel_votes(reads, locus)


def _is_long(reads: Reads, locus: Locus) -> bool:
    """Whether it is a duplication that a read can hardly read through."""
    change = locus.change
    span = locus.end - locus.start
    is_duplication = not change.ref and span >= len(change.alt)
    longest = int(np.diff(reads.offset).max(initial=0))
    return is_duplication and span > LONG * longest


def carriers(reads: Reads, locus: Locus, base_quality: int) -> tuple[set[int], set[int]]:
    """The fragments that show the alternative allele, and those that show the reference."""
    votes = votes_of(reads, locus)
    fragments, shown = decide(reads, votes, base_quality)
    return set(fragments[shown == ALT].tolist()), set(fragments[shown == REF].tolist())


def substitution_votes(reads: Reads, locus: Locus) -> Votes:
    """The reads whose aligned bases cover the whole change."""
    change = locus.change
    length = len(change.alt)
    blocks = reads.covering(change.start, change.end)
    flat = reads.block_flat[blocks] + change.start - reads.block_start[blocks]
    cells = flat[:, None] + np.arange(length)
    shown, quality = reads.bases[cells], reads.qualities[cells].min(axis=1, initial=255)
    alt = (shown == _codes(change.alt)).all(axis=1)
    ref = (shown == _codes(locus.reference(change.start, change.end))).all(axis=1)
    allele = np.where(alt, ALT, np.where(ref, REF, OTHER))
    read = reads.block_read[blocks]
    return Votes(read, allele, quality.astype(float), flat - reads.offset[read])


def indel_votes(reads: Reads, locus: Locus) -> Votes:
    """The reads that go through a change, from the base before it, or from the one behind.

    From behind, a read shows either allele only if it reaches the base before the change, so
    that both have the same chance to be seen.
    """
    forward = _follow(reads, locus.start - 1, *_haplotypes(locus, forward=True), step=1)
    backward = _follow(reads, locus.end, *_haplotypes(locus, forward=False), step=-1)
    change = locus.change
    more = np.where(backward.allele == ALT, len(change.alt) - len(change.ref), 0)
    whole = backward.place > locus.end - locus.start + more
    new = whole & ~np.isin(backward.read, forward.read)
    return forward + backward.only(new)


def junction_votes(reads: Reads, locus: Locus) -> Votes:
    """The reads that go over an edge of a duplication: out of it, or into itself again.

    A molecule that has it does both, and shows it.
    """
    start, end = _edge_votes(reads, locus)
    votes = end + start
    alt = votes.allele == ALT
    own = reads.fragment[votes.read]
    votes = votes.only(alt | ~np.isin(own, own[alt]))
    once = np.zeros(len(votes.read), dtype=np.bool_)
    once[np.unique(votes.read, return_index=True)[1]] = True
    return votes.only(once)


def _edge_votes(reads: Reads, locus: Locus) -> tuple[Votes, Votes]:
    """What comes before a duplication's first base, and what comes after its last one."""
    change = locus.change

    def turned(place: int) -> str:
        turn = (place - change.start) % len(change.alt)
        return change.alt[turn:] + change.alt[:turn]

    before = locus.reference(locus.start - FLANK, locus.start)[::-1]
    beyond = locus.reference(locus.end, locus.end + FLANK)
    last, again = turned(locus.start)[::-1], turned(locus.end)
    low, high = min(len(before), len(last)), min(len(beyond), len(again))
    return (
        _follow(reads, locus.start, _codes(before[:low]), _codes(last[:low]), step=-1),
        _follow(reads, locus.end - 1, _codes(beyond[:high]), _codes(again[:high]), step=1),
    )


def _haplotypes(locus: Locus, forward: bool) -> tuple[Bytes, Bytes]:
    """Reference and changed bases that follow the base left (or right) of all placements."""
    change = locus.change
    reach = max(locus.end - locus.start + FLANK, FLANK) + len(change.alt)
    if forward:
        plain = locus.reference(locus.start, locus.start + reach)
        tail = locus.reference(change.end, change.end + reach)
        other = locus.reference(locus.start, change.start) + change.alt + tail
    else:
        plain = locus.reference(locus.end - reach, locus.end)[::-1]
        head = locus.reference(change.start - reach, change.start)
        other = (head + change.alt + locus.reference(change.end, locus.end))[::-1]
    size = min(len(plain), len(other), reach)
    return _codes(plain[:size]), _codes(other[:size])


def _follow(reads: Reads, anchor: int, ref: Bytes, alt: Bytes, step: int) -> Votes:
    """The reads with a base at ``anchor``, by what follows it in the direction of ``step``."""
    if anchor < 0 or not len(ref):
        return Votes.none()
    blocks = reads.covering(anchor, anchor + 1)
    read = reads.block_read[blocks]
    flat = reads.block_flat[blocks] + anchor - reads.block_start[blocks]
    room = reads.offset[read + 1] - 1 - flat if step > 0 else flat - reads.offset[read]
    length = np.minimum(room, len(ref))
    tells = np.concatenate([[0], np.cumsum(ref != alt)])
    keep = tells[length] >= TELLING
    read, flat, length = read[keep], flat[keep], length[keep]
    columns = np.arange(len(ref))
    inside = columns < length[:, None]
    cells = np.where(inside, flat[:, None] + step * (columns + 1), 0)
    shown, quality = reads.bases[cells], reads.qualities[cells]
    wrong_ref = (inside & (shown != ref)).sum(axis=1)
    wrong_alt = (inside & (shown != alt)).sum(axis=1)
    margin = np.maximum(TELLING, tells[length] // 3)
    allele = np.where(
        wrong_alt + margin <= wrong_ref,
        ALT,
        np.where(wrong_ref + margin <= wrong_alt, REF, OTHER),
    )
    clear = (allele != OTHER) | (np.minimum(wrong_ref, wrong_alt) > length // 5)
    sums = np.where(inside, quality, 0).sum(axis=1) / np.maximum(length, 1)
    votes = Votes(read, allele, np.minimum(sums, _CAP), flat - reads.offset[read])
    return votes.only(clear)


def decide(reads: Reads, votes: Votes, base_quality: int) -> tuple[Ints, Ints]:
    """The fragments that show an allele, and which: the one that its reads favour clearly.

    Qualities of the reads for an allele are added, those for others taken away; what remains
    must reach ``base_quality``, as for one base that stands alone.
    """
    fragments, place = np.unique(reads.fragment[votes.read], return_inverse=True)
    weights = np.zeros((len(fragments), 3))
    np.add.at(weights, (place, votes.allele), votes.quality)
    best = weights.argmax(axis=1)
    clear = 2 * weights.max(axis=1, initial=0) - weights.sum(axis=1) >= base_quality
    return fragments[clear], best[clear]


def summarise(reads: Reads, votes: Votes, locus: Locus, base_quality: int) -> Evidence:
    """Fragments and their qualities from the votes of their reads."""
    fragments, shown = decide(reads, votes, base_quality)
    alt_fragments = fragments[shown == ALT]
    own = reads.fragment[votes.read]
    alt = (votes.allele == ALT) & np.isin(own, alt_fragments)
    ref = (votes.allele == REF) & np.isin(own, fragments[shown == REF])

    def reads_where(mask: npt.NDArray[np.bool_]) -> tuple[int, int]:
        return int(mask[votes.read[ref]].sum()), int(mask[votes.read[alt]].sum())

    evidence = Evidence(
        depth=len(fragments),
        alt_reads=len(alt_fragments),
        forward=reads_where(~reads.is_reverse),
        reverse=reads_where(reads.is_reverse),
        f1r2=reads_where(reads.is_f1r2),
        f2r1=reads_where(~reads.is_f1r2),
    )
    if not alt.any():
        return evidence
    return replace(
        evidence,
        base_quality=float(votes.quality[alt].mean()),
        mapping_quality=float(reads.mapping_quality[votes.read[alt]].mean()),
        mapping_quality_loss=_loss(reads.mapping_quality[votes.read], alt, ref),
        end_distance=_end_distance(reads, votes, locus, alt),
        extra_mismatches=_extra_mismatches(reads, votes, locus, alt, ref),
    )


def _loss(quality: Ints, alt: npt.NDArray[np.bool_], ref: npt.NDArray[np.bool_]) -> float:
    return float(quality[ref].mean() - quality[alt].mean()) if ref.any() else 0.0


def _end_distance(reads: Reads, votes: Votes, locus: Locus, alt: npt.NDArray[np.bool_]) -> float:
    """Median over the fragments; of a fragment, the read in which it is furthest from an end."""
    read, place = votes.read[alt], votes.place[alt]
    if locus.is_substitution:
        first, last = reads.first[read], reads.last[read] - len(locus.change.alt) + 1
    else:  # the read may be clipped at the change itself
        first, last = np.zeros_like(read), np.diff(reads.offset)[read] - 1
    distance = np.minimum(place - first, last - place)
    fragments, index = np.unique(reads.fragment[read], return_inverse=True)
    best = np.zeros(len(fragments))
    np.maximum.at(best, index, distance)
    return float(np.median(best))


def _extra_mismatches(
    reads: Reads,
    votes: Votes,
    locus: Locus,
    alt: npt.NDArray[np.bool_],
    ref: npt.NDArray[np.bool_],
) -> float | None:
    """Mean NM of the alternative reads above that of the reference's, without the change's own."""
    mismatches = reads.mismatches[votes.read]
    if (mismatches[alt] < 0).any():
        return None
    change = locus.change
    own = max(len(change.alt), change.end - change.start)
    if locus.is_substitution:
        bases = locus.reference(change.start, change.end)
        own = sum(a != b for a, b in zip(bases, change.alt, strict=True))
    counted = np.maximum(mismatches[alt] - own, 0).mean()
    return float(counted - (mismatches[ref].mean() if ref.any() else 0.0))


def _codes(bases: str) -> Bytes:
    return np.frombuffer(bases.encode(), dtype=np.uint8)
