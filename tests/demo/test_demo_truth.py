"""The truth says what the recipes say, agrees with the genome, and reads back as written."""

import re
from dataclasses import replace
from pathlib import Path

import pysam
import pytest
from toy_cells import SUBCLONE, TOY, event, toy_case, variant

from dugnad.demo.case_recipe import CaseRecipe, Planted
from dugnad.demo.case_truth import coding_bases, truth_segments, truth_variants
from dugnad.demo.cells import Person, sample_cells
from dugnad.demo.expected import Expected, ExpectedCase
from dugnad.demo.gene import by_name
from dugnad.demo.genome import Genome
from dugnad.demo.hgvs import Allele
from dugnad.demo.interval import Interval
from dugnad.demo.molecules import Artefact
from dugnad.demo.patients import World
from dugnad.demo.truth import (
    CaseTruth,
    TruthVariant,
    load_expected,
    load_truth,
    write_copy_numbers,
    write_expected,
    write_variants,
)
from dugnad.demo.variants import Resolved, resolve
from dugnad.errors import UserError


@pytest.fixture(scope="module")
def planted(genome: Genome, cases: dict[str, CaseRecipe]) -> list[Resolved[Planted]]:
    """The planted variants of all cases."""
    return [item for case in cases.values() for item in resolve(genome, case.variants)]


@pytest.fixture(scope="module")
def truths(demo: Path, cases: dict[str, CaseRecipe]) -> dict[str, CaseTruth]:
    """The truth of each case, as read back."""
    return {name: load_truth(demo, name) for name in cases}


def test_truth_agrees_with_the_reference(demo: Path, truths: dict[str, CaseTruth]) -> None:
    fasta = pysam.FastaFile(str(demo / "genome" / "demo.fa"))
    order = {name: number for number, name in enumerate(fasta.references)}
    for name, truth in truths.items():
        for v in truth.variants:
            assert fasta.fetch(v.chrom, v.pos - 1, v.pos - 1 + len(v.ref)) == v.ref, (name, v)
            assert v.ref != v.alt and v.origin in {"somatic", "germline", "artefact"}
        places = [(order[v.chrom], v.pos) for v in truth.variants]
        assert places == sorted(set(places))
        assert (demo / "truth" / f"{name}.variants.vcf.gz.tbi").is_file()


def test_truth_has_every_planted_variant(
    demo: Path,
    genome: Genome,
    truths: dict[str, CaseTruth],
    cases: dict[str, CaseRecipe],
) -> None:
    """With its names, its place and why, in the targets, and with cells that carry it."""
    bed = (demo / "config" / "panels" / "demo-560" / "targets.bed").read_text().splitlines()
    targets = [(c, int(s), int(e)) for c, s, e, _ in (line.split("\t") for line in bed)]
    for name, truth in truths.items():
        case = cases[name]
        found = {(v.gene, v.hgvs_c, v.hgvs_p, v.origin, v.clone, v.why) for v in truth.planted}
        assert found == {
            (v.gene, v.change, v.protein, v.origin,
             (v.clone or case.founder) if v.origin == "somatic" else None, v.why)
            for v in case.variants
        }  # fmt: skip
        alleles = {item.allele for item in resolve(genome, case.variants)}
        assert {Allele(*v.key) for v in truth.planted} == alleles
        for v in truth.planted:
            start = v.pos - 1
            assert any(c == v.chrom and s <= start < e for c, s, e in targets)
            assert v.transcript == by_name(genome.genes, str(v.gene)).preferred.id
            assert 0 < v.vaf <= 1


