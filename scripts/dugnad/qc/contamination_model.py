"""The likelihood of a share of foreign DNA, given the reads at common sites.

Arrays run over sites first, then over the shares that are tried.
"""

import math
from dataclasses import dataclass
from itertools import product

import numpy as np

from dugnad.qc.sites import Floats, Ints

SHARES: Floats = np.concatenate([[0.0], np.geomspace(0.0003, 0.5, 63)])
FINE = 48  # shares that are tried again between the neighbours of the interval's ends
NEAR = 6.0  # log-likelihood by which rates may be worse than the best and are tried again
REMAINING: Floats = np.geomspace(0.01, 0.3, 24)
"""Share of the lost allele that is still there, in a stretch with loss of heterozygosity."""
LOSS = 0.1  # chance that a stretch has lost an allele, before its reads are seen
STRETCH = 12  # neighbouring sites that are lost together, at most
BALANCED = (0.5, 0.9, 0.99)
"""Share of the heterozygous sites of whole stretches that have their alleles in balance; the
others' share of an allele is spread as Beta(2, 2)."""
ODD = 0.01  # chance of reads that follow no rule: a mismapped site, a wrong genotype
ERRORS = (0.6, 1.2, 2.5)  # times the rate seen at the third and fourth base
DEAMINATION = (0.0, 0.001, 0.003, 0.01)
HALF_95 = 1.92  # fall of the log-likelihood at the ends of a 95 % interval, chi-square of 1


@dataclass(frozen=True)
class Data:
    """Reads and priors at sites.

    Shapes: (sites,) for ``ref``, ``alt``, ``contig`` and ``pos``; (3, sites) for the priors of
    genotypes 0, 1 and 2; (2, sites) for whether deamination turns the reference into the
    alternative base, and the other way. ``error``: chance of one particular wrong base.
    """

    ref: Ints
    alt: Ints
    prior: Floats
    stranger: Floats
    contig: Ints
    pos: Ints
    deaminates: Floats
    error: float


@dataclass(frozen=True)
class Fit:
    """The most likely share of foreign DNA and its 95 % interval."""

    share: float
    lower: float
    upper: float


def prior_of(frequency: Floats, called: Ints | None) -> Floats:
    """Priors of the genotypes, shape (3, sites): Hardy-Weinberg, or as called, nearly surely."""
    other = 1 - frequency
    expected = np.stack([other**2, 2 * frequency * other, frequency**2])
    if called is None:
        return expected
    known = np.stack([called == genotype for genotype in range(3)])
    return np.where(known, 1 - ODD, ODD * expected)


def fit(data: Data) -> Fit:
    """Maximise the likelihood; the interval is of the profile over error, deamination and balance.

    All rates are tried on a coarse grid of shares, then the likely ones on a fine grid around it.
    """
    order = np.lexsort((data.pos, data.contig))
    starts = stretches(data.contig[order])

    def surface(shares: Floats, rates: list[tuple[float, float, float]]) -> Floats:
        """The log-likelihood, shape (rates, shares)."""
        return np.stack([log_likelihood(data, order, starts, shares, *rate) for rate in rates])

    errors = [min(times * data.error, 0.05) for times in ERRORS]
    rates = list(product(errors, DEAMINATION, BALANCED))
    coarse = surface(SHARES, rates)
    first, last = _interval(coarse.max(axis=0))
    low, high = SHARES[max(first - 1, 0)], SHARES[min(last + 1, len(SHARES) - 1)]
    fine = np.linspace(low, high, FINE)
    likely = coarse.max(axis=1) >= coarse.max() - NEAR
    profile = surface(fine, [rate for rate, near in zip(rates, likely, strict=True) if near])
    best = profile.max(axis=0)
    first, last = _interval(best)
    return Fit(float(fine[best.argmax()]), float(fine[first]), float(fine[last]))


def _interval(profile: Floats) -> tuple[int, int]:
    """The first and the last place within a 95 % interval."""
    within = np.flatnonzero(profile >= profile.max() - HALF_95)
    return int(within[0]), int(within[-1])


