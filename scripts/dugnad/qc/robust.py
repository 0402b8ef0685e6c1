"""Robust statistics of quality over time: spread, outliers and trends, by numpy alone.

Outliers: the modified z-score with the limit 3.5 (Iglewicz and Hoaglin 1993, How to Detect and
Handle Outliers). Where the median absolute deviation is 0, since more than half of the values are
the same, the mean absolute deviation stands in for it (IBM Cognos Analytics documentation,
"Modified z score"). Trends: the Mann-Kendall test with the variance corrected for ties and the
continuity correction (documentation of mk.test, R package trend), and the Theil-Sen slope.
"""

import math
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]

OUTLIER = 3.5
_OF_MAD = 1 / 0.6745
_OF_MEAN_DEVIATION = 1.253314


def centre_and_spread(values: Floats) -> tuple[float, float]:
    """The median, and the spread on the scale of a standard deviation; values shape (n,), n > 0.

    The spread is 0 only where all values are the same.
    """
    centre = float(np.median(values))
    away = np.abs(values - centre)
    spread = float(np.median(away)) * _OF_MAD
    return centre, spread or float(away.mean()) * _OF_MEAN_DEVIATION


def modified_z(values: Floats, centre: float, spread: float) -> Floats:
    """Distances from the centre in spreads, shape (n,); 0 where there is no spread."""
    return (values - centre) / spread if spread else np.zeros_like(values)


def quantiles(values: Floats, starts: Ints, counts: Ints, share: float) -> Floats:
    """One quantile of each group, shape (groups,), by linear interpolation.

    ``values`` lie group after group and rise within each; group ``i`` has ``counts[i]`` (at least
    one) of them from ``starts[i]`` on.
    """
    position = (counts - 1) * share
    below = np.floor(position).astype(np.int64)
    above = np.minimum(below + 1, counts - 1)
    low, high = values[starts + below], values[starts + above]
    return np.asarray(low + (high - low) * (position - below))


def mann_kendall(values: Floats) -> float:
    """The two-sided p of no monotonic trend in values in order of time, shape (n,)."""
    n = len(values)
    first, second = np.triu_indices(n, k=1)
    score = float(np.sign(values[second] - values[first]).sum())
    _, ties = np.unique(values, return_counts=True)
    tied = float((ties * (ties - 1) * (2 * ties + 5)).sum())
    variance = (n * (n - 1) * (2 * n + 5) - tied) / 18
    if variance <= 0 or score == 0:
        return 1.0
    return math.erfc((abs(score) - 1) / math.sqrt(2 * variance))


def theil_sen(values: Floats) -> float:
    """The median slope per step between all pairs of values in time, shape (n,), n > 1."""
    first, second = np.triu_indices(len(values), k=1)
    return float(np.median((values[second] - values[first]) / (second - first)))
