"""A tumour/normal pair of the demo from FASTQ to report, with real tools, against its truth."""

import gzip
import json
import math
import re
import shutil
from pathlib import Path

import pytest

from dugnad.demo.truth import TruthVariant, load_truth
from dugnad.record import CaseRecord, Finding
from support import Snakemake

CASE = "IPX0001"
Key = tuple[str, int, str, str]


@pytest.fixture(scope="session")
def record(demo: Path) -> CaseRecord:
    text = (demo / f"results/{CASE}/report/{CASE}.case.json").read_text()
    return CaseRecord.model_validate_json(text)


@pytest.fixture(scope="session")
def truth(demo: Path) -> dict[Key, TruthVariant]:
    return {variant.key: variant for variant in load_truth(demo, CASE).variants}


@pytest.fixture(scope="session")
def found(record: CaseRecord) -> dict[Key, Finding]:
    return {(f.chrom, f.pos, f.ref, f.alt): f for f in record.findings}


def test_every_somatic_variant_from_5_percent_is_found_and_passes(
    truth: dict[Key, TruthVariant], found: dict[Key, Finding]
) -> None:
    expected = {key for key, v in truth.items() if v.origin == "somatic" and v.vaf >= 0.05}
    assert len(expected) >= 12
    passing = {key for key, f in found.items() if f.passes and f.origin == "somatic"}
    assert expected <= passing


def test_no_false_somatic_call_passes(
    truth: dict[Key, TruthVariant], found: dict[Key, Finding]
) -> None:
    """Neither the patient's germline, nor errors, recurrent artefacts or stutter."""
    passing = {key for key, f in found.items() if f.passes and f.origin == "somatic"}
    assert {key for key in passing if key not in truth or truth[key].origin != "somatic"} == set()


def test_germline_variants_are_labelled_germline(
    truth: dict[Key, TruthVariant], found: dict[Key, Finding]
) -> None:
    expected = {key for key, v in truth.items() if v.origin == "germline"}
    assert len(expected) > 100
    assert {key for key in expected if key in found} >= {
        key for key in expected if truth[key].planted
    }
    assert {key for key in expected & found.keys() if found[key].origin != "germline"} == set()
    assert len(expected & found.keys()) > 0.95 * len(expected)


def test_names_equal_the_truth(truth: dict[Key, TruthVariant], found: dict[Key, Finding]) -> None:
    shared = {key for key in truth.keys() & found.keys() if truth[key].hgvs_c}
    assert len(shared) >= 20
    assert {k: (found[k].gene, found[k].hgvs_c, found[k].hgvs_p) for k in shared} == {
        k: (truth[k].gene, truth[k].hgvs_c, truth[k].hgvs_p) for k in shared
    }


def test_vaf_within_sampling_of_the_expectation(
    truth: dict[Key, TruthVariant], found: dict[Key, Finding]
) -> None:
    """Four binomial standard deviations, of long insertions and deletions too."""
    for key, item in truth.items():
        finding = found.get(key)
        if finding is None or finding.vaf is None or not finding.depth:
            continue
        spread = math.sqrt(item.vaf * (1 - item.vaf) / finding.depth)
        assert abs(finding.vaf - item.vaf) <= 4 * spread + 0.005, item


def test_quality_is_measured_and_passes(record: CaseRecord) -> None:
    assert record.verdict == "pass"
    assert [sample.analyte for sample in record.samples] == ["dna", "dna", "rna"]
    for sample in record.samples[:2]:
        measured = {metric.metric: metric.value for metric in sample.metrics}
        unknown = {name for name, value in measured.items() if value is None}
        assert unknown == {"identity_elsewhere"}  # the run's end tells it
        assert {"reads", "duplicates", "on_target", "callable_target"} <= measured.keys()
    tumour = {metric.metric: metric.value or 0 for metric in record.samples[0].metrics}
    assert 222 < tumour["mean_target_depth"] < 264  # 0.6 of 370 to 440
    assert 0.05 < tumour["duplicates"] < 0.15


