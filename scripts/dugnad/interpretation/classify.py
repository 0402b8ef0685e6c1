"""A case's findings, classified: oncogenicity, tiers, evidence, trials, flags and negatives."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dugnad.interpretation.base import Base
from dugnad.interpretation.evidence import Context, evidence_of
from dugnad.interpretation.germline import Patient, germline_flag, patient_of
from dugnad.interpretation.haematopoiesis import haematopoiesis_flag
from dugnad.interpretation.negatives import negatives_of, small_variants
from dugnad.interpretation.oncogenicity import classify_oncogenicity
from dugnad.interpretation.profile import Subject, of_variant, other_subjects
from dugnad.interpretation.shapes import proteins_of
from dugnad.interpretation.tiers import amp_tier, escat_tier
from dugnad.interpretation.trials import trials_of
from dugnad.record import CaseRecord, Finding
from dugnad.record_interpretation import (
    Classification,
    Interpretation,
    Interpretations,
    TumourType,
    Unremarkable,
)

Flags = dict[str, Classification | None]
Judged = tuple[Subject, Finding | None, Classification | None]
"""A finding, its small variant and that one's class; the last two of small variants alone."""
_AMP = ("I", "II", "III", "IV")
_ESCAT = ("I", "II", "III", "IV", "V", "X")


@dataclass(frozen=True)
class Case:
    """What is interpreted together: a tumour of one patient, and all that was found in it.

    ``patient`` None: only alterations were named, and nothing is known of whose they are.
    """

    context: Context
    base: Base
    patient: Patient | None = None
    findings: Sequence[Finding] = ()


def case_of(record: CaseRecord, base: Base) -> tuple[Case, tuple[Judged, ...]]:
    """A record as a case, and its findings judged by themselves, small variants first."""
    code = base.types.resolve(record.tumour_type) or record.tumour_type
    variants = [judged(f, base, code, told=f.relevance != "other") for f in record.findings]
    others: list[Judged] = [(subject, None, None) for subject in other_subjects(record)]
    parts = (*variants, *others)
    context = Context(
        code=code,
        types=base.types,
        subjects=tuple(subject for subject, _, _ in parts),
        callable_gene=lambda gene: small_variants(gene, record)[0] == "not_found",
        exons=base.exons,
    )
    return Case(context, base, patient_of(record, base.types), record.findings), parts


def classify(record: CaseRecord, base: Base) -> Interpretations:
    """What the findings of a case mean by a body of knowledge; the record stays as it is."""
    case, parts = case_of(record, base)
    items: list[Interpretation] = []
    unremarkable: list[Unremarkable] = []
    for subject, finding, found in parts:
        evidence = evidence_of(subject, case.context, base.therapies)
        if finding is None or finding.relevance != "other" or evidence:
            items.append(interpret(subject, finding, found, case))
        else:
            unremarkable.append(_briefly(subject, finding, found, base))
    return Interpretations(
        knowledge=base.consulted,
        tumour_type=base.types.shown(record.tumour_type),
        age_band=record.age_band,
        items=tuple(sorted(items, key=_order)),
        unremarkable=tuple(unremarkable),
        negatives=negatives_of(record, case.context, base.rows),
        notes=tuple(_notes(record, base)),
        proteins=proteins_of(items, base),
    )


def judged(
    finding: Finding, base: Base, code: str, told: bool = True
) -> tuple[Subject, Finding, Classification | None]:
    """A small variant as subject, with its class; none where its gene is not known.

    ``told`` false: its reasons are left out.
    """
    if finding.gene is None:
        return of_variant(finding), finding, None
    types = (code, *base.types.ancestors(code))
    found = classify_oncogenicity(finding, base.oncogenicity, types, told)
    return of_variant(finding, found.category), finding, found


