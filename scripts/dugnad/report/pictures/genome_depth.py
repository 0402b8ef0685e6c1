"""Depth and BAF along the genome."""

import math
from collections.abc import Iterable, Iterator

from markupsafe import Markup

from dugnad.record_copy_number import CopyNumber, GeneCopies, Segment, Track
from dugnad.report.pictures import svg
from dugnad.report.pictures.axes import Axis, Genome, spread
from dugnad.report.pictures.colours import EVEN, LINE, ODD, PALE, SOFT
from dugnad.report.pictures.copies import (
    HIGHEST,
    LOWEST,
    Mixture,
    called,
    colour_of_gene,
    colour_of_segment,
)
from dugnad.report.words import Words

WIDTH, LEFT, RIGHT = 900.0, 46.0, 862.0
DEPTH, BAF, BETWEEN = 200.0, 100.0, 26.0
LABELS = 40
ROW = 15.0


def draw(copy_number: CopyNumber, t: Words) -> Markup:
    """log2 of bins with segments, the genes that are called, and BAF beneath."""
    genome = Genome.of(_extents(copy_number), LEFT, RIGHT)
    labels, top = _labels(copy_number, genome, t)
    low, high = _limits(copy_number)
    depth = Axis(low, high, top + DEPTH, top)
    baf = Axis(0, 1, top + DEPTH + BETWEEN + BAF, top + DEPTH + BETWEEN)
    parts = [
        *_contigs(genome, top, baf.start),
        *_scales(depth, baf, Mixture.of(copy_number), t),
        *_points(copy_number.depth, genome, depth),
        *_points(copy_number.baf, genome, baf),
        *_segments(copy_number.segments, genome, depth, baf),
        *labels,
    ]
    shown = called(copy_number)[:LABELS]
    genes = ", ".join(f"{gene.gene} {t.term('call', gene.call)}" for gene in shown)
    return svg.picture(
        WIDTH,
        baf.start + 32,
        t("page.pic.genome"),
        t("page.pic.genome_told", genes=genes or t("page.pic.no_gene")),
        *parts,
    )


def _extents(copy_number: CopyNumber) -> dict[str, int]:
    ends: dict[str, int] = {}
    for track in (copy_number.depth, copy_number.baf):
        for chrom, pos in zip(track.chrom, track.pos, strict=True):
            ends[chrom] = max(ends.get(chrom, 0), pos)
    for segment in copy_number.segments:
        ends[segment.chrom] = max(ends.get(segment.chrom, 0), segment.end)
    for gene in copy_number.genes:
        ends[gene.chrom] = max(ends.get(gene.chrom, 0), gene.end)
    return ends


def _limits(copy_number: CopyNumber) -> tuple[float, float]:
    """Ends of the axis of log2: what nearly all bins and all segments need, within reason."""
    values = sorted(value for value in copy_number.depth.value if math.isfinite(value))
    few = len(values) // 200
    ends = [*values[few : len(values) - few], *(segment.log2 for segment in copy_number.segments)]
    ends = [value for value in ends if math.isfinite(value)]
    return (
        max(LOWEST, min([-1.5, *(value - 0.2 for value in ends)])),
        min(HIGHEST, max([1.5, *(value + 0.2 for value in ends)])),
    )


def _contigs(genome: Genome, top: float, bottom: float) -> Iterator[Markup]:
    ends = [0.0, 0.0]
    for number, (chrom, start) in enumerate(genome.starts.items()):
        width = genome.widths[chrom]
        for y, height in ((top, DEPTH), (bottom - BAF, BAF)):
            yield svg.box(start, y, width, height, fill="#fff" if number % 2 else PALE)
        name = svg.shortened(chrom.removeprefix("chr"), 6)
        middle, half = start + width / 2, svg.width_of(name, 11) / 2
        for row, end in enumerate(ends):
            # the second row is for those that have no room in the first
            if middle - half >= end:
                y = bottom + 15 + 12 * row
                yield svg.text(middle, y, name, "middle", font_size=11, fill=SOFT)
                ends[row] = middle + half + 4
                break


