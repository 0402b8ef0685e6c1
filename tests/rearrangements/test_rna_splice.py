"""Splice variants of a panel's list: where they lie, how they are counted, what notes say."""

import json
from pathlib import Path
from typing import Any

import pytest
from rna_toy import read, rna_panel, transcripts, write_bam

from builders import quantity
from dugnad.errors import UserError
from dugnad.rearrangements.find_splice_variants import (
    filters_of,
    gate_notes,
    look_for,
    reason_of,
    row_of,
    splice_notes,
    star_counts,
)
from dugnad.rearrangements.rna_check import splice_problems, unknown_splice_genes
from dugnad.rearrangements.rna_chimeric import Joint, Place
from dugnad.rearrangements.rna_events import COLUMNS, read_events, splice
from dugnad.record import CaseGate
from dugnad.tables import REARRANGEMENTS

SKIPPING = "FIVE exon 2 skipping\tFIVE\texon_skipping\t2\t\tPMID:1"
TWO = "FIVE exons 2 to 3\tFIVE\texon_skipping\t2-3\t\tPMID:1"
DOWNWARDS = "THREE exon 2 skipping\tTHREE\texon_skipping\t2\t\tPMID:1"
CRYPTIC = "THREE-V7\tTHREE\tjunction\t\tchr2:901-850\tPMID:1"


def write_events(folder: Path, *lines: str) -> Path:
    path = folder / "splice_variants.tsv"
    path.write_text("\n".join(["\t".join(COLUMNS), *lines]) + "\n")
    return path


def place(text: str) -> Place:
    chrom, pos, strand = text.split(":")
    return Place(chrom, int(pos), strand)


def joint(text: str | None) -> Joint | None:
    return Joint(*map(place, text.split())) if text else None


@pytest.mark.parametrize(
    ("line", "joined", "references", "exons", "frame"),
    [
        (
            SKIPPING,
            "chr1:200:+ chr1:501:+",
            ("chr1:200:+ chr1:301:+", "chr1:400:+ chr1:501:+"),
            (1, 3),
            "out_of_frame",
        ),
        (
            TWO,
            "chr1:200:+ chr1:701:+",
            ("chr1:200:+ chr1:301:+", "chr1:600:+ chr1:701:+"),
            (1, 4),
            "out_of_frame",
        ),
        (
            DOWNWARDS,
            "chr2:901:- chr2:600:-",
            ("chr2:901:- chr2:800:-", "chr2:701:- chr2:600:-"),
            (1, 3),
            "out_of_frame",
        ),
        (CRYPTIC, "chr2:901:- chr2:850:-", ("chr2:901:- chr2:800:-", None), (1, None), "unknown"),
        (
            "THREE-X\tTHREE\tjunction\t\tchr2:850-800\tPMID:1",
            "chr2:850:- chr2:800:-",
            (None, "chr2:901:- chr2:800:-"),
            (None, 2),
            "unknown",
        ),
    ],
)
def test_where_events_lie(
    tmp_path: Path,
    line: str,
    joined: str,
    references: tuple[str | None, str | None],
    exons: tuple[int | None, int | None],
    frame: str,
) -> None:
    (event,) = read_events(write_events(tmp_path, line))
    transcript = transcripts(tmp_path).preferred(event.gene)
    assert transcript
    found = splice(event, transcript)
    assert found.joint == joint(joined)
    assert found.references == (joint(references[0]), joint(references[1]))
    assert (found.exons, found.frame) == (exons, frame)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("x\tFIVE\texon_skipping\t1\t\tPMID:1", "exons must be 2 or more"),
        ("x\tFIVE\texon_skipping\t3-2\t\tPMID:1", "first one first"),
        ("x\tFIVE\texon_skipping\t2\tchr1:1-2\tPMID:1", "exon_skipping needs exons alone"),
        ("x\tFIVE\tjunction\t\tchr1:1\tPMID:1", "junction needs a junction alone"),
        ("x\tFIVE\tretention\t\t\tPMID:1", "kind must be exon_skipping or junction"),
        ("x\tFIVE\texon_skipping\t2\t\t", "needs a name, a gene and a source"),
        ("x\tFIVE", "needs 6 cells"),
    ],
)
def test_faulty_lists(tmp_path: Path, line: str, fault: str) -> None:
    with pytest.raises(UserError, match=rf"splice_variants\.tsv:2: .*{fault}"):
        read_events(write_events(tmp_path, line))


