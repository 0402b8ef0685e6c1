"""An interpretation in words, for the terminal: class, tiers, why, and on whose word."""

import textwrap
from collections.abc import Iterable, Iterator

from dugnad.record_interpretation import (
    Classification,
    Evidence,
    Interpretation,
    Reason,
    TrialMatch,
)

WIDTH = 100
_MARKS = {"met": "+", "not_met": "-", "not_assessable": "?", "overruled": "~"}
LEGEND = "+ met   - not met   ? not assessable   ~ met, but another criterion goes before it"


def item_lines(item: Interpretation, whole: bool = False) -> Iterator[str]:
    """The lines that tell one finding; ``whole``: with the criteria that are not met."""
    yield item.name
    yield from _lines("  ", ("caution: " + text for text in item.cautions))
    if not item.reported:
        yield "  not reported: flagged, or of no relevance"
    classes = (item.oncogenicity, item.amp, item.escat, item.germline, item.haematopoiesis)
    for one in classes:
        if one:
            yield from _classification(one, whole)
    yield "  evidence" if item.evidence else "  evidence: none"
    for evidence in item.evidence:
        yield from _evidence(evidence)
    for trial in item.trials:
        yield from _trial(trial)


def _classification(one: Classification, whole: bool) -> Iterator[str]:
    points = "" if one.points is None else f" ({one.points:+d} points)"
    yield f"  {one.scheme}: {one.name.replace('_', ' ')}{points}"
    for reason in one.reasons:
        if whole or reason.state == "met":
            yield from _reason(reason)
    if one.note:
        yield from _lines("      ", [one.note])


def _reason(reason: Reason) -> Iterator[str]:
    points = "" if reason.points is None else f" {reason.points:+d}"
    yield from _lines("    ", [f"{_MARKS[reason.state]} {reason.criterion}{points}: {reason.text}"])
    looked = f"{', '.join(reason.values)}; " if reason.values else ""
    yield from _lines("        ", [f"{looked}{reason.source}"])


def _evidence(one: Evidence) -> Iterator[str]:
    where = "here" if one.here else f"in {', '.join(one.tumour_types)}"
    where = f"not with {', '.join(one.blocked_by)}" if one.blocked_by else where
    drugs = f" to {'; '.join(one.drugs)}" if one.drugs else ""
    tiers = ", ".join(
        text for text in (f"level {one.amp_level}", one.escat and f"ESCAT {one.escat}") if text
    )
    yield from _lines("    ", [f"{one.effect}{drugs} ({where}; {tiers})"])
    setting = f"{one.setting}: " if one.setting else ""
    yield from _lines("        ", [f"{setting}{one.statement}"])
    yield from _lines("        ", [f"{one.alteration}: {one.reason}"])
    yield from _lines("        ", [f"{', '.join(one.source)}; {one.date}; {one.resource} {one.id}"])


def _trial(one: TrialMatch) -> Iterator[str]:
    verify = "; verify before use" if one.verify else ""
    what = "trial" if one.match == "match" else "nearly a trial"
    text = f"{what}: {one.title}, cohort {one.cohort}, {' + '.join(one.drugs)}"
    yield from _lines("  ", [f"{text} (as of {one.as_of}{verify})"])
    yield from _lines("      ", one.reasons)


def _lines(indent: str, texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from textwrap.wrap(
            text,
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent + "  ",
            break_on_hyphens=False,
        )
