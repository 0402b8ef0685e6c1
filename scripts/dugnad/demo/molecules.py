"""What a sample's DNA and RNA consist of: the interface between the cases and the reads.

A sample is a mixture of cells. All chromosome copies that carry the same alleles are one
``Molecules``: how often it has each stretch of the genome, times its share of the cells, gives
what it adds to every fragment count. Depth, VAF and B-allele fraction follow from that alone.
Positions are 0-based and intervals half-open, on the reference, unless said otherwise.
"""

from dataclasses import dataclass
from typing import Literal

from dugnad.demo.hgvs import Allele
from dugnad.demo.interval import Interval


@dataclass(frozen=True)
class Copies:
    """``number`` copies of each base from ``start`` to ``end``; what is not named has none."""

    contig: str
    start: int
    end: int
    number: int


@dataclass(frozen=True)
class Molecules:
    """Chromosome copies with one sequence.

    ``weight`` is the share of the sample's cells that have them. ``inversions`` turn stretches
    of the reference round; no allele lies across an inversion's ends. ``marks`` name what RNA
    asks for (see ``RnaTranscript``).
    """

    name: str
    weight: float
    copies: tuple[Copies, ...]
    alleles: tuple[Allele, ...] = ()
    inversions: tuple[Interval, ...] = ()
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Artefact:
    """A false base: ``alt`` instead of ``ref`` in a fraction of the fragments over a position.

    Only fragments with this orientation have it: F1R2 when read 1 lies forward.
    """

    contig: str
    position: int
    ref: str
    alt: str
    fraction: float
    orientation: Literal["F1R2", "F2R1"]


@dataclass(frozen=True)
class Damage:
    """Diffuse damage per base: deamination (C to T on read 1's strand, so G>A where read 1
    lies reverse) and oxidation (G to T likewise)."""

    deamination: float = 0.0
    oxidation: float = 0.0


@dataclass(frozen=True)
class RnaTranscript:
    """A mature transcript: exons 5' to 3' as reference intervals, and its strand per exon.

    ``expression`` is relative, per gene copy. Molecules express it when they have the mark
    ``only`` (if set), and do not when they have the mark ``unless`` (if set). A fusion lists
    exons of two genes; its amount follows the copies at its first exon.
    """

    name: str
    exons: tuple[tuple[Interval, Literal["+", "-"]], ...]
    expression: float
    only: str | None = None
    unless: str | None = None