def test_truth_gives_the_fractions_of_the_recipes(truths: dict[str, CaseTruth]) -> None:
    """From purity, clone and copies, by hand: VAF in the tumour and in the normal."""
    found = {
        (name, v.gene, v.hgvs_c): (v.vaf, v.normal_vaf)
        for name, truth in truths.items()
        for v in truth.planted
    }
    for name, gene, change, vaf, normal in (
        ("IPX0001", "TP53", "c.524G>A", 0.6 / 1.4, 0.0),
        ("IPX0001", "TP53", "c.215C>G", 1 / 1.4, 0.5),
        ("IPX0001", "MET", "c.3028+1G>T", 5.4 / 6.8, 0.0),
        ("IPX0001", "MET", "c.2887+11T>C", 1 / 6.8, 0.5),
        ("IPX0001", "EGFR", "c.2369C>T", 0.06, 0.0),
        ("IPX0001", "BRCA1", "c.2612C>T", 1.0, 1.0),
        ("IPX0002", "STK11", "c.109C>T", 0.5 / 1.5, None),
        ("IPX0002", "KRAS", "c.34G>T", 0.12, None),
        ("IPX0003", "PTEN", "c.800del", 0.11, None),
        ("IPX0004", "BRAF", "c.1798_1799delinsAA", 1.4 / 2.7, 0.0),
        ("IPX0004", "KDM5D", "c.310C>T", 0.7, 0.0),
        ("IPX0004", "AR", "c.639G>A", 1.0, 1.0),
        ("IPX0005", "BRCA1", "c.68_69del", 1 / 1.3, 0.5),
        ("IPX0006", "DNMT3A", "c.2645G>A", 0.4, None),
        ("IPX0006", "TET2", "c.3000C>A", 0.08, None),
        ("IPX0007", "PIK3CA", "c.3140A>G", 0.04, 0.0),
        ("IPX0011", "EGFR", "c.2573T>G", 0.25, 0.0),
        ("IPX0012", "KRAS", "c.38G>A", 0.96 * 0.25, None),
    ):
        expected = vaf, normal
        assert found[name, gene, change] == pytest.approx(expected, abs=1e-6), (name, gene)


def test_copy_number_truth_is_the_recipe(
    truths: dict[str, CaseTruth], cases: dict[str, CaseRecipe]
) -> None:
    for name, truth in truths.items():
        assert {
            (s.name, s.haplotype_1, s.haplotype_2, s.call, s.why) for s in truth.copy_numbers
        } == {(c.region, *c.copies, c.call, c.why) for c in cases[name].copy_numbers}
        assert all(s.start < s.end and s.clone_fraction == 1 for s in truth.copy_numbers)
    copies = {s.name: s for s in truths["IPX0001"].copy_numbers}
    assert copies["MET"].sample_copies == pytest.approx(0.6 * 10 + 0.4 * 2)
    assert copies["CDKN2A"].sample_copies == pytest.approx(0.4 * 2)
    arm = copies["chr17:0-25"]
    assert (arm.chrom, arm.start, arm.end, arm.sample_copies) == ("chr17", 0, 25_000, 1.4)


def test_whole_cases_read_back_as_they_were_written(
    tmp_path: Path, genome: Genome, truths: dict[str, CaseTruth], demo: Path
) -> None:
    """Variants, copy numbers and all else, written anew and read again."""
    (tmp_path / "truth").mkdir()
    expected = load_expected(demo)
    assert [item.case for item in expected.cases] == list(truths)
    assert (expected.seed, expected.scale, expected.synthetic) == (1, 0.01, True)
    write_expected(tmp_path / "truth" / "expected.yaml", expected)
    for name, truth in truths.items():
        write_variants(tmp_path / "truth" / f"{name}.variants.vcf.gz", genome, truth.variants)
        write_copy_numbers(tmp_path / "truth" / f"{name}.copy_numbers.bed", truth.copy_numbers)
        assert load_truth(tmp_path, name) == truth
    assert load_expected(tmp_path) == expected


