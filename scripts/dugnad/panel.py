"""The panel: a validated assay. Every clinical number that can be tuned stands here, with its why.

A panel is a folder ``config/panels/<id>/`` with ``panel.yaml`` and the files that it names.
"""

from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from dugnad.border import Lines, Model, load_yaml
from dugnad.errors import UserError

# columns of the variants table that a filter may judge
FilterField = Literal[
    "depth",
    "alt_reads",
    "vaf",
    "strand_odds",
    "mapping_quality",
    "base_quality",
    "normal_vaf",
    "population_frequency",
]
FILTER_FIELDS: tuple[str, ...] = get_args(FilterField)

# metrics that a panel may set limits for; what each is, see docs/qc.md
MetricName = Literal[
    "reads",
    "bases_q30",
    "reads_passing",
    "mapped",
    "duplicates",
    "insert_size",
    "on_target",
    "mean_target_depth",
    "callable_target",
]

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]


class Quantity(Model):
    """A number with its unit and the reason for it (guideline, publication or validation)."""

    value: float
    unit: Text
    why: Text


class Library(Model):
    """How the library was made."""

    kind: Literal["hybrid_capture", "amplicon"]
    duplicates: Literal["mark", "keep"] = Field(
        description="mark: reads with the same ends are one molecule; keep: amplicons, all count"
    )


class Calling(Model):
    """The lowest evidence at which a caller proposes a variant; filters judge afterwards."""

    min_vaf: Quantity
    min_alt_reads: Quantity
    min_base_quality: Quantity
    min_mapping_quality: Quantity


class Coverage(Model):
    """When a place can be assessed."""

    callable_depth: Quantity = Field(description="below it, a position is not assessable")
    region_fraction: Quantity = Field(
        description="a region is callable when this fraction of it reaches the depth"
    )


class Limit(Model):
    """A limit on one metric, and what a breach means."""

    metric: MetricName
    role: Literal["tumour", "normal", "any"]
    lower: float | None = None
    upper: float | None = None
    breach: Literal["warn", "fail"]
    why: Text

    @model_validator(mode="after")
    def _one_side(self) -> "Limit":
        if self.lower is None and self.upper is None:
            raise ValueError("needs a lower or an upper limit; add one")
        return self


class Filter(Model):
    """One soft filter: flags a variant, never deletes it."""

    id: Slug
    field: FilterField
    below: float | None = Field(None, description="flag when the field is below this")
    above: float | None = Field(None, description="flag when the field is above this")
    hotspot: float | Literal["exempt"] | None = Field(
        None, description="the limit at hotspots; exempt: no limit there; absent: the same limit"
    )
    origin: Literal["any", "not_germline"] = Field(
        description="not_germline: variants of germline origin are not judged by it"
    )
    unit: Text
    why: Text

    @model_validator(mode="after")
    def _one_side(self) -> "Filter":
        if (self.below is None) == (self.above is None):
            raise ValueError("needs either below or above; write one of them")
        return self


class Origin(Model):
    """When a variant is called germline or somatic."""

    normal_depth: Quantity = Field(description="below it, the normal says nothing")
    tumour_normal_ratio: Quantity = Field(description="somatic: VAF at least this many times")
    somatic_normal_vaf: Quantity = Field(description="somatic: normal VAF at most this")
    germline_normal_vaf: Quantity = Field(description="germline: normal VAF at least this")
    germline_population: Quantity = Field(
        description="tumour only, germline: population frequency at least this"
    )


class Panel(Model):
    """An assay as it was validated."""

    id: Identifier
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    name: Text
    genome: Identifier = Field(description="must equal the genome's name in config.yaml")
    targets: Path = Field(description="BED of the targets, beside panel.yaml")
    hotspots: Path | None = Field(None, description="TSV of hotspots, beside panel.yaml")
    genes: tuple[Text, ...] = Field(min_length=1, description="reportable genes")
    transcripts: dict[str, str] = Field(
        default_factory=dict, description="gene: transcript to report, where not the default"
    )
    library: Library
    callers: tuple[Literal["freebayes"], ...] = Field(min_length=1)
    calling: Calling
    coverage: Coverage
    qc: tuple[Limit, ...]
    filters: tuple[Filter, ...]
    origin: Origin

    @model_validator(mode="after")
    def _ids_once(self) -> "Panel":
        ids = [row.id for row in self.filters]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"filter ids are used twice: {', '.join(twice)}; rename one")
        return self


def load_panel(path: Path) -> tuple[Panel, Lines]:
    """A panel from its ``panel.yaml``, with file paths made relative to the working folder.

    Raises UserError with all problems, also when the id differs from the folder's name.
    """
    panel, lines = load_yaml(path, Panel)
    if panel.id != path.parent.name:
        raise UserError(
            lines.problem(
                ("id",),
                f"differs from its folder's name (got {panel.id!r});"
                f" write {path.parent.name!r} or rename the folder",
            )
        )
    placed = {"targets": path.parent / panel.targets}
    if panel.hotspots:
        placed["hotspots"] = path.parent / panel.hotspots
    return panel.model_copy(update=placed), lines
