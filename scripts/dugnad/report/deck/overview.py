"""The first slides: cover, de-identified summary as InPreD boards know it, and what follows."""

from collections.abc import Sequence

from dugnad.record import SampleRecord
from dugnad.report.deck import charts, draw, grid, told
from dugnad.report.deck.deck import Deck, Sheet, logo, verdict_colour
from dugnad.report.deck.look import INK, NAVY, PALE, SOFT, Box
from dugnad.report.deck.template import INCH
from dugnad.report.view import Line
from dugnad.report.words import DASH

Field = tuple[str, str]
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
    area = area.below(0.52)
    high = 1.5 if deck.source.ours else 0.0
    table = Box(area.left, area.top, area.width, area.height - high)
    _key_table(deck, sheet, table)
    if deck.source.ours:
        _facts(deck, sheet, area.below(table.height + 0.1))
        _logo(deck, sheet)


def _facts(deck: Deck, sheet: Sheet, area: Box) -> None:
    """Biomarkers, what could not be seen, what may be heritable, and trials: a line each."""
    view, words = deck.view, deck.words
    rules = view.record.biomarkers.tmb.rules if view.record.biomarkers.tmb else ()
    burden = told.tmb(rules[0] if rules else None, words)
    unseen = ", ".join(one.alteration for one in view.not_assessable)
    referral = ", ".join(line.name for line in view.referral)
    nothing = words("head.nothing_germline") if view.done else deck.say("not_classified")
    facts = [
        ("biomarkers", f"TMB {burden}. MSI {told.msi(view.record, words)}"),
        ("not_assessable", unseen or DASH),
        ("germline", referral or nothing),
        ("trials", deck.say("trials_count", match=len(view.matches), near=len(view.near))),
    ]
    for n, (name, text) in enumerate(facts):
        names, texts = area.row(n * 0.34, 0.32).columns(1.7, 9, gap=0.1)
        label = words(f"head.{name}")
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
    pages = grid.pages(
        key_columns(deck), rows, Box(area.left, area.top, area.width, area.height - 0.3)
    )
    alt = deck.say("alt_table", title=deck.words("head.matters"), n=len(pages[0].rows))
    grid.place(sheet.shapes, key_columns(deck), pages[0], area, alt)
    sheet.note(grid.notes(pages[0]))
    if more := len(lines) - len(pages[0].rows):
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
        told.measured(line, words),
        told.tier(line),
        told.escat(line, words),
        told.listed(line.sensitive),
        told.listed(line.resistant),
    )


def role(deck: Deck, sample: SampleRecord) -> str:
    """Such as tumour DNA."""
    return f"{deck.words.term('role', sample.role)} {sample.analyte.upper()}"


def summary(deck: Deck) -> None:
    """The slide that InPreD boards read: patient, material, counts, TMB, MSI and variants."""
    sheet = deck.sheet(deck.say("title.summary"))
    k = min(1.0, sheet.area.height / 5.3)
    notes_high = 0.5 * k
    body = Box(
        sheet.area.left, sheet.area.top, sheet.area.width, sheet.area.height - notes_high - 0.05
    )
    left, right = body.columns(6.2, 6, gap=0.3)
    top = _fields(sheet, left, k, deck.say("patient"), patient(deck))
    top = _fields(sheet, left.below(top), k, deck.say("found"), _counts(deck)) + top
    _scales(deck, sheet, left.below(top), k)
    _variants(deck, sheet, right)
    foot = Box(body.left, body.bottom + 0.05, body.width, notes_high)
    words = deck.say("footnotes")
    sheet.keep(deck.say("title.summary"), draw.text(sheet.shapes, foot, words, 10 * k, colour=SOFT))


def patient(deck: Deck) -> list[Field]:
    """Patient, material and what the board itself must fill in."""
    record, words = deck.view.record, deck.words
    dna = next((s for s in deck.view.tumours if s.analyte == "dna"), None)
    sex = dna.sex if dna else "unknown"
    material = ", ".join(role(deck, sample) for sample in record.samples)
    return [
        (deck.say("case"), record.case),
        (deck.say("tumour_type"), deck.view.tumour_type),
        (deck.say("sex"), f"{told.term(words, 'sex', sex)}, {record.age_band or DASH}"),
        (deck.say("hospital"), deck.say("to_fill")),
        (deck.say("material"), material),
        (deck.say("tumour_content"), tumour_content(deck)),
    ]


def tumour_content(deck: Deck) -> str:
    """Stated and estimated tumour fraction."""
    words, record = deck.words, deck.view.record
    purity = record.copy_number.purity if record.copy_number else None
    dna = next((s for s in deck.view.tumours if s.analyte == "dna"), None)
    stated = words.percent(dna.purity if dna else None)
    estimated = words.percent(purity.estimated if purity else None)
    return deck.say("content_told", stated=stated, estimated=estimated)


def _counts(deck: Deck) -> list[Field]:
    """Counts of small variants as InPreD counts them, copy numbers, fusions and splicing."""
    record, words = deck.view.record, deck.words
    kept = [one for one in record.findings if one.passes and one.origin != "germline"]
    counts = deck.say(
        "counts",
        total=words.number(len(kept)),
        coding=words.number(sum(map(told.is_coding, kept))),
        altering=words.number(sum(map(told.is_altering, kept))),
    )
    return [
        (deck.say("snv"), counts),
        (deck.say("cnv"), told.copy_calls(record, words)),
        (deck.say("fusions"), told.events(record, words, "fusion")),
        (deck.say("splicing"), told.events(record, words, "splice_variant")),
    ]


