"""Variants over the protein of a reported gene, with its domains."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dugnad.record import Finding
from dugnad.record_rearrangements import Domain
from dugnad.report.pictures import svg
from dugnad.report.pictures.axes import Axis, spread
from dugnad.report.pictures.colours import BLUE, EVEN, INK, LINE, ORANGE, SKY, SOFT, VERMILION
from dugnad.report.view import ReportView
from dugnad.report.words import Words

WIDTH, LEFT, RIGHT, STEM, ROW = 900.0, 12.0, 888.0, 34.0, 16.0
GENES, VARIANTS, SHORT = 12, 30, 8
TRUNCATES = re.compile(r"Ter|fs")
_RESIDUE = re.compile(r"p\.\(?[A-Z][a-z]{2}(\d+)")


@dataclass(frozen=True)
class Protein:
    """A gene's protein: residues, and domains; length None: not known."""

    gene: str
    length: int | None
    domains: tuple[Domain, ...]


def draw_all(view: ReportView, t: Words) -> Iterator[tuple[str, Markup]]:
    """A picture for each gene with a variant of tier I to III, as far as its protein is known."""
    found: dict[str, list[Finding]] = {}
    for line in (*view.key, *view.uncertain):
        variant = line.variant
        if variant and variant.gene and residue(variant) is not None:
            found.setdefault(variant.gene, []).append(variant)
    for gene, variants in list(found.items())[:GENES]:
        protein = protein_of(gene, view)
        if protein.length or protein.domains:
            yield gene, draw(protein, variants[:VARIANTS], t)


def protein_of(gene: str, view: ReportView) -> Protein:
    """What the record knows of a gene's protein."""
    known = view.done.proteins if view.done else ()
    for one in known:
        if one.gene == gene:
            return Protein(gene, one.length, one.domains)
    partners = view.record.rearrangements.partners if view.record.rearrangements else ()
    named = (partner.domains for partner in partners if partner.gene == gene)
    return Protein(gene, None, next(named, ()))


def residue(finding: Finding) -> int | None:
    """The first residue that a variant changes, by its HGVS name."""
    found = _RESIDUE.match(finding.hgvs_p or "")
    return int(found[1]) if found else None


def draw(protein: Protein, variants: Sequence[Finding], t: Words) -> Markup:
    """Stems at their residues, filled by what they do: red truncates, blue changes residues."""
    ends = [residue(f) or 1 for f in variants] + [d.last for d in protein.domains]
    length = max(protein.length or 0, *ends)
    x = Axis(1, max(2, length), LEFT, RIGHT)
    placed = sorted(variants, key=lambda f: residue(f) or 0)
    names = [svg.shortened(f.notation.removeprefix("p.").strip("()"), 26) for f in placed]
    places = [x(residue(f) or 1) for f in placed]
    widths = [1.1 * svg.width_of(name) for name in names]
    rows = spread(places, widths, LEFT, RIGHT)
    top = ROW * (max(rows, default=0) + 2) + 4
    bar = top + STEM
    style: dict[str, svg.Value] = {"font_weight": "bold", "font_style": "italic"}
    style |= {"x": LEFT, "y": 13, "font_size": 14}
    head = svg.element("text", svg.shortened(protein.gene, 30), **style)
    parts: list[Markup] = [head, *_stems(placed, places, bar, top, t)]
    for name, place, width, row in zip(names, places, widths, rows, strict=True):
        middle = min(max(place, LEFT + width / 2), RIGHT - width / 2)
        parts.append(svg.text(middle, top - 6 - ROW * row, name, "middle", font_weight="bold"))
    boxes, bottom = _protein(protein, x, bar, t)
    told = ", ".join(f.notation for f in placed[:VARIANTS])
    title = t("page.pic.lollipop", gene=protein.gene)
    return svg.picture(WIDTH, bottom + 20, title, told, *boxes, *parts, *_scale(x, protein, bottom))


def _stems(
    variants: Sequence[Finding], places: Sequence[float], bar: float, top: float, t: Words
) -> Iterator[Markup]:
    for finding, at in zip(variants, places, strict=True):
        grave = TRUNCATES.search(finding.hgvs_p or "") is not None
        yield svg.line(at, top, at, bar, stroke=SOFT, stroke_width=1.5)
        told = t("measure.variant", vaf=t.percent(finding.vaf), depth=t.number(finding.depth))
        title = svg.element("title", f"{finding.notation}: {told}")
        style: dict[str, svg.Value] = {"fill": VERMILION if grave else BLUE, "stroke": "#fff"}
        style |= {"class_": "lollipop", "stroke_width": 1.5}
        if grave:
            path = f"M{at:.1f} {top - 3:.1f}l7 7l-7 7l-7-7z"
            yield svg.element("path", title, d=path, **style)
        else:
            yield svg.element("circle", title, cx=at, cy=top + 4, r=6, **style)


def _protein(protein: Protein, x: Axis, bar: float, t: Words) -> tuple[list[Markup], float]:
    """The bar with its long domains named beneath it, and marks of single critical residues."""
    parts = [svg.box(LEFT, bar + 3, RIGHT - LEFT, 8, fill=EVEN, rx=4)]
    taken = LEFT
    for one in _apart(protein.domains):
        title = t("page.pic.residues", name=one.name, first=one.first, last=one.last)
        first, last = x(one.first), x(one.last)
        if one.last - one.first < SHORT:
            parts.append(svg.box(first, bar, max(2, last - first), 14, fill=ORANGE, title=title))
            continue
        style: dict[str, svg.Value] = {"fill": SKY, "rx": 3, "class_": "domain"}
        parts.append(svg.box(first, bar, last - first, 14, title=title, **style))
        name = svg.shortened(one.name, 34)
        half = svg.width_of(name, 11) / 2
        middle = min(max((first + last) / 2, taken + half), RIGHT - half)
        if middle - half >= taken:
            parts.append(svg.text(middle, bar + 27, name, "middle", font_size=11, fill=SOFT))
            taken = middle + half + 6
    return parts, bar + 30


def _apart(found: Sequence[Domain]) -> list[Domain]:
    """By place; a part of another is left out."""
    kept: list[Domain] = []
    for one in sorted(found, key=lambda d: d.first - d.last):
        if not any(big.first <= one.first and one.last <= big.last for big in kept):
            kept.append(one)
    return sorted(kept, key=lambda d: (d.first, d.last))


def _scale(x: Axis, protein: Protein, bottom: float) -> Iterator[Markup]:
    yield svg.line(LEFT, bottom + 4, RIGHT, bottom + 4, stroke=LINE)
    for tick in x.ticks(6):
        if tick and abs(x(tick) - RIGHT) > 44:
            yield svg.text(x(tick), bottom + 17, f"{tick:.0f}", "middle", fill=SOFT, font_size=11)
    end = f"{protein.length}" if protein.length else "\N{HORIZONTAL ELLIPSIS}"
    yield svg.text(RIGHT, bottom + 17, end, "end", fill=INK, font_size=11)