def test_difficult_text_and_absent_fields_read_back(tmp_path: Path, genome: Genome) -> None:
    base = genome.contigs["chr1"][4999]
    alt = "A" if base != "A" else "C"
    hard = TruthVariant(
        "chr1", 5000, base, alt, "somatic", 0.123457, 0.0, True, "B", "KRAS", "T1",
        "c.-41_-40dup", "p.(Met1=)", "a; b=c, 5 % of d\twith \"e\" and é",
    )  # fmt: skip
    bare = TruthVariant(
        "chr2", 5000, genome.contigs["chr2"][4999], "N", "germline", 1.0, None, False, None, None,
        None, None, None, "f",
    )  # fmt: skip
    (tmp_path / "truth").mkdir()
    write_variants(tmp_path / "truth" / "C1.variants.vcf.gz", genome, [hard, bare])
    write_copy_numbers(tmp_path / "truth" / "C1.copy_numbers.bed", [])
    case = ExpectedCase.model_validate(
        {name: () for name in ExpectedCase.model_fields if name.endswith("s")}
        | dict.fromkeys(("case", "title", "tumour_type", "panel", "sex", "stated_sex"), "C1")
        | {"not_assessable": ("NRAS Gln61",), "biomarkers": BIOMARKERS}
    )
    write_expected(tmp_path / "truth" / "expected.yaml", Expected(seed=3, scale=0.5, cases=(case,)))
    truth = load_truth(tmp_path, "C1")
    assert truth.variants == (hard, bare) and truth.planted == (hard,)
    assert (truth.expected, truth.copy_numbers) == (case, ())
    with pytest.raises(UserError, match="the demo has no case C2; it has C1"):
        load_truth(tmp_path, "C2")


BIOMARKERS = {
    "tmb": {"coding": 1, "nonsynonymous": 1, "denominator_mb": 0.1, "min_vaf": 0.05},
    "msi": {"status": "high", "unstable": 3, "loci": 4},
    "hrd": {"loh": 1, "lst": 2, "tai": 3},
    "signature": "ageing",
}


SCARS = {
    "IPX0001": (1, 0, 1),
    "IPX0002": (1, 0, 1),
    "IPX0004": (1, 0, 1),
    "IPX0005": (10, 22, 5),
}
"""LOH, LST and TAI, counted by hand from the recipes' regions and the centromeres."""


def test_biomarkers_are_counts_of_the_truth(demo: Path, truths: dict[str, CaseTruth]) -> None:
    for case in load_expected(demo).cases:
        variants = truths[case.case].variants
        coding = [
            v for v in variants
            if v.origin == "somatic" and v.vaf >= 0.05 and v.hgvs_c
            and not re.search(r"\d[+-]\d|c\.[-*]", v.hgvs_c)
        ]  # fmt: skip
        changing = [v for v in coding if not str(v.hgvs_p).endswith("=)")]
        tmb, msi = case.biomarkers.tmb, case.biomarkers.msi
        assert (tmb.coding, tmb.nonsynonymous) == (len(coding), len(changing)), case.case
        assert 0.08 < tmb.denominator_mb < 0.1
        high = case.case == "IPX0003"
        assert (msi.status, msi.unstable, msi.loci) == (
            ("high", 28, 40) if high else ("stable", 0, 40)
        )
        hrd = case.biomarkers.hrd
        assert (hrd.loh, hrd.lst, hrd.tai) == SCARS.get(case.case, (0, 0, 0)), case.case


def test_samples_and_people_are_as_made(demo: Path) -> None:
    made = {case.case: case for case in load_expected(demo).cases}
    assert (made["IPX0014"].sex, made["IPX0014"].stated_sex) == ("male", "female")
    assert (made["IPX0001"].sex, made["IPX0001"].stated_sex) == ("female", "female")
    assert [(s.role, s.depth, s.purity) for s in made["IPX0001"].samples] == [
        ("tumour", 4.0, 0.6), ("normal", 1.5, 0.0), ("tumour", None, 0.6),
    ]  # fmt: skip
    assert all("PMID:" in tier.source for case in made.values() for tier in case.tiers)
    assert {(v.sample[:7], v.check) for case in made.values() for v in case.verdicts} == {
        ("IPX0011", "identity"), ("IPX0012", "contamination"), ("IPX0013", "coverage"),
        ("IPX0014", "sex"), ("IPX0015", "rna_quality"),
    }  # fmt: skip


def test_neighbouring_bases_are_one_variant(truths: dict[str, CaseTruth]) -> None:
    braf = next(v for v in truths["IPX0004"].planted if v.gene == "BRAF")
    assert (braf.ref, braf.alt, braf.hgvs_p) == ("AC", "TT", "p.(Val600Lys)")


