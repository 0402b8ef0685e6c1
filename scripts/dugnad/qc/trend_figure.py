"""The picture of one series: medians per run, limits, and the samples that lie outside.

Coordinates are those of an SVG of WIDTH by HEIGHT whose plot lies between LEFT and RIGHT, TOP and
BOTTOM. All texts go through the template, which escapes them.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from dugnad.qc.robust import OUTLIER
from dugnad.qc.series import Limit, Point, Series
from dugnad.qc.trend_words import EPOCH, brief_limit, day_text, limit_text, quantity, score

WIDTH, HEIGHT = 400.0, 172.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 394.0, 8.0, 148.0
# most samples drawn and named in one picture; the table has the others
DRAWN, NAMED = 60, 3
# farther than so many spreads from the centre, a mark stands at the edge
_REACH = 9
# a limit is drawn where it takes the picture no wider than so many times the data, and than so
# many times where the data are too few to say what is usual
_WIDEN, _WIDEN_FEW = 2.5, 30
# most runs with a dot at each median
_DOTTED = 60
_LETTER = 5.7  # width of a letter of a name


class Axis(NamedTuple):
    """A range of values on a range of coordinates."""

    low: float
    high: float
    first: float
    last: float

    def __call__(self, value: float) -> float:
        """The coordinate, held at the edge for what lies beyond."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.first + share * (self.last - self.first)

    def holds(self, value: float) -> bool:
        """Whether the value lies on the axis."""
        return self.low <= value <= self.high


class Tick(NamedTuple):
    """A coordinate and its text."""

    at: float
    text: str


class Line(NamedTuple):
    """A limit from ``x1`` to ``x2``, and the edge where the ground beyond it ends."""

    limit: Limit
    text: str
    x1: float
    x2: float
    y: float
    beyond: float

    @property
    def says(self) -> float:
        """The height of the limit's text: in the ground beyond where there is room."""
        below = (self.beyond > self.y) == (abs(self.beyond - self.y) >= 11)
        return self.y + 9 if below else self.y - 3


class Mark(NamedTuple):
    """A sample (fail, warn, outlier) or a run (run); ``edge``: off the scale, up or down."""

    kind: str
    x: float
    y: float
    edge: str
    text: str


class Name(NamedTuple):
    """A sample's name beside its mark."""

    x: float
    y: float
    anchor: str
    text: str


@dataclass(frozen=True)
class Picture:
    """What the template draws of one series."""

    series: Series
    days: list[Tick]
    values: list[Tick]
    usual: tuple[float, float] | None
    bars: str
    medians: str
    dots: str
    lines: list[Line]
    marks: list[Mark]
    names: list[Name]
    undrawn: int
    off_scale: list[str]


def draw(series: Series, days: Axis, values: Axis) -> Picture:
    """The picture of a series on the axes that it shares with the other sites."""
    lines = list(_lines(series, days, values))
    drawn = [line for line in lines if values.holds(line.limit.value)]
    points = sorted(series.points, key=_gravity)[:DRAWN]
    marks = [_mark(point, days, values, series.key.unit) for point in points]
    low, high = (values(value) for value in series.usual)
    return Picture(
        series=series,
        days=day_ticks(days),
        values=value_ticks(values, series.key.unit),
        usual=(high, low) if series.judged and series.spread else None,
        bars=" ".join(
            f"M{days(run.day):.1f} {values(run.low):.1f}V{values(run.high):.1f}"
            for run in series.runs
            if run.samples > 1
        ),
        medians=" ".join(f"{days(run.day):.1f},{values(run.median):.1f}" for run in series.runs),
        dots=" ".join(
            f"M{days(run.day):.1f} {values(run.median):.1f}h0"
            for run in series.runs
            if len(series.runs) <= _DOTTED
        ),
        lines=drawn,
        marks=[*_runs(series, days, values), *reversed(marks)],
        names=_names(points, marks, drawn),
        undrawn=len(series.points) - len(points),
        off_scale=[
            f"{limit_text(line.limit, series.key.unit)}: off the scale"
            for line in lines
            if line not in drawn and line.limit in series.limits_now
        ],
    )


