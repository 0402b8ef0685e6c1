"""What was looked for and not found, and what could not be seen, for the first screen."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dugnad.record import CaseRecord, Place
from dugnad.record_interpretation import Negative
from dugnad.report.page.names import Group, alteration_words, compressed
from dugnad.report.view import ReportView
from dugnad.report.words import DASH, Words

_CODON = re.compile(r"\d+")


@dataclass(frozen=True)
class Blind:
    """What could not be seen; ``depth`` is the least of its places, if known."""

    name: str
    depth: str = ""


@dataclass(frozen=True)
class Negatives:
    """Groups of what was not found, what was seen in part, and what was not seen.

    ``spots``: hotspots of the panel, by their labels; they are named where no knowledge was
    consulted, and else counted.
    """

    not_found: tuple[Group, ...]
    partly: tuple[Group, ...]
    blind: tuple[Blind, ...]
    spots_clear: tuple[str, ...]
    spots: tuple[Place, ...]
    spots_blind: tuple[Place, ...]

    @classmethod
    def of(cls, view: ReportView, t: Words) -> "Negatives":
        """From the view's negatives, with depths of the record's places."""
        spots = tuple(p for p in view.record.places if p.kind == "hotspot")
        return cls(
            not_found=compressed(view.not_found, t),
            partly=compressed(view.partly, t),
            blind=tuple(_blind(view, t)),
            spots_clear=view.record.not_found,
            spots=spots,
            spots_blind=tuple(p for p in spots if p.status != "callable"),
        )


def _blind(view: ReportView, t: Words) -> Iterator[Blind]:
    """Those with a depth one by one, then the others in few words."""
    without = []
    for one in view.not_assessable:
        places = _places(one, view.record)
        if not places:
            without.append(one)
            continue
        depths = [place.min_depth for place in places]
        low, high = min(depths), max(depths)
        span = f"{low}" if low == high else f"{low}{DASH}{high}"
        needs = t.number(view.record.panel.callable_depth)
        depth = t("page.negative.depth", depth=span, needs=needs)
        yield Blind(alteration_words(one.alteration, t), depth)
    yield from (Blind(group.text) for group in compressed(without, t))


def _places(one: Negative, record: CaseRecord) -> list[Place]:
    """Hotspots at the codons that an alteration names, that are not wholly seen."""
    gene, _, rest = one.alteration.partition(" ")
    codons = set(_CODON.findall(rest)) if rest.startswith(("p.", "codon")) else set()
    return [
        place
        for place in record.places
        if place.kind == "hotspot"
        and place.gene == gene
        and place.status != "callable"
        and codons & set(_CODON.findall(place.label.removeprefix(gene)))
    ]
