"""Slides of whether the samples can be trusted, and of what made the report."""

from collections.abc import Iterator

from dugnad.record import Metric, SampleRecord
from dugnad.report.deck import draw, grid, told
from dugnad.report.deck.deck import Deck
from dugnad.report.deck.look import AMBER, INK, RED, WHITE
from dugnad.report.deck.overview import role
from dugnad.report.words import DASH, Words

WORST = {"fail": 0, "warn": 1, "not_measured": 2, "pass": 3, "info": 4}


def quality(deck: Deck) -> None:
    """Each sample's verdict, and its figures beside their limits, the worst first."""
    samples = deck.view.record.samples
    names = {
        name: sorted(
            (one.metric, WORST[one.status])
            for sample in samples
            for one in sample.metrics
            if one.metric == name
        )[0]
        for name in dict.fromkeys(_limited(samples))
    }
    order = sorted(names, key=lambda name: min(_ranks(samples, name)))
    columns = [
        grid.Column(deck.say("column.metric"), 2.6, 2),
        *(grid.Column(f"{role(deck, sample)} {sample.id}", 3, 2) for sample in samples),
    ]
    verdicts = grid.row(
        grid.Cell(deck.say("verdict"), True),
        *(told.verdict(sample.verdict, deck.words) for sample in samples),
        reasons=[line for sample in samples for line in _reasons(deck, sample)],
    )
    rows = [
        grid.row(
            grid.Cell(told.term(deck.words, "metric", name), True),
            *(_figure(sample, name, deck.words) for sample in samples),
        )
        for name in order
    ]
    deck.table(deck.say("title.quality"), columns, [verdicts, *rows], lead=deck.say("quality_lead"))


def _limited(samples: tuple[SampleRecord, ...]) -> Iterator[str]:
    return (one.metric for s in samples for one in s.metrics if one.is_limited)


def _ranks(samples: tuple[SampleRecord, ...], name: str) -> Iterator[int]:
    return (WORST[one.status] for s in samples for one in s.metrics if one.metric == name)


def _figure(sample: SampleRecord, name: str, words: Words) -> grid.Cell:
    """A figure with its limit; coloured where the limit is not met."""
    one = next((metric for metric in sample.metrics if metric.metric == name), None)
    if one is None:
        return grid.Cell(DASH)
    text = f"{_value(one.value, one.unit, words)}{_limits(one, words)}"
    fill, colour = {"fail": (RED, WHITE), "warn": (AMBER, INK)}.get(one.status, (None, INK))
    if one.status in ("fail", "warn"):
        text = f"{text} · {words.term('verdict', one.status)}"
    return grid.Cell(text, fill is not None, fill, colour)


def _value(value: float | None, unit: str, words: Words) -> str:
    return words.percent(value) if unit == "fraction" else words.number(value)


def _limits(one: Metric, words: Words) -> str:
    ends = (("\N{GREATER-THAN OR EQUAL TO}", one.lower), ("\N{LESS-THAN OR EQUAL TO}", one.upper))
    limits = [
        f"{sign} {_value(limit, one.unit, words)}" for sign, limit in ends if limit is not None
    ]
    return f" ({', '.join(limits)})" if limits else ""


def _reasons(deck: Deck, sample: SampleRecord) -> Iterator[str]:
    yield f"{sample.id}: {deck.words.term('verdict', sample.verdict)}"
    yield from (f"  {reason}" for reason in sample.reasons)
    for one in sample.accepted:
        yield f"  {deck.say('accepted', metric=one.metric, reason=one.reason, by=one.initials)}"


def methods(deck: Deck) -> None:
    """Panel, knowledge, sources and programs with their releases, and what limits the report."""
    record, done = deck.view.record, deck.view.done
    columns = [
        grid.Column(deck.say(f"column.{name}"), share, 3)
        for name, share in (("what", 2.6), ("name", 4), ("release", 5))
    ]
    panel = record.panel
    size = deck.say("genes", n=deck.words.number(len(panel.genes)))
    found = [
        (deck.say("panel"), panel.name, f"{panel.version}; {panel.genome}; {size}"),
        *(
            (deck.say("knowledge"), one.id, f"{one.release}, {one.date}")
            for one in (done.knowledge if done else ())
        ),
        *((deck.say("source"), one.id, one.release) for one in record.sources),
        *((deck.say("program"), one.name, one.version) for one in record.software),
        (deck.say("program"), "Dugnad", record.code),
    ]
    rows = [grid.row(grid.Cell(what, True), name, release) for what, name, release in found]
    deck.table(deck.say("title.methods"), columns, rows)
    _limitations(deck)


def _limitations(deck: Deck) -> None:
    """How tiers are to be read, and notes of the stages."""
    sheet = deck.sheet(deck.say("title.reading"))
    area, top = sheet.area, 0.0
    size = 14 if area.width > 11 else 12
    for name in ("amp", "escat", "near", "negatives", "tmb", "germline"):
        names, texts = area.row(top, 0.62).columns(2, 9)
        draw.text(sheet.shapes, names, deck.say(f"reading.{name}.name"), size, bold=True)
        rest = draw.text(sheet.shapes, texts, deck.say(f"reading.{name}.text"), size)
        sheet.keep(name, rest)
        top += 0.7
    notes = (
        *(deck.view.done.notes if deck.view.done else ()),
        *(deck.view.record.copy_number.notes if deck.view.record.copy_number else ()),
        *(deck.view.record.rearrangements.notes if deck.view.record.rearrangements else ()),
    )
    sheet.note(notes)
    if notes and area.height - top > 0.3:
        rest = draw.text(sheet.shapes, area.below(top), " ".join(notes), 12)
        sheet.keep(deck.say("title.reading"), rest)
