"""What Ensembl's VEP writes into INFO/CSQ: columns that the header names, an entry per feature.

The rule runs ``vep --offline --cache ... --vcf --hgvs --mane``; see
https://www.ensembl.org/info/docs/tools/vep/vep_formats.html. Alleles are split before, so that all
entries of a record are of its one allele.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pysam

from dugnad.annotation.severity import IMPACTS, by_severity
from dugnad.annotation.transcript import split_version
from dugnad.errors import UserError

NEEDED = ("Consequence", "Feature_type", "Feature")

_FORMAT = re.compile(r"Format: ([^\s\"]+)")


@dataclass(frozen=True)
class VepEntry:
    """What VEP says of an allele on one transcript, without version.

    ``protein`` is its HGVS name without the accession, as VEP writes it: "p.Val600Glu".
    """

    transcript: str
    terms: tuple[str, ...]
    coding: str | None
    protein: str | None


class VepFormat:
    """The columns of a file's CSQ entries."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = {name: index for index, name in enumerate(columns)}

    def parse(self, texts: Sequence[str]) -> Iterator[VepEntry]:
        """The entries of transcripts; those of regulatory features and motifs are passed over.

        Raises ValueError for a term that Ensembl's list does not have.
        """
        for text in texts:
            cells = text.split("|")
            if self._cell(cells, "Feature_type") != "Transcript":
                continue
            words = self._cell(cells, "Consequence")
            terms = words.split("&")
            if unknown := [term for term in terms if term not in IMPACTS]:
                raise ValueError(f"unknown consequence '{unknown[0]}' of VEP in '{text[:80]}'")
            yield VepEntry(
                split_version(self._cell(cells, "Feature"))[0],
                by_severity(terms),
                _name(self._cell(cells, "HGVSc")),
                _name(self._cell(cells, "HGVSp")),
            )

    def _cell(self, cells: Sequence[str], column: str) -> str:
        index = self._columns.get(column, len(cells))
        return cells[index] if index < len(cells) else ""


def read_format(vcf: Path) -> VepFormat:
    """The columns that a VCF's header names for CSQ. Raises UserError when it does not."""
    with pysam.VariantFile(str(vcf)) as file:
        described = file.header.info["CSQ"].description if "CSQ" in file.header.info else ""
    columns = found[1].split("|") if (found := _FORMAT.search(described or "")) else []
    if lacking := [name for name in NEEDED if name not in columns]:
        raise UserError(
            f"{vcf}: its header names no {lacking[0]} in INFO/CSQ; write it with VEP's --vcf"
        )
    return VepFormat(columns)


def _name(text: str) -> str | None:
    """ "ENSP00000288602.6:p.Arg213%3D" as "p.Arg213="."""
    return unquote(text.partition(":")[2]) or None


def plain_protein(name: str | None) -> str | None:
    """A p. name without the parentheses of a prediction."""
    return name.replace("(", "").replace(")", "") if name else None
