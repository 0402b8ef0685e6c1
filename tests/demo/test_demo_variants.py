"""What is planted is what the recipe says, and a recipe that is wrong is refused."""

from pathlib import Path

import pysam
import pytest

from dugnad.demo.gene import Exon, Gene, Transcript, by_name
from dugnad.demo.genome import Genome
from dugnad.demo.hgvs import Allele, Edit, as_allele, protein_change, read_change
from dugnad.demo.recipe import CasesRecipe, Change, GenomeRecipe, Planted
from dugnad.demo.sequence import reverse_complement
from dugnad.demo.targets import target_regions
from dugnad.demo.truth import load_truth
from dugnad.demo.variants import Resolved, check_places, lift, mixture, mutate, resolve
from dugnad.errors import UserError

CASE = "IPX0001"


@pytest.fixture(scope="module")
def planted(genome: Genome, cases: CasesRecipe) -> list[Resolved[Planted]]:
    return resolve(genome, cases.cases[0].variants)


def toy_gene(strand: str = "+") -> Gene:
    """Two bases, then ATG AAA AAA GCT GCT TGG TAA, then three bases; codon 3 divided by an intron.

    Gene positions: 0-1 upstream, 2-9 exon 1 (ATGAAAAA), 10-15 intron, 16 on exon 2.
    """
    sequence = "CC" + "ATGAAAAA" + "GTCCAG" + "AGCTGCTTGGTAA" + "CGT"
    exons = (Exon(1, 2, 10), Exon(2, 16, len(sequence)))
    transcript = Transcript("T1", True, exons, 0, 21)
    return Gene("G1", "TOY", "chr1", "-" if strand == "-" else "+", 0, sequence, (transcript,))


@pytest.mark.parametrize(
    ("change", "protein"),
    [
        ("c.10G>A", "p.(Ala4Thr)"),
        ("c.12T>C", "p.(Ala4=)"),
        ("c.17G>A", "p.(Trp6Ter)"),
        ("c.10_11delinsTG", "p.(Ala4Cys)"),
        ("c.13_15del", "p.(Ala5del)"),
        ("c.10_15del", "p.(Ala4_Ala5del)"),
        ("c.10_15dup", "p.(Ala4_Ala5dup)"),
        ("c.15_16insCAT", "p.(Ala5_Trp6insHis)"),
        ("c.9_12delinsCCCC", "p.(Lys3_Ala4delinsAsnPro)"),
        ("c.11del", "p.(Ala4ValfsTer?)"),
        ("c.1A>G", "p.?"),
        ("c.8+1G>A", "p.?"),
        ("c.9-2A>G", "p.?"),
        ("c.8+3C>T", None),
        ("c.-1C>T", None),
        ("c.*1C>T", None),
    ],
)
def test_protein_changes(change: str, protein: str | None) -> None:
    gene = toy_gene()
    assert protein_change(gene, gene.preferred, read_change(gene, gene.preferred, change)) == (
        protein
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("c.10A>G", "the reference has G there"),
        ("c.10_12del", "can be written further 3'"),
        ("c.10_12dup", "can be written further 3'"),
        ("c.15_16insGCT", "is a duplication"),
        ("c.15_17insCAT", "between two neighbouring bases"),
        ("c.7+1G>A", "is not the last of an exon"),
        ("c.12_10del", "runs backwards"),
        ("c.10ins", "incomplete"),
        ("p.Ala4Thr", "not a coding change"),
    ],
)
def test_wrong_changes_are_refused(change: str, problem: str) -> None:
    gene = toy_gene()
    with pytest.raises(ValueError, match=problem):
        read_change(gene, gene.preferred, change)


@pytest.mark.parametrize(
    ("strand", "expected"),
    [("+", Allele("chr1", 17, "AGCT", "A")), ("-", Allele("chr1", 9, "AAGC", "A"))],
)
def test_alleles_are_left_aligned_on_either_strand(strand: str, expected: Allele) -> None:
    """The second of two GCT is lost; on the forward strand, left is the gene's 3' side."""
    gene = toy_gene(strand)
    allele = as_allele(gene, Edit(20, 23, ""), gene.forward)
    assert allele == expected
    changed = mutate({"chr1": gene.forward}, [allele])["chr1"]
    lost = gene.sequence[:20] + gene.sequence[23:]
    assert changed == (lost if strand == "+" else reverse_complement(lost))


def is_left_aligned(allele: Allele, contig: str) -> bool:
    """Trimmed, and no equivalent allele lies further left."""
    if min(len(allele.ref), len(allele.alt)) > 1 and allele.ref[0] == allele.alt[0]:
        return False
    return allele.ref[-1] != allele.alt[-1] and contig[allele.position - 1 :].startswith(allele.ref)


def test_planted_alleles_are_left_aligned(genome: Genome, planted: list[Resolved[Planted]]) -> None:
    for variant in planted:
        assert is_left_aligned(variant.allele, genome.contigs[variant.allele.contig])


def test_a_wrong_protein_claim_is_refused(genome: Genome) -> None:
    claim = Change(gene="BRAF", change="c.1799T>A", protein="p.(Val600Lys)")
    with pytest.raises(UserError, match=r"says p.\(Val600Lys\), but makes p.\(Val600Glu\)"):
        resolve(genome, [claim])


def test_all_wrong_claims_are_told_at_once(genome: Genome) -> None:
    claims = [
        Change(gene="KRAS", change="c.35G>T", protein="p.(Gly12Cys)"),
        Change(gene="KRAS", change="c.34A>T", protein="p.(Gly12Cys)"),
    ]
    with pytest.raises(UserError) as caught:
        resolve(genome, claims)
    assert len(caught.value.problems) == 2


