"""A metric against its limits, as a small picture beside its figures."""

import math

from markupsafe import Markup

from dugnad.record import Metric
from dugnad.report.pictures import svg
from dugnad.report.pictures.axes import Axis
from dugnad.report.pictures.colours import BLUE, INK, PALE, SKY, VERMILION

WIDTH, HEIGHT = 120.0, 12.0


def bullet(metric: Metric) -> Markup:
    """The range that is allowed as a pale bar, the value as a mark; nothing without a limit.

    The figures stand beside it, so that it has no words of its own.
    """
    limits = [limit for limit in (metric.lower, metric.upper) if limit is not None]
    value = metric.value
    if value is None or not limits or not all(math.isfinite(v) for v in (value, *limits)):
        return Markup("")
    low = min(0.0, value, *limits)
    high = max(value, *limits) * 1.25 if max(value, *limits) > 0 else 1.0
    if metric.unit == "fraction" and max(value, *limits) <= 1:
        high = min(1.0, high)
    x = Axis(low, high if high > low else low + 1, 1, WIDTH - 1)
    first, last = x(metric.lower if metric.lower is not None else low), WIDTH - 1
    if metric.upper is not None:
        last = x(metric.upper)
    bad = metric.status in ("fail", "warn")
    at = x(value)
    return svg.element(
        "svg",
        svg.box(0, 2, WIDTH, HEIGHT - 4, fill=PALE),
        svg.box(first, 2, max(0.0, last - first), HEIGHT - 4, fill=SKY, fill_opacity=0.55),
        *(svg.line(x(v), 0, x(v), HEIGHT, stroke=INK) for v in limits),
        svg.element("circle", cx=at, cy=HEIGHT / 2, r=4, fill=VERMILION if bad else BLUE),
        class_="bullet",
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        width=WIDTH,
        height=HEIGHT,
        aria_hidden="true",
    )
