"""Artefacts, damage and stutter: rates, strands and lengths."""

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pysam
import pytest
from reading import bases_at, orientation, sequenced
from toy import CONTIGS, RUN, library, whole

from dugnad.demo.damage import stutter_rate
from dugnad.demo.dna import make_shelf
from dugnad.demo.hgvs import Allele
from dugnad.demo.library_recipe import Lengths
from dugnad.demo.molecules import Artefact, Damage, Molecules
from dugnad.demo.targets import Interval


def test_artefact_lies_in_one_orientation(tmp_path: Path) -> None:
    place = 4_200
    ref = CONTIGS["chr1"][place]
    alt = "T" if ref != "T" else "A"
    false = Artefact("chr1", place, ref, alt, 0.2, "F1R2")
    sample = library(depth=600, artefacts=(false,))
    bam = sequenced(sample, tmp_path / "out")
    seen = {kind: Counter(bases) for kind, bases in bases_at(bam, "chr1", place).items()}
    with_it, without = seen["F1R2"], seen["F2R1"]
    assert with_it[alt] / with_it.total() == pytest.approx(0.4, abs=0.08)
    assert without[alt] / without.total() < 0.01
    both = with_it + without
    assert both[alt] / both.total() == pytest.approx(0.2, abs=3 * math.sqrt(0.16 / both.total()))
    fragments, plain = make_shelf(sample).fragments, make_shelf(library(depth=600)).fragments
    assert (fragments.start == plain.start).all()


def test_artefact_in_an_inversion_keeps_its_reference_orientation(tmp_path: Path) -> None:
    place, turn = 4_200, Interval("chr1", 1_000, 7_000)
    ref = CONTIGS["chr1"][place]
    alt = "T" if ref != "T" else "A"
    false = Artefact("chr1", place, ref, alt, 0.3, "F2R1")
    turned = Molecules("turned", 1.0, whole(), (), (turn,))
    bam = sequenced(library((turned,), depth=200, artefacts=(false,)), tmp_path / "out")
    seen = {kind: Counter(bases) for kind, bases in bases_at(bam, "chr1", place).items()}
    assert seen["F2R1"][alt] / seen["F2R1"].total() == pytest.approx(0.6, abs=0.15)
    assert seen["F1R2"][alt] / seen["F1R2"].total() < 0.03


def changes(bam: Path) -> tuple[Counter[tuple[str, str, str]], Counter[tuple[str, str]]]:
    """Base changes and reference bases seen, by orientation."""
    changed: Counter[tuple[str, str, str]] = Counter()
    seen: Counter[tuple[str, str]] = Counter()
    with pysam.AlignmentFile(str(bam)) as file:
        for read in file.fetch():
            if read.is_proper_pair and not read.is_supplementary and read.mapping_quality > 30:
                kind, query = orientation(read), read.query_sequence or ""
                contig = CONTIGS[read.reference_name or ""]
                for at, place in read.get_aligned_pairs(matches_only=True):
                    seen[kind, contig[place]] += 1
                    if query[at] != contig[place]:
                        changed[kind, contig[place], query[at]] += 1
    return changed, seen


def test_damage_has_its_rates_and_strands(tmp_path: Path) -> None:
    sample = library(depth=60, damage=Damage(deamination=0.02, oxidation=0.01))
    changed, seen = changes(sequenced(sample, tmp_path / "out"))
    rates = {key: count / seen[key[:2]] for key, count in changed.items()}
    assert rates["F1R2", "C", "T"] == pytest.approx(0.02, rel=0.15)
    assert rates["F2R1", "G", "A"] == pytest.approx(0.02, rel=0.15)
    assert rates["F1R2", "G", "T"] == pytest.approx(0.01, rel=0.2)
    assert rates["F2R1", "C", "A"] == pytest.approx(0.01, rel=0.2)
    for wrong in (("F1R2", "G", "A"), ("F2R1", "C", "T"), ("F2R1", "G", "T"), ("F1R2", "C", "A")):
        assert rates[wrong] < 0.002


def test_mates_agree_where_they_overlap() -> None:
    """Damage belongs to the fragment, so both reads of a short one show it."""
    sample = library(depth=20, fragment=Lengths(mean=95, sd=1), damage=Damage(0.05))
    shelf = make_shelf(sample)
    rows = np.arange(len(shelf.fragments))
    templates = shelf.templates(rows, np.random.default_rng(1))
    half = templates.shape[1] // 2
    for row, length in enumerate(shelf.fragments.length[:500]):
        one = templates[row, :length]
        two = templates[row, 2 * half - length :]
        assert (one == two).all()
    assert len(shelf.edits.row) > 1_000


def test_stutter_at_a_long_run() -> None:
    """Lengths of a run of 14 and, in other molecules, of 10."""
    shorter = Allele("chr1", RUN.start, "CAAAA", "C")
    mixed = (Molecules("plain", 0.5, whole()), Molecules("short", 0.5, whole(), (shorter,)))
    shelf = make_shelf(library(mixed, depth=3_000, stutter=(RUN,)))
    flanks = CONTIGS["chr1"][RUN.start - 8 : RUN.start], CONTIGS["chr1"][RUN.end : RUN.end + 8]
    seen: Counter[int] = Counter()
    near = np.flatnonzero(
        (shelf.fragments.start > 19_000) & (shelf.fragments.start < 21_000)
        | (shelf.fragments.start >= len(CONTIGS["chr1"]) + len(CONTIGS["chr2"]))
    )
    for row in near:
        first = shelf.fragments.start[row]
        text = shelf.pool[first : first + shelf.fragments.length[row]].tobytes().decode()
        left, right = text.find(flanks[0]), text.rfind(flanks[1])
        if 0 <= left < right:
            seen[right - left - 8] += 1
    long, short = seen[13] + seen[14] + seen[15], seen[9] + seen[10] + seen[11]
    assert long / short == pytest.approx(1, abs=0.15)
    assert seen[13] / long == pytest.approx(0.8 * stutter_rate(14), rel=0.3)
    assert seen[15] / long == pytest.approx(0.2 * stutter_rate(14), rel=0.5)
    assert seen[9] / short == pytest.approx(0.8 * stutter_rate(10), rel=0.6)
    assert stutter_rate(5) == 0
    assert stutter_rate(60) == 0.4
