"""TMB, MSI and HRD as observations; what was not assessed says so and why."""

from collections.abc import Iterator

from dugnad.record_biomarkers import Hrd, Msi, TmbRule
from dugnad.report.fhir.context import Context
from dugnad.report.fhir.parts import Resource, clean, concept, notes, quantity

TMB_UNIT = "1/1000000{Base}"
_MSI = {"high": "msi_high", "stable": "msi_stable", "indeterminate": "indeterminate"}


def biomarkers(context: Context) -> Iterator[tuple[str, Resource]]:
    """Each biomarker's id among the findings with its observation; always TMB and MSI."""
    found = context.record.biomarkers
    rules = found.tmb.rules if found.tmb else ()
    yield "TMB", _tmb(context, rules[0] if rules else None)
    yield "MSI", _msi(context, found.msi)
    if found.hrd is not None:
        yield "HRD", _hrd(context, found.hrd)


def _absent(name: str, why: str) -> Resource:
    return {"dataAbsentReason": concept(name, text=why)}


def _tmb(context: Context, rule: TmbRule | None) -> Resource:
    words = context.words
    code = concept("tmb", text=words("fhir.tmb"))
    if rule is None:
        why = words("fhir.not_asked")
        return context.observation(
            "TMB", "tmb", code, f"{words('fhir.tmb')}: {why}", **_absent("not_performed", why)
        )
    counted = words("fhir.tmb_counted", n=rule.mutations, size=words.number(rule.megabases, 2))
    told: list[str | None] = [rule.name, counted, rule.category, rule.note, rule.source]
    if rule.value is None:
        why = rule.note or words("head.not_assessable")
        value, shown = _absent("unknown", why), why
    else:
        shown = words("fhir.per_megabase", value=words.number(rule.value, 1))
        value = {"valueQuantity": quantity(rule.value, TMB_UNIT, words("fhir.tmb_unit"))}
        told.insert(1, _interval(context, rule.lower, rule.upper))
    return context.observation(
        "TMB",
        "tmb",
        code,
        f"{words('fhir.tmb')}: {shown}",
        **value,
        **context.specimen(),
        **notes(*told),
    )


def _interval(context: Context, lower: float | None, upper: float | None) -> str | None:
    if lower is None or upper is None:
        return None
    words = context.words
    low, high = words.number(lower, 1), words.number(upper, 1)
    return words("fhir.interval", lower=low, upper=high)


def _msi(context: Context, msi: Msi | None) -> Resource:
    words = context.words
    code = concept("msi", text=words("fhir.msi"))
    if msi is None:
        why = words("fhir.not_asked")
        return context.observation(
            "MSI", "msi", code, f"{words('fhir.msi')}: {why}", **_absent("not_performed", why)
        )
    shown = words(f"fhir.msi_status.{msi.status}")
    if msi.status == "not_assessable":
        value = _absent("unknown", msi.reason)
    else:
        value = {"valueCodeableConcept": concept(_MSI[msi.status], text=shown)}
    return context.observation(
        "MSI",
        "msi",
        code,
        f"{words('fhir.msi')}: {shown}",
        **value,
        **context.specimen(),
        **notes(msi.reason, msi.method),
    )


def _hrd(context: Context, hrd: Hrd) -> Resource:
    """By text alone: no code of LOINC is known to mean this score."""
    words = context.words
    label = words("fhir.hrd")
    if hrd.score is None or hrd.status == "not_assessable":
        value, shown = _absent("unknown", hrd.reason), words("head.not_assessable")
    else:
        value, shown = {"valueQuantity": quantity(hrd.score)}, str(hrd.score)
    return context.observation(
        "HRD",
        None,
        {"text": clean(label)},
        f"{label}: {shown}",
        **value,
        **context.specimen(),
        **notes(hrd.reason, hrd.method),
    )
