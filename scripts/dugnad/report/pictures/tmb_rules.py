"""TMB by each rule, with its interval, on one scale."""

import math
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from dugnad.record_biomarkers import TmbLimit, TmbRule
from dugnad.report.pictures import svg
from dugnad.report.pictures.axes import Axis
from dugnad.report.pictures.colours import BLUE, INK, LINE, SOFT
from dugnad.report.pictures.spectrum import interval
from dugnad.report.words import Words

WIDTH, LEFT, RIGHT = 900.0, 296.0, 790.0
ROW, TOP = 26.0, 22.0
RULES = 20


def draw(rules: Sequence[TmbRule], t: Words) -> Markup:
    """A row per rule, the reported one first; broken lines are the panel's limits."""
    shown = rules[:RULES]
    x = _axis(shown)
    bottom = TOP + ROW * len(shown)
    parts: list[str] = []
    for tick in x.ticks():
        parts.append(svg.line(x(tick), TOP, x(tick), bottom, stroke=LINE))
        parts.append(svg.text(x(tick), bottom + 14, t.number(tick), "middle", fill=SOFT))
    unit = t("page.pic.per_mb")
    parts.append(svg.text((LEFT + RIGHT) / 2, bottom + 30, unit, "middle", fill=SOFT))
    own = [rule.limits for rule in shown if rule.limits]
    alike = bool(own) and all(limits == own[0] for limits in own)
    if alike:
        parts += _limits(own[0], x, (TOP, bottom), t, named=True)
    for row, rule in enumerate(shown):
        y = TOP + ROW * row + ROW / 2
        if not alike:
            parts += _limits(rule.limits, x, (y - ROW / 2, y + ROW / 2), t, named=False)
        parts += _row(rule, y, x, t, reported=row == 0)
    told = "; ".join(f"{rule.name} {_value(rule, t)}" for rule in shown)
    return svg.picture(WIDTH, bottom + 36, t("page.pic.tmb"), told or t("page.none"), *parts)


def _axis(rules: Sequence[TmbRule]) -> Axis:
    ends = [rule.upper or rule.value for rule in rules if rule.value is not None]
    ends += [1.15 * limit.value for rule in rules for limit in rule.limits]
    top = max([10.0, *(end for end in ends if end is not None and math.isfinite(end))])
    return Axis(0, top, LEFT, RIGHT)


def _limits(
    limits: Sequence[TmbLimit], x: Axis, ends: tuple[float, float], t: Words, *, named: bool
) -> Iterator[Markup]:
    top, bottom = ends
    for limit in limits:
        if 0 < limit.value <= x.high:
            at = x(limit.value)
            style: dict[str, svg.Value] = {"stroke": INK, "stroke_dasharray": "4 3"}
            category = svg.shortened(t.term("tmb", limit.category), 16)
            words = t("page.pic.from", category=category, value=t.number(limit.value))
            title = svg.element("title", words)
            place: dict[str, svg.Value] = {"x1": at, "y1": top, "x2": at, "y2": bottom}
            yield svg.element("line", title, class_="limit", **place, **style)
            if named:
                yield svg.text(at + 3, top - 6, words, font_size=11, fill=SOFT)


def _row(rule: TmbRule, y: float, x: Axis, t: Words, *, reported: bool) -> Iterator[Markup]:
    weight = "bold" if reported else None
    title = svg.element("title", rule.name)
    words = svg.shortened(rule.name, 40)
    place: dict[str, svg.Value] = {"x": LEFT - 12, "y": y + 4, "text_anchor": "end"}
    yield svg.element("text", words, title, font_weight=weight, **place)
    if rule.value is None:
        halo: dict[str, svg.Value] = {"paint_order": "stroke", "stroke": "#fff", "stroke_width": 4}
        halo |= {"x": LEFT + 8, "y": y + 4, "fill": SOFT}
        yield svg.element("text", t.term("marker", "not_assessable"), **halo)
        return
    if rule.lower is not None and rule.upper is not None:
        yield from interval(x(rule.lower), x(rule.upper), y)
    yield svg.element("circle", cx=x(rule.value), cy=y, r=5, fill=BLUE, stroke="#fff", class_="tmb")
    yield svg.text(RIGHT + 12, y + 4, _value(rule, t), font_weight=weight)


def _value(rule: TmbRule, t: Words) -> str:
    if rule.value is None:
        return t.term("marker", "not_assessable")
    return f"{t.number(rule.value, 1)} / Mb"
