"""The whole cohort at a fraction of its depth: does each case run, and do its reads hold its truth?

The reads are looked at without any caller: alleles, depths and junctions are counted.
"""

import math
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean

import numpy as np
import pysam
import pytest
import yaml
from alleles import count, fragments, pairs_with, reverse_complement, signature

from dugnad.demo.truth import CaseTruth, TruthSegment, TruthVariant, load_expected, load_truth
from dugnad.record import CaseRecord
from dugnad.regions import read_targets
from support import ROOT

CASES = [path.stem for path in sorted((ROOT / "resources/demo/cases").glob("*.yaml"))]
STAGES = {
    "diplotype": "pharmacogenetics",
}


@pytest.mark.parametrize("case", CASES)
def test_each_case_runs_to_its_report(cohort: Path, case: str) -> None:
    folder = cohort / "results" / case / "report"
    record = CaseRecord.model_validate_json((folder / f"{case}.case.json").read_text())
    truth = load_truth(cohort, case)
    assert {s.id for s in record.samples} == {s.sample for s in truth.expected.samples}
    assert {s.sex for s in record.samples} == {truth.expected.stated_sex}
    assert (folder / f"{case}.html").stat().st_size > 10_000


def dna(truth: CaseTruth, role: str) -> str | None:
    found = [s.sample for s in truth.expected.samples if (s.role, s.analyte) == (role, "dna")]
    return found[0] if found else None


def bam_of(cohort: Path, truth: CaseTruth, role: str) -> Path | None:
    sample = dna(truth, role)
    case = truth.expected.case
    return cohort / f"results/{case}/alignment/{sample}.bam" if sample else None


def counted(
    cohort: Path, truth: CaseTruth, role: str
) -> Iterator[tuple[TruthVariant, float, int, int]]:
    """Each variant on target with its expected VAF, and the fragments that show it and either."""
    path = bam_of(cohort, truth, role)
    if path is None:
        return
    with (
        pysam.FastaFile(str(cohort / "genome/demo.fa")) as fasta,
        pysam.AlignmentFile(str(path)) as bam,
    ):
        for item in truth.variants:
            vaf = item.vaf if role == "tumour" else item.normal_vaf
            if vaf is None or "microsatellite" in item.why or item.origin == "artefact":
                continue
            signs = signature(fasta, *item.key)
            carrying, everything = count(fragments(bam, item.chrom, item.pos).values(), signs)
            if everything >= 10:
                yield item, vaf, carrying, everything


def deviation(vaf: float, carrying: int, everything: int) -> float:
    """Binomial standard deviations between what was counted and what is expected."""
    noise = 0.0005  # reads whose error spells the allele
    spread = math.sqrt(max(vaf * (1 - vaf), noise) / everything)
    return (carrying / everything - vaf) / spread


SOUND = [case for case in CASES if case < "IPX0011"]


@pytest.mark.parametrize("case", SOUND)
def test_reads_hold_each_planted_variant_at_its_fraction(cohort: Path, case: str) -> None:
    truth = load_truth(cohort, case)
    looked_at = 0
    for item, vaf, carrying, everything in counted(cohort, truth, "tumour"):
        if item.planted:
            looked_at += 1
            assert abs(deviation(vaf, carrying, everything)) <= 3, (item, carrying, everything)
    assert looked_at >= len(truth.planted) - 1


def test_fractions_of_all_variants_scatter_as_sampling_does(cohort: Path) -> None:
    deviations = [
        deviation(vaf, carrying, everything)
        for case in SOUND
        for role in ("tumour", "normal")
        for _, vaf, carrying, everything in counted(cohort, load_truth(cohort, case), role)
        if 0 < vaf < 1
    ]
    assert len(deviations) > 300
    assert abs(fmean(deviations)) < 0.25
    assert 0.7 < float(np.std(deviations)) < 1.3
    assert sum(abs(d) > 3 for d in deviations) / len(deviations) < 0.01


