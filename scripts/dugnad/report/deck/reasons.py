"""What the speaker notes tell of a finding: criteria with values and sources, and the evidence."""

from collections.abc import Iterator

from dugnad.record_interpretation import Classification, Evidence, Negative
from dugnad.report.standing import judged
from dugnad.report.view import Line, Offer
from dugnad.report.words import Words

TOLD = ("met", "not_assessable", "overruled")


def of_line(line: Line, words: Words) -> list[str]:
    """All reasons of one finding; of criteria that are not met, the ids alone."""
    item = line.item
    told = [line.name]
    for scheme in (item.oncogenicity, item.amp, item.escat, item.germline, item.haematopoiesis):
        if scheme is not None:
            told += _classification(scheme, words)
    told += [_evidence(row, words) for row in item.evidence]
    told += [f"! {caution}" for caution in item.cautions]
    if line.variant is not None:
        told.append(f"{words.term('origin', line.variant.origin)}: {line.variant.origin_reason}")
        if line.variant.filters:
            told.append(words("deck.flags", flags=", ".join(line.variant.filters)))
    if line.judgement is not None:
        told.append(judged(line.judgement, words))
    for measured in (line.copies, line.event):
        if measured is not None:
            told.append(measured.reason)
    return told


def _classification(one: Classification, words: Words) -> Iterator[str]:
    points = "" if one.points is None else f" ({words('deck.points', points=one.points)})"
    yield f"{one.scheme}: {one.name.replace('_', ' ')}{points}" + (
        f". {one.note}" if one.note else ""
    )
    for reason in one.reasons:
        if reason.state in TOLD:
            given = "" if reason.points is None else f" {reason.points:+d}"
            values = f" [{'; '.join(reason.values)}]" if reason.values else ""
            state = words(f"deck.state.{reason.state}")
            yield f"  {reason.criterion} {state}{given}: {reason.text}{values} ({reason.source})"
    unmet = [reason.criterion for reason in one.reasons if reason.state == "not_met"]
    if unmet:
        yield f"  {words('deck.state.not_met')}: {', '.join(unmet)}"


def _evidence(one: Evidence, words: Words) -> str:
    where = words("deck.here" if one.here else "deck.elsewhere", types=", ".join(one.tumour_types))
    level = "; ".join(levels(one, words))
    drugs = f"{'; '.join(one.drugs)}: " if one.drugs else ""
    blocked = f" {words('deck.blocked', by=', '.join(one.blocked_by))}" if one.blocked_by else ""
    effect = words(f"deck.effect.{one.effect}")
    return (
        f"  {effect} {drugs}{one.statement} {where}; {level}{blocked}"
        f" ({'; '.join(one.source)}; {one.resource} {one.id}, {one.date}; {one.reason})"
    )


def levels(one: Evidence | Negative, words: Words) -> list[str]:
    """AMP level and ESCAT tier, as far as there are."""
    told = []
    if one.amp_level:
        told.append(words("deck.level", level=one.amp_level))
    if one.escat:
        told.append(f"ESCAT {one.escat}")
    return told


def of_offer(offer: Offer) -> list[str]:
    """Why a trial's cohort fits or nearly fits."""
    trial = offer.trial
    return [
        f"{offer.line.name}: {trial.trial} {trial.cohort}",
        *(f"  {one}" for one in trial.reasons),
    ]


def of_negative(one: Negative, words: Words) -> list[str]:
    """What was looked at, and by which sources the alteration matters."""
    head = "; ".join((f"{one.alteration}: {one.reason}", *levels(one, words)))
    return [
        head,
        *([f"  {'; '.join(one.drugs)}"] if one.drugs else []),
        f"  {'; '.join(one.source)}",
    ]
