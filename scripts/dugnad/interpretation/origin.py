"""Whose a variant is: germline, somatic or uncertain, with the reason in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dugnad.panel import Origin

Normal = Literal["none", "own", "foreign"]
"""Whether the case has a normal, and whether its reads say that it is the patient's."""
_LEAD: dict[Normal, str] = {
    "none": "no normal",
    "own": "the normal's reads are not given",
    "foreign": "the normal is not of this person",
}


@dataclass(frozen=True)
class Verdict:
    """An origin and why."""

    origin: Literal["germline", "somatic", "uncertain"]
    reason: str


def origin_of(variant: Mapping[str, Any], limits: Origin, normal: Normal) -> Verdict:
    """The origin of one row of the variants table.

    With the patient's normal, its reads decide; without one, and with somebody else's, only
    population frequency can say germline, and nothing says somatic.
    """
    counted = variant["normal_depth"] is not None and variant["normal_vaf"] is not None
    if normal == "own" and counted:
        return _by_normal(variant, limits)
    lead = _LEAD[normal]
    source, frequency = variant["population_source"], variant["population_frequency"]
    bound = limits.germline_population.value
    if source is None:
        return Verdict("uncertain", f"{lead}; no population source covers the contig")
    if frequency is None:
        return Verdict("uncertain", f"{lead}; not listed in {source}; may still be germline")
    if frequency >= bound:
        return Verdict(
            "germline", f"{lead}; frequency {frequency:.3g} in {source}, needs {bound:g}"
        )
    return Verdict("uncertain", f"{lead}; rare ({frequency:.2g}) in {source}; may be germline")


def _by_normal(variant: Mapping[str, Any], limits: Origin) -> Verdict:
    depth, vaf = variant["normal_depth"], variant["normal_vaf"]
    share = f"{variant['normal_alt_reads']} of {depth} in the normal"
    if depth < limits.normal_depth.value:
        return Verdict("uncertain", f"{share}, needs {limits.normal_depth.value:g}")
    if vaf >= limits.germline_normal_vaf.value:
        return Verdict("germline", share)
    if vaf > limits.somatic_normal_vaf.value:
        return Verdict("uncertain", f"{share}, too many for a somatic variant")
    tumour, ratio = variant["vaf"], limits.tumour_normal_ratio.value
    if tumour is None:
        return Verdict("uncertain", f"{share}; the tumour's share is not given")
    if tumour >= ratio * vaf:
        return Verdict("somatic", share)
    return Verdict("uncertain", f"{share}; the tumour has less than {ratio:g} times that share")
