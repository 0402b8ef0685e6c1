"""Known sites, genotypes drawn from them, and the panel of normals."""

import shutil
import subprocess
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pysam
import pytest

from dugnad.demo.damage import stutter_rate
from dugnad.demo.genome import Genome
from dugnad.demo.genome_recipe import GenomeRecipe
from dugnad.demo.hgvs import Allele
from dugnad.demo.interval import Interval
from dugnad.demo.known import (
    CLINICAL_INFO,
    POPULATION_INFO,
    Row,
    background_sites,
    clinical_rows,
    dbsnp_rows,
    population_rows,
    write_vcf,
)
from dugnad.demo.normals import (
    Site,
    artefact_sites,
    carriers,
    draw_genotypes,
    normal_name,
    write_panel_of_normals,
)
from dugnad.demo.recipe import Change
from dugnad.demo.targets import hotspots
from dugnad.demo.variants import Resolved

Listed = list[Resolved[Change]]


@pytest.fixture(scope="module")
def background(
    genome: Genome, recipe: GenomeRecipe, regions: list[Interval], listed: Listed
) -> list[Site]:
    spots = hotspots(genome, recipe)
    return background_sites(genome, regions, listed, spots, recipe.background_sites, 1)


@pytest.fixture(scope="module")
def sites(genome: Genome, background: list[Site]) -> list[Site]:
    return [*((snp.allele, snp.frequency) for snp in genome.snps), *background]


