"""Variants over the protein of a reported gene, with its domains."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dugnad.record import Finding
from dugnad.record_rearrangements import Domain
from dugnad.report.pictures import domains, svg
from dugnad.report.pictures.axes import Axis, spread
from dugnad.report.pictures.colours import BLUE, EVEN, INK, LINE, SKY, SOFT, VERMILION
from dugnad.report.view import ReportView
from dugnad.report.words import Words

WIDTH, LEFT, RIGHT, STEM, ROW = 900.0, 12.0, 888.0, 34.0, 16.0
GENES, VARIANTS = 12, 30
TRUNCATES = re.compile(r"Ter|fs")
_RESIDUE = re.compile(r"p\.\(?[A-Z][a-z]{2}(\d+)")


@dataclass(frozen=True)
class Protein:
    """A gene's protein: residues, and domains; length None: not known."""

    gene: str
    length: int | None
    domains: tuple[Domain, ...]


def draw_all(view: ReportView, t: Words) -> Iterator[tuple[str, Markup]]:
    """A picture for each gene with a variant of tier I to III, of those whose residue is known."""
    found: dict[str, list[Finding]] = {}
    for line in (*view.key, *view.uncertain):
        variant = line.variant
        if variant and variant.gene and residue(variant) is not None:
            found.setdefault(variant.gene, []).append(variant)
    for gene, variants in list(found.items())[:GENES]:
        yield gene, draw(protein_of(gene, view), variants[:VARIANTS], t)


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
    names = [svg.shortened(f.notation.removeprefix("p."), 26) for f in placed]
    places = [x(residue(f) or 1) for f in placed]
    widths = [1.1 * svg.width_of(name) for name in names]
    rows = spread(places, widths, LEFT, RIGHT)
    top = ROW * (max(rows, default=0) + 1) + 4
    bar = top + STEM
    parts: list[Markup] = [*_stems(placed, places, bar, top, t)]
    for name, place, width, row in zip(names, places, widths, rows, strict=True):
        middle = min(max(place, LEFT + width / 2), RIGHT - width / 2)
        parts.append(svg.text(middle, top - 6 - ROW * row, name, "middle", font_weight="bold"))
    boxes, bottom = _protein(protein, x, bar, t)
    told = ", ".join(f.notation for f in placed[:VARIANTS])
    title = t("page.pic.lollipop", gene=protein.gene)
    return svg.picture(WIDTH, bottom + 20, title, told, *boxes, *parts, *_scale(x, length, bottom))


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
    line = svg.box(LEFT, bar, RIGHT - LEFT, 8, fill=EVEN, rx=4)
    placed = [
        domains.Placed(x(one.first), x(one.last), one, SKY) for one in _apart(protein.domains)
    ]
    boxes, bottom = domains.draw(placed, bar, (LEFT, RIGHT), t)
    return [line, *boxes], max(bottom, bar + 12)


def _apart(found: Sequence[Domain]) -> list[Domain]:
    """Long ones first; a part of another is left out."""
    kept: list[Domain] = []
    for one in sorted(found, key=lambda d: d.first - d.last):
        if not any(big.first <= one.first and one.last <= big.last for big in kept):
            kept.append(one)
    return kept


def _scale(x: Axis, length: int, bottom: float) -> Iterator[Markup]:
    yield svg.line(LEFT, bottom + 4, RIGHT, bottom + 4, stroke=LINE)
    for tick in x.ticks(6):
        if tick and abs(x(tick) - RIGHT) > 30:
            yield svg.text(x(tick), bottom + 17, f"{tick:.0f}", "middle", fill=SOFT, font_size=11)
    yield svg.text(RIGHT, bottom + 17, f"{length}", "end", fill=INK, font_size=11)
