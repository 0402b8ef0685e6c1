"""Lists of genes: ClinGen's validity and dosage sensitivity, and any list with a gene a line."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from dugnad.border import got, read_text
from dugnad.errors import UserError
from dugnad.files import open_bytes
from dugnad.knowledge.loaders.release_table import ReleaseTable

_VALIDITY = {
    "gene": ("GENE SYMBOL",),
    "hgnc": ("GENE ID (HGNC)",),
    "disease": ("DISEASE LABEL",),
    "mondo": ("DISEASE ID (MONDO)",),
    "inheritance": ("MOI",),
    "classification": ("CLASSIFICATION",),
    "date": ("CLASSIFICATION DATE",),
}
_DOSAGE = {
    "gene": ("GENE SYMBOL",),
    "hgnc": ("HGNC ID",),
    "loss": ("HAPLOINSUFFICIENCY",),
    "gain": ("TRIPLOSENSITIVITY",),
    "date": ("DATE",),
}
CLASSIFICATIONS = (
    "Definitive", "Strong", "Moderate", "Limited", "Disputed", "Refuted",
    "No Known Disease Relationship",
)  # fmt: skip
_SUFFICIENT = "sufficient evidence for"
_SYMBOL = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")


@dataclass(frozen=True)
class Validity:
    """How sure it is that a gene causes a disease; ``inheritance`` AD, AR, XL, SD, MT or UD."""

    gene: str
    hgnc: str
    disease: str
    mondo: str
    inheritance: str
    classification: str
    date: str


@dataclass(frozen=True)
class Dosage:
    """Whether one copy lost, or one too many, is an established cause of disease."""

    gene: str
    hgnc: str
    haploinsufficiency: str
    triplosensitivity: str
    date: str

    @property
    def haploinsufficient(self) -> bool:
        """Whether ClinGen holds the evidence for haploinsufficiency to be sufficient."""
        return self.haploinsufficiency.lower().startswith(_SUFFICIENT)


def load_validity(path: Path) -> tuple[Validity, ...]:
    """ClinGen's gene-disease validity; UserError when it is another file."""
    problems: list[str] = []
    found = []
    for line, cells in _validity(path).rows():
        if cells["classification"] not in CLASSIFICATIONS:
            problems.append(
                f"{path}:{line}: CLASSIFICATION is not known {got(cells['classification'])}"
            )
        found.append(Validity(**cells))
    if problems:
        raise UserError(problems)
    return tuple(found)


def load_dosage(path: Path) -> tuple[Dosage, ...]:
    """ClinGen's dosage sensitivity of genes; UserError when it is another file."""
    return tuple(
        Dosage(cells["gene"], cells["hgnc"], cells["loss"], cells["gain"], cells["date"])
        for _, cells in _dosage(path).rows()
    )


def genes_with(rows: Iterable[Validity], at_least: str = "Moderate") -> frozenset[str]:
    """The genes with a disease whose classification is at least so sure.

    ``at_least`` is one of Definitive, Strong, Moderate and Limited.
    """
    enough = set(CLASSIFICATIONS[: CLASSIFICATIONS.index(at_least) + 1])
    return frozenset(row.gene for row in rows if row.classification in enough)


def load_genes(path: Path) -> tuple[str, ...]:
    """A list with a gene a line; a header, ``#`` comments, and further columns are passed over.

    Raises UserError with all lines that begin with no gene symbol, or when there is none.
    """
    genes, problems = [], []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        word = re.split(r"[\t,;]", line)[0].strip().strip('"')
        if not word or line.startswith("#") or word.lower() in {"gene", "symbol", "hugo_symbol"}:
            continue
        if not _SYMBOL.fullmatch(word):
            problems.append(f"{path}:{number}: is not a gene symbol {got(word[:30])}")
        genes.append(word)
    if problems:
        raise UserError(problems)
    if not genes:
        raise UserError(f"{path}: has no genes; write one a line")
    return tuple(dict.fromkeys(genes))


def _validity(path: Path) -> ReleaseTable:
    return ReleaseTable(path, _VALIDITY, tuple(_VALIDITY), ",", quoted=True)


def _dosage(path: Path) -> ReleaseTable:
    return ReleaseTable(path, _DOSAGE, tuple(_DOSAGE), ",", quoted=True)


def check(path: Path, genome: str) -> None:
    """Raise UserError when it is not the CSV of ClinGen that its name says."""
    del genome  # genes are of no genome
    if "dosage" in path.name.lower():
        _dosage(path)
    else:
        _validity(path)


def release_of(path: Path) -> str | None:
    """The day on which ClinGen wrote the file, as 2026-11-02."""
    with open_bytes(path) as lines:
        for line in islice(lines, 10):
            if found := re.search(rb"FILE CREATED: (\d{4}-\d\d-\d\d)", line):
                return found[1].decode()
    return None
