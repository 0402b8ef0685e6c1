"""What was looked for and not found, what could not be seen, and what was looked at."""

from collections import Counter
from collections.abc import Iterator

from dugnad.record_interpretation import Negative
from dugnad.report.fhir.context import Context
from dugnad.report.fhir.parts import Resource, clean, component, concept, notes, reference
from dugnad.report.view import ReportView

# guideline biomarkers that have an observation of their own
_OWN = ("TMB", "MSI", "HRD")


def negatives(context: Context, view: ReportView) -> Iterator[Resource]:
    """Guideline biomarkers that were not found, absent as far as they could be seen."""
    seen: Counter[str] = Counter()
    for one in (*view.not_found, *view.partly, *view.not_assessable):
        if not one.alteration.startswith(_OWN):
            key = f"negative/{one.alteration}/{one.effect}"
            seen[key] += 1
            yield _negative(context, one, f"{key}/{seen[key]}" if seen[key] > 1 else key)


def _negative(context: Context, one: Negative, key: str) -> Resource:
    words = context.words
    status = words(f"fhir.negative.{one.status}")
    if one.status == "not_found":
        value = {"valueCodeableConcept": concept("absent", text=status)}
    elif one.status == "partly":
        value = {"valueCodeableConcept": concept("indeterminate", text=status)}
    else:
        value = {"dataAbsentReason": concept("unknown", text=f"{status}: {one.reason}")}
    gene = one.alteration.split()[0]
    label = words("fhir.component.gene_studied")
    studied = [
        component("gene_studied", label, valueCodeableConcept={"text": clean(part)})
        for part in gene.split("::")
        if part
    ]
    sought = {
        "code": {"text": words("fhir.sought")},
        "valueString": clean(one.alteration),
    }
    return context.observation(
        key,
        "variant",
        concept("variant", text=words("fhir.variant")),
        f"{one.alteration}: {status}",
        method=concept("sequencing"),
        component=[*studied, sought],
        **value,
        **context.specimen(),
        **notes(f"{one.alteration}: {status}", one.reason),
    )


def region(context: Context) -> Resource:
    """The panel's genes, and the places of them that could not be seen."""
    record, words = context.record, context.words
    label = words("fhir.component.gene_studied")
    genes = [
        component("gene_studied", label, valueCodeableConcept={"text": clean(gene)})
        for gene in record.panel.genes
    ]
    panel = f"{record.panel.name} {record.panel.version}"
    unseen = [
        f"{one.gene or ''} {one.label} ({one.chrom}:{one.start + 1}-{one.end})".strip()
        for one in record.places
        if one.status != "callable" and one.kind == "hotspot"
    ]
    unseen += [
        words("fhir.gene_unseen", gene=one.gene, share=words.percent(one.callable_fraction))
        for one in record.genes_unseen
    ]
    told = None if record.depth_known else words("fhir.depth_unknown")
    return context.observation(
        "region",
        None,
        concept("region_studied", text=words("fhir.region")),
        f"{words('fhir.region')}: {panel}",
        method=concept("sequencing"),
        **({"component": genes} if genes else {}),
        **context.specimen(),
        **notes(
            panel,
            told,
            words("fhir.callable_depth", depth=words.number(record.panel.callable_depth)),
            f"{words('head.not_assessable')}: {'; '.join(unseen)}" if unseen else None,
        ),
    )


def specimens(context: Context) -> list[Resource]:
    """References to all specimens."""
    return [reference(one) for one in context.specimens.values()]
