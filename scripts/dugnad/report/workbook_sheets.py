"""The curation workbook's candidates: which findings are judged, and what is shown of each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dugnad.curation.sheet import JUDGEMENT_COLUMNS, Value
from dugnad.record import CaseRecord, Finding
from dugnad.record_copy_number import GeneCopies
from dugnad.record_rearrangements import Rearrangement
from dugnad.report.view import STRONG, Line, lines_of
from dugnad.report.words import Words

PERCENT, NUMBER = "0.0%", "0.00"
_LISTED = {"consider_referral", "oncogenic", "likely_oncogenic"}


@dataclass(frozen=True)
class Column:
    """A column of the candidates: its key in the texts, width in characters, and what it shows."""

    key: str
    width: float
    value: Callable[[Line, Words], Value]
    format: str | None = None


def candidates(record: CaseRecord, everything: bool = False) -> tuple[Line, ...]:
    """The findings that pass, and those that would matter if a filter did not flag them.

    A name that stands for several findings is one row, of the strongest. With ``everything`` each
    finding that was interpreted is one.
    """
    found: dict[str, Line] = {}
    for line in lines_of(record):
        if everything or line.judgement or _matters(line):
            found.setdefault(line.item.id, line)
    return tuple(found.values())


def _matters(line: Line) -> bool:
    item = line.item
    named = {one.category for one in (item.oncogenicity, item.germline) if one}
    return (
        item.reported
        or item.amp.category in STRONG
        or bool(named & _LISTED)
        or (line.variant is not None and line.variant.relevance in {"hotspot", "clinical"})
        or (line.event is not None and line.event.known)
    )


def term(words: Words, group: str, code: str) -> str:
    """A code of the record: the workbook's word for it, or else the report's."""
    return words.texts.get(f"workbook.term.{group}.{code}") or words.term(group, code)


def joined(texts: Iterable[str | None], sign: str = "; ") -> str:
    """The texts that there are, in one cell."""
    return sign.join(text for text in texts if text)


def _variant(get: Callable[[Finding], Value]) -> Callable[[Line, Words], Value]:
    return lambda line, _: get(line.variant) if line.variant else None


def _copies(get: Callable[[GeneCopies], Value]) -> Callable[[Line, Words], Value]:
    return lambda line, _: get(line.copies) if line.copies else None


def _event(get: Callable[[Rearrangement], Value]) -> Callable[[Line, Words], Value]:
    return lambda line, _: get(line.event) if line.event else None


def _filters(line: Line, words: Words) -> Value:
    one = line.variant or line.event
    flags = one.filters if one else ()
    if not flags:
        return words("workbook.passes" if line.item.reported else "workbook.flagged")
    return joined(flags)


def _vaf(line: Line, _: Words) -> Value:
    found = line.variant.vaf if line.variant else line.event.vaf if line.event else None
    return None if found is None else round(found, 5)


def _origin(line: Line, words: Words) -> Value:
    return words.term("origin", line.variant.origin) if line.variant else None


def _class(line: Line, words: Words) -> Value:
    found = line.item.oncogenicity
    if found is None:
        return None
    points = "" if found.points is None else f" ({found.points:+d})"
    return term(words, "oncogenicity", found.category) + points


def _criteria(line: Line, _: Words) -> Value:
    """The criteria that were met, with their points and facts."""
    found = line.item.oncogenicity
    met = (one for one in (found.reasons if found else ()) if one.state == "met")
    return joined(
        f"{one.criterion}{'' if one.points is None else f' {one.points:+d}'}"
        f" [{', '.join(one.values)}]"
        for one in met
    )


def _population(line: Line, _: Words) -> Value:
    one = line.variant
    if one is None or one.population_frequency is None:
        return None
    return f"{one.population_frequency:.3g} ({one.population_source or '?'})"


def _clinical(line: Line, _: Words) -> Value:
    one = line.variant
    if one is None:
        return None
    stars = None if one.clinical_stars is None else "\N{BLACK STAR}" * one.clinical_stars
    return joined((one.clinical_significance, one.clinical_oncogenicity, stars), " ")


def _reads(line: Line, _: Words) -> Value:
    one = line.event
    if one is None:
        return None
    shown = (
        ("DNA", one.split_reads, one.pairs),
        ("RNA", one.rna_split_reads, one.rna_pairs),
    )
    return joined(
        f"{name} {split or 0}+{pairs or 0}"
        for name, split, pairs in shown
        if split is not None or pairs is not None
    )


def _reason(line: Line, _: Words) -> Value:
    part = line.copies or line.event
    return joined((part.reason if part else None, *line.item.cautions))


def _flags(line: Line, words: Words) -> Value:
    item = line.item
    found = (("germline", item.germline), ("haematopoiesis", item.haematopoiesis))
    return joined(term(words, name, one.category) for name, one in found if one)


def _offers(line: Line, _: Words) -> Value:
    return joined(f"{one.trial} ({one.match})" for one in line.item.trials)


def _escat(line: Line, _: Words) -> Value:
    found = line.item.escat
    return None if found.category == "not_applicable" else found.name


def _kind(line: Line, words: Words) -> Value:
    return words(f"workbook.kind.{line.item.kind}")


BEFORE = (
    Column("finding", 30, lambda line, _: line.name),
    Column("amp", 7, lambda line, _: line.item.amp.name),
    Column("escat", 8, _escat),
    Column("vaf", 8, _vaf, PERCENT),
    Column("depth", 8, _variant(lambda one: one.depth)),
    Column("copies", 8, _copies(lambda one: one.copies), NUMBER),
    Column("reads", 16, _reads),
    Column("filters", 20, _filters),
)
AFTER = (
    Column("kind", 14, _kind),
    Column("gene", 10, lambda line, _: line.item.gene),
    Column("hgvs_c", 22, _variant(lambda one: one.hgvs_c)),
    Column("hgvs_p", 24, _variant(lambda one: one.hgvs_p)),
    Column("hgvs_g", 26, _variant(lambda one: one.hgvs_g)),
    Column("transcript", 20, _variant(lambda one: one.transcript)),
    Column("normal_vaf", 9, _variant(lambda one: one.normal_vaf), PERCENT),
    Column("normal_depth", 9, _variant(lambda one: one.normal_depth)),
    Column("rna_vaf", 9, _variant(lambda one: one.rna_vaf), PERCENT),
    Column("origin", 16, _origin),
    Column("origin_reason", 40, _variant(lambda one: one.origin_reason)),
    Column("oncogenicity", 18, _class),
    Column("criteria", 44, _criteria),
    Column("responds", 34, lambda line, _: joined(line.sensitive)),
    Column("resists", 26, lambda line, _: joined(line.resistant)),
    Column("elsewhere", 34, lambda line, _: joined(line.elsewhere)),
    Column("barred", 30, lambda line, _: joined(f"{drug} ({by})" for by, drug in line.blocked)),
    Column("sources", 30, lambda line, _: joined(line.sources)),
    Column("trials", 26, _offers),
    Column("population", 20, _population),
    Column("clinical", 24, _clinical),
    Column("recurrence", 18, _variant(lambda one: one.recurrence)),
    Column("hotspot", 20, _variant(lambda one: one.hotspot)),
    Column("flags", 26, _flags),
    Column("reason", 50, _reason),
    Column("id", 26, lambda line, _: line.item.id),
)
KEYS = (
    *(column.key for column in BEFORE),
    *JUDGEMENT_COLUMNS,
    *(column.key for column in AFTER),
)
LOCKED = tuple(n for n, key in enumerate(KEYS) if key not in JUDGEMENT_COLUMNS)


def cells(line: Line, words: Words) -> list[Value]:
    """A candidate's row, in the order of KEYS."""
    one = line.judgement
    judged: list[Value] = [getattr(one, key) or None if one else None for key in JUDGEMENT_COLUMNS]
    before = [column.value(line, words) for column in BEFORE]
    after = [column.value(line, words) for column in AFTER]
    return [*before, *judged, *after]
