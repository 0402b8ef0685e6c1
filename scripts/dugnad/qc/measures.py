"""What a quality verb measured, on its way to the case's table of metrics."""

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


Measures = Mapping[str, Mapping[str, Measured]]
"""Of each sample, by the name of the metric."""


def write_measures(path: Path, measures: Measures) -> None:
    """Write measures, by sample and the name of their metric, as JSON."""
    rows = {
        sample: {name: item._asdict() for name, item in found.items()}
        for sample, found in measures.items()
    }
    write_text(path, json.dumps(rows, indent=1) + "\n")


def read_measures(path: Path) -> dict[str, dict[str, Measured]]:
    """Measures by sample and the name of their metric."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {
        sample: {name: Measured(**row) for name, row in found.items()}
        for sample, found in rows.items()
    }
