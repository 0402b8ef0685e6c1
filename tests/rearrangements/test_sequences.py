"""What the reference says of a junction."""

from pathlib import Path

import pysam
import pytest

from builders import sequence
from dugnad.rearrangements.sequences import (
    Reference,
    complexity,
    consensus,
    fits,
    place,
    settled,
    similarity,
)
from dugnad.rearrangements.sides import Junction, Side, reverse_complement

UNIQUE = sequence(4_000, 5)
# a copy of 1,000-1,300 with every twentieth base changed, then AC repeated, then N
COPY = "".join("A" if i % 20 == 0 else base for i, base in enumerate(UNIQUE[1_000:1_300]))
OTHER = sequence(1_000, 6) + COPY + sequence(1_000, 7) + "AC" * 200 + "N" * 400


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    path = tmp_path_factory.mktemp("sequence") / "x.fa"
    path.write_text(f">u\n{UNIQUE}\n>o\n{OTHER}\n")
    pysam.faidx(str(path))
    return Reference(pysam.FastaFile(str(path)))


def joined(one: tuple[str, int, str], two: tuple[str, int, str]) -> Junction:
    return Junction(Side(*one), Side(*two))


def test_kept_and_lost_meet_at_the_side(reference: Reference) -> None:
    assert reference.kept(Side("u", 100, "+"), 5) == UNIQUE[95:100]
    assert reference.lost(Side("u", 100, "+"), 5) == UNIQUE[100:105]
    assert reference.kept(Side("u", 101, "-"), 5) == reverse_complement(UNIQUE[100:105])
    assert reference.lost(Side("u", 101, "-"), 5) == reverse_complement(UNIQUE[95:100])


def test_beyond_the_ends_and_on_unknown_contigs_there_is_n(reference: Reference) -> None:
    assert reference.bases("u", -2, 2) == "NN" + UNIQUE[:2]
    assert reference.bases("u", 3_999, 4_002) == UNIQUE[-1] + "NN"
    assert reference.bases("decoy", 5, 8) == "NNN"


def test_simple_sequence_is_told(reference: Reference) -> None:
    plain = complexity(joined(("u", 500, "+"), ("u", 3_000, "-")), reference)
    simple = complexity(joined(("u", 500, "+"), ("o", 2_500, "-")), reference)
    assert plain is not None
    assert plain > 1.6
    assert simple is not None
    assert simple < 0.6
    assert complexity(joined(("o", 2_950, "+"), ("decoy", 9, "-")), reference) is None


def test_a_copy_of_the_place_is_told(reference: Reference) -> None:
    # from the original into its copy: what follows is what would have followed anyway
    alike = joined(("u", 1_100, "+"), ("o", 1_101, "-"))
    assert similarity(alike, reference) > 0.9
    assert similarity(joined(("u", 500, "+"), ("u", 3_000, "-")), reference) < 0.6


def test_equal_placements_settle_leftmost(tmp_path: Path) -> None:
    # a deletion between two GATC: the join may lie at any of five places
    bases = sequence(300, 8) + "AGATCT" + sequence(500, 9) + "CGATCG" + sequence(300, 10)
    (tmp_path / "h.fa").write_text(f">h\n{bases}\n")
    pysam.faidx(str(tmp_path / "h.fa"))
    with pysam.FastaFile(str(tmp_path / "h.fa")) as opened:
        for shift in range(5):
            placed = joined(("h", 301 + shift, "+"), ("h", 808 + shift, "-"))
            expected = joined(("h", 301, "+"), ("h", 808, "-"))
            assert settled(placed, Reference(opened)) == (expected, 4)
        with_more = Junction(Side("h", 303, "+"), Side("h", 810, "-"), "TT")
        assert settled(with_more, Reference(opened)) == (with_more, 0)


def test_clipped_ends_are_placed_with_what_is_inserted(reference: Reference) -> None:
    beyond = UNIQUE[3_009:3_049]
    near = Side("u", 3_000, "-")
    assert place(beyond, reference, near, 50) == (Side("u", 3_010, "-"), "")
    assert place("GATTC" + beyond, reference, near, 50) == (Side("u", 3_010, "-"), "GATTC")
    assert place(sequence(40, 99), reference, near, 50) is None
    assert place("AC" * 20, reference, Side("o", 2_450, "-"), 50) is None  # at many places
    back = Side("u", 3_040, "+")
    assert place(reverse_complement(beyond), reference, back, 50) == (Side("u", 3_049, "+"), "")


def test_consensus_and_fit() -> None:
    assert consensus(["ACGTA", "ACGTAC", "ACCTACG"]) == "ACGTAC"
    assert consensus(["ACG"]) == "ACG"
    assert fits("A" * 20, "A" * 18 + "CC" + "GGG")
    assert not fits("A" * 20, "A" * 17 + "CCC")
    assert not fits("", "ACGT")
    assert not fits("NNNNNNNNNN", "ACGTACGTAC")


def test_the_fasta_is_indexed(tmp_path: Path) -> None:
    path = tmp_path / "one.fa"
    path.write_text(">c\nACGTACGT\n")
    pysam.faidx(str(path))
    with pysam.FastaFile(str(path)) as opened:
        assert Reference(opened).bases("c", 2, 6) == "GTAC"