def _scales(depth: Axis, baf: Axis, mixture: Mixture | None, t: Words) -> Iterator[Markup]:
    for tick in depth.ticks():
        y = depth(tick)
        yield svg.line(LEFT, y, RIGHT, y, stroke=LINE if tick else EVEN)
        yield svg.text(LEFT - 5, y + 4, t.number(tick), "end", fill=SOFT)
    for tick in (0, 0.5, 1):
        yield svg.line(LEFT, baf(tick), RIGHT, baf(tick), stroke=LINE)
        yield svg.text(LEFT - 5, baf(tick) + 4, t.number(tick), "end", fill=SOFT)
    for name, axis in ((t("page.pic.log2"), depth), ("BAF", baf)):
        middle = (axis.start + axis.end) / 2
        turned = f"rotate(-90 12 {middle:.0f})"
        yield svg.text(12, middle, name, "middle", transform=turned, fill=SOFT)
    if mixture:
        apart = 12 * (depth.high - depth.low) / DEPTH
        for copies, log2 in mixture.lines(depth.low, depth.high, apart):
            yield svg.text(RIGHT + 6, depth(log2) + 4, f"{copies}", fill=SOFT)
            yield svg.line(RIGHT, depth(log2), RIGHT + 4, depth(log2), stroke=SOFT)
        middle = (depth.start + depth.end) / 2
        turned = f"rotate(-90 {WIDTH - 4:.0f} {middle:.0f})"
        yield svg.text(
            WIDTH - 4, middle, t("page.pic.copies"), "middle", transform=turned, fill=SOFT
        )


def _points(track: Track, genome: Genome, axis: Axis) -> Iterator[Markup]:
    places: dict[str, list[tuple[float, float]]] = {chrom: [] for chrom in genome.starts}
    for chrom, pos, value in zip(track.chrom, track.pos, track.value, strict=True):
        if not math.isnan(value):
            places[chrom].append((genome(chrom, pos), axis(value)))
    for number, found in enumerate(places.values()):
        yield svg.dots(found, 2.6, stroke=EVEN if number % 2 else ODD, stroke_opacity=0.75)


def _segments(
    segments: Iterable[Segment], genome: Genome, depth: Axis, baf: Axis
) -> Iterator[Markup]:
    for segment in segments:
        first, last = genome(segment.chrom, segment.start), genome(segment.chrom, segment.end)
        first, last = min(first, last - 3), last
        style: dict[str, svg.Value] = {"stroke": colour_of_segment(segment), "stroke_width": 3}
        if not math.isnan(segment.log2):
            y = depth(segment.log2)
            yield svg.line(first, y, last, y, class_="segment", **style)
        if segment.baf is not None:
            for share in {segment.baf, 1 - segment.baf}:
                yield svg.line(first, baf(share), last, baf(share), class_="baf", **style)


def _labels(copy_number: CopyNumber, genome: Genome, t: Words) -> tuple[list[Markup], float]:
    """Names of called genes above the picture, and where the picture then begins."""
    genes: dict[str, GeneCopies] = {}
    for gene in called(copy_number):
        genes.setdefault(gene.gene, gene)
    shown = list(genes.values())[:LABELS]
    shown.sort(key=lambda gene: genome(gene.chrom, gene.start))
    names = [svg.shortened(gene.gene, 14) for gene in shown]
    middles = [genome(gene.chrom, (gene.start + gene.end) / 2) for gene in shown]
    # they are written bold
    widths = [1.2 * svg.width_of(name) for name in names]
    rows = spread(middles, widths, LEFT, RIGHT)
    top = ROW * (max(rows, default=-1) + 1) + 10
    lines, words = [], []
    for gene, name, middle, width, row in zip(shown, names, middles, widths, rows, strict=True):
        x = min(max(middle, LEFT + width / 2), RIGHT - width / 2)
        y, colour = top - 8 - ROW * row, colour_of_gene(gene)
        lines.append(svg.line(middle, y + 3, middle, top + DEPTH, stroke=colour, opacity=0.5))
        title = svg.element("title", f"{gene.gene}: {t.term('call', gene.call)}")
        halo: dict[str, svg.Value] = {"paint_order": "stroke", "stroke": "#fff", "stroke_width": 4}
        place: dict[str, svg.Value] = {"x": x, "y": y, "text_anchor": "middle"}
        style: dict[str, svg.Value] = {"class_": "gene", "font_style": "italic"}
        words.append(svg.element("text", name, title, **place, **style, **halo))
    return [*lines, *words], top
