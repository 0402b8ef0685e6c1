"""DNA reads: deterministic, anonymous, and with the depth and fractions of the model."""

import hashlib
import math
from collections import defaultdict
from pathlib import Path

import numpy as np
import pysam
import pytest
from reading import align, carriers, pairs, records, require, sequenced
from toy import (
    CONTIGS,
    RECIPE,
    REFERENCE,
    RUN,
    TARGETS,
    UNKNOWN,
    deletion,
    insertion,
    lanes,
    library,
    snv,
    whole,
)

from dugnad.demo import sequencer
from dugnad.demo.capture import expected_depth
from dugnad.demo.dna import make_shelf, sequence_dna
from dugnad.demo.fastq import read_names
from dugnad.demo.library import DnaLibrary, copies_per_fragment
from dugnad.demo.library_recipe import Lengths, UmiRecipe
from dugnad.demo.molecules import Copies, Damage, Molecules
from dugnad.demo.sequence import reverse_complement
from dugnad.demo.targets import Interval
from dugnad.errors import UserError

FLANK = 12
UMI = UmiRecipe(length=6, skip=1, family=3.0)


@pytest.fixture
def art() -> None:
    require("art_illumina")


def made(library: DnaLibrary, directory: Path, workers: int = 2) -> list[tuple[Path, Path]]:
    paths = lanes(directory, library.lanes)
    sequence_dna(library, paths, workers)
    return paths


def checksums(paths: list[tuple[Path, Path]]) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for pair in paths for path in pair]


