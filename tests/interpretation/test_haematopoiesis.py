"""Whether a variant may be of clonal haematopoiesis: real genes, with and without the normal."""

from dataclasses import replace
from typing import Any

import pytest
from small_findings import TYPES, finding, with_normal

from dugnad.interpretation.criteria import read_criteria
from dugnad.interpretation.germline import Patient
from dugnad.interpretation.haematopoiesis import HAEMATOPOIESIS_FACTS, haematopoiesis_flag
from dugnad.knowledge import SHIPPED
from dugnad.knowledge.gene_tables import read_haematopoiesis_genes
from dugnad.record import Finding
from dugnad.record_interpretation import Classification

GENES = read_haematopoiesis_genes(SHIPPED / "haematopoiesis_genes.tsv")
CRITERIA = read_criteria(SHIPPED / "criteria/haematopoiesis.tsv", HAEMATOPOIESIS_FACTS)
LUNG = Patient("LUAD", TYPES, purity=0.5)
PAIRED = replace(LUNG, normal_depth=20)


def flag(one: Finding, patient: Patient = LUNG) -> Classification | None:
    return haematopoiesis_flag(one, patient, GENES, CRITERIA)


def category(one: Finding, patient: Patient = LUNG) -> str | None:
    result = flag(one, patient)
    return result.category if result else None


R882H = finding("DNMT3A", "Arg882His", vaf=0.06)
V617F = finding("JAK2", "Val617Phe", vaf=0.04)
R175H = finding("TP53", "Arg175His", vaf=0.08)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (R882H, "possible"),
        (V617F, "possible"),
        (R175H, "possible"),
        (R175H.model_copy(update={"vaf": 0.5}), "unlikely"),
        (R882H.model_copy(update={"vaf": None}), "not_assessable"),
        (finding("DNMT3A", "Gly100Ser", vaf=0.06), "unlikely"),
        (finding("DNMT3A", "Trp305Ter", "stop_gained", vaf=0.06), "possible"),
        (finding("TET2", "His1881Arg", vaf=0.1), "possible"),
        (finding("TET2", "Gly355Asp", vaf=0.1), "unlikely"),
        (finding("TET2", "Gln1548Ter", "stop_gained", vaf=0.1), "possible"),
        (finding("ASXL1", "Gly646TrpfsTer12", "frameshift_variant", vaf=0.1), "possible"),
        (finding("ASXL1", "Asn986Ser", vaf=0.1), "unlikely"),
        (
            finding("PPM1D", "Arg552Ter", "stop_gained", vaf=0.1, place="exon 6/6"),
            "possible",
        ),
        (finding("PPM1D", "Arg66Ter", "stop_gained", vaf=0.1, place="exon 1/6"), "unlikely"),
        (finding("SRSF2", "Pro95His", vaf=0.1), "possible"),
        (finding("SF3B1", "Lys700Glu", vaf=0.1), "possible"),
        (finding("IDH2", "Arg140Gln", vaf=0.1), "possible"),
        (finding("IDH2", "Arg149Gln", vaf=0.1), "unlikely"),
        (finding("GNAS", "Arg201His", vaf=0.1), "possible"),
        (finding("CBL", "Cys404Tyr", vaf=0.1), "possible"),
        (finding("GNB1", "Lys57Glu", vaf=0.1), "possible"),
        (finding("CHEK2", "Thr367MetfsTer15", "frameshift_variant", vaf=0.1), "possible"),
        (finding("KRAS", "Gly12Asp", vaf=0.1), None),
        (finding("EGFR", "Leu858Arg", vaf=0.1), None),
    ],
)
def test_without_a_normal(one: Finding, expected: str | None) -> None:
    assert category(one) == expected


@pytest.mark.parametrize(
    ("one", "normal", "expected"),
    [
        (R882H, with_normal(30, 300, "uncertain"), "likely"),
        (R882H, with_normal(15, 300, "uncertain"), "likely"),
        (R882H, with_normal(0, 300, "somatic"), "unlikely"),
        (R882H, with_normal(0, 100, "somatic"), "possible"),
        (R882H, with_normal(150, 300, "germline"), "unlikely"),
        (R882H, with_normal(75, 300, "germline"), "possible"),
        (R882H, with_normal(4, 300, "uncertain"), "unlikely"),
        (finding("DNMT3A", "Arg882His", vaf=0.015), with_normal(4, 300, "uncertain"), "possible"),
        (R175H, with_normal(60, 300, "uncertain"), "likely"),
        (R175H, with_normal(24, 300, "uncertain"), "possible"),
        (R175H.model_copy(update={"vaf": 0.4}), with_normal(9, 300, "somatic"), "unlikely"),
    ],
)
def test_with_the_patients_normal(one: Finding, normal: dict[str, Any], expected: str) -> None:
    assert category(one.model_copy(update=normal), PAIRED) == expected


def test_a_normal_of_somebody_else_says_nothing() -> None:
    one = R882H.model_copy(update=with_normal(0, 300, "uncertain"))
    assert category(one, LUNG) == "possible"


def test_in_a_tumour_of_the_blood_it_is_the_disease() -> None:
    assert category(R882H, Patient("AML", TYPES)) == "not_applicable"


def test_the_purity_bounds_what_blood_can_give() -> None:
    one = R175H.model_copy(update={"vaf": 0.3})
    assert category(one, replace(LUNG, purity=0.2)) == "possible"
    assert category(one, replace(LUNG, purity=0.6)) == "unlikely"
    assert category(one, replace(LUNG, purity=None)) == "possible"
    on_x = finding("STAG2", "Arg1033Ter", "stop_gained", vaf=0.3, chrom="chrX")
    assert category(on_x, replace(LUNG, purity=0.6)) == "possible", "a man's only copy"
    above = R882H.model_copy(update={"vaf": 0.3})
    assert category(above, replace(LUNG, purity=0.6)) == "possible", "no driver of solid tumours"


def test_the_age_band_is_weighed_where_it_is_given() -> None:
    young = replace(LUNG, age_band="under_30")
    assert category(R175H, young) == "unlikely"
    result = flag(R882H, young)
    assert result is not None
    assert result.category == "possible"
    assert "rare" in (result.note or "")


def test_the_trace_names_the_criterion_and_its_values() -> None:
    result = flag(R882H.model_copy(update=with_normal(36, 300, "uncertain")), PAIRED)
    assert result is not None
    reason = next(one for one in result.reasons if one.state == "met")
    assert reason.criterion == "more-in-blood"
    assert reason.values == ("normal_tells: yes", "normal_vaf: 0.12", "normal_ratio: 2")
    assert "PMID:25931582" in reason.source
    assert result.note == reason.text
