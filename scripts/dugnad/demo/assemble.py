"""Put the whole demo together: genome, panels, known sites, sample sheet, reads and truth."""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pysam

from dugnad.demo import known, targets
from dugnad.demo.case import SHEET_COLUMNS, Say, Setting, make_case, sheet_rows
from dugnad.demo.case_recipe import CaseRecipe, CohortRecipe, Sex
from dugnad.demo.copy_normals import write_copy_normals
from dugnad.demo.expected import Expected
from dugnad.demo.folder import CASE_FOLDERS, OWNED
from dugnad.demo.genome import Genome, build_genome
from dugnad.demo.genome_recipe import GenomeRecipe
from dugnad.demo.gff import write_gff
from dugnad.demo.gtf import write_gtf
from dugnad.demo.hgvs import Allele
from dugnad.demo.library import DnaLibrary
from dugnad.demo.make_normals import make_normals, typical_library
from dugnad.demo.molecules import Artefact
from dugnad.demo.msi_normals import write_msi_normals
from dugnad.demo.normals import artefact_sites, write_panel_of_normals
from dugnad.demo.panel_files import write_panel_files
from dugnad.demo.patients import Site, World
from dugnad.demo.recipe import load
from dugnad.demo.sequence import write_fasta
from dugnad.demo.truth import write_expected
from dugnad.demo.variants import Resolved, check_places, resolve
from dugnad.errors import UserError


