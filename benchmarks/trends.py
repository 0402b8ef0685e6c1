"""Quality over runs beside reading the same store."""

import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.measure import Row, compare, seconds
from dugnad.qc.store import RUN_QC, SUFFIX

RUNS, SAMPLES, METRICS = 333, 15, 30


def rows(_demo: Path, room: Path) -> list[Row]:
    """The page of 5,000 samples, beside pyarrow reading their tables."""
    make_store(room / "store")
    read = "import pyarrow.dataset as d; d.dataset('store', format='parquet').to_table()"
    row = compare(
        "page of trends, 5,000 samples with 30 metrics",
        "reading the same tables with pyarrow alone",
        lambda: seconds("dugnad trends --store store --output trends.html", room),
        lambda: seconds([sys.executable, "-c", read], room),
        n=3,
    )
    return [row]


def make_store(store: Path) -> None:
    """Three sites, two panels, three years; one sample in a hundred breaches a limit."""
    store.mkdir(parents=True)
    chance = np.random.default_rng(7)
    for run in range(RUNS):
        name = f"R{run:04d}"
        table = one_run(name, date(2023, 1, 2) + timedelta(days=run * 3), run % 3, chance)
        pq.write_table(table, store / f"{name}{SUFFIX}")


def one_run(name: str, day: date, site: int, chance: np.random.Generator) -> pa.Table:
    """The table of one run: its samples, each with all metrics."""
    count = SAMPLES * METRICS
    sample = np.repeat(np.arange(SAMPLES), METRICS)
    metric = np.tile(np.arange(METRICS), SAMPLES)
    value = chance.normal(100 * (metric + 1), 10 * (metric + 1))
    lower = 100 * (metric + 1) - 23.3 * (metric + 1)
    columns = {
        "run": [name] * count,
        "date": [day] * count,
        "site": [f"site-{site + 1}"] * count,
        "panel": [f"panel-{number % 2 + 1}" for number in sample],
        "panel_version": ["1.0"] * count,
        "analyte": ["dna"] * count,
        "role": ["tumour" if number % 5 < 3 else "normal" for number in sample],
        "case": [f"{name}-{number:02d}" for number in sample],
        "sample": [f"{name}-{number:02d}-T" for number in sample],
        "metric": [f"metric_{number + 1}" for number in metric],
        "value": value,
        "unit": ["reads"] * count,
        "lower": lower,
        "upper": [None] * count,
        "status": ["warn" if low else "pass" for low in value < lower],
        "source": ["made"] * count,
    }
    return pa.table(columns, schema=RUN_QC)
