"""What one sample gives to a register, and the sums over samples.

Sums are canonical: the same samples give the same tables, in whatever order they came, and taking
a sample out gives the tables as if it had never come.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from dugnad.recurrence.counts import ROLES, VAF_EDGES, Role

Ints = np.ndarray[Any, np.dtype[np.int64]]
Small = np.ndarray[Any, np.dtype[np.int32]]

_STRETCH = [("chrom", pa.string()), ("start", pa.int32()), ("end", pa.int32())]
_ALLELE = [*_STRETCH, ("ref", pa.string()), ("alt", pa.string())]
_KEY = [name for name, _ in _ALLELE]
_BINS = len(VAF_EDGES) + 1

STRETCHES = pa.schema(_STRETCH)
"""Callable stretches of a sample, 0-based and half-open; none overlap."""

SEEN = pa.schema([*_ALLELE, ("bin", pa.int8())])
"""Variants of a sample: trimmed alleles (``dugnad.alleles.Change``), each once; bin of the VAF."""

COUNTED = tuple(f"{role}_{letter}" for role in ROLES for letter in "abcd"[:_BINS])
"""Samples of a role with a VAF in a bin."""

VARIANTS = pa.schema([*_ALLELE, *((name, pa.int32()) for name in COUNTED)])
"""Samples with each variant, sorted; a variant that no sample has is not there."""

CALLABLE = pa.schema([*_STRETCH, *((role, pa.int32()) for role in ROLES)])
"""Samples of each role in which all bases of a stretch are callable: sorted, neighbours differ."""

_CONTIG = 1 << 32  # more than the length of any contig


@dataclass(frozen=True)
class Observation:
    """What one sample gives: its variants (SEEN) and where it is callable (STRETCHES)."""

    sample: str
    case: str
    role: Role
    panel: str
    run: str
    seen: pa.Table
    stretches: pa.Table


def sum_variants(base: pa.Table, samples: Sequence[Observation], sign: int = 1) -> pa.Table:
    """``base`` (VARIANTS) with samples added, or with ``sign`` -1 taken out."""
    seen = pa.concat_tables([SEEN.empty_table(), *(item.seen for item in samples)])
    lengths = [item.seen.num_rows for item in samples]
    role = np.repeat([ROLES.index(item.role) for item in samples], lengths).astype(np.int64)
    column = role * _BINS + seen["bin"].to_numpy()
    counts = [pa.array(np.where(column == at, sign, 0), pa.int32()) for at in range(len(COUNTED))]
    new = pa.table([*(seen[name] for name in _KEY), *counts], schema=VARIANTS)
    both = pa.concat_tables([base, new])
    places = _places(both)
    touched = np.isin(places, places[base.num_rows :])
    rest, sums = both.filter(pa.array(~touched)), _sums(both.filter(pa.array(touched)))
    joined = pa.concat_tables([rest, sums])
    return joined.take(pa.array(np.argsort(_places(joined), kind="stable"))).combine_chunks()


def _places(table: pa.Table) -> Ints:
    """Contig and start as one number, in the order of sorted tables."""
    _, codes = contigs_of(table["chrom"])
    places: Ints = codes * _CONTIG + table["start"].to_numpy()
    return places


def _sums(table: pa.Table) -> pa.Table:
    """Rows of VARIANTS with those of one allele summed, sorted, and without those of no sample."""
    sums = (
        table.group_by(_KEY)
        .aggregate([(name, "sum") for name in COUNTED])
        .rename_columns(VARIANTS.names)
    )
    held = np.any([sums[name].to_numpy() != 0 for name in COUNTED], axis=0)
    sums = sums.filter(pa.array(held)).cast(VARIANTS)
    return sums.sort_by([(name, "ascending") for name in _KEY])


def sum_callable(base: pa.Table, samples: Sequence[Observation], sign: int = 1) -> pa.Table:
    """``base`` (CALLABLE) with samples added, or with ``sign`` -1 taken out."""
    tables = [base]
    for role in ROLES:
        own = [item.stretches for item in samples if item.role == role]
        new = pa.concat_tables([STRETCHES.empty_table(), *own])
        for name in ROLES:
            number = np.full(new.num_rows, sign if name == role else 0, np.int32)
            new = new.append_column(name, pa.array(number))
        tables.append(new.cast(CALLABLE))
    table = pa.concat_tables(tables)
    names, codes = contigs_of(table["chrom"])
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(len(names) + 1))
    columns = [table[name].to_numpy() for name in CALLABLE.names[1:]]
    parts = [CALLABLE.empty_table()]
    for contig, first, last in zip(names, bounds[:-1], bounds[1:], strict=True):
        rows = order[first:last]
        summed = _steps(*(column[rows] for column in columns))
        chrom = pa.array([contig]).take(pa.array(np.zeros(len(summed[0]), np.int32)))
        parts.append(pa.table([chrom, *map(pa.array, summed)], schema=CALLABLE))
    return pa.concat_tables(parts).combine_chunks()


def _steps(start: Small, end: Small, *counts: Small) -> list[Small]:
    """Stretches of one contig that may overlap, summed: start, end and counts of ones that do not.

    All arrays have shape (stretches,).
    """
    where, index = np.unique(np.concatenate([start, end]), return_inverse=True)
    changes = [np.bincount(index, np.concatenate([own, -own]), len(where)) for own in counts]
    # a step that changes nothing is none; after the last step all levels are 0
    changed = np.any([change != 0 for change in changes], axis=0)
    levels = [np.cumsum(change[changed]) for change in changes]
    held = np.flatnonzero(np.any([level != 0 for level in levels], axis=0))
    where = where[changed]
    columns = [where[held], where[held + 1], *(level[held] for level in levels)]
    return [column.astype(np.int32) for column in columns]


def contigs_of(column: pa.ChunkedArray) -> tuple[list[str], Ints]:
    """The contigs of a column of names, sorted, and the index of each row's contig."""
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    found: list[str] = encoded.dictionary.to_pylist()
    names = sorted(found)
    rank = np.array([names.index(name) for name in found], np.int64)
    codes: Ints = rank[encoded.indices.to_numpy()] if len(names) else np.zeros(0, np.int64)
    return names, codes


def is_negative(tables: Iterable[pa.Table]) -> bool:
    """Whether any count is below 0: more was taken out than had come."""
    return any(
        table[name].to_numpy().min(initial=0) < 0
        for table in tables
        for name in (*COUNTED, *ROLES)
        if name in table.column_names
    )
