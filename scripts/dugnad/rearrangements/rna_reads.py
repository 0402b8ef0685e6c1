"""Reads of an RNA alignment over the ends of exons: counted as fragments, each once."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pysam

UNCOUNTED: int = pysam.FUNMAP | pysam.FSECONDARY | pysam.FQCFAIL | pysam.FSUPPLEMENTARY
BEST = 60  # a mapping quality that is no higher: STAR's 255 says "one place"

_ALIGNED = frozenset({0, 7, 8})  # M, =, X
_SPLICED = 3  # N
_DELETED = 2  # D


@dataclass(frozen=True)
class Counted:
    """Which reads count: of so much mapping quality, with so many bases on either side.

    ``duplicates``: reads that are marked as such count too (amplicons).
    """

    min_mapping_quality: int
    min_anchor: int
    duplicates: bool = False

    @property
    def left_out(self) -> int:
        """SAM flags of reads that do not count."""
        return UNCOUNTED | (0 if self.duplicates else int(pysam.FDUP))


@dataclass
class Crossing:
    """Fragments over the point between two bases: spliced there, by where the splice leads
    (0-based, the base beside it), or going on without a break."""

    spliced: dict[int, set[str]] = field(default_factory=dict)
    through: set[str] = field(default_factory=set)

    @property
    def all(self) -> set[str]:
        """All of them."""
        return self.through.union(*self.spliced.values())


def crossing(
    bam: pysam.AlignmentFile, chrom: str, point: int, is_last: bool, counted: Counted
) -> Crossing:
    """The fragments over a point, the 0-based base that follows it, on the genome.

    With ``is_last`` an exon ends there on the genome and a splice leads to a base at or above;
    else an exon begins there and a splice comes from a base below.
    """
    found = Crossing()
    if chrom not in bam.references:
        return found
    for read in bam.fetch(chrom, max(0, point - 1), point + 1):
        if read.flag & counted.left_out or read.mapping_quality < counted.min_mapping_quality:
            continue
        for low, high, left, right in gaps(read, point):
            if min(left, right) < counted.min_anchor:
                continue
            name = str(read.query_name)
            if low == high:
                found.through.add(name)
            elif (low if is_last else high) == point:
                found.spliced.setdefault(high if is_last else low - 1, set()).add(name)
    return found


def gaps(read: pysam.AlignedSegment, point: int) -> Iterator[tuple[int, int, int, int]]:
    """The read's splices that begin or end at a point, and the point itself where it reads on.

    Each as begin and end of the gap (equal without one), and aligned bases before and after it.
    """
    cigar = read.cigartuples or []
    total = sum(length for operation, length in cigar if operation in _ALIGNED)
    place, before = read.reference_start, 0
    for operation, length in cigar:
        if operation in _ALIGNED:
            if place < point < place + length:
                left = before + point - place
                yield point, point, left, total - left
            before += length
            place += length
        elif operation == _SPLICED:
            if point in (place, place + length):
                yield place, place + length, before, total - before
            place += length
        elif operation == _DELETED:
            place += length


@dataclass(frozen=True)
class Named:
    """What the alignment says of reads that are known by name."""

    duplicates: frozenset[str]
    quality: float | None


def look_up(
    bam: pysam.AlignmentFile, names: Iterable[str], windows: Iterable[tuple[str, int, int]]
) -> Named:
    """Which of the named reads are duplicates, and the mean mapping quality of the others.

    ``windows`` (0-based) hold their alignments.
    """
    wanted = frozenset(names)
    marked: set[str] = set()
    qualities: Counter[int] = Counter()
    seen: set[tuple[str, bool]] = set()
    for chrom, start, end in windows:
        for read in bam.fetch(chrom, max(0, start), end) if chrom in bam.references else ():
            name = str(read.query_name)
            key = (name, bool(read.is_read1))
            if name not in wanted or read.flag & UNCOUNTED or key in seen:
                continue
            seen.add(key)
            if read.is_duplicate:
                marked.add(name)
            else:
                qualities[min(read.mapping_quality, BEST)] += 1
    number = qualities.total()
    mean = sum(q * n for q, n in qualities.items()) / number if number else None
    return Named(frozenset(marked), mean)
