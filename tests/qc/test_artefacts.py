"""Damage of the template, told by the orientation of the fragments."""

import json
import random
from math import log10
from pathlib import Path

import numpy as np
import pysam
import pytest
import yaml
from picard import artefact_scores, of_one_contig, plain

from builders import panel_data
from dugnad.qc import measure_artefacts
from dugnad.qc.measure_artefacts import scores
from dugnad.qc.substitutions import Substitutions, by_reference, count
from dugnad.regions import Region

A, C, G, T = range(4)
TARGET = Region("chr1", 0, 2000, "T")


def clean(bases: int = 1_000_000) -> np.ndarray:
    """So many bases of each kind in each orientation, all as the genome has them."""
    counts = np.zeros((2, 4, 4), np.int64)
    counts[:, range(4), range(4)] = bases
    return counts


def test_damage_shows_in_one_orientation() -> None:
    counts = clean()
    counts[0, G, T] += 500  # F1R2: G>T
    counts[1, C, A] += 500  # F2R1: its complement
    found = scores(counts)
    assert found["oxidation"].value == pytest.approx(-10 * log10(1000 / 4_001_000))
    assert found["deamination"].value == 100.0


def test_what_is_alike_in_both_orientations_is_no_damage() -> None:
    counts = clean()
    counts[:, C, T] += 5000
    counts[:, G, A] += 5000
    counts[0, C, T] += 400
    counts[1, C, T] += 400
    assert scores(counts)["deamination"].value == 100.0
    # damage of the other strand is G>A and C>T in the other orientation: not deamination
    counts[1, C, T] += 300
    assert scores(counts)["deamination"].value == 100.0
    counts[0, C, T] += 1300
    assert scores(counts)["deamination"].value == pytest.approx(-10 * log10(1000 / 4.0224e6), 0.01)


def test_too_little_to_tell() -> None:
    few = scores(clean(1000))["oxidation"]
    assert few.value is None
    assert few.source == "too few bases: 4000 of at least 100000"
    amplicon = clean()
    amplicon[1] = 0
    assert "one orientation" in scores(amplicon)["oxidation"].source


def test_variants_are_left_out() -> None:
    seen = np.zeros((2, 3, 4), np.int64)
    seen[:, 0] = [0, 50, 0, 50]  # heterozygous C>T
    seen[:, 1] = [0, 95, 0, 5]  # 5 %
    seen[:, 2] = [0, 100, 0, 0]
    total = by_reference(seen, np.array([C, C, 4], np.uint8), 0.1)
    assert total[:, C].tolist() == [[0, 145, 0, 5]] * 2
    assert total.sum() == 300


@pytest.fixture
def fasta(tmp_path: Path) -> Path:
    path = tmp_path / "g.fa"
    path.write_text(">chr1\n" + "".join(random.Random(1).choices("ACGT", k=2000)) + "\n")
    pysam.faidx(str(path))
    return path


def write_bam(path: Path, fasta: Path, reads: list[dict[str, object]]) -> Path:
    """Reads of 100 bases as the genome has them, but for what each says otherwise."""
    with pysam.FastaFile(str(fasta)) as genome:
        text = genome.fetch("chr1")
    header = {
        "HD": {"VN": "1.6", "SO": "coordinate"},
        "SQ": [{"SN": "chr1", "LN": 2000}],
        "RG": [{"ID": "1", "SM": "S", "LB": "S"}],
    }
    with pysam.AlignmentFile(str(path), "wb", header=header) as out:
        for number, read in enumerate(reads):
            one = pysam.AlignedSegment(out.header)
            one.query_name, one.reference_id, one.reference_start = f"r{number}", 0, 100
            one.flag, one.mapping_quality, one.cigarstring = 99, 60, "100M"
            one.template_length = 200
            one.query_sequence = text[100:200]
            one.query_qualities = pysam.qualitystring_to_array("I" * 100)
            one.set_tag("RG", "1")
            for name, value in read.items():
                setattr(one, name, value)
            out.write(one)
    pysam.index(str(path))
    return path


def counted(tmp_path: Path, fasta: Path, *reads: dict[str, object]) -> Substitutions:
    bam = write_bam(tmp_path / "x.bam", fasta, list(reads))
    return count(bam, fasta, [TARGET], 1000, max_share=1.0)


@pytest.mark.parametrize(
    "read",
    [
        {"flag": 99 | 1024},
        {"flag": 99 | 256},
        {"flag": 99 | 2048},
        {"flag": 99 | 512},
        {"flag": 0},
        {"mapping_quality": 29},
        {"template_length": 59},
        {"template_length": 601},
    ],
)
def test_reads_that_do_not_count(tmp_path: Path, fasta: Path, read: dict[str, object]) -> None:
    assert counted(tmp_path, fasta, read, {}).reads == 1


@pytest.mark.parametrize(("flag", "side"), [(99, 0), (147, 0), (163, 1), (83, 1)])
def test_mates_are_of_one_orientation(tmp_path: Path, fasta: Path, flag: int, side: int) -> None:
    found = counted(tmp_path, fasta, {"flag": flag}).counts
    assert (found[side].sum(), found[1 - side].sum()) == (100, 0)
    assert np.trace(found[side]) == 100


def test_clips_gaps_and_poor_bases(tmp_path: Path, fasta: Path) -> None:
    with pysam.FastaFile(str(fasta)) as genome:
        text = genome.fetch("chr1")
    # 5 clipped, 40 aligned, 3 inserted, 2 deleted, 42 aligned, 10 clipped
    bases = "A" * 5 + text[100:140] + "CCC" + text[142:184] + "T" * 10
    quality = pysam.qualitystring_to_array("I" * 50 + "4" + "5" + "I" * 48)  # 4: 19, 5: 20
    read = {"cigarstring": "5S40M3I2D42M10S", "query_sequence": bases, "query_qualities": quality}
    found = counted(tmp_path, fasta, read).counts
    assert np.trace(found[0]) == found.sum() == 81


