"""Copies at a place, as the segments of a case say."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Copies = tuple[float, int | None, int]
"""Copies in a tumour cell, of which so many of the rarer parent (None: not told), and in a normal
cell."""


def states_at(segments: Iterable[Mapping[str, Any]]) -> Callable[[str, int], Copies | None]:
    """A function of contig and 1-based position, from rows of the table of segments.

    Between two segments of a contig the nearer one counts; beyond the first and last it is they.
    The answer is None on a contig without segments, and where copies are not told.
    """
    by_contig: dict[str, list[Mapping[str, Any]]] = {}
    for row in sorted(segments, key=lambda row: (row["chrom"], row["start"])):
        by_contig.setdefault(row["chrom"], []).append(row)
    starts = {chrom: [row["start"] for row in rows] for chrom, rows in by_contig.items()}

    def look_up(chrom: str, pos: int) -> Copies | None:
        rows = by_contig.get(chrom)
        if not rows:
            return None
        index = max(bisect_right(starts[chrom], pos - 1) - 1, 0)
        row = rows[index]
        after = rows[index + 1] if index + 1 < len(rows) else None
        if after and pos > row["end"] and after["start"] - pos + 1 < pos - row["end"]:
            row = after
        if row["copies"] is None:
            return None
        return row["copies"], row["minor_copies"], row["normal_copies"]

    return look_up
