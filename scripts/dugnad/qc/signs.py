"""What asks for a look: a series' last run and last ten runs, by four named signs.

outside  the last run's median breaches a limit of the panel's latest version
unusual  the last run's median is an outlier among the runs' medians (modified z beyond 3.5)
trend    the medians of the last ten runs rise or fall (Mann-Kendall, p below 0.01), by more over
         the ten (Theil-Sen) than the usual spread of samples
shift    the median of the last ten runs' medians lies farther from that of the thirty before
         than the usual spread of samples

The usual spread is 1.4826 times the median absolute deviation. Own selection: the size beside the
test keeps what is sure but small from asking for a look.
"""

from typing import NamedTuple

import numpy as np

from dugnad.qc.robust import mann_kendall, theil_sen
from dugnad.qc.series import ENOUGH_RUNS, Limit, Series

WINDOW = 10
BEFORE = 30
TREND_P = 0.01


class Sign(NamedTuple):
    """A sign's kind, its rank (0 is gravest), direction, and size.

    The size is in the metric's unit: the last median (outside), or how far it lies from the
    others (unusual), changed over ten runs (trend) or moved (shift).
    """

    kind: str
    rank: int
    up: bool
    size: float
    limit: Limit | None = None


def signs(series: Series) -> list[Sign]:
    """The signs of a series, the gravest first; none where it is steady or has too few runs."""
    last = series.runs[-1]
    found = [
        Sign(
            "outside", 0 if limit.breach == "fail" else 1, limit.side == "upper", last.median, limit
        )
        for limit in series.limits_now
        if breaches(last.median, limit)
    ]
    if last.unusual:
        found.append(Sign("unusual", 2, last.z > 0, last.median - float(np.median(series.medians))))
    return sorted([*found, *_trend(series), *_shift(series)], key=lambda sign: sign.rank)


def breaches(value: float, limit: Limit) -> bool:
    """Whether a value lies beyond the limit."""
    return value < limit.value if limit.side == "lower" else value > limit.value


def _trend(series: Series) -> list[Sign]:
    recent = series.medians[-WINDOW:]
    if len(recent) < WINDOW or mann_kendall(recent) >= TREND_P:
        return []
    change = theil_sen(recent) * (WINDOW - 1)
    return [Sign("trend", 3, change > 0, change)] if abs(change) > series.spread else []


def _shift(series: Series) -> list[Sign]:
    before = series.medians[:-WINDOW][-BEFORE:]
    recent = series.medians[-WINDOW:]
    if len(before) < ENOUGH_RUNS:
        return []
    change = float(np.median(recent) - np.median(before))
    return [Sign("shift", 4, change > 0, change)] if abs(change) > series.spread else []
