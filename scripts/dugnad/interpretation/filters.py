"""Soft filters: the panel's rows judged on a variant. A filter flags, it never deletes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dugnad.panel_rules import Filter

_GERMLINE = {"germline", "likely_germline"}
# where nothing is listed, the sources that were asked say that it is not common
_ASKED = {
    "population_frequency": "population_source",
    "population_maximum": "population_source",
    "recurrence_tumours": "recurrence",
    "recurrence_normals": "recurrence",
}


@dataclass
class Flags:
    """Ids of filters: those that flag a variant, those that could not be judged, and those that
    would flag it were it not at a hotspot or known as pathogenic."""

    flagged: list[str] = field(default_factory=list)
    not_judged: list[str] = field(default_factory=list)
    rescued: list[str] = field(default_factory=list)


def flags(
    variant: Mapping[str, Any],
    filters: Iterable[Filter],
    is_hotspot: bool,
    is_pathogenic: bool,
    origin: str,
) -> Flags:
    """What the filters say of a variant.

    The caller's own filters come first, as ``caller:NAME``: of a variant with one caller only.
    What several propose is judged by its own numbers.

    A filter cannot be judged when its field is null: the caller, or the door that the case came
    by, does not give it. That is stated, since a filter not judged is not a filter passed. A
    variant that the consulted population sources do not list is not common, so not flagged.
    """
    found = Flags(flagged=_callers_own(variant))
    for row in filters:
        if row.origin == "not_germline" and origin in _GERMLINE:
            continue
        value = variant[row.field]
        limit = row.limit(is_hotspot, is_pathogenic)
        if value is None:
            if limit is not None and _is_lacking(variant, row.field):
                found.not_judged.append(row.id)
        elif row.flags(value, limit):
            found.flagged.append(row.id)
        elif row.flags(value, row.usual):
            found.rescued.append(row.id)
    return found


def _is_lacking(variant: Mapping[str, Any], field_name: str) -> bool:
    """Whether an empty field says that evidence is lacking, and not that there is nothing to see.

    Where there is no normal, or its reads are not given, the origin says so, once.
    """
    if field_name in {"normal_vaf", "normal_ratio"}:
        return variant["normal_depth"] is not None
    if field_name == "population_maximum" and variant["population_frequency"] is not None:
        return True  # listed, by a source that does not compare its groups
    asked = _ASKED.get(field_name)
    return asked is None or variant[asked] is None


def _callers_own(variant: Mapping[str, Any]) -> list[str]:
    """The callers' own filters when no caller lets the variant pass."""
    names = [name if ":" in name else f"caller:{name}" for name in variant["caller_filters"]]
    rejecting = {name.split(":", 1)[0] for name in names}
    return names if len(rejecting) >= len(variant["called_by"]) else []
