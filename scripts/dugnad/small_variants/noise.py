"""How likely errors alone would show a variant so often.

The background of a place and allele is how often healthy people's samples of the same assay show
it: mean and standard deviation over them, as a beta distribution of the error rate. The number of
false fragments is then beta-binomial. Where the normals do not list the allele, or there are
none, the panel's error rate stands in. The spread between samples counts, so that an artefact
which one library in four has at 4 % is not news at 5 %. After the position-wise error models of
deepSNV (doi:10.1038/ncomms1814) and shearwater (doi:10.1093/bioinformatics/btt750).
"""

import math
from dataclasses import dataclass

MOST = 200.0  # Phred, where the probability is too small to tell
_NEGLIGIBLE = 1e-9


@dataclass(frozen=True)
class Background:
    """What the panel of normals shows of an allele.

    ``normals`` show it as errors do, ``germline`` have it as their own, of ``total``. ``vaf`` and
    ``sd`` are mean and spread of its VAF over those that do not have it, without what sampling
    adds to the spread; ``depth`` are the reads of all these together.
    """

    normals: int
    germline: int
    total: int
    vaf: float
    sd: float
    depth: int


def background_quality(
    alt_reads: int, depth: int, background: Background | None, error_rate: float
) -> float:
    """Phred-scaled probability of so many alternative fragments, or more, by error alone.

    Args:
        alt_reads: fragments that show the allele.
        depth: fragments that show any.
        background: of the allele, None when the normals do not list it.
        error_rate: of one allele at a place that is not listed.
    """
    alpha, beta = _beta(background, error_rate)
    return min(0 - 10 * _log_tail(alt_reads, depth, alpha, beta) / math.log(10), MOST)


def _beta(background: Background | None, error_rate: float) -> tuple[float, float]:
    """Parameters of the distribution of the error rate."""
    if background is None:
        strength = 1 / error_rate**2  # the rate is taken as known
        return error_rate * strength, (1 - error_rate) * strength
    rate = min(max(background.vaf, error_rate), 0.999)
    most = max(float(background.depth), 2.0)
    strength = rate * (1 - rate) / background.sd**2 - 1 if background.sd else most
    strength = min(max(strength, 1.0), most)
    return rate * strength, (1 - rate) * strength


def _log_tail(count: int, number: int, alpha: float, beta: float) -> float:
    """Natural logarithm of P(X >= count) of a beta-binomial variable."""
    if count <= 0:
        return 0.0
    first = _log_mass(count, number, alpha, beta)
    total = term = 1.0
    for i in range(count, number):
        term *= (number - i) / (i + 1) * (i + alpha) / (number - i - 1 + beta)
        total += term
        if term < _NEGLIGIBLE * total and i > number * alpha / (alpha + beta):
            break
    return min(first + math.log(total), 0.0)


def _log_mass(count: int, number: int, alpha: float, beta: float) -> float:
    choose = math.lgamma(number + 1) - math.lgamma(count + 1) - math.lgamma(number - count + 1)
    return choose + _log_beta(count + alpha, number - count + beta) - _log_beta(alpha, beta)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
