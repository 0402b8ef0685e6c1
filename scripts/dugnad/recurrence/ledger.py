"""The ledger of a register: which samples are in it, and which files hold it.

A register is a folder. Each change writes new files, named by the change's number, and then the
ledger in one step; a file that the ledger does not name is none of the register. A killed change
so leaves the register as it was.

    samples.parquet                  the ledger
    variants.000012.parquet          samples with each variant (sums.VARIANTS)
    callable.000012.parquet          samples in which each stretch is callable (sums.CALLABLE)
    own.000007.parquet               what the samples of one change gave, to take one out again
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dugnad.config import LEDGER
from dugnad.errors import UserError
from dugnad.files import replacing
from dugnad.recurrence.sums import SEEN, STRETCHES, Observation

VERSION = "1"

SAMPLES = pa.schema(
    [
        ("sample", pa.string()),
        ("case", pa.string()),
        ("role", pa.string()),
        ("panel", pa.string()),
        ("run", pa.string()),
        ("added", pa.date32()),
        # the change whose file holds what the sample gave
        ("change", pa.int32()),
    ]
)

OWN = pa.schema(
    [
        ("sample", pa.string()),
        ("seen", pa.list_(pa.struct(list(SEEN)))),
        ("stretches", pa.list_(pa.struct(list(STRETCHES)))),
    ]
)

_FILE = re.compile(r"(variants|callable|own)\.(\d{6,})\.parquet")
_HALF_MADE = re.compile(r"\.(variants|callable|own|samples)\.(\d{6,}\.)?parquet\.\d+\.tmp")
_OWN_FILES = {LEDGER, ".lock"}


@dataclass(frozen=True)
class Ledger:
    """What a register holds after its last change; ``samples`` as in SAMPLES."""

    genome: str
    min_alt_reads: int
    change: int
    samples: pa.Table

    @property
    def ids(self) -> set[str]:
        """The samples."""
        return set(self.samples["sample"].to_pylist())

    @property
    def last_added(self) -> date | None:
        """The day on which the youngest sample came; None without samples."""
        return max(self.samples["added"].to_pylist(), default=None)


def read_ledger(register: Path) -> Ledger:
    """The ledger of a register; raises UserError when the folder is none."""
    path = register / LEDGER
    if not path.is_file():
        raise UserError(f"{register}: is not a register; add a run with --add, or mend --register")
    table = _read(path)
    notes = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    if notes.get("version") != VERSION or table.schema.names != SAMPLES.names:
        raise UserError(f"{path}: is not a register's ledger of this version; name another folder")
    return Ledger(
        genome=notes["genome"],
        min_alt_reads=int(notes["min_alt_reads"]),
        change=int(notes["change"]),
        samples=table.replace_schema_metadata(None),
    )


def write_ledger(register: Path, ledger: Ledger) -> None:
    """Put the ledger in place: the moment from which its change counts."""
    notes = {
        "version": VERSION,
        "genome": ledger.genome,
        "min_alt_reads": str(ledger.min_alt_reads),
        "change": str(ledger.change),
    }
    with replacing(register / LEDGER) as temporary:
        pq.write_table(ledger.samples.replace_schema_metadata(notes), temporary)


def file_of(register: Path, kind: str, change: int) -> Path:
    """Where a change keeps its ``variants``, ``callable`` or ``own``."""
    return register / f"{kind}.{change:06d}.parquet"


def write_sums(path: Path, table: pa.Table) -> None:
    """Write sorted sums: places as differences, small."""
    names = [name for name in table.column_names if name not in ("start", "end")]
    with replacing(path) as temporary:
        pq.write_table(
            table,
            temporary,
            compression="zstd",
            use_dictionary=names,
            column_encoding=dict.fromkeys(("start", "end"), "DELTA_BINARY_PACKED"),
        )


def read_sums(path: Path, schema: pa.Schema) -> pa.Table:
    """Sums as they were written.

    Raises FileNotFoundError when they are gone, UserError when they cannot be read.
    """
    return _read(path).cast(schema)


def write_own(path: Path, samples: Sequence[Observation]) -> None:
    """Write what each sample gave, a row per sample."""
    columns = [
        pa.array([item.sample for item in samples], pa.string()),
        _lists([item.seen for item in samples], SEEN),
        _lists([item.stretches for item in samples], STRETCHES),
    ]
    with replacing(path) as temporary:
        pq.write_table(pa.table(columns, schema=OWN), temporary, compression="zstd")


def read_own(register: Path, ledger: Ledger, changes: set[int]) -> Iterator[Observation]:
    """What the samples of these changes gave, in the ledger's order within each change."""
    rows = {row["sample"]: row for row in ledger.samples.to_pylist()}
    for change in sorted(changes):
        path = file_of(register, "own", change)
        if not path.is_file():
            raise UserError(f"{register}: lacks {path.name}; take a copy of the whole folder")
        table = _read(path)
        for index, sample in enumerate(table["sample"].to_pylist()):
            row = rows[sample]
            seen, stretches = (
                pa.Table.from_struct_array(_list_at(table[name], index)).cast(schema)
                for name, schema in (("seen", SEEN), ("stretches", STRETCHES))
            )
            yield Observation(
                sample, row["case"], row["role"], row["panel"], row["run"], seen, stretches
            )


def sweep(register: Path, ledger: Ledger | None) -> None:
    """Remove files that no longer are, or never became, part of the register."""
    kept = {"variants": set[int](), "callable": set[int](), "own": set[int]()}
    if ledger:
        kept["variants"] = kept["callable"] = {ledger.change}
        kept["own"] = set(ledger.samples["change"].to_pylist())
    for path in register.iterdir():
        found = _FILE.fullmatch(path.name)
        stale = found is not None and int(found[2]) not in kept[found[1]]
        if stale or _HALF_MADE.fullmatch(path.name):
            path.unlink(missing_ok=True)


def foreign_files(register: Path) -> list[str]:
    """Names in the folder that no register has."""
    known: list[Callable[[str], object]] = [
        _OWN_FILES.__contains__, _FILE.fullmatch, _HALF_MADE.fullmatch
    ]  # fmt: skip
    names = sorted(path.name for path in register.iterdir())
    return [name for name in names if not any(knows(name) for knows in known)]


def _lists(tables: Sequence[pa.Table], schema: pa.Schema) -> pa.Array:
    """One list of rows per table."""
    offsets = [0]
    for table in tables:
        offsets.append(offsets[-1] + table.num_rows)
    joined = pa.concat_tables([schema.empty_table(), *tables])
    fields = [joined[name].combine_chunks() for name in schema.names]
    rows = pa.StructArray.from_arrays(fields, fields=list(schema))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), rows)


def _list_at(column: pa.ChunkedArray, index: int) -> pa.StructArray:
    return column[index].values


def _read(path: Path) -> pa.Table:
    """A Parquet table; raises FileNotFoundError when it is gone, UserError when it is torn."""
    try:
        return pq.read_table(path, partitioning=None)
    except FileNotFoundError:
        raise FileNotFoundError(path.name) from None
    except (pa.ArrowInvalid, OSError) as error:
        reason = " ".join(str(error).split())[:120]
        raise UserError(f"{path}: cannot be read ({reason}); take a copy of the folder") from None
