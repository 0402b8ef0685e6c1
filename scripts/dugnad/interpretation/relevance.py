"""What a board should look at: hotspots, known clinical variants, altered reportable genes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from dugnad.record import Finding
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


def clinical_terms(significance: str | None) -> frozenset[str]:
    """The terms of a ClinVar significance, which may come from several records: small letters."""
    terms = re.split(r"[|/,;]", (significance or "").lower().replace("_", " "))
    return frozenset(term.strip() for term in terms if term.strip())


def is_pathogenic(significance: str) -> bool:
    """Whether one of the terms of a ClinVar significance is pathogenic or likely pathogenic."""
    return bool(clinical_terms(significance) & {"pathogenic", "likely pathogenic"})


def is_benign(significance: str | None) -> bool:
    """Whether there are terms, and all of them are benign or likely benign."""
    terms = clinical_terms(significance)
    return bool(terms) and terms <= {"benign", "likely benign"}


def highest_frequency(finding: Finding) -> float | None:
    """The highest frequency that is known, of all or of a group; None where none is."""
    seen = (finding.population_frequency, finding.population_maximum)
    return max((value for value in seen if value is not None), default=None)
