"""Depth around one gene."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dugnad.record_copy_number import CopyNumber, GeneCopies
from dugnad.record_rearrangements import PartnerGene
from dugnad.report.pictures import svg
from dugnad.report.pictures.axes import Axis, Interval, Squeezed
from dugnad.report.pictures.colours import EVEN, INK, LINE, SOFT
from dugnad.report.pictures.copies import (
    HIGHEST,
    LOWEST,
    Mixture,
    colour_of_gene,
    colour_of_segment,
)
from dugnad.report.words import Words

WIDTH, LEFT, RIGHT, TOP, HEIGHT = 440.0, 42.0, 400.0, 10.0, 150.0
NEIGHBOURS = 12
BINS = 400


@dataclass(frozen=True)
class _Window:
    """Bins of the gene and their neighbours, and where they are drawn."""

    places: Sequence[int]
    values: Sequence[float]
    inside: Sequence[bool]
    x: Squeezed
    y: Axis


def draw(
    copy_number: CopyNumber, gene: GeneCopies, t: Words, partner: PartnerGene | None = None
) -> Markup:
    """The gene's bins and a few on either side, segments, limits, and exons where known."""
    exons = partner.exons if partner else ()
    window = _window(copy_number, gene, exons)
    mixture = Mixture.of(copy_number)
    parts = [
        *_scale(window.y, mixture, t),
        *_bins(window, gene),
        *_segments(copy_number, gene, window),
        *_limits(copy_number, gene, window.y, mixture, t),
        *_exons(gene, exons, window.x, t),
    ]
    within = sum(window.inside)
    return svg.picture(
        WIDTH,
        TOP + HEIGHT + 44,
        t("page.pic.zoom", gene=gene.gene),
        t(
            "page.pic.zoom_told",
            gene=gene.gene,
            call=t.term("call", gene.call),
            within=within,
            beside=len(window.inside) - within,
        ),
        *parts,
    )


def _window(copy_number: CopyNumber, gene: GeneCopies, exons: Sequence[Interval]) -> _Window:
    track = copy_number.depth
    points = sorted(
        (pos, value)
        for chrom, pos, value in zip(track.chrom, track.pos, track.value, strict=True)
        if chrom == gene.chrom and not math.isnan(value)
    )
    before = [point for point in points if point[0] < gene.start][-NEIGHBOURS:]
    after = [point for point in points if point[0] >= gene.end][:NEIGHBOURS]
    within = [point for point in points if gene.start <= point[0] < gene.end]
    within = within[:: 1 + len(within) // BINS]
    shown = [*before, *within, *after]
    blocks = [(pos - 60, pos + 60) for pos, _ in shown]
    blocks += [(gene.start, gene.start + 1), (gene.end - 1, gene.end), *exons]
    gap = 4 * 120.0 if len(shown) > 1 else 1e9
    segments = [s.log2 for s in copy_number.segments if s.chrom == gene.chrom]
    ends = [value for value in (*(v for _, v in shown), *segments) if math.isfinite(value)]
    return _Window(
        [pos for pos, _ in shown],
        [value for _, value in shown],
        [gene.start <= pos < gene.end for pos, _ in shown],
        Squeezed.of(blocks, gap, LEFT + 8, RIGHT - 8),
        Axis(
            max(LOWEST, min([-1.2, *(value - 0.2 for value in ends)])),
            min(HIGHEST, max([1.2, *(value + 0.2 for value in ends)])),
            TOP + HEIGHT,
            TOP,
        ),
    )


def _scale(y: Axis, mixture: Mixture | None, t: Words) -> Iterator[Markup]:
    for tick in y.ticks(4):
        yield svg.line(LEFT, y(tick), RIGHT, y(tick), stroke=LINE if tick else EVEN)
        yield svg.text(LEFT - 5, y(tick) + 4, t.number(tick), "end", fill=SOFT)
    middle = (y.start + y.end) / 2
    yield svg.text(11, middle, "log2", "middle", transform=f"rotate(-90 11 {middle:g})", fill=SOFT)
    if mixture:
        for copies, log2 in mixture.lines(y.low, y.high, 13 * (y.high - y.low) / HEIGHT):
            yield svg.line(RIGHT, y(log2), RIGHT + 4, y(log2), stroke=SOFT)
            yield svg.text(RIGHT + 6, y(log2) + 4, f"{copies}", fill=SOFT)
        x = WIDTH - 6
        turned = f"rotate(-90 {x:g} {middle:g})"
        yield svg.text(x, middle, t("page.pic.copies"), "middle", transform=turned, fill=SOFT)


def _limits(
    copy_number: CopyNumber, gene: GeneCopies, y: Axis, mixture: Mixture | None, t: Words
) -> Iterator[Markup]:
    """The panel's limits as thin lines, where they fit the axis and have a meaning in log2."""
    if mixture is None or gene.normal_copies != 2:
        return
    for limit in copy_number.limits:
        log2 = mixture.log2(limit.copies)
        if y.low < log2 < y.high:
            style: dict[str, svg.Value] = {"stroke": INK, "stroke_dasharray": "3 3"}
            yield svg.line(LEFT, y(log2), RIGHT, y(log2), class_="limit", opacity=0.6, **style)
            words = f"{t.term('call', limit.call)} {t.number(limit.copies)}"
            halo: dict[str, svg.Value] = {"paint_order": "stroke", "stroke": "#fff"}
            halo |= {"stroke_width": 3, "fill": SOFT, "font_size": 11}
            beside = y(log2) - 3 if limit.copies > 2 else y(log2) + 11
            yield svg.element("text", words, x=LEFT + 3, y=beside, **halo)


def _bins(window: _Window, gene: GeneCopies) -> Iterator[Markup]:
    points = list(zip(window.places, window.values, window.inside, strict=True))
    for within, colour in ((False, EVEN), (True, colour_of_gene(gene))):
        places = [(window.x(pos), window.y(value)) for pos, value, of in points if of == within]
        yield svg.dots(places, 5, stroke=colour, stroke_opacity=0.8)


def _segments(copy_number: CopyNumber, gene: GeneCopies, window: _Window) -> Iterator[Markup]:
    if not window.places:
        return
    low, high = min(*window.places, gene.start), max(*window.places, gene.end)
    for segment in copy_number.segments:
        seen = segment.chrom == gene.chrom and segment.start < high and low < segment.end
        if seen and not math.isnan(segment.log2):
            first, last = window.x(max(low, segment.start)), window.x(min(high, segment.end))
            y = window.y(segment.log2)
            colour = colour_of_segment(segment)
            yield svg.line(
                min(first, last - 3), y, last, y, class_="segment", stroke=colour, stroke_width=2.5
            )


def _exons(gene: GeneCopies, exons: Sequence[Interval], x: Squeezed, t: Words) -> Iterator[Markup]:
    """The gene beneath its bins: exons where they are known, else how far it reaches."""
    y = TOP + HEIGHT + 14
    first, last = x(gene.start), x(gene.end)
    yield svg.line(first, y, last, y, stroke=INK, stroke_width=1 if exons else 6)
    for number, (start, end) in enumerate(exons, start=1):
        title = t("page.pic.exon", n=number)
        yield svg.box(x(start), y - 5, x(end) - x(start), 10, fill=INK, title=title)
    exon = t("page.pic.exon_of", gene=gene.gene, n=gene.exons) if gene.exons else gene.gene
    name = svg.shortened(exon, 24)
    half = svg.width_of(name) / 2
    middle = min(max((first + last) / 2, LEFT + half), RIGHT - half)
    yield svg.text(middle, y + 20, name, "middle", font_weight="bold", font_style="italic")
