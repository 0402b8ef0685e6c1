"""The 96 contexts of single-base substitutions, and the signatures that were assigned."""

from collections.abc import Iterator

from markupsafe import Markup

from dugnad.record_biomarkers import Signatures
from dugnad.report.pictures import svg
from dugnad.report.pictures.axes import Axis
from dugnad.report.pictures.colours import EVEN, INK, LINE, OF_SUBSTITUTION, SKY, SOFT
from dugnad.report.words import Words

WIDTH, LEFT, RIGHT, TOP, HEIGHT = 900.0, 46.0, 896.0, 34.0, 140.0
BASES = "ACGT"
SIGNATURES = 12
ROW, BAR_LEFT, BAR_RIGHT = 26.0, 90.0, 390.0


def draw(signatures: Signatures, t: Words) -> Markup:
    """Counts of the 96 contexts; within a colour by the base before, then by the base after."""
    counts = signatures.spectrum
    top = max(4, *counts) if counts else 4
    y = Axis(0, top, TOP + HEIGHT, TOP)
    step = (RIGHT - LEFT) / 96
    parts: list[str] = [*_grid(y, t), *_heads(step, y.start, t)]
    for index, count in enumerate(counts):
        kind = list(OF_SUBSTITUTION)[index // 16]
        if count:
            before, after = BASES[index % 16 // 4], BASES[index % 4]
            bar = LEFT + step * index + 1, y(count), step - 2, y.start - y(count)
            title = f"{before}[{kind}]{after}: {count}"
            colour = OF_SUBSTITUTION[kind]
            parts.append(svg.box(*bar, fill=colour, title=title, class_="context"))
    sums = [f"{kind} {sum(counts[16 * n : 16 * n + 16])}" for n, kind in enumerate(OF_SUBSTITUTION)]
    title = t("page.pic.spectrum", n=signatures.mutations)
    return svg.picture(WIDTH, TOP + HEIGHT + 34, title, ", ".join(sums) + ".", *parts)


def _grid(y: Axis, t: Words) -> Iterator[Markup]:
    for tick in y.ticks(4):
        if tick == int(tick):
            yield svg.line(LEFT, y(tick), RIGHT, y(tick), stroke=LINE if tick else EVEN)
            yield svg.text(LEFT - 5, y(tick) + 4, t.number(tick), "end", fill=SOFT)
    middle = (y.start + y.end) / 2
    turned = f"rotate(-90 12 {middle:g})"
    yield svg.text(12, middle, t("page.pic.mutations"), "middle", transform=turned, fill=SOFT)


def _heads(step: float, bottom: float, t: Words) -> Iterator[Markup]:
    """The legend: substitutions above, the base before beneath."""
    for number, (kind, colour) in enumerate(OF_SUBSTITUTION.items()):
        start = LEFT + step * 16 * number
        yield svg.box(start + 1, TOP - 14, step * 16 - 2, 8, fill=colour)
        yield svg.text(start + step * 8, TOP - 19, kind, "middle", font_weight="bold")
        for place, base in enumerate(BASES):
            x = start + step * (4 * place + 2)
            yield svg.text(x, bottom + 15, f"{base}_", "middle", fill=SOFT, font_size=11)
            if place:
                edge = start + step * 4 * place
                yield svg.line(edge, bottom, edge, bottom + 5, stroke=EVEN)
    words = t("page.pic.bases")
    yield svg.text((LEFT + RIGHT) / 2, bottom + 31, words, "middle", fill=SOFT, font_size=11)


def draw_assigned(signatures: Signatures, t: Words) -> Markup:
    """Shares of the assigned signatures as bars, with their intervals and what causes them."""
    shown = sorted(signatures.assigned, key=lambda one: -one.share)[:SIGNATURES]
    x = Axis(0, 1, BAR_LEFT, BAR_RIGHT)
    bottom = 6 + ROW * len(shown)
    parts: list[str] = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(svg.line(x(tick), 0, x(tick), bottom, stroke=LINE))
        parts.append(svg.text(x(tick), bottom + 14, t.percent(tick), "middle", fill=SOFT))
    for row, one in enumerate(shown):
        y = 6 + ROW * row
        parts.append(svg.text(BAR_LEFT - 8, y + 14, svg.shortened(one.name, 10), "end"))
        width = x(one.share) - BAR_LEFT
        parts.append(svg.box(BAR_LEFT, y + 4, width, 12, fill=SKY, class_="share"))
        if one.lower is not None and one.upper is not None:
            parts += interval(x(one.lower), x(one.upper), y + 10)
        told = svg.shortened(one.aetiology or t("page.pic.no_cause"), 72)
        parts.append(svg.text(BAR_RIGHT + 16, y + 14, told, font_size=11, fill=SOFT))
    told = ", ".join(f"{one.name} {t.percent(one.share)}" for one in shown)
    title = t("page.pic.assigned")
    return svg.picture(WIDTH, bottom + 20, title, told or t("page.none"), *parts)


def interval(low: float, high: float, y: float, half: float = 4) -> Iterator[Markup]:
    """A line with ends: a confidence interval."""
    yield svg.line(low, y, high, y, stroke=INK, stroke_width=1.5, class_="interval")
    for end in (low, high):
        yield svg.line(end, y - half, end, y + half, stroke=INK, stroke_width=1.5)
