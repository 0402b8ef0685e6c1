"""When a gene is amplified, gained, lost or deleted: the panel's limits on a level of copies."""

from dataclasses import dataclass
from typing import Literal

from dugnad.copy_number.levels import Level, Mixture
from dugnad.panel_copy_number import CopyNumberRules
from dugnad.record_copy_number import CopyCall

Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True)
class Verdict:
    """A call, how sure it is, and why in words."""

    call: CopyCall
    confidence: Confidence
    reason: str


def call_of(
    level: Level, normal: int, z: float | None, least_z: float, mixture: Mixture,
    rules: CopyNumberRules,
) -> Verdict:  # fmt: skip
    """The call of a level.

    Args:
        level: copies, as far as they are known.
        normal: copies in a normal cell.
        z: how far it is from the normals, in SD; None: cannot be told.
        least_z: below it there is no call.
        mixture: the sample's purity and ploidy.
        rules: the panel's limits, which are for places of two copies.
    """
    if why := failed(level, normal, mixture, rules):
        return Verdict("not_assessable", "low", why)
    if z is None:
        return Verdict("not_assessable", "low", "the sample's noise cannot be told")
    if level.copies is None:
        return _without_purity(level, normal, z, least_z, rules)
    shown = f"{level.copies:.1f} copies ({level.lower:.1f} to {level.upper:.1f})"
    call, why = _by_limits(level, normal, mixture, rules)
    if call != "neutral" and abs(z) < least_z:
        why = f"{shown}, but {abs(z):.1f} SD from the normals are less than {least_z:g}"
        return Verdict("neutral", "low", why)
    confidence = _confidence(call, level, normal, abs(z), rules)
    return Verdict(call, confidence, f"{shown}, {abs(z):.1f} SD from the normals; {why}")


def failed(level: Level, normal: int, mixture: Mixture, rules: CopyNumberRules) -> str | None:
    """Why a level is no deletion, if it is below what normal cells leave."""
    if mixture.purity is None:
        left = 0.05 if level.mean < 0.05 * normal else 0.0
    else:
        left = rules.failed_probes.value * (1 - min(mixture.upper, 1.0))
    if level.mean >= left * normal or left == 0:
        return None
    share = level.mean / normal
    return (
        f"depth is {share:.2f} of what a normal cell gives, less than the sample's normal cells"
        " alone would leave: the probes failed, or the purity is higher"
    )


def _by_limits(
    level: Level, normal: int, mixture: Mixture, rules: CopyNumberRules
) -> tuple[CopyCall, str]:
    copies, scale = level.copies or 0.0, normal / 2
    amplified, ratio = rules.amplification.value, rules.amplification_ratio.value
    least = max(amplified, ratio * (mixture.ploidy or 2.0) * scale)
    if copies >= least:
        return "amplification", f"amplified from {least:.1f}"
    if copies >= rules.gain.value * scale:
        why = f"gained from {rules.gain.value * scale:.1f}"
        if copies >= amplified:
            why += f", but not amplified below {ratio:g} times the ploidy ({least:.1f})"
        return "gain", why
    if copies < rules.homozygous_deletion.value:
        return "homozygous_deletion", f"deleted below {rules.homozygous_deletion.value:g}"
    if copies <= rules.loss.value * scale:
        if normal == 2 and level.heterozygous >= rules.sure.value:
            return "neutral", "BAF shows both parents' copies, so that none is lost"
        return "loss", f"lost up to {rules.loss.value * scale:.1f}"
    return "neutral", f"between {rules.loss.value * scale:.1f} and {rules.gain.value * scale:.1f}"


def _confidence(
    call: CopyCall, level: Level, normal: int, z: float, rules: CopyNumberRules
) -> Confidence:
    """High: strong against the normals, and the whole interval lies beyond the limit."""
    scale, lower, upper = normal / 2, level.lower or 0.0, level.upper or 0.0
    loss, gain = rules.loss.value * scale, rules.gain.value * scale
    within = {
        "amplification": lower >= gain and level.copies is not None
        and lower >= 0.8 * rules.amplification.value,
        "gain": lower >= gain,
        "loss": upper <= loss,
        "homozygous_deletion": upper <= 1.0 * scale,
        "neutral": lower > loss and upper < gain,
    }[call]  # fmt: skip
    strong = call == "neutral" or z >= rules.strong_z_score.value
    return "high" if within and strong else "medium"


def _without_purity(
    level: Level, normal: int, z: float, least_z: float, rules: CopyNumberRules
) -> Verdict:
    """By the average cell: its copies deviate less than the tumour's do."""
    shown = f"purity is not known; {level.mean:.1f} copies in the average cell"
    call: CopyCall = "neutral"
    change = rules.mean_change.value
    if level.mean >= rules.amplification.value:
        call = "amplification"
    elif abs(z) >= least_z and level.mean >= normal * (1 + change):
        call = "gain"
    elif abs(z) >= least_z and level.mean <= normal * (1 - change):
        call = "loss"
    return Verdict(call, "low", f"{shown}, {abs(z):.1f} SD from the normals")
