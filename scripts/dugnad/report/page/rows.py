"""What matters of a finding, in one line of the first screen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dugnad.record import CaseRecord, Finding
from dugnad.record_copy_number import GeneCopies
from dugnad.record_interpretation import Interpretation
from dugnad.record_rearrangements import Rearrangement
from dugnad.report.key_events import (
    certainty,
    copies_text,
    dna_text,
    grave_copies,
    is_doubted,
    rna_text,
)
from dugnad.report.page.groups import Groups
from dugnad.report.page.names import event_name, line_name
from dugnad.report.view import Line, ReportView
from dugnad.report.words import Words

TRACED = 60


@dataclass(frozen=True)
class Row:
    """A finding: names, what was measured, what it means, and where the rest stands.

    ``share`` is what its small bar shows, 0 to 1; ``doubt`` what makes it look unsure; ``anchor``
    the place of its trace on the page, empty where it has none.
    """

    gene: str
    change: str
    measure: str
    share: float | None = None
    origin: str | None = None
    doubt: str = ""
    flags: tuple[str, ...] = ()
    why: str = ""
    item: Interpretation | None = None
    line: Line | None = None
    anchor: str = ""
    id: str = ""
    brief: str = ""

    @property
    def short(self) -> str:
        """What was measured, in the fewest words."""
        return self.brief or self.measure

    @property
    def name(self) -> str:
        """Gene and change."""
        return f"{self.gene} {self.change}".strip()


def row_of(line: Line, anchor: str, t: Words) -> Row:
    """A classified finding."""
    gene, change = line_name(line, t)
    measured = line.variant or line.event or line.copies
    return Row(
        gene=gene,
        change=change,
        measure=measure_of(measured, t),
        share=line.variant.vaf if line.variant else line.event.vaf if line.event else None,
        origin=line.variant.origin if line.variant else None,
        doubt=_doubt(line.event or line.copies, t),
        flags=flags_of(line),
        item=line.item,
        line=line,
        anchor=anchor,
        id=line.item.id,
        brief=reads_of(line.event, t) if line.event else "",
    )


def flags_of(line: Line) -> tuple[str, ...]:
    """The filters that doubt a finding."""
    measured = line.variant or line.event
    return measured.filters if measured else ()


def measure_of(measured: Finding | Rearrangement | GeneCopies | None, t: Words) -> str:
    """What was measured of a finding, short."""
    match measured:
        case Finding():
            told = t("measure.variant", vaf=t.percent(measured.vaf), depth=t.number(measured.depth))
            return told if measured.vaf is not None else t("page.not_measured")
        case Rearrangement():
            return "; ".join(
                text for text in (dna_text(measured, t), rna_text(measured, t)) if text
            )
        case GeneCopies():
            return copies_text(measured, t)
        case None:
            return ""


def reads_of(event: Rearrangement, t: Words) -> str:
    """How many reads and pairs DNA and RNA have of an event: ``DNA 55 reads, RNA 98 reads``."""
    sides = (
        ("dna", event.split_reads, event.pairs),
        ("rna", event.rna_split_reads, event.rna_pairs),
    )
    told = [(name, [n for n in counts if n is not None]) for name, *counts in sides]
    return ", ".join(
        t(f"measure.reads_{name}", n=t.number(sum(counts))) for name, counts in told if counts
    )


def _doubt(measured: Rearrangement | GeneCopies | None, t: Words) -> str:
    return certainty(measured, t) if measured and is_doubted(measured) else ""


@dataclass(frozen=True)
class KeyRows:
    """The rows of what matters; ``flagged`` would matter, but a filter doubts it.

    ``doubted`` are those of them with a tier. ``more`` are findings of tier III, those first that
    are likely to drive the tumour.
    """

    key: tuple[Row, ...]
    flagged: tuple[Row, ...]
    more: tuple[Row, ...] = ()
    doubted: tuple[Row, ...] = ()

    @classmethod
    def of(cls, view: ReportView, t: Words) -> "KeyRows":
        """From the interpretation; from the findings alone where nothing was classified."""
        passing, flagged = _unclassified(view.record, t)
        if view.done is None:
            return cls(passing, flagged)
        named = anchors(view)
        key = tuple(row_of(line, named[line.item.id], t) for line in view.key)
        doubted = tuple(row_of(line, named[line.item.id], t) for line in view.flagged)
        told = {line.item.id for line in (*view.key, *view.flagged, *view.excluded)}
        more = (row_of(line, named.get(line.item.id, ""), t) for line in view.uncertain)
        others = (row for row in flagged if row.id not in told)
        return cls(key, (*doubted, *others), tuple(sorted(more, key=_by_weight)), doubted)


def anchors(view: ReportView) -> dict[str, str]:
    """Of each finding the place on the page where its reasons stand."""
    return {line.item.id: f"why-{n}" for n, line in enumerate(traced(view))}


def traced(view: ReportView) -> tuple[Line, ...]:
    """The findings whose reasons the page tells."""
    return (*view.key, *view.flagged, *view.uncertain[:TRACED])


def _by_weight(row: Row) -> int:
    """Drivers first: what is (likely) oncogenic, a copy number that is grave, a fusion."""
    line = row.line
    if line and line.event and line.event.known:
        return 0
    if line and line.item.oncogenicity:
        return 0 if line.item.oncogenicity.category in {"oncogenic", "likely_oncogenic"} else 2
    grave = line and line.copies and line.copies.call in {"amplification", "homozygous_deletion"}
    return 1 if grave else 2


def _unclassified(record: CaseRecord, t: Words) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """What passes and what is flagged, by relevance alone."""
    groups = Groups.of(record)
    found = record.rearrangements.found if record.rearrangements else ()
    events = [one for one in found if one.passes]
    passing = [*(_event(one, t) for one in events), *(_copies(g, t) for g in grave_copies(record))]
    flagged = [_event(one, t) for one in found if one.known and not one.passes]
    return (
        (*passing, *_variants(groups.key, t)),
        (*flagged, *_variants(groups.flagged_relevant, t)),
    )


def _event(one: Rearrangement, t: Words) -> Row:
    gene, change = event_name(one.name, one.kind, t)
    measure, doubt = measure_of(one, t), _doubt(one, t)
    return Row(
        gene,
        change,
        measure,
        one.vaf,
        None,
        doubt,
        one.filters,
        one.reason,
        id=one.name,
        brief=reads_of(one, t),
    )


def _copies(gene: GeneCopies, t: Words) -> Row:
    exons = f" {t('page.exon', n=gene.exons)}" if gene.exons else ""
    change = t.term("call", gene.call) + exons
    return Row(gene.gene, change, measure_of(gene, t), doubt=_doubt(gene, t), why=gene.reason)


def _variants(findings: Iterable[Finding], t: Words) -> Iterator[Row]:
    for f in findings:
        yield Row(
            gene=f.gene or "",
            change=f.notation,
            measure=measure_of(f, t),
            share=f.vaf,
            origin=f.origin,
            flags=f.filters,
            why=f.relevance_reason,
            id=f"{f.chrom}-{f.pos}-{f.ref}-{f.alt}",
        )
