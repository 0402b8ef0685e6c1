"""What a method sees of a fusion in RNA, and which of the panel's filters flag it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pysam

from dugnad.panel_rna import RnaExcluded, RnaField, RnaRules
from dugnad.rearrangements.rna_chimeric import FLIP, Joint, Place
from dugnad.rearrangements.rna_genes import Genes, GeneSpan, Hit, overlap, read_through
from dugnad.rearrangements.rna_reads import Counted, crossing

FLANK = 40  # bases of either part that are compared with the other gene
WORD = 12  # bases: 10,000 of exons have one given word by chance once in 800 cases
TRIPLET = 3
_COMPLEMENT = str.maketrans("ACGTacgt", "TGCAtgca")

Known = Collection[tuple[str, str]]  # pairs of first and second gene


@dataclass(frozen=True)
class Evidence:
    """Of one fusion by one method; None where the method or the alignment does not tell.

    Counts are of fragments. ``split_reads`` run across the junction and ``pairs`` lie around it;
    ``read_starts`` are the different places at which the former begin, ``anchor`` is the longest
    of their shorter sides. ``references`` are fragments of the unbroken first and second gene.
    ``reach``: bases of the transcript within which the junction is but guessed.
    """

    joint: Joint
    five: Hit | None
    three: Hit | None
    split_reads: int
    pairs: int
    read_starts: int | None = None
    anchor: int | None = None
    mapping_quality: float | None = None
    references: tuple[int | None, int | None] = (None, None)
    repeat: int = 0
    triplets: float | None = None
    shared_words: float | None = None
    own_filters: tuple[str, ...] = ()
    reach: int = 0

    @property
    def genes(self) -> tuple[str | None, str | None]:
        """The first gene and the second."""
        return self.five.gene.name if self.five else None, (
            self.three.gene.name if self.three else None
        )

    @property
    def at_exons(self) -> bool:
        """Whether an exon of the first gene ends there and one of the second begins."""
        return bool(self.five and self.three and self.five.at_boundary and self.three.at_boundary)

    @property
    def fraction(self) -> float | None:
        """Share of the junction's fragments at the side that has the larger one."""
        shares = [
            self.split_reads / (self.split_reads + reference)
            for reference in self.references
            if reference is not None and self.split_reads + reference
        ]
        return max(shares, default=None)

    @property
    def neighbour(self) -> int | None:
        """Bases between genes that a single transcript may read through; None for others."""
        if self.five is None or self.three is None:
            return None
        if overlap(self.five.gene, self.three.gene):
            return 0
        return read_through(self.five.gene, self.three.gene)

    def value(self, field: RnaField) -> float | None:
        """What a filter judges."""
        values: dict[RnaField, float | None] = {
            "reads": self.split_reads + self.pairs,
            "split_reads": self.split_reads,
            "pairs": self.pairs,
            "read_starts": self.read_starts,
            "anchor": self.anchor,
            "off_exon_reads": None if self.at_exons else self.split_reads,
            "fraction": self.fraction,
            "mapping_quality": self.mapping_quality,
            "triplets": self.triplets,
            "shared_words": self.shared_words,
            "neighbour": self.neighbour,
        }
        return values[field]


def flags(evidence: Evidence, rules: RnaRules, known: Known) -> list[str]:
    """The ids of the filters that flag it, the method's own ones first."""
    is_known = evidence.genes in known
    found = list(evidence.own_filters)
    found += [row.id for row in rules.excluded if is_excluded(evidence, row)]
    found += [row.id for row in rules.filters if row.flags(evidence.value(row.field), is_known)]
    return found


def is_excluded(evidence: Evidence, row: RnaExcluded) -> bool:
    """Whether one of its genes or contigs is of a kind that makes no fusions."""
    if any(place.chrom in row.contigs for place in evidence.joint):
        return True
    genes = [hit.gene for hit in (evidence.five, evidence.three) if hit]
    return any(gene.biotype in row.biotypes or _named(gene.name, row.genes) for gene in genes)


def _named(gene: str, patterns: Iterable[str]) -> bool:
    return any(
        gene.startswith(name[:-1]) if name.endswith("*") else gene == name for name in patterns
    )


