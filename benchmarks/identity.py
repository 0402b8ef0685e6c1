"""Identity of a large run, and foreign DNA planted and estimated."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.measure import Row, compare, seconds
from dugnad.qc.estimate_contamination import contamination
from dugnad.qc.sites import COUNTS, read_counts

SAMPLES, SITES, DEPTH = 2000, 500, 200
PLANTED = (0.01, 0.02, 0.04, 0.08)
Floats = np.ndarray[Any, np.dtype[np.float64]]


def rows(_: Path, room: Path) -> list[Row]:
    return [identity(room), *(estimate(room, share) for share in PLANTED)]


def identity(room: Path) -> Row:
    """All pairs of 2,000 samples, tumours and normals, beside reading their tables alone."""
    rng = np.random.default_rng(1)
    frequency = rng.uniform(0.05, 0.95, SITES)
    for number in range(SAMPLES // 2):
        person = born(rng, frequency)
        for role in ("tumour", "normal"):
            who = (f"S{number}-{role}", f"C{number}", role, "dna")
            write(room / f"counts/{who[0]}.parquet", who, frequency, rng, person)
    made = "--measures i.json --output i.parquet"
    read = "import sys, pyarrow.parquet as pq; [pq.read_table(path) for path in sys.argv[1:]]"
    return compare(
        f"identity of {SAMPLES} samples at {SITES} sites, all pairs",
        "reading the tables of counts alone",
        lambda: seconds(f"dugnad compare-samples --counts counts/* {made}", room),
        lambda: seconds(f"python -c '{read}' counts/*", room),
        n=1,
    )


def estimate(room: Path, planted: float) -> Row:
    """The mean estimate of ten samples with a planted share of foreign DNA, beside that share."""
    found = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        frequency = rng.uniform(0.05, 0.95, 250)
        mixed = (1 - planted) * born(rng, frequency) + planted * born(rng, frequency)
        path = room / "mixed.parquet"
        write(path, ("S", "C", "tumour", "dna"), frequency, rng, mixed)
        value = contamination(read_counts(path), None, 30, 10)["contamination"].value
        found.append(100 * (value or 0.0))
    mean, asked = float(np.mean(found)), 100 * planted
    worst = max(abs(value - asked) for value in found)
    name = f"foreign DNA, 250 sites at {DEPTH} reads (furthest of 10: {worst:.1f} off)"
    return Row(name, round(mean, 2), "%", asked, round(mean / asked, 3), 10, "planted")


def born(rng: np.random.Generator, frequency: Floats) -> Floats:
    """A person's share of the alternative allele at each site: 0, a half or 1."""
    share: Floats = (rng.random((2, len(frequency))) < frequency).mean(axis=0)
    return share


def write(
    path: Path,
    who: tuple[str, str, str, str],
    frequency: Floats,
    rng: np.random.Generator,
    share: Floats,
) -> None:
    """A table of counts as count-sites writes it."""
    number = len(share)
    depth = rng.poisson(DEPTH * rng.lognormal(0, 0.3, number))
    alt = rng.binomial(depth, 0.9998 * share + 0.0002 * (1 - share))
    places = np.arange(number)
    columns = [
        *([text] * number for text in who),
        [f"chr{1 + place * 22 // number}" for place in places],
        places * 1_000_000 + 1,
        *(["A"] * number, ["C"] * number),
        frequency,
        ["autosome"] * number,
        *(depth - alt, alt, rng.binomial(depth, 0.0004)),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns, schema=COUNTS), path)
