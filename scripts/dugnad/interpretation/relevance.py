"""What a board should look at: hotspots, known clinical variants, altered reportable genes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from dugnad.regions import Hotspot

Relevance = Literal["hotspot", "clinical", "altering", "other"]
RELEVANCE: tuple[Relevance, ...] = ("hotspot", "clinical", "altering", "other")
"""Most relevant first."""


def hotspot_of(variant: Mapping[str, Any], hotspots: Iterable[Hotspot]) -> Hotspot | None:
    """The hotspot that the variant changes; a synonymous variant changes none."""
    if "synonymous_variant" in (variant["consequence"] or ()):
        return None
    for spot in hotspots:
        overlaps = variant["start"] < spot.end and spot.start < variant["end"]
        if spot.chrom == variant["chrom"] and overlaps:
            return spot
    return None


def relevance_of(
    variant: Mapping[str, Any], spot: Hotspot | None, genes: Sequence[str]
) -> tuple[Relevance, str]:
    """The most relevant reason to look at a variant, and that reason in words."""
    significance = variant["clinical_significance"] or ""
    if spot:
        return "hotspot", f"hotspot {spot.name} ({spot.source})"
    if is_pathogenic(significance):
        return "clinical", f"{significance} in {variant['clinical_source']}"
    if variant["gene"] in genes and variant["impact"] in {"HIGH", "MODERATE"}:
        return "altering", f"{variant['impact'].lower()} impact on {variant['gene']}"
    return "other", ""


def is_pathogenic(significance: str) -> bool:
    """Whether one of the terms of a ClinVar significance is pathogenic or likely pathogenic."""
    terms = re.split(r"[|/,;]", significance.lower().replace("_", " "))
    return any(term.strip() in {"pathogenic", "likely pathogenic"} for term in terms)
