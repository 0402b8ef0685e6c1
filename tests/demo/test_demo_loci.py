"""SNPs, microsatellites, paralogs, targets, and the files of the panels."""

import shutil
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from dugnad.demo.gene import by_name
from dugnad.demo.genome import Genome, build_genome
from dugnad.demo.genome_recipe import GenomeRecipe
from dugnad.demo.interval import Interval
from dugnad.demo.loci import MsiLocus
from dugnad.demo.make_demo import RESOURCES
from dugnad.demo.panel_files import PROBE, probes, write_panel_files
from dugnad.demo.sequence import longest_run
from dugnad.demo.targets import targeted
from dugnad.errors import UserError
from dugnad.panel import load_panel


def test_snps_agree_with_the_reference_and_lie_between_genes(genome: Genome) -> None:
    per_contig = Counter(snp.contig for snp in genome.snps)
    assert set(per_contig) == {name for name in genome.contigs if name != "chrY"}
    assert 180 <= len(genome.snps) <= 215
    assert 14 <= per_contig["chr1"] <= 18
    for snp in genome.snps:
        assert genome.contigs[snp.contig][snp.position - 1] == snp.ref != snp.alt
        assert 0.25 <= snp.frequency <= 0.5
        for gene in (g for g in genome.genes if g.contig == snp.contig):
            assert not gene.start <= snp.position - 1 < gene.start + len(gene.sequence)
    (par,) = genome.par
    assert any(snp.contig == par.contig and snp.position <= par.end for snp in genome.snps)
    assert len({snp.id for snp in genome.snps}) == len(genome.snps)
    changes = Counter(frozenset((snp.ref, snp.alt)) for snp in genome.snps)
    transitions = changes[frozenset("AG")] + changes[frozenset("CT")]
    assert 0.5 < transitions / len(genome.snps) < 0.85


def test_microsatellites_are_exactly_so_long(genome: Genome, recipe: GenomeRecipe) -> None:
    assert len(genome.msi) == 40
    assert len({locus.contig for locus in genome.msi}) >= 15
    assert {locus.end - locus.start for locus in genome.msi} == set(range(10, 21))
    margin = recipe.msi.margin
    for locus in genome.msi:
        sequence = genome.contigs[locus.contig]
        assert locus.unit in {"A", "T"}
        assert set(sequence[locus.start : locus.end]) == {locus.unit}
        assert locus.unit not in {sequence[locus.start - 1], sequence[locus.end]}
        left = sequence[locus.start - margin : locus.start]
        assert longest_run(left) <= 3
        assert longest_run(sequence[locus.end : locus.end + margin]) <= 3


def test_without_room_for_microsatellites_it_is_told(recipe: GenomeRecipe) -> None:
    msi = recipe.msi.model_copy(update={"margin": 200_000})
    with pytest.raises(UserError, match="no room for microsatellite 1 on chr1"):
        build_genome(recipe.model_copy(update={"msi": msi}), 1)


def test_a_paralog_is_an_exact_copy(genome: Genome) -> None:
    (copy,), (original,) = genome.paralogs, genome.duplicated
    assert (copy.label, original.label) == ("PMS2CL", "PMS2_exon12")
    chr7 = genome.contigs["chr7"]
    assert chr7[copy.start : copy.end] == chr7[original.start : original.end]
    assert chr7.count(chr7[copy.start : copy.end]) == 2
    exon = by_name(genome.genes, "PMS2").preferred.exons[11]
    assert original.end - original.start == exon.end - exon.start + 800
    for gene in (gene for gene in genome.genes if gene.contig == "chr7"):
        assert copy.end <= gene.start or gene.start + len(gene.sequence) <= copy.start


def test_targets_cover_what_the_panel_reports(genome: Genome, regions: list[Interval]) -> None:
    contigs = list(genome.contigs)
    assert regions == sorted(regions, key=lambda r: (contigs.index(r.contig), r.start))
    for left, right in pairwise(regions):
        assert left.contig != right.contig or left.end <= right.start
    covered = {(r.contig, p) for r in regions for p in range(r.start, r.end)}
    for gene in genome.genes:
        places = [gene.on_genome(p, p + 1)[0] for p in gene.preferred.coding_positions]
        found = sum((gene.contig, place) in covered for place in places)
        if gene.name == "EML4":
            assert found == 0
        elif gene.name == "KDM5D":
            assert 0 < found < len(places)
        else:
            assert found == len(places), gene.name
    labels = {region.label for region in regions}
    assert {"TERT_promoter", "ALK_intron19", "UGT1A1_promoter", "CYP2C19_promoter"} <= labels
    assert {"SNP_chr1_1", "MSI_40", "KDM5D_exon8", "BRAF_exon15"} <= labels
    assert "KDM5D_exon9" not in labels
    for snp in genome.snps:
        assert (snp.contig, snp.position - 1) in covered
    assert 130_000 < sum(r.end - r.start for r in regions) < 160_000


def test_panel_files(genome: Genome, recipe: GenomeRecipe, tmp_path: Path) -> None:
    write_panel_files(tmp_path, genome, recipe)
    tables = {
        path.name: [line.split("\t") for line in path.read_text().splitlines()]
        for path in tmp_path.iterdir()
    }
    assert set(tables) == {
        "targets.bed", "probes.bed", "msi_loci.bed", "hotspots.tsv",
        "fusion_genes.tsv", "transcripts.tsv", "arms.bed", "known_fusions.tsv",
        "splice_variants.tsv",
    }  # fmt: skip
    for contig, start, end, label, unit, number in tables["msi_loci.bed"]:
        locus = MsiLocus(contig, int(start), int(end), unit, label)
        assert locus in genome.msi and int(number) == locus.end - locus.start
    assert tables["fusion_genes.tsv"][0] == ["gene", "contig", "start", "end", "intron", "partners"]
    ((name, contig, start, end, number, partners),) = tables["fusion_genes.tsv"][1:]
    assert (name, contig, number, partners) == ("ALK", "chr2", "19", "EML4")
    assert int(end) - int(start) + 1 == 900
    reported = dict(tables["transcripts.tsv"][1:])
    assert list(reported) == targeted(recipe) and len(reported) == 44
    assert reported["TP53"] == by_name(genome.genes, "TP53").preferred.id


def test_probes_tile_each_target() -> None:
    made = probes([Interval("chr1", 1000, 1100, "small"), Interval("chr1", 5000, 5310, "large")])
    small = [p for p in made if p.label == "small"]
    large = [p for p in made if p.label == "large"]
    assert [(p.start, p.end) for p in small] == [(990, 1110)]
    assert large[0].start <= 5000 and large[-1].end >= 5310
    assert {p.end - p.start for p in made} == {PROBE}
    assert {right.start - left.start for left, right in pairwise(large)} == {60}


@pytest.mark.parametrize("name", ["demo-560", "demo-560-umi"])
def test_shipped_panels_report_the_targeted_genes(
    genome: Genome, recipe: GenomeRecipe, tmp_path: Path, name: str
) -> None:
    assert name in recipe.panels
    directory = tmp_path / name
    directory.mkdir()
    write_panel_files(directory, genome, recipe)
    shutil.copyfile(RESOURCES / "panels" / f"{name}.yaml", directory / "panel.yaml")
    written = yaml.safe_load((directory / "panel.yaml").read_text())
    assert written["id"] == name and written["genes"] == targeted(recipe)
    panel, _ = load_panel(directory / "panel.yaml")
    assert panel.id == name
    assert (panel.library.umi is not None) == name.endswith("-umi")
