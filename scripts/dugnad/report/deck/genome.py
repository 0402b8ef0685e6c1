"""Slides of what was measured: allele fractions, copy numbers, rearrangements, biomarkers."""

from collections.abc import Sequence

from dugnad.record_biomarkers import TmbRule
from dugnad.record_copy_number import GeneCopies
from dugnad.record_rearrangements import Rearrangement
from dugnad.report.deck import charts, draw, grid, told
from dugnad.report.deck.charts import COLOURS, Bar
from dugnad.report.deck.deck import Deck, Sheet
from dugnad.report.deck.look import BLUE, GREY, SOFT, Box
from dugnad.report.words import DASH

PER_SLIDE, SHOWN = 14, 28


def fractions(deck: Deck) -> None:
    """Bars of the allele fractions of findings of tier I to III."""
    lines = [line for line in (*deck.view.key, *deck.view.uncertain) if line.variant]
    bars = [
        Bar(
            name=line.name,
            value=line.variant.vaf,
            told=told.share(line.variant, deck.words),
            colour=BLUE if line.item.amp.category in ("I", "II") else GREY,
        )
        for line in lines
        if line.variant is not None and line.variant.vaf is not None
    ]
    lead = deck.say("fractions_lead")
    if (more := len(bars) - SHOWN) > 0:
        lead += f" {deck.say('more', n=more)}"
    _bars(deck, deck.say("title.fractions"), bars[:SHOWN], 1.0, None, lead)


