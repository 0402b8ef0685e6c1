"""The reads: deterministic, anonymous, and with the depth and fractions of the model."""

import gzip
import hashlib
import math
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pysam
import pytest
import yaml

from dugnad.demo.make_demo import Request, make_demo
from dugnad.demo.reads import pairs_for_depth, read_names
from dugnad.demo.recipe import CasesRecipe
from dugnad.demo.targets import Interval
from dugnad.demo.truth import TruthVariant, load_truth

CASE = "IPX0001"
TUMOUR, NORMAL = "IPX0001-D01-P11-A12", "IPX0001-D01-N11-B12"
FLANK = 12
READ_LENGTH = 100


def checksums(directory: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((directory / "reads").iterdir())
    }


@pytest.mark.usefixtures("needs_dwgsim")
def test_same_seed_same_reads_other_seed_other_reads(tmp_path: Path, resources: Path) -> None:
    for name, seed in (("one", 7), ("two", 7), ("three", 8)):
        assert make_demo(Request(tmp_path / name, seed, 0.01, resources))
    one, two, three = (checksums(tmp_path / name) for name in ("one", "two", "three"))
    assert len(one) == 6
    assert one == two
    assert not set(one.values()) & set(three.values())


def records(path: Path) -> list[tuple[str, str, str]]:
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    return list(zip(lines[0::4], lines[1::4], lines[3::4], strict=True))


def test_fastq_pairs_are_sound_and_tell_nothing(demo: Path) -> None:
    names: set[str] = set()
    for lane in (1, 2):
        one, two = (records(demo / "reads" / f"{TUMOUR}_L00{lane}_R{e}.fastq.gz") for e in (1, 2))
        assert [r[0].split()[0] for r in one] == [r[0].split()[0] for r in two]
        assert all(len(r[1]) == len(r[2]) == READ_LENGTH for r in one + two)
        fresh = {r[0].split()[0] for r in one}
        assert len(fresh) == len(one)
        assert not names & fresh
        names |= fresh
        assert not any("chr" in r[0] or "decoy" in r[0] for r in one)


def test_read_names_differ_over_tiles() -> None:
    names = read_names(79_990, 20, 1)
    assert len({bytes(row) for row in names}) == 20
    assert names.dtype == np.uint8


def test_pairs_for_depth(cases: CasesRecipe) -> None:
    """A long interval: depth times length over the bases that a pair adds (just under 200)."""
    pairs = pairs_for_depth(cases.reads, [Interval("chr1", 0, 100_219)], 100)
    assert 100 * 100_000 / 200 < pairs < 100 * 100_000 / 180


@pytest.fixture(scope="module")
def alignments(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The samples aligned with bwa mem, sorted and indexed."""
    missing = [tool for tool in ("bwa", "samtools") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} not installed")
    work = tmp_path_factory.mktemp("aligned")
    fasta = shutil.copy(demo / "genome" / "demo.fa", work)
    subprocess.run(["bwa", "index", fasta], check=True, capture_output=True)
    made = {}
    for sample in (TUMOUR, NORMAL):
        ends = []
        for end in (1, 2):
            joined = work / f"{sample}_R{end}.fastq.gz"
            files = sorted((demo / "reads").glob(f"{sample}_L*_R{end}.fastq.gz"))
            joined.write_bytes(b"".join(path.read_bytes() for path in files))
            ends.append(str(joined))
        sam, bam = work / f"{sample}.sam", work / f"{sample}.bam"
        with sam.open("wb") as out:
            command = ["bwa", "mem", "-t", "2", fasta, *ends]
            subprocess.run(command, check=True, stdout=out, stderr=subprocess.DEVNULL)
        subprocess.run(["samtools", "sort", "-o", bam, sam], check=True, capture_output=True)
        pysam.index(str(bam))
        made[sample] = bam
    return made


def allele_counts(bam: Path, demo: Path, variant: TruthVariant) -> tuple[float, float]:
    """Fragments with the alternative and with the reference allele in unchanged surroundings.

    Counts are corrected for the number of places where a read can show the whole string, so
    that a longer allele is not at a disadvantage.
    """
    fasta = pysam.FastaFile(str(demo / "genome" / "demo.fa"))
    start, end = variant.pos - 1, variant.pos - 1 + len(variant.ref)
    reach = FLANK + abs(len(variant.alt) - len(variant.ref))
    left = fasta.fetch(variant.chrom, start - FLANK, start)
    right = fasta.fetch(variant.chrom, end, end + reach)
    shown = [left + variant.alt + right, left + variant.ref + right]
    names: tuple[set[str | None], set[str | None]] = (set(), set())
    with pysam.AlignmentFile(str(bam)) as reads:
        for read in reads.fetch(variant.chrom, start - reach, end + reach):
            if not read.is_secondary and not read.is_supplementary:
                for text, found in zip(shown, names, strict=True):
                    if text in (read.query_sequence or ""):
                        found.add(read.query_name)
    alt, ref = (
        len(found) * (READ_LENGTH - FLANK) / (READ_LENGTH - len(text) + 1)
        for found, text in zip(names, shown, strict=True)
    )
    return alt, ref


@pytest.mark.parametrize("sample", [TUMOUR, NORMAL])
def test_fractions_follow_the_model(demo: Path, alignments: dict[str, Path], sample: str) -> None:
    """Within four standard deviations of the binomial, for every planted variant."""
    off = []
    for variant in load_truth(demo, CASE):
        expected = variant.vaf if sample == TUMOUR else variant.normal_vaf
        alt, ref = allele_counts(alignments[sample], demo, variant)
        depth = alt + ref
        assert depth > 20, variant
        room = 4 * math.sqrt(expected * (1 - expected) / depth) + 1e-9
        if abs(alt / depth - expected) > room:
            off.append((variant.gene, variant.hgvs_c, expected, alt / depth, depth))
    assert off == []


@pytest.mark.parametrize(("sample", "depth"), [(TUMOUR, 450), (NORMAL, 200)])
def test_depth_is_as_asked_everywhere(
    demo: Path, alignments: dict[str, Path], sample: str, depth: float
) -> None:
    """Mean depth on target, mates counted once; the recipe's 8 % duplicates come on top."""
    bed = demo / "config" / "panels" / "demo-15" / "targets.bed"
    command = ["samtools", "depth", "-a", "-s", "-b", str(bed), str(alignments[sample])]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    by_contig: dict[str, list[int]] = {}
    for line in done.stdout.splitlines():
        contig, _, count = line.split("\t")
        by_contig.setdefault(contig, []).append(int(count))
    counts = [count for values in by_contig.values() for count in values]
    scale = yaml.safe_load((demo / "truth" / "expected.yaml").read_text())["depth_scale"]
    expected = depth * scale / 0.92
    assert sum(counts) / len(counts) == pytest.approx(expected, rel=0.05)
    for values in by_contig.values():
        assert sum(values) / len(values) == pytest.approx(expected, rel=0.25)
