"""MANE's summary: the transcript of each gene on which variants are told."""

import re
from dataclasses import dataclass
from pathlib import Path

from dugnad.errors import UserError
from dugnad.knowledge.loaders import annotation
from dugnad.knowledge.loaders.release_table import ReleaseTable

_COLUMNS = {
    "gene": ("symbol",),
    "ensembl_gene": ("Ensembl_Gene",),
    "hgnc": ("HGNC_ID",),
    "refseq": ("RefSeq_nuc",),
    "ensembl": ("Ensembl_nuc",),
    "protein": ("Ensembl_prot",),
    "status": ("MANE_status",),
    "contig": ("GRCh38_chr",),
}
_STATUSES = ("MANE Select", "MANE Plus Clinical")


@dataclass(frozen=True)
class ManeTranscript:
    """A transcript that is the same in Ensembl and RefSeq, with versions."""

    gene: str
    ensembl: str
    refseq: str
    protein: str
    ensembl_gene: str
    hgnc: str
    contig: str


@dataclass(frozen=True)
class Mane:
    """A release: the one Select transcript of each gene, and those that are Plus Clinical."""

    release: str
    select: dict[str, ManeTranscript]
    plus_clinical: dict[str, tuple[ManeTranscript, ...]]


def load_mane(path: Path) -> Mane:
    """A release's transcripts; UserError when it is another file, or a gene has two Selects."""
    select: dict[str, ManeTranscript] = {}
    plus: dict[str, tuple[ManeTranscript, ...]] = {}
    problems = []
    for line, cells in _table(path).rows():
        one = ManeTranscript(**{name: cells[name] for name in _COLUMNS if name != "status"})
        if cells["status"] not in _STATUSES:
            problems.append(f"{path}:{line}: MANE_status is '{cells['status']}', not known")
        elif cells["status"] != "MANE Select":
            plus[one.gene] = (*plus.get(one.gene, ()), one)
        elif select.setdefault(one.gene, one) != one:
            problems.append(f"{path}:{line}: {one.gene} has two MANE Select transcripts")
    if problems:
        raise UserError(problems)
    return Mane(release_of(path) or "unknown", select, plus)


def _table(path: Path) -> ReleaseTable:
    return ReleaseTable(path, _COLUMNS, tuple(_COLUMNS))


def check(path: Path, genome: str) -> None:
    """Raise UserError when it is neither the summary nor GFF3 of the genome."""
    if ".gff" in path.name:
        annotation.check(path, genome)
    else:
        if genome != "GRCh38":
            raise UserError(f"{path}: MANE is of GRCh38, not {genome}")
        _table(path)


def release_of(path: Path) -> str | None:
    """The release that the file's name states, as 1.5."""
    found = re.search(r"\.v(\d+(?:\.\d+)*)\.", path.name)
    return found[1] if found else None
