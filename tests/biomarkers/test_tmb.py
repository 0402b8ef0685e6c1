"""Tumour mutational burden: what counts by a rule, over which bases, and what may not be said."""

import gzip
from pathlib import Path
from typing import Any

import pysam
import pytest
import yaml
from pydantic import ValidationError

from builders import panel_data, quantity, variant
from dugnad.annotation.transcripts import Transcript, Transcripts
from dugnad.biomarkers.coding import CodingTargets, coding_targets
from dugnad.biomarkers.measure_tmb import leakage
from dugnad.biomarkers.tmb import Counted, burden, count, result
from dugnad.cli import main
from dugnad.copy_number.places import Segments
from dugnad.interpretation.vaf_model import posterior_of
from dugnad.panel import Panel
from dugnad.panel_biomarkers import TmbRule, TmbRules
from dugnad.record_biomarkers import Tmb
from dugnad.regions import Region
from dugnad.tables import FINDINGS, write_table
from support import ROOT

CODING = CodingTargets([Region("chr1", 400, 700, "GENE1"), Region("chr2", 100, 300, "GENE2")])
LIMITS = [
    {"name": "low", "at_least": 0, "why": "test"},
    {"name": "middle", "above": 5, "why": "test"},
    {"name": "high", "above": 20, "why": "test"},
]


def rule_data(**changes: Any) -> dict[str, Any]:
    return {
        "id": "test",
        "name": "test",
        "source": "test",
        "counts": "nonsynonymous",
        "indels": True,
        "mnvs": True,
        "origins": ["somatic"],
        "min_vaf": quantity(0.05, "fraction"),
        "min_depth": quantity(50),
        "min_size": quantity(0.5, "megabases"),
    } | changes


def rule(**changes: Any) -> TmbRule:
    return TmbRule.model_validate(rule_data(**changes))


def finding(**changes: Any) -> dict[str, Any]:
    return variant(origin="somatic", filters=[], hotspot=None) | changes


DELETION = {"ref": "AT", "alt": "A", "consequence": ["frameshift_variant"]}
SILENT = {"consequence": ["synonymous_variant"]}
STOP = {"consequence": ["stop_gained"]}
PAIR = {"ref": "AC", "alt": "TG", "end": 501}


@pytest.mark.parametrize(
    ("row", "changes", "counts"),
    [
        ({}, {}, True),
        ({"filters": ["low_vaf"]}, {}, False),
        ({"origin": "germline"}, {"origins": ["somatic", "uncertain"]}, False),
        ({"origin": "likely_germline"}, {"origins": ["somatic", "uncertain"]}, False),
        ({"origin": "uncertain"}, {}, False),
        ({"origin": "uncertain"}, {"origins": ["somatic", "uncertain"]}, True),
        (SILENT, {}, False),
        (SILENT, {"counts": "coding"}, True),
        ({"consequence": ["intron_variant"]}, {"counts": "coding"}, False),
        ({"consequence": []}, {"counts": "coding"}, False),
        ({"consequence": ["splice_donor_variant"], "start": 700, "end": 701}, {}, False),
        ({"chrom": "chr3"}, {}, False),
        (DELETION, {}, True),
        (DELETION, {"indels": False}, False),
        (PAIR, {"indels": False}, True),
        (PAIR, {"mnvs": False}, False),
        ({"vaf": 0.05}, {}, True),
        ({"vaf": 0.049}, {}, False),
        ({"depth": 49}, {}, False),
        ({"vaf": 0.95}, {"max_vaf": quantity(0.9, "fraction")}, False),
        ({"alt_reads": 9}, {"min_alt_reads": quantity(10)}, False),
        ({"alt_reads": 10}, {"min_alt_reads": quantity(10)}, True),
        ({"population_frequency": 0.01}, {}, True),
        ({"population_frequency": 1e-4}, {"population": quantity(1e-4, "fraction")}, False),
        ({"population_frequency": 1e-5}, {"population": quantity(1e-4, "fraction")}, True),
        ({"hotspot": "GENE1 Val10"}, {}, True),
        ({"hotspot": "GENE1 Val10"}, {"leaves_out": ["hotspots"]}, False),
        (STOP, {"leaves_out": ["hotspots"]}, True),
        (STOP, {"leaves_out": ["suppressor_truncations"]}, False),
        ({}, {"leaves_out": ["suppressor_truncations"]}, True),
    ],
)
def test_what_counts(row: dict[str, Any], changes: dict[str, Any], counts: bool) -> None:
    found = count(rule(**changes), [finding(**row)], CODING, ["GENE1"])
    assert len(found.mutations) == counts


