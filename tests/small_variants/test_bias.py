"""Strand bias and damage, against numbers worked out by hand."""

import itertools
import math

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


EVEN = 99, 99
ALL, NONE = 10 * math.log10(0.95 / 0.5), 10 * math.log10(0.05 / 0.5)  # of one read


def damage(ref: str, alt: str, f1r2: int, f2r1: int, of_ref: tuple[int, int] = EVEN) -> float:
    """By alternative reads of either orientation, and those of the reference."""
    return damage_orientation(ref, alt, (of_ref[0], f1r2), (of_ref[1], f2r1))


@pytest.mark.parametrize("change", list(itertools.permutations("ACGT", 2)), ids="".join)
def test_only_what_damage_makes_on_the_side_where_it_shows(change: tuple[str, str]) -> None:
    """Each read is nearly twice as likely on damage's side, where the reference is on both."""
    assert damage(*change, 5, 0) == pytest.approx(5 * ALL if change in F1R2 else 0)
    assert damage(*change, 0, 5) == pytest.approx(5 * ALL if change in F2R1 else 0)


@pytest.mark.parametrize(
    ("on_side", "other", "expected"),
    [
        (0, 0, 0),
        (1, 0, ALL),
        (10, 0, 10 * ALL),
        (19, 1, 19 * ALL + NONE),
        (7, 2, 0),  # 19.5 for damage, 20 against it
        (8, 2, 8 * ALL + 2 * NONE),
        (5, 5, 0),
        (0, 9, 0),
    ],
)
@pytest.mark.parametrize("ref", ["C", "G"])
def test_reads_on_the_other_side_speak_against_damage(
    ref: str, on_side: int, other: int, expected: float
) -> None:
    assert damage(ref, "T", on_side, other) == pytest.approx(expected)
    assert damage(ref, "A", other, on_side) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("of_ref", "share"), [((0, 0), 1 / 2), ((29, 69), 0.3), ((69, 29), 0.7), ((498, 0), 499 / 500)]
)
def test_a_variant_is_where_its_reference_is(of_ref: tuple[int, int], share: float) -> None:
    """Amplicons may be read in one orientation only: then that is no sign of damage."""
    expected = max(20 * 10 * math.log10(0.95 / share), 0)
    assert damage("C", "T", 20, 0, of_ref) == pytest.approx(expected)
    assert (expected == 0) == (of_ref[1] == 0 < of_ref[0])
    assert damage("G", "A", 0, 20, of_ref[::-1]) == pytest.approx(expected)


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
    assert (damage(ref, alt, 8, 0) > 0) == is_damage