def depths(cohort: Path, path: Path) -> dict[tuple[str, int, int], float]:
    """Mean depth of each target, without duplicates."""
    with pysam.AlignmentFile(str(path)) as bam:
        found = {}
        for region in read_targets(cohort / "config/panels/demo-560/targets.bed"):
            counts = bam.count_coverage(
                region.chrom, region.start, region.end, quality_threshold=0,
                read_callback=lambda r: not (r.is_duplicate or r.is_supplementary),
            )  # fmt: skip
            place = (region.chrom, region.start, region.end)
            found[place] = float(np.sum(counts)) / (region.end - region.start)
    return found


def ratio(
    tumour: dict[tuple[str, int, int], float],
    normal: dict[tuple[str, int, int], float],
    places: list[tuple[str, int, int]],
) -> float:
    def bases(depth: dict[tuple[str, int, int], float]) -> float:
        return sum(depth[p] * (p[2] - p[1]) for p in places)

    return bases(tumour) / bases(normal)


def inside(place: tuple[str, int, int], segment: TruthSegment) -> bool:
    return place[0] == segment.chrom and segment.start <= place[1] and place[2] <= segment.end


@pytest.mark.parametrize("case", ["IPX0001", "IPX0004", "IPX0005", "IPX0007"])
def test_depth_follows_the_copies(cohort: Path, case: str) -> None:
    """Tumour over normal depth, relative to the targets without any event, within 10 %."""
    truth = load_truth(cohort, case)
    tumour_bam, normal_bam = bam_of(cohort, truth, "tumour"), bam_of(cohort, truth, "normal")
    assert tumour_bam and normal_bam
    tumour, normal = depths(cohort, tumour_bam), depths(cohort, normal_bam)
    autosomal = [place for place in tumour if place[0] not in {"chrX", "chrY"}]
    touched = [p for p in autosomal if any(inside(p, s) for s in truth.copy_numbers)]
    dropped = {place for place in autosomal if tumour[place] < 0.1 * normal[place]}
    level = ratio(
        tumour, normal, [p for p in autosomal if p not in set(touched) and p not in dropped]
    )
    looked_at = 0
    for segment in truth.copy_numbers:
        places = [place for place in autosomal if inside(place, segment)]
        reads = sum(normal[p] * (p[2] - p[1]) for p in places) / 150
        if reads < 600:  # sampling alone would be more than a third of the tolerance
            continue
        looked_at += 1
        found = 2 * ratio(tumour, normal, places) / level
        assert found == pytest.approx(segment.sample_copies, rel=0.1, abs=0.1), segment
    assert looked_at >= 1


def test_a_man_has_half_the_depth_on_x_and_some_on_y(cohort: Path) -> None:
    man = load_truth(cohort, "IPX0004")
    woman = load_truth(cohort, "IPX0001")
    paths = [bam_of(cohort, truth, "normal") for truth in (man, woman)]
    his, hers = (depths(cohort, path) for path in paths if path)
    par = 12_000
    x = [p for p in his if p[0] == "chrX" and p[1] > par]
    autosomal = [p for p in his if p[0] not in {"chrX", "chrY"}]
    level = ratio(his, hers, autosomal)
    assert ratio(his, hers, x) / level == pytest.approx(0.5, rel=0.1)
    shared = [p for p in his if p[0] == "chrX" and p[2] <= par]
    assert ratio(his, hers, shared) / level == pytest.approx(1.0, rel=0.15)
    y = [p for p in his if p[0] == "chrY"]
    assert fmean(his[p] for p in y) > 10 * fmean(hers[p] for p in y)


def test_no_coverage_over_the_dropped_exon(cohort: Path) -> None:
    record = CaseRecord.model_validate_json(
        (cohort / "results/IPX0004/report/IPX0004.case.json").read_text()
    )
    status = {place.label: place.status for place in record.places if place.kind == "hotspot"}
    assert status["NRAS Gln61"] == "not_assessable"