def test_another_header_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text("gene\texon\n")
    with pytest.raises(UserError, match=r"x\.tsv:1: the header must be name, gene, kind"):
        read_events(path)


def splice_rules(path: Path) -> dict[str, Any]:
    return {
        "events": str(path),
        "min_anchor": quantity(8, "bases"),
        "min_expression": quantity(4),
        "min_reads": quantity(2),
        "min_fraction": quantity(0.1, "fraction"),
    }


def looked(tmp_path: Path, *lines: str, reads: list[Any]) -> tuple[Any, Any, Any]:
    own = rna_panel(splice=splice_rules(write_events(tmp_path, *lines)))
    assert own.rearrangements
    assert own.rearrangements.rna
    rules = own.rearrangements.rna.splice
    assert rules
    bam = write_bam(tmp_path / "x.bam", reads)
    return look_for(rules, own, transcripts(tmp_path), bam), own, rules


def spliced_reads(skipped: int, first: int, second: int) -> list[Any]:
    reads = [read(f"S{i}", "chr1", 150, "50M300N50M") for i in range(skipped)]
    reads += [read(f"A{i}", "chr1", 150, "50M100N50M") for i in range(first)]
    return reads + [read(f"B{i}", "chr1", 350, "50M100N50M") for i in range(second)]


def test_counts_share_and_row(tmp_path: Path) -> None:
    more = [
        read("S0", "chr1", 170, "30M300N70M", 147),  # the mate of one
        read("D", "chr1", 150, "50M300N50M", 1024),
        read("M", "chr1", 150, "50M300N50M", quality=1),
        read("X", "chr1", 193, "7M300N93M"),
        read("O", "chr1", 150, "50M301N49M"),
    ]
    (item,), own, rules = looked(tmp_path, SKIPPING, reads=spliced_reads(6, 3, 1) + more)
    assert (item.reads, item.references) == (6, (3, 1))
    assert item.fraction == pytest.approx(6 / 8)
    row = row_of(item, own, rules, {("chr1", 200, 501): (9, 50)})
    assert row.keys() <= set(REARRANGEMENTS.names)
    assert (row["rna_pos_1"], row["rna_pos_2"]) == (200, 501)
    assert (row["rna_split_reads"], row["rna_reference_1"], row["rna_reference_2"]) == (6, 3, 1)
    assert (row["exon_5"], row["exon_3"], row["on_target"]) == (1, 3, ["FIVE"])
    assert row["filters"] == []
    assert "75% of transcripts (95 % interval 41% to 93%); STAR: 9 reads" in row["reason"]


@pytest.mark.parametrize(
    ("counts", "ids"),
    [
        ((6, 3, 1), []),
        ((1, 3, 1), ["few_splice_reads"]),
        ((2, 30, 30), ["low_splice_share"]),
        ((1, 1, 1), ["low_expression", "few_splice_reads"]),
    ],
)
def test_limits(tmp_path: Path, counts: tuple[int, int, int], ids: list[str]) -> None:
    (item,), _, rules = looked(tmp_path, SKIPPING, reads=spliced_reads(*counts))
    assert filters_of(item, rules) == ids


def test_a_cryptic_exon_has_one_reference(tmp_path: Path) -> None:
    reads = [read("S", "chr2", 800, "50M50N50M"), read("A", "chr2", 750, "50M100N50M")]
    (item,), _, _ = looked(tmp_path, CRYPTIC, reads=reads)
    assert (item.reads, item.references, item.fraction) == (1, (1, None), 0.5)
    text = reason_of(item, {})
    assert text.startswith("1 fragments over its junction, 1 and no over the reference's: 50%")
    assert "not in STAR's own table" in text


