"""The people of the cohort: what each carries from birth, and what a patient's tumour has."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dugnad.demo.case_recipe import CaseRecipe, Fusion, Planted, Sex, Signature
from dugnad.demo.cells import Person, Rearranged, Variant
from dugnad.demo.draw import (
    SPACING,
    Room,
    private_germline,
    somatic_background,
    unstable_repeats,
)
from dugnad.demo.draw_kinds import random_kinds
from dugnad.demo.expression import skipping_mark
from dugnad.demo.gene import Gene, by_name
from dugnad.demo.genome import Genome
from dugnad.demo.hgvs import Allele
from dugnad.demo.interval import Interval
from dugnad.demo.naming import name_allele
from dugnad.demo.normals import draw_genotypes
from dugnad.demo.variants import Resolved, resolve
from dugnad.errors import UserError

Site = tuple[Allele, float]


@dataclass(frozen=True)
class World:
    """What all people share: genome, targets, common sites with their frequency, and the seed.

    ``known``: all alleles in a known-sites file; no random variant lies there or on a hotspot.
    """

    genome: Genome
    regions: tuple[Interval, ...]
    sites: tuple[Site, ...]
    known: tuple[Allele, ...]
    signatures: dict[str, Signature]
    seed: int
    hotspots: tuple[Interval, ...] = ()


def patient(world: World, case: CaseRecipe) -> Person:
    """The patient of ``case``: planted, common, private and random variants, and rearrangements.

    Raises UserError when the recipe contradicts the genome or itself.
    """
    planted = [_planted(case, item) for item in resolve(world.genome, case.variants)]
    inversions = tuple(_inversion(world.genome, case, fusion) for fusion in case.fusions)
    room = Room()
    for item in inversions:
        for end in (item.interval.start, item.interval.end):
            room.block(item.interval.contig, end, end)
    for variant in planted:
        if not room.claim(*_extent(variant.allele)):
            raise UserError(
                f"recipe: {case.id}: {variant.gene} {variant.hgvs_c} is less than {SPACING}"
                " bases from another variant or a breakpoint"
            )
    for locus in world.genome.msi:
        room.block(locus.contig, locus.start, locus.end)
    for spot in world.hotspots:
        room.block(spot.contig, spot.start, spot.end)
    germline = [v for v in planted if v.origin == "germline"]
    germline += _common(world, case.id, room)
    for allele in world.known:
        room.reserve(*_extent(allele))
    germline += private_germline(world.genome, case, world.regions, room, world.seed)
    somatic = [v for v in planted if v.origin == "somatic"]
    signature = world.signatures.get(case.background.signature)
    if signature is None:
        raise UserError(f"recipe: {case.id}: no signature '{case.background.signature}'")
    somatic += somatic_background(world.genome, case, world.regions, signature, room, world.seed)
    somatic += unstable_repeats(world.genome, case, world.seed)
    somatic += random_kinds(world.genome, case, world.regions, signature, room, world.seed)
    return Person(
        name="patient",
        sex=case.sex,
        germline=tuple(germline),
        somatic=tuple(somatic),
        inversions=inversions,
        marked=_marked(world.genome, case, planted),
    )


def somebody(world: World, name: str, sex: Sex) -> Person:
    """A person without a tumour, from the population."""
    return Person(name=name, sex=sex, germline=tuple(_common(world, name, Room())))


def _planted(case: CaseRecipe, item: Resolved[Planted]) -> Variant:
    claim = item.claim
    somatic = claim.origin == "somatic"
    return Variant(
        allele=item.allele,
        origin=claim.origin,
        why=claim.why,
        haplotype=claim.haplotype,
        clone=(claim.clone or case.founder) if somatic else None,
        copies=claim.copies,
        gene=claim.gene,
        hgvs_c=claim.change,
        hgvs_p=claim.protein,
        planted=True,
    )


def _extent(allele: Allele) -> tuple[str, int, int]:
    return allele.contig, allele.position - 1, len(allele.ref)


def _common(world: World, name: str, room: Room) -> list[Variant]:
    """Common variants by Hardy-Weinberg, but where something is planted already."""
    found = []
    for (allele, _), genotype in draw_genotypes(world.sites, world.seed, name):
        if genotype == (0, 0) or not room.claim(*_extent(allele)):
            continue
        both: dict[tuple[int, int], Literal[1, 2] | None] = {(1, 0): 1, (0, 1): 2, (1, 1): None}
        gene, coding, protein = name_allele(world.genome, allele)
        why = "common in the population"
        variant = Variant(
            allele, "germline", why, both[genotype], None, None, gene, coding, protein
        )
        found.append(variant)
    return found


def _inversion(genome: Genome, case: CaseRecipe, fusion: Fusion) -> Rearranged:
    """The inversion that joins the 5' partner's intron to the 3' partner's."""
    genes = [by_name(genome.genes, name) for name in fusion.genes]
    first, second = genes
    if first.contig != second.contig or first.strand == second.strand:
        raise UserError(
            f"recipe: {case.id}: {'::'.join(fusion.genes)} cannot come by an inversion: it takes"
            " two genes of one contig on opposite strands"
        )
    breaks = [middle_of_intron(g, n) for g, n in zip(genes, fusion.introns, strict=True)]
    interval = Interval(first.contig, min(breaks), max(breaks), "::".join(fusion.genes))
    return Rearranged(interval, fusion.haplotype, case.founder, interval.label)


def middle_of_intron(gene: Gene, number: int) -> int:
    """Genome position of the middle of intron ``number`` of the preferred transcript."""
    exons = {exon.rank: exon for exon in gene.preferred.exons}
    if number not in exons or number + 1 not in exons:
        raise UserError(f"recipe: {gene.name} has no intron {number}")
    middle = (exons[number].end + exons[number + 1].start) // 2
    return gene.on_genome(middle, middle)[0]


def _marked(genome: Genome, case: CaseRecipe, planted: Iterable[Variant]) -> dict[Allele, str]:
    """Alleles that change splicing, with the mark that RNA asks for."""
    alleles = {(v.gene, v.hgvs_c): v.allele for v in planted}
    marked = {}
    for item in case.skipping:
        allele = alleles.get((item.gene, item.caused_by))
        if allele is None:
            raise UserError(f"recipe: {case.id}: {item.gene} {item.caused_by} is not planted")
        exons = by_name(genome.genes, item.gene).preferred.exons
        if item.exon not in {exon.rank for exon in exons[1:-1]}:
            raise UserError(f"recipe: {case.id}: {item.gene} has no inner exon {item.exon}")
        marked[allele] = skipping_mark(item.gene, item.exon)
    return marked
