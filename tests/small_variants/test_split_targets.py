"""Chunks of targets: of even load, disjoint, complete, never empty."""

import gzip
import random
from pathlib import Path

import pytest

from dugnad.cli import main
from dugnad.errors import UserError
from dugnad.regions import Region, merge, read_targets
from dugnad.small_variants.split_targets import load_of, read_depths, split


def bases(regions: list[Region]) -> list[tuple[str, int]]:
    return [(region.chrom, pos) for region in regions for pos in range(region.start, region.end)]


def lengths(regions: list[Region]) -> list[float]:
    return [float(region.length) for region in regions]


EXONS = [Region("chr1", start, start + 50 + start % 70, "x") for start in range(0, 20_000, 300)]


@pytest.mark.parametrize("parts", [1, 2, 3, 4, 7, 16, 60])
def test_chunks_are_even_and_complete(parts: int) -> None:
    chunks = split(EXONS, lengths(EXONS), parts)
    assert len(chunks) == parts
    assert all(chunks)
    assert [base for chunk in chunks for base in bases(chunk)] == bases(EXONS)
    if parts <= 16:
        sizes = [sum(region.length for region in chunk) for chunk in chunks]
        assert max(sizes) - min(sizes) <= 2 * max(region.length for region in EXONS)


@pytest.mark.parametrize("sizes", [[100], [1000, 1, 1], [1, 1, 1000], [5, 5]])
def test_no_chunk_is_empty_since_a_caller_would_take_the_whole_genome(sizes: list[int]) -> None:
    regions = [Region("chr1", 5000 * i, 5000 * i + n, "x") for i, n in enumerate(sizes)]
    chunks = split(regions, lengths(regions), 4)
    assert all(chunks)
    assert [base for chunk in chunks for base in bases(chunk)] == bases(regions)


@pytest.mark.parametrize(
    ("sizes", "loads", "parts"),
    [([1, 1, 1], [1, 1, 1000], 3), ([100, 2], [100, 1e6], 4), ([1, 1, 1, 1], [1000, 1, 1, 1], 4)],
)
def test_no_chunk_is_empty_where_one_base_has_nearly_all_the_load(
    sizes: list[int], loads: list[float], parts: int
) -> None:
    regions = [Region("chr1", 500 * i, 500 * i + n, "x") for i, n in enumerate(sizes)]
    chunks = split(regions, loads, parts)
    assert len(chunks) == parts
    assert all(chunks)
    assert [base for chunk in chunks for base in bases(chunk)] == bases(regions)


@pytest.mark.parametrize("seed", range(200))
def test_chunks_of_any_targets(seed: int) -> None:
    rng = random.Random(seed)
    sizes = [rng.choice([1, 2, 5, 100, 900]) for _ in range(rng.randint(1, 12))]
    regions = [Region("chr1", 2000 * i, 2000 * i + n, "x") for i, n in enumerate(sizes)]
    loads = [n * rng.choice([1, 10, 1000, 1e6]) for n in sizes]
    parts = rng.randint(1, min(sum(sizes), 10))
    chunks = split(regions, loads, parts)
    assert len(chunks) == parts
    assert all(chunks)
    assert [base for chunk in chunks for base in bases(chunk)] == bases(regions)


def test_an_amplified_target_weighs_more_than_the_others_together() -> None:
    regions = [Region("chr1", start, start + 100, "x") for start in range(0, 1000, 200)]
    amplified = {("chr1", 400, 500): 5000.0}
    depths = [{("chr1", r.start, r.end): 50.0 for r in regions} | amplified]
    loads = [load_of(region, depths) for region in regions]
    assert loads == [5100, 5100, 500_100, 5100, 5100]
    chunks = split(regions, loads, 3)
    assert [[r.start for r in chunk] for chunk in chunks] == [[0, 200], [400], [600, 800]]


def test_the_load_is_summed_over_samples_and_never_nothing() -> None:
    region = Region("chr1", 10, 30, "x")
    tumour, normal = {("chr1", 10, 30): 100.0}, {("chr1", 10, 30): 20.0}
    assert load_of(region, [tumour, normal]) == 20 * 121
    assert load_of(region, [tumour]) == 20 * 101
    assert load_of(region, []) == 20
    assert load_of(Region("chr2", 10, 30, "x"), [tumour]) == 20


def test_fewer_bases_than_chunks() -> None:
    with pytest.raises(UserError, match="3 bases for 4 chunks"):
        split([Region("chr1", 0, 3, "x")], [3.0], 4)


def test_overlapping_targets_are_called_once() -> None:
    regions = [Region("chr2", 5, 9, "c"), Region("chr1", 10, 20, "a"), Region("chr1", 15, 30, "b")]
    merged = merge([*regions, Region("chr1", 30, 31, "d")])
    assert [(r.chrom, r.start, r.end) for r in merged] == [("chr1", 10, 31), ("chr2", 5, 9)]


def test_merging_and_splitting_as_verbs(tmp_path: Path) -> None:
    targets, merged = tmp_path / "targets.bed", tmp_path / "merged.bed"
    targets.write_text("chr1\t300\t400\tb\nchr1\t100\t200\ta\nchr1\t150\t210\tc\nchr1\t500\t600\n")
    assert main(["merge-targets", "--targets", str(targets), "--output", str(merged)]) == 0
    assert merged.read_text() == "chr1\t100\t210\nchr1\t300\t400\nchr1\t500\t600\n"
    depth = tmp_path / "T.regions.bed.gz"
    depth.write_bytes(
        gzip.compress(b"chr1\t100\t210\t9.5\nchr1\t300\t400\t2000.25\nchr1\t500\t600\t10.00\n")
    )
    assert read_depths(depth)["chr1", 300, 400] == 2000.25
    outputs = [tmp_path / f"{number}.bed" for number in range(3)]
    words = ["split-targets", "--targets", str(merged), "--depth", str(depth), "--chunks", "3"]
    for number, output in enumerate(outputs):
        assert main([*words, "--chunk", str(number), "--output", str(output)]) == 0
    chunks = [read_targets(path) for path in outputs]
    assert [[(r.start, r.end) for r in chunk] for chunk in chunks] == [
        [(100, 210)],
        [(300, 400)],
        [(500, 600)],
    ]
