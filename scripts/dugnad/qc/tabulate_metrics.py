"""Give a run's metrics to MultiQC as custom content: one table, samples by metrics.

The laboratory's own choice of them also stands in MultiQC's general statistics.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from dugnad.files import write_text
from dugnad.qc.store import RUN_QC
from dugnad.tables import read_table

_FORMATS: dict[str, dict[str, object]] = {
    "fraction": {"min": 0, "max": 1, "format": "{:,.3f}"},
    "ratio": {"format": "{:,.2f}"},
    "percent": {"min": 0, "format": "{:,.2f}"},
    "phred": {"min": 0, "max": 100, "format": "{:,.1f}"},
}
_COUNT: dict[str, object] = {"min": 0, "format": "{:,.0f}"}


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--metrics", type=Path, required=True, help="Parquet by gather-run")
    parser.add_argument("--columns", nargs="*", default=[], help="metrics for general statistics")
    parser.add_argument("--output", type=Path, required=True, help="a file named *_mqc.json")
    parser.add_argument("--general-output", type=Path, required=True, help="likewise")


def main(args: argparse.Namespace) -> None:
    """Write the custom content."""
    whole = content(pd.DataFrame(read_table(args.metrics, RUN_QC)))
    write_text(args.output, json.dumps(whole, indent=2) + "\n")
    general = general_statistics(whole, args.columns)
    write_text(args.general_output, json.dumps(general, indent=2) + "\n")


def content(metrics: pd.DataFrame) -> dict[str, Any]:
    """MultiQC's custom content from the long table of metrics.

    Each sample's row starts with its worst status, as the report's first screen states it.
    """
    measured = metrics.dropna(subset=["value"])
    worst = {str(sample): _worst(rows) for sample, rows in metrics.groupby("sample")}
    wide = measured.pivot_table(index="sample", columns="metric", values="value")
    units = measured.drop_duplicates("metric").set_index("metric")["unit"]
    names = list(dict.fromkeys(metrics["metric"]))
    headers = {
        name: {
            "title": name.replace("_", " "),
            "description": f"{name.replace('_', ' ')} ({units[name]})",
            **_FORMATS.get(units[name], _COUNT),
        }
        for name in names
        if name in wide
    }
    data = {
        str(sample): {
            "status": worst[str(sample)],
            **row.dropna().to_dict(),
        }
        for sample, row in wide.iterrows()
    }
    return {
        "id": "dugnad_metrics",
        "section_name": "Dugnad metrics",
        "description": "Metrics against the limits of each sample's panel; status is the worst.",
        "plot_type": "table",
        "pconfig": {"id": "dugnad_metrics_table", "title": "Dugnad metrics"},
        "headers": {"status": {"title": "status", "scale": False}, **headers},
        "data": data,
    }


def general_statistics(whole: Mapping[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    """The chosen metrics, in that order, as columns of MultiQC's general statistics."""
    headers = {name: whole["headers"][name] for name in columns if name in whole["headers"]}
    return {
        "id": "dugnad_general",
        "plot_type": "generalstats",
        "headers": headers,
        "data": {
            sample: {name: row[name] for name in headers if name in row}
            for sample, row in whole["data"].items()
        },
    }


def _worst(rows: pd.DataFrame) -> str:
    """A sample's verdict; a limit on what was not measured is not met, and warns."""
    limited = rows[rows["lower"].notna() | rows["upper"].notna()]
    found = set(limited["status"])
    return "fail" if "fail" in found else "warn" if found & {"warn", "not_measured"} else "pass"
