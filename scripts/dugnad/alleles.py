"""What a VCF's alleles change, without the bases that they share."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """Bases [start, end) of the plus strand, 0-based, become ``alt``; start == end inserts."""

    start: int
    end: int
    ref: str
    alt: str


def trim(pos: int, ref: str, alt: str) -> Change:
    """The change that VCF alleles at a 1-based position make; trailing bases are cut first."""
    ref, alt = ref.upper(), alt.upper()
    if len(ref) == len(alt) == 1 and ref != alt:
        return Change(pos - 1, pos, ref, alt)
    tail = _shared(ref[::-1], alt[::-1])
    ref, alt = ref[: len(ref) - tail], alt[: len(alt) - tail]
    head = _shared(ref, alt)
    return Change(pos - 1 + head, pos - 1 + len(ref), ref[head:], alt[head:])


def _shared(one: str, two: str) -> int:
    pairs = enumerate(zip(one, two, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(two)))


def placements(change: Change, sequence: str, offset: int) -> tuple[int, int]:
    """Bases [start, end) that an insertion or deletion touches wherever it reads the same.

    Args:
        change: trimmed; one that both adds and takes bases has one placement only.
        sequence: the reference around it, upper case.
        offset: 0-based position of the sequence's first base.

    What reaches an end of the sequence stops there.
    """
    if change.ref and change.alt:
        return change.start, change.end
    bases = change.ref or change.alt
    left = right = 0
    low, high = change.start - offset, change.end - offset
    while low - left > 0 and sequence[low - left - 1] == bases[-(left % len(bases)) - 1]:
        left += 1
    while high + right < len(sequence) and sequence[high + right] == bases[right % len(bases)]:
        right += 1
    return change.start - left, change.end + right


def left_align(change: Change, sequence: str, offset: int) -> Change:
    """An insertion or deletion as far left as it reads the same, as VCF wants it.

    Args as of ``placements``.
    """
    moved = change.start - placements(change, sequence, offset)[0]
    bases = change.ref or change.alt
    turn = -moved % len(bases) if moved else 0
    ref, alt = (word[turn:] + word[:turn] for word in (change.ref, change.alt))
    return Change(change.start - moved, change.end - moved, ref, alt)


def base_beside(change: Change) -> tuple[int, int]:
    """Where the base is that VCF adds: before the change, or behind it at a contig's start."""
    return (change.start - 1, change.start) if change.start else (change.end, change.end + 1)


def as_vcf(change: Change, beside: str) -> tuple[int, str, str]:
    """1-based position, REF and ALT; what has no bases on one side gets the base beside it."""
    if change.ref and change.alt:
        return change.start + 1, change.ref, change.alt
    if not change.start:
        return 1, change.ref + beside, change.alt + beside
    return change.start, beside + change.ref, beside + change.alt
