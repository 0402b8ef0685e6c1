"""Keep the quality of runs in a store, and show it over time as one HTML page.

  dugnad trends --store quality --add results/run/qc.parquet
  dugnad trends --store quality --output trends.html --panel demo-560 --since 2026-01-01

The store is a folder with one Parquet file per run. A run that is added again replaces itself.
The page shows each metric per panel and site with its limits, and names the samples and runs that
lie outside and the metrics that drift.
"""

import argparse
from datetime import date
from pathlib import Path

from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.qc.store import add_runs, read_store, select


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--store", type=Path, required=True, help="folder of runs; made by --add")
    parser.add_argument(
        "--add", type=Path, nargs="+", default=[], help="a run's qc.parquet, or several"
    )
    parser.add_argument("--output", type=Path, help="HTML page")
    parser.add_argument("--panel", nargs="+", default=[], help="show these panels only")
    parser.add_argument("--site", nargs="+", default=[], help="show these sites only")
    parser.add_argument("--since", type=_date, help="show runs from this date on, as 2026-01-31")


def main(args: argparse.Namespace) -> None:
    """Add runs, write the page, or both."""
    if not args.add and not args.output:
        raise UserError("nothing to do: give --add, --output or both")
    for place in add_runs(args.store, args.add):
        print(f"added {place}")
    if args.output:
        from dugnad.qc.trend_page import render

        history = read_store(args.store)
        table = select(history, args.panel, args.site, args.since)
        write_text(args.output, render(table, history))


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-01-31") from None
