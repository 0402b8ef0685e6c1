"""Common single-base sites of a panel, and the reads of each allele that a sample has there."""

import argparse
import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dugnad.border import got, read_text
from dugnad.errors import UserError
from dugnad.files import write_text

Kind = Literal["autosome", "x", "y", "par"]
KINDS: tuple[str, ...] = get_args(Kind)
Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]

LOCUS = 1_000_000
"""Bases: sites in one such stretch may be inherited together, and are one witness."""

COUNTS = pa.schema(
    [
        ("sample", pa.string()),
        ("case", pa.string()),
        ("role", pa.string()),
        ("analyte", pa.string()),
        # 1-based VCF position; frequency of alt in the population
        ("chrom", pa.string()),
        ("pos", pa.int64()),
        ("ref", pa.string()),
        ("alt", pa.string()),
        ("frequency", pa.float64()),
        ("kind", pa.string()),
        # fragments that show the allele
        ("ref_reads", pa.int64()),
        ("alt_reads", pa.int64()),
        ("other_reads", pa.int64()),
    ]
)


class Site(NamedTuple):
    """A common single-base site: 1-based position, frequency of ``alt`` in the population."""

    chrom: str
    pos: int
    ref: str
    alt: str
    frequency: float
    kind: str


class Stretch(NamedTuple):
    """A part of a contig, 0-based and half-open."""

    chrom: str
    start: int
    end: int


@dataclass(frozen=True)
class Counts:
    """A sample's reads at sites; every array has shape (sites,)."""

    sample: str
    case: str
    role: str
    analyte: str
    chrom: np.ndarray[Any, np.dtype[np.str_]]
    pos: Ints
    change: np.ndarray[Any, np.dtype[np.str_]]
    """Reference and alternative base, as ``CT``."""
    frequency: Floats
    kind: np.ndarray[Any, np.dtype[np.str_]]
    ref: Ints
    alt: Ints
    other: Ints

    @property
    def depth(self) -> Ints:
        """Reads of either allele."""
        return self.ref + self.alt

    @property
    def minor(self) -> Floats:
        """Share of the rarer allele, 0 to 0.5; 0 where there is no read."""
        return np.minimum(self.ref, self.alt) / np.maximum(self.depth, 1)

    def keys(self) -> list[tuple[str, int, str]]:
        """What tells the sites apart."""
        return list(zip(self.chrom.tolist(), self.pos.tolist(), self.change.tolist(), strict=True))

    def where(self, chosen: Bools) -> "Counts":
        """The same sample at some of the sites, ``chosen`` of shape (sites,)."""
        return Counts(
            *(self.sample, self.case, self.role, self.analyte),
            *(self.chrom[chosen], self.pos[chosen], self.change[chosen]),
            *(self.frequency[chosen], self.kind[chosen]),
            *(self.ref[chosen], self.alt[chosen], self.other[chosen]),
        )

    def autosomal(self) -> "Counts":
        """The same sample at the sites of which everybody has two copies from birth."""
        return self.where((self.kind == "autosome") | (self.kind == "par"))


def kind_of(chrom: str, pos: int, par: Iterable[Stretch]) -> Kind | None:
    """Whose copies lie at a 1-based position; None on the mitochondrion.

    Contigs are told by their name up to an underscore, with or without ``chr``; what is neither
    X, Y nor the mitochondrion is an autosome.
    """
    if any(p.chrom == chrom and p.start < pos <= p.end for p in par):
        return "par"
    name = chrom.removeprefix("chr").split("_")[0]
    special: dict[str, Kind | None] = {"X": "x", "Y": "y", "M": None, "MT": None}
    return special.get(name, "autosome")


def stretch(text: str) -> Stretch:
    """A stretch from ``chrX:10001-2781479``, which is 1-based and inclusive.

    Raises UserError when it is not written so.
    """
    chrom, _, span = text.rpartition(":")
    first, _, last = span.partition("-")
    if not (chrom and first.isdigit() and last.isdigit() and 0 < int(first) <= int(last)):
        raise UserError(f"is not a stretch of a contig {got(text)}; write e.g. chrX:10001-2781479")
    return Stretch(chrom, int(first) - 1, int(last))


def add_sources(parser: argparse.ArgumentParser) -> None:
    """Declare the option of a verb that looks into the population sources."""
    parser.add_argument(
        "--source",
        nargs=3,
        action="append",
        default=[],
        metavar=("ID", "KEY", "VCF"),
        help="population source, INFO key of its frequency, VCF; may be repeated",
    )


def loci(chrom: np.ndarray[Any, np.dtype[np.str_]], pos: Ints) -> Ints:
    """The number of the locus that each site lies in, from 0; shape (sites,)."""
    names = np.char.add(np.char.add(chrom, ":"), (pos // LOCUS).astype(str))
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


def write_sites(path: Path, sites: Sequence[Site]) -> None:
    """Write sites as a table with a header, separated by tabs."""
    rows = [Site._fields, *((*s[:4], f"{s.frequency:g}", s.kind) for s in sites)]
    write_text(path, "".join("\t".join(map(str, row)) + "\n" for row in rows))


def read_sites(path: Path) -> list[Site]:
    """The sites of a table made by ``write_sites``. Raises UserError for any other file."""
    rows = list(csv.reader(io.StringIO(read_text(path)), delimiter="\t"))
    if not rows or tuple(rows[0]) != Site._fields:
        raise UserError(f"{path}:1: is not a table of sites; make it with 'dugnad pick-sites'")
    return [Site(r[0], int(r[1]), r[2], r[3], float(r[4]), r[5]) for r in rows[1:]]


def read_counts(path: Path) -> Counts:
    """A sample's reads at the sites; without any site its names are empty.

    Raises UserError when the file is no such table: another version of the code wrote it.
    """
    table = pq.read_table(path)
    if table.schema.names != COUNTS.names:
        raise UserError(f"{path}: has other columns than this version; remove it and run again")
    sample, case, role, analyte = (
        str(table[name][0]) if len(table) else "" for name in COUNTS.names[:4]
    )
    chrom, kind, ref, alt = (
        np.array(table[name].to_pylist(), dtype=np.str_) for name in ("chrom", "kind", "ref", "alt")
    )
    return Counts(
        *(sample, case, role, analyte),
        *(chrom, table["pos"].to_numpy(), np.char.add(ref, alt)),
        *(table["frequency"].to_numpy(), kind),
        *(table["ref_reads"].to_numpy(), table["alt_reads"].to_numpy()),
        table["other_reads"].to_numpy(),
    )
