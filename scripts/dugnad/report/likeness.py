"""Which samples of a run are like those of another case, for the list of its cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from dugnad.report.words import Words

SHOWN = 50  # sentences; identity.parquet has all


@dataclass(frozen=True)
class Likeness:
    """``told``: a sentence for each two samples of other cases that are like one person's.

    ``compared`` is false where nobody has looked: the run failed before, or has no reads.
    """

    compared: bool = False
    told: tuple[str, ...] = ()
    more: int = 0


UNCOMPARED = Likeness()


def likeness_of(path: Path | None, words: Words) -> Likeness:
    """What the table of identity (by compare-samples) says across cases; the surest first."""
    if path is None or not path.is_file():
        return UNCOMPARED
    same = pc.field("verdict") == "same"
    alike = pq.read_table(path, filters=same & (pc.field("case_a") != pc.field("case_b")))
    rows = alike.sort_by([("relatedness", "descending"), ("sample_a", "ascending")]).to_pylist()
    return Likeness(True, tuple(_told(rows[:SHOWN], words)), max(0, len(rows) - SHOWN))


def _told(rows: Sequence[dict[str, object]], words: Words) -> list[str]:
    return [
        words(
            "index.like",
            **{name: row[name] for name in ("sample_a", "case_a", "sample_b", "case_b")},
            value=words.number(float(str(row["relatedness"])), 2),
        )
        for row in rows
    ]
