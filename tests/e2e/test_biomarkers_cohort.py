"""TMB, HRD and signatures of the whole cohort against its truth."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dugnad.annotation.transcripts import read_transcripts
from dugnad.biomarkers.coding import CodingTargets, coding_targets
from dugnad.biomarkers.tmb import burden, count
from dugnad.demo.case_truth import IN_CODING
from dugnad.demo.truth import CaseTruth, load_expected, load_truth
from dugnad.interpretation.relevance import hotspot_of
from dugnad.panel import Panel, load_panel
from dugnad.record_biomarkers import Hrd, Signatures, Tmb
from dugnad.regions import Hotspot, read_hotspots
from support import ROOT

CASES = [path.stem for path in sorted((ROOT / "resources/demo/cases").glob("*.yaml"))]
SOUND = [case for case in CASES if case < "IPX0011"]


def part(cohort: Path, case: str, name: str) -> str:
    return (cohort / f"results/{case}/biomarkers/{case}.{name}.json").read_text()


def panel_of(cohort: Path, truth: CaseTruth) -> Panel:
    path = cohort / f"config/panels/{truth.expected.panel}/panel.yaml"
    panel, _ = load_panel(path)
    update = {"targets": path.parent / "targets.bed", "hotspots": path.parent / "hotspots.tsv"}
    return panel.model_copy(update=update)


def true_rows(truth: CaseTruth, hotspots: Sequence[Hotspot]) -> list[dict[str, Any]]:
    """The coding somatic variants of the truth as rows of the findings table, at great depth."""
    rows = []
    for item in truth.variants:
        if item.origin != "somatic" or not IN_CODING.match(item.hgvs_c or ""):
            continue
        shift = item.hgvs_p or ""
        term = "missense_variant"
        if shift.endswith("=)"):
            term = "synonymous_variant"
        elif "fs" in shift:
            term = "frameshift_variant"
        elif "Ter" in shift:
            term = "stop_gained"
        start = item.pos - 1
        row: dict[str, Any] = {
            "chrom": item.chrom, "pos": item.pos, "ref": item.ref, "alt": item.alt,
            "start": start, "end": start + len(item.ref), "gene": item.gene,
            "consequence": [term], "filters": [], "origin": "somatic",
            "vaf": item.vaf, "depth": 10_000, "alt_reads": round(10_000 * item.vaf),
            "population_frequency": None,
        }  # fmt: skip
        spot = hotspot_of(row, hotspots)
        rows.append(row | {"hotspot": spot.name if spot else None})
    return rows


@pytest.mark.parametrize("case", SOUND)
def test_each_rules_interval_holds_the_truth_by_the_same_rule(cohort: Path, case: str) -> None:
    truth = load_truth(cohort, case)
    panel = panel_of(cohort, truth)
    rules = panel.biomarkers.tmb
    assert rules is not None
    assert panel.hotspots is not None
    coding: CodingTargets = coding_targets(read_transcripts(cohort / "genome/demo.gff3"), panel)
    expected = truth.expected.biomarkers.tmb
    assert coding.bases == round(expected.denominator_mb * 1e6)
    rows = true_rows(truth, read_hotspots(panel.hotspots))
    found = Tmb.model_validate_json(part(cohort, case, "tmb"))
    assert found.tumour_only == (len([s for s in truth.expected.samples if s.analyte == "dna"]) < 2)
    values = {}
    for rule, measured in zip(rules.rules, found.rules, strict=True):
        assert measured.megabases <= expected.denominator_mb
        number = len(count(rule, rows, coding, rules.tumour_suppressors).mutations)
        true = burden(rule, number, expected.denominator_mb, found.tumour_only)
        values[rule.id] = number
        if measured.value is None:  # too few bases reach the depth
            assert measured.megabases < rule.min_size.value
            continue
        assert measured.lower is not None
        assert measured.upper is not None
        assert measured.lower <= true.value <= measured.upper, (rule.id, number, measured)
    assert (values["inpred"], values["drup"]) == (expected.coding, expected.nonsynonymous)
    assert found.rules[0].value is not None


@pytest.mark.parametrize("case", ["IPX0013"])
def test_low_coverage_has_no_tmb(cohort: Path, case: str) -> None:
    found = Tmb.model_validate_json(part(cohort, case, "tmb"))
    assert {rule.value for rule in found.rules} == {None}
    assert all("reach the depth" in (rule.note or "") for rule in found.rules)


def test_without_a_normal_no_more_germline_variants_count_than_is_said(cohort: Path) -> None:
    """Over the tumours alone, of what the first rule counts: what is not somatic in the truth."""
    expected = wrong = counted = 0.0
    for case in SOUND:
        found = Tmb.model_validate_json(part(cohort, case, "tmb"))
        rule = found.rules[0]
        assert (rule.germline_expected is not None) == found.tumour_only
        if found.tumour_only:
            truth = load_truth(cohort, case)
            somatic = {f"{v.gene} {v.hgvs_p}" for v in truth.variants if v.origin == "somatic"}
            somatic |= {f"{v.gene} {v.hgvs_c}" for v in truth.variants if v.origin == "somatic"}
            expected += rule.germline_expected or 0
            wrong += sum(name not in somatic for name in rule.counted)
            counted += rule.mutations
    assert wrong <= expected + 2 * math.sqrt(expected)
    assert 0 < expected < counted / 3


def test_the_cancer_of_deficient_repair_has_the_most_scars(cohort: Path) -> None:
    scores = {}
    for case in SOUND:
        found = Hrd.model_validate_json(part(cohort, case, "hrd"))
        assert (found.score is None) == (found.status == "not_assessable")
        scores[case] = found.score or 0
    first, second = sorted(scores, key=lambda case: -scores[case])[:2]
    assert first == "IPX0005"
    assert scores[first] >= 2 * scores[second]


@pytest.mark.parametrize("case", [c for c in CASES if c in {"IPX0004", "IPX0014"}])
def test_ultraviolet_light_comes_first_in_melanoma(cohort: Path, case: str) -> None:
    assert load_truth(cohort, case).expected.biomarkers.signature == "uv"
    found = Signatures.model_validate_json(part(cohort, case, "signatures"))
    assert sum(found.spectrum) == found.mutations
    assert found.assigned[0].name.startswith("SBS7")
    assert found.assigned[0].aetiology == "ultraviolet light"
    assert (found.assigned[0].lower or 0) > 0.25


def test_contexts_are_counted_where_no_signature_is(cohort: Path) -> None:
    for expected in load_expected(cohort).cases:
        found = Signatures.model_validate_json(part(cohort, expected.case, "signatures"))
        assert sum(found.spectrum) == found.mutations
        if not found.assigned:
            assert "no signatures are assigned" in found.reason
