"""Tables about genes: roles in cancer, germline follow-up, clonal haematopoiesis, transcripts.

Each loader gives frozen rows by gene and raises UserError with the faults of all rows at once; a
row without a source is a fault.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, cast, get_args

from dugnad.errors import UserError
from dugnad.knowledge.alteration import Alteration, parse_alteration
from dugnad.knowledge.tsv import Row, read_rows

Role = Literal["oncogene", "tumour_suppressor", "both"]
Actionability = Literal["most", "high", "standard"]
Mechanism = Literal["loss_of_function", "gain_of_function", "exonuclease"]
Inheritance = Literal["dominant", "recessive"]

ROLE_COLUMNS = ("gene", "role", "loss_of_function_established", "source")
GERMLINE_COLUMNS = ("gene", "actionability", "age", "tumour_types", "note", "source")
GERMLINE_OPTIONAL = ("mechanism", "inheritance", "exceptions")
HAEMATOPOIESIS_COLUMNS = ("gene", "alterations", "solid_tumours", "source")
TRANSCRIPT_COLUMNS = ("gene", "ensembl", "refseq", "source")

_GENE = re.compile(r"[A-Z0-9][A-Za-z0-9.-]*")
_ENSEMBL = re.compile(r"ENST\d{11}(?:\.\d+)?")
_REFSEQ = re.compile(r"N[MR]_\d{6,9}(?:\.\d+)?")


@dataclass(frozen=True)
class GeneRole:
    """What a gene does in cancer, and whether null variants are a known way."""

    gene: str
    role: Role
    loss_of_function_established: bool
    source: tuple[str, ...]


@dataclass(frozen=True)
class GermlineGene:
    """A gene whose variants in a tumour are followed up in the germline.

    ``under_30``: only of tumours diagnosed before 30. ``tumour_types``: codes, or any.
    ``exceptions``: truncating variants that are not pathogenic.
    """

    gene: str
    actionability: Actionability
    under_30: bool
    tumour_types: tuple[str, ...]
    note: str
    source: tuple[str, ...]
    mechanism: Mechanism = "loss_of_function"
    inheritance: Inheritance = "dominant"
    exceptions: tuple[Alteration, ...] = ()


@dataclass(frozen=True)
class HaematopoiesisGene:
    """Alterations of a gene that clones of blood cells carry without disease.

    ``solid_tumours``: the same alterations drive solid tumours too.
    """

    gene: str
    alterations: tuple[Alteration, ...]
    solid_tumours: bool
    source: tuple[str, ...]


@dataclass(frozen=True)
class PreferredTranscript:
    """A gene's MANE Select transcript; versions where they are sure."""

    gene: str
    ensembl: str
    refseq: str | None
    source: tuple[str, ...]


T = TypeVar("T", GeneRole, GermlineGene, PreferredTranscript)


def read_gene_roles(path: Path) -> dict[str, GeneRole]:
    """Roles by gene."""

    def build(row: Row) -> GeneRole:
        established = row.among("loss_of_function_established", ("yes", "no")) == "yes"
        role = cast(Role, row.among("role", get_args(Role)))
        if established and role == "oncogene":
            raise row.fault("role", "has an established loss of function; write both")
        return GeneRole(_gene(row), role, established, row.sources())

    return _by_gene(path, read_rows(path, ROLE_COLUMNS, build))


def read_germline_genes(path: Path, codes: Collection[str]) -> dict[str, GermlineGene]:
    """Genes of germline follow-up; ``codes`` are the tumour types that are known."""

    def build(row: Row) -> GermlineGene:
        types = row.listed("tumour_types")
        unknown = [code for code in types if code not in codes and code != "any"]
        if not types:
            raise row.fault("tumour_types", "is empty; write any, or OncoTree codes")
        if unknown:
            raise row.fault("tumour_types", f"{', '.join(unknown)} is not in tumour_types.tsv")
        return GermlineGene(
            gene=_gene(row),
            actionability=cast(Actionability, row.among("actionability", get_args(Actionability))),
            under_30=row.among("age", ("any", "<30")) == "<30",
            tumour_types=types,
            note=row["note"],
            source=row.sources(),
            mechanism=cast(
                Mechanism, row.among("mechanism", ("", *get_args(Mechanism))) or "loss_of_function"
            ),
            inheritance=cast(
                Inheritance, row.among("inheritance", ("", *get_args(Inheritance))) or "dominant"
            ),
            exceptions=_alterations(row, "exceptions"),
        )

    return _by_gene(path, read_rows(path, GERMLINE_COLUMNS, build, GERMLINE_OPTIONAL))


def read_haematopoiesis_genes(path: Path) -> dict[str, tuple[HaematopoiesisGene, ...]]:
    """Rows of clonal haematopoiesis by gene; a gene may have several."""

    def build(row: Row) -> HaematopoiesisGene:
        alterations = _alterations(row, "alterations")
        if not alterations:
            raise row.fault("alterations", "is empty; write e.g. truncating")
        shared = row.among("solid_tumours", ("yes", "no")) == "yes"
        return HaematopoiesisGene(_gene(row), alterations, shared, row.sources())

    found: dict[str, tuple[HaematopoiesisGene, ...]] = {}
    for item in read_rows(path, HAEMATOPOIESIS_COLUMNS, build):
        found[item.gene] = (*found.get(item.gene, ()), item)
    return found


def read_preferred_transcripts(path: Path) -> dict[str, PreferredTranscript]:
    """MANE Select transcripts by gene."""

    def build(row: Row) -> PreferredTranscript:
        if not _ENSEMBL.fullmatch(row["ensembl"]):
            raise row.fault("ensembl", "is not ENST and eleven digits, with or without a version")
        if row["refseq"] and not _REFSEQ.fullmatch(row["refseq"]):
            raise row.fault("refseq", "is not a RefSeq transcript such as NM_000546.6")
        return PreferredTranscript(_gene(row), row["ensembl"], row["refseq"] or None, row.sources())

    return _by_gene(path, read_rows(path, TRANSCRIPT_COLUMNS, build))


def _gene(row: Row) -> str:
    if not _GENE.fullmatch(row["gene"]):
        raise row.fault("gene", "is not a gene symbol")
    return row["gene"]


def _alterations(row: Row, column: str) -> tuple[Alteration, ...]:
    """Alterations that are written without their gene."""
    try:
        return tuple(parse_alteration(f"{row['gene']} {text}") for text in row.listed(column))
    except ValueError as error:
        raise ValueError(f"{column}: {error}") from None


def _by_gene(path: Path, rows: list[T]) -> dict[str, T]:
    found: dict[str, T] = {row.gene: row for row in rows}
    genes = [row.gene for row in rows]
    twice = sorted({gene for gene in genes if genes.count(gene) > 1})
    if twice:
        raise UserError(f"{path}: gene: is there twice (got '{gene}'); keep one" for gene in twice)
    return found
