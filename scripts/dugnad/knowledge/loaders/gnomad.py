"""gnomAD's sites VCF, of releases 2, 3 and 4, of exomes, genomes or both, or AF alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dugnad.errors import UserError
from dugnad.knowledge.loaders.genomes import check_vcf
from dugnad.knowledge.loaders.sites import read_alleles
from dugnad.known_sites import Site

# our name of a value: gnomAD's keys of it, joint release, release 4, release 2
_KEYS = {
    "frequency": ("AF_joint", "AF"),
    "maximum": ("AF_grpmax_joint", "AF_grpmax", "AF_popmax"),
    "group": ("grpmax_joint", "grpmax", "popmax"),
    "faf95": ("fafmax_faf95_max_joint", "fafmax_faf95_max", "faf95_popmax", "faf95"),
    "count": ("AC_joint", "AC"),
    "alleles": ("AN_joint", "AN"),
    "homozygotes": ("nhomalt_joint", "nhomalt"),
}


@dataclass(frozen=True)
class PopulationAllele:
    """An allele's frequencies, as fractions; None where the file has none.

    ``maximum`` is the highest of gnomAD's groups (without bottlenecked ones), ``group`` which one;
    ``faf95`` the filtering allele frequency. ``filters`` are gnomAD's own, without PASS: with one,
    the frequency is not to be trusted.
    """

    chrom: str
    pos: int
    ref: str
    alt: str
    ids: tuple[str, ...]
    filters: tuple[str, ...]
    frequency: float | None
    maximum: float | None
    group: str | None
    faf95: float | None
    count: int | None
    alleles: int | None
    homozygotes: int | None


def read_gnomad(path: Path, genome: str) -> Iterator[PopulationAllele]:
    """The alleles of a release; UserError when it is another file, or of another genome."""
    head = check_vcf(path, genome)
    keys = keys_of(path, head)
    for allele in read_alleles(path, head):
        site = allele.site
        yield PopulationAllele(
            allele.chrom,
            allele.pos,
            allele.ref,
            allele.alt,
            tuple(site.ids),
            tuple(site.filters),
            _number(site, keys.get("frequency")),
            _number(site, keys.get("maximum")),
            site.text(keys["group"]) if "group" in keys else None,
            _number(site, keys.get("faf95")),
            _whole(site, keys.get("count")),
            _whole(site, keys.get("alleles")),
            _whole(site, keys.get("homozygotes")),
        )


def _number(site: Site, key: str | None) -> float | None:
    return site.fraction(key) if key else None


def _whole(site: Site, key: str | None) -> int | None:
    value = _number(site, key)
    return None if value is None else int(value)


def keys_of(path: Path, head: list[str]) -> dict[str, str]:
    """Which INFO key holds each of our values; UserError when there is no frequency."""
    declared = {found[1] for line in head if (found := re.match(r"##INFO=<ID=([^,]+),", line))}
    keys = {
        ours: key
        for ours, options in _KEYS.items()
        if (key := next((option for option in options if option in declared), None))
    }
    if "frequency" not in keys:
        raise UserError(f"{path}: declares no INFO key AF or AF_joint; is it gnomAD's sites VCF?")
    return keys


def check(path: Path, genome: str) -> None:
    """Raise UserError when it is not gnomAD's sites VCF of the genome."""
    keys_of(path, check_vcf(path, genome))


def release_of(path: Path) -> str | None:
    """The release that the file's name states, as 4.1."""
    found = re.search(r"\.[vr](\d+(?:\.\d+)*)\.", path.name)
    return found[1] if found else None
