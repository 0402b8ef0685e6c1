"""Who comes first, which exons are left, whether the frame holds, and what of the domain is."""

import pytest
from toy_genes import GENES, gene, knowledge

from dugnad.rearrangements.describe import describe
from dugnad.rearrangements.partners import broken_at
from dugnad.rearrangements.sides import Side, junction


def said(one: tuple[str, int, str], two: tuple[str, int, str], inserted: str = "") -> dict:  # type: ignore[type-arg]
    return describe(junction(Side(*one), Side(*two), inserted), knowledge()).row


# introns of a gene on plus: 1 after 90 coding bases, 2 after 190, 3 after 300;
# a gene on minus begins at its high end: intron 1 at start + 2,500, 2 at + 1,500, 3 at + 500
PLUS_1, PLUS_2, PLUS_3 = 10_500, 11_500, 12_500
MINUS_1, MINUS_2, MINUS_3 = 22_500, 21_500, 20_500


@pytest.mark.parametrize(
    ("one", "two", "name", "exons"),
    [
        # translocation, both on plus: what is kept below comes first
        (("chr1", PLUS_1, "+"), ("chr2", 6_500, "-"), "PLUS::TWO", (1, 3)),
        (("chr1", PLUS_1, "-"), ("chr2", 6_500, "+"), "TWO::PLUS", (2, 2)),
        # inversion, a gene on plus with one on minus: both keep what is below
        (("chr1", PLUS_2, "+"), ("chr1", MINUS_2, "+"), "PLUS::MINUS", (2, 3)),
        (("chr1", PLUS_2, "-"), ("chr1", MINUS_2, "-"), "MINUS::PLUS", (2, 3)),
        # translocation of minus with minus: what is kept above comes first
        (("chr1", MINUS_1, "-"), ("chr2", 13_500, "+"), "MINUS::OWT", (1, 3)),
        (("chr1", MINUS_1, "+"), ("chr2", 13_500, "-"), "OWT::MINUS", (2, 2)),
        # deletion between two genes on plus, and duplication of what lies between
        (("chr1", PLUS_1, "+"), ("chr1", 14_500, "-"), "PLUS::NEXT", (1, 3)),
        (("chr1", PLUS_1, "-"), ("chr1", 14_500, "+"), "NEXT::PLUS", (2, 2)),
    ],
)
def test_order_and_exons(
    one: tuple[str, int, str],
    two: tuple[str, int, str],
    name: str,
    exons: tuple[int, int],
) -> None:
    for row in (said(one, two), said(two, one)):
        assert row["kind"] == "fusion"
        assert row["name"] == name
        assert (row["exon_5"], row["exon_3"]) == exons
        assert f"{row['gene_5']}::{row['gene_3']}" == name


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (("chr1", PLUS_1, "+"), ("chr2", 6_500, "+")),  # two beginnings
        (("chr1", PLUS_1, "-"), ("chr2", 6_500, "-")),  # two ends
        (("chr1", PLUS_1, "+"), ("chr1", MINUS_2, "-")),
    ],
)
def test_parts_that_point_apart_make_no_transcript(
    one: tuple[str, int, str], two: tuple[str, int, str]
) -> None:
    row = said(one, two)
    assert row["kind"] == "structural"
    assert row["gene_3"] is None
    assert "point away from each other" in row["reason"]


@pytest.mark.parametrize(
    ("one", "two", "frame", "kept"),
    [
        # 90 coding bases before, 190 lost: 90 and 190 mod 3 are 0 and 1
        (("chr1", PLUS_1, "+"), ("chr2", 6_500, "-"), "out_of_frame", "lost"),
        # 190 before, 190 lost
        (("chr1", PLUS_2, "+"), ("chr2", 6_500, "-"), "in_frame", "lost"),
        # the tail has the domain from residue 70: 190 lost bases leave residues from 65
        (("chr2", 6_500, "+"), ("chr1", PLUS_2, "-"), "in_frame", "kept"),
        (("chr2", 5_500, "+"), ("chr1", PLUS_2, "-"), "out_of_frame", "lost"),
        # 300 lost leave residues from 101
        (("chr2", 7_500, "+"), ("chr1", PLUS_3, "-"), "in_frame", "lost"),
    ],
)
def test_frame_and_domain(
    one: tuple[str, int, str], two: tuple[str, int, str], frame: str, kept: str
) -> None:
    row = said(one, two)
    assert (row["frame"], row["domain_kept"]) == (frame, kept)
    assert row["domain"] == "PLUS kinase"


def test_a_break_within_an_exon_says_nothing_of_the_frame() -> None:
    row = said(("chr1", 11_050, "+"), ("chr2", 6_500, "-"))
    assert row["frame"] == "unknown"
    assert "within exon 2 of PLUS" in row["reason"]


