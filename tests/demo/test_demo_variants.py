"""What is planted is what the recipe says, and a recipe that is wrong is refused."""

import pytest

from dugnad.demo.case_recipe import CaseRecipe, Planted
from dugnad.demo.gene import Exon, Gene, Transcript, by_name
from dugnad.demo.genome import Genome
from dugnad.demo.hgvs import Allele, Edit, as_allele, protein_change, read_change
from dugnad.demo.interval import Interval
from dugnad.demo.recipe import Change
from dugnad.demo.sequence import reverse_complement
from dugnad.demo.variants import Resolved, check_places, resolve
from dugnad.errors import UserError


@pytest.fixture(scope="module")
def planted(genome: Genome, cases: dict[str, CaseRecipe]) -> list[Resolved[Planted]]:
    """The planted variants of all cases."""
    return [item for case in cases.values() for item in resolve(genome, case.variants)]


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
        ("c.10_15delinsCCTTAA", "p.?"),
        ("c.16_21del", "p.?"),
        ("c.12_13insTAA", "p.(Ala5Ter)"),
        ("c.18_19insCCC", "p.(Trp6_Ter7insPro)"),
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
    start = allele.position - 1
    changed = gene.forward[:start] + allele.alt + gene.forward[start + len(allele.ref) :]
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
    with pytest.raises(UserError, match="no gene 'ROS7'"):
        by_name(genome.genes, "ROS7")


def test_crowded_and_off_target_variants_are_refused(
    genome: Genome, regions: list[Interval]
) -> None:
    germline = {"origin": "germline", "why": "test"}
    close = [
        Planted(gene="KRAS", change="c.34G>T", protein="p.(Gly12Cys)", **germline),
        Planted(gene="KRAS", change="c.38G>A", protein="p.(Gly13Asp)", **germline),
    ]
    with pytest.raises(UserError, match="less than 30 bases apart"):
        check_places(resolve(genome, close), regions)
    gene = by_name(genome.genes, "TERT")
    base = gene.sequence[gene.preferred.position("-300")]
    off = Planted(gene="TERT", change=f"c.-300{base}>{'A' if base != 'A' else 'C'}", **germline)
    with pytest.raises(UserError, match="outside the panel's targets"):
        check_places(resolve(genome, [off]), regions)