def log_likelihood(
    data: Data,
    order: Ints,
    starts: Ints,
    shares: Floats,
    error: float,
    damage: float,
    balanced: float,
) -> Floats:
    """The log-likelihood of each of ``shares``, shape (shares,).

    A stretch has all its alleles, in balance or at another share where the person is heterozygous;
    or it has lost one, and its heterozygous sites all have the same small share of one allele left.
    """
    depth = data.ref + data.alt
    choices = _log_choose(data.ref, data.alt)
    wrong = error + damage * data.deaminates
    pure = _mixed(data, choices, wrong, shares, (0, 2))
    odd = ODD / (depth + 1)
    uneven = 6 * (data.alt + 1) * (data.ref + 1) / ((depth + 1) * (depth + 2) * (depth + 3))
    loose = (1 - balanced) * data.prior[1] * uneven + odd
    even = balanced * _mixed(data, choices, wrong, shares, (1,))
    whole = np.add.reduceat(np.log(pure + even + loose[:, None])[order], starts)
    lost = np.empty((len(REMAINING), *whole.shape))
    for number, left in enumerate(REMAINING):
        sides = _binomial(data, choices, left) + _binomial(data, choices, 1 - left)
        term = data.prior[1] * sides / 2 + odd
        lost[number] = np.add.reduceat(np.log(pure + term[:, None])[order], starts)
    top = lost.max(axis=0)
    mean = top + np.log(np.exp(lost - top).mean(axis=0))
    both = np.logaddexp(math.log(1 - LOSS) + whole, math.log(LOSS) + mean)
    total: Floats = both.sum(axis=0)
    return total


def stretches(contig: Ints) -> Ints:
    """Where each stretch of at most ``STRETCH`` sites of one contig begins; sites are in order."""
    first = np.flatnonzero(np.r_[True, contig[1:] != contig[:-1]])
    within = np.arange(len(contig)) - np.repeat(first, np.diff(np.r_[first, len(contig)]))
    return np.flatnonzero(within % STRETCH == 0)


def upper_tail(seen: Ints, expected: Floats) -> Floats:
    """Chance of at least ``seen`` events where ``expected`` are (Poisson), element by element."""
    below = np.zeros(len(seen))
    term = np.exp(-expected)
    for number in range(int(seen.max(initial=0))):
        below += np.where(number < seen, term, 0.0)
        term = term * expected / (number + 1)
    return np.clip(1 - below, 0, 1)


def _mixed(
    data: Data, choices: Floats, wrong: Floats, shares: Floats, genotypes: tuple[int, ...]
) -> Floats:
    """Probability of one of the person's genotypes and of the reads, shape (sites, shares).

    Alleles are as the genotypes of person and stranger say, mixed by share, and read with errors.
    """
    total = np.zeros((len(data.ref), len(shares)))
    for mine, other in product(genotypes, range(3)):
        true = ((1 - shares) * mine + shares * other) / 2
        seen = true[None, :] * (1 - wrong[1])[:, None] + (1 - true[None, :]) * wrong[0][:, None]
        weight = data.prior[mine] * data.stranger[other]
        total += weight[:, None] * np.exp(
            choices[:, None]
            + data.alt[:, None] * np.log(seen)
            + data.ref[:, None] * np.log(1 - seen)
        )
    return total


def _binomial(data: Data, choices: Floats, share: float) -> Floats:
    """Probability of the alternative reads at a share of them, shape (sites,)."""
    logs = choices + data.alt * math.log(share) + data.ref * math.log(1 - share)
    return np.asarray(np.exp(logs))


def _log_choose(first: Ints, second: Ints) -> Floats:
    """Logarithm of the ways to order two kinds of reads."""
    most = int((first + second).max(initial=0))
    factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, most + 1)))])
    return np.asarray(factorial[first + second] - factorial[first] - factorial[second])
