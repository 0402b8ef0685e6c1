"""Genes are called by the panel's limits, and what cannot be called is said to be so."""

from dataclasses import replace

import numpy as np
import pytest
from simulated_bins import SOME, Event, judged, part_exons, rules, simulate

from dugnad.copy_number.analysis import analyse, beside
from dugnad.copy_number.calls import call_of
from dugnad.copy_number.gene_table import Table
from dugnad.copy_number.genes import locate
from dugnad.copy_number.levels import Level, Mixture
from dugnad.copy_number.tell import part_of, segment_rows

CONTEXT = [Event("chr3", 0, 14, 1), Event("chr8", 15, 29, 4, 1), Event("chr13", 0, 29, 2, 0)]
SMALL = part_exons("chr9", "SMALL", 10, 13)
BIG = part_exons("chr7", "BIG", 8, 19)


def test_focal_deletion_of_one_small_gene() -> None:
    events = [*CONTEXT, Event("chr9", 10, 13, 0)]
    analysis, rows = judged(events, SMALL, noise=0.08)
    row = rows["SMALL", None]
    assert (row["call"], row["confidence"], row["focal"]) == ("homozygous_deletion", "high", True)
    assert row["copies"] == pytest.approx(0, abs=0.2)
    assert row["loh"] is True
    assert "deleted below 0.5" in str(row["reason"])
    deleted = [s for s in segment_rows(analysis, rules()) if s["chrom"] == "chr9"]
    assert [s["total_copies"] for s in deleted] == [2, 0, 2]


def test_amplification_within_a_fifth() -> None:
    _, rows = judged([*CONTEXT, Event("chr7", 8, 19, 10, 1)], BIG)
    row = rows["BIG", None]
    assert (row["call"], row["confidence"]) == ("amplification", "high")
    assert row["copies"] == pytest.approx(10, rel=0.2)
    assert row["copies_lower"] <= 10 <= row["copies_upper"]  # type: ignore[operator]
    assert row["loh"] is False


def test_many_copies_are_a_gain_below_three_times_the_ploidy() -> None:
    level = Level(6.4, 7.0, 6.8, 7.2, 7, 1, False, 1.0)
    mixture = Mixture(0.8, 0.8, 0.8, 0.0, (0.8,), (0.0,), (1.0,), 3.5)
    verdict = call_of(level, 2, 20.0, 4.0, mixture, rules())
    assert verdict.call == "gain"
    assert "not amplified below 3 times the ploidy (10.5)" in verdict.reason


def test_loss_that_baf_excludes() -> None:
    """One copy by depth, while both parents' alleles are even: no loss."""
    level = Level(1.4, 1.3, 1.2, 1.4, 2, 1, False, 0.99)
    mixture = Mixture(0.6, 0.6, 0.6, 0.0, (0.6,), (0.0,), (1.0,), 2.0)
    verdict = call_of(level, 2, -9.0, 4.0, mixture, rules())
    assert (verdict.call, "BAF shows both" in verdict.reason) == ("neutral", True)


def test_copy_neutral_loh() -> None:
    _, rows = judged(CONTEXT, part_exons("chr13", "NEUTRAL", 3, 12))
    row = rows["NEUTRAL", None]
    assert (row["call"], row["loh"], row["minor_copies"]) == ("neutral", True, 0)


def test_loh_is_not_told_by_depth_alone() -> None:
    _, rows = judged([], part_exons("chr13", "NEUTRAL", 3, 12), stated=0.6, site_every=0)
    assert rows["NEUTRAL", None]["loh"] is None
    assert rows["NEUTRAL", None]["minor_copies"] is None


def test_exons_that_are_lost_or_doubled() -> None:
    lost, doubled = Event("chr7", 11, 12, 1), Event("chr7", 11, 13, 3, 1)
    for event, name, call in ((lost, "4-5", "loss"), (doubled, "4-6", "gain")):
        _, rows = judged([*CONTEXT, event], BIG, noise=0.04)
        assert rows["BIG", None]["call"] == "neutral"
        assert rows["BIG", name]["call"] == call, rows["BIG", name]["reason"]
    _, rows = judged(CONTEXT, BIG)
    assert list(rows) == [("BIG", None)]


def test_one_exon_of_one_bin_is_of_low_confidence() -> None:
    _, rows = judged([*CONTEXT, Event("chr7", 11, 11, 0)], BIG, noise=0.04)
    row = rows["BIG", "4"]
    assert (row["call"], row["confidence"]) == ("homozygous_deletion", "low")
    assert "one bin alone" in str(row["reason"])


