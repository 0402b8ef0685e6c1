"""Two places that a molecule joins, and how other notations say the same.

A side is the last base that is kept and the strand on which it is kept, as VCF's breakends tell it:
"+": bases at and below it stay, "-": bases at and above it stay.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_COMPLEMENT = str.maketrans("ACGTNacgtn", "TGCANtgcan")

# delly's connection type: the end of the first side that is joined to the end of the second
CONNECTIONS = {"3to5": ("+", "-"), "5to3": ("-", "+"), "3to3": ("+", "+"), "5to5": ("-", "-")}

_BREAKEND = re.compile(r"([ACGTN.]*)([\[\]])(.+):(\d+)([\[\]])([ACGTN.]*)", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Side:
    """One side of a junction; ``pos`` is 1-based."""

    chrom: str
    pos: int
    strand: str

    @property
    def outward(self) -> int:
        """Step on the genome from the last kept base across the join: 1 or -1."""
        return 1 if self.strand == "+" else -1

    def moved(self, bases: int) -> "Side":
        """The side when so many more bases of it are kept."""
        return Side(self.chrom, self.pos + self.outward * bases, self.strand)


@dataclass(frozen=True, order=True)
class Junction:
    """Two sides, the lower one (by contig name and position) first.

    ``inserted``: bases of neither side, read from side 1 to side 2.
    """

    one: Side
    two: Side
    inserted: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Contigs and strands."""
        return self.one.chrom, self.one.strand, self.two.chrom, self.two.strand

    @property
    def svtype(self) -> str:
        """DEL, DUP, INV or, between contigs, BND."""
        if self.one.chrom != self.two.chrom:
            return "BND"
        return {"+-": "DEL", "-+": "DUP"}.get(self.one.strand + self.two.strand, "INV")

    @property
    def span(self) -> int | None:
        """Bases between the sides; None between contigs."""
        return self.two.pos - self.one.pos if self.one.chrom == self.two.chrom else None

    def near(self, other: "Junction", bases: int) -> bool:
        """Whether it joins the same, give or take so many bases on either side."""
        return (
            self.key == other.key
            and abs(self.one.pos - other.one.pos) <= bases
            and abs(self.two.pos - other.two.pos) <= bases
        )


def junction(one: Side, two: Side, inserted: str = "") -> Junction:
    """The junction of two sides, in order; ``inserted`` is read from ``one`` to ``two``."""
    if two < one:
        return Junction(two, one, reverse_complement(inserted))
    return Junction(one, two, inserted)


def reverse_complement(bases: str) -> str:
    """The other strand."""
    return bases.translate(_COMPLEMENT)[::-1]


def of_breakend(chrom: str, pos: int, ref: str, alt: str) -> Junction | None:
    """The junction of a VCF breakend (VCF 4.3, 5.4); None for one without a mate.

    ``t[p[`` +-, ``t]p]`` ++, ``]p]t`` -+, ``[p[t`` --; bases of t beside the REF are inserted.
    """
    match = _BREAKEND.fullmatch(alt)
    if not match:
        return None
    before, bracket, mate, place, _, after = match.groups()
    two = Side(mate, int(place), "-" if bracket == "[" else "+")
    if before:
        return junction(Side(chrom, pos, "+"), two, before[len(ref) :])
    inserted = reverse_complement(after[: len(after) - len(ref)])
    return junction(Side(chrom, pos, "-"), two, inserted)


def of_symbol(chrom: str, pos: int, end: int, svtype: str, strands: str | None) -> list[Junction]:
    """The junctions of a symbolic allele; VCF's POS is the base before the event.

    DEL joins POS to END + 1, DUP joins END to POS + 1; INV has two junctions, of which
    ``strands`` ("++" or "--") picks one.
    """
    if svtype == "DEL":
        return [junction(Side(chrom, pos, "+"), Side(chrom, end + 1, "-"))]
    if svtype == "DUP":
        return [junction(Side(chrom, pos + 1, "-"), Side(chrom, end, "+"))]
    if svtype == "INV":
        both = {
            "++": junction(Side(chrom, pos, "+"), Side(chrom, end, "+")),
            "--": junction(Side(chrom, pos + 1, "-"), Side(chrom, end + 1, "-")),
        }
        return [both[strands]] if strands else list(both.values())
    return []


def of_connection(one: tuple[str, int], two: tuple[str, int], connection: str) -> Junction:
    """The junction of two last kept bases and delly's connection type.

    Raises KeyError for a connection that is none of the four.
    """
    first, second = CONNECTIONS[connection]
    return junction(Side(*one, first), Side(*two, second))


@dataclass(frozen=True)
class Piece:
    """A stretch of a read and where it aligns; query as the read was sequenced, 0-based half-open,
    as is the reference."""

    query: tuple[int, int]
    chrom: str
    start: int
    end: int
    reverse: bool
    mapping_quality: int

    @property
    def leaves(self) -> Side:
        """The side at the piece's last base of the read."""
        if self.reverse:
            return Side(self.chrom, self.start + 1, "-")
        return Side(self.chrom, self.end, "+")

    @property
    def enters(self) -> Side:
        """The side at the piece's first base of the read."""
        if self.reverse:
            return Side(self.chrom, self.end, "+")
        return Side(self.chrom, self.start + 1, "-")


def between(first: Piece, second: Piece, bases: str) -> Junction:
    """The junction of two pieces that follow each other in a read of these ``bases``.

    Bases that fit both stay with the first; bases of neither are inserted.
    """
    overlap = first.query[1] - second.query[0]
    two = second.enters.moved(-overlap) if overlap > 0 else second.enters
    return junction(first.leaves, two, bases[first.query[1] : second.query[0]])


def in_order(pieces: Sequence[Piece]) -> list[tuple[Piece, Piece]]:
    """Pieces of one read that follow each other."""
    ordered = sorted(pieces, key=lambda piece: piece.query)
    return list(pairwise(ordered))