def assemble(made: Path, resources: Path, chosen: str, seed: int, scale: float, say: Say) -> None:
    """Make the demo in the empty directory ``made`` from the recipes in ``resources``.

    ``chosen`` is one or several, parted by commas, of ``standard``, ``full``, ``accuracy``,
    ``normals`` and the names of cases. ``say`` gets the progress lines. Raises UserError for a
    recipe that contradicts itself.
    """
    recipe = load(resources / "genome.yaml", GenomeRecipe)
    cohort = load(resources / "cohort.yaml", CohortRecipe)
    cases = [case for folder in CASE_FOLDERS for case in load_cases(resources / folder)]
    wanted = choose(cases, cohort, chosen)
    genome = build_genome(recipe, seed)
    for name in OWNED:
        (made / name).mkdir()
    bases = sum(map(len, genome.contigs.values()))
    say(f"genome: {bases:,} bases, {len(genome.genes)} genes")
    write_reference(made / "genome", genome)
    regions = targets.target_regions(genome, recipe)
    listed = _listed(genome, recipe, cases, regions)
    hotspots = targets.hotspots(genome, recipe)
    number = recipe.background_sites
    background = known.background_sites(genome, regions, listed, hotspots, number, seed)
    sites = [*((snp.allele, snp.frequency) for snp in genome.snps), *background]
    recurrent = artefact_sites(genome, regions, listed, recipe, seed)
    alleles = known_alleles(sites, listed, recurrent)
    signatures, spots = dict(cohort.signatures), tuple(spot.interval for spot in hotspots)
    world = World(genome, tuple(regions), tuple(sites), alleles, signatures, seed, spots)
    for panel in recipe.panels:
        _write_panel(made / "config" / "panels" / panel, resources, genome, recipe)
    _write_known(made / "known", genome, recipe, listed, background)
    for panel in recipe.panels:
        normals = made / "config" / "panels" / panel / "normals.vcf.gz"
        write_panel_of_normals(normals, genome, recurrent, sites, recipe, seed)
        write_msi_normals(normals.with_name("panel.yaml"), genome, recipe.normals, seed)
    umi_panels = frozenset(panel for panel in recipe.panels if panel.endswith("-umi"))
    setting = Setting(world, cohort, tuple(recurrent), umi_panels, scale)
    for panel in recipe.panels:
        _write_copy_normals(made, panel, setting, recipe, seed)
    expected = [make_case(made, setting, case, say) for case in wanted]
    rows = ["\t".join(SHEET_COLUMNS), *(row for case in wanted for row in sheet_rows(case))]
    (made / "config" / "samples.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    if {"full", "normals"} & set(chosen.split(",")):
        make_normals(made, setting, recipe.normals, say)
    shutil.copyfile(resources / "config.yaml", made / "config" / "config.yaml")
    shutil.copytree(resources / "trials", made / "config" / "trials")
    truth = Expected(seed=seed, scale=scale, cases=tuple(expected))
    write_expected(made / "truth" / "expected.yaml", truth)


def load_cases(directory: Path) -> list[CaseRecipe]:
    """The recipes in a folder, by name of file; UserError when one is named otherwise."""
    cases = []
    for path in sorted(directory.glob("*.yaml")):
        case = load(path, CaseRecipe)
        if case.id != path.stem:
            raise UserError(f"{path}: id: is {case.id}; a case's file has its name")
        cases.append(case)
    return cases


def choose(cases: Sequence[CaseRecipe], cohort: CohortRecipe, chosen: str) -> list[CaseRecipe]:
    """The cases that ``--cases`` means, each once; UserError for one that there is none of.

    ``full`` are all but the accuracy cases; ``normals`` are no cases.
    """
    by_id = {case.id: case for case in cases}
    groups: dict[str, Sequence[str]] = {
        "standard": cohort.standard,
        "full": [name for name in by_id if name not in cohort.accuracy],
        "accuracy": cohort.accuracy,
        "normals": (),
    }
    names = [name for word in chosen.split(",") for name in groups.get(word, [word])]
    if unknown := [name for name in names if name not in by_id]:
        raise UserError(
            f"--cases: no case {', '.join(unknown)}; there are {', '.join(groups)}, or names of"
            f" {', '.join(by_id)}"
        )
    return [by_id[name] for name in dict.fromkeys(names)]


def write_reference(directory: Path, genome: Genome) -> None:
    """FASTA with index, and the genes as GFF3 and GTF."""
    write_fasta(directory / "demo.fa", genome.contigs)
    pysam.faidx(str(directory / "demo.fa"))
    write_gff(directory / "demo.gff3", genome)
    write_gtf(directory / "demo.gtf", genome)


def _listed(
    genome: Genome,
    recipe: GenomeRecipe,
    cases: Iterable[CaseRecipe],
    regions: Sequence[targets.Interval],
) -> list[Resolved[Any]]:
    """All variants that the recipes name, each allele once (a planted one wins).

    All cases count, whichever are made, so that known sites do not depend on the choice.
    """
    by_allele: dict[Allele, Resolved[Any]] = {v.allele: v for v in resolve(genome, recipe.known)}
    for case in cases:
        planted = resolve(genome, case.variants)
        check_places(planted, regions)
        by_allele |= {v.allele: v for v in planted}
    return list(by_allele.values())


def known_alleles(
    sites: Iterable[Site], listed: Iterable[Resolved[Any]], recurrent: Iterable[Artefact]
) -> tuple[Allele, ...]:
    """All alleles that a file of known sites or the panel of normals may list."""
    return (
        *(allele for allele, _ in sites),
        *(variant.allele for variant in listed),
        *(Allele(item.contig, item.position + 1, item.ref, item.alt) for item in recurrent),
    )


def _write_panel(directory: Path, resources: Path, genome: Genome, recipe: GenomeRecipe) -> None:
    directory.mkdir(parents=True)
    write_panel_files(directory, genome, recipe)
    shutil.copyfile(resources / "panels" / f"{directory.name}.yaml", directory / "panel.yaml")


def _write_copy_normals(
    made: Path, panel: str, setting: Setting, recipe: GenomeRecipe, seed: int
) -> None:
    normals = recipe.normals

    def library(sex: Sex) -> DnaLibrary:
        return typical_library(setting, normals, panel, sex)

    file, fasta = made / "config" / "panels" / panel / "panel.yaml", made / "genome" / "demo.fa"
    write_copy_normals(file, fasta, setting.world.genome, library, normals.count, seed)


def _write_known(
    directory: Path,
    genome: Genome,
    recipe: GenomeRecipe,
    listed: Sequence[Resolved[Any]],
    background: Sequence[Site],
) -> None:
    population = known.population_rows(listed, genome.snps, background)
    known.write_vcf(directory / "population.vcf.gz", genome, known.POPULATION_INFO, population)
    known.write_vcf(directory / "dbsnp.vcf.gz", genome, (), known.dbsnp_rows(population))
    clinical = known.clinical_rows(listed, recipe)
    known.write_vcf(directory / "clinvar.vcf.gz", genome, known.CLINICAL_INFO, clinical)
