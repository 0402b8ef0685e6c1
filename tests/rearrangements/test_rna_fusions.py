"""Fusions from STAR's chimeric reads: what the columns mean, and what is counted."""

import gzip
from pathlib import Path
from typing import Any

import pysam
import pytest
from rna_toy import (
    chimeric,
    read,
    rna_panel,
    transcripts,
    write_bam,
    write_genome,
)

from dugnad.errors import UserError
from dugnad.rearrangements.find_rna_fusions import complete, gather, propose, weigh_one
from dugnad.rearrangements.rna_chimeric import Joint, Place, mates, read_chimeric
from dugnad.rearrangements.rna_evidence import (
    Evidence,
    Sequences,
    junction,
)
from dugnad.rearrangements.rna_genes import Genes
from dugnad.rearrangements.rna_reads import Counted
from dugnad.rearrangements.rna_rules import counted_of, rules_of
from dugnad.rearrangements.rna_spliced import between_genes, weigh_splice

# FIVE's exon 2 ends at base 400, THREE's exon 2 (read downwards) begins at base 800
FUSION = Joint(Place("chr1", 400, "+"), Place("chr2", 800, "-"))
ALONG = (("chr1", 401, "+"), ("chr2", 801, "-"), 1)
AGAINST = (("chr2", 801, "+"), ("chr1", 401, "-"), 2)
COUNTED = Counted(min_mapping_quality=20, min_anchor=10)


