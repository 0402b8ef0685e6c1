"""Lengths of microsatellites: by bases, once per fragment, wherever the aligner put the indel."""

from pathlib import Path
from typing import Any

import numpy as np
import pysam
import pytest
from microsatellites import ANCHOR, LENGTH, Run, write_reads

from dugnad.biomarkers.count_microsatellites import UNCOUNTED, count, main
from dugnad.biomarkers.measure_msi import lengths_of
from dugnad.biomarkers.msi_lengths import Shape, by_fragment, matrix, run_lengths
from dugnad.biomarkers.msi_loci import Locus, flanks, read_loci
from dugnad.cli import parser_of
from dugnad.errors import UserError
from dugnad.small_variants.pileup import Counting
from dugnad.tables import MICROSATELLITES, read_table

# place (0-based), unit and repeats in GRCh37
REAL = [
    (36020562, "GT", 5), (36023318, "GT", 6), (36027951, "T", 15), (36029566, "T", 10),
    (36030405, "T", 11), (36033277, "TG", 5), (36033345, "C", 7), (36033633, "T", 13),
    (36033752, "G", 7), (36034549, "GT", 10), (36035684, "T", 18), (36036951, "AC", 7),
    (36036980, "CA", 9), (36037414, "TG", 5), (36038006, "T", 12), (36038819, "GT", 5),
    (36038830, "TG", 5), (36038919, "T", 11), (36039078, "T", 16),
]  # fmt: skip
COUNTING = Counting(0, 20, UNCOUNTED | 1024)


def measured(run: Run, sequences: list[str], expected: list[int]) -> list[int]:
    start, end, unit = run.locus.start, run.locus.end, run.locus.unit
    shape = Shape.of(unit, run.locus.repeats, run.genome[:start], run.genome[end:], ANCHOR)
    found: list[int] = run_lengths(matrix(sequences), np.array(expected), shape).tolist()
    return found


@pytest.mark.parametrize(("unit", "repeats"), [("A", 12), ("T", 25), ("CA", 9), ("AAG", 6)])
@pytest.mark.parametrize("change", [-6, -2, -1, 0, 1, 3])
def test_length_is_of_the_bases(unit: str, repeats: int, change: int) -> None:
    run = Run(unit, repeats)
    allele = run.allele(repeats + change)
    starts = [150, 160, 140]
    reads = [allele[start : start + LENGTH] for start in starts]
    expected = [run.locus.start - start for start in starts]
    assert measured(run, reads, expected) == [repeats + change] * 3


def test_whole_run_gone() -> None:
    run = Run()
    assert measured(run, [run.allele(0)[150:250]], [50]) == [0]


def test_read_that_ends_in_the_run_or_the_anchor_shows_nothing() -> None:
    run = Run()
    short = [run.genome[start : start + LENGTH] for start in (107, 112, 119, 193, 200, 205)]
    starts = [107, 112, 119, 193, 200, 205]
    assert measured(run, short, [200 - start for start in starts]) == [-1] * 6
    assert measured(run, [run.genome[120:220], run.genome[192:292]], [80, 8]) == [12, 12]


def test_one_wrong_base_does_not_matter_and_two_do() -> None:
    run = Run()
    whole = run.genome[150:250]

    def wrong(*places: int) -> str:
        swap = {"A": "C", "C": "A", "G": "T", "T": "G"}
        return "".join(swap[b] if i in places else b for i, b in enumerate(whole))

    anchors, inside = (44, 64), (55,)
    assert measured(run, [wrong(*anchors), wrong(*inside)], [50, 50]) == [12, 12]
    assert measured(run, [wrong(44, 46), wrong(64, 66), wrong(54, 56)], [50] * 3) == [-1] * 3


def test_anchors_that_stand_twice_are_told_apart_by_the_alignment() -> None:
    run = Run("A", 10)
    start, end = run.locus.start, run.locus.end
    again = run.genome[start - ANCHOR : start] + "A" * 7 + run.genome[end : end + ANCHOR]
    twice = run.genome[:250] + again + run.genome[250:]
    assert measured(run, [twice[165:285]], [35]) == [10]


