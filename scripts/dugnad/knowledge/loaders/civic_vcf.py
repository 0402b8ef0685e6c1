"""CIViC's VCF: which small variants, by position, have which evidence and assertions.

Without the level's meaning and the statement of the TSV it gives no therapy rows; it tells that
CIViC knows the allele, and where to read on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from dugnad.errors import UserError
from dugnad.knowledge.loaders.genomes import check_vcf, header_lines
from dugnad.knowledge.loaders.sites import read_alleles

_FORMAT = re.compile(r"##INFO=<ID=CSQ,.*Format: ([^\"]+)\"")
_DRUGS = ("CIViC Entity Therapies", "CIViC Entity Drugs")
_PROFILES = ("CIViC Molecular Profile Name", "CIViC Variant Name")
_NEEDED = ("SYMBOL", "CIViC Entity Type", "CIViC Entity ID", "CIViC Entity Status")


@dataclass(frozen=True)
class CivicEntity:
    """An evidence item or assertion that is tied to an allele, 1-based."""

    chrom: str
    pos: int
    ref: str
    alt: str
    gene: str
    profile: str
    kind: str
    """evidence or assertion."""
    id: str
    status: str
    origin: str
    significance: str
    direction: str
    disease: str
    therapies: tuple[str, ...]
    level: str
    """A to E of evidence; AMP's tier and level of an assertion."""


def read_civic_vcf(path: Path, genome: str) -> Iterator[CivicEntity]:
    """Accepted entities of each allele; UserError when it is another file or genome."""
    head = check_vcf(path, genome, ("CSQ",))
    columns = _columns(path, head)
    for allele in read_alleles(path, head):
        for entry in allele.site.info.get("CSQ", "").split(","):
            cells = [unquote(cell) for cell in entry.split("|")]
            if entry and len(cells) != len(columns):
                raise UserError(f"{allele.site.place}: CSQ has {len(cells)} fields; get it again")
            said = dict(zip(columns, cells, strict=False))
            if said.get("CIViC Entity Status", "").lower() != "accepted":
                continue
            yield CivicEntity(
                allele.chrom,
                allele.pos,
                allele.ref,
                allele.alt,
                said["SYMBOL"],
                _first(said, _PROFILES),
                said["CIViC Entity Type"],
                said["CIViC Entity ID"],
                said["CIViC Entity Status"],
                said.get("CIViC Entity Variant Origin", "").replace("_", " ").lower(),
                _first(said, ("CIViC Entity Significance", "CIViC Entity Clinical Significance")),
                said.get("CIViC Entity Direction", ""),
                said.get("CIViC Entity Disease", ""),
                tuple(name for name in _first(said, _DRUGS).split("&") if name),
                _first(said, ("CIViC Evidence Level", "CIViC Assertion AMP Category")),
            )


def _first(said: dict[str, str], names: tuple[str, ...]) -> str:
    return next((said[name] for name in names if said.get(name)), "")


def _columns(path: Path, head: list[str]) -> list[str]:
    """The fields of CSQ, in the header's order; UserError when needed ones lack."""
    found = next((match for line in head if (match := _FORMAT.match(line))), None)
    columns = [name.strip() for name in found[1].split("|")] if found else []
    if lacking := [name for name in _NEEDED if name not in columns]:
        raise UserError(f"{path}: CSQ has no field {', '.join(lacking)}; is it CIViC's VCF?")
    return columns


def check(path: Path, genome: str) -> None:
    """Raise UserError when it is not CIViC's VCF of the genome."""
    _columns(path, check_vcf(path, genome, ("CSQ",)))


def release_of(path: Path) -> str | None:
    """The day on which the file was written, as 2026-11-02."""
    for line in header_lines(path):
        if found := re.match(r"##fileDate=(\d{4})-?(\d\d)-?(\d\d)", line):
            return "-".join(found.groups())
    return None
