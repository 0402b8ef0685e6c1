"""What findings mean, as implications of the guide: consequence, class, tiers, drugs, trials."""

from collections.abc import Iterator

from dugnad.record_interpretation import Evidence, TrialMatch
from dugnad.report.fhir.context import Context
from dugnad.report.fhir.parts import Resource, clean, component, concept, notes, reference
from dugnad.report.fhir.variants import consequences
from dugnad.report.view import Line


def implications(
    context: Context, line: Line, of: Resource, key: str, sure: bool
) -> Iterator[Resource]:
    """All implications of a line; ``of`` is its observation. Drugs and trials only when sure."""
    yield from _consequence(context, line, of, key)
    yield _assessment(context, line, of, key)
    if not sure:
        return
    for n, one in enumerate(line.item.evidence):
        yield _evidence(context, line, one, of, f"{key}/evidence/{n}/{one.id}")
    for n, trial in enumerate(line.item.trials):
        yield _trial(context, line, trial, of, f"{key}/trial/{n}/{trial.trial}")


def _part(context: Context, name: str, **value: Resource | str) -> Resource:
    return component(name, context.words(f"fhir.component.{name}"), **value)


def _plain(label: str, text: object) -> Resource:
    """A component that the guide has no code for."""
    return {"code": {"text": clean(label)}, "valueCodeableConcept": {"text": clean(text)}}


def _consequence(context: Context, line: Line, of: Resource, key: str) -> Iterator[Resource]:
    found = consequences(line)
    if not found:
        return
    label = context.words("fhir.component.feature_consequence")
    yield context.observation(
        f"{key}/consequence",
        "molecular-consequence",
        concept("molecular_consequence", text=context.words("fhir.consequence")),
        f"{context.words('fhir.consequence')}: {line.name}",
        derivedFrom=[reference(of)],
        component=[
            component("feature_consequence", label, valueCodeableConcept=one) for one in found
        ],
    )


def _assessment(context: Context, line: Line, of: Resource, key: str) -> Resource:
    """Oncogenicity and both tiers of a finding."""
    item, words = line.item, context.words
    parts = []
    if item.oncogenicity is not None:
        category = words.term("oncogenicity", item.oncogenicity.category)
        text = f"{category} ({item.oncogenicity.scheme})"
        parts.append(_part(context, "significance", valueCodeableConcept={"text": clean(text)}))
    tier = clean(f"{item.amp.scheme}: {item.amp.name}")
    parts.append(_part(context, "evidence_level", valueCodeableConcept={"text": tier}))
    parts.append(_plain(words("column.escat"), item.escat.name))
    parts.append(_tumour_type(context))
    told = f"{line.name}: {words('column.amp')} {item.amp.name}, {words('column.escat')}"
    return context.observation(
        f"{key}/assessment",
        "diagnostic-implication",
        concept("diagnostic_implication", text=words("fhir.assessment")),
        f"{told} {item.escat.name}",
        derivedFrom=[reference(of)],
        component=parts,
        **notes(item.oncogenicity.note if item.oncogenicity else None, words("report.aid")),
    )


def _tumour_type(context: Context, code: str | None = None) -> Resource:
    """The tumour type that something holds in; the case's own without a code."""
    done = context.record.interpretation
    own = code is None and done is not None and done.tumour_type.name
    name = code or context.record.tumour_type
    text = f"{own} (OncoTree {name})" if own else name
    return _part(context, "phenotype", valueCodeableConcept={"text": clean(text)})


def _evidence(context: Context, line: Line, one: Evidence, of: Resource, key: str) -> Resource:
    words = context.words
    is_drug = one.effect in {"sensitivity", "resistance"}
    name = "therapeutic_implication" if is_drug else "diagnostic_implication"
    effect = _effect(context, one)
    told = f"{line.name}: {effect}"
    parts = [_plain(words("fhir.effect_label"), effect)]
    parts += [
        _part(context, "medication", valueCodeableConcept={"text": clean(drug)})
        for drug in one.drugs
    ]
    if level := ", ".join(_levels(one)):
        parts.append(_part(context, "evidence_level", valueCodeableConcept={"text": clean(level)}))
    where = None if one.here else ", ".join(one.tumour_types)
    parts.append(_tumour_type(context, where))
    return context.observation(
        key,
        name.replace("_", "-"),
        concept(name, text=words(f"fhir.{name}")),
        f"{told}: {', '.join(one.drugs)}" if one.drugs else told,
        derivedFrom=[reference(of)],
        component=parts,
        **notes(
            one.statement,
            one.setting,
            f"{one.id} ({one.resource}, {one.date}): {'; '.join(one.source)}",
        ),
    )


def _effect(context: Context, one: Evidence) -> str:
    """The effect, with what keeps it from holding here in the same breath."""
    words = context.words
    effect = words(f"fhir.effect.{one.effect}")
    if one.blocked_by:
        return words("fhir.blocked", effect=effect, by=", ".join(one.blocked_by))
    return effect if one.here else words("fhir.elsewhere", effect=effect)


def _levels(one: Evidence) -> Iterator[str]:
    if one.amp_level:
        yield f"AMP/ASCO/CAP 2017: {one.amp_level}"
    if one.escat:
        yield f"ESCAT: {one.escat}"


def _trial(context: Context, line: Line, trial: TrialMatch, of: Resource, key: str) -> Resource:
    words = context.words
    match = words(f"fhir.trial.{trial.match}")
    parts = [_plain(words("fhir.trial_label"), f"{trial.trial}: {trial.cohort}")]
    parts += [
        _part(context, "medication", valueCodeableConcept={"text": clean(drug)})
        for drug in trial.drugs
    ]
    parts.append(_tumour_type(context))
    return context.observation(
        key,
        "therapeutic-implication",
        concept("therapeutic_implication", text=words("fhir.therapeutic_implication")),
        f"{line.name}: {match}: {trial.trial} {trial.title}",
        derivedFrom=[reference(of)],
        component=parts,
        **notes(
            f"{match}: {trial.trial} {trial.title}, {trial.cohort}",
            f"{trial.registry or trial.trial}, {trial.as_of}",
            words("fhir.verify") if trial.verify else None,
            *trial.reasons,
        ),
    )
