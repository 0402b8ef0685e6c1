"""How real the demo's reads look: measures of three samples, each a value by the measure's name.

All read the finished demo in ``demo``: its FASTQ, BAMs and quality files.
"""

import math
import subprocess
from collections import Counter
from collections.abc import Iterable
from itertools import chain, islice
from pathlib import Path
from statistics import median

import numpy as np
import numpy.typing as npt
import pysam

from dugnad.demo.truth import load_truth

Floats = npt.NDArray[np.float64]
TUMOUR, NORMAL, FFPE = "IPX0001-D01-P01-A15", "IPX0001-D01-N01-B15", "IPX0003-D01-P01-A09"
READ_LENGTH, NEAR, FASTQ_READS = 100, 250, 20_000
DAMAGE_CONTIGS, DAMAGE_STRIDE = ("chr7", "chr17"), 2
COMPLEMENT = str.maketrans("ACGT", "TGCA")


def of_sample(demo: Path, sample: str, scratch: Path) -> dict[str, float]:
    """All measures of a sample."""
    return {
        **of_stats(demo, sample),
        **of_qualities(demo, sample),
        **of_capture(demo, sample, scratch),
        **of_evenness(demo, sample),
        **of_damage(demo, sample),
    }


def kind(sample: str) -> str:
    return "FFPE" if sample == FFPE else "fresh"


def result(demo: Path, sample: str, name: str) -> Path:
    return demo / "results" / sample.split("-")[0] / name.format(sample)


def of_stats(demo: Path, sample: str) -> dict[str, float]:
    """Inserts, duplicates and mismatches, from the workflow's samtools stats."""
    lines = result(demo, sample, "qc/{}.stats.txt").read_text().splitlines()
    rows = [line.split("\t") for line in lines]
    number = {row[1].rstrip(":"): float(row[2]) for row in rows if row[0] == "SN"}
    inserts = np.array([[int(row[1]), int(row[3])] for row in rows if row[0] == "IS"], float)
    length, pairs = inserts[(inserts[:, 0] >= 1) & (inserts[:, 0] <= 1000)].T
    share = pairs / pairs.sum()
    mean = float(length @ share)
    middle = float(length[np.cumsum(share) >= 0.5][0])
    found = {
        f"median insert, {kind(sample)}, bases": middle,
        "SD over median of insert": math.sqrt(float((length - mean) ** 2 @ share)) / middle,
        f"duplicates, {kind(sample)}": number["reads duplicated"] / number["raw total sequences"],
        "mismatches per aligned base": number["error rate"],
    }
    if sample == FFPE:
        found["pairs whose reads overlap, FFPE"] = float(share[length < 2 * READ_LENGTH].sum())
    return found


def of_qualities(demo: Path, sample: str) -> dict[str, float]:
    """Q30 and the qualities' course over the cycles, from untrimmed reads."""
    cycles, good = [], []
    for end in (1, 2):
        with pysam.FastxFile(str(demo / f"reads/{sample}_L001_R{end}.fastq.gz")) as records:
            text = "".join(record.quality or "" for record in islice(records, FASTQ_READS))
        quality = np.frombuffer(text.encode(), np.uint8).reshape(-1, READ_LENGTH) - 33.0
        cycles.append(quality.mean(axis=0))
        good.append(float((quality >= 30).mean()))
    rises = [float(mean.max() - mean[0]) for mean in cycles]
    falls = [float(mean.max() - mean[-5:].mean()) for mean in cycles]
    return {
        "bases of Q30 or more": min(good),
        "difference of Q30 between reads": abs(good[0] - good[1]),
        "quality: best cycle above the first": min(rises),
        "quality: best cycle above the last five": min(falls),
    }


def targets(demo: Path) -> list[tuple[str, int, int]]:
    """The panel's targets, sorted and merged."""
    rows = (demo / "config/panels/demo-560/targets.bed").read_text().splitlines()
    return merged((row[0], int(row[1]), int(row[2])) for row in map(str.split, rows))