def test_read_that_ends_in_a_compound_repeat_is_not_short() -> None:
    """The repeat goes on after a base, so that what follows it seems to stand within it."""
    run = Run("GT", 6)
    run.genome = run.genome[:212] + "ATGTGTGTG" + run.genome[221:]
    for end in range(202, 220):
        assert measured(run, [run.genome[end - LENGTH : end]], [300 - end]) == [-1]
    for end in (220, 230):
        assert measured(run, [run.genome[end - LENGTH : end]], [300 - end]) == [6]


def test_reads_of_several_lengths_and_in_lower_case() -> None:
    run = Run()
    reads = [run.genome[150:250].lower(), run.genome[180:230], run.genome[185:200]]
    assert measured(run, reads, [50, 20, 15]) == [12, 12, -1]


def test_mates_are_one_fragment() -> None:
    fragments = np.array([0, 0, 1, 1, 2, 3, 3, 4])
    shown = np.array([12, 12, 11, 12, 10, -1, 9, -1])
    found, unclear = by_fragment(fragments, shown)
    assert (sorted(found.tolist()), unclear) == ([9, 10, 12], 1)
    nothing, none = by_fragment(np.array([0]), np.array([-1]))
    assert (nothing.tolist(), none) == ([], 0)


def counted(tmp_path: Path, run: Run, reads: list[tuple[Any, ...]], **changes: int) -> Any:
    bam = write_reads(tmp_path / "s.bam", run, reads)
    rules = Counting(0, changes.get("quality", 20), changes.get("flags", UNCOUNTED | 1024))
    with (
        pysam.AlignmentFile(str(bam)) as alignments,
        pysam.FastaFile(str(run.write_fasta(tmp_path / "g.fa"))) as fasta,
    ):
        return next(count(alignments, fasta, [run.locus], ANCHOR, rules))


def test_placement_of_the_indel_does_not_matter(tmp_path: Path) -> None:
    run = Run()
    less, more = run.allele(9), run.allele(14)
    row = counted(
        tmp_path,
        run,
        [
            ("left", 150, less[150:250], "50M3D50M"),
            ("right", 150, less[150:250], "59M3D41M"),
            ("two gaps", 150, less[150:250], "53M1D3M2D44M"),
            ("clipped at its end", 130, less[130:230], "79M21S"),
            ("clipped at its start", 209, less[170:270], "36S64M"),
            ("mismatched", 150, less[150:250]),
            ("inserted", 150, more[150:250], "55M2I43M"),
            ("as the genome", 150, run.genome[150:250]),
        ],
    )
    assert (row["reads"], row["first_length"]) == (8, 9)
    assert row["counts"] == [6, 0, 0, 1, 0, 1]


def test_what_does_not_count(tmp_path: Path) -> None:
    run = Run()
    bases = run.genome[150:250]
    reads = [
        ("good", 150, bases),
        ("duplicate", 150, bases, "", 1024),
        ("secondary", 150, bases, "", 256),
        ("supplementary", 150, bases, "", 2048),
        ("failed", 150, bases, "", 512),
        ("elsewhere", 150, bases, "", 0, 5),
        ("mates", 150, bases, "", 99),
        ("mates", 160, run.genome[160:260], "", 147),
        ("disagree", 150, bases, "", 99),
        ("disagree", 160, run.allele(11)[160:260], "40M1D60M", 147),
    ]
    row = counted(tmp_path, run, reads)
    assert (row["reads"], row["unclear"], row["counts"]) == (2, 1, [2])
    assert counted(tmp_path, run, reads, flags=UNCOUNTED)["reads"] == 3
    assert counted(tmp_path, run, reads, quality=0)["reads"] == 3


