"""What a finding may be that is named by its class alone, or a fusion without its partner.

Such a finding matches no row that asks for more. These rows are told, since they would hold if the
change were that one; and so are the rows of other findings that hold only if it is not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from dugnad.interpretation.evidence import Context
from dugnad.interpretation.matching import Exons, match
from dugnad.interpretation.profile import Subject
from dugnad.knowledge.alteration import Alteration
from dugnad.knowledge.protein import ProteinChange
from dugnad.knowledge.therapies import Therapy
from dugnad.record_interpretation import Evidence

_SHOWN = 4
_NARROW = {"missense", "truncating", "inframe_deletion", "inframe_insertion"}


def may_be(alteration: Alteration, subject: Subject, exons: Exons) -> bool:
    """Whether more about a subject could make it the alteration, and it is not said to be it."""
    if not any(gene in subject.genes for gene in alteration.genes):
        return False
    if match(alteration, subject, exons):
        return False
    if subject.unsided:
        return alteration.kind == "fusion" and bool(alteration.partner_5 and alteration.partner_3)
    if subject.stated is None or (alteration.origin and alteration.origin != subject.origin):
        return False
    if alteration.kind == "protein_change" and alteration.protein:
        return _fits(alteration.protein, subject, exons)
    if alteration.kind == "skipping":
        return subject.stated not in _NARROW - {"truncating"} and (
            subject.exon in {None, *alteration.exons} and subject.codons is None
        )
    return alteration.kind == "class" and _overlaps(alteration, subject, exons)


def _fits(change: ProteinChange, subject: Subject, exons: Exons) -> bool:
    """Whether a change is of the class and place that are stated."""
    growth = change.growth
    of_class = {
        "missense": growth == 0,
        "truncating": growth is None,
        "inframe_deletion": growth is not None and growth < 0,
        "inframe_insertion": growth is not None and growth > 0,
    }
    if not of_class.get(subject.stated or "", True):
        return False
    return all(change.touches(*pair) for pair in _places(subject, exons))


def _places(subject: Subject, exons: Exons) -> list[tuple[int, int]]:
    """The residues that a subject lies within, as far as its place is stated."""
    place = exons.get(subject.gene or "", {}).get(subject.exon or 0)
    return [pair for pair in (place, subject.codons) if pair]


def _overlaps(alteration: Alteration, subject: Subject, exons: Exons) -> bool:
    wanted = "missense" if alteration.substitution else alteration.variant_class
    both = {wanted, subject.stated} & _NARROW
    if len(both) == 2 or (alteration.exons and subject.exon not in {None, *alteration.exons}):
        return False
    asked = alteration.codons
    places = _places(subject, exons) if asked else []
    return all(any(a <= last and first <= b for a, b in asked) for first, last in places)


def open_rows(
    subject: Subject, context: Context, rows: Mapping[str, Sequence[Therapy]]
) -> str | None:
    """Which alterations of the tumour type's rows the subject may be, in words; None for none."""
    if subject.stated is None and not subject.unsided:
        return None
    here = (
        row.alteration
        for gene in subject.genes
        for row in rows.get(gene or "", ())
        if context.place(row.tumour_types, row.not_tumour_types) == "here"
    )
    found = dict.fromkeys(one.text for one in here if may_be(one, subject, context.exons))
    if not found:
        return None
    more = len(found) - _SHOWN
    listed = ", ".join(list(found)[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
    return f"may be what other rows of this tumour type ask for: {listed}; name the change to know"


def open_exclusions(
    evidence: Iterable[Evidence], subjects: Sequence[Subject], exons: Exons, rows: Iterable[Therapy]
) -> Iterator[str]:
    """What evidence rests on that a subject may break, in words."""
    unless = {row.id: row.unless for row in rows if row.unless}
    vague = [one for one in subjects if one.stated or one.unsided]
    told = {
        f"some of the evidence holds only without {other.text}, which '{one.name}' may be"
        for item in evidence
        for other in unless.get(item.id, ())
        for one in vague
        if may_be(other, one, exons)
    }
    yield from sorted(told)
