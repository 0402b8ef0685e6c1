"""Put the whole demo together: genome, panel, known sites, sample sheet, reads and truth."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pysam
import yaml

from dugnad.demo import known, targets
from dugnad.demo.case import (
    SHEET_COLUMNS,
    Setting,
    sequence_sample,
    sheet_rows,
    write_case_truth,
)
from dugnad.demo.folder import OWNED
from dugnad.demo.genome import Genome, build_genome
from dugnad.demo.gff import write_gff
from dugnad.demo.hgvs import Allele
from dugnad.demo.recipe import CaseRecipe, CasesRecipe, Change, GenomeRecipe, Planted, load
from dugnad.demo.sequence import write_fasta
from dugnad.demo.variants import Resolved, check_places, resolve

Say = Callable[[str], None]


def assemble(made: Path, resources: Path, seed: int, depth_scale: float, say: Say) -> None:
    """Make the demo in the empty directory ``made`` from the recipes in ``resources``.

    ``say`` gets the progress lines. Raises UserError for a recipe that contradicts itself.
    """
    recipe = load(resources / "genome.yaml", GenomeRecipe)
    planned = load(resources / "cases.yaml", CasesRecipe)
    genome = build_genome(recipe, seed)
    regions = targets.target_regions(genome, recipe)
    planted = {case.id: resolve(genome, case.variants) for case in planned.cases}
    for variants in planted.values():
        check_places(variants, regions)
    for name in OWNED:
        (made / name).mkdir()
    say(f"genome: {sum(map(len, genome.contigs.values()))} bases, {len(genome.genes)} genes")
    write_fasta(made / "genome" / "demo.fa", genome.contigs)
    pysam.faidx(str(made / "genome" / "demo.fa"))
    write_gff(made / "genome" / "demo.gff3", genome)
    hotspots = targets.hotspots(genome, recipe)
    _write_panel(made / "config" / "panels" / recipe.panel, resources, regions, hotspots)
    listed = _listed(resolve(genome, recipe.known), planted.values())
    background = known.background_sites(
        genome, regions, listed, hotspots, recipe.background_sites, seed
    )
    _write_known(made / "known", genome, recipe, listed, background)
    setting = Setting(genome, tuple(regions), recipe.panel, planned.reads, seed, depth_scale)
    cases = [_make_case(made, setting, case, planted[case.id], say) for case in planned.cases]
    rows = ["\t".join(SHEET_COLUMNS)]
    for case in planned.cases:
        rows += sheet_rows(case, recipe.panel)
    (made / "config" / "samples.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    shutil.copyfile(resources / "config.yaml", made / "config" / "config.yaml")
    expected = {"synthetic": True, "seed": seed, "depth_scale": depth_scale, "cases": cases}
    text = yaml.safe_dump(expected, sort_keys=False)
    (made / "truth" / "expected.yaml").write_text(text, encoding="utf-8")


def _make_case(
    made: Path,
    setting: Setting,
    case: CaseRecipe,
    variants: Sequence[Resolved[Planted]],
    say: Say,
) -> dict[str, Any]:
    """Write a case's truth and reads; returns what is expected of it."""
    summary = write_case_truth(made, setting.genome, case, variants)
    samples = []
    for sample in case.samples:
        pairs = sequence_sample(made, setting, variants, sample)
        depth = sample.depth * setting.depth_scale
        say(f"{sample.id}: {pairs} read pairs for a depth of {depth:g}")
        samples.append(
            {"sample": sample.id, "role": sample.role, "depth": depth, "read_pairs": pairs}
        )
    return summary | {"samples": samples}


def _listed(
    unplanted: Iterable[Resolved[Change]], planted: Iterable[Sequence[Resolved[Planted]]]
) -> list[Resolved[Any]]:
    """All variants that the recipe names, each allele once (a planted one wins)."""
    by_allele: dict[Allele, Resolved[Any]] = {v.allele: v for v in unplanted}
    for variants in planted:
        by_allele |= {v.allele: v for v in variants}
    return list(by_allele.values())


def _write_panel(
    directory: Path,
    resources: Path,
    regions: Iterable[targets.Interval],
    hotspots: Iterable[targets.Hotspot],
) -> None:
    directory.mkdir(parents=True)
    targets.write_targets(directory / "targets.bed", regions)
    targets.write_hotspots(directory / "hotspots.tsv", hotspots)
    shutil.copyfile(resources / "panel.yaml", directory / "panel.yaml")


def _write_known(
    directory: Path,
    genome: Genome,
    recipe: GenomeRecipe,
    listed: Sequence[Resolved[Any]],
    background: Iterable[tuple[Allele, float]],
) -> None:
    population = known.population_rows(listed, background)
    clinical = known.clinical_rows(listed, recipe)
    known.write_vcf(directory / "population.vcf.gz", genome, known.POPULATION_INFO, population)
    known.write_vcf(directory / "clinvar.vcf.gz", genome, known.CLINICAL_INFO, clinical)
