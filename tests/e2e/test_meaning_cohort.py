"""The whole cohort's findings have the tiers that their recipes expect, and germline its word."""

from pathlib import Path

import pytest

from dugnad.demo.truth import load_expected, load_truth
from dugnad.reading import read_record
from dugnad.record import CaseRecord
from dugnad.record_interpretation import Interpretation, Interpretations
from support import ROOT

FAINT = 0.05  # VAF
CASES = [path.stem for path in sorted((ROOT / "resources/demo/cases").glob("*.yaml"))]


def record_of(cohort: Path, case: str) -> CaseRecord:
    return read_record(cohort / f"results/{case}/report/{case}.case.json")


def meaning(record: CaseRecord) -> Interpretations:
    assert record.interpretation is not None
    return record.interpretation


def named(items: tuple[Interpretation, ...], record: CaseRecord, wanted: str) -> Interpretation:
    """The finding of a name: as it is shown, by its coding change, or with words for a call."""
    gene, _, change = wanted.partition(" ")
    keys = {
        f"{f.chrom}-{f.pos}-{f.ref}-{f.alt}"
        for f in record.findings
        if f.gene == gene and change in {f.hgvs_p, f.hgvs_c}
    }
    shown = wanted.replace("_", " ")
    found = [item for item in items if item.id in keys or shown in {item.name, item.id}]
    assert found, (wanted, [item.name for item in items if item.gene == gene])
    return found[0]


@pytest.mark.parametrize("case", CASES)
def test_findings_have_the_tiers_that_are_expected(cohort: Path, case: str) -> None:
    record = record_of(cohort, case)
    (expected,) = [one for one in load_expected(cohort).cases if one.case == case]
    items = meaning(record).items
    truth = {(v.gene, v.hgvs_p or v.hgvs_c): v.vaf for v in load_truth(cohort, case).variants}
    for one in expected.tiers:
        gene, _, change = one.finding.partition(" ")
        if (truth.get((gene, change)) or 1) < FAINT:
            continue  # a quarter of the depth may not show it
        item = named(items, record, one.finding)
        assert item.amp.category == one.tier, (one.finding, item.amp)
        assert item.evidence
        assert all(e.source and e.date for e in item.evidence)


@pytest.mark.parametrize("case", CASES)
def test_each_finding_is_classified_with_its_reasons(cohort: Path, case: str) -> None:
    record = record_of(cohort, case)
    done = meaning(record)
    variants = [item for item in done.items if item.kind == "small_variant"]
    assert len(variants) + len(done.unremarkable) == len(record.findings)
    assert done.tumour_type.name
    assert [known.id for known in done.knowledge] == ["dugnad"]
    for item in done.items:
        assert [r for r in item.amp.reasons if r.state == "met"]
        assert [r for r in item.escat.reasons if r.state == "met"]
    assert all(item.oncogenicity for item in variants if item.gene)


def test_germline_truncation_of_brca1_is_a_reason_to_refer(cohort: Path) -> None:
    done = meaning(record_of(cohort, "IPX0005"))
    (item,) = [i for i in done.items if i.name == "BRCA1 p.(Glu23ValfsTer17)"]
    assert item.germline
    # at a quarter of the depth a filter may flag it, and then it is first to be shown to be real
    words = "Consider referral" if item.reported else "first it must be shown to be real"
    assert words in (item.germline.note or "")


def test_trials_of_the_demo_are_found_for_who_fits(cohort: Path) -> None:
    def opened(case: str) -> set[str]:
        done = meaning(record_of(cohort, case))
        return {t.cohort for i in done.items for t in i.trials if t.match == "match"}

    assert "A" in opened("IPX0002")  # KRAS G12C in lung cancer
    assert "D" in opened("IPX0003")  # microsatellite instability
    assert "C" not in opened("IPX0004")  # BRAF V600 in melanoma, which the cohort does not take


def test_what_cannot_be_seen_is_no_negative(cohort: Path) -> None:
    record = record_of(cohort, "IPX0001")
    for one in meaning(record).negatives:
        gene = one.alteration.split()[0]
        if one.status == "not_found" and gene in {g.gene for g in record.genes_unseen}:
            assert "hotspot" in one.reason or "copies" in one.reason or "RNA" in one.reason
