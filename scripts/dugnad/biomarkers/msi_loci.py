"""The microsatellites that a panel reads: a BED with six columns.

Contig, start (0-based), end (exclusive), name, repeat unit, and how often it is repeated.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pysam

from dugnad.border import got, read_text
from dugnad.errors import UserError
from dugnad.regions import Region


@dataclass(frozen=True)
class Locus(Region):
    """A run of a repeat unit; ``label`` is its name, ``repeats`` how often the genome has it."""

    unit: str
    repeats: int


def read_loci(path: Path) -> list[Locus]:
    """The loci of a file, in its order.

    Raises UserError with all faulty lines at once.
    """
    loci: list[Locus] = []
    problems: list[str] = []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if fault := _fault(cells):
            problems.append(f"{path}:{number}: {fault}")
            continue
        chrom, start, end, name, unit, repeats = cells
        place = (chrom, int(start), int(end), name)
        loci.append(Locus(*place, unit=unit.upper(), repeats=int(repeats), line=number))
    if not loci and not problems:
        problems.append(f"{path}:1: holds no locus; write at least one microsatellite")
    problems += _twice(path, loci)
    if problems:
        raise UserError(problems)
    return loci


def _fault(cells: Sequence[str]) -> str | None:
    """What is wrong with a line, and the remedy."""
    if len(cells) != 6 or not all(cells[i].isdigit() for i in (1, 2, 5)):
        columns = "contig, start, end, name, repeat unit, number of repeats"
        return f"is not a microsatellite {got(' '.join(cells))}; write {columns}, parted by tabs"
    start, end, unit, repeats = int(cells[1]), int(cells[2]), cells[4], int(cells[5])
    if not unit or set(unit.upper()) - set("ACGT"):
        return f"repeat unit must be of A, C, G and T {got(unit)}; write the bases"
    if not repeats or end - start != len(unit) * repeats:
        bases = f"{repeats} repeats of {unit} are {len(unit) * repeats} bases"
        return f"{bases}, but end less start is {end - start}; mend the line"
    return None


def _twice(path: Path, loci: Sequence[Locus]) -> Iterator[str]:
    seen: set[str] = set()
    for locus in loci:
        if locus.label in seen:
            yield f"{path}:{locus.line}: name is used twice {got(locus.label)}; rename one"
        seen.add(locus.label)


def flanks(fasta: pysam.FastaFile, locus: Locus, anchor: int) -> tuple[str, str]:
    """So many bases before and after the run, upper case.

    Raises UserError when the genome does not have the run there, or more of it than the file says.
    """
    if locus.chrom not in fasta.references:
        raise UserError(f"microsatellite {locus.label}: the genome has no contig {locus.chrom}")
    start = max(0, locus.start - anchor)
    bases = fasta.fetch(locus.chrom, start, locus.end + anchor).upper()
    left, rest = bases[: locus.start - start], bases[locus.start - start :]
    run, right = rest[: locus.length], rest[locus.length :]
    if run != locus.unit * locus.repeats:
        raise UserError(
            f"microsatellite {locus.label}: the genome does not have {locus.repeats} times"
            f" {locus.unit} there {got(run)}; use files of one genome"
        )
    if left.endswith(locus.unit) or right.startswith(locus.unit):
        raise UserError(
            f"microsatellite {locus.label}: the genome's run of {locus.unit} is longer than the"
            " file says; write the whole run"
        )
    if min(len(left), len(right)) < anchor:
        raise UserError(f"microsatellite {locus.label}: is at the end of its contig; remove it")
    return left, right


def surroundings(fasta: pysam.FastaFile, locus: Locus, size: int) -> tuple[str, str]:
    """So many bases before and after the run, upper case; N beyond the contig's ends."""
    before = fasta.fetch(locus.chrom, max(0, locus.start - size), locus.start)
    after = fasta.fetch(locus.chrom, locus.end, locus.end + size)
    return before.upper().rjust(size, "N"), after.upper().ljust(size, "N")
