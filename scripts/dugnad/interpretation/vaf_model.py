"""Germline or somatic by VAF, purity and copies, for a tumour without a normal.

A germline variant is in all cells: on one or both copies of the normal ones, and on so many of
the tumour's as its copies there allow. A somatic one is in tumour cells only: in all of them, or
in a clone of any size. Each state expects a VAF; the reads' likelihood is beta-binomial around it.
The idea is that of SGZ (Sun et al. 2018, doi:10.1371/journal.pcbi.1005965). Where the copies at the
place are measured, they have most of the weight; the panel's prior over copy states has the rest,
and all of it where they are not.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from dugnad.copy_number.places import LocalCopies
from dugnad.panel_rules import CopyState, Likelihood

_PURITIES = tuple(step / 20 for step in range(2, 20))
_CLONES = tuple(step / 10 for step in range(1, 11))  # shares of the tumour's cells
_FOUNDER = 0.5  # of the somatic variants are in all tumour cells
_ERROR = 0.002  # a VAF is never quite 0 or 1


@dataclass(frozen=True)
class Posterior:
    """Probabilities of either origin; they sum to 1."""

    germline: float

    @property
    def somatic(self) -> float:
        """The other."""
        return 1 - self.germline


def posterior_of(
    alt_reads: int,
    depth: int,
    purity: float | None,
    model: Likelihood,
    is_hotspot: bool,
    measured: LocalCopies | None = None,
) -> Posterior:
    """The probability that a variant is germline.

    Args:
        alt_reads: fragments that show it.
        depth: all fragments.
        purity: share of tumour cells; None: all from 0.10 to 0.95 alike.
        model: the panel's prior and copy states.
        is_hotspot: whether it is at a hotspot.
        measured: the tumour's copies there, if they are known.
    """
    prior = (model.hotspot_germline if is_hotspot else model.germline).value
    purities = _PURITIES if purity is None else (purity,)
    if model.measured_copies is None:
        measured = None
    normal = measured.normal if measured else 2
    states = _states(model, measured)
    germline = somatic = 0.0
    for cells in purities:
        for state in states:
            if cells == 1 and not state.copies:
                continue  # nothing would show
            weight = state.weight / len(purities)
            for share, vaf in _germline(cells, state, normal):
                germline += weight * share * _likelihood(alt_reads, depth, vaf, model)
            for share, vaf in _somatic(cells, state, normal):
                somatic += weight * share * _likelihood(alt_reads, depth, vaf, model)
    both = prior * germline + (1 - prior) * somatic
    return Posterior(prior * germline / both if both else prior)


def _states(model: Likelihood, measured: LocalCopies | None) -> list[CopyState]:
    """Copy states with weights that sum to 1: what is measured, and the prior for the rest."""
    trust = model.measured_copies.value if measured and model.measured_copies else 0.0
    total = sum(state.weight for state in model.copy_states)
    states = [
        state.model_copy(update={"weight": (1 - trust) * state.weight / total})
        for state in model.copy_states
    ]
    if measured and trust:
        total_copies = min(measured.total, 20)
        # the parents' shares are told by BAF; without it they may be any
        minors = range(total_copies // 2 + 1) if measured.minor is None else (measured.minor,)
        for minor in minors:
            major = max(total_copies - minor, 0)
            states.append(
                CopyState(copies=total_copies, of_allele=major, weight=trust / len(minors))
            )
    return [state for state in states if state.weight]


def _germline(purity: float, state: CopyState, normal: int) -> Iterator[tuple[float, float]]:
    """Heterozygous, on either parent's copies; homozygous ones are rare among the unlisted.

    Where a normal cell has one copy, as on a man's X, all reads show it.
    """
    if normal < 2:
        yield 1.0, 1.0
        return
    copies = purity * state.copies + 2 * (1 - purity)
    for of_allele in (state.of_allele, state.copies - state.of_allele):
        yield 0.495, (purity * of_allele + (1 - purity)) / copies
    yield 0.01, 1.0


def _somatic(purity: float, state: CopyState, normal: int) -> Iterator[tuple[float, float]]:
    """On one copy, or on all of one parent's when it came before these; clonal or in a clone."""
    copies = purity * state.copies + normal * (1 - purity)
    numbers = sorted({min(1, state.copies), state.of_allele, state.copies - state.of_allele} - {0})
    for number in numbers:
        yield _FOUNDER / len(numbers), purity * number / copies
    for clone in _CLONES if numbers else ():
        yield (1 - _FOUNDER) / len(_CLONES), purity * clone / copies


def _likelihood(alt_reads: int, depth: int, vaf: float, model: Likelihood) -> float:
    vaf = min(max(vaf, _ERROR), 1 - _ERROR)
    alpha, beta = vaf * model.dispersion.value, (1 - vaf) * model.dispersion.value
    log = math.lgamma(depth + 1) - math.lgamma(alt_reads + 1) - math.lgamma(depth - alt_reads + 1)
    log += _log_beta(alt_reads + alpha, depth - alt_reads + beta) - _log_beta(alpha, beta)
    return math.exp(log)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
