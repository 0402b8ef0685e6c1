"""A register as it is read: how often each variant was seen, in how many samples it could be.

    register = open_register(Path("recurrence"))
    register.look_up("chr7", 140753336, "A", "T").tumour.share_at_or_above(0.2)

Opening reads all counts; a look-up then takes microseconds. Alleles are compared trimmed, so that
padding does not matter; both sides are taken to be left-aligned.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from dugnad.alleles import Change, trim
from dugnad.errors import UserError
from dugnad.recurrence.counts import ROLES, Bins, Counts, Recurrence, place_of
from dugnad.recurrence.ledger import Ledger, file_of, read_ledger, read_sums
from dugnad.recurrence.sums import CALLABLE, COUNTED, VARIANTS, Ints, contigs_of

Allele = tuple[str, int, str, str]
"""Contig, 1-based VCF position, reference and alternative bases."""

_TRIES = 5  # a change may replace the files between the ledger and them; it takes seconds
_NONE: tuple[Bins, Bins] = ((0, 0, 0, 0), (0, 0, 0, 0))


@dataclass(frozen=True)
class _Rows:
    """The rows of one contig: sorted starts, ends, and counts of shape (rows, columns)."""

    first: int
    starts: Ints
    ends: Ints
    counts: Ints


class Register:
    """The counts of a register, in memory."""

    def __init__(self, ledger: Ledger, variants: pa.Table, callable_: pa.Table) -> None:
        """Tables as in VARIANTS and CALLABLE, sorted."""
        self.ledger = ledger
        self.variants = variants.num_rows
        """Different variants that at least one sample has."""
        self._seen = dict(_by_contig(variants, COUNTED))
        self._reached = dict(_by_contig(callable_, ROLES))
        self._alleles = [variants[name].combine_chunks() for name in ("ref", "alt")]

    @property
    def genome(self) -> str:
        """The name of the reference genome."""
        return self.ledger.genome

    @property
    def contigs(self) -> set[str]:
        """The contigs on which any base is callable in any sample."""
        return set(self._reached)

    @property
    def callable_bases(self) -> int:
        """Bases that are callable in at least one sample."""
        return sum(int((rows.ends - rows.starts).sum()) for rows in self._reached.values())

    def look_up(self, chrom: str, pos: int, ref: str, alt: str) -> Recurrence:
        """How often an allele at a 1-based VCF position is seen; all 0 if never."""
        change = trim(pos, ref, alt)
        tumour, normal = self._bins(chrom, change)
        tumours, normals = self._samples_at(chrom, place_of(change))
        return Recurrence(Counts(tumour, tumours, "T"), Counts(normal, normals, "N"))

    def look_up_all(self, alleles: Iterable[Allele]) -> list[Recurrence]:
        """``look_up`` of each allele, in their order."""
        return [self.look_up(*allele) for allele in alleles]

    def _bins(self, chrom: str, change: Change) -> tuple[Bins, Bins]:
        rows = self._seen.get(chrom)
        if rows is None:
            return _NONE
        first, last = np.searchsorted(rows.starts, (change.start, change.start + 1))
        for index in range(first, last):
            texts = tuple(column[rows.first + index].as_py() for column in self._alleles)
            if rows.ends[index] == change.end and texts == (change.ref, change.alt):
                a, b, c, d, e, f, g, h = rows.counts[index].tolist()
                return (a, b, c, d), (e, f, g, h)
        return _NONE

    def _samples_at(self, chrom: str, place: int) -> tuple[int, int]:
        rows = self._reached.get(chrom)
        if rows is None:
            return 0, 0
        index = int(np.searchsorted(rows.starts, place, "right")) - 1
        if index < 0 or place >= rows.ends[index]:
            return 0, 0
        tumours, normals = rows.counts[index].tolist()
        return tumours, normals


def open_register(path: Path) -> Register:
    """Read a register.

    Raises UserError when the folder is none, or lacks a file that its ledger names.
    """
    tries = 0
    while True:
        ledger, tries = read_ledger(path), tries + 1
        try:
            variants = read_sums(file_of(path, "variants", ledger.change), VARIANTS)
            callable_ = read_sums(file_of(path, "callable", ledger.change), CALLABLE)
            return Register(ledger, variants, callable_)
        except FileNotFoundError as error:
            if tries == _TRIES:
                raise UserError(f"{path}: lacks {error}; take a copy of the whole folder") from None


def _by_contig(table: pa.Table, counted: Iterable[str]) -> Iterator[tuple[str, _Rows]]:
    """The rows of each contig of a table that is sorted by contig and start."""
    names, codes = contigs_of(table["chrom"])
    starts, ends = (table[side].to_numpy().astype(np.int64) for side in ("start", "end"))
    counts = np.stack([table[name].to_numpy() for name in counted], axis=1)
    bounds = np.searchsorted(codes, np.arange(len(names) + 1))
    for name, first, last in zip(names, bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        rows = slice(first, last)
        yield name, _Rows(first, starts[rows], ends[rows], counts[rows])