@pytest.mark.parametrize(("vaf", "counts"), [(0.46, True), (0.47, False), (0.53, False), (0.54, 1)])
def test_vafs_of_germline_variants_are_skipped(vaf: float, counts: bool) -> None:
    skipped = {"lower": quantity(0.47, "fraction"), "upper": quantity(0.53, "fraction")}
    found = count(rule(skipped_vaf=skipped), [finding(vaf=vaf)], CODING)
    assert len(found.mutations) == counts


def test_without_a_depth_nothing_is_counted_and_it_is_said() -> None:
    found = count(rule(), [finding(depth=None), finding(vaf=None), finding()], CODING)
    assert (len(found.mutations), found.unjudged) == (1, 2)
    assert "2 do not count for want of" in (result(rule(), found, 1.0, False).note or "")


@pytest.mark.parametrize(
    ("number", "lower", "upper"),
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390), (100, 81.364, 121.627)],
)
def test_interval_is_the_exact_one(number: int, lower: float, upper: float) -> None:
    found = burden(rule(), number, 2.0, tumour_only=False)
    assert found.value == number / 2
    assert (2 * found.lower, 2 * found.upper) == pytest.approx((lower, upper), abs=0.001)


def test_what_a_rule_takes_off_and_multiplies_by() -> None:
    own = rule(
        germline_per_megabase=quantity(2, "mutations per megabase"), factor=quantity(0.5, "ratio")
    )
    assert burden(own, 10, 1.0, tumour_only=True).value == 4.0
    assert burden(own, 10, 1.0, tumour_only=False).value == 5.0
    assert burden(own, 1, 1.0, tumour_only=True).value == 0.0


@pytest.mark.parametrize(
    ("number", "category"), [(0, "low"), (5, "low"), (6, "middle"), (20, "middle"), (21, "high")]
)
def test_categories_begin_above_their_limits(number: int, category: str) -> None:
    found = Counted(tuple(finding() for _ in range(number)), (), 0)
    measured = result(rule(categories=LIMITS), found, 1.0, False)
    assert measured.category == category
    assert [(one.category, one.value) for one in measured.limits] == [
        ("low", 0), ("middle", 5), ("high", 20),
    ]  # fmt: skip


def test_an_interval_over_a_limit_is_said() -> None:
    found = Counted(tuple(finding() for _ in range(19)), (), 0)
    assert result(rule(categories=LIMITS), found, 1.0, False).note == (
        "the interval reaches from middle to high"
    )


def test_below_the_least_size_there_is_no_value() -> None:
    found = result(rule(categories=LIMITS), Counted((finding(),), (), 0), 0.499, False)
    assert (found.value, found.lower, found.upper, found.category) == (None,) * 4
    assert (found.mutations, found.megabases) == (1, 0.499)
    assert found.note == "no value: 0.499 Mb reach the depth, the panel asks for 0.5 Mb"


def test_calls_without_reads_have_no_value() -> None:
    found = result(rule(), Counted((finding(),), (), 0), 1.2, True, depth_known=False)
    assert found.value is None
    assert "not known" in (found.note or "")


@pytest.mark.parametrize(
    ("origins", "words"),
    [
        (["somatic", "uncertain"], "1 of those counted may be germline"),
        (["somatic"], "1 more would count if they are somatic"),
    ],
)
def test_uncertain_origins_are_neither_counted_nor_dropped_in_silence(
    origins: list[str], words: str
) -> None:
    own = rule(origins=origins)
    found = count(own, [finding(), finding(origin="uncertain")], CODING)
    assert words in (result(own, found, 1.0, True).note or "")