@pytest.mark.usefixtures("art")
def test_same_seed_same_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the number of workers; another seed gives other reads."""
    monkeypatch.setattr(sequencer, "BLOCK", 700)
    small = library(depth=20, lanes=2, damage=Damage(0.01), stutter=(RUN,))
    one = checksums(made(small, tmp_path / "one", workers=1))
    assert one == checksums(made(small, tmp_path / "two", workers=3))
    other = checksums(made(library(depth=20, lanes=2, seed=6), tmp_path / "three"))
    assert not set(one) & set(other)


@pytest.mark.usefixtures("art")
def test_fastq_pairs_are_sound_and_tell_nothing(tmp_path: Path) -> None:
    small = library(depth=20, lanes=2)
    paths = lanes(tmp_path / "out", 2)
    written = sequence_dna(small, paths)
    names: list[str] = []
    for one, two in ([records(path) for path in pair] for pair in paths):
        assert [r[0].split()[0] for r in one] == [r[0].split()[0] for r in two]
        assert {r[0].split()[1] for r in one} == {"1:N:0:SYNTHETIC"}
        assert {r[0].split()[1] for r in two} == {"2:N:0:SYNTHETIC"}
        assert {len(text) for r in one + two for text in r[1:]} == {RECIPE.length}
        assert not any("N" in r[1] or "chr" in r[0] for r in one + two)
        assert len(one) == pytest.approx(written / 2, abs=1)
        names += [r[0].split()[0] for r in one]
    assert len(set(names)) == len(names) == written
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_read_names_differ_over_tiles() -> None:
    names = read_names(79_990, 20, 1)
    assert len({bytes(row) for row in names}) == 20


def test_without_art_the_user_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="apt-get install art-nextgen-simulation-tools"):
        sequence_dna(library(depth=1), lanes(tmp_path))


def test_nothing_to_capture_is_an_error() -> None:
    with pytest.raises(UserError, match="no molecule has a copy"):
        make_shelf(library((Molecules("none", 1.0, ()),)))


ALLELES = (snv("chr1", 2_200), deletion("chr1", 4_200, 12), insertion("chr1", 6_200, "GATTACA" * 5))


@pytest.mark.usefixtures("art")
def test_fractions_follow_the_model(tmp_path: Path) -> None:
    """Within three standard deviations, for a base, a deletion and a long insertion."""
    share = 0.3
    mixed = (
        Molecules("changed", share, whole(), ALLELES),
        Molecules("plain", 1 - share, whole()),
    )
    reads = pairs(made(library(mixed, depth=500), tmp_path / "out"))
    one = CONTIGS["chr1"]
    for allele in ALLELES:
        start, end = allele.position - 1, allele.position - 1 + len(allele.ref)
        left, right = one[start - FLANK : start], one[end : end + 2 * FLANK]
        shown = [(left + text + right)[: 2 * FLANK] for text in (allele.alt, allele.ref)]
        alt, ref = (carriers(reads, text) for text in shown)
        seen = alt + ref
        assert seen > 200
        assert abs(alt / seen - share) < 3 * math.sqrt(share * (1 - share) / seen), allele


def test_depth_is_as_expected_with_copies(tmp_path: Path) -> None:
    """Eight copies of one target, two of all others. Beside unknown bases there is less."""
    eight, two, edge = TARGETS[1], TARGETS[-2], TARGETS[-1]
    area = Interval("chr1", 3_000, 5_200)
    gained = Molecules("gained", 1.0, (Copies("chr1", area.start, area.end, 6),))
    sample = library((REFERENCE, gained), depth=300)
    expected, plain = expected_depth(sample), expected_depth(library(depth=300))
    ratio = {t: expected[t] / plain[t] for t in TARGETS}
    assert ratio[eight] / ratio[two] == pytest.approx(4, rel=0.01)
    assert ratio[two] < 1
    bases = sum(t.end - t.start for t in TARGETS)
    mean = sum(plain[t] * (t.end - t.start) for t in TARGETS) / bases
    assert mean == pytest.approx(300, rel=0.001)
    bam = sequenced(sample, tmp_path / "out")
    for target in TARGETS:
        text = pysam.depth("-a", "-s", "-r", f"{target.contig}:{target.start + 1}-{target.end}",
                           str(bam))  # fmt: skip
        counts = [int(line.split("\t")[2]) for line in text.splitlines()]
        error = 5 / math.sqrt(expected[target] * 4) + 0.01
        if target != edge:
            assert np.mean(counts) == pytest.approx(expected[target], rel=error), target
    with pysam.AlignmentFile(str(bam)) as file:
        inside = file.fetch(UNKNOWN.contig, UNKNOWN.start, UNKNOWN.end)
        assert not any(r.get_overlap(UNKNOWN.start, UNKNOWN.end) > 5 for r in inside)


@pytest.mark.usefixtures("art")
def test_inversion_shows_at_both_ends(tmp_path: Path) -> None:
    turn = Interval("chr1", 2_100, 6_100)
    one = CONTIGS["chr1"]
    turned = Molecules("turned", 1.0, whole(1), (snv("chr1", 4_200),), (turn,))
    reads = pairs(made(library((turned,), depth=60), tmp_path / "out"))
    junctions = (
        one[2_080:2_100] + reverse_complement(one[6_080:6_100]),
        reverse_complement(one[2_100:2_120]) + one[6_100:6_120],
    )
    for text in junctions:
        assert carriers(reads, text) > 20
    for lost in (one[2_080:2_120], one[6_080:6_120], one[4_190:4_210]):
        assert carriers(reads, lost) == 0


@pytest.mark.usefixtures("art")
def test_short_fragments_run_into_the_adapters(tmp_path: Path) -> None:
    short = library(depth=30, fragment=Lengths(mean=70, sd=5))
    reads = pairs(made(short, tmp_path / "out"))
    ends = []
    for pair in reads:
        ends.append([s.find(a[:12]) for s, a in zip(pair, RECIPE.adapters, strict=True)])
    both = [(a, b) for a, b in ends if a >= 0 and b >= 0]
    assert len(both) > 0.9 * len(reads)
    assert sum(a == b for a, b in both) > 0.97 * len(both)
    assert np.mean([a for a, _ in both]) == pytest.approx(70, abs=1)
    full = sum(RECIPE.adapters[0][:25] in one for one, _ in reads)
    assert full > 0.5 * len(reads)


def test_duplicates_are_the_fraction_asked_for() -> None:
    copies = copies_per_fragment(50_000, 0.25, None, 1)
    assert 1 - len(copies) / copies.sum() == pytest.approx(0.25, abs=0.01)
    assert copies.min() == 1
    assert copies_per_fragment(50_000, 0.25, UMI, 1).mean() == pytest.approx(3, rel=0.02)


def test_umi_families_share_umi_and_place(tmp_path: Path) -> None:
    require("art_illumina", "bwa", "samtools")
    tagged = library(depth=15, umi=UMI)
    paths = made(tagged, tmp_path / "out")
    reads = pairs(paths)
    assert sum(one[6] == two[6] == "T" for one, two in reads) > 0.98 * len(reads)
    bam = align(CONTIGS, paths, tmp_path, trim=UMI.prefix)
    names = [r[0].split()[0][1:] for r in records(paths[0][0])]
    umis = {name: one[:6] + two[:6] for name, (one, two) in zip(names, reads, strict=True)}
    families: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    with pysam.AlignmentFile(str(bam)) as file:
        for read in file.fetch():
            if read.is_read1 and read.is_proper_pair and not read.is_supplementary:
                place = min(read.reference_start, read.next_reference_start)
                families[umis[read.query_name or ""]].append(
                    (read.reference_name or "", place, abs(read.template_length))
                )
    large = [places for places in families.values() if len(places) > 1]
    assert len(large) > 500
    assert sum(len(set(places)) == 1 for places in large) > 0.85 * len(large)
    assert len(reads) / len(make_shelf(tagged).fragments) == pytest.approx(3, rel=0.05)
