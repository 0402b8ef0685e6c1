"""Slides of the findings: key findings, evidence, further results, sequence data, negatives."""

from collections.abc import Sequence

from dugnad.record import Finding
from dugnad.record_interpretation import Evidence
from dugnad.report.deck import grid, reasons, told
from dugnad.report.deck.deck import Deck
from dugnad.report.standing import judged
from dugnad.report.view import Line
from dugnad.report.words import DASH


def key(deck: Deck) -> None:
    """Findings of tier I and II with drugs and resistance; the notes have all reasons."""
    words = deck.words
    rows = [
        grid.row(
            grid.Cell(line.name, True),
            told.sure(line, words),
            told.tier(line),
            told.escat(line, words),
            told.listed(line.sensitive),
            told.listed(line.resistant),
            told.listed((*line.elsewhere, *_barred(deck, line))),
            _open(deck, line),
            reasons=reasons.of_line(line, words),
        )
        for line in deck.view.key
    ]
    names = ("finding", "measured", "amp", "escat", "responds", "resists", "elsewhere", "trial")
    shares = (2.7, 1.9, 0.8, 0.9, 3.0, 2.3, 2.0, 1.7)
    columns = [
        grid.Column(words(f"column.{name}"), share, 5)
        for name, share in zip(names, shares, strict=True)
    ]
    deck.table(deck.say("title.key"), columns, rows, none=nothing(deck, "head.nothing_key"))


def _barred(deck: Deck, line: Line) -> tuple[str, ...]:
    """Drugs that another finding excludes, and which."""
    return tuple(f"{drug} ({deck.say('blocked', by=by)})" for by, drug in line.blocked)


def _open(deck: Deck, line: Line) -> str:
    """Cohorts that it opens or nearly opens."""
    return told.listed(
        f"{one.trial} {one.cohort} ({deck.say(f'match.{one.match}').lower()})"
        for one in line.item.trials
    )


def nothing(deck: Deck, key: str) -> str:
    """What is said where a table would be empty: not that it is absent, when nobody looked."""
    return deck.words(key) if deck.view.done else deck.say("not_classified")


def markers(deck: Deck) -> None:
    """InPreD's table of biomarkers: what it is, what it does, and the level of evidence."""
    words = deck.words
    names = (
        ("gene", 1.2), ("variant", 2.6), ("type", 1.7), ("measured", 1.6), ("class", 1.6),
        ("context", 3.4), ("level_here", 1.6), ("level_elsewhere", 1.9),
    )  # fmt: skip
    columns = [grid.Column(deck.say(f"column.{name}"), share, 4) for name, share in names]
    rows = [
        grid.row(
            grid.Cell(line.item.gene or DASH, True),
            _notation(line),
            _kind(deck, line),
            told.measured(line, words) or DASH,
            told.oncogenicity(line, words),
            _context(deck, line),
            _level(deck, line, True),
            _level(deck, line, False),
            reasons=[line.name, *(f"  {source}" for source in line.sources)],
        )
        for line in deck.view.key
    ]
    deck.table(deck.say("title.markers"), columns, rows, none=nothing(deck, "head.nothing_key"))


def _notation(line: Line) -> str:
    """Its name without the gene, which has a column of its own."""
    gene = line.item.gene
    return line.name.removeprefix(f"{gene} ") if gene else line.name


def _kind(deck: Deck, line: Line) -> str:
    if line.variant is not None:
        return told.consequence(line.variant)
    if line.copies is not None:
        return told.term(deck.words, "call", line.copies.call)
    return told.term(deck.words, "kind", line.event.kind if line.event else line.item.kind)


def _context(deck: Deck, line: Line) -> str:
    """Drugs by effect; those of other tumour types and those that are blocked, too."""
    parts = (
        ("effect.sensitivity", line.sensitive),
        ("effect.resistance", line.resistant),
        ("effect.diagnostic", line.told("diagnostic")),
        ("effect.prognostic", line.told("prognostic")),
        ("other_types", line.elsewhere),
        ("excluded", _barred(deck, line)),
    )
    return (
        ". ".join(f"{deck.say(key)}: {'; '.join(items)}" for key, items in parts if items) or DASH
    )


def _level(deck: Deck, line: Line, here: bool) -> str:
    """The strongest AMP level and ESCAT tier of its evidence, in this tumour type or others."""
    rows = [one for one in line.item.evidence if one.here == here and not one.blocked_by]
    levels = sorted({one.amp_level for one in rows if one.amp_level})
    tiers = sorted({one.escat for one in rows if one.escat})
    words = [deck.say("level", level=levels[0])] if levels else []
    return "; ".join([*words, *([f"ESCAT {tiers[0]}"] if tiers else [])]) or DASH


