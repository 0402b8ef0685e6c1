"""Count what was found, missed and called falsely, by type and VAF, with confidence intervals.

Intervals are Wilson's score intervals at 95 % (Wilson 1927, doi:10.1080/01621459.1927.10502953).
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import NormalDist, fmean
from typing import Any

from dugnad.accuracy.comparing import Comparison, Judged
from dugnad.accuracy.variants import KINDS, CalledVariant, TrueVariant, kind_of

BINS = (0.02, 0.05, 0.10, 0.20)
"""Edges of the VAF bins, fractions; each begins a bin."""

ALL, UNKNOWN = "all", "unknown"
LEVEL = 0.95  # of the confidence intervals

EXPLAINED = (
    *("chrom", "pos", "ref", "alt", "type", "vaf"),
    *("reason", "filters", "origin", "depth", "alt_reads", "calls"),
)

COLUMNS = (
    *("set", "rule", "type", "vaf_bin", "tp", "fp", "fn", "recall", "precision", "f1"),
    *("recall_low", "recall_high", "precision_low", "precision_high"),
)

Row = dict[str, Any]

_Tally = Counter[tuple[str, str, str]]
"""Counts of (type, VAF bin, what)."""


def rows(
    comparison: Comparison, set_name: str, rule_name: str, bins: Sequence[float] = BINS
) -> list[Row]:
    """Counts and shares by type and VAF bin, with the keys of COLUMNS.

    True variants are counted by their VAF in the truth, or that of their calls (the mean of
    several) where the truth has none; false calls by their own. ``tp`` counts true variants, so
    precision is tp / (tp + fp) where one call is several true variants. A share is None where
    there is nothing to take it of. In the VAF bins, recall and F1 are also None where a true
    variant has its VAF from its calls: those that were missed have none, and lie in no bin.

    Type ``all`` has a row for each bin; other types, and the bin ``unknown``, where they have any.
    """
    tally = _tally(comparison, bins)
    names = [ALL, *bin_names(bins), UNKNOWN]
    return [
        {
            "set": set_name,
            "rule": rule_name,
            "type": kind,
            "vaf_bin": name,
            **_shares(tally, kind, name),
        }
        for kind in (ALL, *KINDS)
        for name in names
        if (kind == ALL and name != UNKNOWN)
        or any(tally[kind, name, what] for what in ("tp", "fp", "fn"))
    ]


def bin_names(bins: Sequence[float] = BINS) -> list[str]:
    """Names of the VAF bins below, between and above one or more edges, as ``0.02-0.05``."""
    texts = [
        f"{edge:.2f}" if round(edge, 2) == edge else f"{edge:.6f}".rstrip("0") for edge in bins
    ]
    between = [f"{low}-{high}" for low, high in pairwise(texts)]
    return [f"<{texts[0]}", *between, f">={texts[-1]}"]


def wilson(hits: int, total: int, level: float = LEVEL) -> tuple[float, float] | None:
    """The score interval of a share ``hits`` / ``total``; None when there are none."""
    if not total:
        return None
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = hits / total
    middle = share + z * z / (2 * total)
    reach = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    low, high = (middle - reach) / scale, (middle + reach) / scale
    return (0.0 if hits == 0 else low), (1.0 if hits == total else high)


def missed(comparison: Comparison) -> list[Row]:
    """Each false negative, with the calls that explain it and a reason.

    ``filtered`` and ``origin``: its sequence is among the calls, but does not pass; filters,
    origin and reads are those of the calls. ``other_allele``: another change of its bases is
    called. ``not_called``: neither.
    """
    return [_missed(item) for item in comparison.false_negatives]


def false(comparison: Comparison) -> list[Row]:
    """Each false positive, with the same keys; its reason is ``not_true``."""
    return [
        {**_place(call), **_evidence([call]), "reason": "not_true", "calls": []}
        for call in comparison.false_positives
    ]


def _missed(item: Judged) -> Row:
    filtered = any(call.filters for call in item.calls)
    reason = "filtered" if filtered else "origin" if item.calls else "other_allele"
    if not item.calls and not item.overlapping:
        reason = "not_called"
    found = [f"{c.chrom}:{c.pos} {c.ref}>{c.alt}" for c in item.calls or item.overlapping]
    return {**_evidence(item.calls), **_place(item.truth), "reason": reason, "calls": found}


def _place(variant: TrueVariant | CalledVariant) -> Row:
    place = {name: getattr(variant, name) for name in ("chrom", "pos", "ref", "alt", "vaf")}
    return {**place, "type": kind_of(variant)}


def _evidence(calls: Sequence[CalledVariant]) -> Row:
    """Of several calls the filters and origins of all, and the fewest reads; None without any."""
    origins = sorted({call.origin for call in calls if call.origin})
    return {
        "filters": sorted({name for call in calls for name in call.filters}) if calls else None,
        "origin": ",".join(origins) or None,
        "depth": _least(call.depth for call in calls),
        "alt_reads": _least(call.alt_reads for call in calls),
    }


def _least(values: Iterable[int | None]) -> int | None:
    return min((value for value in values if value is not None), default=None)


def report(comparison: Comparison, counted: Iterable[Row]) -> Row:
    """What is written as JSON: the rows, each error, and false calls per megabase."""
    megabases = comparison.megabases
    number = len(comparison.false_positives)
    return {
        "rows": list(counted),
        "missed": missed(comparison),
        "false": false(comparison),
        "megabases": megabases,
        "false_per_megabase": number / megabases if megabases else None,
    }


def _tally(comparison: Comparison, bins: Sequence[float]) -> _Tally:
    tally: _Tally = Counter()

    def count(kind: str, vaf: float | None, what: str) -> None:
        for group in (ALL, kind):
            tally[group, ALL, what] += 1
            tally[group, _bin(vaf, bins), what] += 1

    for item in comparison.true_positives:
        kind, vaf = kind_of(item.truth), item.truth.vaf
        seen = _mean(item.calls) if vaf is None else vaf
        count(kind, seen, "tp")
        if vaf is None and seen is not None:
            count(kind, seen, "borrowed")
            count(kind, None, "borrowed")
    for item in comparison.false_negatives:
        count(kind_of(item.truth), item.truth.vaf, "fn")
    for call in comparison.false_positives:
        count(kind_of(call), call.vaf, "fp")
    return tally


def _bin(vaf: float | None, bins: Sequence[float]) -> str:
    if vaf is None:
        return UNKNOWN
    return bin_names(bins)[sum(vaf >= edge for edge in bins)]


def _mean(calls: Sequence[CalledVariant]) -> float | None:
    known = [call.vaf for call in calls if call.vaf is not None]
    return fmean(known) if known else None


def _shares(tally: _Tally, kind: str, name: str) -> Row:
    tp, fp, fn = (tally[kind, name, what] for what in ("tp", "fp", "fn"))
    sure = name == ALL or not tally[kind, name, "borrowed"]
    recall = wilson(tp, tp + fn) if sure else None
    precision = wilson(tp, tp + fp)
    return {
        "tp": tp,
        "fp": fp,
        "fn": fn,
        "recall": tp / (tp + fn) if recall else None,
        "precision": tp / (tp + fp) if precision else None,
        "f1": 2 * tp / (2 * tp + fp + fn) if sure and tp + fp + fn else None,
        "recall_low": recall[0] if recall else None,
        "recall_high": recall[1] if recall else None,
        "precision_low": precision[0] if precision else None,
        "precision_high": precision[1] if precision else None,
    }
