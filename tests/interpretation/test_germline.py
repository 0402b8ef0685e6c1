"""Whether a variant is a reason to consider referral: the ESMO rule on real genes and variants."""

from dataclasses import replace
from typing import Any

import pytest
from small_findings import TYPES, finding, with_normal

import records
from dugnad.interpretation.criteria import read_criteria
from dugnad.interpretation.germline import (
    GERMLINE_FACTS,
    Patient,
    germline_flag,
    patient_of,
)
from dugnad.knowledge import SHIPPED
from dugnad.knowledge.gene_tables import read_germline_genes, read_haematopoiesis_genes
from dugnad.record import Finding, SourceRecord
from dugnad.record_interpretation import Classification

GENES = read_germline_genes(SHIPPED / "germline_genes.tsv", TYPES.nodes)
BLOOD = read_haematopoiesis_genes(SHIPPED / "haematopoiesis_genes.tsv")
CRITERIA = read_criteria(SHIPPED / "criteria/germline.tsv", GERMLINE_FACTS)
PATHOGENIC = {"clinical_significance": "Pathogenic", "clinical_source": "clinvar"}
LUNG = Patient("LUAD", TYPES)
INDEL = {"ref": "CA", "alt": "C"}


def flag(one: Finding, patient: Patient = LUNG, **more: Any) -> Classification:
    return germline_flag(one, patient, GENES, CRITERIA, blood_genes=BLOOD, **more)


def met(result: Classification) -> str:
    """The criterion that decides."""
    return next(reason.criterion for reason in result.reasons if reason.state == "met")


BRCA1 = finding("BRCA1", "Gln1756ProfsTer74", "frameshift_variant", vaf=0.55, **INDEL)
R175H = finding("TP53", "Arg175His", vaf=0.5, **PATHOGENIC)
G12D = finding("KRAS", "Gly12Asp", vaf=0.4, clinical_significance="Pathogenic")
MUTYH = finding("MUTYH", "Gly396Asp", vaf=0.5, **PATHOGENIC)


@pytest.mark.parametrize(
    ("one", "patient", "category", "criterion"),
    [
        (BRCA1, LUNG, "consider_referral", "most-actionable"),
        (R175H, LUNG, "not_assessable", "age-unknown"),
        (R175H, replace(LUNG, age_band="under_30"), "consider_referral", "off-tumour"),
        (R175H, Patient("BRCA", TYPES, "under_30"), "consider_referral", "on-tumour"),
        (R175H, replace(LUNG, age_band="30_or_more"), "not_indicated", "age-over"),
        (G12D, LUNG, "not_indicated", "unlisted"),
        (MUTYH, Patient("COAD", TYPES), "not_indicated", "recessive-single"),
        (
            finding("VHL", "Arg167Gln", vaf=0.6, **PATHOGENIC),
            Patient("CCRCC", TYPES),
            "consider_referral",
            "on-tumour",
        ),
        (
            finding("VHL", "Arg167Gln", vaf=0.6, **PATHOGENIC),
            Patient("NOSUCH", TYPES),
            "consider_referral",
            "tumour-unknown",
        ),
        (finding("BRCA2", "Lys3326Ter", "stop_gained"), LUNG, "not_indicated", "benign"),
        (
            finding("BRCA2", "Lys3326Ter", "stop_gained", clinical_significance="Benign"),
            LUNG,
            "not_indicated",
            "benign",
        ),
        (finding("BRCA1", "Ser1613Gly"), LUNG, "not_indicated", "no-evidence"),
        (
            finding("BRCA1", "Cys61Gly"),
            replace(LUNG, clinical=False),
            "not_assessable",
            "evidence-unknown",
        ),
        (finding("POLE", "Arg1364Ter", "stop_gained"), LUNG, "not_indicated", "no-evidence"),
        (finding("RET", "Arg77Ter", "stop_gained"), LUNG, "not_indicated", "no-evidence"),
        (
            finding("RET", "Cys634Arg", **PATHOGENIC),
            Patient("THME", TYPES),
            "consider_referral",
            "most-actionable",
        ),
        (
            finding("BRCA2", "", "synonymous_variant"),
            LUNG,
            "not_indicated",
            "no-evidence",
        ),
        (
            finding("CHEK2", "Thr367MetfsTer15", "frameshift_variant", population_maximum=0.08),
            LUNG,
            "not_indicated",
            "common",
        ),
    ],
)
def test_real_variants(one: Finding, patient: Patient, category: str, criterion: str) -> None:
    result = flag(one, patient)
    assert (result.category, met(result)) == (category, criterion)


def test_the_words_never_diagnose_and_say_what_is_unsure() -> None:
    result = flag(BRCA1)
    assert result.note is not None
    assert result.note.startswith("Consider referral for genetic counselling")
    assert "without a normal: origin uncertain" in result.note
    assert result.name == "consider_referral"
    for row in CRITERIA:
        assert row.outcome in {"consider_referral", "not_indicated", "not_assessable"}
        if row.outcome == "consider_referral":
            assert row.text.startswith("Consider referral for genetic counselling")


def test_age_that_decides_is_named_when_it_is_not_known() -> None:
    note = flag(R175H).note
    assert note is not None
    assert "Age decides" in note
    assert "before the age of 30" in note


@pytest.mark.parametrize(
    ("vaf", "change", "category"),
    [
        (0.30, {}, "consider_referral"),
        (0.29, {}, "not_indicated"),
        (0.29, {"origin": "likely_germline"}, "consider_referral"),
        (0.20, INDEL, "consider_referral"),
        (0.19, INDEL, "not_indicated"),
        (None, {}, "not_assessable"),
    ],
)
def test_the_tumours_share_of_reads(
    vaf: float | None, change: dict[str, Any], category: str
) -> None:
    one = finding("BRCA2", "Glu1493Ter", "stop_gained", vaf=vaf, **change)
    assert flag(one).category == category


