"""All that a classification consults, read once: tables of knowledge, criteria and trials."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field

from dugnad.border import Model, load_yaml
from dugnad.errors import UserError
from dugnad.interpretation.criteria import Criterion, read_criteria
from dugnad.interpretation.germline import GERMLINE_FACTS
from dugnad.interpretation.haematopoiesis import HAEMATOPOIESIS_FACTS
from dugnad.interpretation.oncogenicity import OncogenicityBase
from dugnad.interpretation.stored import read_stored
from dugnad.interpretation.tiers import AMP_FACTS, ESCAT_FACTS
from dugnad.knowledge.gene_tables import (
    GermlineGene,
    HaematopoiesisGene,
    read_germline_genes,
    read_haematopoiesis_genes,
)
from dugnad.knowledge.symbols import Symbols, read_symbols
from dugnad.knowledge.therapies import Therapy, of_gene, read_therapies
from dugnad.knowledge.trials import Trial, read_trials
from dugnad.knowledge.tsv import Row, read_rows
from dugnad.knowledge.tumour_types import TumourTypes
from dugnad.quantities import Text
from dugnad.rearrangements.gene_files import GeneDomain, read_domains
from dugnad.record_interpretation import Knowledge

T = TypeVar("T")
SCHEMES: Mapping[str, tuple[str, ...]] = {
    "amp": AMP_FACTS,
    "escat": ESCAT_FACTS,
    "germline": GERMLINE_FACTS,
    "haematopoiesis": HAEMATOPOIESIS_FACTS,
}
"""The schemes that are tables of criteria, with the facts that each may ask for."""
Exons = Mapping[str, Mapping[int, tuple[int, int]]]


class Release(Model):
    """Which release of the knowledge this is: ``knowledge.yaml``."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    release: Text
    date: date
    licence: Text


@dataclass(frozen=True)
class Base:
    """What is known; ``therapies``: the ``rows`` by gene or biomarker; ``criteria``: by scheme."""

    types: TumourTypes
    rows: tuple[Therapy, ...]
    therapies: Mapping[str, tuple[Therapy, ...]]
    exons: Exons
    germline_genes: Mapping[str, GermlineGene]
    haematopoiesis_genes: Mapping[str, tuple[HaematopoiesisGene, ...]]
    oncogenicity: OncogenicityBase
    symbols: Symbols
    criteria: Mapping[str, tuple[Criterion, ...]]
    trials: tuple[Trial, ...] | None
    consulted: tuple[Knowledge, ...]
    domains: Mapping[str, Sequence[GeneDomain]] = field(default_factory=dict)


class _Faults:
    """Collects the problems of several files."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def attempt(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except UserError as error:
            self.problems += error.problems
            return None


def load_base(folder: Path, trials: Path | None = None, resources: Path | None = None) -> Base:
    """Read a folder of knowledge, and trials and a store of resources if there are any.

    Of the store, OncoTree and the hotspots take the place of our own tables, and CIViC's evidence
    is added to ours. Raises UserError with the faults of all their files at once.
    """
    faults = _Faults()
    stored = faults.attempt(lambda: read_stored(resources)) if resources else None
    release = faults.attempt(lambda: load_yaml(folder / "knowledge.yaml", Release)[0])
    own = faults.attempt(lambda: TumourTypes.read(folder / "tumour_types.tsv"))
    types = (stored and stored.types) or own or TumourTypes({})
    codes = {*types.nodes, *(own.nodes if own else ())}
    rows = faults.attempt(lambda: read_therapies(folder / "therapies", codes)) or ()
    rows = (*rows, *(stored.therapies if stored else ()))
    exons = faults.attempt(lambda: read_exons(folder / "exons.tsv"))
    germline = faults.attempt(lambda: read_germline_genes(folder / "germline_genes.tsv", codes))
    blood = faults.attempt(lambda: read_haematopoiesis_genes(folder / "haematopoiesis_genes.tsv"))
    oncogenicity = faults.attempt(lambda: OncogenicityBase.read(folder))
    criteria = {
        name: faults.attempt(partial(read_criteria, folder / f"criteria/{name}.tsv", facts)) or ()
        for name, facts in SCHEMES.items()
    }
    listed = faults.attempt(lambda: read_trials(trials, types)) if trials else None
    known = stored.with_hotspots(oncogenicity) if stored and oncogenicity else oncogenicity
    kinases = folder / "fusion_domains.tsv"
    domains = faults.attempt(lambda: read_domains(kinases)) if kinases.exists() else None
    symbols = faults.attempt(
        lambda: read_symbols(
            folder,
            {*(germline or {}), *(blood or {})},
            (row.alteration for row in rows),
            known.tables.roles if known else {},
            known.tables.hotspots if known else {},
            known.tables.variants if known else {},
        )
    )
    if faults.problems or release is None or known is None or symbols is None:
        raise UserError(faults.problems)
    return Base(
        types=types,
        rows=rows,
        therapies=of_gene(rows),
        exons=exons or {},
        germline_genes=germline or {},
        haematopoiesis_genes=blood or {},
        oncogenicity=known,
        symbols=symbols,
        criteria=criteria,
        trials=listed,
        consulted=(_consulted(release, folder), *(stored.consulted if stored else ())),
        domains=domains or {},
    )


def _consulted(release: Release, folder: Path) -> Knowledge:
    return Knowledge(
        id=release.id,
        release=release.release,
        date=release.date.isoformat(),
        sha256=digest(folder),
        licence=release.licence,
    )


def digest(folder: Path) -> str:
    """SHA-256 over the names and contents of a folder's tables, in order of names."""
    found = hashlib.sha256()
    for path in sorted(p for end in ("*.tsv", "*.yaml") for p in folder.rglob(end)):
        found.update(f"{path.relative_to(folder)}\n".encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def read_exons(path: Path) -> Exons:
    """The residues of exons by gene and number, of ``gene, exon, first, last, source``."""
    found: dict[str, dict[int, tuple[int, int]]] = {}

    def build(row: Row) -> None:
        row.sources()
        span = (row.number("first"), row.number("last"))
        found.setdefault(row["gene"], {})[row.number("exon")] = span

    read_rows(path, ("gene", "exon", "first", "last", "source"), build)
    return found
