"""Which purity is used, the pathologist's or the reads', and why in words."""

import numpy as np

from dugnad.copy_number.levels import SPREAD, STEPS, Mixture
from dugnad.copy_number.purity import PURITIES, Fitted, ploidy_of
from dugnad.copy_number.states import Evidence
from dugnad.panel_copy_number import PurityRules
from dugnad.record_copy_number import Fit, Purity


def choose(
    fitted: Fitted | None, evidence: Evidence, stated: float | None, rules: PurityRules, sites: int
) -> tuple[Purity, Mixture]:
    """The purity of the record, and the mixture that copies are told by.

    The estimate goes first where it has evidence, a narrow interval and no rival elsewhere, and is
    not below what the panel trusts; else the stated one. ``fitted``: None when nothing is usable.
    """
    told = fitted is not None and fitted.evidence >= rules.evidence.value
    usable, why = _usable(fitted, told, rules, stated is not None)
    words = [why]
    if told and fitted is not None and stated is not None:
        words += _compared(fitted, stated, rules)
    used_from = "estimated" if usable else "stated" if stated is not None else "none"
    used = fitted.purity if usable and fitted else stated
    if used_from == "stated":
        words.append("the stated purity is used")
    elif used_from == "none":
        words.append("none is stated: no copies per tumour cell can be told")
    if fitted is not None and told:
        words.append(_grounds(fitted, sites))
    mixture = _mixture(fitted, evidence, used, usable)
    estimate = fitted if told else None
    purity = Purity(
        stated=stated,
        estimated=estimate.purity if estimate else None,
        lower=round(estimate.lower, 3) if estimate else None,
        upper=round(estimate.upper, 3) if estimate else None,
        ploidy=round(mixture.ploidy, 3) if mixture.ploidy is not None else None,
        used=used,
        used_from=used_from,
        reason="; ".join(words),
        fits=_fits(estimate, evidence),
    )
    return purity, mixture


def _usable(
    fitted: Fitted | None, told: bool, rules: PurityRules, stated: bool
) -> tuple[bool, str]:
    if fitted is None:
        return False, "no estimate: no bin can be used"
    if not told:
        gained = f"{max(fitted.evidence, 0):.0f} of the {rules.evidence.value:g} that are needed"
        return False, f"cannot be told: too little of the genome is changed (evidence {gained})"
    shown = f"estimate {fitted.purity:.2f} ({fitted.lower:.2f} to {fitted.upper:.2f})"
    if fitted.upper - fitted.lower > rules.interval.value:
        return False, f"{shown} is wider than {rules.interval.value:g}"
    if stated and fitted.purity < rules.least.value:
        return False, f"{shown} is below the {rules.least.value:g} from which it goes first"
    return True, f"{shown} is used"


def _compared(fitted: Fitted, stated: float, rules: PurityRules) -> list[str]:
    if abs(fitted.purity - stated) <= rules.disagreement.value:
        return [f"stated {stated:.2f}"]
    return [f"differs from the stated {stated:.2f} by more than {rules.disagreement.value:g}"]


def _grounds(fitted: Fitted, sites: int) -> str:
    text = f"from depth and {sites} heterozygous sites"
    if fitted.by_variants > 4:
        text += ", and from the VAF of somatic variants, most of which are taken to be clonal"
    return text


def _fits(fitted: Fitted | None, evidence: Evidence) -> tuple[Fit, ...]:
    if fitted is None:
        return ()
    return tuple(
        Fit(
            purity=purity,
            ploidy=round(ploidy_of(evidence, purity, shift) or 2.0, 2),
            likelihood=round(likelihood, 4),
        )
        for purity, shift, likelihood in fitted.rivals
    )


def _mixture(
    fitted: Fitted | None, evidence: Evidence, used: float | None, by_estimate: bool
) -> Mixture:
    """Purities about the one that is used: by likelihood, or alike about a stated one."""
    if used is None or fitted is None:
        return Mixture(None, 1.0, 1.0, 0.0, (), (), (), None)
    lower = fitted.lower if by_estimate else max(used - SPREAD, used / 2)
    upper = fitted.upper if by_estimate else min(used + SPREAD, 1.0)
    thought = np.linspace(lower, upper, STEPS)
    profile = np.interp(thought, PURITIES, fitted.profile)
    weights = np.exp(profile - profile.max()) if by_estimate else np.ones(STEPS)
    shift = fitted.shift_at(used)
    return Mixture(
        purity=used,
        lower=lower,
        upper=upper,
        shift=shift,
        purities=tuple(thought.tolist()),
        shifts=tuple(fitted.shift_at(p) for p in thought.tolist()),
        weights=tuple((weights / weights.sum()).tolist()),
        ploidy=ploidy_of(evidence, used, shift),
    )