def day_axis(days: Iterable[int]) -> Axis:
    """The axis of time, in days since 1970, for all pictures."""
    known = list(days)
    margin = max(1.0, (max(known) - min(known)) * 0.015)
    return Axis(min(known) - margin, max(known) + margin, LEFT, RIGHT)


def value_axis(sites: Sequence[Series]) -> Axis:
    """The axis of a metric's values that its sites share.

    It holds what is usual at each site and reaches for runs, flagged samples and limits as far as
    the rest stays legible.
    """
    inside: list[float] = []
    for series in sites:
        steady = series.runs[0].median == series.medians.min() == series.medians.max()
        reach = math.inf if steady else _REACH * series.spread
        usual = series.usual if series.judged else ()
        found = [*usual, *(point.value for point in series.points)]
        found += [value for run in series.runs for value in (run.low, run.median, run.high)]
        inside += [value for value in found if abs(value - series.centre) <= reach]
        inside.append(series.centre)
    low, high = min(inside), max(inside)
    if low == high:
        low, high = low - (abs(low) * 0.1 or 0.5), high + (abs(high) * 0.1 or 0.5)
    bounds = _bounds(sites)
    low, high = max(low, bounds[0]), min(high, bounds[1])
    few = not any(series.judged for series in sites)
    widest = (high - low) * (_WIDEN_FEW if few else _WIDEN)
    for value in sorted({limit.value for series in sites for limit in series.limits}):
        if max(high, value) - min(low, value) <= widest:
            low, high = min(low, value), max(high, value)
    margin = (high - low) * 0.06
    return Axis(max(low - margin, bounds[0]), min(high + margin, bounds[1]), BOTTOM, TOP)


def _bounds(sites: Sequence[Series]) -> tuple[float, float]:
    """Between which values the axis has any meaning: fractions, and what is never negative."""
    values = [run.low for series in sites for run in series.runs]
    values += [point.value for series in sites for point in series.points]
    tops = [run.high for series in sites for run in series.runs]
    fraction = sites[0].key.unit == "fraction" and max([*tops, *values]) <= 1
    return 0.0 if min(values) >= 0 else -math.inf, 1.0 if fraction else math.inf


def value_ticks(axis: Axis, unit: str) -> list[Tick]:
    """Three to seven round values."""
    scale = 100.0 if unit == "fraction" else 1.0
    low, high = axis.low * scale, axis.high * scale
    power = 10.0 ** math.floor(math.log10(high - low))
    steps = (power * factor for factor in (5, 2, 1, 0.5, 0.2))
    step = next(step for step in steps if (high - low) / step >= 2.5)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    size = next((size for size in (1e9, 1e6, 1e3) if high >= 10 * size or step >= size), 1.0)
    sign = "%" if unit == "fraction" else {1e9: "G", 1e6: "M", 1e3: "k"}.get(size, "")
    digits = max(0, -math.floor(math.log10(step / size) + 1e-9))
    ticks = [number * step for number in range(first, last + 1)]
    return [Tick(axis(value / scale), f"{value / size:,.{digits}f}{sign}") for value in ticks]


