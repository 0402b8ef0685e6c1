"""AMP/ASCO/CAP and ESCAT tiers: facts of a finding's evidence, and the tables' criteria on them."""

from collections.abc import Iterable, Sequence

from dugnad.interpretation.criteria import Criterion, Facts, first
from dugnad.interpretation.relevance import highest_frequency, is_benign
from dugnad.knowledge.therapies import ESCAT
from dugnad.record import Finding
from dugnad.record_interpretation import Classification, Evidence

AMP_SCHEME = "AMP/ASCO/CAP 2017"
ESCAT_SCHEME = "ESCAT 2018"
AMP_FACTS = (
    "level_here", "level_blocked", "level_elsewhere", "oncogenicity", "population", "clinical"
)  # fmt: skip
ESCAT_FACTS = (
    "escat_here", "escat_elsewhere", "level_elsewhere", "oncogenicity", "sensitivity_here",
    "sensitivity_elsewhere", "blocked", "other_here",
)  # fmt: skip


def amp_tier(
    evidence: Sequence[Evidence],
    oncogenicity: str | None,
    finding: Finding | None,
    criteria: Sequence[Criterion],
    told: bool = True,
) -> Classification:
    """The tier and level of a finding; ``finding`` is the small variant, if it is one."""
    facts: Facts = {
        "level_here": _best(e.amp_level for e in evidence if e.here),
        "level_blocked": _best(e.amp_level for e in evidence if e.blocked_by),
        "level_elsewhere": _best(e.amp_level for e in evidence if _is_elsewhere(e)),
        "oncogenicity": oncogenicity or "not classified",
        "population": _population(finding),
        "clinical": "benign" if finding and is_benign(finding.clinical_significance) else "other",
    }
    return first(criteria, facts, AMP_SCHEME, told)


def escat_tier(
    evidence: Sequence[Evidence],
    oncogenicity: str | None,
    criteria: Sequence[Criterion],
    told: bool = True,
) -> Classification:
    """The tier of a finding as a target."""
    targets = [e for e in evidence if e.effect == "sensitivity"]
    facts: Facts = {
        "escat_here": _highest(e.escat for e in targets if e.here),
        "escat_elsewhere": _highest(e.escat for e in targets if _is_elsewhere(e)),
        "level_elsewhere": _best(e.amp_level for e in targets if _is_elsewhere(e)),
        "oncogenicity": oncogenicity or "not classified",
        "sensitivity_here": any(e.here for e in targets),
        "sensitivity_elsewhere": any(map(_is_elsewhere, targets)),
        "blocked": any(e.blocked_by for e in targets),
        "other_here": any(e.here for e in evidence if e.effect != "sensitivity"),
    }
    return first(criteria, facts, ESCAT_SCHEME, told)


def _is_elsewhere(one: Evidence) -> bool:
    return not one.here and not one.blocked_by


def _best(levels: Iterable[str | None]) -> str:
    return min((level for level in levels if level), default="none")


def _highest(tiers: Iterable[str | None]) -> str:
    return min((tier for tier in tiers if tier), key=ESCAT.index, default="none")


def _population(finding: Finding | None) -> float | None:
    """The highest frequency; 0 where sources cover the place without the allele."""
    if finding is None:
        return 0.0
    highest = highest_frequency(finding)
    return 0.0 if highest is None and finding.population_source else highest
