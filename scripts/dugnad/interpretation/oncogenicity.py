"""Oncogenicity of a small variant by ClinGen/CGC/VICC 2022 (Horak et al., PMID:35101336).

The criteria, their points and the cut-offs are rows of ``criteria/oncogenicity.tsv``; the facts
that they ask for are those of :mod:`dugnad.interpretation.variant_facts`. What is not known leaves
a criterion not assessable, and the class's note says how far that could take it. Deletions of
whole exons are not small variants and not judged here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from dugnad.errors import UserError
from dugnad.interpretation.criteria import Criterion, read_criteria, score
from dugnad.interpretation.variant_facts import FACTS, VariantKnowledge, facts_of
from dugnad.knowledge.gene_tables import read_gene_roles
from dugnad.knowledge.missense import read_amino_acids, read_predictors
from dugnad.knowledge.variant_tables import (
    read_critical_regions,
    read_hotspots,
    read_inframe_hotspots,
    read_known_variants,
    read_proteins,
    read_single_causes,
    read_truncations,
)
from dugnad.record import Finding
from dugnad.record_interpretation import Classification

SCHEME = "ClinGen/CGC/VICC 2022"
T = TypeVar("T")


@dataclass(frozen=True)
class OncogenicityBase:
    """The criteria, and the tables that the facts come from."""

    criteria: tuple[Criterion, ...]
    tables: VariantKnowledge

    @classmethod
    def read(cls, folder: Path) -> "OncogenicityBase":
        """The tables of a folder of knowledge; UserError with the faults of all at once."""
        problems: list[str] = []

        def attempt(read: Callable[[Path], T], name: str, empty: T) -> T:
            try:
                return read(folder / name)
            except UserError as error:
                problems.extend(error.problems)
                return empty

        none: tuple[Criterion, ...] = ()
        name = "criteria/oncogenicity.tsv"
        criteria = attempt(lambda path: read_criteria(path, FACTS), name, none)
        tables = VariantKnowledge(
            roles=attempt(read_gene_roles, "gene_roles.tsv", {}),
            hotspots=attempt(read_hotspots, "hotspots.tsv", {}),
            inframe=attempt(read_inframe_hotspots, "inframe_hotspots.tsv", {}),
            variants=attempt(read_known_variants, "oncogenic_variants.tsv", {}),
            regions=attempt(read_critical_regions, "domains.tsv", {}),
            truncations=attempt(read_truncations, "truncations.tsv", {}),
            proteins=attempt(read_proteins, "proteins.tsv", {}),
            causes=attempt(read_single_causes, "single_cause.tsv", {}),
            predictors=attempt(read_predictors, "predictors.tsv", {}),
            acids=attempt(read_amino_acids, "amino_acids.tsv", {}),
        )
        if problems:
            raise UserError(problems)
        return cls(criteria, tables)


def classify_oncogenicity(
    finding: Finding | Mapping[str, Any],
    base: OncogenicityBase,
    tumour_types: Sequence[str] = (),
    told: bool = True,
) -> Classification:
    """The class of a small variant, with every criterion and what it looked at.

    ``tumour_types`` are the case's OncoTree code and its ancestors; empty when not known. ``told``
    false: the class and its points alone.
    """
    row = finding.model_dump() if isinstance(finding, Finding) else finding
    return score(base.criteria, facts_of(row, base.tables, tumour_types), SCHEME, told)
