"""Another person's DNA in a sample, and tumour in a normal, planted and found again."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import people
import pytest

from dugnad.qc import estimate_contamination, tumour_in_normal
from dugnad.qc.contamination_model import stretches, upper_tail
from dugnad.qc.estimate_contamination import contamination
from dugnad.qc.sites import Counts
from dugnad.qc.tumour_in_normal import candidates, is_heterozygous, measures, share
from dugnad.vcf import Call, Support

WHO = ("S", "C", "tumour", "dna")
NORMAL = ("N", "C", "normal", "dna")


def estimate(sample: Counts, normal: Counts | None = None) -> float:
    value = contamination(sample, normal, 30, 10)["contamination"].value
    assert value is not None
    return value


def tube(
    rng: np.random.Generator,
    foreign: float,
    *,
    number: int = 250,
    depth: float = 200,
    purity: float = 0.0,
    contigs: float = 0.0,
    damage: float = 0.0,
) -> tuple[Counts, Counts]:
    """A tumour with somebody else's DNA in it, and the patient's normal."""
    sites = people.make_sites(rng, number)
    mine, other = people.born(rng, sites), people.born(rng, sites)
    own = people.share_of_alt(mine, people.lost(rng, sites, purity, contigs))
    mixed = (1 - foreign) * own + foreign * people.share_of_alt(other)
    normal = people.reads(rng, sites, people.share_of_alt(mine), 60, NORMAL)
    return people.reads(rng, sites, mixed, depth, WHO, damage), normal


@pytest.mark.parametrize("foreign", [0.0, 0.01, 0.02, 0.04, 0.08, 0.2])
def test_planted_shares_are_found(foreign: float) -> None:
    rng = np.random.default_rng(1)
    alone, paired = [], []
    for _ in range(5):
        sample, normal = tube(rng, foreign)
        alone.append(estimate(sample) - foreign)
        paired.append(estimate(sample, normal) - foreign)
    for errors in (alone, paired):
        assert np.abs(errors).max() <= max(0.01, 0.1 * foreign)
        assert abs(np.mean(errors)) <= 0.006


@pytest.mark.parametrize(
    ("purity", "contigs"), [(0.4, 0.5), (0.7, 0.5), (0.9, 0.5), (0.7, 1.0), (0.9, 1.0), (0.97, 1.0)]
)
def test_loss_of_heterozygosity_is_no_foreign_dna(purity: float, contigs: float) -> None:
    rng = np.random.default_rng(2)
    for _ in range(4):
        sample, normal = tube(rng, 0.0, purity=purity, contigs=contigs)
        assert estimate(sample) < 0.007
        assert estimate(sample, normal) < 0.007


@pytest.mark.parametrize("damage", [0.002, 0.01])
def test_deamination_is_no_foreign_dna(damage: float) -> None:
    rng = np.random.default_rng(3)
    assert max(estimate(tube(rng, 0.0, damage=damage)[0]) for _ in range(4)) < 0.005


def test_foreign_dna_in_a_pure_tumour_with_loss() -> None:
    rng = np.random.default_rng(4)
    found = [estimate(*tube(rng, 0.04, purity=0.9, contigs=0.7)) for _ in range(4)]
    assert np.abs(np.array(found) - 0.04).max() < 0.01


def test_interval_holds_the_truth_and_narrows_with_depth() -> None:
    rng = np.random.default_rng(5)
    widths = {}
    for depth in (50, 500):
        held, width = 0, []
        for _ in range(10):
            found = contamination(tube(rng, 0.04, depth=depth)[0], None, 30, 10)
            low, high = (found[f"contamination_{end}"].value or 0 for end in ("lower", "upper"))
            held += low <= 0.04 <= high
            width.append(high - low)
        assert held >= 8
        widths[depth] = float(np.mean(width))
    assert widths[500] < widths[50] / 1.5


def test_a_swapped_normal_is_left_aside() -> None:
    rng = np.random.default_rng(6)
    sites = people.make_sites(rng, 250)
    mine, other, third = (people.share_of_alt(people.born(rng, sites)) for _ in range(3))
    swapped = people.reads(rng, sites, other, 60, NORMAL)
    pure = people.reads(rng, sites, mine, 200)
    dirty = people.reads(rng, sites, 0.96 * mine + 0.04 * third, 200)
    assert estimate(pure, swapped) < 0.005
    assert abs(estimate(dirty, swapped) - 0.04) < 0.01
    note = contamination(pure, swapped, 30, 10)["contamination"].source
    assert "normal of another person, not used" in note


def test_second_witness_counts_sites_with_a_low_level_of_the_other_allele() -> None:
    rng = np.random.default_rng(7)
    clean, dirty = (
        contamination(tube(rng, share)[0], None, 30, 10)["low_level_sites"].value
        for share in (0.0, 0.04)
    )
    assert clean is not None
    assert dirty is not None
    assert clean < 0.02
    assert 0.2 < dirty < 0.8


def test_too_few_sites_is_said() -> None:
    rng = np.random.default_rng(8)
    found = contamination(tube(rng, 0.04, number=25)[0], None, 30, 10)
    assert found["contamination"].value is None
    assert found["contamination"].source.startswith("too few sites: 25 of at least 30")
    assert found["contamination_sites"].value == 25
    shallow = contamination(tube(rng, 0.04, depth=3)[0], None, 30, 10)
    assert shallow["contamination"].value is None


def test_verb_writes_measures(tmp_path: Path) -> None:
    sample, normal = tube(np.random.default_rng(9), 0.04)
    people.write_counts(tmp_path / "s.parquet", sample)
    people.write_counts(tmp_path / "n.parquet", normal)
    parser = argparse.ArgumentParser()
    estimate_contamination.register(parser)
    words = ["--sample", "T", tmp_path / "s.parquet", "--sample", "N", tmp_path / "n.parquet"]
    words += ["--normal", "N", "--output", tmp_path / "m.json"]
    estimate_contamination.main(parser.parse_args([str(word) for word in words]))
    both = json.loads((tmp_path / "m.json").read_text())
    found = both["T"]["contamination"]
    assert found["value"] == pytest.approx(estimate(sample, normal))
    assert found["unit"] == "fraction"
    assert "homozygous sites of the normal" in found["source"]
    assert both["N"]["contamination"]["source"] == "dugnad estimate-contamination"


def test_a_case_without_a_normal_has_no_tumour_in_it(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    tumour_in_normal.register(parser)
    tumour_in_normal.main(parser.parse_args(["--output", str(tmp_path / "m.json")]))
    assert json.loads((tmp_path / "m.json").read_text()) == {}


def test_stretches_stay_within_contigs() -> None:
    contig = np.array([1] * 25 + [2] * 3)
    assert stretches(contig).tolist() == [0, 12, 24, 25]


def test_poisson_tail() -> None:
    tail = upper_tail(np.array([0, 1, 2]), np.array([1.0, 1.0, 1.0]))
    assert tail == pytest.approx([1.0, 1 - np.exp(-1), 1 - 2 * np.exp(-1)])


def calls(
    rng: np.random.Generator, tumour_in_normal: float, number: int = 12, depth: int = 100
) -> Iterator[Call]:
    """Somatic variants of a case whose normal has some tumour in it."""
    for place in range(number):
        vaf = float(rng.uniform(0.15, 0.45))
        alt = int(rng.binomial(400, vaf))
        seen = int(rng.binomial(depth, vaf * tumour_in_normal))
        yield call(place + 1, Support(400, alt, alt / 400), Support(depth, seen, seen / depth))


def call(pos: int, tumour: Support, normal: Support | None, ref: str = "A", alt: str = "G") -> Call:
    return Call("chr1", pos, ref, alt, tumour, normal)


@pytest.mark.parametrize("planted", [0.0, 0.02, 0.05, 0.1, 0.3])
def test_tumour_in_normal_is_found(planted: float) -> None:
    rng = np.random.default_rng(10)
    inside = 0
    for _ in range(10):
        value, low, high = share(list(candidates(calls(rng, planted), [])))
        assert abs(value - planted) <= 0.02 + 0.3 * planted
        inside += low <= planted <= high
    assert inside >= 8


def test_one_odd_call_does_not_decide() -> None:
    rng = np.random.default_rng(11)
    odd = call(999, Support(400, 60, 0.15), Support(100, 25, 0.25))
    found = list(candidates([*calls(rng, 0.0), odd], []))
    assert len(found) == 13
    assert share(found)[0] < 0.02


def test_what_is_no_candidate() -> None:
    good, clean = Support(400, 100, 0.25), Support(100, 0, 0.0)
    assert len(list(candidates([call(1, good, clean)], []))) == 1
    others = [
        call(1, Support(400, 20, 0.05), clean),
        call(1, Support(20, 5, 0.25), clean),
        call(1, good, Support(10, 0, 0.0)),
        call(1, good, Support(100, 48, 0.48)),
        call(1, good, Support(20, 4, 0.2)),
        call(1, good, clean, "AT", "A"),
        call(1, good, None),
        call(1, Support(), clean),
    ]
    assert list(candidates(others, [])) == []


def test_heterozygous_by_chance() -> None:
    assert is_heterozygous(50, 100)
    assert is_heterozygous(5, 20)
    assert not is_heterozygous(20, 100)
    assert not is_heterozygous(0, 15)


def test_too_few_candidates_and_no_source_are_said() -> None:
    found = list(candidates(calls(np.random.default_rng(12), 0.1, number=4), []))
    few = measures(found, 5, True)
    assert few["tumour_in_normal"].value is None
    assert few["tumour_in_normal"].source == "too few somatic variants: 4 of at least 5"
    assert few["tumour_in_normal_variants"].value == 4
    assert measures(found * 3, 5, False)["tumour_in_normal"].value is None
    assert measures(found * 3, 5, True)["tumour_in_normal"].value is not None