def interpret(
    subject: Subject, finding: Finding | None, oncogenicity: Classification | None, case: Case
) -> Interpretation:
    """What one finding means; ``finding`` and its class are of small variants alone."""
    base, context = case.base, case.context
    if finding and oncogenicity and not oncogenicity.reasons:
        subject, finding, oncogenicity = judged(finding, base, context.code)
    category = oncogenicity.category if oncogenicity else None
    evidence = evidence_of(subject, context, base.therapies)
    flags = _flags(finding, category, case)
    return Interpretation(
        kind=subject.kind,
        id=subject.id,
        name=subject.name,
        gene=subject.gene,
        reported=subject.reported,
        oncogenicity=oncogenicity,
        amp=amp_tier(evidence, category, finding, base.criteria["amp"]),
        escat=escat_tier(evidence, category, base.criteria["escat"]),
        evidence=evidence,
        trials=trials_of(subject, context, base.trials or ()),
        **flags,
        cautions=tuple(_cautions(subject, finding, flags)),
    )


def _briefly(
    subject: Subject, finding: Finding, oncogenicity: Classification | None, base: Base
) -> Unremarkable:
    category = oncogenicity.category if oncogenicity else None
    return Unremarkable(
        id=subject.id,
        name=subject.name,
        oncogenicity=category,
        points=oncogenicity.points if oncogenicity else None,
        amp=amp_tier((), category, finding, base.criteria["amp"], told=False).name,
        escat=escat_tier((), category, base.criteria["escat"], told=False).name,
    )


def _flags(finding: Finding | None, category: str | None, case: Case) -> Flags:
    """Whether a small variant may be of the germline, or of the blood."""
    base = case.base
    if finding is None or case.patient is None:
        return {}
    return {
        "germline": germline_flag(
            finding,
            case.patient,
            base.germline_genes,
            base.criteria["germline"],
            category,
            case.findings,
            base.haematopoiesis_genes,
        ),
        "haematopoiesis": haematopoiesis_flag(
            finding,
            case.patient,
            base.haematopoiesis_genes,
            base.criteria["haematopoiesis"],
            category,
            base.exons,
        ),
    }


def _cautions(subject: Subject, finding: Finding | None, flags: Flags) -> Iterator[str]:
    """What makes a finding less sure than its tier looks."""
    if not subject.reported:
        yield "flagged by filters: not to be acted on without a look at the reads"
    yield from subject.cautions
    if subject.kind == "rearrangement" and subject.event == "fusion":
        if subject.domain_kept == "unknown":
            yield "whether the domain that matters is kept is not known"
        if subject.frame == "unknown":
            yield "whether it is in frame is not known"
    if finding and finding.origin in {"likely_germline", "uncertain"}:
        yield f"origin {finding.origin.replace('_', ' ')}: {finding.origin_reason}"
    blood = flags.get("haematopoiesis")
    if blood and blood.category in {"likely", "possible"}:
        yield f"{blood.category} of clonal haematopoiesis: of the blood, not of the tumour"
    if finding and finding.annotation_note:
        yield finding.annotation_note


def _order(item: Interpretation) -> tuple[object, ...]:
    """What is reported first, then by AMP tier and level, ESCAT and name."""
    return (
        not item.reported,
        _rank(_AMP, item.amp.category),
        item.amp.level or "E",
        _rank(_ESCAT, item.escat.category),
        item.escat.level or "D",
        item.name,
        item.id,
    )


def _rank(order: tuple[str, ...], category: str) -> int:
    return order.index(category) if category in order else len(order)


def _notes(record: CaseRecord, base: Base) -> Iterator[str]:
    shown: TumourType = base.types.shown(record.tumour_type)
    if shown.name is None:
        fault = base.types.problem(record.tumour_type) or "it is not known"
        yield (
            f"Tumour type {record.tumour_type}: {fault}. Only knowledge of any tumour type counts"
            " as of this one, so that tiers may be too low."
        )
    if base.trials is None:
        yield "Trials were not looked for: the site's config names none."
    if not record.annotated:
        yield "No gene annotation is configured: small variants cannot be matched with knowledge."
    if record.blocked:
        yield "A blocking limit of quality is not met: no finding and no negative here is sure."
