"""Known sites, looked up by allele: VCF files of populations or of clinical variants, and tables.

Alleles are compared in their shortest form, and insertions and deletions wherever they may be
written in a repeat, so that neither padding, nor records of several alleles, nor a source that is
not normalised hides a match.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pysam

from dugnad.alleles import Change, left_align, placements, trim
from dugnad.errors import UserError
from dugnad.walk import Line, Walk, renamed

_KEPT = 500  # lines that are kept before those left behind are dropped
_MARGIN = 200  # bases around an insertion or deletion that are read at first

Key = tuple[int, str, str]


@dataclass(frozen=True)
class Wanted:
    """An allele to look up: its change, and [start, end) of all places where it reads the same."""

    chrom: str
    change: Change
    start: int
    end: int
    sequence: str = ""
    offset: int = 0

    @property
    def key(self) -> Key:
        """What the same allele has alike in its shortest form."""
        return self.change.start, self.change.ref, self.change.alt

    @property
    def shifts(self) -> bool:
        """Whether it can be written elsewhere, and the bases around it are known."""
        return bool(self.sequence)

    def is_same(self, other: Change) -> bool:
        """Whether another insertion or deletion reads the same."""
        if not self.start <= other.start <= other.end <= self.end:
            return False
        one, two = (left_align(c, self.sequence, self.offset) for c in (self.change, other))
        return one == two


class Finder:
    """Makes alleles to look up, by the genome's FASTA; without it, none is moved in a repeat."""

    def __init__(self, fasta: Path | None = None) -> None:
        self._file = pysam.FastaFile(str(fasta)) if fasta else None
        found = zip(self._file.references, self._file.lengths, strict=True) if self._file else ()
        self.lengths: dict[str, int] = dict(found)

    def wanted(self, chrom: str, pos: int, ref: str, alt: str) -> Wanted:
        """The allele of a VCF's record, 1-based."""
        change = trim(pos, ref, alt)
        length = self.lengths.get(chrom)
        if self._file is None or length is None or bool(change.ref) == bool(change.alt):
            return Wanted(chrom, change, change.start, change.end)
        margin = _MARGIN + len(change.ref) + len(change.alt)
        while True:
            low, high = max(change.start - margin, 0), min(change.end + margin, length)
            sequence = self._file.fetch(chrom, low, high).upper()
            start, end = placements(change, sequence, low)
            if (start > low or low == 0) and (end < high or high == length):
                return Wanted(chrom, change, start, end, sequence, low)
            margin *= 4


class Listed(NamedTuple):
    """A source's entry of an allele: the line's cells, and which of its alleles it is."""

    cells: list[str]
    number: int
    alleles: int


class KnownAlleles:
    """The alleles of an indexed file, of which each line has position, REF and ALT.

    Args:
        path, names: as of ``Walk``.
        columns: 0-based numbers of position, REF and ALT among the first ``cells`` cells.
    """

    def __init__(
        self,
        path: Path,
        names: Mapping[str, str] | None = None,
        columns: tuple[int, int, int] = (1, 3, 4),
        cells: int = 8,
    ) -> None:
        self._walk = Walk(path, _parser(columns[0], columns[1], cells), names)
        self._columns = columns
        self._exact: dict[Key, list[Listed]] = {}
        self._moving: dict[tuple[int, int], list[tuple[Change, Listed]]] = {}
        self._kept, self._limit = 0, _KEPT

    def covers(self, chrom: str) -> bool:
        """Whether the file has anything on the contig; without, it says nothing there."""
        return self._walk.covers(chrom)

    def find(self, wanted: Wanted) -> list[Listed]:
        """The entries of the allele. Fast where alleles are asked for in the genome's order."""
        if not self.covers(wanted.chrom):
            return []
        anew, lines = self._walk.move(wanted.chrom, max(wanted.start - 1, 0), wanted.end + 1)
        if anew:
            self._exact, self._moving, self._kept = {}, {}, 0
        for line in lines:
            self._add(line)
        self._kept += len(lines)
        if self._kept > self._limit:
            self._drop(self._walk.floor)
        if not wanted.shifts:
            return self._exact.get(wanted.key, [])
        alike = self._moving.get((len(wanted.change.ref), len(wanted.change.alt)), ())
        return [listed for change, listed in alike if wanted.is_same(change)]

    def _add(self, line: Line) -> None:
        start, _, cells = line
        ref, words = cells[self._columns[1]], cells[self._columns[2]].split(",")
        for index, alt in enumerate(words):
            if not alt or alt[0] in "<*.[]" or alt[-1] in "[]":
                continue
            listed = Listed(cells, index, len(words))
            if len(ref) == len(alt) == 1:
                self._exact.setdefault((start, ref.upper(), alt.upper()), []).append(listed)
                continue
            change = trim(start + 1, ref, alt)
            self._exact.setdefault((change.start, change.ref, change.alt), []).append(listed)
            if bool(change.ref) != bool(change.alt):
                sizes = len(change.ref), len(change.alt)
                self._moving.setdefault(sizes, []).append((change, listed))

    def _drop(self, floor: int) -> None:
        """Forget what lies behind: no later allele can be there before the walk begins anew."""
        self._exact = {k: v for k, v in self._exact.items() if k[0] + len(k[1]) >= floor}
        moving = {
            sizes: [item for item in items if item[0].end >= floor]
            for sizes, items in self._moving.items()
        }
        self._moving = {sizes: items for sizes, items in moving.items() if items}
        self._kept = len(self._exact)
        self._limit = max(_KEPT, 2 * self._kept)