def merged(places: Iterable[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    for chrom, start, end in sorted(places):
        if found and found[-1][0] == chrom and start <= found[-1][2]:
            start, end = found[-1][1], max(end, found.pop()[2])
        found.append((chrom, start, end))
    return found


def of_capture(demo: Path, sample: str, scratch: Path) -> dict[str, float]:
    """What share of reads and of their bases hits the targets; duplicates and both mates count."""
    bam = result(demo, sample, "alignment/{}.bam")
    narrow = targets(demo)
    wide = merged((chrom, max(0, low - NEAR), high + NEAR) for chrom, low, high in narrow)
    shares = []
    for name, places in (("narrow", narrow), ("wide", wide)):
        bed, prefix = scratch / f"{name}.bed", scratch / f"{sample}.{name}"
        bed.write_text("".join(f"{c}\t{s}\t{e}\n" for c, s, e in places))
        run("mosdepth", "--fast-mode", "-n", "-F", "2308", "-b", bed, prefix, bam)
        summary = Path(f"{prefix}.mosdepth.summary.txt").read_text().splitlines()
        bases = {row[0]: int(row[2]) for row in map(str.split, summary[1:])}
        shares.append(bases["total_region"] / bases["total"])
    count = ("samtools", "view", "-c", "-F", "2308")
    touching, aligned = run(*count, "-L", scratch / "narrow.bed", bam), run(*count, bam)
    return {
        "reads that touch a target": int(touching) / int(aligned),
        "aligned bases on target": shares[0],
        "aligned bases within 250 of a target": shares[1],
    }


def run(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def of_evenness(demo: Path, sample: str) -> dict[str, float]:
    """Fold-80 and the low end of depth on autosomal targets, duplicates left out."""
    depth: dict[str, Floats] = {}
    with pysam.FastaFile(str(demo / "genome/demo.fa")) as fasta:
        for name, size in zip(fasta.references, fasta.lengths, strict=True):
            depth[name] = np.zeros(size)
    with pysam.BGZFile(str(result(demo, sample, "qc/{}.per-base.bed.gz"))) as rows:
        for row in rows:
            chrom, start, end, value = row.decode().split("\t")
            depth[chrom][int(start) : int(end)] = int(value)
    autosomal = [place for place in targets(demo) if place[0] not in {"chrX", "chrY"}]
    seen = np.concatenate([depth[chrom][start:end] for chrom, start, end in autosomal])
    mean = float(seen.mean())
    role = "normal" if sample == NORMAL else "tumour and FFPE"
    return {
        f"fold-80, {role}": mean / float(np.percentile(seen, 20)),
        "target bases at 0.4 x mean or more": float((seen >= 0.4 * mean).mean()),
    }


def of_damage(demo: Path, sample: str) -> dict[str, float]:
    """C>T and G>A beyond other transitions, per aligned base, and how much on read 1's strand."""
    changed, bases = substitutions(demo, sample)
    total = Counter({change: changed[1, change] + changed[2, change] for _, change in changed})
    excess = total["CT"] + total["GA"] - total["TC"] - total["AG"]
    found = {f"C>T excess, {kind(sample)}": excess / bases}
    if sample == FFPE:
        lean = changed[1, "CT"] + changed[2, "GA"]
        found["C>T on read 1's strand, FFPE"] = lean / (total["CT"] + total["GA"])
    return found


def substitutions(demo: Path, sample: str) -> tuple[Counter[tuple[int, str]], int]:
    """Changes in the direction of each read, by read number, and bases looked at.

    In some of the reads that align without a gap; places of true variants are left out.
    """
    with pysam.FastaFile(str(demo / "genome/demo.fa")) as fasta:
        genome = {name: as_codes(fasta.fetch(name)) for name in DAMAGE_CONTIGS}
    for item in load_truth(demo, sample.split("-")[0]).variants:
        if item.origin != "artefact" and item.chrom in genome:
            genome[item.chrom][item.pos - 1 : item.pos - 1 + len(item.ref)] = ord("N")
    changed: Counter[tuple[int, str]] = Counter()
    bases = 0
    with pysam.AlignmentFile(str(result(demo, sample, "alignment/{}.bam"))) as bam:
        reads = chain.from_iterable(bam.fetch(name) for name in DAMAGE_CONTIGS)
        for read in islice(reads, 0, None, DAMAGE_STRIDE):
            if read.flag & 3332 or read.mapping_quality < 20 or len(read.cigartuples or ()) != 1:
                continue
            name, start = str(read.reference_name), read.reference_start
            codes = as_codes(read.query_sequence or "")
            expected = genome[name][start : start + len(codes)]
            good = (np.array(read.query_qualities) >= 30) & (expected != ord("N"))
            bases += int(good.sum())
            for place in np.flatnonzero(good & (codes != expected)):
                change = chr(expected[place]) + chr(codes[place])
                change = change.translate(COMPLEMENT) if read.is_reverse else change
                changed[1 if read.is_read1 else 2, change] += 1
    return changed, bases


def as_codes(sequence: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(bytearray(sequence.encode()), np.uint8)


def of_artefacts(demo: Path) -> dict[str, float]:
    """VAF that the reads show at the places of FFPE artefacts."""
    fractions = []
    with pysam.AlignmentFile(str(result(demo, FFPE, "alignment/{}.bam"))) as bam:
        for item in load_truth(demo, FFPE.split("-")[0]).variants:
            if item.origin == "artefact" and item.ref + item.alt in {"CT", "GA"}:
                counts = bam.count_coverage(item.chrom, item.pos - 1, item.pos)
                seen = dict(zip("ACGT", (row[0] for row in counts), strict=True))
                fractions.append(seen[item.alt] / max(1, sum(seen.values())))
    assert len(fractions) >= 20
    return {
        "VAF of FFPE artefacts, median": median(fractions),
        "VAF of FFPE artefacts, 90 % are below": float(np.percentile(fractions, 90)),
    }
