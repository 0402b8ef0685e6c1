"""One pass over the reads of some regions: what of them speaks for a rearrangement.

Split reads (SA tags), clipped ends, and pairs whose mate is far off, on another contig or turned
the wrong way; of all reads also where they lie, for those that speak against it.
"""

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pysam

from dugnad.rearrangements.sides import (
    Junction,
    Piece,
    Side,
    between,
    in_order,
    junction,
    reverse_complement,
)
from dugnad.regions import Region

MIN_CLIP = 8  # shorter ends fit many places by chance
_POOR = 10  # Phred; ends below it are no sequence
_LENGTHS = 50_000  # pairs that the usual insert is learnt from
_LEARNT = (1000, 10_000)  # pairs after which a limit is set while reading
_LONGEST = 2000  # longer inserts are no usual ones
_REVERSE, _MATE_REVERSE = 0x10, 0x20
_NOT_USED = 0x4 | 0x100 | 0x200
# starts, ends (0-based half-open) and fragments of reads
Columns = tuple["array[int]", "array[int]", "array[int]"]
_OPERATIONS = re.compile(r"(\d+)([MIDNSHPX=])")


@dataclass(frozen=True)
class Split:
    """A read whose parts align at two places; ``start``: where it ends, away from the join.

    ``whole``: all of the read's bases are in the record, so that ``inserted`` is told.
    """

    fragment: int
    junction: Junction
    mapping_quality: int
    start: int
    whole: bool


@dataclass(frozen=True)
class Clip:
    """A clipped end: ``bases`` are read from the side outwards; ``start`` as a split read's."""

    fragment: int
    side: Side
    bases: str
    mapping_quality: int
    start: int


@dataclass(frozen=True)
class Pair:
    """A pair that its insert does not explain.

    ``junction`` has the inner ends of both mates, where the join lies at them or beyond;
    ``outer``: their other ends, in the same order.
    """

    fragment: int
    junction: Junction
    outer: tuple[int, int]
    mapping_quality: int

    @property
    def covered(self) -> int:
        """Bases of the molecule that the mates span up to their inner ends."""
        one, two = self.junction.one, self.junction.two
        return abs(one.pos - self.outer[0]) + abs(two.pos - self.outer[1]) + 2

    def is_within(self, longest: int) -> bool:
        """Whether it is of the usual kind after all: facing each other, and no longer than that."""
        one, two = self.junction.one, self.junction.two
        if self.junction.svtype != "DEL":
            return False
        return two.pos >= one.pos and abs(self.outer[1] - self.outer[0]) < longest


@dataclass
class Evidence:
    """What one sample's reads say."""

    splits: list[Split] = field(default_factory=list)
    clips: dict[tuple[str, str], list[Clip]] = field(default_factory=lambda: defaultdict(list))
    pairs: list[Pair] = field(default_factory=list)
    duplicates: set[int] = field(default_factory=set)
    inserts: "array[int]" = field(default_factory=lambda: array("i"))
    limit: int = 0
    spans: dict[str, Columns] = field(default_factory=dict)

    @property
    def longest_insert(self) -> int:
        """Above it, a pair is not of the usual kind: the median and six deviations (MAD)."""
        if not self.inserts:
            return 0
        lengths = np.frombuffer(self.inserts, dtype=np.int32)
        middle = float(np.median(lengths))
        return int(middle + 6 * 1.4826 * max(float(np.median(abs(lengths - middle))), 5.0))

    def learn(self, length: int) -> None:
        """Take the length of a pair that faces each other; early on, set the limit by it."""
        if len(self.inserts) < _LENGTHS:
            self.inserts.append(length)
            if len(self.inserts) in _LEARNT:
                self.limit = self.longest_insert

    def drop_usual(self) -> None:
        """Leave out pairs that were kept before it was known what is usual."""
        longest = self.longest_insert
        self.pairs = [pair for pair in self.pairs if not pair.is_within(longest)]

    def across(self, side: Side, anchor: int) -> set[int]:
        """Fragments with a read over the unbroken sequence, ``anchor`` bases on either side."""
        if side.chrom not in self.spans:
            return set()
        starts, ends, names = (np.asarray(column) for column in self.spans[side.chrom])
        edge = side.pos if side.strand == "+" else side.pos - 1
        over = (starts <= edge - anchor) & (ends >= edge + anchor)
        return set(names[over].tolist())


@dataclass(frozen=True)
class Reading:
    """Which reads count, and from where a pair's mates are far apart."""

    min_mapping_quality: int
    min_size: int
    duplicates_count: bool


def scan(
    bam: pysam.AlignmentFile, regions: Iterable[Region], reading: Reading, found: Evidence
) -> None:
    """Add what the reads of the regions say; regions must not overlap."""
    for region in regions:
        if region.chrom not in bam.references:
            continue
        columns = found.spans.setdefault(region.chrom, (array("q"), array("q"), array("q")))
        for read in bam.fetch(region.chrom, region.start, region.end):
            _take(read, reading, found, columns)