def _parser(pos: int, ref: int, cells: int) -> Callable[[str], Line]:
    def parse(text: str) -> Line:
        found = text.split("\t", cells)
        start = int(found[pos]) - 1
        return start, start + len(found[ref]), found

    return parse


@dataclass(frozen=True)
class Site:
    """An allele's record in a VCF."""

    listed: Listed
    numbers: Mapping[str, str] = field(repr=False)
    """The number of values of each INFO key, as the header declares it."""
    place: str

    @property
    def ids(self) -> list[str]:
        """Its names."""
        return [name for name in self.listed.cells[2].split(";") if name not in {"", "."}]

    @property
    def filters(self) -> list[str]:
        """FILTER without PASS."""
        return [name for name in self.listed.cells[6].split(";") if name not in {"", ".", "PASS"}]

    @cached_property
    def info(self) -> dict[str, str]:
        """INFO, a text by key."""
        pairs = (word.partition("=") for word in self.listed.cells[7].rstrip("\n").split(";"))
        return {key: value if equals else "yes" for key, equals, value in pairs}

    def text(self, key: str) -> str | None:
        """What the key says of this allele; None when nothing.

        Of values for each allele it is the allele's own; others are told as they are.
        """
        value = self.info.get(key)
        if value in {None, "", "."}:
            return None
        assert value is not None
        words, number = value.split(","), self.numbers.get(key, ".")
        index = self.listed.number + (number == "R")
        if number in {"A", "R"} and index < len(words):
            value = words[index]
        return unquote(value) if value != "." else None

    def fraction(self, key: str) -> float | None:
        """The key's number for this allele; None when it has none.

        Where the header does not say that there is one for each allele, their count does.
        Raises UserError when it is no number.
        """
        value = self.text(key)
        if value is not None and "," in value:
            words = value.split(",")
            if len(words) == self.listed.alleles:
                value = words[self.listed.number]
        try:
            return None if value in {None, "."} else float(value or "")
        except ValueError:
            raise UserError(f"{self.place}: {key} is not a number for each allele") from None


class KnownSites:
    """A VCF of known sites.

    Args:
        path: compressed by bgzip, indexed by tabix.
        keys: INFO keys that will be read.
        names: as of ``Walk``.

    Raises UserError when it is not such a VCF, or lacks a key.
    """

    def __init__(
        self, path: Path, keys: Iterable[str], names: Mapping[str, str] | None = None
    ) -> None:
        self._path = path
        self._alleles = KnownAlleles(path, names)
        try:
            with pysam.VariantFile(str(path)) as vcf:
                declared = {key: str(vcf.header.info[key].number) for key in vcf.header.info}
                self.types = {key: vcf.header.info[key].type for key in vcf.header.info}
        except (OSError, ValueError):
            raise UserError(f"{path}: is not a VCF; name another") from None
        self._numbers = declared
        remedy = "name the right key in the config"
        lacking = [f"{path}: has no INFO key {k!r}; {remedy}" for k in keys if k not in declared]
        if lacking:
            raise UserError(lacking)

    def covers(self, chrom: str) -> bool:
        """Whether it has any record on the contig; without one it says nothing there."""
        return self._alleles.covers(chrom)

    def find(self, wanted: Wanted) -> Iterator[Site]:
        """The allele's records. Fast where alleles are asked for in the genome's order."""
        for listed in self._alleles.find(wanted):
            place = f"{self._path}: {':'.join(listed.cells[:2])}"
            yield Site(listed, self._numbers, place)


class Population:
    """A VCF of a population, asked for frequencies alone."""

    def __init__(self, path: Path, key: str) -> None:
        self._sites = KnownSites(path, [key])
        self._key = key
        self._finder = Finder()

    def frequency(self, chrom: str, pos: int, ref: str, alt: str) -> float | None:
        """The allele's frequency, the highest where several records have it; else None.

        The contig may be named with or without ``chr`` in the file.
        """
        chrom = chrom if self._sites.covers(chrom) else renamed(chrom)
        sites = self._sites.find(self._finder.wanted(chrom, pos, ref, alt))
        found = (site.fraction(self._key) for site in sites)
        return max((value for value in found if value is not None), default=None)