def day_ticks(axis: Axis) -> list[Tick]:
    """At most seven starts of years or months; days where the time is shorter."""
    first = EPOCH + timedelta(days=math.ceil(axis.low))
    last = EPOCH + timedelta(days=math.floor(axis.high))
    months = (last.year - first.year) * 12 + last.month - first.month
    if months < 2:
        span = (last - first).days
        step = -(-(span + 1) // 5)
        dates = [first + timedelta(days=number) for number in range(0, span + 1, step)]
        return [Tick(axis((day - EPOCH).days), f"{day:%d %b}") for day in dates]
    step = next((step for step in (1, 2, 3, 6, 12) if months / step <= 7), -(-months // 84) * 12)
    start = first.year * 12 + first.month - 1
    numbers = range(-(-start // step) * step, start + months + 1, step)
    starts = [date(number // 12, number % 12 + 1, 1) for number in numbers]
    form = "%Y" if step >= 12 else "%b %y"
    return [Tick(axis((day - EPOCH).days), f"{day:{form}}") for day in starts if day >= first]


def _lines(series: Series, days: Axis, values: Axis) -> Iterable[Line]:
    """The limits of the panel's versions while they were in use at the site.

    A limit that stays the same from one version to the next is one line.
    """
    starts = [days.low, *(day for _, day in series.versions[1:]), days.high]
    open_lines: dict[tuple[str, float], tuple[Limit, int]] = {}
    for number, (version, _) in enumerate((*series.versions, ("", 0))):
        held = {(x.side, x.value): x for x in series.limits if x.version == version and version}
        for place in [place for place in open_lines if place not in held]:
            limit, first = open_lines.pop(place)
            edge = BOTTOM if limit.side == "lower" else TOP
            x1, x2 = days(starts[first]), days(starts[number])
            yield Line(
                limit, brief_limit(limit, series.key.unit), x1, x2, values(limit.value), edge
            )
        for place, limit in held.items():
            first = open_lines[place][1] if place in open_lines else number
            open_lines[place] = (limit, first)


def _gravity(point: Point) -> tuple[int, float, int]:
    return {"fail": 0, "warn": 1}.get(point.status, 1), -abs(point.z), -point.day


def _edge(value: float, axis: Axis) -> str:
    return "" if axis.holds(value) else "down" if value < axis.low else "up"


def _mark(point: Point, days: Axis, values: Axis, unit: str) -> Mark:
    kind = point.status if point.status in {"fail", "warn"} else "outlier"
    text = f"{point.sample}, run {point.run}, {day_text(point.day)}: {quantity(point.value, unit)}"
    text += f", {kind}" if kind != "outlier" else ""
    text += f", outlier (z {score(point.z)})" if point.outlier else ""
    return Mark(kind, days(point.day), values(point.value), _edge(point.value, values), text)


def _runs(series: Series, days: Axis, values: Axis) -> Iterable[Mark]:
    """The runs whose median is unusual."""
    for run in series.runs:
        if run.unusual:
            median = f"median {quantity(run.median, series.key.unit)} of {run.samples} samples"
            text = f"run {run.name}, {day_text(run.day)}: {median}, unusual (z {score(run.z)})"
            yield Mark("run", days(run.day), values(run.median), _edge(run.median, values), text)


def _names(points: Sequence[Point], marks: Sequence[Mark], lines: Sequence[Line]) -> list[Name]:
    """Names for the farthest outliers, beside their marks where there is room."""
    named: list[Name] = []
    taken = [(mark.x - 3, mark.x + 3, mark.y) for mark in marks]
    taken += [(line.x1, line.x1 + _LETTER * len(line.text), line.says - 3) for line in lines]
    pairs = zip(points, marks, strict=True)
    for point, mark in sorted(pairs, key=lambda pair: -abs(pair[0].z)):
        if len(named) == NAMED or abs(point.z) <= OUTLIER:
            break
        text = point.sample if len(point.sample) <= 22 else f"{point.sample[:21]}…"
        length, y = _LETTER * len(text), min(max(mark.y, TOP + 5), BOTTOM - 6)
        for start, anchor in ((mark.x + 6, "start"), (mark.x - 6 - length, "end")):
            end = start + length
            inside = start >= LEFT and end <= RIGHT
            if inside and all(abs(y - h) > 9 or end < s or start > e for s, e, h in taken):
                named.append(Name(start if anchor == "start" else end, y + 3, anchor, text))
                taken.append((start, end, y))
                break
    return named
