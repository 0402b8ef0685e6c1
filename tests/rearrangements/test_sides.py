"""Strands and positions, from every notation."""

import pytest

from dugnad.rearrangements.sides import (
    Junction,
    Piece,
    Side,
    between,
    in_order,
    junction,
    of_breakend,
    of_connection,
    of_symbol,
    reverse_complement,
)


@pytest.mark.parametrize(
    ("connection", "strands"),
    [("3to5", "+-"), ("5to3", "-+"), ("3to3", "++"), ("5to5", "--")],
)
def test_dellys_connections(connection: str, strands: str) -> None:
    found = of_connection(("chr1", 100), ("chr1", 900), connection)
    assert found == Junction(Side("chr1", 100, strands[0]), Side("chr1", 900, strands[1]))


def test_an_unknown_connection_is_a_bug() -> None:
    with pytest.raises(KeyError):
        of_connection(("chr1", 1), ("chr1", 2), "NtoN")


@pytest.mark.parametrize(
    ("alt", "strands", "inserted"),
    [
        ("G[chr2:500[", "+-", ""),
        ("G]chr2:500]", "++", ""),
        ("]chr2:500]G", "-+", ""),
        ("[chr2:500[G", "--", ""),
        ("GAC[chr2:500[", "+-", "AC"),
        ("]chr2:500]ACG", "-+", "GT"),
    ],
)
def test_breakends(alt: str, strands: str, inserted: str) -> None:
    found = of_breakend("chr1", 100, "G", alt)
    assert found == Junction(Side("chr1", 100, strands[0]), Side("chr2", 500, strands[1]), inserted)


def test_both_breakends_of_a_pair_are_one_junction() -> None:
    here = of_breakend("chr1", 100, "G", "GAC]chr2:500]")
    there = of_breakend("chr2", 500, "T", "TGT]chr1:100]")
    assert here == there


def test_contig_names_may_have_colons() -> None:
    found = of_breakend("chr1", 5, "G", "G[HLA*01:01:10[")
    assert found
    assert found.one == Side("HLA*01:01", 10, "-")
    assert of_breakend("chr1", 5, "G", "G.") is None


@pytest.mark.parametrize(
    ("svtype", "strands", "expected"),
    [
        ("DEL", None, [("+", 100, "-", 201)]),
        ("DUP", None, [("-", 101, "+", 200)]),
        ("INV", "++", [("+", 100, "+", 200)]),
        ("INV", "--", [("-", 101, "-", 201)]),
        ("INV", None, [("+", 100, "+", 200), ("-", 101, "-", 201)]),
        ("INS", None, []),
    ],
)
def test_symbolic_alleles(
    svtype: str, strands: str | None, expected: list[tuple[str, int, str, int]]
) -> None:
    found = [
        (j.one.strand, j.one.pos, j.two.strand, j.two.pos)
        for j in of_symbol("chr1", 100, 200, svtype, strands)
    ]
    assert found == expected


def test_sides_come_in_order_with_what_is_between_turned() -> None:
    low, high = Side("chr1", 5, "+"), Side("chr2", 3, "-")
    assert junction(high, low, "AAC") == Junction(low, high, "GTT")
    assert reverse_complement("AACN") == "NGTT"


@pytest.mark.parametrize(
    ("one", "two", "svtype"),
    [("+", "-", "DEL"), ("-", "+", "DUP"), ("+", "+", "INV"), ("-", "-", "INV")],
)
def test_types(one: str, two: str, svtype: str) -> None:
    assert Junction(Side("1", 5, one), Side("1", 9, two)).svtype == svtype
    assert Junction(Side("1", 5, one), Side("2", 9, two)).svtype == "BND"


def test_pieces_of_a_read_that_follow_each_other() -> None:
    first = Piece((0, 60), "chr1", 940, 1000, False, 60)
    second = Piece((55, 100), "chr2", 500, 545, True, 60)
    assert in_order([second, first]) == [(first, second)]
    found = between(first, second, "A" * 100)
    # five bases fit both: they stay with the first
    assert found == Junction(Side("chr1", 1000, "+"), Side("chr2", 540, "+"))


def test_bases_of_neither_piece_are_inserted() -> None:
    first = Piece((0, 40), "chr2", 100, 140, True, 60)
    second = Piece((43, 100), "chr1", 700, 757, False, 60)
    found = between(first, second, "A" * 40 + "CCT" + "G" * 57)
    assert found == Junction(Side("chr1", 701, "-"), Side("chr2", 101, "-"), "AGG")


def test_near_needs_the_same_strands() -> None:
    one = Junction(Side("1", 100, "+"), Side("1", 900, "-"))
    assert one.near(Junction(Side("1", 105, "+"), Side("1", 895, "-")), 5)
    assert not one.near(Junction(Side("1", 106, "+"), Side("1", 900, "-")), 5)
    assert not one.near(Junction(Side("1", 100, "+"), Side("1", 900, "+")), 5)
