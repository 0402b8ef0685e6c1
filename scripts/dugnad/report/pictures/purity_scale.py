"""The tumour fraction: as stated, as estimated with its rivals, and which one is used."""

from collections.abc import Iterator

from markupsafe import Markup

from dugnad.record_copy_number import Purity
from dugnad.report.pictures import svg
from dugnad.report.pictures.axes import Axis
from dugnad.report.pictures.colours import BLUE, EVEN, LINE, ORANGE, SOFT
from dugnad.report.pictures.spectrum import interval
from dugnad.report.words import Words

WIDTH, LEFT, RIGHT = 440.0, 84.0, 416.0
ROW = 30.0
RIVALS = 5


def draw(purity: Purity, t: Words) -> Markup:
    """One row each for what is stated and estimated, and rivals with their ploidy."""
    x = Axis(0, 1, LEFT, RIGHT)
    rivals = _rivals(purity, t)
    rows = 3 if rivals else 2
    bottom = ROW * rows + (14 if rivals else 4)
    parts: list[str] = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(svg.line(x(tick), 4, x(tick), bottom, stroke=LINE))
        parts.append(svg.text(x(tick), bottom + 14, t.percent(tick), "middle", fill=SOFT))
    if purity.used is not None:
        at = x(purity.used)
        style: dict[str, svg.Value] = {"stroke": EVEN, "stroke_width": 6, "opacity": 0.5}
        parts.append(svg.line(at, 4, at, bottom, class_="used", **style))
    parts += _row("stated", purity.stated, purity.used_from == "stated", 19, x, t)
    used = purity.used_from == "estimated"
    parts += _row("estimated", purity.estimated, used, 19 + ROW, x, t)
    if purity.estimated is not None and purity.lower is not None and purity.upper is not None:
        parts[-1:-1] = interval(x(purity.lower), x(purity.upper), 19 + ROW, 5)
    if rivals:
        parts.append(svg.text(LEFT - 10, 23 + 2 * ROW, t("page.pic.rivals"), "end", fill=SOFT))
        parts += rivals
    figures = (("stated", purity.stated), ("estimated", purity.estimated), ("used", purity.used))
    told = ", ".join(f"{t.term('purity', name)} {_share(value, t)}" for name, value in figures)
    return svg.picture(WIDTH, bottom + 20, t("page.cn.purity"), told, *parts)


def _row(
    name: str, value: float | None, used: bool, y: float, x: Axis, t: Words
) -> Iterator[Markup]:
    plain = t.term("purity", name)
    words, weight = (f"{plain}*", "bold") if used else (plain, None)
    yield svg.text(LEFT - 10, y + 4, words, "end", font_weight=weight)
    if value is None:
        yield svg.text(LEFT + 8, y + 4, t("page.unknown"), fill=SOFT)
        return
    title = svg.element("title", f"{plain} {t.percent(value)}")
    if name == "stated":
        path = f"M{x(value):.1f} {y - 7:.1f}l7 7l-7 7l-7-7z"
        yield svg.element("path", title, d=path, fill=ORANGE, stroke="#fff", class_=name)
    else:
        place: dict[str, svg.Value] = {"cx": x(value), "cy": y, "r": 6}
        yield svg.element("circle", title, fill=BLUE, stroke="#fff", class_=name, **place)


def _rivals(purity: Purity, t: Words) -> list[Markup]:
    """Other fits by falling likelihood, with their ploidy; labels that would overlap are left."""
    x, free, parts = Axis(0, 1, LEFT, RIGHT), 0.0, []
    fits = sorted(purity.fits, key=lambda fit: -fit.likelihood)
    best = [fit for fit in fits if fit.purity != purity.estimated or fit.likelihood < 1]
    for fit in sorted(best[:RIVALS], key=lambda fit: fit.purity):
        at, y = x(fit.purity), 19 + 2 * ROW
        told = t(
            "page.pic.fit",
            purity=t.percent(fit.purity),
            ploidy=t.number(fit.ploidy, 1),
            likelihood=t.number(fit.likelihood, 2),
        )
        size = 2.5 + 4 * min(1.0, max(0.0, fit.likelihood)) ** 0.5
        title = svg.element("title", told)
        style: dict[str, svg.Value] = {"fill": "#fff", "stroke": BLUE, "class_": "rival"}
        parts.append(svg.element("circle", title, cx=at, cy=y, r=size, **style))
        words = t("page.pic.ploidy", n=t.number(fit.ploidy, 1))
        if at - svg.width_of(words, 11) / 2 > free:
            parts.append(svg.text(at, y + 18, words, "middle", font_size=11, fill=SOFT))
            free = at + svg.width_of(words, 11) / 2
    return parts


def _share(value: float | None, t: Words) -> str:
    return t("page.unknown") if value is None else t.percent(value)
