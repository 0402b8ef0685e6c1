"""Whether a variant may be of clonal haematopoiesis: of blood in the sample, not of the tumour.

Facts are gathered here; what follows from them are the rows of ``criteria/haematopoiesis.tsv``.
"""

from collections.abc import Mapping, Sequence

from dugnad.interpretation.criteria import Criterion, first
from dugnad.interpretation.germline import Patient
from dugnad.interpretation.matching import Exons, match
from dugnad.interpretation.profile import of_variant
from dugnad.knowledge.gene_tables import HaematopoiesisGene
from dugnad.record import Finding
from dugnad.record_interpretation import Classification

SCHEME = "Clonal haematopoiesis"
HAEMATOPOIESIS_FACTS = (
    "group", "listed", "solid_tumours", "origin", "normal_tells", "normal_vaf", "normal_depth",
    "normal_ratio", "vaf", "vaf_known", "above_blood", "age",
)  # fmt: skip


def haematopoiesis_flag(
    finding: Finding,
    patient: Patient,
    genes: Mapping[str, Sequence[HaematopoiesisGene]],
    criteria: Sequence[Criterion],
    oncogenicity: str | None = None,
    exons: Exons | None = None,
) -> Classification | None:
    """``likely``, ``possible``, ``unlikely``, ``not_assessable`` or ``not_applicable``; with trace.

    None for genes that clonal haematopoiesis is not known of.

    Args:
        finding: a small variant.
        patient: tumour type, purity, age and normal.
        genes: genes of clonal haematopoiesis and their alterations.
        criteria: rows about :data:`HAEMATOPOIESIS_FACTS`, the first that is met counts.
        oncogenicity: the variant's class, if it is known.
        exons: residues of exons, for findings that do not say theirs.
    """
    rows = genes.get(finding.gene or "", ())
    if not rows:
        return None
    subject = of_variant(finding, oncogenicity)
    listed = [row for row in rows if any(match(a, subject, exons) for a in row.alterations)]
    tells = patient.normal_tells(finding)
    facts: dict[str, str | float | bool | None] = {
        "group": patient.types.group(patient.code),
        "listed": bool(listed),
        "solid_tumours": any(row.solid_tumours for row in listed or rows),
        "origin": finding.origin,
        "normal_tells": tells,
        "normal_vaf": finding.normal_vaf if tells else None,
        "normal_depth": finding.normal_depth if tells else None,
        "normal_ratio": _ratio(finding) if tells else None,
        "vaf": finding.vaf,
        "vaf_known": finding.vaf is not None,
        "above_blood": _is_above_blood(finding, patient.purity),
        "age": patient.age_band or "unknown",
    }
    result = first(criteria, facts, SCHEME)
    met = next((reason.text for reason in result.reasons if reason.state == "met"), None)
    return result.model_copy(update={"note": met or result.note})


def _ratio(finding: Finding) -> float | None:
    """The normal's share of reads over the tumour's; None where the tumour has none."""
    if finding.normal_vaf is None or not finding.vaf:
        return None
    return finding.normal_vaf / finding.vaf


def _is_above_blood(finding: Finding, purity: float | None) -> bool | None:
    """Whether blood alone cannot give so many reads, were all cells but the tumour's blood, and of
    one heterozygous clone; on X it may be a man's only copy. Without a purity nothing is known of
    the tumour's share of cells."""
    if finding.vaf is None:
        return None
    copies = 1 if finding.chrom.removeprefix("chr") == "X" else 2
    return finding.vaf > (1 - (purity or 0)) / copies