def test_unknown_gene_is_refused(genome: Genome) -> None:
    with pytest.raises(UserError, match="no gene 'ALK'"):
        by_name(genome.genes, "ALK")


def test_crowded_and_off_target_variants_are_refused(genome: Genome, recipe: GenomeRecipe) -> None:
    germline = {"origin": "germline", "zygosity": "hom", "why": "test"}
    close = [
        Planted(gene="KRAS", change="c.34G>T", protein="p.(Gly12Cys)", **germline),
        Planted(gene="KRAS", change="c.38G>A", protein="p.(Gly13Asp)", **germline),
    ]
    with pytest.raises(UserError, match="less than 30 bases apart"):
        check_places(resolve(genome, close), target_regions(genome, recipe))
    gene = by_name(genome.genes, "TERT")
    base = gene.sequence[gene.preferred.position("-300")]
    off = Planted(gene="TERT", change=f"c.-300{base}>{'A' if base != 'A' else 'C'}", **germline)
    with pytest.raises(UserError, match="outside the panel's targets"):
        check_places(resolve(genome, [off]), target_regions(genome, recipe))


@pytest.mark.parametrize("tumour", [True, False])
def test_mixture_gives_each_variant_its_fraction(
    planted: list[Resolved[Planted]], tumour: bool
) -> None:
    genomes = mixture(planted, tumour)
    assert sum(genome.weight for genome in genomes) == pytest.approx(1)
    for variant in planted:
        fraction = sum(g.weight for g in genomes if variant.allele in g.alleles)
        claim = variant.claim
        assert fraction == pytest.approx(claim.tumour_vaf if tumour else claim.normal_vaf)


def test_lift_follows_insertions_and_deletions() -> None:
    contigs = {"chr1": "AACCGGTTACGT"}
    alleles = [Allele("chr1", 3, "CC", "C"), Allele("chr1", 7, "T", "TAAA")]
    changed = mutate(contigs, alleles)["chr1"]
    assert changed == "AACGGTAAATACGT"
    assert changed[lift(8, "chr1", alleles) :] == "ACGT"
    assert lift(1, "chr1", alleles) == 1
    with pytest.raises(ValueError, match="does not fit"):
        mutate(contigs, [Allele("chr1", 3, "G", "A")])


def test_truth_matches_the_genome_and_the_panel(demo: Path) -> None:
    fasta = pysam.FastaFile(str(demo / "genome" / "demo.fa"))
    bed = (demo / "config" / "panels" / "demo-15" / "targets.bed").read_text().splitlines()
    targets = [(c, int(s), int(e)) for c, s, e, _ in (line.split("\t") for line in bed)]
    truth = load_truth(demo, CASE)
    for v in truth:
        start = v.pos - 1
        assert fasta.fetch(v.chrom, start, start + len(v.ref)) == v.ref
        assert any(c == v.chrom and s <= start < e for c, s, e in targets)
    assert [v.origin for v in truth].count("somatic") == 13
    assert [v.origin for v in truth].count("germline") == 10
    assert {"chr22", "chrX"} <= {v.chrom for v in truth}


def test_truth_reads_back_what_the_recipe_says(demo: Path, cases: CasesRecipe) -> None:
    found = {
        (v.gene, v.hgvs_c, v.hgvs_p, v.origin, v.vaf, v.normal_vaf, v.why)
        for v in load_truth(demo, CASE)
    }
    assert found == {
        (v.gene, v.change, v.protein, v.origin, v.tumour_vaf, v.normal_vaf, v.why)
        for v in cases.cases[0].variants
    }


def test_neighbouring_bases_are_one_variant(demo: Path) -> None:
    braf = next(v for v in load_truth(demo, CASE) if v.gene == "BRAF")
    assert (braf.ref, braf.alt, braf.hgvs_p) == ("AC", "TT", "p.(Val600Lys)")


def test_missing_truth_is_explained(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="'dugnad demo' makes it"):
        load_truth(tmp_path, CASE)


def test_known_sites_know_the_common_and_the_pathogenic(demo: Path) -> None:
    def sites(name: str, key: str) -> dict[tuple[str, int, str, str], str]:
        with pysam.VariantFile(str(demo / "known" / f"{name}.vcf.gz")) as records:
            return {
                (r.chrom, r.pos, r.ref or "", (r.alts or ("",))[0]): str(r.info[key])
                for r in records
            }

    population, clinical = sites("population", "AF"), sites("clinvar", "CLNSIG")
    assert len(population) > 200
    for v in load_truth(demo, CASE):
        place = (v.chrom, v.pos, v.ref, v.alt)
        rare = v.origin == "somatic" or v.hgvs_c == "c.68_69del"
        assert (place in population) == (not rare), v
        if v.hgvs_c == "c.68_69del":
            assert "Pathogenic" in clinical[place]
    assert {"Benign", "Pathogenic"} <= {text.strip("(),'") for text in clinical.values()}


def test_the_page_lists_what_is_planted(cases: CasesRecipe) -> None:
    page = (Path(__file__).parents[2] / "docs" / "demo.md").read_text()
    for variant in cases.cases[0].variants:
        row = [variant.gene, variant.change, variant.protein or "", f"{variant.tumour_vaf:.2f}"]
        assert "| " + " | ".join(row).replace("|  |", "| |") + " |" in page, variant.title