def _fields(sheet: Sheet, area: Box, k: float, heading: str, fields: Sequence[Field]) -> float:
    """A box of labels and values; how much height it takes."""
    step, head = 0.225 * k, 0.28 * k
    whole = head + step * len(fields) + 0.04
    draw.block(sheet.shapes, area.row(0, whole), PALE)
    draw.text(sheet.shapes, area.row(0.03, head), heading, 13 * k, bold=True, colour=NAVY)
    names, values = area.inset(0.05).columns(2.1, 4.2, gap=0.05)
    for n, (name, value) in enumerate(fields):
        top = head + n * step - 0.05
        draw.text(sheet.shapes, names.row(top, step), name, 12 * k, colour=SOFT, anchor="middle")
        place = values.row(top, step)
        rest = draw.text(sheet.shapes, place, value, 12 * k, colour=INK, anchor="middle")
        sheet.keep(name, rest)
    return whole + 0.06 * k


def _scales(deck: Deck, sheet: Sheet, area: Box, k: float) -> None:
    """TMB with its scale, and MSI with its bar."""
    record, words = deck.view.record, deck.words
    tmb = record.biomarkers.tmb
    rule = tmb.rules[0] if tmb and tmb.rules else None
    value = told.tmb(rule, words) if tmb else deck.say("not_examined")
    draw.text(sheet.shapes, area.row(0, 0.26 * k), f"TMB: {value}", 13 * k, bold=True)
    if rule is not None and rule.value is not None:
        charts.tmb_scale(sheet.shapes, area.row(0.22 * k, 0.9).inset(0.06), rule, words)
    msi = record.biomarkers.msi
    place = area.below(1.02 * k)
    line = f"MSI: {told.msi(record, words)}"
    draw.text(sheet.shapes, place.row(0, 0.26 * k), line, 13 * k, bold=True)
    if msi is not None and msi.usable:
        charts.msi_bar(sheet.shapes, place.row(0.24 * k, 0.5).inset(0.06), msi, words)


def _variants(deck: Deck, sheet: Sheet, area: Box) -> None:
    """Gene, protein change, coding status and AF of what passes with relevance."""
    words, view = deck.words, deck.view
    lines = [line for line in (*view.key, *view.uncertain) if line.variant]
    paired = any(sample.role == "normal" for sample in view.record.samples)
    names = [("gene", 1.5), ("protein", 2.8), ("coding", 2.2), ("af_tumour", 0.9)]
    names += [("af_normal", 0.9)] if paired else []
    columns = [grid.Column(deck.say(f"column.{name}"), share, 2) for name, share in names]
    rows = []
    for line in lines:
        one = line.variant
        assert one is not None
        cells = [
            grid.Cell(one.gene or DASH, True),
            one.notation,
            told.consequence(one),
            words.percent(one.vaf),
            words.percent(one.normal_vaf),
        ]
        rows.append(grid.row(*cells[: len(columns)]))
    if not rows:
        draw.text(sheet.shapes, area.row(0, 0.4), deck.say("no_variants"), 14, bold=True)
        return
    room = Box(area.left, area.top, area.width, area.height - 0.26)
    page = grid.pages(columns, rows, room)[0]
    made = grid.place(
        sheet.shapes, columns, page, area,
        deck.say("alt_table", title=deck.say("title.summary"), n=len(page.rows)),
    )  # fmt: skip
    sheet.note(grid.notes(page))
    if more := len(rows) - len(page.rows):
        under = Box(area.left, (made.top + made.height) / INCH, area.width, 0.24)
        draw.text(sheet.shapes, under, deck.say("more", n=more), 12, bold=True)


def clinical(deck: Deck) -> None:
    """What the board's members add: the history and their comments, in boxes to write in."""
    sheet = deck.sheet(deck.say("title.clinical"))
    left, right = sheet.area.columns(6, 6, gap=0.3)
    samples = [(role(deck, one), f"{one.id} ({one.door})") for one in deck.view.record.samples]
    fields = [*patient(deck), *samples, (deck.say("consent"), deck.view.record.consent)]
    k = min(1.0, sheet.area.height / 5.3)
    _fields(sheet, left, k * 1.25, deck.say("patient"), fields)
    high = (right.height - 0.3) / 2
    for n, name in enumerate(("history", "comments")):
        box = right.row(n * (high + 0.3), high)
        made = draw.block(sheet.shapes, box, None, edge="C9D1DA", name=name)
        draw.write(made, box.inset(0.1), deck.say(name), 16, colour=SOFT, anchor="top")


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
            [f"{one.trial.trial} {one.trial.cohort}" for one in (*view.matches, *view.near)],
        ),
    ]
    step = min(1.2, sheet.area.height / 4.2)
    for n, (name, found) in enumerate(lines):
        stripe = sheet.area.row(0.1 + n * step, step - 0.12)
        draw.block(sheet.shapes, stripe, PALE)
        counts, names, values = stripe.columns(0.8, 2.6, 9, gap=0.1)
        size = 20 if step > 0.8 else 12
        label, count = deck.words(f"head.{name}"), str(len(found))
        for place, text in ((counts, count), (names, label)):
            draw.text(sheet.shapes, place, text, size, bold=True, colour=NAVY, anchor="middle")
        rest = draw.text(sheet.shapes, values, ", ".join(found), 0.8 * size, anchor="middle")
        sheet.keep(label, rest)
