"""Whose a variant is: germline, likely germline, somatic or uncertain, with the reason in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dugnad.copy_number.places import LocalCopies
from dugnad.interpretation.vaf_model import Posterior, posterior_of
from dugnad.panel_rules import Origin
from dugnad.record import OriginName

Normal = Literal["none", "own", "foreign"]
"""Whether the case has a normal, and whether its reads say that it is the patient's."""
_LEAD: dict[Normal, str] = {
    "none": "no normal",
    "own": "the normal's reads are too few or not given",
    "foreign": "the normal is not of this person",
}


@dataclass(frozen=True)
class Verdict:
    """An origin and why."""

    origin: OriginName
    reason: str


def origin_of(
    variant: Mapping[str, Any],
    limits: Origin,
    normal: Normal,
    purity: float | None = None,
    is_hotspot: bool = False,
    measured: LocalCopies | None = None,
) -> Verdict:
    """The origin of one row of the variants table.

    With the patient's normal, its reads decide; without one, and with somebody else's, known
    frequencies can say germline, and then the VAF, by the panel's model, either; what that cannot
    tell is uncertain. Nothing is somatic for want of a better word.

    Args:
        variant: a row of the variants table.
        limits: the panel's.
        normal: whether there is one that speaks for the patient.
        purity: tumour fraction that is used; None: all are thought of.
        is_hotspot: whether it changes a hotspot, where germline variants are rare.
        measured: the tumour's copies at its place, if they are known.
    """
    if normal == "own" and variant["normal_depth"] and variant["normal_vaf"] is not None:
        verdict = _by_normal(variant, limits)
        if verdict is not None:
            return verdict
    lead = _LEAD[normal]
    return _by_frequency(variant, limits, lead) or _by_vaf(
        variant, limits, lead, purity, is_hotspot, measured
    )


def _by_normal(variant: Mapping[str, Any], limits: Origin) -> Verdict | None:
    depth, vaf = variant["normal_depth"], variant["normal_vaf"]
    share = f"{variant['normal_alt_reads']} of {depth} in the normal"
    if depth < limits.normal_depth.value:
        return None
    if vaf >= limits.germline_normal_vaf.value:
        return Verdict("germline", share)
    if vaf > limits.somatic_normal_vaf.value:
        return Verdict("uncertain", f"{share}, too many for a somatic variant")
    tumour, ratio = variant["vaf"], limits.tumour_normal_ratio.value
    if tumour is None:
        return Verdict("uncertain", f"{share}; the tumour's share is not given")
    if tumour and tumour >= ratio * vaf:
        return Verdict("somatic", share)
    return Verdict("uncertain", f"{share}; the tumour has less than {ratio:g} times that share")


def _by_frequency(variant: Mapping[str, Any], limits: Origin, lead: str) -> Verdict | None:
    """Germline, when a population or our own runs know the variant as such."""
    source, frequency = variant["population_source"], variant["population_frequency"]
    bound = limits.germline_population.value
    if frequency is not None and frequency >= bound:
        return Verdict(
            "germline", f"{lead}; frequency {frequency:.3g} in {source}, needs {bound:g}"
        )
    maximum, highest = variant["population_maximum"], limits.germline_population_maximum
    if maximum is not None and highest is not None and maximum >= highest.value:
        group = f"frequency {maximum:.3g} in the group {variant['population_group'] or 'with most'}"
        return Verdict("germline", f"{lead}; {group}, needs {highest.value:g}")
    least = limits.germline_recurrence
    for column, where in (
        ("recurrence_normals", "normals of earlier runs"),
        ("normals_share", "panel of normals"),
    ):
        shown = variant[column]
        if least is not None and shown is not None and shown >= least.value:
            text = f"{lead}; in {shown:.0%} of the {where}, needs {least.value:.0%}"
            return Verdict("germline", text)
    return None


def _by_vaf(
    variant: Mapping[str, Any],
    limits: Origin,
    lead: str,
    purity: float | None,
    is_hotspot: bool,
    measured: LocalCopies | None,
) -> Verdict:
    listed = _listed(variant, lead)
    model, depth, reads = limits.likelihood, variant["depth"], variant["alt_reads"]
    if model is None or not depth or reads is None:
        return Verdict("uncertain", f"{listed}; may be germline")
    if model.measured_copies is None:
        measured = None
    posterior = posterior_of(reads, depth, purity, model, is_hotspot, measured)
    text = f"{listed}; {_odds(posterior, variant['vaf'], purity, measured)}"
    if posterior.germline >= model.decided.value:
        return Verdict("likely_germline", text)
    if variant["population_source"] is not None and posterior.somatic >= model.decided.value:
        return Verdict("somatic", text)
    return Verdict("uncertain", text)


def _listed(variant: Mapping[str, Any], lead: str) -> str:
    source, frequency = variant["population_source"], variant["population_frequency"]
    if source is None:
        return f"{lead}; no population source covers the contig"
    if frequency is None:
        return f"{lead}; not listed in {source}"
    return f"{lead}; rare ({frequency:.2g}) in {source}"


def _odds(
    posterior: Posterior, vaf: float | None, purity: float | None, measured: LocalCopies | None
) -> str:
    share = f"VAF {vaf:.2f}" if vaf is not None else "VAF not given"
    cells = "purity not stated" if purity is None else f"purity {purity:.2f}"
    copies = ""
    if measured:
        copies = f", {measured.total} copies"
        copies += f" of which {measured.minor} minor" if measured.minor is not None else ""
    return f"{share}, {cells}{copies}: germline with probability {posterior.germline:.2f}"
