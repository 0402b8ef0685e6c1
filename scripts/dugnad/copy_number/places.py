"""What later stages ask of a case's copy numbers: copies at a place, and the purity used."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dugnad.record_copy_number import Purity


def purity_used(fit: Path | None, stated: float | None) -> float | None:
    """The purity of a ``purity.json``; without one that of the sheet. None: it is not known."""
    if fit is None:
        return stated
    return Purity.model_validate_json(fit.read_text(encoding="utf-8")).used


@dataclass(frozen=True)
class LocalCopies:
    """Copies in a tumour cell, of which so many of the rarer parent, and in a normal cell.

    ``minor`` is None where it cannot be told.
    """

    copies: float
    total: int
    minor: int | None
    normal: int


class Segments:
    """Rows of the segments table, to look places up in."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Keep the rows by contig."""
        self._rows: dict[str, list[Mapping[str, Any]]] = {}
        for row in sorted(rows, key=lambda row: (row["chrom"], row["start"])):
            self._rows.setdefault(row["chrom"], []).append(row)
        self._starts = {chrom: [row["start"] for row in rows] for chrom, rows in self._rows.items()}

    def at(self, chrom: str, pos: int) -> LocalCopies | None:
        """The copies at a 1-based position.

        Between two segments of a contig the nearer one counts; beyond the first and last it is
        they. None on a contig without segments, and where copies are not told.
        """
        rows = self._rows.get(chrom)
        if not rows:
            return None
        index = max(bisect_right(self._starts[chrom], pos - 1) - 1, 0)
        row = rows[index]
        after = rows[index + 1] if index + 1 < len(rows) else None
        if after and pos > row["end"] and after["start"] - pos + 1 < pos - row["end"]:
            row = after
        if row["copies"] is None or row["total_copies"] is None:
            return None
        return LocalCopies(
            row["copies"], row["total_copies"], row["minor_copies"], row["normal_copies"]
        )
