"""The probability of errors, against sums of exact fractions."""

import math
import random
from fractions import Fraction
from itertools import pairwise

import pytest

from dugnad.small_variants.noise import MOST, Background, background_quality

RATE = 0.0005


def beta_binomial_tail(count: int, number: int, alpha: Fraction, beta: Fraction) -> Fraction:
    """P(X >= count), each term by itself: C(n, k) times rising factorials."""

    def rising(base: Fraction, steps: int) -> Fraction:
        return math.prod((base + i for i in range(steps)), start=Fraction(1))

    below = sum(
        (math.comb(number, k) * rising(alpha, k) * rising(beta, number - k) for k in range(count)),
        start=Fraction(0),
    )
    return 1 - below / rising(alpha + beta, number)


def binomial_tail(count: int, number: int, rate: Fraction) -> Fraction:
    """P(X >= count)."""
    below = sum(math.comb(number, k) * rate**k * (1 - rate) ** (number - k) for k in range(count))
    return 1 - below


def phred(probability: Fraction) -> float:
    return -10 * (math.log10(probability.numerator) - math.log10(probability.denominator))


def background(vaf: float, sd: float, depth: int = 20 * 500, normals: int = 20) -> Background:
    return Background(normals, 0, 20, vaf, sd, depth)


@pytest.mark.parametrize("rate", ["1/5000", "1/2000", "1/100"])
@pytest.mark.parametrize(
    ("count", "number"), [(0, 10), (1, 1), (1, 100), (3, 100), (7, 60), (20, 200), (100, 100)]
)
def test_unlisted_alleles_err_at_the_panels_rate(count: int, number: int, rate: str) -> None:
    exact = Fraction(rate)
    found = background_quality(count, number, None, float(exact))
    # the rate is taken as known, but for a spread of the rate's square
    assert found == pytest.approx(
        min(phred(binomial_tail(count, number, exact)), MOST), rel=0.05, abs=0.02
    )
    strength = 1 / exact**2
    tail = beta_binomial_tail(count, number, exact * strength, (1 - exact) * strength)
    assert found == pytest.approx(min(phred(tail), MOST), abs=1e-4)


@pytest.mark.parametrize(
    ("vaf", "sd"), [("1/50", "1/100"), ("1/100", "1/50"), ("2/25", "1/20"), ("1/2", "1/20")]
)
@pytest.mark.parametrize(("count", "number"), [(0, 50), (1, 50), (5, 120), (30, 150), (150, 150)])
def test_listed_alleles_err_as_the_normals_do(count: int, number: int, vaf: str, sd: str) -> None:
    """Mean and spread of the error rate, as the beta distribution that has them."""
    mean, spread = Fraction(vaf), Fraction(sd)
    strength = max(mean * (1 - mean) / spread**2 - 1, Fraction(1))
    tail = beta_binomial_tail(count, number, mean * strength, (1 - mean) * strength)
    found = background_quality(count, number, background(float(mean), float(spread)), RATE)
    assert found == pytest.approx(min(phred(tail), MOST), abs=1e-4)


def test_without_a_spread_the_normals_reads_say_how_sure_the_rate_is() -> None:
    mean = Fraction(1, 50)
    for depth in (100, 10_000):
        tail = beta_binomial_tail(9, 200, mean * depth, (1 - mean) * depth)
        found = background_quality(9, 200, background(float(mean), 0.0, depth), RATE)
        assert found == pytest.approx(phred(tail), abs=1e-4)


@pytest.mark.parametrize("seed", range(20))
def test_more_alternative_reads_are_never_less_surprising(seed: int) -> None:
    rng = random.Random(seed)
    depth = rng.choice((20, 300, 3000))
    listed = rng.choice(
        (None, background(rng.uniform(0, 0.6), rng.choice((0, rng.uniform(0.0005, 0.3)))))
    )
    found = [background_quality(reads, depth, listed, RATE) for reads in range(depth + 1)]
    steps = [more - fewer for fewer, more in pairwise(found)]
    assert min(steps) > -1e-8
    assert found[0] == 0
    assert found[-1] > 1
    assert max(found) <= MOST


def test_more_reads_at_the_same_vaf_are_more_surprising() -> None:
    found = [background_quality(n // 50, n, None, RATE) for n in (50, 100, 500, 1000)]
    assert found == sorted(found)
    assert len(set(found)) == 4


def test_no_reads_are_no_surprise() -> None:
    for depth in (0, 500):
        assert str(background_quality(0, depth, None, RATE)) == "0.0"  # not -0, as VCF writes it
        assert background_quality(0, depth, background(0.02, 0.01), RATE) == 0


def test_an_artefact_of_some_normals_is_no_news_at_its_own_vaf() -> None:
    """Six of twenty normals have it at 4 %, the others not at all."""
    vafs = [0.04] * 6 + [0.0] * 14
    mean = sum(vafs) / 20
    sd = math.sqrt(sum((vaf - mean) ** 2 for vaf in vafs) / 19)
    artefact = background(mean, sd, normals=6)
    assert background_quality(25, 500, artefact, RATE) < 20
    assert background_quality(200, 500, artefact, RATE) > 60
    # what the normals do not list is news at 5 % already
    assert background_quality(25, 500, None, RATE) > 60


def test_a_listed_allele_is_no_rarer_than_the_panels_rate_says() -> None:
    clean = background(RATE / 100, 0.0, depth=10**8)
    assert background_quality(3, 500, clean, RATE) == pytest.approx(
        background_quality(3, 500, None, RATE), abs=0.1
    )


@pytest.mark.parametrize("vaf", [0.998, 1.0])
def test_normals_that_all_show_it(vaf: float) -> None:
    everywhere = background(vaf, 0.0)
    assert background_quality(500, 500, everywhere, RATE) < 10
    assert background_quality(5, 500, everywhere, RATE) == pytest.approx(0, abs=1e-6)


def test_depths_of_amplicons_and_tiny_probabilities() -> None:
    assert background_quality(60_000, 100_000, None, RATE) == MOST
    assert background_quality(50, 100_000, None, RATE) < 10
    assert background_quality(100_000, 100_000, background(0.5, 0.01), RATE) == MOST


def test_a_wide_spread_leaves_nothing_certain() -> None:
    """A spread that no beta distribution of that mean has: taken as nearly all or nothing."""
    odd = background(0.3, 0.46)
    tail = beta_binomial_tail(50, 50, Fraction(3, 10), Fraction(7, 10))
    assert background_quality(50, 50, odd, RATE) == pytest.approx(phred(tail), abs=1e-4)


def test_a_spread_is_not_known_better_than_the_reads_allow() -> None:
    """Five hundred reads say no more of a rate than so many draws."""
    even, none = background(0.02, 1e-6, depth=500), background(0.02, 0.0, depth=500)
    found = background_quality(9, 200, even, RATE)
    assert found == background_quality(9, 200, none, RATE)
    assert found < background_quality(9, 200, background(0.02, 1e-6), RATE)
