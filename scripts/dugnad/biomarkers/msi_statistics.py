"""Is a microsatellite unstable, and how many of a sample's are.

A locus is judged by the repeats that its fragments have lost, after MSIsensor-pro (Jia 2020,
PMID:32171661), whose probability of a deletion per repeat is this number over the repeats. Our own
is how much may be chance: the spread between normals beyond what their depths explain, and the
sampling error at the sample's own depth, so that normals and samples need not be equally deep.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Row = Mapping[str, Any]
Floats = npt.NDArray[np.float64]

FALSE_DISCOVERIES = 0.05  # of the loci that differ from the case's own normal; MSIsensor's default
RARE = 5  # lengths with fewer fragments, of tumour and normal together, are taken together
Z95 = 1.959964


@dataclass(frozen=True)
class Expected:
    """What normals show at a locus.

    ``lost`` is the mean over normals of the repeats lost per fragment, ``between`` the SD between
    normals beyond sampling, ``variance`` that of one fragment. ``normals`` counts normals,
    ``reads`` their fragments; ``shares`` are means over lengths from ``first_length`` on.
    """

    normals: int
    reads: int
    lost: float
    between: float
    variance: float
    first_length: int
    shares: tuple[float, ...]


def lost_repeats(row: Row) -> Floats:
    """Of the row's lengths: repeats fewer than the genome has."""
    lengths = row["first_length"] + np.arange(len(row["counts"]))
    lost: Floats = np.maximum(row["repeats"] - lengths, 0).astype(np.float64)
    return lost


def mean_lost(row: Row) -> float:
    """Repeats lost per fragment; the row must have fragments."""
    return float(np.average(lost_repeats(row), weights=row["counts"]))


def score(row: Row, expected: Expected) -> tuple[float, float]:
    """How many more repeats are lost than in normals, per fragment, and the same in SDs."""
    more = mean_lost(row) - expected.lost
    sampling = expected.variance * (1 / row["reads"] + 1 / expected.reads)
    between = expected.between**2 * (1 + 1 / expected.normals)
    return more, more / math.sqrt(sampling + between)


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
    share, z = hits / trials, Z95
    centre = share + z * z / (2 * trials)
    margin = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (centre - margin) / scale), min(1.0, (centre + margin) / scale)


def differing(pairs: Iterable[tuple[Row, Row]]) -> int:
    """How many loci have other lengths in the tumour than in the normal of the same person.

    By chi-square, with false discoveries held down (Benjamini and Hochberg), as MSIsensor does
    (Niu 2014, PMID:24371154).
    """
    values = np.sort([chi_square(tumour, normal) for tumour, normal in pairs])
    if not len(values):
        return 0
    ranks = np.arange(1, len(values) + 1)
    passing = np.flatnonzero(values * len(values) / ranks <= FALSE_DISCOVERIES)
    return int(passing[-1]) + 1 if len(passing) else 0


def chi_square(tumour: Row, normal: Row) -> float:
    """Probability of such a difference between two distributions of lengths, if there is none."""
    from scipy.special import chdtrc  # half a second

    counts = np.stack(aligned([tumour, normal]))
    rare = counts.sum(axis=0) < RARE
    counts = np.column_stack([counts[:, ~rare], counts[:, rare].sum(axis=1)])
    counts = counts[:, counts.sum(axis=0) > 0]
    if counts.shape[1] < 2:
        return 1.0
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    return float(chdtrc(counts.shape[1] - 1, ((counts - expected) ** 2 / expected).sum()))


def aligned(rows: Sequence[Row]) -> list[Floats]:
    """The counts of rows, all from the same first length to the same last."""
    shown = [row for row in rows if len(row["counts"])]
    first = min((row["first_length"] for row in shown), default=0)
    last = max((row["first_length"] + len(row["counts"]) for row in shown), default=0)
    found = []
    for row in rows:
        counts = np.zeros(last - first)
        if len(row["counts"]):
            begin = row["first_length"] - first
            counts[begin : begin + len(row["counts"])] = row["counts"]
        found.append(counts)
    return found
