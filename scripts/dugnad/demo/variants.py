"""Resolve the recipe's variants on the genome, and mix the genomes that carry them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

from dugnad.demo.gene import by_name
from dugnad.demo.genome import Genome, contig_order
from dugnad.demo.hgvs import Allele, as_allele, protein_change, read_change
from dugnad.demo.recipe import Change, Planted
from dugnad.demo.targets import Interval
from dugnad.errors import UserError

MIN_DISTANCE = 30

Claim = TypeVar("Claim", bound=Change)


@dataclass(frozen=True)
class Resolved(Generic[Claim]):
    """A variant of the recipe with its place on the genome."""

    claim: Claim
    allele: Allele

    @property
    def place(self) -> tuple[tuple[int, str], int]:
        """Sort key: contig in karyotype order, position."""
        return contig_order(self.allele.contig), self.allele.position


@dataclass(frozen=True)
class Haploid:
    """One haploid genome of a mixture: its share of all fragments and the alleles it carries."""

    name: str
    weight: float
    alleles: tuple[Allele, ...]


def resolve(genome: Genome, claims: Iterable[Claim]) -> list[Resolved[Claim]]:
    """Each claim with its allele, in genome order.

    The protein change written in the recipe is compared with the one that the mutated coding
    sequence translates to. All contradictions are raised together, as one UserError.
    """
    resolved, problems = [], []
    for claim in claims:
        gene = by_name(genome.genes, claim.gene)
        try:
            edit = read_change(gene, gene.preferred, claim.change)
        except ValueError as error:
            problems.append(f"recipe: {claim.gene}: {error}")
            continue
        found = protein_change(gene, gene.preferred, edit)
        if found != claim.protein:
            problems.append(f"recipe: {claim.title}: says {claim.protein}, but makes {found}")
        resolved.append(Resolved(claim, as_allele(gene, edit, genome.contigs[gene.contig])))
    if problems:
        raise UserError(problems)
    return sorted(resolved, key=lambda variant: variant.place)


def check_places(variants: Sequence[Resolved[Planted]], regions: Sequence[Interval]) -> None:
    """Raise UserError for planted variants that are off target or closer than ``MIN_DISTANCE``."""
    problems = [
        f"recipe: {variant.claim.title} is outside the panel's targets"
        for variant in variants
        if not any(_within(variant.allele, region) for region in regions)
    ]
    for left, right in pairwise(variants):
        end = left.allele.position + len(left.allele.ref)
        same = left.allele.contig == right.allele.contig
        if same and right.allele.position - end < MIN_DISTANCE:
            names = f"{left.claim.title} and {right.claim.title}"
            problems.append(f"recipe: {names} are less than {MIN_DISTANCE} bases apart")
    if problems:
        raise UserError(problems)


def _within(allele: Allele, region: Interval) -> bool:
    end = allele.position - 1 + len(allele.ref)
    return (
        allele.contig == region.contig and region.start <= allele.position - 1 and end <= region.end
    )


def mixture(variants: Sequence[Resolved[Planted]], tumour: bool) -> list[Haploid]:
    """The haploid genomes that together give each variant its expected fraction.

    Somatic fractions v1 > v2 > ... > vn make nested genomes: genome k carries the somatic
    variants of levels 1 to k and has weight v_k - v_(k+1), so that level k sums to v_k; genome
    0 carries none and has weight 1 - v1, in a normal sample 1. Each is split evenly over two
    haplotypes, which differ in the heterozygous germline variants. Weights sum to 1.
    """
    levels = {v.claim.vaf for v in variants if v.claim.vaf is not None} if tumour else set()
    steps = [1.0, *sorted(levels, reverse=True), 0.0]
    genomes = []
    for k, (upper, lower) in enumerate(pairwise(steps)):
        for haplotype in (1, 2):
            carried = tuple(
                v.allele for v in variants if _carries(v.claim, haplotype, upper if k else None)
            )
            genomes.append(Haploid(f"g{k:02d}h{haplotype}", (upper - lower) / 2, carried))
    return [genome for genome in genomes if genome.weight > 0]


def _carries(claim: Planted, haplotype: int, level: float | None) -> bool:
    if claim.vaf is not None:
        return level is not None and claim.vaf >= level
    return claim.haplotype in {None, haplotype}


def mutate(contigs: dict[str, str], alleles: Iterable[Allele]) -> dict[str, str]:
    """``contigs`` with ``alleles`` in place; the alleles must not overlap."""
    mutated = dict(contigs)
    for allele in sorted(alleles, key=lambda a: a.position, reverse=True):
        sequence = mutated[allele.contig]
        start, end = allele.position - 1, allele.position - 1 + len(allele.ref)
        if sequence[start:end] != allele.ref:
            raise ValueError(f"{allele} does not fit the genome")
        mutated[allele.contig] = sequence[:start] + allele.alt + sequence[end:]
    return mutated


def lift(position: int, contig: str, alleles: Iterable[Allele]) -> int:
    """Where a 0-based ``position`` of ``contig`` lies once ``alleles`` are in place."""
    return position + sum(
        len(allele.alt) - len(allele.ref)
        for allele in alleles
        if allele.contig == contig and allele.position <= position
    )
