"""Gather the metrics of a run's cases and of the run into one table, for the store of trends."""

import argparse
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from dugnad.config import Sequencing
from dugnad.qc import across_run
from dugnad.qc.measures import read_measures
from dugnad.qc.store import RUN_QC
from dugnad.run import CONFIG, Run, load_run
from dugnad.tables import METRICS, read_table, write_table


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--config", type=Path, default=CONFIG, help=f"default: {CONFIG}")
    parser.add_argument("tables", type=Path, nargs="+", help="Parquet of metrics, one per case")
    parser.add_argument("--measures", type=Path, required=True, help="JSON by compare-samples")
    parser.add_argument("--output", type=Path, required=True, help="Parquet of the run")


def main(args: argparse.Namespace) -> None:
    """Write the run's table."""
    run = load_run(args.config)
    judged = across_run.rows(run, read_measures(args.measures))
    rows = [row for path in args.tables for row in with_run(read_table(path, METRICS), judged)]
    named = run.config.sequencing or unnamed(Path.cwd().name)
    write_table(args.output, gather(run, named, rows), RUN_QC)


def with_run(
    metrics: Iterable[dict[str, Any]], judged: Mapping[str, Sequence[dict[str, Any]]]
) -> Iterator[dict[str, Any]]:
    """A case's metrics, with those of the run (by sample) in their places."""
    for row in metrics:
        of_run = [item for item in judged[row["sample"]] if item["metric"] == row["metric"]]
        yield from of_run or [row]


def unnamed(folder: str) -> Sequencing:
    """A run that the config does not name: by its folder, of today, of no laboratory."""
    name = re.sub(r"[^A-Za-z0-9._-]", "-", folder).lstrip("._-") or "run"
    return Sequencing(id=name, date=date.today(), site="not stated")


def gather(
    run: Run, named: Sequencing, metrics: Iterable[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """The metrics (rows of METRICS) with the run, assay and sample that they belong to."""
    samples = across_run.samples_of(run)
    kept = set(RUN_QC.names)
    for row in metrics:
        sample = samples[row["sample"]]
        panel = run.cases[sample.case].panel
        yield {
            "run": named.id,
            "date": named.date,
            "site": named.site,
            "panel": panel.id,
            "panel_version": panel.version,
            "analyte": sample.analyte,
            "role": sample.role,
            "case": sample.case,
            **{name: value for name, value in row.items() if name in kept},
        }