def test_hotspots_without_a_finding_are_stated(record: CaseRecord) -> None:
    assert "NRAS Gln61" in record.not_found
    assert "BRAF Val600" in record.not_found
    assert not {"TP53 Arg175", "EGFR Leu747", "EGFR Thr790"} & set(record.not_found)


def test_lanes_reach_the_alignment_as_read_groups(demo: Path, record: CaseRecord) -> None:
    import pysam

    tumour = record.samples[0].id
    with pysam.AlignmentFile(str(demo / f"results/{CASE}/alignment/{tumour}.bam")) as bam:
        groups = {group["ID"]: group["SM"] for group in bam.header.to_dict()["RG"]}
        assert groups == {f"{tumour}.L1": tumour, f"{tumour}.L2": tumour}
        used = {read.get_tag("RG") for read in bam.head(2000)}
    assert used == set(groups)


def test_report_is_one_page_without_network(demo: Path, record: CaseRecord) -> None:
    page = (demo / f"results/{CASE}/report/{CASE}.html").read_text()
    assert page.count("<script") == 1
    assert not re.search(r"\ssrc\s*=(?!\"data:)", page)  # nothing but pictures within the page
    assert "default-src 'none'" in page
    for language in ("nb", "en"):
        assert (demo / f"results/{CASE}/report/{CASE}.{language}.pdf").stat().st_size > 10_000
    for finding in record.findings:
        if finding.passes and finding.relevance != "other":
            assert finding.notation.replace(">", "&gt;") in page


def test_manifest_names_what_made_it(demo: Path) -> None:
    manifest = json.loads((demo / "results/run/manifest.json").read_text())
    tools = {"bwa", "samtools", "bcftools", "freeBayes", "fastp", "mosdepth", "dugnad"}
    assert tools <= manifest["software"].keys()
    inputs = {entry["path"] for entry in manifest["inputs"]}
    assert {"genome/demo.fa", "known/clinvar.vcf.gz", "config/samples.tsv"} <= inputs
    assert sum(path.endswith(".fastq.gz") for path in inputs) == 8
    assert all(re.fullmatch(r"[0-9a-f]{64}", entry["sha256"]) for entry in manifest["inputs"])


def test_multiqc_shows_our_metrics(demo: Path, record: CaseRecord) -> None:
    page = (demo / "results/run/multiqc.html").read_text()
    assert "Dugnad metrics" in page
    assert record.samples[0].id in page


def test_a_second_run_has_nothing_to_do(demo: Path, snakemake: Snakemake) -> None:
    assert "Nothing to be done" in snakemake(demo, "--dry-run").stdout


def test_new_reads_reach_the_report_also_when_the_config_changes(
    demo: Path, tmp_path: Path, snakemake: Snakemake
) -> None:
    for part in ("config", "genome", "known", "reads", "results", ".snakemake"):
        shutil.copytree(demo / part, tmp_path / part, symlinks=True)
    assert "Nothing to be done" in snakemake(tmp_path, "--dry-run").stdout
    reads = next(tmp_path.glob("reads/*D01-P01*L001_R1*"))
    with reads.open("ab") as file:
        file.write(gzip.compress(b""))
    config = tmp_path / "config/config.yaml"
    config.write_text(config.read_text() + "# looked through\n")
    plan = snakemake(tmp_path, "--dry-run").stdout
    for rule in ("align_reads", "call_pileup", "write_report"):
        assert f"rule {rule}:" in plan


def test_nothing_temporary_is_left(demo: Path) -> None:
    left = [
        p.name for p in (demo / "results").rglob("*") if re.search(r"\.tmp|\.bcf$|\.rg$", p.name)
    ]
    assert left == []
    assert not list((demo / "results").rglob("*.fastq.gz"))
