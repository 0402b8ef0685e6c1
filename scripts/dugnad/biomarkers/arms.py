"""The arms of the chromosomes, from a panel's BED."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dugnad.errors import UserError
from dugnad.panel_biomarkers import HrdRules
from dugnad.regions import Region, outside, read_targets

_SEX = {"X", "Y", "M", "MT"}


@dataclass(frozen=True)
class Arms:
    """A chromosome with the place of its centromere, which may be a point; 0-based, half-open."""

    chrom: str
    start: int
    end: int
    centromere: tuple[int, int]

    @property
    def is_autosome(self) -> bool:
        """Whether both sexes have two of it."""
        return self.chrom.removeprefix("chr").upper() not in _SEX


def read_arms(path: Path) -> dict[str, Arms]:
    """The arms of a BED whose fourth column is ``p`` or ``q``; a chromosome may lack its p.

    Between both lies the centromere. Raises UserError with all faulty lines.
    """
    found: dict[str, dict[str, Region]] = {}
    problems = []
    for region in read_targets(path):
        own = found.setdefault(region.chrom, {})
        if region.label not in {"p", "q"}:
            text = f"arm must be p or q (got {region.label!r}); mend column 4"
            problems.append(f"{path}:{region.line}: {text}")
        elif region.label in own:
            text = f"{region.chrom} has two arms {region.label}; join the lines"
            problems.append(f"{path}:{region.line}: {text}")
        else:
            own[region.label] = region
    for chrom, own in found.items():
        if not problems and "q" not in own:
            problems.append(f"{path}:{own['p'].line}: {chrom} has no arm q; add its line")
        elif not problems and "p" in own and own["p"].end > own["q"].start:
            problems.append(f"{path}:{own['q'].line}: arm q begins within p; mend the line")
    if problems:
        raise UserError(problems)
    return {chrom: _arms(chrom, own) for chrom, own in found.items()}


def _arms(chrom: str, own: Mapping[str, Region]) -> Arms:
    q = own["q"]
    p = own.get("p", Region(chrom, q.start, q.start, "p"))
    return Arms(chrom, p.start, q.end, (p.end, q.start))


def arms_problems(
    rules: HrdRules | None, lengths: dict[str, int], targeted: Iterable[str] = ()
) -> Iterator[str]:
    """What is wrong with a panel's arms, in a genome with contigs of these lengths.

    Each numbered chromosome that is ``targeted`` must have arms: scars elsewhere are not counted.
    """
    if rules is None:
        return
    try:
        arms = read_arms(rules.arms)
    except UserError as error:
        yield from error.problems
        return
    for region, fault in outside(read_targets(rules.arms), lengths):
        yield f"{rules.arms}:{region.line}: {fault}; take the arms of the same genome"
    if not any(one.is_autosome for one in arms.values()):
        yield f"{rules.arms}:1: names no autosome; add their lines"
        return
    lacking = sorted(c for c in set(targeted) - set(arms) if c.removeprefix("chr").isdigit())
    if lacking:
        names = ", ".join(lacking)
        yield f"{rules.arms}: has no arms of {names}, which the panel targets; add their lines"
