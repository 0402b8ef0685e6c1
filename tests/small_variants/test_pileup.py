"""Counts of bases, indels and clipped ends, against counting one base at a time."""

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pysam
import pytest
from simulated import COUNTING, bases, region

from dugnad.alleles import Change
from dugnad.regions import Region
from dugnad.small_variants import pileup
from dugnad.small_variants.pileup import ClippedEnd, Counting, Pileup, count_region

LENGTH = 400
DUPLICATE, SECONDARY, SUPPLEMENTARY, FAILED = 1024, 256, 2048, 512
CIGARS = (
    "30M",
    "8S22M",
    "22M8S",
    "5S10M3I7M5S",
    "12M4D18M",
    "10M2I10M1D8M",
    "10M50N20M",
    "5H30M",
    "4S5M2D6M3I5M20N7M",
    "3I27M",
    "10=1X19=",
    "13M1I1D16M",
)


def header(lengths: dict[str, int]) -> pysam.AlignmentHeader:
    return pysam.AlignmentHeader.from_dict(
        {
            "HD": {"VN": "1.6", "SO": "coordinate"},
            "SQ": [{"SN": name, "LN": length} for name, length in lengths.items()],
        }
    )


def read(
    top: pysam.AlignmentHeader,
    start: int,
    cigar: str,
    text: str,
    qualities: list[int] | None,
    flag: int = 0,
    mapping_quality: int = 60,
) -> pysam.AlignedSegment:
    made = pysam.AlignedSegment(top)
    made.query_name = "r"
    made.reference_id, made.reference_start = 0, start
    made.cigarstring = cigar
    made.query_sequence = text
    if qualities is not None:
        made.query_qualities = pysam.qualitystring_to_array("".join(chr(33 + q) for q in qualities))
    made.flag, made.mapping_quality = flag, mapping_quality
    return made


def write(path: Path, top: pysam.AlignmentHeader, reads: list[pysam.AlignedSegment]) -> Path:
    reads.sort(key=lambda r: r.reference_start)
    with pysam.AlignmentFile(str(path), "wb", header=top) as out:
        for one in reads:
            out.write(one)
    pysam.index(str(path))
    return path


def random_reads(top: pysam.AlignmentHeader, seed: int, number: int) -> list[pysam.AlignedSegment]:
    rng = random.Random(seed)
    made = []
    for _ in range(number):
        cigar = rng.choice(CIGARS)
        probe = read(top, 0, cigar, "A", None)
        size, span = probe.infer_query_length() or 0, probe.reference_length or 0
        made.append(
            read(
                top,
                rng.randint(0, LENGTH - span),
                cigar,
                "".join(rng.choices("ACGTN", [10, 10, 10, 10, 1], k=size)),
                [rng.choice((2, 19, 20, 21, 37, 60)) for _ in range(size)],
                rng.choice((0, 16, 0, 16, DUPLICATE, SECONDARY, SUPPLEMENTARY, FAILED)),
                rng.choice((0, 19, 20, 60, 60)),
            )
        )
    return made


def naive(path: Path, where: Region, counting: Counting) -> Pileup:
    """One base at a time, from pysam's aligned pairs."""
    counts = np.zeros((where.length, 4), dtype=np.int64)
    with pysam.AlignmentFile(str(path)) as bam:
        for one in bam:
            if one.flag & counting.excluded_flags or one.mapping_quality < counting.mapping_quality:
                continue
            for at, place in one.get_aligned_pairs(matches_only=True):
                base, quality = one.query_sequence[at], one.query_qualities[at]
                inside = where.start <= place < where.end
                if inside and base in "ACGT" and quality >= counting.base_quality:
                    counts[place - where.start, "ACGT".index(base)] += 1
    return Pileup(where, counts)


def counted(path: Path, where: Region, counting: Counting = COUNTING, min_clip: int = 0) -> Pileup:
    with pysam.AlignmentFile(str(path)) as bam:
        return count_region(bam, where, counting, min_clip)


@pytest.mark.parametrize("batch", [pileup._BATCH, 0, 25, 333], ids=str)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_bases_as_a_naive_pileup_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, batch: int
) -> None:
    monkeypatch.setattr(pileup, "_BATCH", batch)
    top = header({"chr1": LENGTH})
    path = write(tmp_path / "a.bam", top, random_reads(top, seed, 300))
    for start, end in ((0, LENGTH), (0, 1), (LENGTH - 1, LENGTH), (100, 140), (101, 102)):
        where = region(start, end)
        found, expected = counted(path, where), naive(path, where, COUNTING)
        assert found.bases.tolist() == expected.bases.tolist(), (start, end)
        assert found.depth.tolist() == expected.bases.sum(axis=1).tolist()
    assert counted(path, region(0, LENGTH)).bases.sum() > 1000


