"""Slides of what follows from the findings: trials, germline follow-up, and what is not there."""

from collections.abc import Iterable

from dugnad.record_interpretation import Negative
from dugnad.report.deck import grid, reasons, told
from dugnad.report.deck.deck import Deck
from dugnad.report.deck.findings import nothing
from dugnad.report.view import Line, Offer
from dugnad.report.words import DASH


def trials(deck: Deck) -> None:
    """Cohorts that fit, then those that nearly fit with what is lacking."""
    names = (
        ("fit", 1.0), ("finding", 2.3), ("trial", 3.6), ("cohort", 1.1), ("drugs", 2.2),
        ("reason", 3.4),
    )  # fmt: skip
    columns = [grid.Column(deck.say(f"column.{name}"), share, 5) for name, share in names]
    offers = (*deck.view.matches, *deck.view.near)
    rows = [_trial(deck, offer) for offer in offers]
    dates = sorted({offer.trial.as_of for offer in offers})
    lead = deck.say("trials_as_of", dates=", ".join(dates)) if dates else ""
    none = nothing(deck, "deck.no_trials")
    deck.table(deck.say("title.trials"), columns, rows, lead=lead, none=none)


def _trial(deck: Deck, offer: Offer) -> grid.Row:
    one = offer.trial
    name = f"{one.title} ({one.registry or one.trial})"
    if one.verify:
        name += f". {deck.say('verify')}"
    return grid.row(
        grid.Cell(deck.say(f"match.{one.match}"), one.match == "match"),
        grid.Cell(offer.line.name, True),
        name,
        one.cohort,
        told.listed(one.drugs),
        "; ".join(one.reasons),
        reasons=reasons.of_offer(offer),
    )


def germline(deck: Deck) -> None:
    """What may be heritable, in words to be used, and what may be of the blood."""
    names = (("finding", 2.6), ("measured", 1.6), ("origin", 1.5), ("follow_up", 5.2))
    columns = [grid.Column(deck.say(f"column.{name}"), share, 5) for name, share in names]
    rows = [
        *(_follow_up(deck, line, "referral") for line in deck.view.referral),
        *(_follow_up(deck, line, "blood") for line in deck.view.blood),
    ]
    nothing_told = deck.say("nothing_germline") if deck.view.done else deck.say("not_classified")
    deck.table(
        deck.say("title.germline"), columns, rows, lead=deck.say("germline_lead"),
        none=nothing_told,
    )  # fmt: skip


def _follow_up(deck: Deck, line: Line, kind: str) -> grid.Row:
    one = line.item.germline if kind == "referral" else line.item.haematopoiesis
    note = one.note if one and one.note else ""
    return grid.row(
        grid.Cell(line.name, True),
        told.measured(line, deck.words),
        deck.words.term("origin", line.variant.origin) if line.variant else DASH,
        f"{deck.say(f'follow_up.{kind}')} {note}".strip(),
        reasons=reasons.of_line(line, deck.words),
    )


def negatives(deck: Deck) -> None:
    """What could not be seen comes first; then what was seen in part, then what is not there."""
    view = deck.view
    groups: Iterable[tuple[str, tuple[Negative, ...]]] = (
        ("not_assessable", view.not_assessable),
        ("partly", view.partly),
        ("not_found", view.not_found),
    )
    names = (("alteration", 3.0), ("status", 1.7), ("reason", 4.3), ("drugs", 3.5), ("level", 1.9))
    columns = [grid.Column(deck.say(f"column.{name}"), share, 2) for name, share in names]
    rows = [_negative(deck, one, status) for status, found in groups for one in found]
    none = nothing(deck, "deck.no_negatives")
    deck.table(deck.say("title.negatives"), columns, rows, none=none)


def _negative(deck: Deck, one: Negative, status: str) -> grid.Row:
    unsure = status == "not_found" and deck.view.record.blocked
    shown = deck.say("unsure") if unsure else deck.say(f"status.{status}")
    return grid.row(
        grid.Cell(one.alteration, True),
        grid.Cell(shown, status != "not_found" or unsure),
        one.reason,
        told.listed(one.drugs),
        "; ".join(reasons.levels(one, deck.words)) or DASH,
        reasons=reasons.of_negative(one, deck.words),
    )
