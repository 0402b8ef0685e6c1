"""The tumour's copies at a variant's place, as the segments say."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LocalCopies:
    """Copies in a tumour cell, of which so many of the rarer parent, and in a normal cell."""

    copies: float
    total: int
    minor: int | None
    normal: int


class Segments:
    """Rows of the segments table, to look places up in."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Keep the rows; one without copies says nothing."""
        self._starts: dict[str, list[int]] = {}
        self._rows: dict[str, list[Mapping[str, Any]]] = {}
        for row in sorted(rows, key=lambda row: (row["chrom"], row["start"])):
            self._starts.setdefault(row["chrom"], []).append(row["start"])
            self._rows.setdefault(row["chrom"], []).append(row)

    def at(self, chrom: str, pos: int) -> LocalCopies | None:
        """The copies at a 1-based position; None where no segment with copies lies."""
        index = bisect_right(self._starts.get(chrom, []), pos - 1) - 1
        if index < 0:
            return None
        row = self._rows[chrom][index]
        if pos > row["end"] or row["copies"] is None or row["total_copies"] is None:
            return None
        return LocalCopies(
            row["copies"], row["total_copies"], row["minor_copies"], row["normal_copies"]
        )