@pytest.mark.parametrize(
    "counting",
    [
        Counting(0, 0, 4),
        Counting(37, 0, 4 | DUPLICATE),
        Counting(20, 60, 4 | SUPPLEMENTARY | SECONDARY),
        Counting(61, 0, 4),
    ],
)
def test_which_reads_and_bases_count(tmp_path: Path, counting: Counting) -> None:
    top = header({"chr1": LENGTH})
    path = write(tmp_path / "a.bam", top, random_reads(top, 7, 300))
    where = region(0, LENGTH)
    found = counted(path, where, counting)
    assert found.bases.tolist() == naive(path, where, counting).bases.tolist()
    assert bool(found.bases.sum()) == (counting.base_quality <= 60)


@pytest.mark.parametrize(
    ("flag", "depth"),
    [(0, 1), (16, 1), (DUPLICATE, 0), (SECONDARY, 0), (SUPPLEMENTARY, 0), (FAILED, 0)],
)
def test_reads_that_never_count(tmp_path: Path, flag: int, depth: int) -> None:
    top = header({"chr1": LENGTH})
    path = write(tmp_path / "a.bam", top, [read(top, 50, "10M", "ACGTACGTAC", [30] * 10, flag)])
    assert counted(path, region(40, 70)).depth.tolist() == [0] * 10 + [depth] * 10 + [0] * 10


def test_a_deletion_and_a_skip_leave_their_bases_uncounted(tmp_path: Path) -> None:
    top = header({"chr1": LENGTH})
    reads = [
        read(top, 10, "5M3D5M", "AAAAACCCCC", [30] * 10),
        read(top, 10, "5M3N5M", "AAAAACCCCC", [30] * 10),
    ]
    found = counted(write(tmp_path / "a.bam", top, reads), region(10, 23))
    assert found.depth.tolist() == [2] * 5 + [0] * 3 + [2] * 5
    assert found.bases[:, 0].tolist() == [2] * 5 + [0] * 8
    # a skip is no deletion
    assert found.indels == Counter({Change(15, 18, "", ""): 1})


def test_indels_are_counted_where_the_alignment_has_them(tmp_path: Path) -> None:
    top = header({"chr1": LENGTH})
    reads = [
        *(read(top, 20, "6M2I4M", "AAAAAAGTCCCC", [30] * 12) for _ in range(3)),
        read(top, 20, "6M2I4M", "AAAAAAGGCCCC", [30] * 12),
        read(top, 18, "8M1D4M", "A" * 12, [30] * 12),
        read(top, 18, "8M1D4M", "A" * 12, [30] * 12, DUPLICATE),
        read(top, 18, "8M1D4M", "A" * 12, [30] * 12, mapping_quality=19),
    ]
    found = counted(write(tmp_path / "a.bam", top, reads), region(0, LENGTH))
    assert found.indels == Counter(
        {
            Change(26, 26, "", "GT"): 3,
            Change(26, 26, "", "GG"): 1,
            Change(26, 27, "", ""): 1,
        }
    )


def test_clips_are_kept_from_the_alignment_outwards(tmp_path: Path) -> None:
    top = header({"chr1": LENGTH})
    reads = [
        read(top, 50, "6S10M", "ACGTTGAAAAAAAAAA", [30] * 16),
        read(top, 40, "10M6S", "AAAAAAAAAATTGCCA", [30] * 16),
        read(top, 40, "10M5S", "AAAAAAAAAATTGCC", [30] * 15),
        read(top, 50, "4H6S10M", "GGGTTGAAAAAAAAAA", [30] * 16),
    ]
    path = write(tmp_path / "a.bam", top, reads)
    assert counted(path, region(0, 100), min_clip=6).clips == {
        ClippedEnd(50, is_right=False): ["GTTGCA", "GTTGGG"],
        ClippedEnd(50, is_right=True): ["TTGCCA"],
    }
    assert counted(path, region(0, 100), min_clip=5).clips[ClippedEnd(50, True)][-1] == "TTGCC"
    assert counted(path, region(0, 100)).clips == {}


def test_no_depth_is_too_deep(tmp_path: Path) -> None:
    top = header({"chr1": LENGTH})
    text = bases(20, 1)
    other = "C" if text[9] != "C" else "G"
    reads = [
        read(top, 100, "20M", text[:9] + other + text[10:] if i < 9 else text, [30] * 20)
        for i in range(20_009)
    ]
    found = counted(write(tmp_path / "a.bam", top, reads), region(100, 120))
    assert found.depth.tolist() == [20_009] * 20
    assert found.bases[9, "ACGT".index(other)] == 9


def test_no_reads_and_reads_without_qualities(tmp_path: Path) -> None:
    top = header({"chr1": LENGTH})
    empty = write(tmp_path / "empty.bam", top, [])
    assert counted(empty, region(10, 20)).depth.tolist() == [0] * 10
    bare = write(tmp_path / "bare.bam", top, [read(top, 10, "5M", "ACGTA", None)])
    assert counted(bare, region(10, 15)).depth.tolist() == [1] * 5
    strict = Counting(31, 0, 4)
    assert counted(bare, region(10, 15), strict).depth.tolist() == [0] * 5
