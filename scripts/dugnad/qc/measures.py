"""What a quality verb measured, on its way to the sample's table of metrics."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from dugnad.files import write_text


class Measured(NamedTuple):
    """A metric's value (None: not measured, and ``source`` says why), unit and source."""

    value: float | None
    unit: str
    source: str


def write_measures(path: Path, measures: Mapping[str, Measured]) -> None:
    """Write measures, by the name of their metric, as JSON."""
    text = json.dumps({name: item._asdict() for name, item in measures.items()}, indent=1)
    write_text(path, text + "\n")


def read_measures(path: Path) -> dict[str, Measured]:
    """Measures by the name of their metric."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {name: Measured(**row) for name, row in rows.items()}
