"""Tables about residues and variants: hotspots, critical regions, established variants.

Each reader gives frozen rows by gene and raises UserError with the faults of all rows at once; a
row without a source is a fault. Positions are of the protein of MANE Select, 1-based, inclusive.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeVar, cast, get_args

from dugnad.errors import UserError
from dugnad.knowledge.alteration import Alteration, parse_alteration
from dugnad.knowledge.protein import ProteinChange, protein_change_of
from dugnad.knowledge.tsv import Row, read_rows

Class = Literal["oncogenic", "likely_oncogenic", "likely_benign", "benign", "neutral"]
Functional = Literal["damaging", "none"]
Computational = Literal["oncogenic", "benign", "mixed"]

HOTSPOT_COLUMNS = ("gene", "codon", "reference", "samples", "changes", "source")
INFRAME_COLUMNS = ("gene", "first", "last", "kind", "samples", "changes", "source")
VARIANT_COLUMNS = ("gene", "alteration", "class", "functional", "source")
DOMAIN_COLUMNS = ("gene", "first", "last", "name", "source")
TRUNCATION_COLUMNS = ("gene", "last", "note", "source")
PROTEIN_COLUMNS = ("gene", "length", "last_exon", "source")
CAUSE_COLUMNS = ("gene", "tumour_types", "note", "source")

STOP, FRAMESHIFT, SPLICE = "*", "fs", "splice"
_REFERENCE = re.compile(r"[ACDEFGHIKLMNPQRSTVWYX]")
_CHANGE = re.compile(r"(\S+):(\d+)")


@dataclass(frozen=True)
class Hotspot:
    """A recurrent residue: samples with any variant there, and with each change.

    ``reference`` and the keys of ``changes`` are one letter, ``*`` a stop, ``fs`` a frameshift; at
    a splice site they are X and ``splice``.
    """

    gene: str
    codon: int
    reference: str
    samples: int
    changes: Mapping[str, int]
    source: tuple[str, ...]

    @property
    def of_stops(self) -> bool:
        """Whether most of its samples have a stop."""
        return 2 * self.changes.get(STOP, 0) > self.samples


@dataclass(frozen=True)
class InframeHotspot:
    """A stretch with recurrent in-frame deletions and insertions, and the samples of each."""

    gene: str
    first: int
    last: int
    kind: str
    samples: int
    changes: tuple[tuple[ProteinChange, int], ...]
    source: tuple[str, ...]


@dataclass(frozen=True)
class KnownVariant:
    """An established variant; None where no study is on record, or no prediction."""

    gene: str
    alteration: Alteration
    variant_class: Class
    functional: Functional | None
    computational: Computational | None
    source: tuple[str, ...]


@dataclass(frozen=True)
class CriticalRegion:
    """A critical, well-established part of a functional domain."""

    gene: str
    first: int
    last: int
    name: str
    source: tuple[str, ...]


@dataclass(frozen=True)
class Truncation:
    """Up to which residue a truncation is established to abolish function."""

    gene: str
    last: int
    source: tuple[str, ...]


@dataclass(frozen=True)
class Protein:
    """A gene's protein: its residues, and the first that the last coding exon codes for."""

    gene: str
    length: int
    last_exon: int
    source: tuple[str, ...]


@dataclass(frozen=True)
class SingleCause:
    """Tumour types (OncoTree codes) that have this gene as their single genetic cause."""

    gene: str
    tumour_types: tuple[str, ...]
    source: tuple[str, ...]


class _OfGene(Protocol):
    @property
    def gene(self) -> str: ...


T = TypeVar("T", bound=_OfGene)


def read_hotspots(path: Path) -> dict[str, tuple[Hotspot, ...]]:
    """Recurrent residues."""

    def build(row: Row) -> Hotspot:
        if not _REFERENCE.fullmatch(row["reference"]):
            raise row.fault("reference", "must be one letter, or X for a splice site")
        changes = dict(_changes(row))
        if sum(changes.values()) > row.number("samples"):
            raise row.fault("samples", "is less than the sum of its changes")
        return Hotspot(
            gene=row["gene"],
            codon=row.number("codon"),
            reference=row["reference"],
            samples=row.number("samples"),
            changes=changes,
            source=row.sources(),
        )

    rows = read_rows(path, HOTSPOT_COLUMNS, build)
    return _by_gene(path, rows, lambda row: f"{row.gene} {row.reference}{row.codon}")


