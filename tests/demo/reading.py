"""What tests read back from simulated libraries."""

import gzip
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pysam
import pytest

from dugnad.demo.dna import sequence_dna
from dugnad.demo.library import DnaLibrary
from dugnad.demo.sequence import reverse_complement, write_fasta

Paths = Sequence[tuple[Path, Path]]


def require(*tools: str) -> None:
    """Skip the test when a tool is missing."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} not installed")


def records(path: Path) -> list[tuple[str, str, str]]:
    """Name line, bases and qualities of each read."""
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    return list(zip(lines[0::4], lines[1::4], lines[3::4], strict=True))


def pairs(paths: Paths) -> list[tuple[str, str]]:
    """Bases of read 1 and read 2 of each pair, lane after lane."""
    found = []
    for one, two in paths:
        found += [(a[1], b[1]) for a, b in zip(records(one), records(two), strict=True)]
    return found


def carriers(reads: Sequence[tuple[str, str]], text: str) -> int:
    """Pairs with ``text`` in either read, on either strand."""
    other = reverse_complement(text)
    return sum(any(text in read or other in read for read in pair) for pair in reads)


def align(contigs: dict[str, str], paths: Paths, work: Path, trim: int = 0) -> Path:
    """Reads without their first ``trim`` bases, aligned with bwa mem: sorted, indexed BAM."""
    fasta, sam, bam = work / "ref.fa", work / "out.sam", work / "out.bam"
    write_fasta(fasta, contigs)
    ends = []
    for end in (0, 1):
        path = work / f"all_{end}.fq"
        rows = [record for files in paths for record in records(files[end])]
        path.write_text("".join(f"{n}\n{b[trim:]}\n+\n{q[trim:]}\n" for n, b, q in rows))
        ends.append(str(path))
    subprocess.run(["bwa", "index", str(fasta)], check=True, capture_output=True)
    with sam.open("wb") as out:
        command = ["bwa", "mem", "-Y", "-t", "2", str(fasta), *ends]
        subprocess.run(command, check=True, stdout=out, stderr=subprocess.DEVNULL)
    subprocess.run(["samtools", "sort", "-o", bam, sam], check=True, capture_output=True)
    pysam.index(str(bam))
    return bam


def sequenced(library: DnaLibrary, work: Path) -> Path:
    """The library's reads, aligned to the reference."""
    require("art_illumina", "bwa", "samtools")
    work.mkdir(exist_ok=True)
    paths = [(work / f"L{n}_R1.fastq.gz", work / f"L{n}_R2.fastq.gz") for n in range(library.lanes)]
    sequence_dna(library, paths)
    return align(library.contigs, paths, work)


def orientation(read: pysam.AlignedSegment) -> str:
    """F1R2 or F2R1, of a read whose mate lies on the other strand."""
    return "F1R2" if read.is_read1 != read.is_reverse else "F2R1"


def bases_at(bam: Path, contig: str, position: int) -> dict[str, list[str]]:
    """The bases over a 0-based position by orientation, one of each fragment."""
    seen: dict[str, dict[str, str]] = {"F1R2": {}, "F2R1": {}}
    with pysam.AlignmentFile(str(bam)) as file:
        for read in file.fetch(contig, position, position + 1):
            if read.is_secondary or read.is_supplementary or not read.is_proper_pair:
                continue
            for query, place in read.get_aligned_pairs(matches_only=True):
                if place == position:
                    seen[orientation(read)][read.query_name or ""] = read.query_sequence[query]
    return {kind: list(bases.values()) for kind, bases in seen.items()}
