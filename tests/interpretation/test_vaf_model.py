"""Germline or somatic by VAF: against exact fractions, and in cases that a person can judge."""

import math
from fractions import Fraction
from typing import Any

import pytest

from builders import quantity
from dugnad.interpretation.vaf_model import posterior_of
from dugnad.panel_rules import Likelihood

DIPLOID = {"copies": 2, "of_allele": 1, "weight": 1.0}
STATES = [
    DIPLOID | {"weight": 0.60},
    {"copies": 1, "of_allele": 1, "weight": 0.08},
    {"copies": 2, "of_allele": 2, "weight": 0.07},
    {"copies": 3, "of_allele": 2, "weight": 0.12},
    {"copies": 4, "of_allele": 2, "weight": 0.06},
    {"copies": 4, "of_allele": 3, "weight": 0.07},
]


def model(states: list[dict[str, Any]] = STATES, **changes: float) -> Likelihood:
    numbers = {"germline": 0.5, "hotspot_germline": 0.01, "decided": 0.9} | changes
    return Likelihood.model_validate(
        {
            **{name: quantity(value, "fraction") for name, value in numbers.items()},
            "dispersion": quantity(400, "ratio"),
            "copy_states": states,
            "why": "test",
        }
    )


def germline(
    alt: int,
    depth: int,
    purity: float | None,
    is_hotspot: bool = False,
    states: list[dict[str, Any]] = STATES,
) -> float:
    posterior = posterior_of(alt, depth, purity, model(states), is_hotspot)
    assert posterior.germline + posterior.somatic == pytest.approx(1)
    assert 0 <= posterior.germline <= 1
    return posterior.germline


def beta_binomial(alt: int, depth: int, vaf: Fraction) -> Fraction:
    """The chance of exactly so many reads, with a dispersion of 400."""

    def rising(base: Fraction, steps: int) -> Fraction:
        return math.prod((base + i for i in range(steps)), start=Fraction(1))

    vaf = min(max(vaf, Fraction(1, 500)), Fraction(499, 500))
    ways = math.comb(depth, alt) * rising(400 * vaf, alt)
    return ways * rising(400 * (1 - vaf), depth - alt) / rising(Fraction(400), depth)


@pytest.mark.parametrize(
    ("alt", "depth"), [(12, 80), (24, 80), (40, 80), (80, 80), (1, 80), (3, 9)]
)
@pytest.mark.parametrize("prior", [Fraction(1, 2), Fraction(1, 100)])
def test_a_diploid_place_against_exact_fractions(alt: int, depth: int, prior: Fraction) -> None:
    """Purity 0.6: germline at a half, rarely at 1; somatic at 0.3, or in any clone below it."""
    purity = Fraction(6, 10)
    of_germline = Fraction(99, 100) * beta_binomial(alt, depth, Fraction(1, 2))
    of_germline += Fraction(1, 100) * beta_binomial(alt, depth, Fraction(1))
    of_somatic = Fraction(1, 2) * beta_binomial(alt, depth, purity / 2)
    of_somatic += sum(
        Fraction(1, 20) * beta_binomial(alt, depth, purity * Fraction(clone, 10) / 2)
        for clone in range(1, 11)
    )
    exact = prior * of_germline / (prior * of_germline + (1 - prior) * of_somatic)
    found = germline(alt, depth, 0.6, prior == Fraction(1, 100), [DIPLOID])
    assert found == pytest.approx(float(exact), rel=1e-6)


