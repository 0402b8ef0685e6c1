"""What differs between two interpretations of one case."""

from collections.abc import Iterator

from dugnad.record_interpretation import Interpretation, Interpretations

Change = dict[str, str]
"""finding, what, old, new."""


def changes_of(old: Interpretations, new: Interpretations) -> Iterator[Change]:
    """Each class, tier, drug and trial of a finding that is not the same, findings in order."""
    before = _by_id(old)
    for key, (name, now) in _by_id(new).items():
        was = before.get(key, ("", {}))[1]
        for what in {**now, **was}:
            a, b = was.get(what, "none"), now.get(what, "none")
            if a != b:
                yield {"finding": name, "what": what, "old": a, "new": b}


def _by_id(done: Interpretations) -> dict[tuple[str, str], tuple[str, dict[str, str]]]:
    """The name and facts of each finding."""
    found: dict[tuple[str, str], tuple[str, dict[str, str]]] = {
        (item.kind, item.id): (item.name, _facts(item)) for item in done.items
    }
    for one in done.unremarkable:
        facts = {"AMP tier": one.amp, "ESCAT": one.escat}
        facts |= {"oncogenicity": one.oncogenicity} if one.oncogenicity else {}
        found["small_variant", one.id] = (one.name, facts)
    return found


def _facts(item: Interpretation) -> dict[str, str]:
    """What a board would notice, by name; what there is none of is left out."""
    drugs = {
        effect: sorted({d for e in item.evidence if e.here and e.effect == effect for d in e.drugs})
        for effect in ("sensitivity", "resistance")
    }
    trials = sorted(f"{t.trial} {t.cohort}" for t in item.trials if t.match == "match")
    classes = {
        "oncogenicity": item.oncogenicity,
        "germline": item.germline,
        "clonal haematopoiesis": item.haematopoiesis,
    }
    lists = {
        "sensitive to": ", ".join(drugs["sensitivity"]),
        "resistant to": ", ".join(drugs["resistance"]),
        "trials": ", ".join(trials),
    }
    return {
        "AMP tier": item.amp.name,
        "ESCAT": item.escat.name,
        **{name: one.category for name, one in classes.items() if one},
        **{name: text for name, text in lists.items() if text},
    }
