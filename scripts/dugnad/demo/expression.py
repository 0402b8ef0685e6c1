"""What the cells' RNA consists of: one transcript a gene, fusions and transcripts with a gap."""

import random
from collections.abc import Sequence
from typing import Literal

from dugnad.demo.case_recipe import CaseRecipe, Fusion
from dugnad.demo.gene import Gene, by_name
from dugnad.demo.genome import Genome
from dugnad.demo.interval import Interval
from dugnad.demo.molecules import RnaTranscript

Placed = tuple[Interval, Literal["+", "-"]]
SPREAD = 0.8  # SD of the log of a gene's expression


def transcripts(genome: Genome, case: CaseRecipe, seed: int) -> list[RnaTranscript]:
    """The transcripts of a case's RNA; expression varies between genes and not between cases."""
    found = []
    skipped = {item.gene: item for item in case.skipping}
    for gene in genome.genes:
        level = random.Random(f"{seed}:expression:{gene.name}").lognormvariate(0, SPREAD)
        exons = exons_of(gene)
        name = gene.preferred.id
        if gene.name not in skipped:
            found.append(RnaTranscript(name, exons, level))
            continue
        item = skipped[gene.name]
        mark = skipping_mark(item.gene, item.exon)
        ranks = [exon.rank for exon in gene.preferred.exons]
        left = tuple(e for e, rank in zip(exons, ranks, strict=True) if rank != item.exon)
        found += [
            RnaTranscript(name, exons, level, unless=mark),
            RnaTranscript(name, exons, level * (1 - item.fraction), only=mark),
            RnaTranscript(f"{name}_{mark}", left, level * item.fraction, only=mark),
        ]
    return found + [_fusion(genome, fusion) for fusion in case.fusions]


def skipping_mark(gene: str, exon: int) -> str:
    """The mark of molecules that leave out an exon."""
    return f"{gene}_exon{exon}_skipping"


def exons_of(gene: Gene, first: int = 1, last: int | None = None) -> tuple[Placed, ...]:
    """Exons ``first`` to ``last`` of the preferred transcript, 5' to 3', on the genome."""
    return tuple(
        (Interval(gene.contig, *gene.on_genome(exon.start, exon.end), gene.name), gene.strand)
        for exon in gene.preferred.exons
        if exon.rank >= first and (last is None or exon.rank <= last)
    )


def _fusion(genome: Genome, fusion: Fusion) -> RnaTranscript:
    name = "::".join(fusion.genes)
    return RnaTranscript(name, fusion_exons(genome, fusion), fusion.expression, only=name)


def fusion_exons(genome: Genome, fusion: Fusion) -> tuple[Placed, ...]:
    """Exons of the 5' partner up to its intron, then those of the 3' partner behind its own."""
    head, tail = (by_name(genome.genes, name) for name in fusion.genes)
    return exons_of(head, last=fusion.introns[0]) + exons_of(tail, first=fusion.introns[1] + 1)


def junction(exons: Sequence[Placed], before: int) -> tuple[tuple[str, int], tuple[str, int]]:
    """The last base of exon number ``before`` (0-based in ``exons``) and the first of the next.

    Each as contig and 1-based position.
    """
    (left, left_strand), (right, right_strand) = exons[before], exons[before + 1]
    end = left.end if left_strand == "+" else left.start + 1
    start = right.start + 1 if right_strand == "+" else right.end
    return (left.contig, end), (right.contig, start)
