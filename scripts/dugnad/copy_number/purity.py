"""The tumour's share of the cells, and its ploidy, from depth, BAF and somatic VAF.

A grid of purities and shifts of log2 (see ``states``); at each, a segment's likelihood is summed
over all copy states with a prior for few changes, as in PureCN (PMID:27999612). Somatic variants,
known by a normal, add that most are in all tumour cells, on one copy or on all of one parent's, or
in fewer: by them a tumour of few copy-number events is told too. The interval is of the profile
likelihood, widened by what the model leaves out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from dugnad.copy_number import states
from dugnad.copy_number.baf import beta_binomial
from dugnad.copy_number.bins import Floats, Ints
from dugnad.copy_number.states import Evidence

PURITIES = np.round(np.arange(0.05, 1.001, 0.01), 2)
SHIFTS = np.round(np.arange(-0.9, 0.901, 0.02), 2)
DROP = 1.92  # of log likelihood, for a 95 % interval
MODEL_ERROR = 0.02  # SD of purity, beside what the likelihood says
CLONAL = 0.5  # share of the somatic variants that are in all tumour cells
MISFIT = 0.05  # share that is nothing of the kind
MOST_VARIANTS = 15  # worth of evidence: variants of one clone are not independent
RIVAL = 0.01  # relative likelihood from which another fit is listed
_APART = 0.05  # rivals closer than this are one


@dataclass(frozen=True)
class Somatic:
    """Somatic variants: the tumour's fragments, and the segment of each; shape (variants,)."""

    depth: Ints
    reads: Ints
    segment: Ints


@dataclass(frozen=True)
class Fitted:
    """The fit; ``profile`` and ``shift`` are of each of ``PURITIES``.

    ``evidence`` is twice the log likelihood gained over a genome without any event; ``rivals`` are
    purity, shift and relative likelihood, best first.
    """

    profile: Floats
    shift: Floats
    evidence: float
    by_variants: float
    purity: float
    lower: float
    upper: float
    rivals: tuple[tuple[float, float, float], ...]

    def shift_at(self, purity: float) -> float:
        """The best shift at a purity, which need not be of the grid."""
        return float(np.interp(purity, PURITIES, self.shift))


def fit(evidence: Evidence, somatic: Somatic, dispersion: float) -> Fitted:
    """Purity and shift by the segments and the somatic variants (which may be none)."""
    table = np.array([states.log_densities(evidence, p, SHIFTS) for p in PURITIES])
    best = table.argmax(axis=1)
    shift = SHIFTS[best]
    profile = table.max(axis=1)
    pairs = zip(PURITIES.tolist(), shift.tolist(), strict=True)
    variants = np.array([_variants(evidence, somatic, p, s, dispersion) for p, s in pairs])
    profile = profile + variants
    top = int(profile.argmax())
    flat = states.flat_density(evidence)
    near = np.flatnonzero(profile >= profile[top] - DROP)
    margin = 1.96 * MODEL_ERROR
    below, above = PURITIES[top] - PURITIES[near[0]], PURITIES[near[-1]] - PURITIES[top]
    return Fitted(
        profile=profile,
        shift=shift,
        evidence=float(2 * (profile[top] - flat)),
        by_variants=float(2 * variants[top]),
        purity=float(PURITIES[top]),
        lower=float(max(PURITIES[top] - np.hypot(below, margin), 0.01)),
        upper=float(min(PURITIES[top] + np.hypot(above, margin), 1.0)),
        rivals=tuple(_rivals(profile, shift)),
    )


def _rivals(profile: Floats, shift: Floats) -> list[tuple[float, float, float]]:
    """Local maxima of the profile, best first."""
    padded = np.concatenate([[-np.inf], profile, [-np.inf]])
    peaks = np.flatnonzero((padded[1:-1] >= padded[:-2]) & (padded[1:-1] >= padded[2:]))
    found: list[tuple[float, float, float]] = []
    for index in sorted(peaks.tolist(), key=lambda number: -profile[number]):
        likelihood = float(np.exp(profile[index] - profile.max()))
        purity = float(PURITIES[index])
        if likelihood >= RIVAL and all(abs(purity - other[0]) > _APART for other in found):
            found.append((purity, float(shift[index]), likelihood))
    return found[:5]


def _variants(
    evidence: Evidence, somatic: Somatic, purity: float, shift: float, dispersion: float
) -> float:
    """log likelihood of the somatic variants' VAF, over that of any VAF being as likely."""
    if not len(somatic.depth):
        return 0.0
    chosen = states.posterior(evidence, purity, shift).argmax(axis=1)
    total, minor = states.TOTAL[chosen][somatic.segment], states.MINOR[chosen][somatic.segment]
    normal = evidence.normal[somatic.segment]
    mean = np.maximum(purity * total + (1 - purity) * normal, 1e-6)
    depth, reads = somatic.depth, somatic.reads
    on_copies = np.stack([np.ones_like(total), np.maximum(total - minor, 1), np.maximum(minor, 1)])
    share = np.clip(purity * on_copies / mean, 0, 1)
    clonal = logsumexp(beta_binomial(reads, depth, share, dispersion), axis=0) - np.log(3)
    steps = np.linspace(0.02, 1.0, 30)[:, None]
    fewer = logsumexp(beta_binomial(reads, depth, steps * share[0], dispersion), axis=0)
    anyhow = logsumexp(beta_binomial(reads, depth, np.linspace(0.005, 0.995, 100)[:, None],
                                     dispersion), axis=0) - np.log(100)  # fmt: skip
    parts = np.stack(
        [
            clonal + np.log(CLONAL),
            fewer - np.log(30) + np.log(1 - CLONAL - MISFIT),
            anyhow + np.log(MISFIT),
        ]
    )
    gained = logsumexp(parts, axis=0) - anyhow
    return float(gained.sum() * min(1.0, MOST_VARIANTS / len(depth)))


def ploidy_of(evidence: Evidence, purity: float, shift: float) -> float | None:
    """Mean copies of the autosomes per tumour cell, by length; None without an autosome."""
    weight = evidence.length * evidence.autosomal
    if not weight.sum():
        return None
    copies = states.copies_of(evidence.log2, shift, purity, evidence.normal)
    return float((copies * weight).sum() / weight.sum())


def somatic_of(sites: Sequence[tuple[int, int, int]]) -> Somatic:
    """From depth, alternative reads and segment of each variant."""
    depth, reads, segment = zip(*sites, strict=True) if sites else ((), (), ())
    return Somatic(*(np.array(column, np.int64) for column in (depth, reads, segment)))