def read_inframe_hotspots(path: Path) -> dict[str, tuple[InframeHotspot, ...]]:
    """Stretches with recurrent in-frame deletions and insertions."""

    def build(row: Row) -> InframeHotspot:
        first, last = _stretch(row)
        changes = []
        for name, count in _changes(row):
            if (change := protein_change_of(name)) is None:
                raise row.fault("changes", f"'{name}' is not a protein change in HGVS")
            changes.append((change, count))
        return InframeHotspot(
            gene=row["gene"],
            first=first,
            last=last,
            kind=row.among("kind", ("deletion", "insertion", "indel")),
            samples=row.number("samples"),
            changes=tuple(changes),
            source=row.sources(),
        )

    rows = read_rows(path, INFRAME_COLUMNS, build)
    return _by_gene(path, rows, lambda row: f"{row.gene} {row.first}-{row.last}")


def read_known_variants(path: Path) -> dict[str, tuple[KnownVariant, ...]]:
    """Variants whose effect is established."""

    def build(row: Row) -> KnownVariant:
        alteration = parse_alteration(f"{row['gene']} {row['alteration']}")
        if alteration.kind not in {"protein_change", "coding_change"}:
            raise row.fault("alteration", "must be one change, p. or c.")
        return KnownVariant(
            gene=row["gene"],
            alteration=alteration,
            variant_class=cast(Class, row.among("class", get_args(Class))),
            functional=cast(Functional, row.among("functional", ("", *get_args(Functional))))
            or None,
            computational=cast(
                Computational, row.among("computational", ("", *get_args(Computational)))
            )
            or None,
            source=row.sources(),
        )

    rows = read_rows(path, VARIANT_COLUMNS, build, ("computational",))
    return _by_gene(path, rows, lambda row: row.alteration.text)


def read_critical_regions(path: Path) -> dict[str, tuple[CriticalRegion, ...]]:
    """Critical parts of functional domains."""

    def build(row: Row) -> CriticalRegion:
        first, last = _stretch(row)
        if not row["name"]:
            raise row.fault("name", "is missing; name the part")
        return CriticalRegion(row["gene"], first, last, row["name"], row.sources())

    rows = read_rows(path, DOMAIN_COLUMNS, build)
    return _by_gene(path, rows, lambda row: f"{row.gene} {row.first}-{row.last} {row.name}")


def read_truncations(path: Path) -> dict[str, Truncation]:
    """Up to where truncations abolish function."""

    def build(row: Row) -> Truncation:
        return Truncation(row["gene"], row.number("last"), row.sources())

    rows = read_rows(path, TRUNCATION_COLUMNS, build)
    return {gene: only for gene, (only,) in _by_gene(path, rows, lambda row: row.gene).items()}


def read_proteins(path: Path) -> dict[str, Protein]:
    """Lengths and last exons of proteins."""

    def build(row: Row) -> Protein:
        length, last = row.number("length"), row.number("last_exon")
        if not 0 < last <= length:
            raise row.fault("last_exon", "must be a residue of the protein")
        return Protein(row["gene"], length, last, row.sources())

    rows = read_rows(path, PROTEIN_COLUMNS, build)
    return {gene: only for gene, (only,) in _by_gene(path, rows, lambda row: row.gene).items()}


def read_single_causes(path: Path) -> dict[str, SingleCause]:
    """Genes that are the single cause of a malignancy."""

    def build(row: Row) -> SingleCause:
        return SingleCause(row["gene"], row.listed("tumour_types"), row.sources())

    rows = read_rows(path, CAUSE_COLUMNS, build)
    return {gene: only for gene, (only,) in _by_gene(path, rows, lambda row: row.gene).items()}


def _changes(row: Row) -> Iterable[tuple[str, int]]:
    for text in row.listed("changes"):
        found = _CHANGE.fullmatch(text)
        if found is None:
            raise row.fault("changes", f"'{text}' is not change:samples")
        yield found[1], int(found[2])


def _stretch(row: Row) -> tuple[int, int]:
    first, last = row.number("first"), row.number("last")
    if not 0 < first <= last:
        raise row.fault("last", "must not be before first")
    return first, last


def _by_gene(path: Path, rows: list[T], name: Callable[[T], str]) -> dict[str, tuple[T, ...]]:
    """Rows by gene; what stands twice is a fault."""
    found: dict[str, tuple[T, ...]] = {}
    names: set[str] = set()
    twice: list[str] = []
    for row in rows:
        if name(row) in names:
            twice.append(f"{path}: {name(row)} is there twice; keep one")
        names.add(name(row))
        found[row.gene] = (*found.get(row.gene, ()), row)
    if twice:
        raise UserError(twice)
    return found
