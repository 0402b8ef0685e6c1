"""Evidence of a fusion in RNA: its genes, reads in the alignment, and the panel's filters."""

from pathlib import Path
from typing import Any

import pysam
import pytest
from rna_toy import (
    bases,
    read,
    rna_data,
    rna_panel,
    transcripts,
    write_bam,
    write_genome,
)

from dugnad.errors import UserError
from dugnad.panel_rna import RnaRules
from dugnad.rearrangements.rna_chimeric import Joint, Place
from dugnad.rearrangements.rna_evidence import (
    Evidence,
    Sequences,
    flags,
    references,
    reverse,
    triplets,
)
from dugnad.rearrangements.rna_genes import Genes, read_through
from dugnad.rearrangements.rna_reads import Counted, crossing, gaps, look_up
from dugnad.rearrangements.rna_rules import rules_of

# FIVE's exon 2 ends at base 400, THREE's exon 2 (read downwards) begins at base 800
FUSION = Joint(Place("chr1", 400, "+"), Place("chr2", 800, "-"))
ALONG = (("chr1", 401, "+"), ("chr2", 801, "-"), 1)
AGAINST = (("chr2", 801, "+"), ("chr1", 401, "-"), 2)
COUNTED = Counted(min_mapping_quality=20, min_anchor=10)


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
