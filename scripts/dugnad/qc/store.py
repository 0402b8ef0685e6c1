"""The store of quality over runs: a folder with one Parquet file per run.

The table of a run holds the metrics of all its samples as they were judged on the day. A run that
is added again takes its own place, so a store holds each run once.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dugnad.errors import UserError
from dugnad.files import replacing
from dugnad.privacy import has_identity_number, mask

RUN_QC = pa.schema(
    [
        # the run: its id names the file; the date on which it was sequenced; where
        ("run", pa.string()),
        ("date", pa.date32()),
        ("site", pa.string()),
        # the assay
        ("panel", pa.string()),
        ("panel_version", pa.string()),
        # the sample, by its pseudonyms
        ("analyte", pa.string()),
        ("role", pa.string()),
        ("case", pa.string()),
        ("sample", pa.string()),
        # what was measured, and how it was judged; null: not measured, no limit
        ("metric", pa.string()),
        ("value", pa.float64()),
        ("unit", pa.string()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("status", pa.string()),
        ("source", pa.string()),
    ]
)

SUFFIX = ".qc.parquet"
STATUSES = frozenset({"pass", "warn", "fail", "info", "not_measured"})
_NULLABLE = frozenset({"value", "lower", "upper"})
_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_KEY = ["case", "sample", "metric"]


def add_runs(store: Path, files: Sequence[Path]) -> list[Path]:
    """Put tables of runs into the store, each under its run's id; returns where they are.

    A run that the store holds is replaced, whole or not at all. Nothing is added when a file
    cannot be: raises UserError with all problems of all files.
    """
    tables: list[pa.Table] = []
    problems: list[str] = []
    for path in files:
        try:
            tables.append(read_run(path))
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(problems)
    places = [store / f"{table['run'][0]}{SUFFIX}" for table in tables]
    for table, place in zip(tables, places, strict=True):
        with replacing(place) as temporary:
            pq.write_table(table, temporary)
    return places


def read_store(store: Path) -> pa.Table:
    """All runs of the store in order of date and run, with the columns of RUN_QC.

    Raises UserError naming each file that is not the table of the run that its name says.
    """
    if not store.is_dir():
        raise UserError(f"{store}: is not a folder; add a run with --add, or mend --store")
    tables: list[pa.Table] = []
    problems: list[str] = []
    for path in sorted(store.glob(f"[!.]*{SUFFIX}")):
        try:
            table = read_run(path)
        except UserError as error:
            problems += error.problems
            continue
        run = str(table["run"][0])
        if path.name != f"{run}{SUFFIX}":
            problems.append(f"{path}: holds run {run!r}; name it {run}{SUFFIX} or remove it")
        tables.append(table)
    if problems:
        raise UserError(problems)
    if not tables:
        raise UserError(f"{store}: holds no run (*{SUFFIX}); add one with --add")
    tables.sort(key=lambda table: (table["date"][0].as_py(), str(table["run"][0])))
    return pa.concat_tables(tables)


def select(
    table: pa.Table,
    panels: Sequence[str] = (),
    sites: Sequence[str] = (),
    since: date | None = None,
) -> pa.Table:
    """The rows of these panels and sites (none named: of all) from a date on.

    Raises UserError when the store has no such panel, no such site, or no row of them all.
    """
    problems = []
    for column, wanted in (("panel", panels), ("site", sites)):
        held = sorted(table[column].unique().to_pylist())
        absent = sorted(set(wanted) - set(held))
        if absent:
            problems.append(f"no {column} {', '.join(absent)}; the store has {', '.join(held)}")
        if wanted:
            table = table.filter(pc.is_in(table[column], pa.array(list(wanted), pa.string())))
    if problems:
        raise UserError(problems)
    if since:
        table = table.filter(pc.greater_equal(table["date"], pa.scalar(since)))
    if not table.num_rows:
        raise UserError("no run is left to show; widen --panel, --site or --since")
    return table


def read_run(path: Path) -> pa.Table:
    """The table of one run.

    Raises UserError with the file's problems: not Parquet, other columns, not one run, a value
    that cannot be, or what looks like a person.
    """
    try:
        table = pq.read_table(path, partitioning=None)
    except (pa.ArrowInvalid, OSError) as error:
        reason = " ".join(str(error).split())[:120]
        raise UserError(f"{path}: cannot be read as Parquet ({reason}); copy it again") from None
    if table.schema.names != RUN_QC.names or table.schema.types != RUN_QC.types:
        raise UserError(f"{path}: is not a run's quality table of this version; make it anew")
    if not table.num_rows:
        raise UserError(f"{path}: holds no sample; remove it")
    problems = [f"{path}: {problem}" for problem in _problems(table)]
    if problems:
        raise UserError(problems)
    return table.replace_schema_metadata(None)


def _problems(table: pa.Table) -> Iterator[str]:
    """What makes a table of the right columns unfit for the store."""
    empty = [name for name in RUN_QC.names if name not in _NULLABLE and table[name].null_count]
    if empty:
        yield f"has rows without {', '.join(empty)}; make it anew"
        return
    for name in ("run", "date"):
        if (count := len(table[name].unique())) != 1:
            yield f"holds {count} values of {name}, needs one; write one file per run"
    if not _RUN.fullmatch(run := str(table["run"][0])):
        yield f"run {mask(run)!r} cannot name a file; use letters, digits and . _ -"
    if odd := sorted(set(table["status"].unique().to_pylist()) - STATUSES):
        yield f"has status {', '.join(odd)}; use one of {', '.join(sorted(STATUSES))}"
    for name in sorted(_NULLABLE):
        if not pc.all(pc.is_finite(table[name].drop_null()), min_count=0).as_py():
            yield f"has a {name} that is not a finite number; leave it null"
    counts = table.group_by(_KEY).aggregate([([], "count_all")])
    for row in counts.filter(pc.greater(counts["count_all"], 1)).slice(0, 3).to_pylist():
        yield f"sample {mask(row['sample'])} has {row['metric']} {row['count_all']} times; keep one"
    texts = [str(value) for name in ("run", "case", "sample") for value in table[name].unique()]
    if found := sorted({mask(text) for text in texts if has_identity_number(text)}):
        yield f"holds what looks like a national identity number ({found[0]}); use pseudonyms"
