"""Soft filters: the panel's rows judged on a variant. A filter flags, it never deletes."""

from collections.abc import Iterable, Mapping
from typing import Any

from dugnad.panel import Filter


def flags(
    variant: Mapping[str, Any], filters: Iterable[Filter], is_hotspot: bool, origin: str
) -> tuple[list[str], list[str]]:
    """The ids of the filters that flag the variant, and of those that cannot be judged.

    The caller's own filters come first, as ``caller:NAME``.

    A filter cannot be judged when its field is null: the caller, or the door that the case came
    by, does not give it. That is stated, since a filter not judged is not a filter passed. A
    variant that the consulted population sources do not list is not common, so not flagged.
    """
    flagged, not_judged = [f"caller:{name}" for name in variant["caller_filters"]], []
    for row in filters:
        limit = row.limit(is_hotspot)
        if limit is None or (row.origin == "not_germline" and origin == "germline"):
            continue
        value = variant[row.field]
        if value is None:
            if row.field != "population_frequency" or variant["population_source"] is None:
                not_judged.append(row.id)
        elif (value < limit) if row.below is not None else (value > limit):
            flagged.append(row.id)
    return flagged, not_judged
