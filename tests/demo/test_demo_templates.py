"""Molecules' genomes, their maps, and the capture profile: arithmetic without a sequencer."""

import numpy as np
import pytest
from toy import CONTIGS, RECIPE, REFERENCE, TARGETS, UNKNOWN, deletion, insertion, snv, whole

from dugnad.demo.capture import capture_profile, fragment_reach, gc_effect, length_chances
from dugnad.demo.fragments import draw_fragments
from dugnad.demo.hgvs import Allele
from dugnad.demo.library_recipe import Lengths
from dugnad.demo.molecules import Molecules
from dugnad.demo.sequence import reverse_complement
from dugnad.demo.targets import Interval
from dugnad.demo.templates import as_bytes, class_genomes, own_contig

FRAGMENT = Lengths(mean=190, sd=55)
TURN = Interval("chr1", 5_000, 9_000)


def test_alleles_move_what_follows() -> None:
    alleles = [deletion("chr1", 1_000, 5), snv("chr1", 1_200), insertion("chr1", 2_000, "GATTACA")]
    one = CONTIGS["chr1"]
    own = own_contig(as_bytes(one), alleles, ())
    made = own.sequence.tobytes().decode()
    base = alleles[1].alt
    expected = one[:1_000] + one[1_005:1_199] + base + one[1_200:2_000] + "GATTACA" + one[2_000:]
    assert made == expected
    for start, end in ((0, 10), (990, 1_000), (1_005, 1_100), (1_500, 1_600), (2_100, 32_000)):
        low, high, turned = own.interval(start, end)
        assert (made[low:high], turned) == (one[start:end], False)
    assert own.interval(1_998, 2_002)[1] - own.interval(1_998, 2_002)[0] == 4 + 7
    reference = own.reference()
    assert len(reference) == len(made)
    same = np.frombuffer(made.encode(), np.uint8) == as_bytes(one)[reference]
    assert len(made) - same.sum() <= 1 + 7


def test_a_run_that_lost_bases_is_found_at_its_new_length() -> None:
    """The anchor of a deletion is no part of the deleted interval."""
    own = own_contig(as_bytes("CCGT" + "A" * 10 + "TGCC"), [Allele("x", 4, "TAAA", "T")], ())
    low, high, _ = own.interval(4, 14)
    assert own.sequence[low:high].tobytes() == b"A" * 7


def test_an_inversion_turns_its_alleles_too() -> None:
    alleles = [deletion("chr1", 6_000, 4), snv("chr1", 7_000)]
    one = CONTIGS["chr1"]
    own = own_contig(as_bytes(one), alleles, [TURN])
    changed = one[5_000:6_000] + one[6_004:6_999] + alleles[1].alt + one[7_000:9_000]
    made = own.sequence.tobytes().decode()
    assert made == one[:5_000] + reverse_complement(changed) + one[9_000:]
    for start, end in ((5_000, 5_100), (6_500, 6_600), (8_900, 9_000)):
        low, high, turned = own.interval(start, end)
        assert turned
        assert reverse_complement(made[low:high]) == one[start:end]
    low, high, turned = own.interval(9_000, 9_100)
    assert (made[low:high], turned) == (one[9_000:9_100], False)
    reference = own.reference()
    assert reference[4_999] == 4_999
    assert reference[5_000] == 8_999
    assert reference[-1] == len(one) - 1
    with pytest.raises(ValueError, match="inversion ends"):
        own.interval(4_900, 5_100)