def test_mutations_are_named_as_a_reader_knows_them() -> None:
    rows = (
        finding(hgvs_p="p.(Val600Glu)"),
        finding(hgvs_c="c.1A>T"),
        finding(hgvs_g="chr1:g.500A>T"),
        finding(),
    )
    assert result(rule(), Counted(rows, (), 0), 1.0, False).counted == (
        "GENE1 c.1A>T", "GENE1 p.(Val600Glu)", "chr1:500 A>T", "chr1:g.500A>T",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "touches"),
    [
        (399, 400, False), (400, 401, True), (699, 700, True), (700, 701, False),
        (390, 410, True), (0, 5000, True), (400, 400, True), (700, 700, True), (399, 399, False),
        (701, 701, False),
    ],
)  # fmt: skip
def test_coding_bases_are_touched(start: int, end: int, touches: bool) -> None:
    assert CODING.touch("chr1", start, end) is touches


def test_coding_targets_are_where_both_lie(tmp_path: Path) -> None:
    bed = tmp_path / "targets.bed"
    bed.write_text("chr1\t0\t150\nchr1\t140\t220\nchr1\t900\t950\nchr2\t0\t50\n")
    own = Panel.model_validate(panel_data(targets=bed.name)).model_copy(update={"targets": bed})
    exons = ((100, 200), (210, 300))
    transcripts = Transcripts(
        [
            Transcript("T1", None, "G1", "I1", "chr1", "+", "x", exons, (120, 290), is_mane=True),
            Transcript("T2", None, "G1", "I1", "chr1", "+", "x", ((0, 900),), (0, 900)),
            Transcript("T3", None, "G2", "I2", "chr2", "-", "x", ((10, 60),), None),
        ]
    )
    found = coding_targets(transcripts, own)
    assert [(r.chrom, r.start, r.end) for r in found.regions] == [
        ("chr1", 120, 200), ("chr1", 210, 220),
    ]  # fmt: skip
    assert found.bases == 90


LIKELIHOOD = {
    "germline": quantity(0.5, "fraction"),
    "hotspot_germline": quantity(0.01, "fraction"),
    "decided": quantity(0.9, "fraction"),
    "dispersion": quantity(400, "ratio"),
    "copy_states": [{"copies": 2, "of_allele": 1, "weight": 1.0}],
    "why": "test",
}


