"""The 96 contexts of single-base substitutions: of mutations, and how often a genome offers them.

A context is a substitution of a pyrimidine, C or T, with the base before and behind it, such as
``A[C>T]G``; mutations of purines are read on the other strand.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pysam

from dugnad.border import read_text
from dugnad.errors import UserError
from dugnad.regions import Region

SUBSTITUTIONS = ("C>A", "C>G", "C>T", "T>A", "T>C", "T>G")
CONTEXTS = tuple(f"{a}[{s}]{b}" for s in SUBSTITUTIONS for a in "ACGT" for b in "ACGT")
"""In the order in which COSMIC draws them: by substitution, then the base before, then behind."""
TRIPLETS = tuple(f"{a}{middle}{b}" for middle in "CT" for a in "ACGT" for b in "ACGT")

Counts = np.ndarray[Any, np.dtype[np.int64]]
Numbers = np.ndarray[Any, np.dtype[np.float64]]

_INDEX = {context: index for index, context in enumerate(CONTEXTS)}
_OTHER_STRAND = str.maketrans("ACGT", "TGCA")
_BLOCK = 1 << 24  # bases read at a time
_COLUMNS = ["triplet", "genome", "targets"]


def context_of(before: str, ref: str, behind: str, alt: str) -> str | None:
    """The context of a substitution; None with a base that is not A, C, G or T."""
    bases = (before + ref + behind + alt).upper()
    if len(bases) != 4 or set(bases) - set("ACGT"):
        return None
    if bases[1] in "AG":
        bases = bases.translate(_OTHER_STRAND)
        bases = bases[2] + bases[1] + bases[0] + bases[3]
    return f"{bases[0]}[{bases[1]}>{bases[3]}]{bases[2]}"


def spectrum(mutations: Iterable[Mapping[str, Any]], fasta: Path) -> Counts:
    """How many single-base substitutions have each of the 96 contexts, shape (96,).

    Rows of the findings table that are none are passed over.
    """
    counts = np.zeros(len(CONTEXTS), np.int64)
    with pysam.FastaFile(str(fasta)) as genome:
        for row in mutations:
            pos = row["pos"]
            if len(row["ref"]) != 1 or len(row["alt"]) != 1 or pos < 2:
                continue
            around = genome.fetch(row["chrom"], pos - 2, pos + 1)
            if len(around) == 3:
                context = context_of(around[0], row["ref"], around[2], row["alt"])
                if context is not None:
                    counts[_INDEX[context]] += 1
    return counts


def _table() -> Counts:
    """The triplet's index by its code, 25 times the base before, 5 the middle, 1 behind; or 32."""
    table = np.full(125, len(TRIPLETS), np.int64)
    for index, triplet in enumerate(TRIPLETS):
        for bases in (triplet, triplet.translate(_OTHER_STRAND)[::-1]):
            one, two, three = ("ACGT".index(base) for base in bases)
            table[25 * one + 5 * two + three] = index
    return table


def _codes() -> np.ndarray[Any, np.dtype[np.uint8]]:
    codes = np.full(256, 4, np.uint8)
    for index, base in enumerate("ACGT"):
        codes[ord(base)] = codes[ord(base.lower())] = index
    return codes


_TABLE, _CODES = _table(), _codes()


def count_triplets(genome: pysam.FastaFile, regions: Iterable[Region]) -> Counts:
    """How often each of the 32 triplets stands in regions that do not overlap, shape (32,).

    A triplet counts where its middle base lies. Read in blocks, whatever a region's length.
    """
    counts = np.zeros(126, np.int64)
    for region in regions:
        for first in range(region.start, region.end, _BLOCK):
            start, last = max(first - 1, 0), min(first + _BLOCK, region.end) + 1
            text = genome.fetch(region.chrom, start, last).encode()
            bases = _CODES[np.frombuffer(text, np.uint8)]
            codes = 25 * bases[:-2] + 5 * bases[1:-1] + bases[2:]
            counts += np.bincount(codes, minlength=126)
    found = np.zeros(len(TRIPLETS) + 1, np.int64)
    np.add.at(found, _TABLE, counts[:125])
    return found[: len(TRIPLETS)]


def opportunities_text(genome: Counts, targets: Counts) -> str:
    """The counts of a genome and of targets within it, as TSV."""
    rows = zip(TRIPLETS, genome.tolist(), targets.tolist(), strict=True)
    lines = ["\t".join(_COLUMNS), *(f"{t}\t{a}\t{b}" for t, a, b in rows)]
    return "\n".join(lines) + "\n"


def read_opportunities(path: Path) -> Numbers:
    """How much more often than the genome the targets offer each of the 96 contexts, shape (96,).

    Raises UserError when the file is not such a table.
    """
    rows = [line.split("\t") for line in read_text(path).splitlines()]
    if rows[:1] != [_COLUMNS] or [row[0] for row in rows[1:]] != list(TRIPLETS):
        raise UserError(f"{path}:1: is no table of triplets; run 'dugnad count-contexts' again")
    numbers = np.array([[float(cell) for cell in row[1:]] for row in rows[1:]])
    shares = numbers / np.maximum(numbers.sum(axis=0), 1)
    ratio = np.zeros(len(TRIPLETS))
    np.divide(shares[:, 1], shares[:, 0], out=ratio, where=shares[:, 0] > 0)
    of = {triplet: index for index, triplet in enumerate(TRIPLETS)}
    return ratio.take([of[one[0] + one[2] + one[-1]] for one in CONTEXTS])
