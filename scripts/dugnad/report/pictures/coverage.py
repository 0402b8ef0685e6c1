"""Depth at the hotspots of each gene, one bar each, against the depth that a negative needs."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from dugnad.record import CaseRecord, Place
from dugnad.report.pictures import svg
from dugnad.report.pictures.axes import Axis
from dugnad.report.pictures.colours import BLUE, INK, LINE, ORANGE, PALE, SOFT, VERMILION
from dugnad.report.words import Words

WIDTH, LEFT, HEIGHT = 900.0, 44.0, 62.0
BAR, BETWEEN, ROW = 9.0, 12.0, 96.0
MOST = 480
OF_STATUS = {"callable": BLUE, "partly": ORANGE, "not_assessable": VERMILION}


def draw(record: CaseRecord, t: Words) -> Markup | None:
    """Bars by gene, in rows; their height is the least depth, up to three times what is needed."""
    spots = [place for place in record.places if place.kind == "hotspot"]
    if not spots:
        return None
    needed = max(1.0, record.panel.callable_depth)
    parts: list[Markup] = []
    rows = list(_rows(spots[:MOST]))
    for number, row in enumerate(rows):
        parts += _row(row, 12 + ROW * number, needed, t)
    seen = sum(place.status == "callable" for place in spots)
    told = t("page.pic.strip_told", seen=seen, n=len(spots), needs=t.number(needed))
    height = 12 + ROW * len(rows)
    return svg.picture(WIDTH, height, t("page.pic.strip"), told, *parts)


def _rows(spots: Sequence[Place]) -> Iterator[list[tuple[float, str, list[Place]]]]:
    """Genes with where they start, as many in a row as there is room for."""
    genes: dict[str, list[Place]] = {}
    for place in spots:
        genes.setdefault(place.gene or place.label.split(" ")[0], []).append(place)
    row: list[tuple[float, str, list[Place]]] = []
    at = LEFT
    for gene, places in genes.items():
        width = max(BAR * len(places), svg.width_of(svg.shortened(gene, 12), 11) + 4)
        if row and at + width > WIDTH:
            yield row
            row, at = [], LEFT
        row.append((at, gene, places))
        at += width + BETWEEN
    yield row


def _row(
    row: Sequence[tuple[float, str, list[Place]]], top: float, needed: float, t: Words
) -> Iterator[Markup]:
    y = Axis(0, 3 * needed, top + HEIGHT, top)
    yield svg.box(LEFT - 4, y(needed), WIDTH - LEFT + 4, HEIGHT / 3, fill=PALE)
    yield svg.line(LEFT - 4, top + HEIGHT, WIDTH, top + HEIGHT, stroke=LINE)
    for gene_at, gene, places in row:
        for number, place in enumerate(places):
            yield _bar(place, gene_at + BAR * number, y, t)
        name = svg.shortened(gene, 12)
        yield svg.text(gene_at, top + HEIGHT + 15, name, font_size=11, font_style="italic")
    style: dict[str, svg.Value] = {"stroke": INK, "stroke_dasharray": "4 3"}
    yield svg.line(LEFT - 4, y(needed), WIDTH, y(needed), class_="limit", **style)
    yield svg.text(LEFT - 8, y(needed) + 4, t.number(needed), "end", fill=SOFT)
    yield svg.text(LEFT - 8, top + HEIGHT + 4, "0", "end", fill=SOFT)


def _bar(place: Place, x: float, y: Axis, t: Words) -> Markup:
    status = t.term("seen", place.status)
    told = t("page.negative.depth_at", place=place.label, depth=place.min_depth)
    low = y(0)
    height = max(1.5, low - y(place.min_depth))
    style: dict[str, svg.Value] = {"fill": OF_STATUS[place.status], "class_": place.status}
    return svg.box(x, low - height, BAR - 2, height, title=f"{told}, {status}", **style)
