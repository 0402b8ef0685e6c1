"""Alignments of molecules that are put together from stretches of a toy genome.

A read is aligned as bwa mem does it: by its longest stretch, with the others of 30 bases and more
in the SA tag, and shorter ones clipped.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pysam

from builders import quantity, sequence
from dugnad.panel_rearrangements import RearrangementRules
from dugnad.rearrangements.sides import reverse_complement

LENGTHS = {"chr1": 30_000, "chr2": 20_000}
GENOME = {name: sequence(length, 77 + i) for i, (name, length) in enumerate(LENGTHS.items())}
READ = 100
SHORTEST = 30


@dataclass(frozen=True)
class Stretch:
    """[start, end) of a contig, 0-based, read backwards or not."""

    chrom: str
    start: int
    end: int
    reverse: bool = False

    @property
    def bases(self) -> str:
        own = GENOME[self.chrom][self.start : self.end]
        return reverse_complement(own) if self.reverse else own

    def part(self, low: int, high: int) -> "Stretch":
        """[low, high) of it, in its own direction."""
        if self.reverse:
            return Stretch(self.chrom, self.end - high, self.end - low, True)
        return Stretch(self.chrom, self.start + low, self.start + high)


Allele = Sequence[Stretch | str]
"""Stretches, and bases of none."""


def length(allele: Allele) -> int:
    return sum(len(p) if isinstance(p, str) else p.end - p.start for p in allele)


def cut(allele: Allele, low: int, high: int) -> list[Stretch | str]:
    """[low, high) of an allele."""
    found: list[Stretch | str] = []
    at = 0
    for piece in allele:
        size = len(piece) if isinstance(piece, str) else piece.end - piece.start
        a, b = max(low - at, 0), min(high - at, size)
        if a < b:
            found.append(piece[a:b] if isinstance(piece, str) else piece.part(a, b))
        at += size
    return found


def turned(allele: Allele) -> list[Stretch | str]:
    """An allele from its other end."""
    return [
        reverse_complement(p)
        if isinstance(p, str)
        else Stretch(p.chrom, p.start, p.end, not p.reverse)
        for p in reversed(allele)
    ]


def _aligned(read: Sequence[Stretch | str]) -> list[tuple[Stretch, int, int]]:
    """The parts of a read that bwa would align, longest first, with their place in the read."""
    found, at = [], 0
    for piece in read:
        size = len(piece) if isinstance(piece, str) else piece.end - piece.start
        if not isinstance(piece, str) and size >= SHORTEST:
            found.append((piece, at, at + size))
        at += size
    return sorted(found, key=lambda item: item[1] - item[2])


def _cigar(low: int, high: int, whole: int, reverse: bool) -> str:
    left, right = (whole - high, low) if reverse else (low, whole - high)
    return "".join(f"{n}{kind}" for n, kind in ((left, "S"), (high - low, "M"), (right, "S")) if n)


@dataclass
class Sheet:
    """A SAM file in the making."""

    rows: list[tuple[str, int, str]]

    def add(self, name: str, allele: Allele, low: int, size: int, duplicate: bool = False) -> None:
        """A pair from [low, low + size) of an allele."""
        molecule = cut(allele, low, low + size)
        reads = [cut(molecule, 0, READ), cut(turned(molecule), 0, READ)]
        placed = [_aligned(read) for read in reads]
        if not all(placed):
            return
        firsts = [item[0] for item in placed]
        for mate in (0, 1):
            self._add_read(name, mate, reads[mate], placed[mate], firsts, duplicate)

    def _add_read(
        self,
        name: str,
        mate: int,
        read: Sequence[Stretch | str],
        placed: list[tuple[Stretch, int, int]],
        firsts: list[tuple[Stretch, int, int]],
        duplicate: bool,
    ) -> None:
        bases = "".join(p if isinstance(p, str) else p.bases for p in read)
        other = firsts[1 - mate][0]
        for index, (piece, low, high) in enumerate(placed):
            flag = 1 | (64, 128)[mate] | 16 * piece.reverse | 32 * other.reverse
            flag |= 2048 * (index > 0) | 1024 * (duplicate and not index)
            own = firsts[mate][0]
            size = 0
            if own.chrom == other.chrom:
                left, right = min(own.start, other.start), max(own.end, other.end)
                size = (right - left) * (1 if own.start <= other.start else -1)
                forward, backward = (own, other) if other.reverse else (other, own)
                facing = own.reverse != other.reverse and forward.start <= backward.start
                flag |= 2 * (facing and right - left < 700)
            shown = reverse_complement(bases) if piece.reverse else bases
            others = [p for p in placed if p[0] != piece]
            sa = "".join(
                f"{p.chrom},{p.start + 1},{'-' if p.reverse else '+'},"
                f"{_cigar(a, b, len(bases), p.reverse)},60,0;"
                for p, a, b in others
            )
            cells = [
                name, flag, piece.chrom, piece.start + 1, 60,
                _cigar(low, high, len(bases), piece.reverse), other.chrom, other.start + 1, size,
                shown, "I" * len(bases), *([f"SA:Z:{sa}"] if sa else []),
            ]  # fmt: skip
            self.rows.append((piece.chrom, piece.start, "\t".join(map(str, cells))))

    def write(self, path: Path) -> Path:
        header = "@HD\tVN:1.6\tSO:coordinate\n"
        header += "".join(f"@SQ\tSN:{name}\tLN:{n}\n" for name, n in LENGTHS.items())
        sam = path.with_suffix(".sam")
        sam.write_text(header + "".join(row[2] + "\n" for row in sorted(self.rows)))
        with (
            pysam.AlignmentFile(str(sam)) as text,
            pysam.AlignmentFile(str(path), "wb", template=text) as bam,
        ):
            for read in text:
                bam.write(read)
        pysam.index(str(path))
        return path


def whole(chrom: str) -> Allele:
    return [Stretch(chrom, 0, LENGTHS[chrom])]


def reads_of(
    path: Path, alleles: Iterable[tuple[Allele, int]], seed: int = 1, insert: int = 300
) -> Path:
    """A BAM with so many molecules of each allele, evenly laid."""
    draw = random.Random(seed)
    sheet = Sheet([])
    for which, (allele, count) in enumerate(alleles):
        for number in range(count):
            size = min(insert + draw.randint(-60, 60), length(allele))
            low = (number * (length(allele) - size)) // max(1, count - 1)
            sheet.add(f"m{which}.{number}", allele, low, size)
    return sheet.write(path)


def write_fasta(path: Path) -> Path:
    path.write_text("".join(f">{name}\n{bases}\n" for name, bases in GENOME.items()))
    pysam.faidx(str(path))
    return path


def rules_data(**changes: object) -> dict[str, object]:
    return {
        "dna_methods": ["search", "delly"],
        "fusion_genes": "fusion_genes.tsv",
        "search": {
            "margin": quantity(500, "bases"),
            "min_size": quantity(300, "bases"),
            "min_fragments": quantity(2),
            "exact": quantity(10, "bases"),
        },
        "filters": [
            {"id": "low_reads", "field": "reads", "below": 6, "known": 3, "unit": "x", "why": "t"},
            {
                "id": "in_normal",
                "field": "normal_ratio",
                "above": 0.1,
                "unit": "x",
                "why": "t",
            },
            {
                "id": "read_through",
                "field": "span",
                "below": 200,
                "known": "exempt",
                "unit": "x",
                "why": "t",
            },
        ],
        **changes,
    }


def rules(**changes: object) -> RearrangementRules:
    return RearrangementRules.model_validate(rules_data(**changes))
