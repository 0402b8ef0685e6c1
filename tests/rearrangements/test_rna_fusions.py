"""Fusions from STAR's chimeric reads: what the columns mean, genes, counts and filters."""

import gzip
from pathlib import Path
from typing import Any

import pysam
import pytest
from rna_toy import (
    bases,
    chimeric,
    read,
    rna_data,
    rna_panel,
    transcripts,
    write_bam,
    write_genome,
)

from dugnad.errors import UserError
from dugnad.panel_rna import RnaRules
from dugnad.rearrangements.find_rna_fusions import complete, gather, propose, weigh_one
from dugnad.rearrangements.rna_chimeric import Joint, Place, mates, read_chimeric
from dugnad.rearrangements.rna_evidence import (
    Evidence,
    Sequences,
    flags,
    junction,
    references,
    reverse,
    triplets,
)
from dugnad.rearrangements.rna_genes import Genes, read_through
from dugnad.rearrangements.rna_reads import Counted, crossing, gaps, look_up
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


@pytest.mark.parametrize(
    "line", ["chr1\t10\t+\n", chimeric("R", ("chr1", 5, "?"), ("chr2", 5, "+"), 1)]
)
def test_other_files_are_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(UserError, match=r"junction:1: is no row of STAR's Chimeric.out.junction"):
        list(read_chimeric(rows(tmp_path, line)))


@pytest.mark.parametrize(
    ("place", "is_last", "gene", "at_boundary"),
    [
        (("chr1", 400, "+"), True, "FIVE", True),
        (("chr1", 301, "+"), False, "FIVE", True),
        (("chr1", 301, "+"), True, "FIVE", False),
        (("chr1", 450, "+"), True, "FIVE", False),
        (("chr2", 701, "-"), True, "THREE", True),
        (("chr2", 800, "-"), False, "THREE", True),
        (("chr2", 799, "-"), False, "THREE", False),
        (("chr1", 400, "-"), True, None, False),
        (("chr1", 2000, "+"), True, None, False),
    ],
)
def test_gene_and_boundary(
    tmp_path: Path, place: tuple[str, int, str], is_last: bool, gene: str | None, at_boundary: bool
) -> None:
    hit = Genes(transcripts(tmp_path)).at(Place(*place), is_last)
    assert (hit.gene.name if hit else None) == gene
    assert (hit.at_boundary if hit else False) == at_boundary


def test_read_through_is_downstream_on_one_strand(tmp_path: Path) -> None:
    genes = Genes(transcripts(tmp_path))
    spans = {
        name: genes.at(Place(*place), True)
        for name, place in {
            "FIVE": ("chr1", 400, "+"),
            "NEXT": ("chr1", 1100, "+"),
            "THREE": ("chr2", 701, "-"),
        }.items()
    }
    five, behind, three = (spans[name] for name in ("FIVE", "NEXT", "THREE"))
    assert five
    assert behind
    assert three
    assert read_through(five.gene, behind.gene) == 199
    assert read_through(behind.gene, five.gene) is None
    assert read_through(five.gene, three.gene) is None


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


def evidence(tmp_path: Path, joint: Joint = FUSION, **changes: Any) -> Evidence:
    genes = Genes(transcripts(tmp_path))
    five, three = genes.at(joint.five, True), genes.at(joint.three, False)
    values: dict[str, Any] = {"split_reads": 5, "pairs": 5, "read_starts": 5, "mapping_quality": 60}
    return Evidence(joint, five, three, **(values | changes))


@pytest.mark.parametrize(
    ("changes", "known", "ids"),
    [
        ({}, (), []),
        ({"split_reads": 2, "pairs": 1}, (), ["few_reads"]),
        ({"split_reads": 2, "pairs": 1}, [("FIVE", "THREE")], []),
        ({"split_reads": 2, "pairs": 1}, [("THREE", "FIVE")], ["few_reads"]),
        ({"read_starts": 1}, (), ["few_starts"]),
        ({"read_starts": None}, (), []),
        (
            {"joint": Joint(Place("chr1", 399, "+"), FUSION.three), "split_reads": 2},
            (),
            ["off_exons"],
        ),
        ({"joint": Joint(FUSION.five, Place("chr1", 1001, "+"))}, (), ["read_through"]),
        ({"joint": Joint(FUSION.five, Place("chr1", 1001, "+"))}, [("FIVE", "NEXT")], []),
        ({"joint": Joint(Place("chrM", 9, "+"), FUSION.three)}, (), ["excluded_gene"]),
        ({"references": (1000, 1000)}, (), ["low_fraction"]),
        ({"references": (1000, 0)}, (), []),
        ({"references": (1000, None)}, (), ["low_fraction"]),
        ({"mapping_quality": 3.0}, (), ["low_quality"]),
        ({"own_filters": ("pizzly_filtered",)}, (), ["pizzly_filtered"]),
    ],
)
def test_filters(
    tmp_path: Path, changes: dict[str, Any], known: list[tuple[str, str]], ids: list[str]
) -> None:
    found = flags(evidence(tmp_path, **changes), rules_of(rna_panel()), known)
    assert found == ids