def junction(method: str, evidence: Evidence, filters: list[str]) -> dict[str, Any]:
    """A row of the JUNCTIONS table: side 1 is the transcript's first part."""
    five, three = evidence.joint
    gene_5, gene_3 = evidence.genes
    quality = evidence.mapping_quality
    return {
        "called_by": method,
        "analyte": "rna",
        "chrom_1": five.chrom,
        "pos_1": five.pos,
        "strand_1": five.strand,
        "chrom_2": three.chrom,
        "pos_2": three.pos,
        "strand_2": FLIP[three.strand],
        "uncertainty": evidence.reach or (0 if evidence.at_exons else evidence.repeat),
        "gene_5": gene_5,
        "gene_3": gene_3,
        "split_reads": evidence.split_reads,
        "pairs": evidence.pairs,
        "reference_1": evidence.references[0],
        "reference_2": evidence.references[1],
        "mapping_quality": round(quality, 1) if quality is not None else None,
        "caller_filters": filters,
        "homology": evidence.repeat,
        "read_starts": evidence.read_starts,
    }


def references(
    bam: pysam.AlignmentFile, joint: Joint, counted: Counted
) -> tuple[int | None, int | None]:
    """Fragments of the unbroken transcripts over the end of the first part, and over the begin
    of the second: spliced there to any other exon of the genome, or reading on."""
    five, three = joint
    first = crossing(bam, five.chrom, _point(five, True), five.strand == "+", counted)
    second = crossing(bam, three.chrom, _point(three, False), three.strand == "-", counted)
    return len(first.all), len(second.all)


def _point(place: Place, is_last: bool) -> int:
    """The 0-based base after the point where a part of the transcript ends, or begins."""
    return place.pos if is_last == (place.strand == "+") else place.pos - 1


class Sequences:
    """Bases beside junctions, and of genes' exons, from the reference genome."""

    def __init__(self, fasta: pysam.FastaFile, genes: Genes) -> None:
        self._fasta = fasta
        self._genes = genes
        self._words = lru_cache(maxsize=2000)(self._gene_words)

    def flank(self, place: Place, is_last: bool) -> str:
        """``FLANK`` bases of a part, up to its last base or from its first, as they are read."""
        if place.chrom not in self._fasta.references:
            return ""
        below = is_last == (place.strand == "+")
        start = place.pos - FLANK if below else place.pos - 1
        bases = self._fasta.fetch(place.chrom, max(0, start), max(0, start + FLANK)).upper()
        return bases if place.strand == "+" else reverse(bases)

    def triplets(self, joint: Joint) -> float | None:
        """The lower of both flanks' shares of different triplets, 0 to 1."""
        flanks = self.flank(joint.five, True), self.flank(joint.three, False)
        return min(map(triplets, flanks)) if all(flanks) else None

    def shared_words(self, joint: Joint, five: Hit | None, three: Hit | None) -> float | None:
        """The higher share of a flank's words that the other gene's exons have too, 0 to 1.

        A read of one gene alone that has another's copy of a stretch looks like a fusion.
        """
        shares = []
        if five:
            shares.append(self._share(self.flank(joint.three, False), five.gene))
        if three:
            shares.append(self._share(self.flank(joint.five, True), three.gene))
        return max(shares, default=None)

    def _share(self, bases: str, gene: GeneSpan) -> float:
        own = words(bases)
        return len(own & self._words(gene)) / len(own) if own else 0.0

    def _gene_words(self, gene: GeneSpan) -> frozenset[str]:
        if gene.chrom not in self._fasta.references:
            return frozenset()
        exons = {exon for one in self._genes.transcripts(gene) for exon in one.exons}
        found: set[str] = set()
        for start, end in exons:
            bases = self._fasta.fetch(gene.chrom, start, end).upper()
            found |= words(bases) | words(reverse(bases))
        return frozenset(found)


def reverse(bases: str) -> str:
    """The complementary strand."""
    return bases.translate(_COMPLEMENT)[::-1]


def words(bases: str) -> frozenset[str]:
    """All words of ``WORD`` bases."""
    return frozenset(bases[i : i + WORD] for i in range(len(bases) - WORD + 1))


def triplets(bases: str) -> float:
    """Different triplets over all: near 0.8 in 40 random bases, near 0 in a repeat."""
    number = len(bases) - TRIPLET + 1
    different = {bases[i : i + TRIPLET] for i in range(number)}
    return len(different) / number if number > 0 else 0.0
