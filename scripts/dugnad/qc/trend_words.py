"""Quality over runs in words."""

from collections.abc import Sequence
from datetime import date, timedelta

from dugnad.qc.series import Limit, Point, Series
from dugnad.qc.signs import Sign

EPOCH = date(1970, 1, 1)


def quantity(value: float, unit: str) -> str:
    """A value as text with three digits, fractions in per cent."""
    if unit == "fraction":
        return f"{100 * value:.1f}%" if abs(value) >= 0.01 else f"{100 * value:.2g}%"
    text = f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
    return text if unit in {"", "ratio", "score"} else f"{text} {unit}"


def difference(value: float, unit: str) -> str:
    """A difference of two values as text, without its sign."""
    if unit == "fraction":
        return f"{100 * abs(value):.2g} percentage points"
    return quantity(abs(value), unit)


def score(z: float) -> str:
    """A z-score with its sign."""
    return f"{z:+.1f}".replace("-", "\N{MINUS SIGN}")


def day_text(day: int) -> str:
    """A day since 1970 as an ISO date."""
    return (EPOCH + timedelta(days=day)).isoformat()


def limit_text(limit: Limit, unit: str) -> str:
    """A limit in words."""
    most = "at least" if limit.side == "lower" else "at most"
    return (
        f"needs {most} {quantity(limit.value, unit)}{f', {limit.breach}' if limit.breach else ''}"
    )


def brief_limit(limit: Limit, unit: str) -> str:
    """A limit in a picture: what a breach of it means, and where it lies."""
    scale = 100 if unit == "fraction" else 1
    value = limit.value * scale
    size, letter = next(((s, x) for s, x in ((1e9, "G"), (1e6, "M")) if value >= s), (1, ""))
    text = f"{value / size:,.4g}{'%' if unit == 'fraction' else letter}"
    return f"{limit.breach or 'limit:'} {'below' if limit.side == 'lower' else 'above'} {text}"


def words(term: str) -> str:
    """A term as words."""
    return term.replace("_", " ")


def told(sign: Sign, series: Series) -> str:
    """A sign in words."""
    unit = series.key.unit
    size = difference(sign.size, unit)
    if sign.kind == "outside" and sign.limit:
        return f"last median {quantity(sign.size, unit)}; {limit_text(sign.limit, unit)}"
    if sign.kind == "unusual":
        way = "above" if sign.up else "below"
        return (
            f"last median lies {size} {way} what is usual for a run (z {score(series.runs[-1].z)})"
        )
    if sign.kind == "shift":
        return f"last ten runs lie {size} {'above' if sign.up else 'below'} the thirty before"
    side = "upper" if sign.up else "lower"
    towards = any(limit.side == side for limit in series.limits_now)
    return (
        f"{'rises' if sign.up else 'falls'} by {size} over the last ten runs"
        f"{f', towards the {side} limit' if towards else ''}"
    )


def limits_text(point: Point, unit: str) -> str:
    """The limit that a sample was held against."""
    sides = (("at least", point.lower), ("at most", point.upper))
    return ", ".join(f"{most} {quantity(side, unit)}" for most, side in sides if side is not None)


def described(series: Series, found: Sequence[Sign]) -> str:
    """A series in words, for who does not see its picture."""
    unit = series.key.unit
    low, high = (quantity(value, unit) for value in series.usual)
    usual = f"usual for a sample: {low} to {high}" if series.spread else "all values are the same"
    medians = [run.median for run in series.runs]
    parts = [
        f"{series.samples} samples in {len(series.runs)} runs from {day_text(series.runs[0].day)}"
        f" to {day_text(series.runs[-1].day)}",
        f"run medians from {quantity(min(medians), unit)} to"
        f" {quantity(max(medians), unit)}, last {quantity(series.runs[-1].median, unit)}",
        usual if series.judged else "too few samples to say what is usual",
        *(limit_text(limit, unit) for limit in series.limits_now),
        f"{len(series.points)} samples breach a limit or are outliers",
        *(told(sign, series) for sign in found),
    ]
    return "; ".join(parts) + "."