@pytest.mark.parametrize(
    ("alleles", "problem"),
    [
        ([Allele("chr1", 100, "NNN", "A")], "does not fit"),
        ([deletion("chr1", 100, 5), snv("chr1", 103)], "overlaps"),
        ([deletion("chr1", 4_998, 6)], "overlaps"),
    ],
)
def test_impossible_alleles_are_refused(alleles: list[Allele], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        own_contig(as_bytes(CONTIGS["chr1"]), alleles, [TURN])


def test_unchanged_contigs_are_stored_once() -> None:
    changed = Molecules("changed", 0.5, whole(), (snv("chr1", 100),))
    again = Molecules("again", 0.5, whole(), changed.alleles)
    genomes, pool = class_genomes(CONTIGS, [REFERENCE, changed, again])
    assert len(pool) == len(CONTIGS["chr1"]) * 2 + len(CONTIGS["chr2"])
    assert genomes[0].offsets["chr2"] == genomes[1].offsets["chr2"]
    assert genomes[0].offsets["chr1"] != genomes[1].offsets["chr1"]
    assert genomes[1].offsets == genomes[2].offsets


def test_fragment_lengths_have_the_mean_and_spread_asked_for() -> None:
    chances = length_chances(FRAGMENT)
    lengths = np.arange(len(chances))
    mean = (chances * lengths).sum()
    assert mean == pytest.approx(190, rel=0.01)
    assert (chances * (lengths - mean) ** 2).sum() ** 0.5 == pytest.approx(55, rel=0.02)
    assert np.flatnonzero(chances)[0] >= 40


def test_reads_reach_no_further_than_their_length() -> None:
    """300 bases with reads of 100: the middle third is not read."""
    chances = np.zeros(601)
    chances[300] = 1
    reach = fragment_reach(chances, 100)
    assert reach.sum() == 200
    assert set(np.flatnonzero(reach == 0)) >= set(range(250, 350))


def test_off_target_share_and_unknown_bases() -> None:
    profile = capture_profile(CONTIGS, TARGETS, FRAGMENT, RECIPE, 1)
    assert not profile["chr2"][UNKNOWN.start : UNKNOWN.end].any()
    far = np.ones(len(CONTIGS["chr1"]), bool)
    for item in (t for t in TARGETS if t.contig == "chr1"):
        far[item.start - 600 : item.end + 600] = False
    background = profile["chr1"][far].mean()
    known = sum(len(s) - s.count("N") for s in CONTIGS.values())
    share = background * known / sum(p.sum() for p in profile.values())
    assert share == pytest.approx(RECIPE.off_target, rel=0.05)
    assert (profile["chr1"] > 0).all()


def test_targets_differ_by_the_assay_alone() -> None:
    """The factor of a target depends on its place and the genome's seed, not on its company."""
    uneven = RECIPE.model_copy(update={"unevenness": 0.5, "off_target": 0.0})
    everything = capture_profile(CONTIGS, TARGETS, FRAGMENT, uneven, 1)["chr1"]
    some = capture_profile(CONTIGS, TARGETS[3:5], FRAGMENT, uneven, 1)["chr1"]
    other = capture_profile(CONTIGS, TARGETS, FRAGMENT, uneven, 2)["chr1"]
    middles = [t.start + 200 for t in TARGETS if t.contig == "chr1"]
    assert (everything[middles[3:5]] == some[middles[3:5]]).all()
    assert np.std(np.log(everything[middles])) == pytest.approx(0.5, rel=0.4)
    assert not np.isclose(everything[middles], other[middles]).any()


def test_gc_rich_and_gc_poor_stretches_suffer() -> None:
    sequence = "ACGT" * 100 + "GC" * 200 + "ACGT" * 100 + "AT" * 200 + "N" * 200
    effect = gc_effect(as_bytes(sequence))
    assert effect[200] == pytest.approx(1)
    assert effect[600] == pytest.approx(0.35)
    assert effect[1_400] == pytest.approx(0.5)


def test_no_fragment_touches_unknown_bases_or_leaves_its_contig() -> None:
    genomes, pool = class_genomes(CONTIGS, [REFERENCE])
    profile = capture_profile(CONTIGS, TARGETS, FRAGMENT, RECIPE, 1)
    drawn = draw_fragments(genomes, pool, profile, length_chances(FRAGMENT), 20_000, 3)
    assert len(drawn) == 20_000
    assert (np.diff(drawn.start) >= 0).all()
    start, end = drawn.start, drawn.start + drawn.length
    border = len(CONTIGS["chr1"])
    assert not ((start < border) & (end > border)).any()
    low, high = border + UNKNOWN.start, border + UNKNOWN.end
    assert not ((start < high) & (end > low)).any()
    assert ((start < high + 300) & (start >= high)).any()
    assert drawn.forward.mean() == pytest.approx(0.5, abs=0.02)


def test_turned_and_moved_stretches_are_captured_as_their_reference_is() -> None:
    """Capture and copies follow the sequence, wherever it lies in the molecule."""
    changes = (insertion("chr1", 500, "ACGT" * 300), deletion("chr1", 31_000, 500))
    moved = Molecules("moved", 1.0, whole(), changes, (Interval("chr1", 2_900, 15_500),))
    profile = capture_profile(CONTIGS, TARGETS, FRAGMENT, RECIPE, 1)
    shares = []
    for molecules in (REFERENCE, moved):
        genomes, pool = class_genomes(CONTIGS, [molecules])
        drawn = draw_fragments(genomes, pool, profile, length_chances(FRAGMENT), 20_000, 3)
        own = genomes[0].contigs["chr1"].reference()
        middle = drawn.start + drawn.length // 2 - genomes[0].offsets["chr1"]
        places = own[middle[(middle >= 0) & (middle < len(own))]]
        shares.append([((places >= t.start) & (places < t.end)).mean() for t in TARGETS[:14]])
    assert np.mean(shares[0]) > 0.03
    assert shares[1] == pytest.approx(shares[0], rel=0.2)