def test_missing_truth_is_explained(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="'dugnad demo' makes it"):
        load_truth(tmp_path, "IPX0001")
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / "expected.yaml").write_text("seed: 1\nscale: 1.0\n")
    with pytest.raises(UserError, match=r"expected\.yaml: cases: Field required"):
        load_truth(tmp_path, "IPX0001")


def test_known_sites_know_the_common_and_the_pathogenic(
    demo: Path, truths: dict[str, CaseTruth], planted: list[Resolved[Planted]]
) -> None:
    def sites(name: str, key: str) -> dict[Allele, str]:
        with pysam.VariantFile(str(demo / "known" / f"{name}.vcf.gz")) as records:
            return {
                Allele(r.chrom, r.pos, r.ref or "", (r.alts or ("",))[0]): str(r.info[key])
                for r in records
            }

    population, clinical = sites("population", "AF"), sites("clinvar", "CLNSIG")
    for item in planted:
        assert (item.allele in population) == (item.claim.population is not None), item.claim
        assert (item.allele in clinical) == (item.claim.clinvar is not None), item.claim
        assert str(item.claim.clinvar or "") in clinical.get(item.allele, "")
    for truth in truths.values():
        common = [v for v in truth.variants if v.why == "common in the population"]
        assert len(common) > 80 and all(Allele(*v.key) in population for v in common)
    assert {"Benign", "Pathogenic"} <= {text.strip("(),'") for text in clinical.values()}


def test_what_reaches_a_telomere_ends_there(genome: Genome, truths: dict[str, CaseTruth]) -> None:
    for truth in truths.values():
        for item in truth.copy_numbers:
            if "telomere" in item.why:
                assert item.start == 0 or item.end == len(genome.contigs[item.chrom]), item


def test_what_shows_in_either_sample_is_in_the_truth() -> None:
    """A pure tumour that lost haplotype 2 still has the germline of it in the normal's column."""
    case = toy_case(purity=1, copy_numbers=[event(1, 0)])
    kept, lost = variant(clone=None), variant(2, None, position=4001)
    gone, seen = variant(2, position=5001), variant(position=2001)
    person = Person("patient", "female", (lost, kept), (gone, seen))
    tumour, normal = (sample_cells(TOY, case, s, person, None) for s in case.samples)
    false = Artefact("chr1", 8000, "A", "C", 0.03, "F2R1")
    for role, expected in (
        (normal, [(2001, 1.0, 0.0), (3001, 1.0, 0.5), (4001, 0.0, 0.5), (8001, 0.03, 0.0)]),
        (None, [(2001, 1.0, None), (3001, 1.0, None), (8001, 0.03, None)]),
    ):
        found = truth_variants(TOY, person, tumour, role, [false])
        assert [(v.pos, v.vaf, v.normal_vaf) for v in found] == expected
        assert found[-1].origin == "artefact" and "F2R1" in found[-1].why


def test_a_subclones_event_says_so() -> None:
    """Three copies in a fifth of the tumour's cells, which are 0.6 of all."""
    case = toy_case(clones=SUBCLONE, copy_numbers=[event(2, 1, "B", "chr1:3-5")])
    cells = sample_cells(TOY, case, case.samples[0], Person("patient", "female", ()), None)
    (segment,) = truth_segments(TOY, case, cells)
    assert (segment.start, segment.end) == (3000, 5000)
    assert (segment.clone, segment.clone_fraction) == ("B", 0.2)
    assert segment.sample_copies == pytest.approx(2 + 0.6 * 0.2)


def test_coding_bases_are_those_on_target(world: World, genome: Genome) -> None:
    """Of 70 bases around the start codon of KRAS, the 50 from it on are coding."""
    gene = by_name(genome.genes, "KRAS")
    first = gene.preferred.coding_positions[0]
    exon = next(e for e in gene.preferred.exons if e.start <= first < e.end)
    region = Interval(gene.contig, *gene.on_genome(first - 20, first + 50))
    assert exon.end > first + 50
    assert coding_bases(replace(world, regions=(region,))) == 50
