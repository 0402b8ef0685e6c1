"""STAR's Chimeric.out.junction, and exactly what its columns mean.

Of those that matter: contig, breakpoint and strand of the donor (A) and of the acceptor (B), in
the direction of the read; the type of the junction (-1: the mates lie around it, 0: across it
without a splice signal, 1: GT/AG, 2: CT/AC, where the transcript runs against the read); bases
that repeat on its left and right; the read's name; begin and CIGAR of either part. A breakpoint is
1-based and the first base outside the read, of what would be an intron. With
``--chimMultimapNmax`` the file has a header and more columns, the number of places among them
(STAR's manual, chimeric alignments).
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dugnad.border import got
from dugnad.errors import UserError
from dugnad.files import open_bytes

AROUND, PLAIN, ALONG, AGAINST = -1, 0, 1, 2  # types of a junction
COLUMNS = 14  # that matter; more may follow

_CIGAR = re.compile(r"(\d+)([Mp])")  # a negative gap's sign is of no use here
FLIP = {"+": "-", "-": "+"}


class Place(NamedTuple):
    """A base of a transcript on the genome: 1-based, with the strand that it is read from."""

    chrom: str
    pos: int
    strand: str

    def behind(self, other: "Place") -> int:
        """Bases that this one lies after another of its contig and strand, as they are read."""
        return self.pos - other.pos if self.strand == "+" else other.pos - self.pos


class Joint(NamedTuple):
    """Two places that a transcript joins: the last base of its first part, the first of its
    second."""

    five: Place
    three: Place


class Row(NamedTuple):
    """A row as it is written."""

    chrom_a: str
    base_a: int
    strand_a: str
    chrom_b: str
    base_b: int
    strand_b: str
    kind: int
    repeat: int
    name: str
    begin_a: int
    cigar_a: str
    begin_b: int
    cigar_b: str
    places: int

    def joint(self, against: bool) -> Joint:
        """The joined bases, if the transcript runs along the read, or against it.

        Of a row whose mates lie around the junction these are the mates' inner ends.
        """
        pos_a = self.base_a - (1 if self.strand_a == "+" else -1)
        pos_b = self.base_b + (1 if self.strand_b == "+" else -1)
        if against:
            return Joint(
                Place(self.chrom_b, pos_b, FLIP[self.strand_b]),
                Place(self.chrom_a, pos_a, FLIP[self.strand_a]),
            )
        return Joint(
            Place(self.chrom_a, pos_a, self.strand_a), Place(self.chrom_b, pos_b, self.strand_b)
        )

    @property
    def anchors(self) -> tuple[int, int]:
        """Aligned bases of the read on either side of the junction, donor's first."""
        return (
            mates(self.cigar_a)[-1 if self.strand_a == "+" else 0],
            mates(self.cigar_b)[0 if self.strand_b == "+" else -1],
        )


def mates(cigar: str) -> list[int]:
    """Aligned bases of each mate of a CIGAR; a "p" stands for the gap between two mates."""
    found = [0]
    for length, operation in _CIGAR.findall(cigar):
        if operation == "p":
            found.append(0)
        else:
            found[-1] += int(length)
    return found


def read_chimeric(path: Path) -> Iterator[Row]:
    """The rows of a Chimeric.out.junction, plain or gzipped, of the old form or the new.

    Raises UserError for a line that is not such a row, and for a file without any line: STAR
    writes comments even where it finds nothing.
    """
    number = 0
    with open_bytes(path) as lines:
        for number, line in enumerate(lines, 1):
            if line.startswith((b"#", b"chr_donorA\t")) or not line.strip():
                continue
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            try:
                yield _row(text.split("\t"))
            except ValueError:
                fault = f"is no row of STAR's Chimeric.out.junction {got(text[:60])}"
                raise UserError(f"{path}:{number}: {fault}; align the reads anew") from None
    if not number:
        raise UserError(
            f"{path}: is empty, where STAR writes comments at least; align the reads anew"
        )


def _row(cells: list[str]) -> Row:
    if len(cells) < COLUMNS:
        raise ValueError
    chrom_a, base_a, strand_a, chrom_b, base_b, strand_b, kind, left, right, name = cells[:10]
    if strand_a not in FLIP or strand_b not in FLIP:
        raise ValueError
    places = int(cells[14]) if len(cells) > COLUMNS and cells[14].isdigit() else 1
    return Row(
        chrom_a, int(base_a), strand_a, chrom_b, int(base_b), strand_b, int(kind),
        int(left) + int(right), name, int(cells[10]), cells[11], int(cells[12]), cells[13], places,
    )  # fmt: skip
