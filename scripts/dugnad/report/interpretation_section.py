"""What the report's section on the meaning of findings shows, from the case record."""

from collections.abc import Iterable
from dataclasses import dataclass

from dugnad.record_interpretation import (
    Classification,
    Evidence,
    Interpretation,
    Interpretations,
    Negative,
)

STRONG = ("I", "II")
STATUSES = {
    "not_assessable": "not assessable",
    "partly": "seen in part",
    "not_found": "not found",
}
EFFECTS = ("sensitivity", "resistance", "diagnostic", "prognostic")


@dataclass(frozen=True)
class InterpretationSection:
    """Findings with evidence first; then the rest that is reported; then the negatives."""

    strong: tuple[Interpretation, ...]
    weak: tuple[Interpretation, ...]
    flagged: tuple[Interpretation, ...]
    referral: tuple[Interpretation, ...]
    blood: tuple[Interpretation, ...]
    negatives: tuple[tuple[str, str, tuple[Negative, ...]], ...]

    @classmethod
    def of(cls, done: Interpretations | None) -> "InterpretationSection | None":
        """Sort what was classified; None when nothing was."""
        if done is None:
            return None
        shown = [item for item in done.items if item.reported]
        doubted = [item for item in done.items if not item.reported]
        return cls(
            strong=tuple(item for item in shown if item.amp.category in STRONG),
            weak=tuple(item for item in shown if item.amp.category not in STRONG),
            flagged=tuple(item for item in doubted if item.amp.category in STRONG),
            referral=_with(shown, "germline", ("consider_referral",)),
            blood=_with(shown, "haematopoiesis", ("likely", "possible")),
            negatives=tuple(
                (status, words, found)
                for status, words in STATUSES.items()
                if (found := tuple(one for one in done.negatives if one.status == status))
            ),
        )


def _with(
    items: Iterable[Interpretation], name: str, categories: tuple[str, ...]
) -> tuple[Interpretation, ...]:
    """The findings whose classification of that name is one of these."""
    found = []
    for item in items:
        one: Classification | None = getattr(item, name)
        if one is not None and one.category in categories:
            found.append(item)
    return tuple(found)


def told(item: Interpretation, effect: str, here: bool = True) -> tuple[str, ...]:
    """What evidence of one effect says in a few words: drugs, or the setting; each once."""
    of_effect = [one for one in item.evidence if one.effect == effect and not one.blocked_by]
    rows = [one for one in of_effect if one.here == here]
    words = (word for one in rows for word in one.drugs or (one.setting or one.alteration,))
    return tuple(dict.fromkeys(words))


def blocked(item: Interpretation) -> tuple[tuple[str, str], ...]:
    """What other findings exclude: those findings, and the drugs or settings."""
    rows = [one for one in item.evidence if one.blocked_by]
    named: dict[str, list[str]] = {}
    for one in rows:
        words = one.drugs or (one.setting or one.alteration,)
        named.setdefault(", ".join(one.blocked_by), []).extend(words)
    return tuple((by, "; ".join(dict.fromkeys(words))) for by, words in named.items())


def level(one: Evidence) -> str:
    """AMP level and ESCAT tier of a row, as far as it has them."""
    return ", ".join(
        text for text in (f"level {one.amp_level}", one.escat and f"ESCAT {one.escat}") if text
    )