def test_verb_writes_its_table(tmp_path: Path) -> None:
    run = Run()
    bam = write_reads(tmp_path / "s.bam", run, [("r", 150, run.genome[150:250])])
    fasta, loci = run.write_fasta(tmp_path / "g.fa"), tmp_path / "loci.bed"
    loci.write_text("#chrom\nchr1\t200\t212\tM1\tA\t12\n")
    lost = [(name, 150, run.allele(11)[150:250], "50M1D50M") for name in ("a", "b")]
    other = write_reads(tmp_path / "n.bam", run, lost)
    words = f"--sample S {bam} --sample N {other} --fasta {fasta} --loci {loci} --anchor 8"
    words += f" --min-mapping-quality 20 --output {tmp_path}/s.parquet"
    main(parser_of("count-microsatellites").parse_args(words.split()))
    of_tumour, of_normal = read_table(tmp_path / "s.parquet", MICROSATELLITES)
    assert (of_tumour["sample"], of_tumour["name"], of_tumour["counts"]) == ("S", "M1", [1])
    assert (of_normal["first_length"], of_normal["counts"]) == (11, [2])
    assert lengths_of(tmp_path / "s.parquet", "N") == [of_normal]
    bam.with_suffix(".bam.bai").unlink()
    with pytest.raises(UserError, match="has no index; make it with 'samtools index'"):
        main(parser_of("count-microsatellites").parse_args(words.split()))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("chr1\t200\t212\tM1\tA", "is not a microsatellite"),
        ("chr1\t200\t212\tM1\tN\t12", "repeat unit must be of A, C, G and T"),
        ("chr1\t200\t212\tM1\tA\t11", "11 repeats of A are 11 bases, but end less start is 12"),
        ("chr1\t200\t212\tM0\tA\t12", "name is used twice"),
        ("", "holds no locus"),
    ],
)
def test_faulty_loci_are_told_by_line(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "loci.bed"
    first = "chr1\t100\t110\tM0\tT\t10\n" if line else ""
    path.write_text(first + line + "\n")
    with pytest.raises(UserError, match=fault) as error:
        read_loci(path)
    assert error.value.problems[0].startswith(f"{path}:{2 if line else 1}: ")


def test_genome_must_have_the_whole_run(tmp_path: Path) -> None:
    run = Run()
    path = tmp_path / "loci.bed"
    with pysam.FastaFile(str(run.write_fasta(tmp_path / "g.fa"))) as fasta:
        assert flanks(fasta, run.locus, 8)[0] == run.genome[192:200]
        for place, repeats, fault in (
            ((201, 211), 10, "the genome's run of A is longer"),
            ((190, 200), 10, "the genome does not have 10 times A there"),
        ):
            path.write_text(f"chr1\t{place[0]}\t{place[1]}\tM1\tA\t{repeats}\n")
            with pytest.raises(UserError, match=fault):
                flanks(fasta, read_loci(path)[0], 8)
        path.write_text("chrZ\t200\t212\tM1\tA\t12\n")
        with pytest.raises(UserError, match="has no contig chrZ"):
            flanks(fasta, read_loci(path)[0], 8)


@pytest.mark.real_data
def test_lengths_of_a_real_genome(real_data: Path) -> None:
    """One person's genome (HG002): next to all fragments are near the most frequent length."""
    home = real_data / "hg002_wgs_b37"
    loci = [
        Locus("20", start, start + len(unit) * repeats, str(start), unit=unit, repeats=repeats)
        for start, unit, repeats in REAL
    ]
    with (
        pysam.FastaFile(str(home / "20.GRCh37.HG002_36Mb_Npadded.fa.gz")) as fasta,
        pysam.AlignmentFile(str(next(home.glob("*.bam")))) as bam,
    ):
        rows = list(count(bam, fasta, loci, ANCHOR, COUNTING))
    assert min(row["reads"] for row in rows) >= 15
    far = everything = 0
    for row in rows:
        lengths = row["first_length"] + np.arange(len(row["counts"]))
        mode = lengths[np.argmax(row["counts"])]
        assert abs(mode - row["repeats"]) <= 1
        far += sum(c for c, n in zip(row["counts"], lengths, strict=True) if abs(n - mode) > 2)
        everything += row["reads"]
    assert far / everything < 0.01
