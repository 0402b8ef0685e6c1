"""RNA reads: splicing, alleles, marks, degradation."""

from pathlib import Path

import numpy as np
import pytest
from reading import carriers, pairs, require
from toy import CONTIGS, REFERENCE, lanes, rna, snv, whole

from dugnad.demo.capture import length_chances
from dugnad.demo.library import RnaLibrary
from dugnad.demo.library_recipe import Lengths
from dugnad.demo.molecules import Molecules, RnaTranscript
from dugnad.demo.rna import make_rna_shelf, sequence_rna, spliced
from dugnad.demo.sequence import reverse_complement
from dugnad.demo.targets import Interval
from dugnad.demo.templates import class_genomes
from dugnad.errors import UserError

ONE, TWO = CONTIGS["chr1"], CONTIGS["chr2"]
A = [Interval("chr1", s, s + 300) for s in (2_000, 4_000, 6_000)]
B = [Interval("chr2", s, s + 300) for s in (4_000, 2_000)]
NORMAL = RnaTranscript("A", tuple((e, "+") for e in A), 1.0, unless="skips")
SKIPPING = RnaTranscript("A-skip", ((A[0], "+"), (A[2], "+")), 1.0, only="skips")
REVERSE = RnaTranscript("B", tuple((e, "-") for e in B), 2.0)
FUSION = RnaTranscript("A-B", ((A[0], "+"), (B[1], "-")), 1.0, only="fused")

JOIN_A = ONE[2_285:2_300] + ONE[4_000:4_015]
SKIP_A = ONE[2_285:2_300] + ONE[6_000:6_015]
JOIN_B = reverse_complement(TWO[2_285:2_300] + TWO[4_000:4_015])
JOIN_AB = ONE[2_285:2_300] + reverse_complement(TWO[2_285:2_300])


def reads_of(library: RnaLibrary, directory: Path) -> list[tuple[str, str]]:
    require("art_illumina")
    paths = lanes(directory)
    assert sequence_rna(library, paths) == library.pairs
    found = pairs(paths)
    assert len(found) == library.pairs
    return found


def test_spliced_sequence_carries_the_alleles() -> None:
    change = snv("chr1", 4_100)
    genomes, _ = class_genomes(CONTIGS, [Molecules("m", 1.0, whole(), (change,))])
    exon = ONE[4_000:4_099] + change.alt + ONE[4_100:4_300]
    bases = spliced(NORMAL, genomes[0]).tobytes().decode()
    assert bases == ONE[2_000:2_300] + exon + ONE[6_000:6_300]
    bases = spliced(REVERSE, genomes[0]).tobytes().decode()
    assert bases == reverse_complement(TWO[2_000:2_300] + TWO[4_000:4_300])


def test_an_inversion_leaves_the_message_alone() -> None:
    turn = Interval("chr1", 3_000, 5_000)
    genomes, _ = class_genomes(CONTIGS, [REFERENCE, Molecules("t", 1.0, whole(), (), (turn,))])
    assert (spliced(NORMAL, genomes[0]) == spliced(NORMAL, genomes[1])).all()


def test_marks_decide_what_is_expressed(tmp_path: Path) -> None:
    """Half of the molecules skip the middle exon, and some of these have the fusion."""
    mixed = (
        Molecules("plain", 0.5, whole()),
        Molecules("skips", 0.5, whole(), marks=frozenset({"skips"})),
    )
    everything = (NORMAL, SKIPPING, REVERSE, FUSION)
    reads = reads_of(rna(everything, mixed, pairs=20_000), tmp_path / "one")
    joined, skipped, fused = (carriers(reads, text) for text in (JOIN_A, SKIP_A, JOIN_AB))
    assert joined > 200
    assert skipped / joined == pytest.approx(1, abs=0.2)
    assert fused == 0
    assert carriers(reads, JOIN_B) / (skipped + joined) == pytest.approx(2, rel=0.2)
    assert carriers(reads, ONE[3_000:3_030]) == 0
    marked = (Molecules("fused", 1.0, whole(), marks=frozenset({"fused", "skips"})),)
    again = reads_of(rna(everything, marked, pairs=5_000), tmp_path / "two")
    assert carriers(again, JOIN_AB) > 100
    assert carriers(again, JOIN_A) == 0


def test_alleles_and_copies_show_in_the_reads(tmp_path: Path) -> None:
    change = snv("chr1", 4_100)
    mixed = (Molecules("m", 0.5, whole(3), (change,)), Molecules("n", 0.5, whole(1)))
    reads = reads_of(rna((NORMAL,), mixed), tmp_path / "out")
    alt = carriers(reads, ONE[4_087:4_099] + change.alt + ONE[4_100:4_112])
    ref = carriers(reads, ONE[4_087:4_112])
    assert alt / (alt + ref) == pytest.approx(0.75, abs=0.05)


def test_degraded_rna_is_short_and_from_the_3_prime_end() -> None:
    long = RnaTranscript("L", ((Interval("chr1", 10_000, 13_000), "+"),), 1.0)
    degraded = Lengths(mean=90, sd=25)
    loci = (Interval("chr1", 9_000, 15_000),)
    sound = rna((long,), (REFERENCE,), loci=loci)
    poor = rna((long,), (REFERENCE,), loci=loci, degraded=True, fragment=degraded)
    size = sum(map(len, CONTIGS.values()))
    shares = []
    for library in (sound, poor):
        shelf = make_rna_shelf(library, 4_000)
        message = shelf.fragments.start >= size
        shares.append(float(np.mean(shelf.fragments.start[message] > size + 2_000)))
        background = shelf.fragments.start[~message]
        assert (~message).mean() == pytest.approx(0.30 if library.degraded else 0.05, abs=0.001)
        assert background.min() > 8_700
        assert background.max() < 15_000
        expected = length_chances(library.fragment) @ np.arange(601)
        assert shelf.fragments.length.mean() == pytest.approx(expected, rel=0.05)
    assert shares[0] < 0.4
    assert shares[1] > 0.8


def test_pairs_are_exact_with_duplicates(tmp_path: Path) -> None:
    library = rna((NORMAL,), (REFERENCE,), pairs=3_333, duplicates=0.4)
    assert len(set(reads_of(library, tmp_path / "out"))) > 2_000


def test_nothing_expressed_is_an_error() -> None:
    with pytest.raises(UserError, match="no transcript is expressed"):
        make_rna_shelf(rna((FUSION,), (REFERENCE,)), 10)