def rows(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "Chimeric.out.junction"
    path.write_text("".join(lines))
    return path


@pytest.mark.parametrize(
    ("line", "against", "joint"),
    [  # STAR 2.7.10b's own lines; the last base of exon 13 is 72205, the first of exon 20 is 47789
        (
            "chr2\t47790\t+\tchr2\t72206\t-\t2\t0\t1\tR1\t47027\t100M609p54M46S\t72160\t46M54S\n",
            True,
            (("chr2", 72205, "+"), ("chr2", 47789, "-")),
        ),
        (
            "chr2\t72206\t+\tchr2\t47790\t-\t1\t0\t1\tR2\t71649\t100M396p61M39S\t47751\t39M61S\n",
            False,
            (("chr2", 72205, "+"), ("chr2", 47789, "-")),
        ),
        (  # forward on both sides
            "chr20\t100\t+\tchr19\t199\t+\t1\t0\t0\tR3\t50\t50M50S\t200\t50S50M\n",
            False,
            (("chr20", 99, "+"), ("chr19", 200, "+")),
        ),
        (  # downwards on the donor, upwards on the acceptor
            "chr3\t99\t-\tchr3\t499\t+\t1\t0\t0\tR4\t100\t50S50M\t500\t50S50M\n",
            False,
            (("chr3", 100, "-"), ("chr3", 500, "+")),
        ),
    ],
)
def test_columns_mean_what_they_mean(
    tmp_path: Path, line: str, against: bool, joint: tuple[tuple[Any, ...], tuple[Any, ...]]
) -> None:
    (row,) = read_chimeric(rows(tmp_path, line))
    assert row.joint(against) == Joint(Place(*joint[0]), Place(*joint[1]))


def test_anchors_are_of_the_mate_that_is_split(tmp_path: Path) -> None:
    line = (
        "chr2\t47790\t+\tchr2\t72206\t-\t2\t0\t1\tR\t47035\t99M-25p24M600N57M19S\t72187\t19M81S\n"
    )
    (row,) = read_chimeric(rows(tmp_path, line))
    assert mates(row.cigar_a) == [99, 81]
    assert row.anchors == (81, 19)


def test_header_comments_and_more_columns_are_read(tmp_path: Path) -> None:
    path = tmp_path / "junctions.gz"
    text = "chr_donorA\tbrkpt_donorA\n" + chimeric("R", *ALONG, tail=(7, 100)) + "# 2.7.8a\tx\n"
    path.write_bytes(gzip.compress(text.encode()))
    (row,) = read_chimeric(path)
    assert (row.name, row.places) == ("R", 7)


def test_an_empty_table_is_damaged_and_comments_alone_are_none(tmp_path: Path) -> None:
    path = tmp_path / "Chimeric.out.junction"
    path.write_text("")
    with pytest.raises(UserError, match="is empty"):
        list(read_chimeric(path))
    path.write_text("# 2.7.10b   STAR\n# Nreads 1\tNreadsUnique 0\tNreadsMulti 0\n")
    assert list(read_chimeric(path)) == []


@pytest.mark.parametrize(
    "line", ["chr1\t10\t+\n", chimeric("R", ("chr1", 5, "?"), ("chr2", 5, "+"), 1)]
)
def test_other_files_are_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(UserError, match=r"junction:1: is no row of STAR's Chimeric.out.junction"):
        list(read_chimeric(rows(tmp_path, line)))


def proposed(tmp_path: Path, *lines: str, **changes: Any) -> list[Joint]:
    own = rna_panel(**changes)
    return sorted(
        propose(rows(tmp_path, *lines), Genes(transcripts(tmp_path), own.genes), rules_of(own))
    )


def test_both_directions_of_reading_are_one_fusion(tmp_path: Path) -> None:
    lines = chimeric("R1", *ALONG), chimeric("R2", *AGAINST)
    assert proposed(tmp_path, *lines) == [FUSION]


def test_without_a_splice_signal_the_genes_tell_the_direction(tmp_path: Path) -> None:
    side_a, side_b, _ = AGAINST
    lines = [chimeric(f"R{i}", side_a, side_b, 0) for i in range(2)]
    assert proposed(tmp_path, *lines) == [FUSION]


def test_what_is_not_a_fusion_is_passed_over(tmp_path: Path) -> None:
    circle = (("chr1", 401, "+"), ("chr1", 300, "+"), 1)
    antisense = (("chr1", 299, "-"), ("chr2", 700, "+"), 1)
    lines = [chimeric(f"C{i}", *circle) for i in range(5)]
    lines += [chimeric(f"A{i}", *antisense) for i in range(5)]
    assert proposed(tmp_path, *lines, chimeric("R1", *ALONG)) == []


def test_of_a_panel_gene_the_other_end_may_be_anywhere(tmp_path: Path) -> None:
    nowhere = (("chr1", 2001, "+"), ("chr2", 801, "-"), 1)
    joint = Joint(Place("chr1", 2000, "+"), Place("chr2", 800, "-"))
    assert proposed(tmp_path, *(chimeric(f"R{i}", *nowhere) for i in range(2))) == [joint]


@pytest.fixture
def weighed(tmp_path: Path) -> Evidence:
    """Three reads across, of which one is a duplicate, two pairs around, and reference reads."""
    lines = [
        chimeric("R1", *ALONG, cigars=("60M40S", "60S40M"), begins=(341, 761)),
        chimeric("R2", *AGAINST, cigars=("30S70M", "30M70S"), begins=(731, 371)),
        chimeric("R3", *ALONG, cigars=("60M40S", "60S40M"), begins=(341, 761)),
        chimeric("P1", ("chr1", 391, "+"), ("chr2", 791, "-"), -1, begins=(341, 741)),
        chimeric("P2", ("chr1", 412, "+"), ("chr2", 791, "-"), -1, begins=(341, 741)),  # too far
        chimeric("P3", ("chr2", 791, "+"), ("chr1", 391, "-"), -1, begins=(741, 341)),
    ]
    reads = [
        *(read(name, "chr1", 340, "60M40S", flag) for name, flag in (("R1", 0), ("R3", 1024))),
        read("R2", "chr2", 730, "70M30S", quality=3),
        read("W1", "chr1", 350, "50M100N50M"),  # wild type: exon 2 to exon 3
        read("W2", "chr1", 350, "50M100N50M", 1024),
        read("W3", "chr1", 392, "8M100N92M"),  # too short on one side
        read("W4", "chr2", 750, "50M100N50M"),
        read("W5", "chr2", 750, "100M"),
    ]
    own = rna_panel()
    bam = write_bam(tmp_path / "x.bam", reads)
    genes = Genes(transcripts(tmp_path), own.genes)
    path = rows(tmp_path, *lines)
    found = propose(path, genes, rules_of(own))
    gather(path, genes, found)
    with (
        pysam.AlignmentFile(str(bam)) as file,
        pysam.FastaFile(str(write_genome(tmp_path))) as fasta,
    ):
        counted = [weigh_one(item, file, counted_of(own)) for item in found.values()]
        (evidence,) = complete(counted, file, Sequences(fasta, genes), own)
    return evidence


def test_fragments_count_once_and_duplicates_do_not(weighed: Evidence) -> None:
    assert (weighed.split_reads, weighed.pairs) == (2, 2)
    assert (weighed.read_starts, weighed.anchor) == (2, 40)
    assert weighed.mapping_quality == pytest.approx((60 + 3) / 2)


def test_reference_reads_at_either_side(weighed: Evidence) -> None:
    assert weighed.references == (1, 2)
    assert weighed.fraction == pytest.approx(2 / 3)


def test_junction_row_keeps_the_transcripts_order(weighed: Evidence) -> None:
    row = junction("star", weighed, ["x"])
    side_1 = row["chrom_1"], row["pos_1"], row["strand_1"], row["gene_5"]
    side_2 = row["chrom_2"], row["pos_2"], row["strand_2"], row["gene_3"]
    assert side_1 == ("chr1", 400, "+", "FIVE")
    assert side_2 == ("chr2", 800, "+", "THREE")  # bases at and below 800 stay
    assert (row["uncertainty"], row["caller_filters"]) == (0, ["x"])


def splices(tmp_path: Path, *rows_: tuple[Any, ...]) -> Path:
    path = tmp_path / "SJ.out.tab"
    path.write_text("".join("\t".join(map(str, row)) + "\n" for row in rows_))
    return path


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, True),
        ({"first": 402}, False),  # off the end of the exon
        ({"annotated": 1}, False),
        ({"reads": 1}, False),
        ({"strand": 2}, False),
        ({"strand": 0}, False),
        ({"last": 500}, False),  # within the gene
    ],
)
def test_a_splice_from_gene_to_gene_is_proposed(
    tmp_path: Path, changes: dict[str, int], found: bool
) -> None:
    at = {"first": 401, "last": 1000, "strand": 1, "annotated": 0, "reads": 2} | changes
    row = ("chr1", at["first"], at["last"], at["strand"], 1, at["annotated"], at["reads"], 0, 50)
    path = splices(tmp_path, row)
    joint = Joint(Place("chr1", 400, "+"), Place("chr1", 1001, "+"))
    genes = Genes(transcripts(tmp_path))
    assert between_genes(path, genes, 2, ()) == ([joint] if found else [])
    assert between_genes(path, genes, 2, {joint}) == []


def test_fragments_of_a_splice_count_once(tmp_path: Path) -> None:
    reads = [
        read("A", "chr1", 350, "50M600N50M", 99),
        read("A", "chr1", 360, "40M600N60M", 147),
        read("B", "chr1", 370, "30M600N70M", quality=3),
        read("C", "chr1", 350, "50M600N50M", 1024),
        read("D", "chr1", 350, "50M601N50M"),
    ]
    joint = Joint(Place("chr1", 400, "+"), Place("chr1", 1001, "+"))
    genes = Genes(transcripts(tmp_path))
    with pysam.AlignmentFile(str(write_bam(tmp_path / "x.bam", reads))) as bam:
        found = weigh_splice(joint, genes, bam, COUNTED)
    assert found.genes == ("FIVE", "NEXT")
    assert (found.split_reads, found.pairs, found.read_starts, found.anchor) == (2, 0, 3, 50)
    assert found.mapping_quality == pytest.approx((60 + 60 + 3) / 3)
    assert found.neighbour == 199
