"""The curation workbook's sheets that are only read, as plain tables from the case record alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from dugnad.curation.sheet import CODES, Value
from dugnad.record import CaseRecord, SampleRecord
from dugnad.record_biomarkers import Biomarkers
from dugnad.report.standing import curation_notes, judged, standing
from dugnad.report.view import ReportView
from dugnad.report.words import Words
from dugnad.report.workbook_sheets import PERCENT, joined, term

MOST_VARIANTS = 5000  # rows; the rest is counted, and stands in the record


@dataclass(frozen=True)
class Table:
    """A sheet that is only read: title and header as keys of the texts."""

    key: str
    columns: tuple[tuple[str, float], ...]
    rows: tuple[tuple[Value, ...], ...]
    formats: tuple[tuple[int, str], ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class Fact:
    """A row of the overview; a heading where it has no value."""

    label: str
    value: Value = None
    warns: bool = False


def overview(view: ReportView, words: Words) -> Iterator[Fact]:
    """The case, whether it can be trusted, what is known, and how to fill in."""
    record = view.record
    yield Fact(words("workbook.case"), record.case)
    yield Fact(words("workbook.tumour_type"), view.tumour_type)
    yield Fact(words("workbook.standing"), standing(record, words))
    yield Fact(words("workbook.created"), words.day(record.created))
    yield Fact(words("workbook.panel"), f"{record.panel.name} {record.panel.version}")
    yield Fact(words("head.trust"))
    if record.blocked:
        yield Fact(words("workbook.blocked"), words("workbook.blocked_text"), warns=True)
    for sample in record.samples:
        yield _sample(sample, words)
    yield Fact(words("head.biomarkers"))
    yield from _biomarkers(record.biomarkers, words)
    yield Fact(words("workbook.counts"))
    for name in ("key", "uncertain", "benign", "flagged", "excluded"):
        yield Fact(words(f"workbook.group.{name}"), len(getattr(view, name)))
    for line in view.excluded:
        if line.judgement:
            yield Fact(line.name, judged(line.judgement, words))
    for text in curation_notes(view, words):
        yield Fact(words("workbook.note"), text, warns=True)
    yield from _knowledge(view, words)
    yield from _guide(words)


def _sample(sample: SampleRecord, words: Words) -> Fact:
    label = f"{sample.id} ({words.term('role', sample.role)} {sample.analyte.upper()})"
    purity = sample.purity is not None and words(
        "workbook.purity", value=words.percent(sample.purity)
    )
    reasons = joined(sample.reasons)
    shown = joined((words.term("verdict", sample.verdict), purity or None, reasons))
    return Fact(label, shown, sample.verdict in {"fail", "not_assessed"})


def _biomarkers(found: Biomarkers, words: Words) -> Iterator[Fact]:
    absent = words("workbook.not_asked")
    rule = found.tmb.rules[0] if found.tmb and found.tmb.rules else None
    if rule is None:
        yield Fact("TMB", absent)
    elif rule.value is None:
        yield Fact("TMB", joined((words("workbook.status.not_assessable"), rule.note), ": "))
    else:
        yield Fact("TMB", f"{words.number(rule.value, 1)}/Mb ({rule.name})")
    for name, one in (("MSI", found.msi), ("HRD", found.hrd)):
        shown = f"{term(words, 'status', one.status)}: {one.reason}" if one else absent
        yield Fact(name, shown)


def _knowledge(view: ReportView, words: Words) -> Iterator[Fact]:
    yield Fact(words("workbook.knowledge"))
    if view.done is None:
        yield Fact(words("workbook.knowledge"), words("workbook.not_classified"), warns=True)
        return
    for one in view.done.knowledge:
        yield Fact(one.id, f"{one.release} ({one.date})")
    for text in view.done.notes:
        yield Fact(words("workbook.note"), text)


def _guide(words: Words) -> Iterator[Fact]:
    """How the judgement columns are filled in, code by code."""
    yield Fact(words("workbook.guide"), words("workbook.guide_text"))
    for column, codes in CODES.items():
        for code in codes:
            label = f"{words(f'workbook.column.{column}')}: {code}"
            yield Fact(label, meaning(code, words))


def meaning(code: str, words: Words) -> str:
    """What a code says."""
    return words(f"workbook.code.{code.replace(' ', '_')}")


def tables(view: ReportView, words: Words) -> Iterator[Table]:
    """The sheets that are only read."""
    yield _variants(view.record, words)
    yield _negatives(view, words)
    yield _coverage(view.record, words)


def _variants(record: CaseRecord, words: Words) -> Table:
    columns = (
        ("finding", 30), ("filters", 24), ("vaf", 8), ("depth", 8), ("normal_vaf", 9),
        ("origin", 16), ("relevance", 12), ("consequence", 30), ("hgvs_c", 22), ("hgvs_p", 24),
        ("population", 14), ("clinical", 24), ("called_by", 20), ("id", 26),
    )  # fmt: skip
    rows = tuple(
        (
            one.name,
            joined(one.filters) or words("workbook.passes"),
            one.vaf,
            one.depth,
            one.normal_vaf,
            words.term("origin", one.origin),
            term(words, "relevance", one.relevance),
            joined(one.consequence or ()),
            one.hgvs_c,
            one.hgvs_p,
            one.population_frequency,
            one.clinical_significance,
            joined(one.called_by),
            f"{one.chrom}-{one.pos}-{one.ref}-{one.alt}",
        )
        for one in record.findings[:MOST_VARIANTS]
    )
    more = len(record.findings) - len(rows)
    note = words("workbook.more_variants", n=more) if more else None
    return Table("variants", columns, rows, ((2, PERCENT), (4, PERCENT)), note)


def _negatives(view: ReportView, words: Words) -> Table:
    columns = (
        ("alteration", 36), ("status", 18), ("drugs", 40), ("amp", 7), ("escat", 8),
        ("reason", 60), ("sources", 30),
    )  # fmt: skip
    rows = tuple(
        (
            one.alteration,
            words(f"workbook.status.{one.status}"),
            joined(one.drugs),
            one.amp_level,
            one.escat,
            one.reason,
            joined(one.source),
        )
        for one in (*view.not_assessable, *view.partly, *view.not_found)
    )
    return Table("negatives", columns, rows)


def _coverage(record: CaseRecord, words: Words) -> Table:
    columns = (
        ("place", 34), ("kind", 16), ("status", 18), ("seen", 9), ("min_depth", 10),
        ("mean_depth", 10), ("reason", 50),
    )  # fmt: skip
    places = [
        (
            one.label,
            words(f"workbook.place.{one.kind}"),
            words(f"workbook.status.{one.status}"),
            one.callable_fraction,
            one.min_depth,
            one.mean_depth,
            None,
        )
        for one in record.places
    ]
    genes = [
        (one.gene, words("workbook.place.gene"), words(f"workbook.status.{one.status}"),
         one.callable_fraction, None, one.mean_depth, None)
        for one in record.genes_unseen
    ]  # fmt: skip
    unseen = [
        (one.gene, words("workbook.place.copies"), words("workbook.status.not_assessable"),
         None, None, None, one.reason)
        for one in (record.copy_number.genes if record.copy_number else ())
        if one.call == "not_assessable"
    ]  # fmt: skip
    rows = tuple((*places, *genes, *unseen))
    return Table("coverage", columns, rows, ((3, PERCENT), (5, "0")))
