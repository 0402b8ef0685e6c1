"""Reading an indexed file in step with places that mostly come in the genome's order.

A seek costs as much as reading some hundred lines on. So the file is read on from place to place,
and sought only where the next place lies behind, or beyond so many lines.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pysam

from dugnad.errors import UserError

REACH = 100  # bases that a later place may begin before an earlier one, as indels in repeats do
PATIENCE = 150  # lines read in vain before seeking


Line = tuple[int, int, list[str]]
"""The bases [start, end) that a line is about, 0-based, and its cells."""


class Walk:
    """The lines of a file compressed by bgzip and indexed by tabix.

    Args:
        path: the file.
        parse: the line's bases and cells. Raises ValueError or IndexError for a line that is none.
        names: the file's name of each of the genome's contigs that it has; absent: as they are.

    Raises UserError when the file has no index.
    """

    def __init__(
        self, path: Path, parse: Callable[[str], Line], names: Mapping[str, str] | None = None
    ) -> None:
        self.path = path
        self._table = open_table(path)
        self._parse = parse
        contigs = self._table.contigs
        self.names = dict(zip(contigs, contigs, strict=True)) if names is None else dict(names)
        self._chrom = ""
        self.floor = 0
        """From here on, all lines up to the last place were given."""
        self._lines: Iterator[str] = iter(())
        self._next: Line | None = None
        self._leap = float("inf")  # bases over which PATIENCE lines reached, when it was at an end

    def covers(self, chrom: str) -> bool:
        """Whether the file has any line on the contig."""
        return chrom in self.names

    def move(self, chrom: str, start: int, end: int) -> tuple[bool, list[Line]]:
        """Go to a place [start, end), 0-based.

        Returns:
            Whether the walk began anew, so that lines given before are void; and the further lines
            that reach behind ``start - REACH`` and begin before ``end``, in the file's order.
        """
        anew = chrom != self._chrom or start < self.floor
        found: list[Line] = []
        if anew:
            self._seek(chrom, start)
        elif self._next is not None and start - REACH - self._next[0] > self._leap:
            self._leap *= 1.02  # lest a crowded stretch is remembered for ever
            self._seek(chrom, start)
            anew = True
        line, low, in_vain = self._next, start - REACH, 0
        begin = line[0] if line else 0
        while line is not None and line[0] < end:
            if line[1] > low:
                found.append(line)
            elif (in_vain := in_vain + 1) > PATIENCE:
                self._leap = float(line[0] - begin)
                self._seek(chrom, start)
                line, anew, in_vain, found = self._next, True, -(10**9), []
                continue
            line = self._read()
        self._next = line
        if low > self.floor:
            self.floor = low
        return anew, found

    def _seek(self, chrom: str, start: int) -> None:
        self._chrom = chrom
        name = self.names.get(chrom)
        self.floor = start - REACH
        begin = max(self.floor, 0)
        self._lines = self._table.fetch(name, begin) if name is not None else iter(())
        self._next = self._read()

    def _read(self) -> Line | None:
        try:
            return self._parse(next(self._lines))
        except StopIteration:
            return None
        except (OSError, ValueError, IndexError) as error:
            raise UserError(f"{self.path}: is damaged: {error}; fetch it anew") from None


def open_table(path: Path) -> pysam.TabixFile:
    """An indexed file's lines. Raises UserError when it has no index."""
    try:
        return pysam.TabixFile(str(path), encoding="utf-8")
    except (OSError, ValueError):
        raise UserError(f"{path}: is not compressed by bgzip and indexed by tabix") from None


def names_of(contigs: Iterable[str], genome: Sequence[str]) -> tuple[dict[str, str], str]:
    """Under which name a file has each of the genome's contigs, and a remark on that.

    A file that shares no contig with the genome, but would with ``chr`` added or taken away, names
    them the other way.
    """
    known = set(contigs)
    if same := {name: name for name in genome if name in known}:
        return same, ""
    other = {name: renamed(name) for name in genome if renamed(name) in known}
    if not other:
        return {}, ""
    how = "without" if next(iter(other)).startswith("chr") else "with"
    return other, f"names contigs {how} 'chr', the genome does not so; matched all the same"


def renamed(name: str) -> str:
    """A contig's name with ``chr`` added, or taken away."""
    return name[3:] if name.startswith("chr") else f"chr{name}"