def _bars(
    deck: Deck, title: str, bars: Sequence[Bar], top: float, mark: float | None, lead: str
) -> None:
    """Bars over as many slides as they need; no slide where there are none."""
    slides = -(-len(bars) // PER_SLIDE)
    even = -(-len(bars) // max(1, slides))
    groups = [bars[n : n + even] for n in range(0, len(bars), max(1, even))]
    for number, group in enumerate(groups, 1):
        page = grid.Page((), number, len(groups), 0)
        name = title if len(groups) == 1 else f"{title} {deck.part(page)}"
        sheet = deck.sheet(name)
        draw.text(sheet.shapes, sheet.area.row(0, 0.28), lead, 13, colour=SOFT)
        alt = "; ".join(f"{bar.name} {bar.told}" for bar in group)
        charts.bars(sheet.shapes, sheet.area.below(0.4), group, top, mark, f"{name}: {alt}")
        sheet.note(f"{bar.name}: {bar.told}" for bar in group)


def copy_number(deck: Deck) -> None:
    """Bars of altered genes, then the table; or why copies could not be told."""
    found, title = deck.view.record.copy_number, deck.say("title.copy_number")
    if found is None:
        _say(deck, title, deck.say("not_examined"))
        return
    altered = sorted(
        (one for one in found.genes if one.call in told.ALTERED),
        key=lambda one: told.ALTERED.index(one.call),
    )
    unseen = [one for one in found.genes if one.call == "not_assessable"]
    if not altered:
        whole = len(unseen) == len(found.genes)
        doubted = told.fails(deck.view.record, "dna")
        words = deck.words("head.not_assessable") if whole else deck.say(
            "not_sure" if doubted else "none_found"
        )  # fmt: skip
        _say(deck, title, words, *(f"{one.gene}: {one.reason}" for one in unseen))
        return
    bars = [
        Bar(
            name=told.place_name(one, deck.words),
            value=one.copies,
            told=f"{told.term(deck.words, 'call', one.call)} {deck.words.number(one.copies, 1)}",
            lower=one.copies_lower,
            upper=one.copies_upper,
            colour=COLOURS[one.call],
        )
        for one in altered
        if one.copies is not None
    ]
    highest = max((bar.upper or bar.value for bar in bars), default=4)
    purity = deck.say(
        "purity_used",
        purity=deck.words.percent(found.purity.used),
        ploidy=deck.words.number(found.purity.ploidy, 1),
    )
    _bars(deck, title, bars, max(4.0, 1.05 * highest), 2.0, purity)
    _copy_table(deck, altered, unseen)


def _copy_table(deck: Deck, altered: Sequence[GeneCopies], unseen: Sequence[GeneCopies]) -> None:
    words = deck.words
    names = (
        ("gene", 1.8), ("call", 2.2), ("copies", 2.6), ("minor", 1.2), ("confidence", 1.4),
        ("reason", 4.4),
    )  # fmt: skip
    columns = [grid.Column(deck.say(f"column.{name}"), share, 2) for name, share in names]
    rows = [
        grid.row(
            grid.Cell(told.place_name(one, words), True),
            told.term(words, "call", one.call),
            told.copies(one, words),
            words.number(one.minor_copies),
            told.term(words, "confidence", one.confidence),
            one.reason,
            reasons=[f"{one.gene}: {one.reason}"],
        )
        for one in (*altered, *unseen)
    ]
    deck.table(deck.say("title.copy_table"), columns, rows)


def rearrangements(deck: Deck) -> None:
    """Fusions, splice variants and broken genes with what DNA and RNA show; flagged ones last."""
    found, title = deck.view.record.rearrangements, deck.say("title.rearrangements")
    words = deck.words
    if found is None:
        _say(deck, title, deck.say("not_examined"))
        return
    kinds = (("fusions", "fusion"), ("splicing", "splice_variant"))
    lead = " · ".join(
        f"{deck.say(key)}: {told.events(deck.view, words, kind)}" for key, kind in kinds
    )
    names = (
        ("finding", 2.4), ("type", 1.6), ("exons", 2.2), ("frame", 1.7), ("domain", 1.8),
        ("support", 2.6), ("flags", 2.0),
    )  # fmt: skip
    columns = [grid.Column(deck.say(f"column.{name}"), share, 2) for name, share in names]
    rows = [_rearranged(deck, one) for one in sorted(found.found, key=lambda one: not one.passes)]
    deck.table(title, columns, rows, lead=lead if rows else "", none=lead)


def _rearranged(deck: Deck, one: Rearrangement) -> grid.Row:
    words = deck.words
    ends = (DASH if exon is None else str(exon) for exon in (one.exon_5, one.exon_3))
    first, last = ends
    domain = f"{one.domain}: {told.term(words, 'domain', one.domain_kept)}" if one.domain else DASH
    return grid.row(
        grid.Cell(one.name, one.passes),
        told.term(words, "kind", one.kind),
        deck.say(
            "joined", gene_5=one.gene_5 or DASH, first=first, gene_3=one.gene_3 or DASH, last=last
        ),
        told.term(words, "frame", one.frame),
        domain,
        told.reads(one, words) or DASH,
        ", ".join(one.filters) or DASH,
        reasons=[f"{one.name}: {one.reason} ({', '.join(one.called_by)})"],
    )


def biomarkers(deck: Deck) -> None:
    """TMB on its scale, MSI on its bar, HRD, and TMB by each rule in a table of its own."""
    record, words = deck.view.record, deck.words
    sheet = deck.sheet(deck.say("title.biomarkers"))
    area, found = sheet.area, record.biomarkers
    rule = found.tmb.rules[0] if found.tmb and found.tmb.rules else None
    value = told.tmb(rule, words) if found.tmb else deck.say("not_examined")
    k = min(1.0, area.height / 5.3)
    draw.text(sheet.shapes, area.row(0, 0.36 * k), f"TMB: {value}", 18 * k, bold=True)
    if rule is not None and rule.value is not None:
        charts.tmb_scale(sheet.shapes, area.row(0.46 * k, 0.9), rule, words)
        _of_tmb(deck, sheet, area.row(1.14 * k, 0.24 * k), rule)
        sheet.note([f"TMB: {rule.name} ({rule.source})", *(f"  {one}" for one in rule.counted)])
    place = area.below(1.55 * k)
    draw.text(
        sheet.shapes, place.row(0, 0.36 * k), f"MSI: {told.msi(record, words)}", 18 * k, bold=True
    )
    if found.msi is not None:
        if found.msi.usable:
            charts.msi_bar(sheet.shapes, place.row(0.44 * k, 0.5), found.msi, words)
        sheet.note([f"MSI: {found.msi.reason}", f"  {found.msi.method}"])
    place = area.below(2.75 * k)
    for n, (name, text, reason) in enumerate(_scars(deck)):
        row = place.row(n * 0.95 * k, 0.36 * k)
        draw.text(sheet.shapes, row, f"{name}: {text}", 18 * k, bold=True)
        rest = draw.text(sheet.shapes, place.row((n * 0.95 + 0.38) * k, 0.5 * k), reason, 14 * k)
        sheet.keep(name, rest)
    if found.tmb:
        _tmb_table(deck)


def _of_tmb(deck: Deck, sheet: Sheet, area: Box, rule: TmbRule) -> None:
    """By which rule TMB is told, and what makes it less sure."""
    parts = [rule.name, rule.note or ""]
    if rule.germline_expected:
        expected = deck.words.number(rule.germline_expected, 1)
        parts.insert(1, deck.say("germline_expected", n=expected, of=rule.mutations))
    line = ". ".join(part for part in parts if part)
    sheet.keep("TMB", draw.text(sheet.shapes, area, line, 13, colour=SOFT))


def _scars(deck: Deck) -> list[tuple[str, str, str]]:
    """HRD and signatures in a line each, with their reasons."""
    found, words = deck.view.record.biomarkers, deck.words
    none = (deck.say("not_examined"), "")
    hrd, made = found.hrd, found.signatures
    scars = (told.term(words, "hrd", hrd.status), hrd.reason) if hrd else none
    if hrd and hrd.score is not None:
        scars = (f"{scars[0]}; {deck.say('score', score=words.number(hrd.score))}", hrd.reason)
    shown = sorted(made.assigned, key=lambda one: -one.share)[:4] if made else []
    named = "; ".join(f"{one.name} {words.percent(one.share)}" for one in shown)
    if shown and shown[0].lower == 0:
        named = f"{deck.say('unsure')}: {named}"
    signs = (named or words("head.not_assessable"), made.reason) if made else none
    return [("HRD", *scars), (deck.say("signatures"), *signs)]


def _tmb_table(deck: Deck) -> None:
    """TMB by each published rule: the first is the one that is reported."""
    words, found = deck.words, deck.view.record.biomarkers.tmb
    names = (
        ("rule", 3.4), ("tmb", 1.8), ("category", 1.7), ("mutations", 1.5), ("megabases", 1.5),
        ("sources", 4.0),
    )  # fmt: skip
    columns = [grid.Column(deck.say(f"column.{name}"), share, 2) for name, share in names]
    rows = [
        grid.row(
            grid.Cell(rule.name, n == 0),
            words.number(rule.value, 1) if rule.value is not None else words("head.not_assessable"),
            told.term(words, "tmb", rule.category) if rule.category else DASH,
            words.number(rule.mutations),
            words.number(rule.megabases, 2),
            rule.source,
            reasons=[f"{rule.name}: {rule.note}"] if rule.note else (),
        )
        for n, rule in enumerate(found.rules if found else ())
    ]
    deck.table(deck.say("title.tmb"), columns, rows, none=words("head.not_assessable"))


def _say(deck: Deck, title: str, words: str, *notes: str) -> None:
    sheet = deck.sheet(title)
    draw.text(sheet.shapes, sheet.area.row(0, 0.8), words, 24, bold=True)
    sheet.note(notes)
