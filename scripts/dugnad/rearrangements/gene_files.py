"""The tables that say which fusions are looked for and known, and which domains matter."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dugnad.border import got, read_text
from dugnad.errors import UserError
from dugnad.record_rearrangements import Domain
from dugnad.regions import Region

FUSION_GENE_COLUMNS = ["gene", "contig", "start", "end", "intron", "partners"]
KNOWN_COLUMNS = ["gene_5", "gene_3", "source"]
DOMAIN_COLUMNS = ["gene", "domain", "first", "last", "length", "source"]


@dataclass(frozen=True)
class FusionGene:
    """A stretch of a gene where fusions break it, with its intron and usual partners if named."""

    gene: str
    place: Region
    intron: int | None
    partners: tuple[str, ...]


@dataclass(frozen=True)
class GeneDomain:
    """A domain of a protein of ``length`` residues; 1-based, both inclusive."""

    gene: str
    name: str
    first: int
    last: int
    length: int

    @property
    def shown(self) -> Domain:
        """As the record has it."""
        return Domain(name=self.name, first=self.first, last=self.last)


def read_fusion_genes(path: Path) -> list[FusionGene]:
    """The genes that are searched; a gene may have several rows.

    Raises UserError with all faulty lines.
    """
    genes: list[FusionGene] = []
    problems: list[str] = []
    for number, cells in _rows(path, FUSION_GENE_COLUMNS, problems):
        gene, chrom, start, end = (cells[name] for name in FUSION_GENE_COLUMNS[:4])
        if not (gene and chrom):
            problems.append(f"{path}:{number}: needs a gene and a contig; fill them in")
        elif not (start.isdigit() and end.isdigit() and 0 < int(start) <= int(end)):
            shown = got(f"{start}-{end}")
            problems.append(f"{path}:{number}: start and end must be 1-based, start first {shown}")
        elif cells["intron"] and not cells["intron"].isdigit():
            fault = f"intron must be a whole number or empty {got(cells['intron'])}"
            problems.append(f"{path}:{number}: {fault}; mend the line")
        else:
            place = Region(chrom, int(start) - 1, int(end), gene, line=number)
            intron = int(cells["intron"]) if cells["intron"] else None
            partners = tuple(name for name in cells["partners"].split(",") if name)
            genes.append(FusionGene(gene, place, intron, partners))
    if problems:
        raise UserError(problems)
    return genes


def read_known_fusions(path: Path) -> dict[tuple[str, str], str]:
    """Known fusions, 5' gene first, each with its source.

    Raises UserError with all faulty lines.
    """
    known: dict[tuple[str, str], str] = {}
    problems: list[str] = []
    for number, cells in _rows(path, KNOWN_COLUMNS, problems):
        if not all(cells.values()):
            problems.append(f"{path}:{number}: needs two genes and a source; fill them in")
        known[cells["gene_5"], cells["gene_3"]] = cells["source"]
    if problems:
        raise UserError(problems)
    return known


def read_domains(path: Path) -> dict[str, list[GeneDomain]]:
    """Domains by gene.

    Raises UserError with all faulty lines.
    """
    domains: dict[str, list[GeneDomain]] = {}
    problems: list[str] = []
    for number, cells in _rows(path, DOMAIN_COLUMNS, problems):
        numbers = [cells[name] for name in ("first", "last", "length")]
        if not all(cells.values()) or not all(cell.isdigit() for cell in numbers):
            problems.append(f"{path}:{number}: needs all cells, residues as numbers; fill them in")
            continue
        first, last, length = map(int, numbers)
        if not 0 < first <= last <= length:
            problems.append(f"{path}:{number}: must be first <= last <= length; mend the line")
            continue
        row = GeneDomain(cells["gene"], cells["domain"], first, last, length)
        domains.setdefault(row.gene, []).append(row)
    if problems:
        raise UserError(problems)
    return domains


def _rows(
    path: Path, columns: list[str], problems: list[str]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each filled line's number and cells; faults of form go to ``problems``."""
    rows = list(csv.reader(io.StringIO(read_text(path)), delimiter="\t"))
    if not rows or rows[0] != columns:
        raise UserError(f"{path}:1: the header must be {', '.join(columns)}, separated by tabs")
    for number, cells in enumerate(rows[1:], start=2):
        if len(cells) == len(columns):
            yield number, dict(zip(columns, (cell.strip() for cell in cells), strict=True))
        elif any(cells):
            problems.append(f"{path}:{number}: needs {len(columns)} cells; fill them in")