def test_less_than_the_normal_cells_leave_is_no_deletion() -> None:
    """Probes that fail give no depth at all; at 60 % purity a deletion leaves 40 % of it."""
    sample, sites = simulate(CONTEXT)
    sample.log2[(sample.bins.chrom == "chr9") & (sample.bins.start < 70_000)] = -4.9
    analysis = analyse(sample, sites, [], None, rules())
    table = Table(analysis, None, rules())
    genes = locate(["SMALL"], SMALL, sample.bins)
    row = table.row(table.find(genes)[0])
    assert row["call"] == "not_assessable"
    assert "the probes failed" in row["reason"]
    assert row["copies"] is None


def test_too_few_bins_are_not_assessable() -> None:
    _, rows = judged([], part_exons("chr5", "TINY", 4, 5), stated=0.5)
    assert rows["TINY", None]["call"] == "not_assessable"
    assert "2 usable bins, of the 3" in str(rows["TINY", None]["reason"])


def test_a_woman_has_no_y() -> None:
    _, rows = judged([], part_exons("chrY", "MALE", 4, 12), stated=0.5)
    assert rows["MALE", None]["call"] == "not_assessable"
    assert rows["MALE", None]["normal_copies"] == 0


def test_par_has_two_copies_in_a_man() -> None:
    genes = part_exons("chrX", "PAR", 0, 2) + part_exons("chrX", "REST", 4, 12)
    _, rows = judged([], genes, stated=0.5, sex="male")
    assert rows["PAR", None]["normal_copies"] == 2
    assert rows["REST", None]["normal_copies"] == 1
    assert {row["call"] for row in rows.values()} == {"neutral"}


def test_without_purity_a_deviation_is_of_low_confidence() -> None:
    events = [Event("chr9", 10, 13, 4, 1)]
    _, rows = judged(events, SMALL, purity=0.4, site_every=0)
    row = rows["SMALL", None]
    assert (row["call"], row["confidence"], row["copies"]) == ("gain", "low", None)
    assert "purity is not known" in str(row["reason"])


def test_flat_reference_lowers_confidence_and_has_no_z_score() -> None:
    _, rows = judged([*CONTEXT, Event("chr7", 8, 19, 10, 1)], BIG, spread=None)
    row = rows["BIG", None]
    assert (row["call"], row["confidence"], row["z_score"]) == ("amplification", "low", None)
    assert "flat reference" in str(row["reason"])


def test_what_the_normal_shows_too_is_doubted() -> None:
    event = Event("chr9", 10, 13, 1)
    normal, _ = simulate([event], purity=1.0, seed=5)
    _, rows = judged([*CONTEXT, event], SMALL, normal=normal)
    assert rows["SMALL", None]["confidence"] == "low"
    assert "the normal's depth differs there too" in str(rows["SMALL", None]["reason"])


def test_record_says_which_calls_hang_on_purity() -> None:
    events = [*CONTEXT, Event("chr9", 10, 13, 1)]
    sample, sites = simulate(events)
    analysis = analyse(sample, sites, [], 0.25, rules())
    table = Table(analysis, None, rules())
    found = table.find(locate(["SMALL"], SMALL, sample.bins))
    part = part_of(table, found, [table.row(one) for one in found], ["a note"], "0.9")
    assert part.genes[0].call == "loss"
    others = {(row.label, row.call) for row in part.sensitivity}
    assert ("half", "homozygous_deletion") in others or ("half", "not_assessable") in others
    assert {"stated", "half"} <= {row.label for row in part.sensitivity}
    assert len(part.depth.pos) == len(part.depth.value) <= 4000
    assert part.notes == ("a note",)
    assert not part.flat_reference


def test_a_normal_has_no_event() -> None:
    genes = [exon for chrom in SOME[:10] for exon in part_exons(chrom, f"G{chrom}", 5, 14)]
    analysis, rows = judged([], genes, stated=0.4, noise=0.15, seed=8)
    assert {row["call"] for row in rows.values()} == {"neutral"}
    assert all(row["exons"] is None for row in rows.values())
    assert not any(segment["loh"] for segment in segment_rows(analysis, rules()))


def test_own_normal_takes_the_place_of_a_flat_reference() -> None:
    """What probes catch is the same in both samples, and leaves the tumour's change alone."""
    event = Event("chr9", 10, 13, 0)
    sample, _ = simulate([*CONTEXT, event], spread=None)
    normal, _ = simulate([], seed=5, spread=None)
    caught = np.random.default_rng(1).normal(0, 0.5, len(sample.bins))
    tumour = beside(replace(sample, log2=sample.log2 + caught),
                    replace(normal, log2=normal.log2 + caught))  # fmt: skip
    assert tumour.beside_normal
    assert tumour.noise == pytest.approx(0.1, abs=0.03)
    lost = (tumour.bins.chrom == "chr9") & (tumour.bins.start < 70_000)
    assert np.nanmin(tumour.log2[lost]) < -1


def test_bins_of_one_target_are_one_against_a_flat_reference() -> None:
    flat, held = simulate([], spread=None)[0], simulate([])[0]
    assert flat.sd[0] == pytest.approx(held.sd[0] * 10**0.5)  # ten bins share a label
