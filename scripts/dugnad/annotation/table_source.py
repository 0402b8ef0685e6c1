"""Sources of known sites that are no VCF: tables of alleles (TSV), and regions (BED)."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from dugnad.annotation.said import Said, unique
from dugnad.known_sites import KnownAlleles, Wanted
from dugnad.source import header_of
from dugnad.walk import Line, Walk


class TableSource:
    """A TSV of alleles, whose header names its columns."""

    def __init__(self, path: Path, show: Sequence[str], names: Mapping[str, str]) -> None:
        header = header_of(path)
        places = {name.lower(): index for index, name in enumerate(header)}
        columns = places["pos"], places["ref"], places["alt"]
        self._alleles = KnownAlleles(path, names, columns, cells=-1)
        self._show = {name: header.index(name) for name in show}
        self._id = places.get("id")

    def covers(self, chrom: str) -> bool:
        """Whether it has any row on the contig."""
        return self._alleles.covers(chrom)

    def say(self, wanted: Wanted) -> Said | None:
        """Its word on an allele; of several rows, what they say together."""
        rows = [listed.cells for listed in self._alleles.find(wanted)]
        if not rows:
            return None
        notes = [
            f"{name}={row[index].strip()}"
            for row in rows
            for name, index in self._show.items()
            if row[index].strip() not in {"", "."}
        ]
        ids = [row[self._id].strip() for row in rows] if self._id is not None else []
        return Said(unique(i for i in ids if i not in {"", "."}), notes=unique(notes))


class RegionSource:
    """A BED of stretches of the genome."""

    def __init__(self, path: Path, columns: Mapping[str, int], names: Mapping[str, str]) -> None:
        self._walk = Walk(path, _bed_line, names)
        self._columns = columns
        self._near: list[Line] = []

    def covers(self, chrom: str) -> bool:
        """Whether it has any region on the contig."""
        return self._walk.covers(chrom)

    def say(self, wanted: Wanted) -> Said | None:
        """What the regions say that the allele touches, wherever it may be written in a repeat."""
        if not self.covers(wanted.chrom):
            return None
        start, end = wanted.start, wanted.end
        anew, lines = self._walk.move(wanted.chrom, max(start - 1, 0), end + 1)
        kept = [] if anew else [line for line in self._near if line[1] > self._walk.floor]
        self._near = kept + lines
        touched = [line for line in self._near if line[0] < end and start < line[1]]
        notes = unique(note for line in touched for note in self._notes(line))
        return Said(notes=notes) if touched else None

    def _notes(self, line: Line) -> list[str]:
        start, end, cells = line
        if not self._columns:
            place = f"{cells[0]}:{start + 1}-{end}"
            return [f"label={cells[3].strip() if len(cells) > 3 else place}"]
        chosen = ((name, cells[n - 1 : n]) for name, n in self._columns.items())
        return [f"{name}={cell[0].strip()}" for name, cell in chosen if cell and cell[0].strip()]


def _bed_line(text: str) -> Line:
    cells = text.split("\t")
    return int(cells[1]), int(cells[2]), cells