@pytest.mark.parametrize(
    ("counts", "failed", "text"),
    [
        ((0, 1, 2), False, "not assessable, FIVE is too little expressed (3 fragments"),
        ((0, 5, 5), False, "looked for in RNA and not seen: FIVE exon 2 skipping (0 of 10 frag"),
        ((0, 5, 5), True, "Not seen, but not assessable in this RNA: FIVE exon 2 skipping (0 of"),
        ((0, 1, 2), True, "not assessable, FIVE is too little expressed (3 fragments"),
    ],
)
def test_absence_is_stated(
    tmp_path: Path, counts: tuple[int, int, int], failed: bool, text: str
) -> None:
    found, _, rules = looked(tmp_path, SKIPPING, reads=spliced_reads(*counts))
    (note,) = splice_notes(found, rules, failed)
    assert text in note


def test_what_is_seen_needs_no_note(tmp_path: Path) -> None:
    found, _, rules = looked(tmp_path, SKIPPING, reads=spliced_reads(3, 3, 3))
    assert splice_notes(found, rules, failed=False) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("x\tNOBODY\texon_skipping\t2\t\tPMID:1", "the annotation has no gene NOBODY"),
        ("x\tFIVE\texon_skipping\t4\t\tPMID:1", "TFIVE has 4 exons, of which 4 is no inner one"),
        ("x\tFIVE\tjunction\t\tchr1:500-200\tPMID:1", "does not lie on TFIVE in its direction"),
        ("x\tFIVE\tjunction\t\tchr9:200-500\tPMID:1", "does not lie on TFIVE in its direction"),
    ],
)
def test_events_that_do_not_fit_the_annotation(tmp_path: Path, line: str, fault: str) -> None:
    with pytest.raises(UserError, match=rf"splice_variants\.tsv:2: x: .*{fault}"):
        looked(tmp_path, line, reads=[])


def gate(verdict: str) -> CaseGate:
    sample = {"sample": "R", "verdict": verdict, "reasons": ["fragments 60, needs 80"]}
    sample |= {"blocked_by": [], "accepted": []}
    return CaseGate.model_validate_json(
        json.dumps({"case": "C", "verdict": verdict, "samples": [sample]})
    )


def test_failed_rna_says_that_absence_means_nothing() -> None:
    (note,) = gate_notes(gate("fail"), "R")
    assert "(fragments 60, needs 80)" in note
    assert "means nothing" in note
    assert gate_notes(gate("warn"), "R") == []
    assert gate_notes(gate("fail"), "other") == []


def test_stars_own_table(tmp_path: Path) -> None:
    path = tmp_path / "SJ.out.tab"
    path.write_text("chr1\t201\t500\t1\t1\t0\t29\t2\t49\n")
    assert star_counts(path) == {("chr1", 200, 501): (29, 49)}
    path.write_text("chr1\t201\n")
    with pytest.raises(UserError, match=r"SJ\.out\.tab:1: is no row of STAR's SJ\.out\.tab"):
        star_counts(path)


def test_the_check_tells_faults_of_the_list(tmp_path: Path) -> None:
    path = write_events(tmp_path, SKIPPING, "x\tNOBODY\texon_skipping\t2\t\tPMID:1")
    own = rna_panel(splice=splice_rules(path))
    assert list(splice_problems(own)) == []
    (problem,) = unknown_splice_genes(own, {"FIVE"})
    assert problem.startswith(f"{path}:3: gene: not in the annotation (got 'NOBODY'); write")
    write_events(tmp_path, "x\tNOBODY\texon_skipping\t1\t\tPMID:1")
    (problem,) = splice_problems(own)
    assert "exons must be 2 or more" in problem
    assert list(unknown_splice_genes(own, {"FIVE"})) == []
    assert list(splice_problems(rna_panel())) == []
