"""The slides that open the deck's two parts: what matters, and what the meeting is about."""

from collections.abc import Sequence

from dugnad.report.deck import draw, grid, told
from dugnad.report.deck.deck import Deck, Sheet, logo, verdict_colour
from dugnad.report.deck.look import NAVY, ORANGE, PALE, Box
from dugnad.report.deck.overview import role
from dugnad.report.deck.template import INCH
from dugnad.report.standing import curation_notes
from dugnad.report.view import Line, Offer
from dugnad.report.words import DASH

FACT = 0.31
KEY_SHARES = (3.1, 2.2, 0.8, 1.0, 3.4, 2.6)


def cover(deck: Deck) -> None:
    """What matters, on the first slide: case, trust, key findings by tier with their drugs."""
    sheet = deck.sheet(deck.say("title.cover", case=deck.view.record.case), "summary")
    area = sheet.area
    if deck.source.ours:
        line = " · ".join(text for text in (deck.view.tumour_type, deck.site.name) if text)
        draw.text(sheet.shapes, area.row(0, 0.38), line, 20, bold=True)
        area = area.below(0.46)
    _trust(deck, sheet, area.row(0, 0.4))
    area = _warned(deck, sheet, area.below(0.52))
    facts = _facts(deck)
    high = 0.16 + FACT * len(facts) if deck.source.ours else 0.0
    table = Box(area.left, area.top, area.width, area.height - high)
    _key_table(deck, sheet, table)
    if deck.source.ours:
        _tell(sheet, area.below(table.height + 0.1), facts)
        _logo(deck, sheet)


def _warned(deck: Deck, sheet: Sheet, area: Box) -> Box:
    """What a reader must know of the judgements, and what is left of the area."""
    for line in curation_notes(deck.view, deck.words):
        rest = draw.text(sheet.shapes, area.row(0, 0.3), line, 14, bold=True, colour=ORANGE)
        sheet.keep(deck.words("head.trust"), rest)
        area = area.below(0.34)
    return area


def _facts(deck: Deck) -> list[tuple[str, str]]:
    """Biomarkers, what is doubted or could not be seen, what may be heritable, and trials."""
    view, words = deck.view, deck.words
    rules = view.record.biomarkers.tmb.rules if view.record.biomarkers.tmb else ()
    burden = told.tmb(rules[0] if rules else None, words)
    unseen = ", ".join(one.alteration for one in view.not_assessable)
    referral = ", ".join(line.name for line in view.referral)
    unknown = "" if view.done else deck.say("not_classified")
    counts = deck.say("trials_count", match=len(view.matches), near=len(view.near))
    doubted = ", ".join(line.name for line in view.flagged)
    facts = [
        (words("head.biomarkers"), f"TMB {burden}. MSI {told.msi(view.record, words)}"),
        (words("head.not_assessable"), unknown or unseen or DASH),
        (words("head.germline"), unknown or referral or words("head.nothing_germline")),
        (words("head.trials"), unknown or counts),
    ]
    return [facts[0], *([(deck.say("doubted"), doubted)] if doubted else []), *facts[1:]]


def _tell(sheet: Sheet, area: Box, facts: Sequence[tuple[str, str]]) -> None:
    """A line for each fact."""
    for n, (label, text) in enumerate(facts):
        names, texts = area.row(n * FACT, 0.3).columns(1.7, 9, gap=0.1)
        draw.text(sheet.shapes, names, label, 14, bold=True, colour=NAVY, anchor="middle")
        sheet.keep(label, draw.text(sheet.shapes, texts, text, 14, anchor="middle"))


def _logo(deck: Deck, sheet: Sheet) -> None:
    """The site's logo at the right of the tumour type's line."""
    picture = logo(deck.site)
    if picture is None:
        return
    added = sheet.shapes.add_picture(str(picture), 0, 0, height=int(0.4 * INCH))
    added.left = int((deck.source.page.right - 0.42) * INCH) - added.width
    added.top = int(sheet.area.top * INCH)
    draw.describe(added, deck.site.name or deck.say("logo"))


