"""A gene of a fusion as it is drawn: exons kept, coding parts, and domains on the genome."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from dugnad.record_rearrangements import Domain, PartnerGene, Rearrangement
from dugnad.report.pictures.axes import Interval

Place = tuple[str, int]
Fate = Literal["kept", "lost", "cut"]


@dataclass(frozen=True)
class Side:
    """One gene of a rearrangement.

    ``kept``: for each exon in transcript order, whether the new transcript has it; None where
    that is not known. ``dna`` and ``rna``: contig and 1-based place where it breaks.
    """

    gene: PartnerGene
    kept: tuple[bool, ...] | None
    dna: tuple[Place, ...]
    rna: tuple[Place, ...]

    @property
    def span(self) -> Interval:
        """From its first to its last base on the genome."""
        return min(e[0] for e in self.gene.exons), max(e[1] for e in self.gene.exons)

    def coding(self, exon: Interval) -> Interval | None:
        """The part of an exon that is translated."""
        if self.gene.coding is None:
            return exon
        first, last = max(exon[0], self.gene.coding[0]), min(exon[1], self.gene.coding[1])
        return (first, last) if first < last else None

    def domain_parts(self, domain: Domain) -> list[tuple[int, Interval]]:
        """Where a domain is encoded: index of the exon and place within it on the genome."""
        first, last = 3 * (domain.first - 1), 3 * domain.last
        parts, before = [], 0
        for index, exon in enumerate(self.gene.exons):
            coding = self.coding(exon)
            if coding is None:
                continue
            length = coding[1] - coding[0]
            start, end = max(first - before, 0), min(last - before, length)
            if start < end:
                forward = (coding[0] + start, coding[0] + end)
                backward = (coding[1] - end, coding[1] - start)
                parts.append((index, forward if self.gene.strand == "+" else backward))
            before += length
        return parts

    def fate(self, domain: Domain) -> Fate | None:
        """Whether the new transcript has a domain whole, in part or not; None: not known."""
        exons = [index for index, _ in self.domain_parts(domain)]
        if self.kept is None or not exons:
            return None
        kept = [self.kept[index] for index in exons]
        return "kept" if all(kept) else "cut" if any(kept) else "lost"


def sides(found: Rearrangement, partners: Sequence[PartnerGene]) -> tuple[Side | None, Side | None]:
    """Either gene of a rearrangement, in the order of the new transcript; None: no exons known."""
    return _side(found, partners, first=True), _side(found, partners, first=False)


def _side(found: Rearrangement, partners: Sequence[PartnerGene], *, first: bool) -> Side | None:
    name = found.gene_5 if first else found.gene_3
    transcript = found.transcript_5 if first else found.transcript_3
    named = [gene for gene in partners if gene.gene == name and gene.exons]
    if not named:
        return None
    gene = next((one for one in named if one.transcript == transcript), named[0])
    exon = found.exon_5 if first else found.exon_3
    kept = None
    if exon is not None:
        numbers = range(1, len(gene.exons) + 1)
        kept = tuple(number <= exon if first else number >= exon for number in numbers)
    other = found.gene_3 if first else found.gene_5
    others = next((one for one in partners if one.gene == other and one.exons), None)
    dna = [_place(found.chrom_1, found.pos_1), _place(found.chrom_2, found.pos_2)]
    rna = [_place(found.rna_chrom_1, found.rna_pos_1), _place(found.rna_chrom_2, found.rna_pos_2)]
    return Side(
        gene,
        kept,
        tuple(_breakpoints(dna, gene, others, first)),
        tuple(_breakpoints(rna, gene, others, first)),
    )


def _place(chrom: str | None, pos: int | None) -> Place | None:
    return None if pos is None else (chrom or "", pos)


def _breakpoints(
    places: Sequence[Place | None],
    gene: PartnerGene,
    other: PartnerGene | None,
    first: bool,
) -> Iterator[Place]:
    """Of two ends of a junction, the one that is this gene's; none where both could be."""
    one, two = places
    if one is None or two is None:
        return
    head, tail = (gene, other) if first else (other, gene)
    straight = _distance(head, one) + _distance(tail, two)
    crossed = _distance(head, two) + _distance(tail, one)
    if straight == crossed and gene == other:
        # within one gene the new transcript leaves at the one and enters at the other end
        straight, crossed = (0, 1) if (one[1] <= two[1]) == (gene.strand == "+") else (1, 0)
    if straight == crossed:
        return
    own = one if first == (straight < crossed) else two
    if _distance(gene, own) <= _reach(gene):
        yield own


def _distance(gene: PartnerGene | None, place: Place) -> int:
    """Bases from a place to the gene; 0 within it, and far off on another contig."""
    if gene is None:
        return 0
    low, high = min(e[0] for e in gene.exons), max(e[1] for e in gene.exons)
    elsewhere = gene.chrom not in (None, place[0])
    return max(low - place[1], place[1] - high, 0) + (10**12 if elsewhere else 0)


def _reach(gene: PartnerGene) -> int:
    """Beside the gene, how far off a breakpoint may be to be drawn with it."""
    return max(e[1] for e in gene.exons) - min(e[0] for e in gene.exons) + 10_000