@pytest.fixture(scope="module")
def known(
    genome: Genome,
    recipe: GenomeRecipe,
    regions: list[Interval],
    listed: Listed,
    background: list[Site],
    sites: list[Site],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The four known-site files."""
    made = tmp_path_factory.mktemp("known")
    rows = population_rows(listed, genome.snps, background)
    write_vcf(made / "population.vcf.gz", genome, POPULATION_INFO, rows)
    write_vcf(made / "dbsnp.vcf.gz", genome, (), dbsnp_rows(rows))
    write_vcf(made / "clinvar.vcf.gz", genome, CLINICAL_INFO, clinical_rows(listed, recipe))
    artefacts = artefact_sites(genome, regions, listed, recipe, 1)
    path = made / "panel_of_normals.vcf.gz"
    write_panel_of_normals(path, genome, artefacts, sites, recipe, 1)
    return made


def records(path: Path) -> list[pysam.VariantRecord]:
    with pysam.VariantFile(str(path)) as found:
        return list(found)


@pytest.mark.parametrize("name", ["population", "dbsnp", "clinvar", "panel_of_normals"])
def test_known_files_are_sorted_indexed_and_true_to_the_reference(
    known: Path, genome: Genome, name: str
) -> None:
    path = known / f"{name}.vcf.gz"
    assert Path(f"{path}.tbi").is_file()
    found = records(path)
    contigs = list(genome.contigs)
    places = [(contigs.index(r.chrom), r.pos) for r in found]
    assert places == sorted(places) and len(places) > 10
    for record in found:
        assert record.ref is not None
        start = record.pos - 1
        assert genome.contigs[record.chrom][start : start + len(record.ref)] == record.ref


def alleles(path: Path) -> dict[Allele, pysam.VariantRecord]:
    return {Allele(r.chrom, r.pos, str(r.ref), (r.alts or ("",))[0]): r for r in records(path)}


def test_identifiers_agree(known: Path, genome: Genome) -> None:
    population = alleles(known / "population.vcf.gz")
    names = {allele: record.id for allele, record in population.items()}
    found = alleles(known / "dbsnp.vcf.gz")
    assert {allele: record.id for allele, record in found.items()} == names
    assert all(str(name).startswith("rsDEMO") for name in names.values())
    assert len(set(names.values())) == len(names)
    for allele, record in alleles(known / "panel_of_normals.vcf.gz").items():
        assert record.id == names.get(allele)
    for snp in genome.snps:
        assert names[snp.allele] == snp.id
        assert population[snp.allele].info["AF"][0] == pytest.approx(snp.frequency, abs=1e-4)


def test_background_leaves_room(
    recipe: GenomeRecipe,
    background: list[Site],
    listed: Listed,
    regions: list[Interval],
) -> None:
    assert len(background) == recipe.background_sites
    places = sorted((a.contig, a.position) for a, _ in background)
    for left, right in pairwise(places):
        assert left[0] != right[0] or right[1] - left[1] > 30
    for variant in listed:
        for allele, _ in background:
            if allele.contig == variant.allele.contig:
                assert abs(allele.position - variant.allele.position) > 30
    frequencies = sorted(frequency for _, frequency in background)
    assert frequencies[0] < 1e-4 and 0.1 < frequencies[-1] <= 0.51
    loci = [r for r in regions if r.label.startswith(("SNP_", "MSI_"))]
    for allele, _ in background:
        assert allele.contig != "chrY"
        for region in loci:
            assert region.contig != allele.contig or not (
                region.start < allele.position <= region.end
            )


@pytest.mark.skipif(shutil.which("bcftools") is None, reason="bcftools is not installed")
def test_background_does_not_truncate(
    reference: Path, genome: Genome, background: list[Site], tmp_path: Path
) -> None:
    """By an independent tool: common variants make no stop, and change no start or splice site."""
    path = tmp_path / "background.vcf.gz"
    write_vcf(path, genome, (), [Row(allele, ".", {}) for allele, _ in background])
    command = ["bcftools", "csq", "-l", "-f", "demo.fa", "-g", "demo.gff3", str(path)]
    done = subprocess.run(command, cwd=reference, check=True, capture_output=True, text=True)
    assert done.stdout.count("missense") > 50
    for kind in ("stop_gained", "stop_lost", "start_lost", "splice_donor", "splice_acceptor"):
        assert kind not in done.stdout.replace(f"ID={kind}", ""), kind


def test_genotypes_follow_hardy_weinberg_and_stay_when_sites_are_added() -> None:
    sites = [(Allele("chr1", position, "A", "G"), 0.3) for position in range(1, 4001)]
    drawn = draw_genotypes(sites, 1, "one")
    counts = Counter(sum(pair) for _, pair in drawn)
    for number, expected in ((0, 0.49), (1, 0.42), (2, 0.09)):
        assert counts[number] / 4000 == pytest.approx(expected, abs=0.035)
    assert draw_genotypes(sites[1000:1010], 1, "one") == drawn[1000:1010]
    assert draw_genotypes(sites, 1, "other") != drawn
    assert draw_genotypes(sites, 2, "one") != drawn


def test_panel_of_normals_counts_what_normals_carry(
    known: Path,
    genome: Genome,
    recipe: GenomeRecipe,
    regions: list[Interval],
    listed: Listed,
    sites: list[Site],
) -> None:
    found = alleles(known / "panel_of_normals.vcf.gz")
    artefacts = artefact_sites(genome, regions, listed, recipe, 1)
    assert len(artefacts) == 12
    assert Counter((a.ref, a.alt) for a in artefacts) == {("C", "A"): 6, ("T", "G"): 6}
    assert Counter(a.orientation for a in artefacts) == {"F1R2": 6, "F2R1": 6}
    shown = carriers(artefacts, recipe.normals, 1)
    for artefact in artefacts:
        assert genome.contigs[artefact.contig][artefact.position] == artefact.ref
        assert 0.02 <= artefact.fraction <= 0.06
        assert len(shown[artefact]) == 6 and max(shown[artefact]) < 20
        allele = Allele(artefact.contig, artefact.position + 1, artefact.ref, artefact.alt)
        info = found.pop(allele).info
        assert (info["NORMALS"], info["GERMLINE"], info["TOTAL"]) == (6, 0, 20)
        assert info["ERROR_VAF"] == pytest.approx(6 / 20 * artefact.fraction, abs=0.01)
        assert info["ERROR_SD"] > 0.003
    assert len(set(shown.values())) > 6
    carried: Counter[Allele] = Counter()
    for number in range(20):
        for (allele, _), pair in draw_genotypes(sites, 1, normal_name(number)):
            carried[allele] += any(pair)
    for locus in genome.msi:
        before = genome.contigs[locus.contig][locus.start - 1]
        shorter = found.pop(Allele(locus.contig, locus.start, before + locus.unit, before)).info
        longer = found.pop(Allele(locus.contig, locus.start, before, before + locus.unit)).info
        share = 0.8 * stutter_rate(locus.end - locus.start)
        assert shorter["NORMALS"] + shorter["GERMLINE"] == 20
        assert shorter["ERROR_VAF"] == pytest.approx(max(share, 1 / 60), abs=0.02)
        assert longer["ERROR_VAF"] < shorter["ERROR_VAF"] + 0.005
    for allele, record in found.items():
        if allele.contig != "chrX":
            assert record.info["GERMLINE"] == carried[allele] > 0
    assert {a for a, n in carried.items() if n and a.contig != "chrX"} <= set(found)
