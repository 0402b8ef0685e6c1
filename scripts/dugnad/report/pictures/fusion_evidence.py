"""What DNA and RNA show of a rearrangement, in words beside its picture."""

import textwrap

from markupsafe import Markup

from dugnad.record_rearrangements import Rearrangement
from dugnad.report.pictures import svg
from dugnad.report.pictures.colours import LINE, SOFT

WRAP = 34


def draw(found: Rearrangement, x: float) -> tuple[list[Markup], float]:
    """Lines of text right of a thin line, and how far down they reach."""
    parts, y = [], 18.0
    for head, lines in lines_of(found):
        parts.append(svg.text(x, y, head, font_weight="bold"))
        y += 17
        for told in lines:
            for words in textwrap.wrap(told, WRAP)[:3]:
                parts.append(svg.text(x, y, words, fill=SOFT))
                y += 16
        y += 8
    parts.insert(0, svg.line(x - 16, 4, x - 16, y - 12, stroke=LINE))
    return parts, y - 8


def lines_of(found: Rearrangement) -> list[tuple[str, list[str]]]:
    """Headings with their lines: reading frame with the domain, DNA, RNA."""
    frame = {"in_frame": "In frame", "out_of_frame": "Out of frame"}
    domain = []
    if found.domain:
        fate = {"kept": "kept", "lost": "lost"}.get(found.domain_kept, "not known if kept")
        domain.append(f"{found.domain}: {fate}")
    head = frame.get(found.frame, "Reading frame not known")
    return [(head, domain), ("DNA", _dna(found)), ("RNA", _rna(found))]


def _dna(found: Rearrangement) -> list[str]:
    lines = _counts(found.split_reads, "split reads", found.pairs)
    if not lines:
        return ["no evidence, or not looked for"]
    if found.vaf is not None:
        lines.append(f"VAF {found.vaf:.1%}")
    normal = _counts(found.normal_split_reads, "split reads", found.normal_pairs)
    lines += [f"in the normal {told}" for told in normal]
    return [*lines, *_methods(found, "dna")]


def _rna(found: Rearrangement) -> list[str]:
    lines = _counts(found.rna_split_reads, "reads across", found.rna_pairs)
    if not lines:
        return ["no evidence, or not looked for"]
    sides = [found.rna_reference_1, found.rna_reference_2]
    told = [f"{reads:,}" for reads in sides if reads is not None]
    if told:
        lines.append(f"unbroken at either side {' and '.join(told)}")
    return [*lines, *_methods(found, "rna")]


def _counts(reads: int | None, name: str, pairs: int | None) -> list[str]:
    counts = ((reads, name), (pairs, "pair" if pairs == 1 else "pairs"))
    told = [f"{count:,} {what}" for count, what in counts if count is not None]
    return [", ".join(told)] if told else []


def _methods(found: Rearrangement, analyte: str) -> list[str]:
    named = [name.partition(":") for name in found.called_by]
    methods = [method for kind, _, method in named if kind == analyte]
    return [f"by {', '.join(methods)}"] if methods else []
