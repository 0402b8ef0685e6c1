"""Each planted failure is found with its reason, and no other sample is called in question.

The cohort runs at a quarter of its depth, so that limits on depth are left aside here.
"""

from pathlib import Path

import pytest

from dugnad.demo.truth import load_expected, load_truth
from dugnad.record import CaseGate, CaseRecord
from support import ROOT, Snakemake

# the metrics that tell each check of the truth
METRICS = {
    "identity": {"identity"},
    "contamination": {"contamination"},
    "sex": {"sex_agrees"},
    "rna_quality": {"rna_insert_size", "rna_exonic", "rna_three_prime_bias"},
    "coverage": {"mean_target_depth", "callable_target"},
}


@pytest.fixture(scope="module")
def blocked(cohort: Path) -> dict[str, set[str]]:
    """The metrics that block each sample."""
    gates = [
        CaseGate.model_validate_json((cohort / f"results/{c}/qc/{c}.gate.json").read_text())
        for c in (case.case for case in load_expected(cohort).cases)
    ]
    return {item.sample: set(item.blocked_by) for gate in gates for item in gate.samples}


def test_each_planted_failure_blocks_its_sample(cohort: Path, blocked: dict[str, set[str]]) -> None:
    planted = [verdict for case in load_expected(cohort).cases for verdict in case.verdicts]
    assert len(planted) == 5
    for verdict in planted:
        assert blocked[verdict.sample] & METRICS[verdict.check], verdict


def test_no_other_sample_is_blocked(cohort: Path, blocked: dict[str, set[str]]) -> None:
    """But by depth; and a swapped normal may well be of the other sex."""
    expected: dict[str, set[str]] = {name: set() for name in blocked}
    for case in load_expected(cohort).cases:
        for verdict in case.verdicts:
            expected[verdict.sample] |= METRICS[verdict.check]
            if verdict.check == "identity":
                expected[verdict.sample] |= METRICS["sex"]
    for sample, metrics in blocked.items():
        assert metrics - METRICS["coverage"] <= expected[sample], sample


def test_a_swapped_normal_decides_no_origin(cohort: Path) -> None:
    """Frequency and VAF may, as without a normal; and no germline variant becomes somatic."""
    path = cohort / "results/IPX0011/report/IPX0011.case.json"
    record = CaseRecord.model_validate_json(path.read_text())
    germline = {v.key for v in load_truth(cohort, "IPX0011").variants if v.origin == "germline"}
    assert germline and record.findings
    for finding in record.findings:
        assert finding.origin_reason.startswith("the normal is not of this person")
        if (finding.chrom, finding.pos, finding.ref, finding.alt) in germline:
            assert finding.origin != "somatic"


def test_a_blocked_report_says_so(cohort: Path) -> None:
    page = (cohort / "results/IPX0012/report/IPX0012.html").read_text()
    assert 'role="alert"' in page
    assert "Quality gate not passed" in page
    assert "contamination" in page


def test_the_run_ends_in_error_and_names_the_samples(cohort: Path, snakemake: Snakemake) -> None:
    profile = str(ROOT / "profiles/local")
    done = snakemake(cohort, "--profile", profile, check=False)
    assert done.returncode == 1
    assert "IPX0012-D01-P01-A09: contamination" in done.stderr
    assert "under 'accepted' in config/config.yaml" in done.stderr
    assert not (cohort / "results/run/gates.tsv").exists()
    assert "Nothing to be done" in snakemake(cohort, "--dry-run", "reports").stdout


def test_the_whole_depth_passes(demo: Path) -> None:
    for case in load_expected(demo).cases:
        path = demo / f"results/{case.case}/qc/{case.case}.gate.json"
        gate = CaseGate.model_validate_json(path.read_text())
        assert gate.verdict == "pass", gate
    assert (demo / "results/run/gates.tsv").exists()


def test_the_run_page_shows_gates_and_kinship(cohort: Path) -> None:
    page = (cohort / "results/run/multiqc.html").read_text()
    assert "none is like one of another case" in (cohort / "results/run/index.html").read_text()
    assert "Dugnad gate" in page
    assert "Dugnad identity" in page
