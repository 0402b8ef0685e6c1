"""A register of recurrence, beside counting from the samples' own lists."""

import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.measure import ROOT, Row, compare, seconds
from dugnad.recurrence.changes import add_samples
from dugnad.recurrence.counts import Role
from dugnad.recurrence.ledger import read_ledger, read_own
from dugnad.recurrence.sums import (
    CALLABLE,
    SEEN,
    STRETCHES,
    VARIANTS,
    Observation,
    sum_callable,
    sum_variants,
)

SAMPLES, BATCH = 10_000, 1_000
REGIONS, LENGTH = 320, 6_250  # 2 Mb of targets
COMMON, OWN, PRIVATE = 20_000, 260, 40
HOLES = 100  # stretches of a sample's targets that are not callable
CONTIGS = [f"chr{name}" for name in (*range(1, 23), "X")]
DAY = date(2026, 1, 1)
Ints = np.ndarray[Any, np.dtype[np.int64]]


def rows(_demo: Path, room: Path) -> list[Row]:
    """Adding a sample, looking up 300 variants, memory and disk."""
    register = room / "register"
    build(register)
    chance = np.random.default_rng(1)
    last = sample(SAMPLES, chance)
    pq.write_table(calls(last), room / "calls.parquet")
    numbers = iter(range(SAMPLES + 1, SAMPLES + 100))
    ours = "dugnad recurrence --register register --lookup calls.parquet --output seen.tsv"
    paths = [register, room / "calls.parquet"]
    theirs = [sys.executable, "-m", "benchmarks.recurrence", *map(str, paths)]
    added = compare(
        f"a register of {SAMPLES:,} samples over 2 Mb: one more sample",
        "all counts anew from the samples' own lists",
        lambda: add_one(register, sample(next(numbers), chance)),
        lambda: count_anew(register),
        n=3,
    )
    found = compare(
        "looking up its 300 variants",
        "counting them in the samples' own lists",
        lambda: seconds(ours, room),
        lambda: seconds(theirs, ROOT),
        n=3,
    )
    return [added, found, memory(register, room), disk(register)]


def memory(register: Path, room: Path) -> Row:
    """Peak memory of adding a sample, beside that of Python with pyarrow alone."""
    add = "from benchmarks.recurrence import *; add_one(Path(sys.argv[1]), sample(99_999))"
    value, baseline = peak(add, register), peak("import pyarrow.parquet", room)
    what = "importing pyarrow"
    ratio = round(value / baseline, 2)
    return Row("memory of adding a sample", value, "MB", baseline, ratio, 1, what)


def disk(register: Path) -> Row:
    """The register on disk, beside the part of it that only taking a sample out needs."""
    sizes = {path.name: path.stat().st_size / 1e6 for path in register.iterdir()}
    whole = round(sum(sizes.values()), 1)
    own = round(sum(size for name, size in sizes.items() if name.startswith("own.")), 1)
    what = "of it, the samples' own lists"
    return Row("the register on disk", whole, "MB", own, round(whole / own, 2), 1, what)


