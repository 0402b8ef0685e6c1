"""A panel's rules for fusions and splice variants in RNA."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from dugnad.border import Model, SafePath
from dugnad.panel_rules import FusionFilter
from dugnad.quantities import Bases, Fraction, Reads, Slug, Text

RnaMethod = Literal["star", "pizzly", "arriba"]

# what a filter of RNA fusions may judge; in fragments where nothing else is said
RnaField = Literal[
    "reads",
    "split_reads",
    "pairs",
    "read_starts",
    "anchor",
    "off_exon_reads",
    "fraction",
    "mapping_quality",
    "triplets",
    "shared_words",
    "neighbour",
]


class RnaFilter(FusionFilter):
    """One soft filter of what a method sees in RNA."""

    field: RnaField


class RnaExcluded(Model):
    """Genes whose chimeric reads are not fusions of a tumour; they get the filter ``id``."""

    id: Slug
    contigs: tuple[Text, ...] = ()
    biotypes: tuple[Text, ...] = Field((), description="of the gene annotation")
    genes: tuple[Text, ...] = Field((), description="symbols; a trailing * stands for any end")
    why: Text


class SpliceRules(Model):
    """Splice variants that are looked for, and how much evidence they need."""

    events: SafePath = Field(description="TSV of splice variants, beside panel.yaml")
    min_anchor: Bases = Field(description="aligned on either side of a junction, for a read")
    min_expression: Reads = Field(
        description="fragments over the variant's and the reference's junctions; below it the"
        " variant is not assessable"
    )
    min_reads: Reads = Field(description="fewer over the variant's junction are flagged")
    min_fraction: Fraction = Field(description="a lower share of the transcripts is flagged")


class RnaRules(Model):
    """Which methods look for fusions in RNA, and how much evidence they need."""

    methods: Annotated[tuple[RnaMethod, ...], Field(min_length=1)] = Field(
        description="who proposes fusions from RNA"
    )
    min_fragments: Reads = Field(description="junction reads that a fusion is proposed from")
    excluded: tuple[RnaExcluded, ...] = ()
    filters: tuple[RnaFilter, ...]
    splice: SpliceRules | None = Field(None, description="absent: no splice variants")

    @model_validator(mode="after")
    def _once(self) -> "RnaRules":
        ids = [*(row.id for row in self.filters), *(row.id for row in self.excluded)]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"filter ids are used twice: {', '.join(twice)}; rename one")
        if len(set(self.methods)) < len(self.methods):
            raise ValueError("methods name one twice; remove it")
        return self
