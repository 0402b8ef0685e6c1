"""What reads show of insertions and deletions, by their bases and not by how they are aligned.

An aligner may put a gap some bases away from where another puts it, or clip a read instead. So
reads are anchored at a base that is some way off, and what follows it is compared with both
haplotypes, soft-clipped bases too.
"""

from typing import NamedTuple

import numpy as np

from dugnad.small_variants.reads import Bytes, Reads
from dugnad.small_variants.votes import ALT, OTHER, REF, Locus, Votes, codes

FLANK = 20  # bases beyond a change that a read is compared over
PAD = 8  # bases from a change to the anchor: gaps of one event lie within
TELLING = 2  # bases by which a read must tell the haplotypes apart
LONG = 0.45  # of a read, from which on few reads read through a duplication
GOOD = 20  # Phred: a base beside the change that counts against an allele
_CAP = 40.0


class _Paths(NamedTuple):
    """Both haplotypes from an anchor on, and where the change stands in the alternative one.

    ``core`` are the columns of the changed bases with one on either side.
    """

    anchor: int
    ref: Bytes
    alt: Bytes
    core: tuple[int, int]
    step: int


def is_long(reads: Reads, locus: Locus) -> bool:
    """Whether it is a duplication that a read can hardly read through."""
    change = locus.change
    span = locus.end - locus.start
    is_duplication = not change.ref and span >= len(change.alt)
    longest = int(np.diff(reads.offset).max(initial=0))
    return is_duplication and span > LONG * longest


def indel_votes(reads: Reads, locus: Locus) -> Votes:
    """The reads that go through a change, from a base before it, or from one behind.

    From behind, a read shows either allele only if it reaches the base before the change, so
    that both have the same chance to be seen.
    """
    change = locus.change
    ahead, back = _ahead(locus), _back(locus)
    forward, backward = _follow(reads, ahead), _follow(reads, back)
    more = np.where(backward.allele == ALT, len(change.alt) - len(change.ref), 0)
    whole = backward.place > back.anchor - locus.start + more
    new = whole & ~np.isin(backward.read, forward.read)
    back_at = Votes(
        backward.read,
        backward.allele,
        backward.quality,
        np.maximum(backward.place - (back.anchor - change.end) - len(change.alt), 0),
    )
    ahead_at = forward._replace(place=forward.place + change.start - ahead.anchor)
    return ahead_at + back_at.only(new)


def junction_votes(reads: Reads, locus: Locus) -> Votes:
    """The reads that go over an edge of a duplication: out of it, or into itself again.

    A molecule that has it does both, and shows it.
    """
    start, end = edge_votes(reads, locus)
    votes = end + start
    alt = votes.allele == ALT
    own = reads.fragment[votes.read]
    votes = votes.only(alt | ~np.isin(own, own[alt]))
    once = np.zeros(len(votes.read), dtype=np.bool_)
    once[np.unique(votes.read, return_index=True)[1]] = True
    return votes.only(once)


def edge_votes(reads: Reads, locus: Locus) -> tuple[Votes, Votes]:
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
        _follow(reads, _edge(locus.start, before[:low], last[:low], -1)),
        _follow(reads, _edge(locus.end - 1, beyond[:high], again[:high], 1)),
    )


def _edge(anchor: int, ref: str, alt: str, step: int) -> _Paths:
    return _Paths(anchor, codes(ref), codes(alt), (0, 0), step)


def _ahead(locus: Locus) -> _Paths:
    """What follows a base to the left of all placements."""
    change = locus.change
    begin = max(locus.start - PAD, locus.offset + 1)
    reach = locus.end - begin + FLANK + len(change.alt)
    ref = locus.reference(begin, begin + reach)
    tail = locus.reference(change.end, change.end + reach)
    alt = locus.reference(begin, change.start) + change.alt + tail
    first = max(change.start - 1 - begin, 0)
    core = first, change.start - begin + len(change.alt) + 1
    return _cut(begin - 1, ref, alt, core, 1, reach)


def _back(locus: Locus) -> _Paths:
    """What comes before a base to the right of all placements, read from right to left."""
    change = locus.change
    finish = min(locus.end + PAD, locus.offset + len(locus.sequence) - 1)
    reach = finish - locus.start + FLANK + len(change.alt)
    ref = locus.reference(finish - reach, finish)[::-1]
    head = locus.reference(change.start - reach, change.start)
    alt = (head + change.alt + locus.reference(change.end, finish))[::-1]
    first = max(finish - change.end - 1, 0)
    core = first, finish - change.end + len(change.alt) + 1
    return _cut(finish, ref, alt, core, -1, reach)


def _cut(anchor: int, ref: str, alt: str, core: tuple[int, int], step: int, reach: int) -> _Paths:
    size = min(len(ref), len(alt), reach)
    return _Paths(anchor, codes(ref[:size]), codes(alt[:size]), core, step)


def _follow(reads: Reads, paths: _Paths) -> Votes:
    """The reads with a base at the anchor, by what follows it.

    A read shows the alternative allele only if its good bases are the changed ones and their
    neighbours; of a long insertion one in twenty may be wrong.
    """
    anchor, ref, alt, core, step = paths
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
    beside = slice(*core)
    doubt = (inside & (shown != alt) & (quality >= GOOD))[:, beside].sum(axis=1)
    margin = np.maximum(TELLING, tells[length] // 3)
    allele = np.where(
        wrong_alt + margin <= wrong_ref,
        np.where(doubt > (core[1] - core[0]) // 20, OTHER, ALT),
        np.where(wrong_ref + margin <= wrong_alt, REF, OTHER),
    )
    clear = (allele != OTHER) | (np.minimum(wrong_ref, wrong_alt) > length // 5) | (doubt > 0)
    sums = np.where(inside, quality, 0).sum(axis=1) / np.maximum(length, 1)
    votes = Votes(read, allele, np.minimum(sums, _CAP), flat - reads.offset[read])
    return votes.only(clear)
