"""Whether a variant seen in a tumour is a reason to consider referral for germline testing.

Facts are gathered here; what follows from them are the rows of ``criteria/germline.tsv``, after the
recommendations of the ESMO Precision Medicine Working Group (PMID:36529447). Never a diagnosis.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dugnad.interpretation.criteria import Criterion, Facts, first
from dugnad.interpretation.matching import BENIGN, class_of, match
from dugnad.interpretation.profile import Subject, of_variant
from dugnad.interpretation.relevance import (
    clinical_terms,
    highest_frequency,
    is_benign,
    is_pathogenic,
)
from dugnad.knowledge.gene_tables import GermlineGene
from dugnad.knowledge.tumour_types import TumourTypes
from dugnad.quantities import AgeBand
from dugnad.record import CaseRecord, Finding
from dugnad.record_interpretation import Classification

SCHEME = "Germline follow-up, ESMO 2023"
GERMLINE_FACTS = (
    "passes", "normal", "normal_vaf", "gene_listed", "evidence", "evidence_known", "benign",
    "population", "kind", "vaf", "vaf_known", "likely_germline", "age_rule", "age", "recessive",
    "two_hits", "actionability", "on_tumour", "tumour_known", "blood_gene",
)  # fmt: skip
CLINICAL = "clinical"
"""Kind of source that tells the clinical significance."""

NormalSays = Literal["germline", "somatic", "unclear", "none"]


@dataclass(frozen=True)
class Patient:
    """What the rules ask of a case beside the variant.

    ``normal_depth``: fewer reads say nothing; None: no normal speaks for the patient. ``purity``:
    as stated. ``clinical``: whether a source of clinical significance was consulted.
    """

    code: str
    types: TumourTypes
    age_band: AgeBand | None = None
    normal_depth: float | None = None
    purity: float | None = None
    clinical: bool = True

    def normal_tells(self, finding: Finding) -> bool:
        """Whether the patient's own normal has enough reads at the variant's place."""
        depth = finding.normal_depth
        deep = self.normal_depth is not None and depth is not None and depth >= self.normal_depth
        return deep and bool(depth) and finding.normal_vaf is not None


def patient_of(record: CaseRecord, types: TumourTypes) -> Patient:
    """A case's patient; a normal that is somebody else's does not speak."""
    normals = [s for s in record.samples if s.role == "normal" and s.analyte == "dna"]
    own = any("identity" not in sample.blocked_by for sample in normals)
    tumours = [s for s in record.samples if s.role == "tumour" and s.analyte == "dna"]
    return Patient(
        code=record.tumour_type,
        types=types,
        age_band=record.age_band,
        normal_depth=record.panel.origin.normal_depth.value if own else None,
        purity=tumours[0].purity if tumours else None,
        clinical=any(source.kind == CLINICAL for source in record.sources),
    )


def germline_flag(
    finding: Finding,
    patient: Patient,
    genes: Mapping[str, GermlineGene],
    criteria: Sequence[Criterion],
    oncogenicity: str | None = None,
    others: Iterable[Finding] = (),
    blood_genes: Collection[str] = (),
) -> Classification:
    """``consider_referral``, ``not_indicated`` or ``not_assessable``, with the trace.

    Args:
        finding: a small variant.
        patient: tumour type, age and normal.
        genes: those that are followed up.
        criteria: rows about :data:`GERMLINE_FACTS`, the first that is met counts.
        oncogenicity: the variant's class, if it is known.
        others: further small variants of the case, for recessive genes.
        blood_genes: genes of clonal haematopoiesis.
    """
    facts = _facts(finding, patient, genes.get(finding.gene or ""), oncogenicity, others)
    facts["blood_gene"] = finding.gene in blood_genes
    result = first(criteria, facts, SCHEME)
    return result.model_copy(update={"note": _note(result, finding, patient)})


def _facts(
    finding: Finding,
    patient: Patient,
    gene: GermlineGene | None,
    oncogenicity: str | None,
    others: Iterable[Finding],
) -> dict[str, str | float | bool | None]:
    subject = of_variant(finding, oncogenicity)
    evidence = _evidence(finding, subject, gene, patient)
    shared: Facts = {
        "passes": finding.passes,
        "normal": normal_says(finding, patient),
        "normal_vaf": finding.normal_vaf if patient.normal_tells(finding) else None,
        "gene_listed": gene is not None,
        "evidence": evidence,
        "evidence_known": evidence is not None,
        "benign": _is_benign(finding, subject, gene),
        "population": highest_frequency(finding) or 0.0,  # what none lists is not common
        "kind": "snv" if len(finding.ref) == len(finding.alt) else "indel",
        "vaf": finding.vaf,
        "vaf_known": finding.vaf is not None,
        "likely_germline": finding.origin in {"germline", "likely_germline"},
        "age": patient.age_band or "unknown",
    }
    return {**shared, **(_of_gene(finding, patient, gene, others) if gene else {})}


def _of_gene(
    finding: Finding, patient: Patient, gene: GermlineGene, others: Iterable[Finding]
) -> Facts:
    known = patient.types.resolve(patient.code) is not None
    within = any(patient.types.is_within(patient.code, code) for code in gene.tumour_types)
    recessive = gene.inheritance == "recessive"
    return {
        "actionability": gene.actionability,
        "age_rule": "under_30" if gene.under_30 else "any",
        "recessive": recessive,
        "two_hits": recessive and _has_second(finding, patient, gene, others),
        "on_tumour": within if known else None,
        "tumour_known": known,
    }


def normal_says(finding: Finding, patient: Patient) -> NormalSays:
    """What the patient's own normal says of whose a variant is; none when it cannot."""
    if not patient.normal_tells(finding):
        return "none"
    if finding.origin == "germline":
        return "germline"
    return "somatic" if finding.origin == "somatic" else "unclear"


