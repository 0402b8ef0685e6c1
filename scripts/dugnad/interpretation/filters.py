"""Soft filters: the panel's rows judged on a variant. A filter flags, it never deletes."""

from collections.abc import Iterable, Mapping
from typing import Any

from dugnad.panel import Filter


def flags(
    variant: Mapping[str, Any], filters: Iterable[Filter], is_hotspot: bool, origin: str
) -> tuple[list[str], list[str]]:
    """The ids of the filters that flag the variant, and of those that cannot be judged.

    A filter cannot be judged when its field is null: the caller, or the door that the case came
    by, does not give it. That is stated, since a filter not judged is not a filter passed. A
    variant that the consulted population sources do not list is not common, so not flagged.
    """
    flagged, not_judged = [], []
    for row in filters:
        limit = _limit(row, is_hotspot)
        if limit is None or (row.origin == "not_germline" and origin == "germline"):
            continue
        value = variant[row.field]
        if value is None:
            if row.field != "population_frequency" or variant["population_source"] is None:
                not_judged.append(row.id)
        elif (value < limit) if row.below is not None else (value > limit):
            flagged.append(row.id)
    return flagged, not_judged


def _limit(row: Filter, is_hotspot: bool) -> float | None:
    if is_hotspot and row.hotspot == "exempt":
        return None
    if is_hotspot and isinstance(row.hotspot, float | int):
        return row.hotspot
    return row.below if row.below is not None else row.above
