"""Unflagged small variants by VAF and depth."""

from collections.abc import Iterator

from markupsafe import Markup

from dugnad.record import CaseRecord, Finding
from dugnad.report.pictures import svg
from dugnad.report.pictures.axes import Axis
from dugnad.report.pictures.colours import LINE, SOFT
from dugnad.report.words import Words

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 580.0, 56.0, 550.0, 10.0, 210.0
MOST = 2000
GERMLINE = ("germline", "likely_germline")
# dark enough for text too; shapes tell them apart as well
OF_ORIGIN = {
    "somatic": "#0072b2",
    "germline": "#6a7b1f",
    "likely_germline": "#6a7b1f",
    "uncertain": "#b35c00",
}


def draw(record: CaseRecord, t: Words) -> Markup | None:
    """Circles are somatic, squares germline or likely so, triangles uncertain; None: no variant."""
    shown = [f for f in record.findings if f.passes and f.vaf is not None and f.depth][:MOST]
    if not shown:
        return None
    top = max(100, -(-max(f.depth or 0 for f in shown) // 100) * 100)
    x, y = Axis(0, 1, LEFT, RIGHT), Axis(0, top, BOTTOM, TOP)
    parts = [*_scales(x, y, t)]
    # relevant ones last, so that no other hides them
    for finding in sorted(shown, key=lambda f: f.relevance != "other"):
        parts.append(_mark(finding, x, y, t))
    told = t("page.pic.scatter_told", n=len(shown))
    return svg.picture(WIDTH, BOTTOM + 40, t("page.pic.scatter"), told, *parts)


def _scales(x: Axis, y: Axis, t: Words) -> Iterator[Markup]:
    for tick in x.ticks(4):
        yield svg.line(x(tick), TOP, x(tick), BOTTOM, stroke=LINE)
        yield svg.text(x(tick), BOTTOM + 16, t.percent(tick), "middle", fill=SOFT)
    for tick in y.ticks(4):
        yield svg.line(LEFT, y(tick), RIGHT, y(tick), stroke=LINE)
        yield svg.text(LEFT - 6, y(tick) + 4, t.number(tick), "end", fill=SOFT)
    middle = (LEFT + RIGHT) / 2
    yield svg.text(middle, BOTTOM + 34, t("page.pic.vaf"), "middle", fill=SOFT)
    at = (TOP + BOTTOM) / 2
    turned = f"rotate(-90 12 {at:g})"
    yield svg.text(12, at, t("page.pic.depth"), "middle", transform=turned, fill=SOFT)


def _mark(finding: Finding, x: Axis, y: Axis, t: Words) -> Markup:
    at, up = x(finding.vaf or 0), y(finding.depth or 0)
    told = t("measure.variant", vaf=t.percent(finding.vaf), depth=t.number(finding.depth))
    origin = t.term("origin", finding.origin)
    title = svg.element("title", f"{svg.shortened(finding.name, 60)}: {told}, {origin}")
    style: dict[str, svg.Value] = {"fill": OF_ORIGIN[finding.origin], "stroke": "#fff"}
    style |= {"fill_opacity": 0.45 if finding.relevance == "other" else 1, "class_": "dot"}
    if finding.origin == "somatic":
        return svg.element("circle", title, cx=at, cy=up, r=5, **style)
    if finding.origin in GERMLINE:
        return svg.element("rect", title, x=at - 4, y=up - 4, width=8, height=8, **style)
    return svg.element("path", title, d=f"M{at:.1f} {up - 6:.1f}l6 10h-12z", **style)
