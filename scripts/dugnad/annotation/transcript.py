"""One transcript: exons, coding span, and where in it a place lies.

Coordinates are 0-based half-open on the plus strand; a position that is 1-based says so.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

Interval = tuple[int, int]  # start and end on the plus strand, 0-based half-open, bases

_VERSIONED = re.compile(r"(ENS\w*T\d+|[NX][MR]_\d+)\.(\d+)")


@dataclass(frozen=True)
class Feature:
    """Where in a transcript a position lies: "exon 15/18" or "intron 3/10", counted 5' to 3'."""

    kind: str
    number: int
    total: int

    def __str__(self) -> str:
        return f"{self.kind} {self.number}/{self.total}"


@dataclass(frozen=True)
class Transcript:
    """One transcript.

    ``exons`` are in transcript order (5' to 3'). ``cds`` is the genomic span of the coding
    bases, stop codon included as Ensembl has it. ``cds_phase`` is the GFF3 phase of the first
    coding row: bases (0 to 2) before the first whole codon; other than 0, the 5' end is unknown.
    """

    id: str
    version: str | None
    gene: str
    gene_id: str
    chrom: str
    strand: str
    biotype: str
    exons: tuple[Interval, ...]
    cds: Interval | None = None
    cds_phase: int = 0
    is_mane: bool = False
    is_canonical: bool = False
    is_mane_plus: bool = False

    @property
    def name(self) -> str:
        """The identifier with its version, "ENST00000269305.9"; without when it is unknown."""
        return f"{self.id}.{self.version}" if self.version else self.id

    @cached_property
    def start(self) -> int:
        """First base on the genome, 0-based."""
        return self.exons[0 if self.strand == "+" else -1][0]

    @cached_property
    def end(self) -> int:
        """One past the last base on the genome, 0-based."""
        return self.exons[-1 if self.strand == "+" else 0][1]

    @cached_property
    def length(self) -> int:
        """Bases of all exons."""
        return sum(end - start for start, end in self.exons)

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """Index in the spliced transcript of each exon's first base, in transcript order."""
        return (0, *accumulate(end - start for start, end in self.exons[:-1]))

    @cached_property
    def _starts(self) -> list[int]:
        """Starts of the exons on the genome, ascending."""
        return sorted(start for start, _ in self.exons)

    @cached_property
    def introns(self) -> tuple[Interval, ...]:
        """What lies between the exons, in transcript order."""
        if self.strand == "+":
            pairs = zip(self.exons, self.exons[1:], strict=False)
            return tuple((one[1], two[0]) for one, two in pairs)
        return tuple((two[1], one[0]) for one, two in zip(self.exons, self.exons[1:], strict=False))

    @cached_property
    def ascending_introns(self) -> tuple[Interval, ...]:
        """The introns by their place on the genome."""
        return self.introns if self.strand == "+" else self.introns[::-1]

    @cached_property
    def coding_exons(self) -> tuple[Interval, ...]:
        """The coding parts of the exons, in transcript order; empty without a coding sequence."""
        if self.cds is None:
            return ()
        clipped = ((max(a, self.cds[0]), min(b, self.cds[1])) for a, b in self.exons)
        return tuple((start, end) for start, end in clipped if start < end)

    @cached_property
    def coding_length(self) -> int:
        """Coding bases, stop codon included; 0 without a coding sequence."""
        return sum(end - start for start, end in self.coding_exons)

    @cached_property
    def coding_span(self) -> Interval | None:
        """Index of the first and of the last coding base when spliced, both inclusive."""
        if self.cds is None:
            return None
        lower, upper = self.cds
        if self.strand == "+":
            first = sum(max(0, min(end, lower) - start) for start, end in self.exons)
        else:
            first = sum(max(0, end - max(start, upper)) for start, end in self.exons)
        return first, first + self.coding_length - 1

    def exon_before(self, base: int) -> int:
        """Index (transcript order) of the last exon on the genome that starts at or before a base.

        0-based; the base must not lie before the transcript.
        """
        found = bisect_right(self._starts, base) - 1
        return found if self.strand == "+" else len(self.exons) - 1 - found

    def feature_at(self, pos: int) -> Feature | None:
        """The exon or intron at a genomic position (1-based); None outside the transcript."""
        base, total = pos - 1, len(self.exons)
        if not self.start <= base < self.end:
            return None
        index = self.exon_before(base)
        if base < self.exons[index][1]:
            return Feature("exon", index + 1, total)
        return Feature("intron", index + (self.strand == "+"), total - 1)

    def touches_coding(self, start: int, end: int) -> bool:
        """Whether [start, end) has a coding base; where start == end, a base beside that point."""
        if self.cds is None:
            return False
        point = start == end
        lower, upper = start - point, end + point
        if upper <= self.cds[0] or lower >= self.cds[1]:
            return False
        return any(a < upper and lower < b for a, b in self.coding_exons)


def split_version(identifier: str) -> tuple[str, str | None]:
    """Split "ENST00000269305.9" into identifier and version; the version is None without one."""
    match = _VERSIONED.fullmatch(identifier)
    return (match[1], match[2]) if match else (identifier, None)


def merged(spans: Iterable[Interval], margin: int) -> list[Interval]:
    """Spans with a margin on both sides, those that then touch as one, in order."""
    found: list[list[int]] = []
    for start, end in sorted(spans):
        if found and start - margin <= found[-1][1]:
            found[-1][1] = max(found[-1][1], end + margin)
        else:
            found.append([start - margin, end + margin])
    return [(start, end) for start, end in found]
