"""Whole copies in a tumour cell, and how likely each is of a segment.

A sample is a mixture of tumour cells (``purity``), all alike, and of normal ones. Of a segment with
C copies, m of the rarer parent, the mean cell has p C + (1 - p) N copies, N being those of a normal
cell, and a heterozygous site a share (p m + 1 - p) / (p C + (1 - p) 2) of the rarer allele (as in
ASCAT, PMID:20837533, and ABSOLUTE, PMID:22544022). log2 is beside N copies, less a ``shift``, since
depth tells no absolute number.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from dugnad.copy_number.baf import SHARES
from dugnad.copy_number.bins import Bools, Floats, Ints

MODEL_SD = 0.03  # of a segment's log2, beside its own error: what the model leaves out
STEP = 1.0  # log prior for each copy more or less than a normal cell's, of either parent
MOST_STEPS = 5  # beyond which more copies are no less likely
CHANGED = np.array([0.02, 0.1, 0.3, 0.6, 0.9])  # shares of the segments with an event, tried
USUAL = 2  # of these, for one segment or gene by itself
ODD = 0.002  # share of segments that no state explains: of a subclone, or an artefact
_RANGE = 6.0  # of log2, over which those are even
_ROOT = 2.5066  # of 2 pi


def _states() -> tuple[Ints, Ints]:
    """Copies, and of these the rarer parent's: all up to 12 copies, then coarser."""
    pairs = [(total, minor) for total in range(13) for minor in range(total // 2 + 1)]
    high = [*range(13, 21), *range(22, 41, 2), *range(45, 105, 5)]
    pairs += [(total, minor) for total in high for minor in range(3)]
    total, minor = np.array(pairs, np.int64).T
    return total, minor


TOTAL, MINOR = _states()


@dataclass(frozen=True)
class Evidence:
    """Segments; arrays of shape (segments,), ``baf`` (segments, shares) in log likelihood.

    ``normal``: copies in a normal cell, 1 or 2; ``length``: bases; ``autosomal``: 1 or 0.
    """

    log2: Floats
    se: Floats
    baf: Floats
    normal: Ints
    length: Floats
    autosomal: Ints


def prior(normal: Ints) -> Floats:
    """log prior of each state by segment, shape (segments, states).

    Of the states with an event the priors sum to 1; that of a normal cell's copies is 0.
    """
    of_two = np.abs(TOTAL - MINOR - 1) + np.abs(MINOR - 1)
    of_one = np.abs(TOTAL - 1)
    steps = np.where(normal[:, None] == 2, of_two, of_one)
    found = -STEP * np.minimum(steps, MOST_STEPS)
    found = np.where((normal[:, None] == 1) & (MINOR > 0), -np.inf, found)
    events = np.where(steps > 0, found, -np.inf)
    return np.where(steps > 0, found - logsumexp(events, axis=1, keepdims=True), 0.0)


def mean_copies(purity: float, normal: Ints) -> Floats:
    """Copies in the mean cell of the sample, shape (segments, states)."""
    return np.asarray(purity * TOTAL + (1 - purity) * normal[:, None], np.float64)


def fixed_part(evidence: Evidence, purity: float) -> Floats:
    """Prior and BAF of each state, in log, which no shift changes; shape (segments, states)."""
    share = (purity * MINOR + 1 - purity) / np.maximum(purity * TOTAL + (1 - purity) * 2, 1e-6)
    index = np.clip(np.rint(share * 2 * (len(SHARES) - 1)), 0, len(SHARES) - 1).astype(int)
    of_baf = np.where(evidence.normal[:, None] == 2, evidence.baf[:, index], 0.0)
    return np.asarray(prior(evidence.normal) + of_baf, np.float64)


def expected(evidence: Evidence, purity: float) -> Floats:
    """log2 of each state without a shift, shape (segments, states)."""
    mean = np.maximum(mean_copies(purity, evidence.normal), 0.03)
    return np.asarray(np.log2(mean / evidence.normal[:, None]), np.float64)


def log_densities(evidence: Evidence, purity: float, shifts: Floats) -> Floats:
    """log density of all segments, shape (shifts,), at the likeliest share with an event."""
    sd = np.hypot(evidence.se, MODEL_SD).astype(np.float32)[:, None, None]
    gap = (evidence.log2[:, None] - expected(evidence, purity)).astype(np.float32)
    bell = gap[:, :, None] + shifts.astype(np.float32)
    bell /= sd
    np.square(bell, out=bell)
    bell *= -0.5
    np.exp(bell, out=bell)
    weight = (np.exp(fixed_part(evidence, purity)) / (sd[:, :, 0] * _ROOT)).astype(np.float32)
    is_normal = _is_normal(evidence.normal)
    normal, events = (
        np.matmul(np.where(chosen, weight, 0)[:, None, :], bell)[:, 0, :].astype(np.float64)
        for chosen in (is_normal, ~is_normal)
    )
    odd = np.exp(_odd(evidence))
    mixed = (
        (1 - ODD) * ((1 - share) * normal + share * events) + odd for share in CHANGED.tolist()
    )
    return np.asarray(np.max([np.log(m).sum(axis=0) for m in mixed], axis=0), np.float64)


def _odd(evidence: Evidence) -> Floats:
    of_baf = logsumexp(evidence.baf, axis=1) - np.log(len(SHARES))
    return np.asarray((np.log(ODD / _RANGE) + of_baf)[:, None], np.float64)  # never nothing


def _is_normal(normal: Ints) -> Bools:
    two = (TOTAL == 2) & (MINOR == 1)
    one = (TOTAL == 1) & (MINOR == 0)
    return np.asarray(np.where(normal[:, None] == 2, two, one), bool)


def posterior(evidence: Evidence, purity: float, shift: float) -> Floats:
    """Probability of each state by segment, shape (segments, states); rows sum to 1."""
    sd = np.hypot(evidence.se, MODEL_SD)[:, None]
    gap = evidence.log2[:, None] - expected(evidence, purity) + shift
    share = np.log(CHANGED[USUAL] / (1 - CHANGED[USUAL]))
    weight = np.where(_is_normal(evidence.normal), 0.0, share)
    whole = -0.5 * (gap / sd) ** 2 + fixed_part(evidence, purity) + weight
    found = np.exp(whole - whole.max(axis=1, keepdims=True))
    return np.asarray(found / found.sum(axis=1, keepdims=True), np.float64)


def flat_density(evidence: Evidence) -> float:
    """log density of all segments if each had a normal cell's copies, at the best shift."""
    shifts = np.arange(-0.2, 0.21, 0.01)
    sd = np.hypot(evidence.se, MODEL_SD)[:, None]
    normal = -0.5 * ((evidence.log2[:, None] + shifts) / sd) ** 2 - np.log(sd) - 0.919
    normal = normal + evidence.baf[:, -1:] * (evidence.normal[:, None] == 2)
    both = np.logaddexp(np.log(1 - ODD) + normal, _odd(evidence))
    return float(both.sum(axis=0).max())


def copies_of(log2: Floats, shift: float, purity: float, normal: Ints) -> Floats:
    """Copies in a tumour cell before rounding, at least 0; arrays that broadcast."""
    mean = np.exp2(log2 + shift) * normal
    found: Floats = np.maximum((mean - (1 - purity) * normal) / purity, 0.0)
    return found
