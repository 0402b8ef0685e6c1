"""Small microsatellites for tests: a genome with runs, reads over them, and rows of lengths."""

from pathlib import Path
from typing import Any

import pysam

from builders import sequence
from dugnad.biomarkers.msi_loci import Locus

LENGTH = 100
ANCHOR = 8


class Run:
    """A repeat between random bases on one contig, and reads of alleles of it."""

    def __init__(self, unit: str = "A", repeats: int = 12, seed: int = 5) -> None:
        left, right = sequence(199, seed) + "C", "G" + sequence(199, seed + 1)
        self.genome = left + unit * repeats + right
        end = 200 + len(unit) * repeats
        self.locus = Locus("chr1", 200, end, "M1", unit=unit, repeats=repeats)

    def allele(self, repeats: int) -> str:
        """The genome with so many repeats."""
        start, end = self.locus.start, self.locus.end
        return self.genome[:start] + self.locus.unit * repeats + self.genome[end:]

    def write_fasta(self, path: Path) -> Path:
        path.write_text(f">chr1\n{self.genome}\n")
        pysam.faidx(str(path))
        return path


def read(
    header: pysam.AlignmentHeader,
    name: str,
    start: int,
    bases: str,
    cigar: str = "",
    flag: int = 0,
    quality: int = 60,
) -> pysam.AlignedSegment:
    """One read; aligned without a gap unless its CIGAR says else."""
    found = pysam.AlignedSegment(header)
    found.query_name, found.query_sequence, found.flag = name, bases, flag
    found.reference_id, found.reference_start, found.mapping_quality = 0, start, quality
    found.cigarstring = cigar or f"{len(bases)}M"
    return found


def write_reads(path: Path, run: Run, reads: list[tuple[Any, ...]]) -> Path:
    """An indexed BAM; each read is the arguments of ``read`` but for the header."""
    header = pysam.AlignmentHeader.from_dict(
        {
            "HD": {"VN": "1.6", "SO": "coordinate"},
            "SQ": [{"SN": "chr1", "LN": len(run.genome)}],
        }
    )
    with pysam.AlignmentFile(str(path), "wb", header=header) as out:
        for item in sorted(reads, key=lambda item: item[1]):
            out.write(read(header, *item))
    pysam.index(str(path))
    return path


def lengths(
    name: str = "M1", repeats: int = 12, first: int = 11, counts: tuple[int, ...] = (5, 95)
) -> dict[str, Any]:
    """A row of the table of lengths."""
    return {
        "sample": "S",
        "name": name,
        "chrom": "chr1",
        "start": 200,
        "end": 200 + repeats,
        "unit": "A",
        "repeats": repeats,
        "reads": sum(counts),
        "unclear": 0,
        "first_length": first,
        "counts": list(counts),
    }
