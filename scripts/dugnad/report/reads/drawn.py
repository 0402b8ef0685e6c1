"""The reads of a window as they are drawn: those that count, sorted by what they show."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import pysam

from dugnad.alleles import Change, placements
from dugnad.regions import Region
from dugnad.report.reads.places import Join, Window
from dugnad.small_variants.indels import FLANK
from dugnad.small_variants.pileup import Counting, Pileup, count_region
from dugnad.small_variants.reads import load_reads
from dugnad.small_variants.recount import carriers, recount
from dugnad.small_variants.votes import Locus

DRAWN = 150  # reads of a sample at most
AT_JOIN = 80  # and at a breakpoint, where clipped bases are drawn too
FAR = 1000  # bases within which a read's other part or mate is at the other breakpoint
_NEAR = 12  # and a splice
_SUPPLEMENTARY = 2048
_ALIGNED, _INSERTION, _DELETION, _SKIP, _CLIP = {0, 7, 8}, 1, 2, 3, 4
_UNKNOWN = 30  # Phred, where a BAM has no qualities

_T = TypeVar("_T")
Shows = Literal["with", "without"]


@dataclass(frozen=True)
class Piece:
    """Bases of a read that lie side by side: 0-based start on the reference, bases, qualities."""

    start: int
    bases: str
    qualities: bytes

    @property
    def end(self) -> int:
        """Exclusive."""
        return self.start + len(self.bases)


@dataclass(frozen=True)
class DrawnRead:
    """One read; all places are 0-based on the reference.

    ``gaps`` are (start, end, whether an intron), ``insertions`` the base before which bases are
    put and how many, ``clips`` the soft-clipped bases where they would lie without the clip.
    """

    is_reverse: bool
    mapping_quality: int
    pieces: tuple[Piece, ...]
    gaps: tuple[tuple[int, int, bool], ...]
    insertions: tuple[tuple[int, int], ...]
    clips: tuple[Piece, ...]

    @property
    def start(self) -> int:
        """First place that is drawn."""
        return min(piece.start for piece in (*self.pieces, *self.clips))

    @property
    def end(self) -> int:
        """One past the last place that is drawn."""
        return max(piece.end for piece in (*self.pieces, *self.clips))


@dataclass(frozen=True)
class ReadGroup:
    """Reads that show the finding, or that do not: how many there are, and those drawn.

    ``forward``: how many of all are of the forward strand.
    """

    shows: Shows
    total: int
    forward: int
    drawn: tuple[DrawnRead, ...]


@dataclass(frozen=True)
class WindowReads:
    """A sample's reads in a window.

    ``molecules`` and ``with_change`` are counted as calling counts them; None at a breakpoint.
    """

    groups: tuple[ReadGroup, ReadGroup]
    pile: Pileup
    molecules: int | None = None
    with_change: int | None = None

    @property
    def total(self) -> int:
        """Reads that count in the window."""
        return sum(group.total for group in self.groups)


def locus_of(fasta: pysam.FastaFile, chrom: str, change: Change) -> Locus:
    """A change in its surroundings, wide enough for counting."""
    reach = 2 * max(len(change.ref) + len(change.alt), 1) + 10 * FLANK
    offset = max(0, change.start - reach)
    sequence = fasta.fetch(chrom, offset, change.end + reach).upper()
    return Locus(change, offset, sequence, *placements(change, sequence, offset))


def reads_of_change(
    bam: pysam.AlignmentFile,
    window: Window,
    locus: Locus,
    counting: Counting,
    families: bool = False,
) -> WindowReads:
    """The reads of a window, by whether their fragment shows a change.

    A fragment's reads are judged together, with the qualities of their bases, as calling does; so
    a read whose base is of too low quality is not among those that show the change.
    """
    change = locus.change
    place = (max(change.start - 1, 0), change.end + 2 * len(change.alt) + 1)
    at_change = load_reads(bam, window.chrom, *place, counting, families)
    evidence = recount(at_change, locus, counting.base_quality)
    span = min(window.start, place[0]), max(window.end, place[1])
    reads = load_reads(bam, window.chrom, *span, counting, families)
    alt, _ = carriers(reads, locus, counting.base_quality)
    fragments = reads.fragment.tolist()
    numbers = iter(range(len(fragments)))

    def shows(read: pysam.AlignedSegment) -> bool:  # noqa: ARG001  # one by one, in this order
        return fragments[next(numbers)] in alt

    found = _chosen(bam, window, span, counting, shows, DRAWN)
    return replace(found, molecules=evidence.depth, with_change=evidence.alt_reads)


def reads_of_join(
    bam: pysam.AlignmentFile, window: Window, join: Join, counting: Counting
) -> WindowReads:
    """The reads of a breakpoint, by whether they, or their mate, go over to the other side.

    Supplementary alignments are drawn too: they are the other part of a split read.
    """
    flags = counting.excluded_flags & ~_SUPPLEMENTARY
    taken = replace(counting, excluded_flags=flags)
    span = window.start, window.end
    return _chosen(bam, window, span, taken, lambda read: goes_over(read, join), AT_JOIN)


def goes_over(read: pysam.AlignedSegment, join: Join) -> bool:
    """Whether a read, or its mate, is at both sides of a join."""
    if read.has_tag("SA"):
        for part in str(read.get_tag("SA")).split(";"):
            chrom, _, rest = part.partition(",")
            if chrom == join.other_chrom and _near(int(rest.split(",")[0]), join.other_pos, FAR):
                return True
    ends = sorted((join.pos, join.other_pos))
    if read.reference_name == join.other_chrom:
        here = read.reference_start
        for operation, size in read.cigartuples or ():
            if operation in {_DELETION, _SKIP} and (
                _near(here, ends[0], _NEAR) and _near(here + size, ends[1], _NEAR)
            ):
                return True
            here += size if operation in {*_ALIGNED, _DELETION, _SKIP} else 0
    if not read.is_paired or read.mate_is_unmapped or read.is_proper_pair:
        return False
    far = read.next_reference_name != read.reference_name or abs(read.template_length) > FAR
    same = read.next_reference_name == join.other_chrom
    return far and same and _near(read.next_reference_start, join.other_pos, FAR)


def _near(one: int, two: int, bases: int) -> bool:
    return abs(one - two) <= bases


def _chosen(
    bam: pysam.AlignmentFile,
    window: Window,
    span: tuple[int, int],
    counting: Counting,
    shows: Callable[[pysam.AlignedSegment], bool],
    most: int,
) -> WindowReads:
    """Sort the reads that count, and keep some of either group, evenly chosen."""
    some: dict[bool, list[int]] = {True: [], False: []}
    forward = {True: 0, False: 0}
    for index, read in enumerate(_counted(bam, window.chrom, span, counting)):
        shown = shows(read)
        if read.get_overlap(window.start, window.end):  # bases, not an intron alone
            some[shown].append(index)
            forward[shown] += read.is_forward
    with_change = evenly(some[True], max(most // 2, most - len(some[False])))
    without = evenly(some[False], most - len(with_change))
    kept = {*with_change, *without}
    drawn = {
        index: drawn_read(read)
        for index, read in enumerate(_counted(bam, window.chrom, span, counting))
        if index in kept
    }
    region = Region(window.chrom, window.start, window.end, window.locus)
    with_it = ReadGroup(
        "with", len(some[True]), forward[True], tuple(drawn[index] for index in with_change)
    )
    others = ReadGroup(
        "without", len(some[False]), forward[False], tuple(drawn[index] for index in without)
    )
    return WindowReads((with_it, others), count_region(bam, region, counting))


def _counted(
    bam: pysam.AlignmentFile, chrom: str, span: tuple[int, int], counting: Counting
) -> Iterator[pysam.AlignedSegment]:
    """The reads that ``load_reads`` takes of this stretch, in its order."""
    for read in bam.fetch(chrom, *span):
        if counting.takes(read) and read.cigartuples and read.query_sequence:
            yield read


def evenly(items: Sequence[_T], most: int) -> list[_T]:
    """At most so many of them, spread over all."""
    if len(items) <= most:
        return list(items)
    return [items[number * len(items) // most] for number in range(most)]


def drawn_read(read: pysam.AlignedSegment) -> DrawnRead:
    """A read as it is drawn."""
    bases = str(read.query_sequence).upper()
    qualities = read.query_qualities
    phred = bytes([_UNKNOWN]) * len(bases) if qualities is None else qualities.tobytes()
    pieces: list[Piece] = []
    gaps: list[tuple[int, int, bool]] = []
    insertions: list[tuple[int, int]] = []
    clips: list[Piece] = []
    here, query = read.reference_start, 0
    for operation, size in read.cigartuples or ():
        part = slice(query, query + size)
        if operation in _ALIGNED:
            pieces.append(Piece(here, bases[part], phred[part]))
            here, query = here + size, query + size
        elif operation in {_DELETION, _SKIP}:
            gaps.append((here, here + size, operation == _SKIP))
            here += size
        elif operation == _INSERTION:
            insertions.append((here, size))
            query += size
        elif operation == _CLIP:
            start = here - size if query == 0 else here
            clips.append(Piece(start, bases[part], phred[part]))
            query += size
    return DrawnRead(
        read.is_reverse,
        read.mapping_quality,
        tuple(pieces),
        tuple(gaps),
        tuple(insertions),
        tuple(clips),
    )