def evidence(deck: Deck) -> None:
    """Every row of knowledge that bears on a key finding: drug, effect, setting, level, source."""
    names = (
        ("finding", 2.4), ("effect", 2.0), ("drugs", 2.7), ("setting", 2.6), ("level", 1.5),
        ("sources", 2.4),
    )  # fmt: skip
    columns = [grid.Column(deck.say(f"column.{name}"), share, 3) for name, share in names]
    rows = [_evidence(deck, line, one) for line in deck.view.key for one in line.item.evidence]
    deck.table(deck.say("title.evidence"), columns, rows, none=nothing(deck, "deck.no_evidence"))


def _evidence(deck: Deck, line: Line, one: Evidence) -> grid.Row:
    effect = deck.say(f"effect.{one.effect}")
    if not one.here:
        effect += f", {deck.say('other_types').lower()}"
    if one.blocked_by:
        effect += f"; {deck.say('blocked', by=', '.join(one.blocked_by))}"
    return grid.row(
        grid.Cell(line.name, True),
        effect,
        told.listed(one.drugs),
        one.setting or one.statement,
        "; ".join(reasons.levels(one, deck.words)) or DASH,
        told.listed(one.source),
        reasons=[f"{line.name}: {one.statement} ({'; '.join(one.source)})"],
    )


def further(deck: Deck) -> None:
    """InPreD's additional results: tier III, what a filter doubts, and what people excluded."""
    view = deck.view
    _further(deck, "title.uncertain", view.uncertain, "deck.no_uncertain")
    if view.flagged:
        _further(deck, "title.flagged", view.flagged, "deck.no_flagged")
    if view.excluded:
        _further(deck, "title.excluded", view.excluded, "deck.no_flagged")


def _further(deck: Deck, title: str, lines: Sequence[Line], none: str) -> None:
    words = deck.words
    names = ("finding", "measured", "amp", "escat", "oncogenicity", "origin", "why")
    shares = (3, 2, 0.8, 1, 1.8, 1.7, 3.4)
    columns = [
        grid.Column(words(f"column.{name}"), share, 2)
        for name, share in zip(names, shares, strict=True)
    ]
    rows = [
        grid.row(
            grid.Cell(line.name, True),
            told.measured(line, words) or DASH,
            told.tier(line),
            told.escat(line, words),
            told.oncogenicity(line, words),
            words.term("origin", line.variant.origin) if line.variant else DASH,
            _why(deck, line),
            reasons=reasons.of_line(line, words),
        )
        for line in lines
    ]
    deck.table(deck.say(title), columns, rows, none=nothing(deck, none))


def _why(deck: Deck, line: Line) -> str:
    """Filters that flag it; cautions; else the place or call."""
    one = line.variant
    if line.is_excluded and line.judgement is not None:
        return judged(line.judgement, deck.words)
    flags = one.filters if one else line.event.filters if line.event else ()
    if flags:
        return deck.say("flags", flags=", ".join(flags))
    if line.item.cautions:
        return line.item.cautions[0]
    return told.consequence(one) if one else _kind(deck, line)


def sequence(deck: Deck) -> None:
    """InPreD's sequence data: all small variants that pass, highest tier first."""
    names = (
        ("gene", 1.15), ("amp", 0.6), ("coordinate", 1.9), ("transcript", 2.25), ("exon", 0.8),
        ("protein", 2.0), ("hgvs_c", 1.65), ("coding", 1.75), ("depth", 0.95), ("af_tumour", 0.8),
    )  # fmt: skip
    columns = [grid.Column(deck.say(f"column.{name}"), share, 2) for name, share in names]
    rows = [
        _sequence(deck, line, line.variant) for line in deck.view.lines if line.variant is not None
    ]
    genome = deck.view.record.panel.genome
    lead = deck.say("genome", genome=genome)
    deck.table(
        deck.say("title.sequence"), columns, rows, lead=lead,
        none=nothing(deck, "deck.no_variants"),
    )  # fmt: skip


def _sequence(deck: Deck, line: Line, one: Finding) -> grid.Row:
    words = deck.words
    read = f"{words.number(one.alt_reads)}/{words.number(one.depth)}"
    note = f"{line.name}: {words.term('origin', one.origin)}, {one.origin_reason}"
    kept = [deck.say("rescued", filters=", ".join(one.rescued))] if one.rescued else []
    return grid.row(
        grid.Cell(one.gene or DASH, True),
        told.tier(line),
        one.hgvs_g or f"{one.chrom}:{one.pos}",
        one.transcript or DASH,
        (one.place or DASH).removeprefix("exon "),
        one.hgvs_p or DASH,
        one.hgvs_c or DASH,
        told.consequence(one),
        read,
        words.percent(one.vaf),
        reasons=[note, *kept],
    )
