"""ClinVar's VCF: what is said of a variant, and how well it was reviewed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dugnad.annotation.vcf_source import STARS
from dugnad.knowledge.loaders.genomes import check_vcf, header_lines
from dugnad.knowledge.loaders.sites import Allele, plain, read_alleles

_KEYS = ("CLNSIG", "CLNREVSTAT", "CLNDN")
_NAMELESS = {"not provided", "not specified"}


@dataclass(frozen=True)
class Judgement:
    """A classification and the stars of its review, 0 to 4; None for a review of no known kind.

    ``conflict`` gives the single classifications where submitters disagree.
    """

    classification: str
    stars: int | None
    conditions: tuple[str, ...] = ()
    conflict: str | None = None


@dataclass(frozen=True)
class ClinVarVariant:
    """A variant of ClinVar. Releases before 2024 have no oncogenicity and no somatic impact."""

    chrom: str
    pos: int
    ref: str
    alt: str
    variation_id: str
    genes: tuple[str, ...]
    germline: Judgement | None
    oncogenicity: Judgement | None
    somatic_impact: Judgement | None


def read_clinvar(path: Path, genome: str) -> Iterator[ClinVarVariant]:
    """The variants of a release; UserError when it is another file, or of another genome."""
    head = check_vcf(path, genome, _KEYS)
    for allele in read_alleles(path, head):
        yield ClinVarVariant(
            allele.chrom,
            allele.pos,
            allele.ref,
            allele.alt,
            next(iter(allele.site.ids), ""),
            _genes(allele),
            _judgement(allele, "CLNSIG", "CLNREVSTAT", "CLNDN", "CLNSIGCONF"),
            _judgement(allele, "ONC", "ONCREVSTAT", "ONCDN", "ONCCONF"),
            _judgement(allele, "SCI", "SCIREVSTAT", "SCIDN", None),
        )


def _genes(allele: Allele) -> tuple[str, ...]:
    text = allele.site.text("GENEINFO") or ""
    return tuple(part.split(":")[0] for part in text.split("|") if part)


def _judgement(
    allele: Allele, key: str, review: str, names: str, conflict: str | None
) -> Judgement | None:
    said = plain(allele.site.text(key))
    if said is None:
        return None
    status = (plain(allele.site.text(review)) or "").lower()
    conditions = [plain(name) or "" for name in (allele.site.text(names) or "").split("|")]
    return Judgement(
        said,
        STARS.get(status.replace(", ", ",").replace(",", ", ")),
        tuple(name for name in conditions if name and name not in _NAMELESS),
        plain(allele.site.text(conflict)) if conflict else None,
    )


def check(path: Path, genome: str) -> None:
    """Raise UserError when it is not ClinVar's VCF of the genome."""
    check_vcf(path, genome, _KEYS)


def release_of(path: Path) -> str | None:
    """The release's day, as 2026-11-02."""
    found = (re.match(r"##fileDate=(\d{4}-\d\d-\d\d)", line) for line in header_lines(path))
    return next((match[1] for match in found if match), None)