def junction(
    fasta: pysam.FastaFile, ends: tuple[tuple[str, int, str], tuple[str, int, str]]
) -> str:
    """15 bases on either side of a junction, in the transcript's direction.

    Each end: contig, 1-based position of the joined base, strand.
    """
    (left, last, strand), (right, first, other) = ends
    head = (
        fasta.fetch(left, last - 15, last)
        if strand == "+"
        else reverse_complement(fasta.fetch(left, last - 1, last + 14))
    )
    tail = (
        fasta.fetch(right, first - 1, first + 14)
        if other == "+"
        else reverse_complement(fasta.fetch(right, first - 15, first))
    )
    return head + tail


def rna_files(cohort: Path, case: str) -> list[tuple[str, str]]:
    return [
        (str(one), str(one).replace("_R1.", "_R2."))
        for one in sorted((cohort / "reads").glob(f"{case}-R*_R1.fastq.gz"))
    ]


def strands(cohort: Path) -> dict[str, str]:
    rows = (cohort / "genome/demo.gff3").read_text().splitlines()
    genes = [row.split("\t") for row in rows if "\tgene\t" in row]
    return {row[8].split("Name=")[1].split(";")[0]: row[6] for row in genes}


def test_fusion_junction_is_in_the_rna_of_its_case_alone(cohort: Path) -> None:
    fusion = load_truth(cohort, "IPX0002").expected.fusions[0]
    head, tail = (strands(cohort)[gene] for gene in fusion.genes)
    (left, last), (right, first) = fusion.rna_junction
    with pysam.FastaFile(str(cohort / "genome/demo.fa")) as fasta:
        joined = junction(fasta, ((left, last, head), (right, first, tail)))
    assert pairs_with(rna_files(cohort, "IPX0002"), joined) >= 5
    assert pairs_with(rna_files(cohort, "IPX0001"), joined) == 0


def test_fusion_breakpoint_is_in_the_dna(cohort: Path) -> None:
    truth = load_truth(cohort, "IPX0002")
    fusion = truth.expected.fusions[0]
    (contig, head), (_, tail) = fusion.breakpoints
    low, high = sorted((head, tail))
    with pysam.FastaFile(str(cohort / "genome/demo.fa")) as fasta:
        joined = fasta.fetch(contig, low - 15, low) + reverse_complement(
            fasta.fetch(contig, high - 15, high)
        )
    path = bam_of(cohort, truth, "tumour")
    assert path
    with pysam.AlignmentFile(str(path)) as bam:
        reads = [r for pair in fragments(bam, contig, low).values() for r in pair]
    assert sum(joined in read for read in reads) >= 3


def test_skipped_exon_is_in_the_rna(cohort: Path) -> None:
    splice = load_truth(cohort, "IPX0001").expected.splice_variants[0]
    strand = strands(cohort)[splice.gene]
    (left, last), (right, first) = splice.rna_junction
    with pysam.FastaFile(str(cohort / "genome/demo.fa")) as fasta:
        joined = junction(fasta, ((left, last, strand), (right, first, strand)))
    assert pairs_with(rna_files(cohort, "IPX0001"), joined) >= 10
    assert pairs_with(rna_files(cohort, "IPX0002"), joined) == 0


def test_internal_tandem_duplication_is_in_the_reads(cohort: Path) -> None:
    truth = load_truth(cohort, "IPX0006")
    found = {item.gene: row for row in counted(cohort, truth, "tumour") if (item := row[0]).planted}
    item, vaf, carrying, everything = found["FLT3"]
    assert len(item.alt) - len(item.ref) == 60
    assert carrying >= 3
    assert abs(deviation(vaf, carrying, everything)) <= 3


def expectations() -> Iterator[tuple[str, str, str]]:
    """Case, kind and name of what must be found some day, straight from the recipes."""
    for path in sorted((ROOT / "resources/demo/cases").glob("*.yaml")):
        recipe = yaml.safe_load(path.read_text())
        for event in recipe.get("copy_numbers", []):
            yield path.stem, "copy_number", f"{event['region']} {event['call']}"
        for fusion in recipe.get("fusions", []):
            yield path.stem, "fusion", "::".join(fusion["genes"])
        for item in recipe.get("skipping", []):
            yield path.stem, "splice_variant", f"{item['gene']} exon {item['exon']} skipping"
        for item in recipe.get("diplotypes", []):
            yield path.stem, "diplotype", f"{item['gene']} {item['diplotype']}"
        for item in recipe.get("verdicts", []):
            yield path.stem, "verdict", f"{item['check']} {item['verdict']}"
        yield path.stem, "biomarkers", f"TMB, MSI {recipe.get('msi', 'stable')}, HRD, signature"
        if any("tier" in v for part in recipe.values() if isinstance(part, list) for v in part):
            yield path.stem, "tier", "tiers of its findings"


