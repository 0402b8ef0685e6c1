"""The demo's panel of normals: recurrent artefacts, and what some healthy people have."""

import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from dugnad.demo.damage import LOSS, stutter_rate
from dugnad.demo.genome import Genome
from dugnad.demo.genome_recipe import GenomeRecipe, NormalsRecipe
from dugnad.demo.hgvs import Allele
from dugnad.demo.interval import Interval
from dugnad.demo.known import Row, of_genes, taken_positions, write_vcf
from dugnad.demo.loci import site_id
from dugnad.demo.molecules import Artefact
from dugnad.demo.recipe import Change
from dugnad.demo.targets import hotspots
from dugnad.demo.variants import Resolved
from dugnad.small_variants.normals import HEADER, summarise

Site = tuple[Allele, float]
"""A site and the frequency of its alternative allele."""

GERMLINE_VAF = 0.2  # as the demo's panels have it
CHANGES = (("C", "A"), ("T", "G"))
ORIENTATIONS: tuple[Literal["F1R2"], Literal["F2R1"]] = ("F1R2", "F2R1")


def draw_genotypes(
    sites: Iterable[Site], seed: int, name: str
) -> list[tuple[Site, tuple[int, int]]]:
    """Alternative alleles (0 or 1) on either chromosome of the individual ``name``, per site.

    Hardy-Weinberg: the two are independent, each 1 with the site's frequency. Each individual
    and site has its own random stream. Sex is not looked at: on X and Y the caller decides
    which chromosomes there are.
    """
    drawn = []
    for allele, frequency in sites:
        words = f"{allele.contig}:{allele.position}:{allele.ref}:{allele.alt}"
        rng = random.Random(f"{seed}:genotype:{name}:{words}")
        pair = (int(rng.random() < frequency), int(rng.random() < frequency))
        drawn.append(((allele, frequency), pair))
    return drawn


def artefact_sites(
    genome: Genome,
    regions: Sequence[Interval],
    avoid: Iterable[Resolved[Change]],
    recipe: GenomeRecipe,
    seed: int,
) -> list[Artefact]:
    """Recurrent false bases on the genes' ``regions``, in the order drawn.

    C>A and T>G alternate, and both orientations; the fraction is drawn from the recipe's range.
    They keep away from the variants to ``avoid``, hotspots, chrY and what the genome has twice.
    """
    spots = hotspots(genome, recipe)
    taken = taken_positions((v.allele for v in avoid), spots, genome.duplicated)
    wanted = of_genes(regions)
    sizes = [region.end - region.start for region in wanted]
    found: list[Artefact] = []
    for n in range(recipe.normals.artefacts.sites):
        rng = random.Random(f"{seed}:artefact:{n}")
        ref, alt = CHANGES[n % 2]
        while True:
            region = rng.choices(wanted, sizes)[0]
            place = rng.randrange(region.start, region.end)
            standing = genome.contigs[region.contig][place]
            if standing == ref and (region.contig, place + 1) not in taken:
                break
        fraction = round(rng.uniform(*recipe.normals.artefacts.vaf), 4)
        orientation = ORIENTATIONS[n // 2 % 2]
        found.append(Artefact(region.contig, place, ref, alt, fraction, orientation))
        taken |= taken_positions([_allele(found[-1])])
    return found


def carriers(
    artefacts: Iterable[Artefact], recipe: NormalsRecipe, seed: int
) -> dict[Artefact, frozenset[int]]:
    """The normals (numbered from 0) whose library shows each artefact."""
    found = {}
    for artefact in artefacts:
        words = f"{artefact.contig}:{artefact.position}:{artefact.alt}"
        rng = random.Random(f"{seed}:carriers:{words}")
        found[artefact] = frozenset(rng.sample(range(recipe.count), recipe.artefacts.in_normals))
    return found


def normal_name(number: int) -> str:
    """Pseudonym of normal ``number`` (from 0), whose genotypes are drawn under this name."""
    return f"IPX09{number + 1:02d}-D01-N01-B00"


def normal_sex(number: int) -> Literal["female", "male"]:
    """Sex of normal ``number`` (from 0): women and men by turns."""
    return "male" if number % 2 else "female"


def write_panel_of_normals(
    path: Path,
    genome: Genome,
    artefacts: Sequence[Artefact],
    sites: Sequence[Site],
    recipe: GenomeRecipe,
    seed: int,
) -> None:
    """Write ``path`` (.vcf.gz, indexed): all alleles seen in at least one normal.

    ``sites`` are the population's; all normals slip at the microsatellites. VAFs have the sampling
    error of the recipe's depth, with one read at least. The fields are those of
    ``dugnad learn-normals``.
    """
    expected: dict[Allele, list[tuple[int, float]]] = {}
    for number in range(recipe.normals.count):
        for (allele, _), pair in draw_genotypes(sites, seed, normal_name(number)):
            if fraction := _fraction(genome, allele, pair, number):
                expected.setdefault(allele, []).append((number, fraction))
    for artefact, numbers in carriers(artefacts, recipe.normals, seed).items():
        shown = [(number, artefact.fraction) for number in sorted(numbers)]
        expected.setdefault(_allele(artefact), []).extend(shown)
    for allele, share in _stutter(genome):
        expected[allele] = [(number, share) for number in range(recipe.normals.count)]
    named = {allele for allele, _ in sites}
    rows = [
        Row(
            allele,
            site_id(allele.contig, allele.position) if allele in named else ".",
            _info(allele, found, recipe.normals, seed),
        )
        for allele, found in expected.items()
    ]
    write_vcf(path, genome, HEADER, rows)


def _fraction(genome: Genome, allele: Allele, pair: tuple[int, int], number: int) -> float:
    """Expected VAF of a genotype; of a man, the first chromosome has X and the second Y."""
    place = allele.position - 1
    shared = any(p.contig == allele.contig and p.start <= place < p.end for p in genome.par)
    if allele.contig in {"chrX", "chrY"} and not shared:
        if normal_sex(number) == "male":
            return float(pair[allele.contig == "chrY"])
        if allele.contig == "chrY":
            return 0.0
    return sum(pair) / 2


def _stutter(genome: Genome) -> Iterator[tuple[Allele, float]]:
    """Each microsatellite with one unit less and one more, and the share of fragments so."""
    for locus in genome.msi:
        before = genome.contigs[locus.contig][locus.start - 1]
        share = stutter_rate((locus.end - locus.start) // len(locus.unit))
        both = before + locus.unit
        yield Allele(locus.contig, locus.start, both, before), share * LOSS
        yield Allele(locus.contig, locus.start, before, both), share * (1 - LOSS)


def _info(
    allele: Allele, found: Sequence[tuple[int, float]], recipe: NormalsRecipe, seed: int
) -> dict[str, str | tuple[str, ...]]:
    reads = np.zeros(recipe.count, dtype=np.int64)
    for number, fraction in found:
        words = f"{seed}:observed:{number}:{allele.contig}:{allele.position}:{allele.alt}"
        rng = np.random.default_rng(list(words.encode()))
        reads[number] = max(1, int(rng.binomial(recipe.depth, fraction)))
    depth = np.full(recipe.count, recipe.depth, dtype=np.int64)
    fields = summarise(reads, depth, GERMLINE_VAF)
    return {
        name: f"{value:.4g}" if isinstance(value, float) else str(value)
        for name, value in fields.items()
    }


def _allele(artefact: Artefact) -> Allele:
    return Allele(artefact.contig, artefact.position + 1, artefact.ref, artefact.alt)