def _take(
    read: pysam.AlignedSegment,
    reading: Reading,
    found: Evidence,
    columns: Columns,
) -> None:
    """One read's evidence."""
    flag = read.flag
    if flag & _NOT_USED:
        return
    fragment = hash(read.query_name)
    if flag & 0x400 and not reading.duplicates_count:
        found.duplicates.add(fragment)
        return
    if read.mapping_quality < reading.min_mapping_quality:
        return
    if not flag & 0x800:
        columns[0].append(read.reference_start)
        columns[1].append(read.reference_end or 0)
        columns[2].append(fragment)
        if flag & 0x9 == 0x1:
            _take_pair(read, flag, fragment, reading.min_size, found)
    cigar = read.cigartuples or []
    if cigar[0][0] in (4, 5) or cigar[-1][0] in (4, 5):
        if read.has_tag("SA"):
            _take_split(read, fragment, found)
        else:
            _take_clips(read, cigar, fragment, found)


def _take_pair(
    read: pysam.AlignedSegment, flag: int, fragment: int, min_size: int, found: Evidence
) -> None:
    """A pair, if it is not of the usual kind; else its insert."""
    length = abs(read.template_length)
    same = read.next_reference_id == read.reference_id
    reverse, mate_reverse = bool(flag & _REVERSE), bool(flag & _MATE_REVERSE)
    start, mate_start = read.reference_start, read.next_reference_start
    facing = same and reverse != mate_reverse and (start >= mate_start) == reverse
    if facing and length <= _LONGEST:
        found.learn(length)
        if length <= max(min_size, found.limit):
            return
    end, mate_end = read.reference_end or start, mate_start + _mate_length(read)
    if same and reverse != mate_reverse and start < mate_end and mate_start < end:
        return  # they overlap: a short molecule
    one = Side(str(read.reference_name), start + 1, "-") if reverse else None
    one = one or Side(str(read.reference_name), end, "+")
    mate = str(read.next_reference_name)
    two = Side(mate, mate_start + 1, "-") if mate_reverse else Side(mate, mate_end, "+")
    outer = (end if reverse else start + 1, mate_end if mate_reverse else mate_start + 1)
    quality = read.mapping_quality
    if read.has_tag("MQ"):
        quality = min(quality, int(read.get_tag("MQ")))
    joined = junction(one, two)
    found.pairs.append(Pair(fragment, joined, outer if joined.one == one else outer[::-1], quality))


def _mate_length(read: pysam.AlignedSegment) -> int:
    if read.has_tag("MC"):
        return _reference_length(str(read.get_tag("MC")))
    return int(read.query_length or read.reference_length or 0)


def _reference_length(cigar: str) -> int:
    return sum(int(n) for n, kind in _OPERATIONS.findall(cigar) if kind in "MDN=X")


def piece_of(cigar: str, chrom: str, start: int, reverse: bool, quality: int) -> Piece:
    """An alignment as a stretch of its read, hard clips counted."""
    parts = [(int(n), kind) for n, kind in _OPERATIONS.findall(cigar)]
    if reverse:
        parts.reverse()
    before = parts[0][0] if parts[0][1] in "SH" else 0
    aligned = sum(n for n, kind in parts if kind in "MI=X")
    end = start + sum(n for n, kind in parts if kind in "MDN=X")
    return Piece((before, before + aligned), chrom, start, end, reverse, quality)


def _take_split(read: pysam.AlignedSegment, fragment: int, found: Evidence) -> None:
    """The junctions between a read's alignments, as its SA tag lists them."""
    own = piece_of(
        read.cigarstring or "", str(read.reference_name), read.reference_start, read.is_reverse,
        read.mapping_quality,
    )  # fmt: skip
    pieces = [own]
    for row in str(read.get_tag("SA")).rstrip(";").split(";"):
        chrom, pos, strand, cigar, mapped, _ = row.rsplit(",", 5)
        pieces.append(piece_of(cigar, chrom, int(pos) - 1, strand == "-", int(mapped)))
    whole = "H" not in (read.cigarstring or "")
    bases = (read.get_forward_sequence() or "") if whole else ""
    for first, second in in_order(pieces):
        if own in (first, second):
            quality = min(first.mapping_quality, second.mapping_quality)
            side = own.leaves if own is first else own.enters
            start = own.start if side.strand == "+" else own.end
            joined = between(first, second, bases)
            found.splits.append(Split(fragment, joined, quality, start, whole))


def _take_clips(
    read: pysam.AlignedSegment, cigar: list[tuple[int, int]], fragment: int, found: Evidence
) -> None:
    """Clipped ends whose own bases are long and good enough."""
    bases, qualities = read.query_sequence or "", read.query_qualities
    chrom, start, end = str(read.reference_name), read.reference_start, read.reference_end or 0
    if cigar[-1][0] == 4 and cigar[-1][1] >= MIN_CLIP:
        size = cigar[-1][1]
        kept = _good(list(qualities[-size:]) if qualities is not None else [40] * size)
        if kept >= MIN_CLIP:
            clipped = bases[-size:][:kept]
            clip = Clip(fragment, Side(chrom, end, "+"), clipped, read.mapping_quality, start)
            found.clips[chrom, "+"].append(clip)
    if cigar[0][0] == 4 and cigar[0][1] >= MIN_CLIP:
        size = cigar[0][1]
        kept = _good(list(qualities[:size])[::-1] if qualities is not None else [40] * size)
        if kept >= MIN_CLIP:
            clipped = reverse_complement(bases[:size])[:kept]
            clip = Clip(fragment, Side(chrom, start + 1, "-"), clipped, read.mapping_quality, end)
            found.clips[chrom, "-"].append(clip)


def _good(qualities: list[int]) -> int:
    """How many bases from the side outwards come before the poor end."""
    kept = len(qualities)
    while kept and qualities[kept - 1] <= _POOR:
        kept -= 1
    return kept
