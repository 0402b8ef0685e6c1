"""The de-identified summary as InPreD boards know it, and the slide of the clinical case."""

from collections.abc import Sequence

from dugnad.record import SampleRecord
from dugnad.report.deck import charts, draw, grid, told
from dugnad.report.deck.deck import Deck, Sheet
from dugnad.report.deck.look import INK, NAVY, PALE, SOFT, Box
from dugnad.report.deck.template import INCH
from dugnad.report.words import DASH

Field = tuple[str, str]


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
    view, words = deck.view, deck.words
    kept = told.variants(view)
    counts = deck.say(
        "counts",
        total=words.number(len(kept)),
        coding=words.number(sum(map(told.is_coding, kept))),
        altering=words.number(sum(map(told.is_altering, kept))),
    )
    return [
        (deck.say("snv"), counts),
        (deck.say("cnv"), told.copy_calls(view, words)),
        (deck.say("fusions"), told.events(view, words, "fusion")),
        (deck.say("splicing"), told.events(view, words, "splice_variant")),
    ]


def _fields(sheet: Sheet, area: Box, k: float, heading: str, fields: Sequence[Field]) -> float:
    """A box of labels and values; how much height it takes."""
    step, head = 0.225 * k, 0.28 * k
    whole = head + step * len(fields) + 0.04
    draw.block(sheet.shapes, area.row(0, whole), PALE)
    draw.text(sheet.shapes, area.row(0.03, head), heading, 13 * k, bold=True, colour=NAVY)
    names, values = area.inset(0.05).columns(2.1, 4.4, gap=0.02)
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
        charts.tmb_scale(sheet.shapes, area.row(0.22 * k, 0.9).inset(0.06), rule, words, k)
    msi = record.biomarkers.msi
    place = area.below(1.02 * k)
    line = f"MSI: {told.msi(record, words)}"
    draw.text(sheet.shapes, place.row(0, 0.26 * k), line, 13 * k, bold=True)
    if msi is not None and msi.usable:
        charts.msi_bar(sheet.shapes, place.row(0.24 * k, 0.5).inset(0.06), msi, words, k)


def _variants(deck: Deck, sheet: Sheet, area: Box) -> None:
    """Gene, protein change, coding status and AF of what passes with relevance."""
    words, view = deck.words, deck.view
    lines = [line for line in (*view.key, *view.uncertain) if line.variant]
    paired = any(sample.role == "normal" for sample in view.record.samples)
    names = [("gene", 1.5), ("protein", 2.8), ("coding", 2.2), ("af_tumour", 1.0)]
    names += [("af_normal", 1.0)] if paired else []
    columns = [grid.Column(deck.say(f"column.{name}"), share, 2) for name, share in names]
    rows = []
    for line in lines:
        one = line.variant
        assert one is not None
        cells: list[str | grid.Cell] = [
            grid.Cell(one.gene or DASH, True),
            one.notation,
            told.consequence(one),
            words.percent(one.vaf),
            words.percent(one.normal_vaf),
        ]
        rows.append(grid.row(*cells[: len(columns)]))
    if not rows:
        draw.text(
            sheet.shapes,
            area.row(0, 0.4),
            deck.say("no_variants" if view.done else "not_classified"),
            14,
            bold=True,
        )
        return
    room = Box(area.left, area.top, area.width, area.height - 0.26)
    page = grid.first_page(columns, rows, room)
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
    _fields(sheet, left, k * 1.1, deck.say("patient"), fields)
    high = (right.height - 0.3) / 2
    for n, name in enumerate(("history", "comments")):
        box = right.row(n * (high + 0.3), high)
        made = draw.block(sheet.shapes, box, None, edge="C9D1DA", name=name)
        draw.write(made, box.inset(0.1), deck.say(name), 16, colour=SOFT, anchor="top")
