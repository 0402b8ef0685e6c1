"""Short deletions and duplications that the small variants tell of as well, such as FLT3-ITD."""

from collections.abc import Iterable, Mapping
from typing import Any

from dugnad.rearrangements.sides import Junction

_SHARE = 0.15  # of the length, by which both may differ
_BESIDE = 10  # bases, the same


def agreeing(joined: Junction, variants: Iterable[Mapping[str, Any]]) -> str | None:
    """The small variant that is the same event, by its protein change or its place; else None.

    A duplication of n bases is an insertion of n bases within or beside them; a deletion is one of
    the same bases.
    """
    if joined.svtype not in {"DEL", "DUP"}:
        return None
    low, high = joined.one.pos, joined.two.pos
    change = high - low + 1 if joined.svtype == "DUP" else low - high + 1
    change += len(joined.inserted)
    for row in variants:
        if row["chrom"] != joined.one.chrom:
            continue
        size = len(row["alt"]) - len(row["ref"])
        near = low - _BESIDE <= row["pos"] + max(0, -size) and row["pos"] <= high + _BESIDE
        if size * change > 0 and near and abs(size - change) <= _BESIDE + _SHARE * abs(change):
            named = row["hgvs_p"] or row["hgvs_c"]
            return (
                f"{row['gene']} {named}"
                if row["gene"] and named
                else f"{row['chrom']}:{row['pos']}"
            )
    return None