@pytest.mark.parametrize("depth", [100, 500, 3000])
def test_a_heterozygous_variant_of_a_tumour_of_low_purity(depth: int) -> None:
    """Nothing somatic shows in half of the reads when a third of the cells are the tumour's."""
    assert germline(depth // 2, depth, 0.3) > 0.99


@pytest.mark.parametrize(("purity", "alt"), [(0.3, 30), (0.4, 40), (0.8, 80)])
def test_a_clonal_somatic_variant(purity: float, alt: int) -> None:
    """On one of two copies in all tumour cells; a VAF that no germline state comes near."""
    expected = purity / 2
    assert alt / 200 == expected
    found = germline(alt, 200, purity)
    assert (found < 0.1) == (purity < 0.5)


def test_where_a_lost_germline_allele_shows_as_much_as_a_somatic_one() -> None:
    """Purity 0.6: 0.30 if somatic; 0.29 if germline, on the copy that one tumour in twelve lost."""
    either = germline(300, 1000, 0.6)
    assert 0.1 < either < 0.3
    assert germline(300, 1000, 0.6, states=[DIPLOID]) < 0.001
    lost = {"copies": 1, "of_allele": 1, "weight": 1.0}
    assert germline(286, 1000, 0.6, states=[lost]) > 0.8


@pytest.mark.parametrize("purity", [0.2, 0.6, None])
def test_a_low_vaf_is_not_germline(purity: float | None) -> None:
    assert germline(25, 500, purity) < 0.1
    assert germline(5, 500, 0.6) < 0.001
    # but of the few normal cells of a tumour that lost the allele
    assert 0.1 < germline(25, 500, 0.95) < 0.9


@pytest.mark.parametrize("purity", [0.1, 0.4, 0.7, None])
def test_a_homozygous_variant_is_germline(purity: float | None) -> None:
    assert germline(500, 500, purity) > 0.9
    assert germline(499, 500, purity) > 0.9


def test_half_of_the_reads_at_any_purity_are_most_likely_germline() -> None:
    """Somatic at a half needs a nearly pure tumour, or copies lost."""
    assert 0.85 < germline(100, 200, None) < 0.99
    assert germline(100, 200, 0.95) < germline(100, 200, None)


def test_hotspots_are_rarely_germline() -> None:
    for alt, purity in ((60, None), (100, None), (100, 0.6)):
        elsewhere, at_hotspot = germline(alt, 200, purity), germline(alt, 200, purity, True)
        odds = elsewhere / (1 - elsewhere) / 99
        assert at_hotspot == pytest.approx(odds / (1 + odds), rel=1e-6)
        assert at_hotspot < elsewhere
    assert germline(60, 200, None, True) < 0.01


def test_unknown_purity_is_the_mean_of_all() -> None:
    """The likelihoods are averaged, not the verdicts; so it lies between the extremes."""
    stated = [germline(50, 200, step / 20) for step in range(2, 20)]
    assert min(stated) < germline(50, 200, None) < max(stated)


def test_only_the_ratio_of_the_weights_matters() -> None:
    tenfold = [state | {"weight": 10 * state["weight"]} for state in STATES]
    assert germline(70, 200, 0.5, states=tenfold) == pytest.approx(germline(70, 200, 0.5))


@pytest.mark.parametrize("purity", [0.0, 0.01, 1.0])
@pytest.mark.parametrize("alt", [0, 1, 50, 100])
def test_purities_at_the_ends(purity: float, alt: int) -> None:
    assert 0 <= germline(alt, 100, purity) <= 1
    # without tumour cells only germline variants are there
    assert germline(50, 100, 0.0) > 0.999


def test_a_place_that_the_tumour_has_lost() -> None:
    """Both copies: what shows there is of normal cells, which a pure tumour has not."""
    lost = {"copies": 0, "of_allele": 0, "weight": 0.1}
    assert germline(50, 100, 0.5, states=[*STATES, lost]) > 0.5
    assert 0 <= germline(50, 100, 1.0, states=[*STATES, lost]) <= 1
    assert germline(50, 100, 0.5, states=[lost]) > 0.99


@pytest.mark.parametrize(("alt", "depth"), [(1, 1), (0, 1), (50_000, 100_000), (1, 100_000)])
def test_very_low_and_very_high_depth(alt: int, depth: int) -> None:
    assert 0 <= germline(alt, depth, 0.5) <= 1
    if depth > 1:
        assert (germline(alt, depth, 0.5) > 0.9) == (alt > 1)
