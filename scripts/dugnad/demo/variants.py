"""Resolve the recipe's variants on the genome."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

from dugnad.demo.gene import by_name
from dugnad.demo.genome import Genome, contig_order
from dugnad.demo.hgvs import Allele, as_allele, protein_change, read_change
from dugnad.demo.interval import Interval
from dugnad.demo.recipe import Change
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


def check_places(variants: Sequence[Resolved[Claim]], regions: Sequence[Interval]) -> None:
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
