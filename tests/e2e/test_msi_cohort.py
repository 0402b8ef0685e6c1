"""Microsatellites of the whole cohort: who is unstable, at which loci, and what normals show."""

from pathlib import Path

import pytest
from test_cohort import CASES

from dugnad.biomarkers.msi_loci import read_loci
from dugnad.biomarkers.msi_normals import read_normals
from dugnad.biomarkers.msi_statistics import mean_lost
from dugnad.demo.damage import LOSS, stutter_rate
from dugnad.demo.truth import load_truth
from dugnad.record import CaseRecord
from dugnad.record_biomarkers import Msi
from dugnad.tables import MICROSATELLITES, read_table

SHALLOW = "IPX0013"  # a tenth of the others' depth


def msi_of(cohort: Path, case: str) -> Msi:
    path = cohort / f"results/{case}/biomarkers/{case}.msi.json"
    return Msi.model_validate_json(path.read_text())


def unstable_loci(cohort: Path, case: str) -> set[str]:
    """Names of the loci that the truth has as shortened."""
    why = [v.why for v in load_truth(cohort, case).variants]
    return {text.split()[-1] for text in why if text.startswith("unstable microsatellite")}


@pytest.mark.parametrize("case", [case for case in CASES if case != SHALLOW])
def test_status_is_the_truths(cohort: Path, case: str) -> None:
    msi, truth = msi_of(cohort, case), load_truth(cohort, case).expected.biomarkers.msi
    assert msi.status == truth.status
    assert msi.loci == truth.loci
    assert abs(msi.unstable - truth.unstable) <= 2
    assert msi.lower is not None
    assert msi.upper is not None
    share = truth.unstable / truth.loci
    assert msi.lower - 0.05 <= share <= msi.upper  # a locus of 40 called by chance: from 0.4 %


def test_too_few_reads_are_no_verdict(cohort: Path) -> None:
    msi = msi_of(cohort, SHALLOW)
    assert (msi.status, msi.value) == ("not_assessable", None)


def test_unstable_loci_are_those_of_the_truth(cohort: Path) -> None:
    shown = msi_of(cohort, "IPX0003").shown
    assert {locus.status for locus in shown} == {"unstable"}
    assert {locus.name for locus in shown} <= unstable_loci(cohort, "IPX0003")


def test_own_normal_says_the_same(cohort: Path) -> None:
    assert "beside the own normal, 0 of" in msi_of(cohort, "IPX0001").reason
    assert "the normal is not of this person" in msi_of(cohort, "IPX0011").reason


def test_record_has_it(cohort: Path) -> None:
    path = cohort / "results/IPX0003/report/IPX0003.case.json"
    record = CaseRecord.model_validate_json(path.read_text())
    assert record.biomarkers.msi == msi_of(cohort, "IPX0003")


def test_normals_without_reads_are_as_those_with(cohort: Path) -> None:
    """Stable tumours lose repeats as the panel's file of normals, made by arithmetic, says."""
    panel = cohort / "config/panels/demo-560"
    normals = read_normals(panel / "msi_normals.tsv", read_loci(panel / "msi_loci.bed"))
    assert len(normals) == 40
    found = expected = rate = 0.0
    for path in cohort.glob("results/IPX0001/biomarkers/*.microsatellites.parquet"):
        for row in read_table(path, MICROSATELLITES):
            found += mean_lost(row)
            expected += normals[row["name"]].lost
            rate += stutter_rate(row["repeats"]) * LOSS
    assert found == pytest.approx(expected, rel=0.1)
    assert found == pytest.approx(rate, rel=0.1)
