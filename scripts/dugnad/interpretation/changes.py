"""What differs between two interpretations of one case."""

from collections.abc import Iterator

from dugnad.record_interpretation import Interpretation, Interpretations

Change = dict[str, str]
"""finding, what, old, new."""


def changes_of(old: Interpretations, new: Interpretations) -> Iterator[Change]:
    """Each class, tier, drug and trial of a finding that is not the same, findings in order."""
    before = {(item.kind, item.id): item for item in old.items}
    for item in new.items:
        earlier = before.get((item.kind, item.id))
        was, now = _facts(earlier), _facts(item)
        for what, value in now.items():
            if was.get(what, "none") != value:
                yield {
                    "finding": item.name, "what": what, "old": was.get(what, "none"), "new": value
                }  # fmt: skip


def _facts(item: Interpretation | None) -> dict[str, str]:
    """What a board would notice, by name."""
    if item is None:
        return {}
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
    return {
        "AMP tier": item.amp.name,
        "ESCAT": item.escat.name,
        **{name: one.category for name, one in classes.items() if one},
        "sensitive to": ", ".join(drugs["sensitivity"]) or "none",
        "resistant to": ", ".join(drugs["resistance"]) or "none",
        "trials": ", ".join(trials) or "none",
    }