def test_excluded_names_may_end_anyhow(tmp_path: Path) -> None:
    rows_ = [{"id": "no", "genes": ["THR*"], "why": "x"}]
    rules = RnaRules.model_validate(rna_data(excluded=rows_, filters=[]))
    assert flags(evidence(tmp_path), rules, ()) == ["no"]


def test_words_that_both_genes_have(tmp_path: Path) -> None:
    genes = Genes(transcripts(tmp_path))
    with pysam.FastaFile(str(write_genome(tmp_path))) as fasta:
        sequences = Sequences(fasta, genes)
        item = evidence(tmp_path)
        # the last base of the first part is the flank's last; downwards it is the complement
        assert sequences.flank(FUSION.five, True) == bases()["chr1"][360:400]
        assert sequences.flank(FUSION.three, False) == reverse(bases()["chr2"][760:800])
        assert sequences.shared_words(FUSION, item.five, item.three) == 0
        assert sequences.shared_words(FUSION, item.three, item.five) == 1


def test_triplets() -> None:
    assert triplets("A" * 40) == pytest.approx(1 / 38)
    assert triplets(bases()["chr1"][:40]) > 0.4


@pytest.mark.parametrize(
    ("start", "cigar", "point", "found"),
    [
        (350, "50M100N50M", 400, [(400, 500, 50, 50)]),
        (350, "50M100N50M", 500, [(400, 500, 50, 50)]),
        (350, "50M100N50M", 450, []),
        (350, "100M", 400, [(400, 400, 50, 50)]),
        (350, "40M2D60M", 395, [(395, 395, 43, 57)]),
        (390, "5S10M100N80M5S", 400, [(400, 500, 10, 80)]),
        (400, "100M", 400, []),
    ],
)
def test_gaps(start: int, cigar: str, point: int, found: list[tuple[int, ...]]) -> None:
    assert list(gaps(read("R", "chr1", start, cigar), point)) == found


def test_crossing_tells_splices_by_where_they_lead(tmp_path: Path) -> None:
    reads = [
        read("A", "chr1", 350, "50M100N50M", 99),
        read("A", "chr1", 360, "40M100N60M", 147),
        read("B", "chr1", 350, "50M300N50M"),
        read("C", "chr1", 350, "50M100N50M", quality=3),
        read("D", "chr1", 350, "100M"),
    ]
    with pysam.AlignmentFile(str(write_bam(tmp_path / "x.bam", reads))) as bam:
        found = crossing(bam, "chr1", 400, True, COUNTED)
        assert found.spliced == {500: {"A"}, 700: {"B"}}
        assert found.through == {"D"}
        assert crossing(bam, "chr1", 500, False, COUNTED).spliced == {399: {"A"}}
        assert crossing(bam, "chrX", 500, False, COUNTED).all == set()


def test_references_of_a_gene_that_is_read_downwards(tmp_path: Path) -> None:
    # THREE's exon 2 ends (as read) at 701, its exon 1 at 901
    joint = Joint(Place("chr2", 701, "-"), Place("chr1", 301, "+"))
    reads = [read("A", "chr2", 550, "50M100N50M"), read("B", "chr1", 150, "50M100N50M")]
    with pysam.AlignmentFile(str(write_bam(tmp_path / "x.bam", reads))) as bam:
        assert references(bam, joint, COUNTED) == (1, 1)


def test_look_up_reads_each_mate_once(tmp_path: Path) -> None:
    reads = [
        read("A", "chr1", 350, "50M50S", 65, 255),
        read("A", "chr1", 360, "50M50S", 65 | 2048, 0),
        read("A", "chr2", 360, "100M", 129, 1),
        read("B", "chr1", 350, "100M", 1024),
        read("C", "chr1", 350, "100M"),
    ]
    windows = [("chr1", 340, 400), ("chr2", 340, 400), ("chrX", 1, 2)]
    with pysam.AlignmentFile(str(write_bam(tmp_path / "x.bam", reads))) as bam:
        found = look_up(bam, ["A", "B"], windows)
    assert found.duplicates == {"B"}
    assert found.quality == pytest.approx((60 + 1) / 2)


def test_a_panel_without_rules_for_rna_is_told() -> None:
    own = rna_panel()
    assert own.rearrangements
    bare = own.model_copy(
        update={"rearrangements": own.rearrangements.model_copy(update={"rna": None})}
    )
    with pytest.raises(UserError, match=r"tiny has no rearrangements\.rna; add it"):
        rules_of(bare)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"methods": ["star", "star"]}, "methods name one twice"),
        ({"methods": []}, "at least 1 item"),
        (
            {"filters": [{"id": "a", "field": "reads", "unit": "x", "why": "y"}]},
            "needs either below or above",
        ),
        ({"excluded": [{"id": "few_reads", "why": "x"}]}, "filter ids are used twice: few_reads"),
    ],
)
def test_faulty_rules(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        RnaRules.model_validate(rna_data(**changes))


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