def _evidence(
    finding: Finding, subject: Subject, gene: GermlineGene | None, patient: Patient
) -> str | None:
    """``clinvar``, ``truncating`` or ``none``; None when it cannot be told."""
    if is_pathogenic(finding.clinical_significance or ""):
        return "clinvar"
    if finding.consequence is None:
        return None
    by_loss = gene is not None and gene.mechanism == "loss_of_function"
    if by_loss and class_of(subject, "truncating"):
        return "truncating"
    altering = class_of(subject, "mutation") is not None
    return None if altering and not patient.clinical else "none"


def _is_benign(finding: Finding, subject: Subject, gene: GermlineGene | None) -> bool:
    excepted = gene.exceptions if gene else ()
    if any(match(alteration, subject) for alteration in excepted):
        return not is_pathogenic(finding.clinical_significance or "")
    said = clinical_terms(finding.clinical_significance)
    by_class = not said and subject.oncogenicity in BENIGN
    return is_benign(finding.clinical_significance) or by_class


def _has_second(
    finding: Finding, patient: Patient, gene: GermlineGene, others: Iterable[Finding]
) -> bool:
    """Whether another variant of the gene could be the second hit of the germline."""
    return any(
        other.gene == gene.gene
        and (other.chrom, other.pos, other.alt) != (finding.chrom, finding.pos, finding.alt)
        and other.passes
        and normal_says(other, patient) != "somatic"
        and _evidence(other, of_variant(other), gene, patient) in {"clinvar", "truncating"}
        for other in others
    )


def _note(result: Classification, finding: Finding, patient: Patient) -> str:
    """The row that was met in words, and what makes it less sure."""
    met = next((reason.text for reason in result.reasons if reason.state == "met"), None)
    parts = [met or "Not assessable: facts that the rule asks for are not known"]
    if result.category == "consider_referral" and normal_says(finding, patient) == "none":
        parts.append(f"without a normal: origin {finding.origin.replace('_', ' ')}")
        if patient.types.group(patient.code) == "haematological":
            parts.append("the rule was made on solid tumours")
    return "; ".join(parts)
