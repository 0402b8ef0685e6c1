"""Long insertions and deletions from clipped reads, such as internal tandem duplications.

Where reads stop being aligned, their clipped bases say what comes next on the molecule. If they
fit the reference further back, the bases between are there twice; if further on, they are gone.
Some bases that fit nowhere may stand between (``MAX_FILLER``).
"""

from collections.abc import Iterator, Mapping, Sequence

from dugnad.alleles import Change, left_align
from dugnad.small_variants.pileup import ClippedEnd

SEED = 12  # bases that must fit
MAX_FILLER = 12
REACH = 500  # bases within which the other end is looked for
_MATCHING = 0.9  # of a clip's bases, to be of the same event


def long_changes(
    clips: Mapping[ClippedEnd, Sequence[str]], sequence: str, offset: int
) -> Iterator[tuple[Change, int]]:
    """Each change that clipped ends show, left-aligned, with the number of clipped reads.

    Args:
        clips: clipped bases by place, the base next to the alignment first.
        sequence: the reference around the reads, upper case.
        offset: 0-based place of its first base.

    A clip that fits in several places tells nothing. The two ends of a change are found apart.
    """
    for end, clipped in sorted(clips.items()):
        if len(clipped) < 2:
            continue
        consensus = _consensus(clipped)
        change = _change(end, consensus, sequence, offset)
        if change is not None:
            reads = sum(_agrees(clip, consensus) for clip in clipped)
            yield left_align(change, sequence, offset), reads


def _consensus(clips: Sequence[str]) -> str:
    """The most common base of each place, as far as two clips reach."""
    lengths = sorted((len(clip) for clip in clips), reverse=True)
    columns = ([clip[i] for clip in clips if i < len(clip)] for i in range(lengths[1]))
    return "".join(max("ACGT", key=column.count) for column in columns)


def _agrees(clip: str, consensus: str) -> bool:
    size = min(len(clip), len(consensus))
    same = sum(a == b for a, b in zip(clip, consensus, strict=False))
    return same >= _MATCHING * size


def _change(end: ClippedEnd, consensus: str, sequence: str, offset: int) -> Change | None:
    place = end.position - offset
    low, high = max(place - REACH, 0), place + REACH
    for filler in range(min(MAX_FILLER, len(consensus) - SEED) + 1):
        seed, extra = consensus[filler : filler + SEED], consensus[:filler]
        if not end.is_right:
            seed, extra = seed[::-1], extra[::-1]
        found = sequence.find(seed, low, high)
        if found < 0:
            continue
        if sequence.find(seed, found + 1, high) >= 0:
            return None
        other = found if end.is_right else found + SEED
        return _between(place, other, extra, sequence, offset, end.is_right)
    return None


def _between(
    place: int, other: int, extra: str, sequence: str, offset: int, is_right: bool
) -> Change | None:
    """The molecule goes from ``place`` to ``other`` (right end), or came from there (left)."""
    low, high = (place, other) if is_right else (other, place)
    if low < high:
        return Change(offset + low, offset + high, sequence[low:high], extra)
    repeated = sequence[high:low]
    if not repeated and not extra:
        return None
    return Change(offset + low, offset + low, "", extra + repeated)