def test_as_many_reads_as_asked_for(tmp_path: Path, fasta: Path) -> None:
    bam = write_bam(tmp_path / "x.bam", fasta, [{}] * 50)
    halves = [Region("chr1", 100, 150, "a"), Region("chr1", 150, 200, "b")]
    whole, part = (count(bam, fasta, halves, n, 1.0) for n in (1000, 30))
    assert (whole.reads, part.reads) == (100, 50)
    assert (whole.counts.sum(), part.counts.sum()) == (5000, 2500)
    again = count(bam, fasta, halves[::-1], 30, 1.0)
    assert again.counts.tolist() != [] and again.reads == 50


def damaged(path: Path, fasta: Path, rate: float) -> Path:
    """4,000 pairs, with C>T on the strand that read 1 shows, at a rate; and a VAF of 0.3."""
    chance = random.Random(7)
    with pysam.FastaFile(str(fasta)) as genome:
        text = genome.fetch("chr1")
    variant = next(n for n in range(900, 1100) if text[n] == "C")
    reads: list[dict[str, object]] = []
    for pair in range(4000):
        start, forward, mutant = (
            chance.randrange(1800),
            chance.random() < 0.5,
            chance.random() < 0.3,
        )
        molecule = list(text[start : start + 200])
        if mutant and start <= variant < start + 200:
            molecule[variant - start] = "T"
        old, new = ("C", "T") if forward else ("G", "A")
        for n, base in enumerate(molecule):
            if base == old and chance.random() < rate:
                molecule[n] = new
        flags = (99, 147) if forward else (163, 83)
        for flag, first in zip(flags, (0, 100), strict=True):
            bases = "".join(molecule[first : first + 100])
            place = start + first
            reads.append(
                {
                    "query_name": f"p{pair}",
                    "flag": flag,
                    "reference_start": place,
                    "query_sequence": bases,
                    "query_qualities": pysam.qualitystring_to_array("I" * 100),
                    "next_reference_id": 0,
                    "next_reference_start": start + 100 - first,
                    "template_length": -200 if first else 200,
                }
            )
    reads.sort(key=lambda read: read["reference_start"])  # type: ignore[arg-type,return-value]
    return write_bam(path, fasta, reads)


@pytest.mark.parametrize("rate", [0.002, 0.0])
def test_planted_damage_is_found(tmp_path: Path, fasta: Path, rate: float) -> None:
    """A rate on one strand is half that rate over both orientations; the variant is not damage."""
    bam = damaged(tmp_path / "x.bam", fasta, rate)
    home = tmp_path / "panels/tiny"
    home.mkdir(parents=True)
    (home / "panel.yaml").write_text(yaml.safe_dump(panel_data(hotspots=None)))
    (home / "targets.bed").write_text("chr1\t0\t1200\tA\nchr1\t1000\t2000\tB\n")
    output = tmp_path / "x.json"

    from argparse import Namespace

    files = {
        "sample": "S",
        "bam": bam,
        "fasta": fasta,
        "panel": home / "panel.yaml",
        "output": output,
    }
    measure_artefacts.main(Namespace(**files, max_reads=measure_artefacts.MAX_READS))
    found = json.loads(output.read_text())["S"]
    assert found["oxidation"] == {
        "value": 100.0,
        "unit": "phred",
        "source": "dugnad measure-artefacts",
    }
    if rate:
        assert abs(found["deamination"]["value"] + 10 * log10(rate / 2)) < 0.7
    else:
        assert found["deamination"]["value"] == 100.0


def test_scores_are_picards(tmp_path: Path, fasta: Path) -> None:
    bam = damaged(tmp_path / "x.bam", fasta, 0.002)
    bed = tmp_path / "t.bed"
    bed.write_text("chr1\t0\t2000\n")
    theirs = artefact_scores(bam, fasta, bed, tmp_path)
    ours = scores(count(bam, fasta, [TARGET], 10_000, max_share=0.1).counts)
    assert ours["deamination"].value == pytest.approx(theirs["Deamination"], abs=3)
    assert ours["oxidation"].value == theirs["OxoG"] == 100


REAL = {
    "oxidised exome": (
        "tp53_exome_hg19/ref/17.hs37.TP53_Npadded.fa.gz",
        "tp53_exome_hg19/bam/NA06986.bam",
        (7572814, 7590868),
    ),
    "sound genome": (
        "hg002_wgs_b37/20.GRCh37.HG002_36Mb_Npadded.fa.gz",
        "hg002_wgs_b37/HG002.b37.20_36018823-36039513.bam",
        (36019000, 36039000),
    ),
}


@pytest.mark.parametrize("name", REAL)
def test_scores_of_real_reads_are_picards(real_data: Path, tmp_path: Path, name: str) -> None:
    source, reads, place = REAL[name]
    fasta, bam, bed = (tmp_path / name for name in ("g.fa", "x.bam", "t.bed"))
    target = Region(plain(real_data / source, fasta), *place, "T")
    of_one_contig(real_data / reads, target.chrom, bam)
    bed.write_text(f"{target.chrom}\t{target.start}\t{target.end}\n")
    theirs = artefact_scores(bam, fasta, bed, tmp_path)
    ours = scores(count(bam, fasta, [target], 100_000, max_share=0.1).counts)
    assert (theirs["OxoG"] < 40) == (name == "oxidised exome")
    for mine, named in (("oxidation", "OxoG"), ("deamination", "Deamination")):
        assert ours[mine].value == pytest.approx(theirs[named], abs=3)