def test_two_breaks_within_exons_join_these_directly() -> None:
    # 90 + 40 bases of PLUS, then TWO's without its first 90 + 40: in frame; one base more is not
    one, two = ("chr1", 11_040, "+"), ("chr2", 6_041, "-")
    assert said(one, two)["frame"] == "in_frame"
    assert said(one, two, "A")["frame"] == "out_of_frame"
    assert said(one, two, "ACG")["frame"] == "in_frame"


def test_exon_ends_are_no_breaks_within() -> None:
    # as RNA has them: the last base of exon 2, and the first of exon 3
    row = said(("chr1", 11_100, "+"), ("chr2", 7_001, "-"))
    assert (row["exon_5"], row["exon_3"], row["frame"]) == (2, 3, "in_frame")


@pytest.mark.parametrize(
    ("one", "two", "words"),
    [
        (("chr1", 12_500, "+"), ("chr2", 4_000, "-"), "lies in no gene"),
        (("chr1", 9_000, "+"), ("chr2", 4_000, "-"), "breaks no gene"),
    ],
)
def test_what_is_not_known_is_said(
    one: tuple[str, int, str], two: tuple[str, int, str], words: str
) -> None:
    assert words in said(one, two)["reason"]


def test_a_fusion_gene_without_partner_is_named_so_others_are_broken() -> None:
    kinase = said(("chr1", PLUS_1, "-"), ("chr2", 4_000, "+"))
    assert (kinase["kind"], kinase["name"]) == ("fusion", "?::PLUS")
    assert (kinase["frame"], kinase["domain_kept"]) == ("unknown", "kept")
    broken = said(("chr1", 1_000, "+"), ("chr2", 12_500, "-"))
    assert (broken["kind"], broken["name"]) == ("structural", "OWT translocation")
    assert broken["on_target"] == ["OWT"]


@pytest.mark.parametrize(
    ("one", "two", "name"),
    [
        (("chr1", PLUS_1, "+"), ("chr1", PLUS_3, "-"), "PLUS deletion of exons 2-3"),
        (("chr1", PLUS_1, "-"), ("chr1", PLUS_2, "+"), "PLUS duplication of exon 2"),
        (("chr1", MINUS_3, "+"), ("chr1", MINUS_1, "-"), "MINUS deletion of exons 2-3"),
        (("chr1", 10_200, "+"), ("chr1", 10_800, "-"), "PLUS deletion within an intron"),
        (("chr1", 11_020, "+"), ("chr1", 11_060, "-"), "PLUS deletion within exon 2"),
        (("chr1", 11_060, "+"), ("chr1", PLUS_3, "-"), "PLUS deletion of exons 2-3"),
        (("chr1", 11_020, "-"), ("chr1", 11_079, "+"), "PLUS duplication within exon 2"),
        (("chr1", PLUS_1, "+"), ("chr1", PLUS_2, "+"), "PLUS inversion"),
    ],
)
def test_events_within_one_gene(
    one: tuple[str, int, str], two: tuple[str, int, str], name: str
) -> None:
    row = said(one, two)
    assert (row["kind"], row["name"]) == ("structural", name)


def test_known_fusions_need_their_order() -> None:
    assert said(("chr2", 6_500, "+"), ("chr1", PLUS_2, "-"))["known"]
    assert not said(("chr1", PLUS_2, "+"), ("chr2", 6_500, "-"))["known"]


def test_a_protein_of_another_length_moves_the_domain() -> None:
    from dugnad.rearrangements.gene_files import GeneDomain

    joined = junction(Side("chr2", 6_500, "+"), Side("chr1", PLUS_2, "-"))
    for length, kept in ((134, "kept"), (140, "unknown"), (300, "unknown")):
        other = {"PLUS": [GeneDomain("PLUS", "kinase", 70, 120, length)]}
        assert describe(joined, knowledge(domains=other)).row["domain_kept"] == kept


def test_coding_bases_up_to_a_break_on_either_strand() -> None:
    plus, minus = gene("P", "c", 0), gene("M", "c", 0, "-")
    for side, transcript, before in (
        (Side("c", 500, "+"), plus, 90),
        (Side("c", 500, "-"), plus, 90),
        (Side("c", 1_010, "+"), plus, 100),
        (Side("c", 1_011, "-"), plus, 100),
        (Side("c", 2_500, "-"), minus, 90),
        (Side("c", 2_500, "+"), minus, 90),
        (Side("c", 2_091, "-"), minus, 100),
        (Side("c", 2_090, "+"), minus, 100),
    ):
        broken = broken_at(side, transcript)
        assert broken
        assert broken.coding_before == before, (side, transcript.gene)
    assert broken_at(Side("c", 9_000, "+"), plus) is None


def test_partners_off_target_have_gene_and_exon_too() -> None:
    row = said(("chr1", PLUS_1, "-"), ("chr2", 6_500, "+"))
    assert row["gene_5"] == "TWO"
    assert row["on_target"] == ["PLUS"]
    assert row["transcript_5"] == GENES.by_gene("TWO")[0].name
