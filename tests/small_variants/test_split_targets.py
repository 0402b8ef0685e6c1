"""Chunks of targets: even, disjoint, complete, never empty."""

import pytest

from dugnad.errors import UserError
from dugnad.regions import Region, merge
from dugnad.small_variants.split_targets import split


def bases(regions: list[Region]) -> set[tuple[str, int]]:
    return {(region.chrom, pos) for region in regions for pos in range(region.start, region.end)}


EXONS = [Region("chr1", start, start + 50 + start % 70, "x") for start in range(0, 20_000, 300)]


@pytest.mark.parametrize("parts", [1, 2, 3, 4, 7, 16, 60])
def test_chunks_are_even_and_complete(parts: int) -> None:
    chunks = split(EXONS, parts)
    assert len(chunks) == parts
    assert all(chunks)
    assert set().union(*map(bases, chunks)) == bases(EXONS)
    assert sum(r.length for chunk in chunks for r in chunk) == sum(r.length for r in EXONS)
    if parts <= 16:
        sizes = [sum(region.length for region in chunk) for chunk in chunks]
        assert max(sizes) - min(sizes) <= 2 * max(region.length for region in EXONS)


@pytest.mark.parametrize("lengths", [[100], [1000, 1, 1], [1, 1, 1000], [5, 5]])
def test_no_chunk_is_empty_since_a_caller_would_take_the_whole_genome(lengths: list[int]) -> None:
    regions = [Region("chr1", 5000 * i, 5000 * i + n, "x") for i, n in enumerate(lengths)]
    chunks = split(regions, 4)
    assert all(chunks)
    assert set().union(*map(bases, chunks)) == bases(regions)


def test_fewer_bases_than_chunks() -> None:
    with pytest.raises(UserError, match="3 bases for 4 chunks"):
        split([Region("chr1", 0, 3, "x")], 4)


def test_overlapping_targets_are_called_once() -> None:
    regions = [Region("chr2", 5, 9, "c"), Region("chr1", 10, 20, "a"), Region("chr1", 15, 30, "b")]
    merged = merge([*regions, Region("chr1", 30, 31, "d")])
    assert [(r.chrom, r.start, r.end) for r in merged] == [("chr1", 10, 31), ("chr2", 5, 9)]