@pytest.mark.parametrize(
    ("normal", "category", "criterion"),
    [
        (with_normal(0, 200, "somatic"), "not_indicated", "somatic"),
        (with_normal(95, 200, "germline"), "consider_referral", "in-normal"),
        (with_normal(20, 200, "uncertain"), "not_assessable", "normal-unclear"),
        (with_normal(0, 8, "uncertain"), "consider_referral", "most-actionable"),
    ],
)
def test_the_patients_own_normal_decides(
    normal: dict[str, Any], category: str, criterion: str
) -> None:
    patient = replace(LUNG, normal_depth=20)
    result = flag(BRCA1.model_copy(update=normal), patient)
    assert (result.category, met(result)) == (category, criterion)


def test_a_normal_of_somebody_else_does_not_speak() -> None:
    one = BRCA1.model_copy(update=with_normal(0, 200, "uncertain"))
    assert flag(one, replace(LUNG, normal_depth=None)).category == "consider_referral"


def test_germline_by_the_normal_needs_no_age_and_no_share_of_the_tumour() -> None:
    one = R175H.model_copy(update={**with_normal(100, 200, "germline"), "vaf": 0.1})
    assert met(flag(one, replace(LUNG, normal_depth=20))) == "in-normal"


def test_a_share_that_a_clone_of_the_blood_may_have_asks_for_another_tissue() -> None:
    one = R175H.model_copy(update=with_normal(50, 200, "germline"))
    result = flag(one, replace(LUNG, normal_depth=20))
    assert met(result) == "in-normal-low"
    assert "another tissue than blood" in (result.note or "")


def test_germline_and_pathogenic_in_a_gene_that_is_not_listed_is_not_passed_over() -> None:
    one = finding("CDH1", "Arg732Gln", **PATHOGENIC, **with_normal(100, 200, "germline"))
    assert met(flag(one, replace(LUNG, normal_depth=20))) == "unlisted-in-normal"
    assert met(flag(finding("CDH1", "Arg732Gln", **PATHOGENIC))) == "unlisted"


def test_two_pathogenic_variants_of_a_recessive_gene() -> None:
    second = finding("MUTYH", "Tyr179Cys", pos=200, vaf=0.5, **PATHOGENIC)
    colon = Patient("COAD", TYPES)
    assert flag(MUTYH, colon, others=[MUTYH]).category == "not_indicated"
    assert flag(MUTYH, colon, others=[MUTYH, second]).category == "consider_referral"
    somatic = second.model_copy(update=with_normal(0, 200, "somatic"))
    colon = replace(colon, normal_depth=20)
    assert flag(MUTYH, colon, others=[MUTYH, somatic]).category == "not_indicated"
    both = MUTYH.model_copy(update=with_normal(199, 200, "germline"))
    assert met(flag(both, colon)) == "recessive-homozygous"


def test_what_filters_flag_is_first_to_be_shown_real() -> None:
    assert flag(BRCA1.model_copy(update={"filters": ("low_depth",)})).category == "not_assessable"


def test_a_benign_class_switches_it_off_unless_clinvar_says_pathogenic() -> None:
    assert met(flag(BRCA1, oncogenicity="benign")) == "benign"
    known = BRCA1.model_copy(update=PATHOGENIC)
    assert met(flag(known, oncogenicity="benign")) == "most-actionable"


def test_without_annotation_it_is_not_assessable() -> None:
    one = BRCA1.model_copy(update={"consequence": None, "hgvs_p": None})
    assert met(flag(one)) == "evidence-unknown"


def test_the_trace_says_what_was_looked_at() -> None:
    reasons = {reason.criterion: reason for reason in flag(R175H).reasons}
    assert reasons["age-unknown"].values == ("age_rule: under_30", "age: unknown")
    assert "PMID:36529447" in reasons["age-unknown"].source


def test_the_list_is_that_of_the_working_group() -> None:
    most = {gene for gene, row in GENES.items() if row.actionability == "most"}
    assert most == {"BRCA1", "BRCA2", "PALB2", "MLH1", "MSH2", "MSH6", "RET"}
    assert all(GENES[gene].tumour_types == ("any",) for gene in most)
    young = {gene for gene, row in GENES.items() if row.under_30}
    assert young == {"APC", "CDKN2A", "PTEN", "RB1", "SMARCA4", "TP53"}
    assert all("PMID:36529447" in row.source for row in GENES.values())


def test_the_patient_is_read_from_the_record() -> None:
    case = records.record(samples=(records.sample(),), age_band="under_30", sources=())
    patient = patient_of(case, TYPES)
    assert (patient.code, patient.age_band) == ("LUAD", "under_30")
    assert (patient.normal_depth, patient.clinical) == (None, False)
    assert patient.purity == pytest.approx(records.PURITY)
    source = SourceRecord(id="clinvar", kind="clinical", release="2026-01")
    normal = records.sample("C1-N", role="normal", purity=None)
    samples = (records.sample(), normal)
    paired = patient_of(records.record(samples=samples, sources=(source,)), TYPES)
    assert paired.normal_depth == case.panel.origin.normal_depth.value
    assert paired.clinical
    foreign = normal.model_copy(update={"blocked_by": ("identity",)})
    swapped = records.record(samples=(records.sample(), foreign))
    assert patient_of(swapped, TYPES).normal_depth is None
