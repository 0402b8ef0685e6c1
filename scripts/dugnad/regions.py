"""Places on the genome that a panel names: targets (BED) and hotspots (TSV)."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dugnad.border import got, read_text
from dugnad.errors import UserError


@dataclass(frozen=True)
class Region:
    """A stretch of a contig, 0-based and half-open, with the label that reports show.

    ``line`` is where its file names it.
    """

    chrom: str
    start: int
    end: int
    label: str
    line: int = field(default=0, compare=False, kw_only=True)

    @property
    def length(self) -> int:
        """In bases."""
        return self.end - self.start

    def contains(self, other: "Region") -> bool:
        """Whether the other lies wholly within it."""
        return self.chrom == other.chrom and self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class Hotspot(Region):
    """A place of known recurrent change; ``label`` names the codon or base, as Val600."""

    gene: str
    source: str

    @property
    def name(self) -> str:
        """As reports show it, ``BRAF Val600``."""
        return f"{self.gene} {self.label}"


HOTSPOT_COLUMNS = ["chrom", "start", "end", "gene", "label", "source"]


def read_targets(path: Path) -> list[Region]:
    """The regions of a BED file, in the file's order; column 4 is the label if there is one.

    Raises UserError with all faulty lines at once.
    """
    regions: list[Region] = []
    problems: list[str] = []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        if not line.strip() or line.startswith(("#", "track", "browser")):
            continue
        cells = line.split("\t")
        if len(cells) < 3 or not (cells[1].strip().isdigit() and cells[2].strip().isdigit()):
            problems.append(f"{path}:{number}: is not BED {got(line)}; write chrom, start, end")
            continue
        start, end = int(cells[1]), int(cells[2])
        if start >= end:
            problems.append(f"{path}:{number}: end is not after start {got(line)}; mend the line")
            continue
        label = cells[3].strip() if len(cells) > 3 else f"{cells[0]}:{start + 1}-{end}"
        regions.append(Region(cells[0], start, end, label, line=number))
    if not regions and not problems:
        problems.append(f"{path}:1: holds no region; write at least one target")
    if problems:
        raise UserError(problems)
    return regions


def read_hotspots(path: Path) -> list[Hotspot]:
    """The hotspots of a TSV; its start and end are 1-based and inclusive, as HGVS counts.

    Raises UserError with all faulty lines at once, a missing source among them.
    """
    rows = list(csv.reader(io.StringIO(read_text(path)), delimiter="\t"))
    if not rows or rows[0] != HOTSPOT_COLUMNS:
        header = ", ".join(HOTSPOT_COLUMNS)
        raise UserError(f"{path}:1: the header must be {header}, separated by tabs")
    hotspots: list[Hotspot] = []
    problems: list[str] = []
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cells):
            continue
        if len(cells) != len(HOTSPOT_COLUMNS) or not all(cells):
            problems.append(f"{path}:{number}: needs {len(HOTSPOT_COLUMNS)} filled cells; fill in")
        elif not (cells[1].isdigit() and cells[2].isdigit() and 0 < int(cells[1]) <= int(cells[2])):
            text = f"start and end must be 1-based, start first {got(cells[1:3])}; mend the line"
            problems.append(f"{path}:{number}: {text}")
        else:
            chrom, start, end, gene, label, source = cells
            place = (chrom, int(start) - 1, int(end))
            hotspots.append(Hotspot(*place, label, gene, source, line=number))
    if problems:
        raise UserError(problems)
    return hotspots


def merge(regions: list[Region], gap: int = 0) -> list[Region]:
    """Regions sorted, overlapping and touching ones joined, so that no base counts twice.

    With a ``gap``, such as lie so many bases or fewer apart are joined too.
    """
    merged: list[Region] = []
    for region in sorted(regions, key=lambda r: (r.chrom, r.start, r.end)):
        last = merged[-1] if merged else None
        if last and last.chrom == region.chrom and region.start <= last.end + gap:
            merged[-1] = Region(last.chrom, last.start, max(last.end, region.end), last.label)
        else:
            merged.append(region)
    return merged


def bed(regions: Iterable[Region]) -> str:
    """The regions as BED with three columns."""
    return "".join(f"{r.chrom}\t{r.start}\t{r.end}\n" for r in regions)


def outside(regions: list[Region], lengths: dict[str, int]) -> Iterator[tuple[Region, str]]:
    """Regions that the genome does not have, each with the fault."""
    for region in regions:
        if region.chrom not in lengths:
            yield region, f"contig {region.chrom!r} is not in the genome"
        elif region.end > lengths[region.chrom]:
            length = lengths[region.chrom]
            yield region, f"end {region.end} is beyond the contig's {length} bases"