def test_leakage_is_the_sum_of_probabilities() -> None:
    data = panel_data()
    own = Panel.model_validate(data | {"origin": data["origin"] | {"likelihood": LIKELIHOOD}})
    model = own.origin.likelihood
    assert model is not None
    rows = [finding(alt_reads=200, depth=400), finding(alt_reads=60, depth=400, hotspot="x")]
    one = posterior_of(200, 400, 0.6, model, False).germline
    two = posterior_of(60, 400, 0.6, model, True).germline
    assert leakage(rows, own, 0.6, Segments(())) == pytest.approx(one + two)
    assert one > 0.5 > 0.01 > two
    assert leakage(rows, Panel.model_validate(data), 0.6, Segments(())) is None


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"categories": LIMITS[::-1]}, "categories do not rise"),
        ({"categories": [{"name": "x", "why": "test"}]}, "either at_least or above"),
        ({"leaves_out": ["suppressor_truncations"]}, "list tumour_suppressors"),
        ({"origins": ["germline"]}, "somatic"),
        (
            {"skipped_vaf": {n: quantity(0.5, "fraction") for n in ("lower", "upper")}},
            "lower is not below upper",
        ),
    ],
)
def test_rules_that_cannot_be_are_refused(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        TmbRules.model_validate({"rules": [rule_data(**changes)]})


GFF = """##gff-version 3
chr1\tx\tgene\t401\t700\t.\t+\t.\tID=gene:I1;Name=GENE1
chr1\tx\tmRNA\t401\t700\t.\t+\t.\tID=transcript:T1;Parent=gene:I1;biotype=protein_coding
chr1\tx\texon\t401\t700\t.\t+\t.\tParent=transcript:T1
chr1\tx\tCDS\t401\t700\t.\t+\t0\tParent=transcript:T1
"""


def test_the_verb_counts_over_what_the_depth_reaches(tmp_path: Path) -> None:
    rules = [
        rule_data(id="shallow", min_size=quantity(1e-5, "megabases")),
        rule_data(id="deep", min_size=quantity(1e-5, "megabases"), min_depth=quantity(100)),
    ]
    data = panel_data(biomarkers={"tmb": {"rules": rules}}, hotspots=None)
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "panel.yaml").write_text(yaml.safe_dump(data))
    (folder / "targets.bed").write_text("chr1\t0\t600\tT1\n")
    (tmp_path / "a.gff3").write_text(GFF)
    with gzip.open(tmp_path / "depth.bed.gz", "wt") as depth:
        depth.write("chr1\t0\t500\t120\nchr1\t500\t1000\t60\n")
    write_table(tmp_path / "findings.parquet", [finding()], FINDINGS)
    output = tmp_path / "tmb.json"
    coding = ["--panel", folder / "panel.yaml", "--annotation", tmp_path / "a.gff3"]
    assert main(["locate-coding", *map(str, coding), "--output", str(tmp_path / "c.bed")]) == 0
    assert (tmp_path / "c.bed").read_text() == "chr1\t400\t600\n"
    command = [
        "measure-tmb", "--findings", tmp_path / "findings.parquet", "--coding",
        tmp_path / "c.bed", "--panel", folder / "panel.yaml", "--output", output,
    ]  # fmt: skip
    assert main([*map(str, command), "--per-base", str(tmp_path / "depth.bed.gz")]) == 0
    part = Tmb.model_validate_json(output.read_text())
    assert [r.megabases for r in part.rules] == [0.0002, 0.0001]
    assert [r.value for r in part.rules] == [5000.0, 10000.0]
    assert part.tumour_only
    assert main([*map(str, command)]) == 0
    part = Tmb.model_validate_json(output.read_text())
    assert [r.value for r in part.rules] == [None, None]


def test_an_annotation_without_the_panels_genes_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "panel.yaml").write_text(yaml.safe_dump(panel_data()))
    (folder / "targets.bed").write_text("chr2\t0\t600\tT1\n")
    (tmp_path / "a.gff3").write_text(GFF)
    options = {"panel": folder / "panel.yaml", "annotation": tmp_path / "a.gff3", "output": "x"}
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    assert main(["locate-coding", *words]) == 2
    assert (
        "has no coding base on the targets of tiny; name this genome's" in capsys.readouterr().err
    )


@pytest.mark.real_data
def test_a_hypermutated_colon_cancer_is_high_by_each_rule_that_applies(real_data: Path) -> None:
    """Exome of TCGA-A6-2686, published as hypermutated.

    Its VCF has depth and VAF and no consequences, and there is no genome to make them: all its
    variants are taken for coding ones, over the 34 Mb that PCGR takes for an exome. So only rules
    that count synonymous mutations apply.
    """
    path = real_data / "tcga_coad_pcgr/T001-COAD.grch38.vcf.gz"
    rows = []
    with pysam.VariantFile(str(path)) as records:
        for record in records:
            vaf, depth = record.info["TVAF"][0], record.info["TDP"][0]
            row = finding(chrom=record.chrom, pos=record.pos, ref=record.ref, alt=record.alts[0])
            place = {"start": record.start, "end": record.stop, "vaf": vaf, "depth": depth}
            rows.append(row | place | {"consequence": ["coding_sequence_variant"]})
    whole = CodingTargets([Region(c, 0, 300_000_000, c) for c in {row["chrom"] for row in rows}])
    panel = yaml.safe_load((ROOT / "resources/demo/panels/demo-560.yaml").read_text())
    rules = TmbRules.model_validate(panel["biomarkers"]["tmb"]).rules
    applying = [own for own in rules if own.counts == "coding"]
    found = {own.id: result(own, count(own, rows, whole), 34.0, False) for own in applying}
    assert len(rows) == 3313
    values = {name: round(one.value or 0, 1) for name, one in found.items()}
    assert values == {"inpred": 39.1, "foundation": 39.1, "tso500": 39.1}
    assert {one.category for one in found.values()} == {"high"}
