"""How much an exchange of an amino acid matters: predictors' limits, and Grantham's difference.

Each reader raises UserError with the faults of all rows at once; a row without a source is a fault.
"""

import math
from dataclasses import dataclass
from pathlib import Path

from dugnad.knowledge.tsv import Row, read_rows

PREDICTOR_COLUMNS = ("name", "effect_from", "none_to", "source")
ACID_COLUMNS = ("residue", "composition", "polarity", "volume", "source")


@dataclass(frozen=True)
class Predictor:
    """From which score on a predictor supports an effect, and up to which it supports none."""

    effect_from: float
    none_to: float


@dataclass(frozen=True)
class AminoAcid:
    """Grantham's properties of an amino acid (Grantham 1974, PMID:4843792)."""

    composition: float
    polarity: float
    volume: float

    def difference(self, other: "AminoAcid") -> float:
        """Grantham's difference: 5 (Leu, Ile) to 215 (Cys, Trp)."""
        return 50.723 * math.sqrt(
            1.833 * (self.composition - other.composition) ** 2
            + 0.1018 * (self.polarity - other.polarity) ** 2
            + 0.000399 * (self.volume - other.volume) ** 2
        )


def read_predictors(path: Path) -> dict[str, Predictor]:
    """Predictors by the name of their key in annotations."""

    def build(row: Row) -> tuple[str, Predictor]:
        row.sources()
        return row["name"], Predictor(_number(row, "effect_from"), _number(row, "none_to"))

    return dict(read_rows(path, PREDICTOR_COLUMNS, build))


def read_amino_acids(path: Path) -> dict[str, AminoAcid]:
    """Amino acids by their three letters."""

    def build(row: Row) -> tuple[str, AminoAcid]:
        row.sources()
        return row["residue"], AminoAcid(*(_number(row, name) for name in ACID_COLUMNS[1:4]))

    return dict(read_rows(path, ACID_COLUMNS, build))


def _number(row: Row, column: str) -> float:
    try:
        return float(row[column])
    except ValueError:
        raise row.fault(column, "must be a number") from None
