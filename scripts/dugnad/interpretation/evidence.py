"""What the knowledge says of a finding: the rows that match, here and in other tumour types."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dugnad.interpretation.matching import Exons, found_in, is_wild_type, match
from dugnad.interpretation.profile import Subject
from dugnad.knowledge.alteration import Alteration
from dugnad.knowledge.therapies import ESCAT, Therapy
from dugnad.knowledge.tumour_types import TumourTypes
from dugnad.record_interpretation import Evidence

Place = Literal["here", "elsewhere", "excluded"]


@dataclass(frozen=True)
class Context:
    """A case as far as evidence depends on it: its tumour type and all that was found in it.

    ``callable_gene``: whether a gene's small variants could be seen.
    """

    code: str
    types: TumourTypes
    subjects: Sequence[Subject]
    callable_gene: Callable[[str], bool]
    exons: Exons
    _known: dict[Alteration, bool] = field(default_factory=dict, compare=False)

    def place(self, types: Iterable[str], excluded: Collection[str] = ()) -> Place:
        """Whether something that holds in some tumour types holds in the case's.

        ``any`` among the excluded bars it from all tumour types but its own. Of a tumour whose type
        is not known, no exclusion can be ruled out.
        """
        codes = [code for code in excluded if code != "any"]
        if any(self.types.is_within(self.code, code) for code in codes):
            return "excluded"
        if any(self.types.is_within(self.code, code) for code in types):
            return "here"
        barred = "any" in excluded or (codes and self.types.name(self.code) is None)
        return "excluded" if barred else "elsewhere"

    def has(self, wanted: Alteration) -> bool:
        """Whether the case has an alteration; a wild type needs the gene to be callable."""
        if wanted not in self._known:
            self._known[wanted] = self._look_for(wanted)
        return self._known[wanted]

    def _look_for(self, wanted: Alteration) -> bool:
        if wanted.kind == "wild_type" and wanted.gene:
            return is_wild_type(wanted.gene, self.subjects) and self.callable_gene(wanted.gene)
        return found_in(wanted, self.subjects, self.exons) is not None


def evidence_of(
    subject: Subject, context: Context, rows: Mapping[str, Sequence[Therapy]]
) -> tuple[Evidence, ...]:
    """The evidence for a finding, strongest first.

    A row that another finding excludes is kept, as blocked. In other tumour types sensitivity alone
    counts, and not to a drug that the finding resists here, or for which a row excludes the case's
    tumour type.
    """
    names = dict.fromkeys([*(gene for gene in subject.genes if gene), subject.biomarker or ""])
    listed = {row.id: row for name in names for row in rows.get(name, ())}
    found: list[Evidence] = []
    refused: set[str] = set()
    for row in listed.values():
        reason = match(row.alteration, subject, context.exons)
        if reason is None or not all(map(context.has, row.requires)):
            continue
        if any(match(other, subject, context.exons) for other in row.unless):
            continue  # the row is of other findings than this one
        blocked = tuple(other.text for other in row.unless if context.has(other))
        place = context.place(row.tumour_types, row.not_tumour_types)
        if place == "excluded" or (place == "here" and (blocked or row.effect == "resistance")):
            refused |= set(row.drugs)
        if place == "here" or (
            place == "elsewhere" and row.effect == "sensitivity" and not blocked
        ):
            found.append(_evidence(row, reason, place == "here", blocked))
    offered = [one if one.here or one.blocked_by else _without(one, refused) for one in found]
    kept = (one for one in offered if one.here or one.blocked_by or one.drugs)
    return tuple(sorted(kept, key=_strength))


def _without(one: Evidence, refused: Collection[str]) -> Evidence:
    """Evidence of another tumour type without the drugs that are of no use here."""
    drugs = tuple(drug for drug in one.drugs if drug not in refused)
    return one.model_copy(update={"drugs": drugs})


def _evidence(row: Therapy, reason: str, here: bool, blocked: tuple[str, ...]) -> Evidence:
    beside = [f"with {other.text}" for other in row.requires]
    beside += [f"without {o.text}" for o in row.unless if o.text not in blocked]
    beside += [f"but {text} is found, which excludes it" for text in blocked]
    return Evidence(
        id=row.id,
        resource=row.resource,
        alteration=row.alteration.text,
        tumour_types=row.tumour_types,
        here=here and not blocked,
        blocked_by=blocked,
        effect=row.effect,
        drugs=row.drugs,
        amp_level=row.amp_level,
        escat=row.escat,
        setting=row.setting,
        statement=row.statement,
        source=row.source,
        date=row.date,
        reason=", ".join([reason, *beside]),
    )


def _strength(item: Evidence) -> tuple[object, ...]:
    """Here first; then by level, ESCAT and effect."""
    effects = ("sensitivity", "resistance", "diagnostic", "prognostic")
    rank = ESCAT.index(item.escat) if item.escat in ESCAT else len(ESCAT)
    return (not item.here, item.amp_level or "E", effects.index(item.effect), rank, item.id)
