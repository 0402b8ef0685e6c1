"""Strand bias and damage, against numbers worked out by hand."""

import itertools
import math
import time

import pytest

from dugnad.bias import damage_orientation, strand_odds


@pytest.mark.parametrize(
    ("counts", "odds"),
    [
        ((0, 0, 0, 0), math.log(2)),
        ((50, 50, 50, 50), math.log(2)),
        # both alleles on one strand: odds of 100/100, and both ratios alike
        ((99, 0, 99, 0), math.log(2)),
        # with one added to each: 10, 10 and 10, 1: odds 10, alternative ratio 1/10
        ((9, 9, 9, 0), math.log(10.1) + math.log(10)),
        # 1, 100 and 50, 50: odds 100, reference ratio 1/100
        ((0, 99, 49, 49), math.log(100.01) - math.log(100)),
        ((99, 99, 19, 9), math.log(2.5) + math.log(2)),
    ],
)
def test_strand_odds(counts: tuple[int, int, int, int], odds: float) -> None:
    assert strand_odds(*counts) == pytest.approx(odds)


@pytest.mark.parametrize("counts", [(5, 90, 30, 2), (0, 3, 7, 7), (100, 80, 0, 12)])
def test_either_strand_may_be_the_one_that_lacks(counts: tuple[int, int, int, int]) -> None:
    rf, rr, af, ar = counts
    assert strand_odds(rf, rr, af, ar) == pytest.approx(strand_odds(rr, rf, ar, af))


def test_reads_of_one_strand_only_grow_suspicious() -> None:
    odds = [strand_odds(200, 200, reads, 0) for reads in range(40)]
    assert odds == sorted(odds)
    assert strand_odds(200, 200, 40, 0) > 3 > strand_odds(200, 200, 40, 20)


F1R2 = {("C", "T"), ("G", "T")}
F2R1 = {("G", "A"), ("C", "A")}


@pytest.mark.parametrize("change", list(itertools.permutations("ACGT", 2)), ids="".join)
def test_only_what_damage_makes_on_the_side_where_it_shows(change: tuple[str, str]) -> None:
    """Five reads of five: 1 in 32 by chance."""
    expected = 10 * math.log10(32)
    in_f1r2, in_f2r1 = damage_orientation(*change, 5, 0), damage_orientation(*change, 0, 5)
    assert in_f1r2 == pytest.approx(expected if change in F1R2 else 0)
    assert in_f2r1 == pytest.approx(expected if change in F2R1 else 0)


@pytest.mark.parametrize(
    ("on_side", "other", "chance"),
    [
        (0, 0, 1),
        (0, 5, 1),
        (1, 0, 1 / 2),
        (4, 1, 6 / 32),
        (5, 5, 638 / 1024),
        (10, 0, 1 / 1024),
        (7, 3, (120 + 45 + 10 + 1) / 1024),
        (19, 1, 21 / 2**20),
    ],
)
@pytest.mark.parametrize("ref", ["C", "G"])
def test_the_chance_of_so_many_reads_on_that_side(
    ref: str, on_side: int, other: int, chance: float
) -> None:
    expected = pytest.approx(-10 * math.log10(chance), abs=1e-9)
    assert damage_orientation(ref, "T", on_side, other) == expected
    assert damage_orientation(ref, "A", other, on_side) == expected


@pytest.mark.parametrize(
    ("ref", "alt", "is_damage"),
    [
        ("CC", "TT", True),
        ("CG", "TT", True),
        ("CAC", "TAT", True),
        ("c", "t", True),
        ("CG", "TA", False),  # of either side, so of neither
        ("CA", "TT", False),
        ("C", "CT", False),
        ("CT", "C", False),
        ("C", "C", False),
    ],
)
def test_changes_of_several_bases(ref: str, alt: str, is_damage: bool) -> None:
    assert (damage_orientation(ref, alt, 8, 0) > 0) == is_damage


def test_depths_of_amplicons_take_no_time() -> None:
    start = time.monotonic()
    assert damage_orientation("C", "T", 10_000, 10_000) == pytest.approx(3, abs=0.1)
    assert damage_orientation("C", "T", 20_000, 0) == pytest.approx(200_000 * math.log10(2))
    assert time.monotonic() - start < 5