def peak(code: str, argument: Path) -> float:
    """Peak resident memory of some Python, in MB."""
    tail = "; print(*[s for s in open('/proc/self/status') if s.startswith('VmHWM')])"
    command = [sys.executable, "-c", code + tail, str(argument)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return round(int(done.stdout.split()[1]) / 1000, 1)


def build(register: Path) -> None:
    """The register, straight through the library."""
    chance = np.random.default_rng(7)
    for first in range(0, SAMPLES, BATCH):
        samples = [sample(number, chance) for number in range(first, first + BATCH)]
        add_samples(register, "made", 3, samples, DAY)


def add_one(register: Path, item: Observation) -> float:
    """Seconds that it takes."""
    start = time.perf_counter()
    add_samples(register, "made", 3, [item], DAY)
    return time.perf_counter() - start


def count_anew(register: Path) -> float:
    """Seconds that it takes to count all samples, in memory."""
    start = time.perf_counter()
    ledger = read_ledger(register)
    samples = list(read_own(register, ledger, set(ledger.samples["change"].to_pylist())))
    sum_variants(VARIANTS.empty_table(), samples)
    sum_callable(CALLABLE.empty_table(), samples)
    return time.perf_counter() - start


def sample(number: int, chance: np.random.Generator | None = None) -> Observation:
    """A sample with about 300 variants, most of them common ones, and ragged targets with holes."""
    chance = chance or np.random.default_rng(number)
    starts, ends = callable_places(chance)
    common = (COMMON * chance.random(OWN) ** 3).astype(np.int64) * 97 + 11
    places = np.unique([*common, *chance.integers(0, REGIONS * LENGTH, PRIVATE)])
    places = places[
        np.searchsorted(starts, places, "right") > np.searchsorted(ends, places, "right")
    ]
    contig, start = on_genome(places)
    seen = [
        named(CONTIGS, contig),
        *(pa.array(side, pa.int32()) for side in (start, start + 1)),
        named("ACG", places % 3),
        named("TGA", places % 3),
        pa.array(chance.integers(0, 4, len(places)), pa.int8()),
    ]
    contig, start = on_genome(starts)
    stretches = [
        named(CONTIGS, contig),
        *(pa.array(side, pa.int32()) for side in (start, start + ends - starts)),
    ]
    role: Role = "tumour" if number % 3 else "normal"
    tables = pa.table(seen, schema=SEEN), pa.table(stretches, schema=STRETCHES)
    return Observation(f"S{number}", f"C{number}", role, "made", "R1", *tables)


def callable_places(chance: np.random.Generator) -> tuple[Ints, Ints]:
    """Starts and ends on the joined targets: without their first and last bases, and holes."""
    first = np.arange(REGIONS) * LENGTH
    holes = chance.choice(REGIONS * LENGTH // 625, HOLES, replace=False) * 625 + 100
    starts = [first + chance.integers(0, 60, REGIONS), holes + chance.integers(20, 300, HOLES)]
    ends = [first + LENGTH - chance.integers(0, 60, REGIONS), holes]
    return np.sort(np.concatenate(starts)), np.sort(np.concatenate(ends))


def named(names: Sequence[str], index: Ints) -> pa.Array:
    """The name at each index."""
    return pa.array(list(names)).take(pa.array(index))


def on_genome(places: Ints) -> tuple[Ints, Ints]:
    """Places on the joined targets as contig and 0-based position: regions 50 kb apart."""
    region = places // LENGTH
    return region % len(CONTIGS), region // len(CONTIGS) * 50_000 + 10_000 + places % LENGTH


def calls(item: Observation) -> pa.Table:
    """A sample's variants as a table that can be looked up."""
    pos = np.asarray(item.seen["start"]) + 1
    names = ["chrom", "pos", "ref", "alt"]
    columns = [item.seen["chrom"], pa.array(pos), item.seen["ref"], item.seen["alt"]]
    return pa.table(columns, names=names)


def count_lists(register: Path, path: Path) -> tuple[Ints, Ints]:
    """Samples by bin (variants, 4) and callable samples of a table's variants, of both roles.

    From the samples' own lists, all at once for each file.
    """
    table = pq.read_table(path)
    order = np.argsort(keys(table["chrom"], table["pos"].to_numpy()), kind="stable")
    table = table.take(pa.array(order))
    wanted = keys(table["chrom"], table["pos"].to_numpy() - 1)
    bins, steps = np.zeros((len(wanted), 4), np.int64), np.zeros(len(wanted) + 1, np.int64)
    for file in sorted(register.glob("own.*")):
        own = pq.read_table(file)
        seen = pa.Table.from_struct_array(pc.list_flatten(own["seen"]))
        seen = seen.filter(pc.is_in(seen["start"], pc.subtract(table["pos"], 1).cast(pa.int32())))
        at = np.searchsorted(wanted, keys(seen["chrom"], seen["start"].to_numpy()))
        at = np.minimum(at, len(wanted) - 1)
        same = pc.equal(table["alt"].take(pa.array(at)), seen["alt"]).to_numpy()
        same &= wanted[at] == keys(seen["chrom"], seen["start"].to_numpy())
        np.add.at(bins, (at[same], seen["bin"].to_numpy()[same]), 1)
        held = pa.Table.from_struct_array(pc.list_flatten(own["stretches"]))
        for side, step in (("start", 1), ("end", -1)):
            first = np.searchsorted(wanted, keys(held["chrom"], held[side].to_numpy()))
            steps += step * np.bincount(first, minlength=len(steps))
    return bins, np.cumsum(steps)[:-1]


def keys(chrom: pa.ChunkedArray, place: Ints) -> Ints:
    """Contig and place as one number."""
    contig: Ints = pc.index_in(chrom, pa.array(CONTIGS)).to_numpy().astype(np.int64)
    return (contig << 32) + place


if __name__ == "__main__":
    count_lists(Path(sys.argv[1]), Path(sys.argv[2]))
