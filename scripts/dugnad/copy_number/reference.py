"""The reference that depth is held against: a CNVkit ``.cnn`` file beside the panel.

Tab-separated, as CNVkit writes it: chromosome, start, end, gene, log2, depth, gc, spread. ``log2``
is what normals show of a bin beside their autosomes' median, X as in women and Y as in men (as
CNVkit's diploid reference has it); ``spread`` is its standard deviation over the normals.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dugnad.border import got, read_text
from dugnad.copy_number.bins import Bins, Floats, of_rows
from dugnad.errors import UserError
from dugnad.files import write_text

COLUMNS = ["chromosome", "start", "end", "gene", "log2", "depth", "gc", "spread"]
MAKE = "make it with 'dugnad panel normals'"


@dataclass(frozen=True)
class Reference:
    """What normals show of each bin; every array of shape (bins,)."""

    bins: Bins
    log2: Floats
    depth: Floats
    gc: Floats
    spread: Floats


def write_reference(path: Path, reference: Reference) -> None:
    """Write the file whole or not at all."""
    bins = reference.bins
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    numbers = (reference.log2, reference.depth, reference.gc, reference.spread)
    for index in range(len(bins)):
        place = (bins.chrom[index], bins.start[index], bins.end[index], bins.label[index])
        writer.writerow([*place, *(f"{column[index]:.6g}" for column in numbers)])
    write_text(path, text.getvalue())


def read_reference(path: Path) -> Reference:
    """The reference of a file.

    Raises UserError when it is no CNVkit reference with GC content and spread.
    """
    rows = list(csv.reader(io.StringIO(read_text(path)), delimiter="\t"))
    lacking = [name for name in COLUMNS if not rows or name not in rows[0]]
    if lacking:
        raise UserError(f"{path}:1: lacks column {got(lacking[0])} of a CNVkit reference; {MAKE}")
    order = [rows[0].index(name) for name in COLUMNS]
    places: list[tuple[str, int, int, str]] = []
    numbers: list[list[float]] = []
    for line, cells in enumerate(rows[1:], start=2):
        try:
            chrom, start, end, gene, *rest = (cells[index] for index in order)
            places.append((chrom, int(start), int(end), gene))
            numbers.append([float(cell) for cell in rest])
        except (IndexError, ValueError):
            fault = f"is not a row of a CNVkit reference {got(' '.join(cells))}"
            raise UserError(f"{path}:{line}: {fault}; {MAKE}") from None
    if not places:
        raise UserError(f"{path}:1: holds no bin; {MAKE}")
    log2, depth, gc, spread = np.array(numbers, np.float64).T
    return Reference(of_rows(places), log2, depth, gc, spread)


def match(reference: Reference, bins: Bins, path: Path) -> Reference:
    """The reference in the order of ``bins``.

    Raises UserError when it lacks a bin: targets or bin_size have changed since it was made.
    """
    own = reference.bins
    keys = zip(own.chrom.tolist(), own.start.tolist(), own.end.tolist(), strict=True)
    index = {key: number for number, key in enumerate(keys)}
    wanted = list(zip(bins.chrom.tolist(), bins.start.tolist(), bins.end.tolist(), strict=True))
    missing = [key for key in wanted if key not in index]
    if missing:
        chrom, start, end = missing[0]
        fault = f"has no bin {chrom}:{start + 1}-{end} of the panel's targets"
        raise UserError(f"{path}: {fault} ({len(missing)} are missing); {MAKE} anew")
    order = np.array([index[key] for key in wanted], np.int64)
    return Reference(
        bins, reference.log2[order], reference.depth[order], reference.gc[order],
        reference.spread[order],
    )  # fmt: skip


def flat(bins: Bins, gc: Floats, is_y: Floats) -> Reference:
    """A reference for want of normals: even depth, one copy of Y.

    ``is_y``: 1 for bins of Y outside the pseudoautosomal stretches, else 0.
    """
    log2 = -is_y.astype(np.float64)
    return Reference(bins, log2, np.exp2(log2), gc, np.zeros(len(bins)))
