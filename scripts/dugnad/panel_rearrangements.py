"""A panel's rules for fusions, splice variants and other rearrangements."""

from typing import Literal

from pydantic import Field, model_validator

from dugnad.border import Model, SafePath
from dugnad.panel_rna import RnaRules
from dugnad.panel_rules import FusionFilter
from dugnad.quantities import Bases, Reads

DnaMethod = Literal["search", "delly", "manta"]

# what a filter of rearrangements may judge; of DNA, in fragments where nothing else is said
RearrangementField = Literal[
    "reads",
    "split_reads",
    "pairs",
    "read_starts",
    "vaf",
    "mapping_quality",
    "normal_reads",
    "normal_ratio",
    "complexity",
    "similarity",
    "span",
    "sharpness",
    "methods",
]


class RearrangementFilter(FusionFilter):
    """One soft filter of what is seen in DNA."""

    field: RearrangementField


class Search(Model):
    """How the targeted search looks for junctions; the filters judge what it finds."""

    margin: Bases = Field(description="read on either side of a fusion gene and of its targets")
    min_size: Bases = Field(description="shorter deletions and duplications are small variants")
    min_fragments: Reads = Field(description="fragments that a junction is proposed from")
    exact: Bases = Field(description="places so far apart are one breakpoint")


class RearrangementRules(Model):
    """Which rearrangements are looked for, and how much evidence they need."""

    dna_methods: tuple[DnaMethod, ...] = Field(description="who proposes junctions from DNA")
    fusion_genes: SafePath = Field(description="TSV of genes that are searched, beside panel.yaml")
    known_fusions: SafePath | None = Field(
        None, description="TSV of fusions with gentler limits, beside panel.yaml"
    )
    search: Search
    filters: tuple[RearrangementFilter, ...]
    rna: RnaRules | None = Field(None, description="absent: RNA is not looked at for these")

    @model_validator(mode="after")
    def _once(self) -> "RearrangementRules":
        ids = [row.id for row in self.filters]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"filter ids are used twice: {', '.join(twice)}; rename one")
        if len(set(self.dna_methods)) < len(self.dna_methods):
            raise ValueError("dna_methods name one twice; remove it")
        return self
