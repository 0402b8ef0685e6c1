"""What DNA and RNA show of a rearrangement, in words beside its picture."""

import textwrap

from markupsafe import Markup

from dugnad.record_rearrangements import Rearrangement
from dugnad.report.pictures import svg
from dugnad.report.pictures.colours import LINE, SOFT
from dugnad.report.words import Words

WRAP = 34


def draw(found: Rearrangement, x: float, t: Words) -> tuple[list[Markup], float]:
    """Lines of text right of a thin line, and how far down they reach."""
    parts, y = [], 18.0
    for head, lines in lines_of(found, t):
        parts.append(svg.text(x, y, head, font_weight="bold"))
        y += 17
        for told in lines:
            for words in textwrap.wrap(told, WRAP)[:3]:
                parts.append(svg.text(x, y, words, fill=SOFT))
                y += 16
        y += 8
    parts.insert(0, svg.line(x - 16, 4, x - 16, y - 12, stroke=LINE))
    return parts, y - 8


def lines_of(found: Rearrangement, t: Words) -> list[tuple[str, list[str]]]:
    """Headings with their lines: reading frame with the domain, DNA, RNA."""
    domain = []
    if found.domain:
        domain.append(f"{found.domain}: {t.term('domain', found.domain_kept)}")
    head = t.term("frame", found.frame)
    head = head[:1].upper() + head[1:]
    return [(head, domain), ("DNA", _dna(found, t)), ("RNA", _rna(found, t))]


def _dna(found: Rearrangement, t: Words) -> list[str]:
    counts = counts_text(found.split_reads, found.pairs, "split", t)
    if not counts:
        return [t("page.pic.no_evidence")]
    lines = [counts]
    if found.vaf is not None:
        lines.append(f"VAF {t.percent(found.vaf)}")
    if normal := counts_text(found.normal_split_reads, found.normal_pairs, "split", t):
        lines.append(t("page.pic.in_normal", counts=normal))
    return [*lines, *_methods(found, "dna", t)]


def _rna(found: Rearrangement, t: Words) -> list[str]:
    counts = counts_text(found.rna_split_reads, found.rna_pairs, "across", t)
    if not counts:
        return [t("page.pic.no_evidence")]
    lines = [counts]
    sides = [found.rna_reference_1, found.rna_reference_2]
    told = [t.number(reads) for reads in sides if reads is not None]
    if told:
        lines.append(t("page.pic.unbroken", counts=", ".join(told)))
    return [*lines, *_methods(found, "rna", t)]


def counts_text(reads: int | None, pairs: int | None, kind: str, t: Words) -> str:
    """Reads and pairs in words; ``kind``: split (DNA) or across (RNA). Empty: neither is known."""
    counts = ((reads, kind), (pairs, "pair"))
    told = (
        t(f"page.count.{what}.{'one' if n == 1 else 'many'}", n=t.number(n))
        for n, what in counts
        if n is not None
    )
    return ", ".join(told)


def _methods(found: Rearrangement, analyte: str, t: Words) -> list[str]:
    named = [name.partition(":") for name in found.called_by]
    methods = [method for kind, _, method in named if kind == analyte]
    return [t("page.by", names=", ".join(methods))] if methods else []