@pytest.mark.parametrize(
    ("case", "kind", "name"), [item for item in expectations() if item[1] in STAGES]
)
def test_what_no_stage_finds_yet_is_named(case: str, kind: str, name: str) -> None:
    """Skips, and says what is not covered, until the stage exists; then it must be compared."""
    stage = STAGES[kind]
    if not (ROOT / "scripts/dugnad" / stage).exists():
        pytest.skip(f"not yet covered: {case}: {name} ({kind})")
    pytest.fail(f"{stage} exists: compare {case}: {name} with its truth here")


def test_the_truth_names_all_that_the_recipes_expect(cohort: Path) -> None:
    """Nothing that is expected is left out of the truth files."""
    expected = {item.case: item for item in load_expected(cohort).cases}
    assert sorted(expected) == CASES
    for case, kind, name in expectations():
        item = expected[case]
        named = {
            "copy_number": {f"{s.name} {s.call}" for s in load_truth(cohort, case).copy_numbers},
            "fusion": {fusion.name for fusion in item.fusions},
            "splice_variant": {f"{s.gene} exon {s.exon} skipping" for s in item.splice_variants},
            "diplotype": {f"{d.gene} {d.diplotype}" for d in item.diplotypes},
            "verdict": {f"{v.check} {v.verdict}" for v in item.verdicts},
        }
        assert kind not in named or name in named[kind]
        assert kind != "tier" or item.tiers
    assert {c for c, item in expected.items() if item.biomarkers.msi.status == "high"} == {
        "IPX0003"
    }
    hrd = {c: sum(item.biomarkers.hrd.model_dump().values()) for c, item in expected.items()}
    assert max(hrd, key=lambda c: hrd[c]) == "IPX0005"
    assert expected["IPX0003"].biomarkers.msi.unstable > 20


# what peers lose: promoter, MNV, long insertions, VAF 1.0, chr22, X and Y; at a quarter of depth,
# where a man's X and Y have fewer than 50 reads and no variant at 4 % can be told
SOMATIC, GERMLINE = {"somatic"}, {"germline"}
ALONE = {"somatic", "uncertain", "likely_germline"}  # without a normal
MUST_PASS = {
    ("IPX0001", "EGFR", "c.2235_2249del"): SOMATIC,
    ("IPX0004", "BRAF", "c.1798_1799delinsAA"): SOMATIC,
    ("IPX0004", "TERT", "c.-124C>T"): SOMATIC,
    ("IPX0004", "KDM5D", "c.310C>T"): SOMATIC,
    ("IPX0004", "AR", "c.639G>A"): GERMLINE,
    ("IPX0001", "BRCA1", "c.2612C>T"): GERMLINE,
    ("IPX0006", "NPM1", "c.860_863dup"): ALONE,
    ("IPX0006", "FLT3", "c.1771_1830dup"): ALONE,
    ("IPX0003", "CHEK2", "c.1100del"): GERMLINE,
}


@pytest.mark.parametrize(("case", "gene", "change"), MUST_PASS)
def test_what_peers_lose_passes(cohort: Path, case: str, gene: str, change: str) -> None:
    text = (cohort / f"results/{case}/report/{case}.case.json").read_text()
    findings = CaseRecord.model_validate_json(text).findings
    named = [f for f in findings if (f.gene, f.hgvs_c) == (gene, change)]
    assert len(named) == 1, [f.name for f in findings if f.gene == gene and f.passes]
    assert set(named[0].filters) <= {"low_depth"}
    assert named[0].origin in MUST_PASS[case, gene, change]
