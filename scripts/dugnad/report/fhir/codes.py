"""The codes that the bundle uses, by a name of our own; they stand in ``codes.tsv``."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
HGVS = "http://varnomen.hgvs.org"
REFSEQ = "http://www.ncbi.nlm.nih.gov/refseq"
ENSEMBL = "http://www.ensembl.org"
UCUM = "http://unitsofmeasure.org"


@dataclass(frozen=True)
class Code:
    """A code of a system; ``display`` is empty where it is not known word for word."""

    system: str
    code: str
    display: str

    @property
    def coding(self) -> dict[str, Any]:
        """As a FHIR Coding."""
        shown = {"display": self.display} if self.display else {}
        return {"system": self.system, "code": self.code, **shown}


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a TSV of this folder; lines that begin with # are comments."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        lines = [line for line in file if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


@lru_cache
def codes() -> dict[str, Code]:
    """All codes by name."""
    return {
        row["id"]: Code(row["system"], row["code"], row["display"]) for row in rows("codes.tsv")
    }


@lru_cache
def chromosomes(assembly: str) -> dict[str, str]:
    """RefSeq's accessions by chromosome without chr; empty for an assembly that is not known."""
    found = (row for row in rows("chromosomes.tsv") if row["assembly"] == assembly)
    return {row["chromosome"]: row["accession"] for row in found}


def assembly_of(genome: str) -> str | None:
    """GRCh37 or GRCh38 by a genome's name; None when the name is of neither."""
    name = genome.lower()
    names = {"GRCh37": ("grch37", "hg19", "b37"), "GRCh38": ("grch38", "hg38")}
    found = [which for which, parts in names.items() if any(part in name for part in parts)]
    return found[0] if len(found) == 1 else None
