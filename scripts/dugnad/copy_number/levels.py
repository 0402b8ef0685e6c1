"""What a level of depth and BAF means in copies, at the purity that is used."""

from dataclasses import dataclass

import numpy as np

from dugnad.copy_number import states
from dugnad.copy_number.bins import Floats
from dugnad.copy_number.states import Evidence
from dugnad.panel_copy_number import CopyNumberRules

SPREAD = 0.1  # purity is thought of within so much of a stated one
STEPS = 11


@dataclass(frozen=True)
class Mixture:
    """The sample as it is used: purities that are thought of with their weights, and shifts.

    ``purity`` is None where it is not known; ``shift`` then is the normal cells' level alone.
    """

    purity: float | None
    lower: float
    upper: float
    shift: float
    purities: tuple[float, ...]
    shifts: tuple[float, ...]
    weights: tuple[float, ...]
    ploidy: float | None

    def at(self, purity: float) -> "Mixture":
        """The same reads, were the purity another; what normal cells have stays where it is."""
        return Mixture(
            purity, purity, purity, self.shift, (purity,), (self.shift,), (1.0,), self.ploidy
        )


@dataclass(frozen=True)
class Level:
    """Copies in a tumour cell; None where they cannot be told."""

    mean: float
    """In the average cell of the sample."""
    copies: float | None
    lower: float | None
    upper: float | None
    total: int | None
    minor: int | None
    loh: bool | None
    heterozygous: float
    """Probability that both parents' copies are there."""


@dataclass(frozen=True)
class Shown:
    """One segment or gene: log2 with its SE, BAF in log likelihood (shares,), and its sites."""

    log2: float
    se: float
    baf: Floats
    sites: int
    normal: int


def level_of(shown: Shown, mixture: Mixture, rules: CopyNumberRules) -> Level:
    """The copies of a level; BAF of fewer sites than the panel asks for does not count."""
    sure = rules.sure.value
    mean = float(2 ** (shown.log2 + mixture.shift) * shown.normal)
    if mixture.purity is None or shown.normal == 0:
        return Level(mean, None, None, None, None, None, None, 0.5)
    enough = shown.sites >= rules.baf_sites.value
    baf = shown.baf if enough else np.zeros_like(shown.baf)
    evidence = Evidence(
        np.array([shown.log2]), np.array([shown.se]), baf[None, :], np.array([shown.normal]),
        np.ones(1), np.ones(1, np.int64),
    )  # fmt: skip
    rows = zip(mixture.purities, mixture.shifts, mixture.weights, strict=True)
    chance = sum(w * states.posterior(evidence, p, s)[0] for p, s, w in rows)
    chance = np.asarray(chance, np.float64)
    copies, lower, upper = _copies(shown, mixture)
    totals = np.bincount(states.TOTAL, chance)
    total = int(totals.argmax())
    by_minor = np.bincount(states.MINOR, np.where(total == states.TOTAL, chance, 0.0))
    minor = int(by_minor.argmax())
    minor_is_sure = by_minor[minor] / max(by_minor.sum(), 1e-12) >= sure
    lost = float(chance[states.MINOR == 0].sum())
    loh = None if shown.normal != 2 or 1 - sure < lost < sure else lost >= sure
    if not enough and shown.normal == 2 and total >= 2:  # depth alone does not tell
        return Level(mean, copies, lower, upper, total, None, None, 0.5)
    return Level(mean, copies, lower, upper, total, minor if minor_is_sure else None, loh, 1 - lost)


def _copies(shown: Shown, mixture: Mixture) -> tuple[float, float, float]:
    """Copies with a 95 % interval: of the depth's error, and of the purity's."""
    purity = mixture.purity or 1.0
    normal = np.array(shown.normal)

    def at(log2: float, shift: float, share: float) -> float:
        return float(states.copies_of(np.array(log2), shift, share, normal))

    copies = at(shown.log2, mixture.shift, purity)
    error = 1.96 * shown.se
    by_depth = [at(shown.log2 + sign * error, mixture.shift, purity) for sign in (-1, 1)]
    shifts = np.interp([mixture.lower, mixture.upper], mixture.purities, mixture.shifts)
    by_purity = [
        at(shown.log2, float(shift), share)
        for share, shift in zip((mixture.lower, mixture.upper), shifts, strict=True)
    ]
    below = np.hypot(copies - by_depth[0], copies - min(*by_purity, copies))
    above = np.hypot(by_depth[1] - copies, max(*by_purity, copies) - copies)
    return copies, max(copies - float(below), 0.0), copies + float(above)
