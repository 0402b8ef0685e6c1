"""Microsatellite lengths of 1,000 loci at 500x, beside samtools reading the same places."""

import random
from pathlib import Path

import pysam

from benchmarks.measure import Row, compare, seconds

LOCI, DEPTH, LENGTH, SPACING = 1_000, 500, 100, 500
RUN = (10, 20)
COUNT = (
    "dugnad count-microsatellites --sample S msi.bam --fasta msi.fa --loci msi.bed"
    " --anchor 8 --min-mapping-quality 20 --output msi.parquet"
)


def rows(_demo: Path, room: Path) -> list[Row]:
    simulate(room)
    return [
        compare(
            f"lengths of {LOCI:,} microsatellites at {DEPTH}x",
            "samtools view of their reads as SAM",
            lambda: seconds(COUNT, room),
            lambda: seconds("samtools view -M -L msi.bed msi.bam > msi.sam", room),
            n=3,
        )
    ]


def simulate(room: Path) -> None:
    """A genome, its loci, and single reads of one sample: every tenth has lost a repeat."""
    rng = random.Random(1)
    bases = rng.choices("ACGT", k=LOCI * SPACING)
    loci = []
    for number in range(LOCI):
        start = number * SPACING + SPACING // 2
        end = start + RUN[0] + number % (RUN[1] - RUN[0] + 1)
        bases[start - 1], bases[start:end], bases[end] = "C", "A" * (end - start), "G"
        loci.append((start, end))
    genome = "".join(bases)
    (room / "msi.fa").write_text(f">chr1\n{genome}\n")
    pysam.faidx(str(room / "msi.fa"))
    lines = [f"chr1\t{s}\t{e}\tM{n}\tA\t{e - s}\n" for n, (s, e) in enumerate(loci)]
    (room / "msi.bed").write_text("".join(lines))
    header = {"HD": {"VN": "1.6", "SO": "coordinate"}, "SQ": [{"SN": "chr1", "LN": len(genome)}]}
    with pysam.AlignmentFile(str(room / "msi.bam"), "wb", header=header) as out:
        for start, end in loci:
            _reads(out, rng, genome, start, end)
    pysam.index(str(room / "msi.bam"))


def _reads(out: pysam.AlignmentFile, rng: random.Random, genome: str, start: int, end: int) -> None:
    """Reads that start evenly around a locus, as its depth asks."""
    reach = range(start - LENGTH, end)
    number = DEPTH * len(reach) // LENGTH
    for place in sorted(rng.choices(reach, k=number)):
        read = pysam.AlignedSegment(out.header)
        read.query_name = f"r{start}.{rng.getrandbits(40):x}"
        read.reference_id, read.reference_start, read.mapping_quality = 0, place, 60
        over = place < start - 1 and place + LENGTH > end + 1
        if over and rng.random() < 0.1:
            read.query_sequence = genome[place:start] + genome[start + 1 : place + LENGTH + 1]
            read.cigartuples = [(0, start - place), (2, 1), (0, LENGTH - start + place)]
        else:
            read.query_sequence = genome[place : place + LENGTH]
            read.cigartuples = [(0, LENGTH)]
        read.query_qualities = pysam.qualitystring_to_array("I" * LENGTH)
        out.write(read)