def _trust(deck: Deck, sheet: Sheet, area: Box) -> None:
    """One pill per sample with its verdict."""
    samples = deck.view.record.samples
    for sample, box in zip(samples, area.columns(*[1] * len(samples), gap=0.2), strict=True):
        words = f"{role(deck, sample)}: {deck.words.term('verdict', sample.verdict)}"
        draw.pill(sheet.shapes, box, words, verdict_colour(sample.verdict), 14)
        sheet.note([f"{sample.id} {words}", *(f"  {reason}" for reason in sample.reasons)])


def _key_table(deck: Deck, sheet: Sheet, area: Box) -> None:
    """The key findings that go on one slide, and how many more there are."""
    lines = deck.view.key
    if not lines:
        none = "head.nothing_key" if deck.view.done else "deck.not_classified"
        draw.text(sheet.shapes, area.row(0.2, 0.6), deck.words(none), 24, bold=True)
        return
    rows = [_key_row(deck, line) for line in lines]
    page = grid.first_page(key_columns(deck), rows, area)
    if page.of > 1:
        room = Box(area.left, area.top, area.width, area.height - 0.3)
        page = grid.first_page(key_columns(deck), rows, room)
    alt = deck.say("alt_table", title=deck.words("head.matters"), n=len(page.rows))
    grid.place(sheet.shapes, key_columns(deck), page, area, alt)
    sheet.note(grid.notes(page))
    if more := len(lines) - len(page.rows):
        place = Box(area.left, area.bottom - 0.28, area.width, 0.28)
        draw.text(sheet.shapes, place, deck.say("more", n=more), 13, bold=True)


def key_columns(deck: Deck) -> tuple[grid.Column, ...]:
    """Of the table of key findings."""
    names = ("finding", "measured", "amp", "escat", "responds", "resists")
    return tuple(
        grid.Column(deck.words(f"column.{name}"), share, 2)
        for name, share in zip(names, KEY_SHARES, strict=True)
    )


def _key_row(deck: Deck, line: Line) -> grid.Row:
    words = deck.words
    return grid.row(
        grid.Cell(line.name, True),
        told.sure(line, words),
        told.tier(line),
        told.escat(line, words),
        told.listed(line.sensitive),
        told.listed(line.resistant),
    )


def _cohort(deck: Deck, offer: Offer) -> str:
    """A cohort, and whether it fits but nearly."""
    near = f" ({deck.say('match.near').lower()})" if offer.trial.match == "near" else ""
    return f"{offer.trial.trial} {offer.trial.cohort}{near}"


def divider(deck: Deck) -> None:
    """Between what is sent out before the meeting and what is shown in it."""
    sheet = deck.sheet(deck.say("title.meeting"))
    view = deck.view
    lines = [
        ("matters", [line.name for line in view.key]),
        ("not_assessable", [one.alteration for one in view.not_assessable]),
        ("germline", [line.name for line in view.referral]),
        (
            "trials",
            [_cohort(deck, one) for one in (*view.matches, *view.near)],
        ),
    ]
    step = min(1.2, sheet.area.height / 4.2)
    for n, (name, found) in enumerate(lines):
        stripe = sheet.area.row(0.1 + n * step, step - 0.12)
        draw.block(sheet.shapes, stripe, PALE)
        counts, names, values = stripe.columns(0.8, 2.6, 9, gap=0.1)
        size = 20 if step > 0.8 else 12
        label = deck.words(f"head.{name}")
        count = str(len(found)) if view.done else DASH
        for place, text in ((counts, count), (names, label)):
            draw.text(sheet.shapes, place, text, size, bold=True, colour=NAVY, anchor="middle")
        rest = draw.text(sheet.shapes, values, ", ".join(found), 0.8 * size, anchor="middle")
        sheet.keep(label, rest)
