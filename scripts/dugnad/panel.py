"""The panel: a validated assay. Every clinical number that can be tuned stands here, with its why.

A panel is a folder ``config/panels/<id>/`` with ``panel.yaml`` and the files that it names.
"""

from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from dugnad.border import Lines, Model, SafePath, load_yaml
from dugnad.errors import UserError
from dugnad.qc.metric_names import MetricName, depth_of, is_measured

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

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]


class Reads(Model):
    """A number of reads, and the reason for it (guideline, publication or validation)."""

    value: Annotated[int, Field(ge=0)]
    unit: Literal["reads"]
    why: Text


class Fraction(Model):
    """A share between 0 and 1, and the reason for it."""

    value: Annotated[float, Field(ge=0, le=1)]
    unit: Literal["fraction"]
    why: Text


class Phred(Model):
    """A quality on the Phred scale, and the reason for it."""

    value: Annotated[int, Field(ge=0, le=100)]
    unit: Literal["phred"]
    why: Text


class Ratio(Model):
    """How many times, and the reason for it."""

    value: Annotated[float, Field(gt=0)]
    unit: Literal["ratio"]
    why: Text


class Umi(Model):
    """Where a read pair's unique molecular identifier stands."""

    where: Literal["inline", "read_name"] = Field(
        description="inline: the first bases of both reads; read_name: the name's last field"
    )
    length: Annotated[int, Field(ge=1, le=100)] | None = Field(
        None, description="inline: bases of the identifier, in each read"
    )
    skip: Annotated[int, Field(ge=0, le=100)] | None = Field(
        None, description="inline: bases after it that are not of the molecule"
    )

    @model_validator(mode="after")
    def _bases_if_inline(self) -> "Umi":
        if self.where == "inline" and (self.length is None or self.skip is None):
            raise ValueError("inline needs length and skip; add them, skip 0 if there is none")
        if self.where == "read_name" and not (self.length is None and self.skip is None):
            raise ValueError("read_name has no length and no skip; remove them")
        return self


class Library(Model):
    """How the library was made."""

    kind: Literal["hybrid_capture", "amplicon"]
    duplicates: Literal["mark", "keep"] = Field(
        description="mark: reads with the same ends are one molecule; keep: amplicons, all count"
    )
    umi: Umi | None = Field(
        None, description="duplicates must have the same identifier too; absent: ends alone count"
    )

    @property
    def names_umi(self) -> bool:
        """Whether each read's name must end in its UMI."""
        return self.umi is not None and self.umi.where == "read_name"

    @model_validator(mode="after")
    def _umi_marks(self) -> "Library":
        if self.umi and self.duplicates != "mark":
            raise ValueError("umi is for marking duplicates; write duplicates: mark or remove umi")
        return self


class Calling(Model):
    """The lowest evidence at which a caller proposes a variant; filters judge afterwards."""

    min_vaf: Fraction
    min_alt_reads: Reads
    min_base_quality: Phred
    min_mapping_quality: Phred


class Coverage(Model):
    """When a place can be assessed."""

    callable_depth: Reads = Field(description="below it, a position is not assessable")
    region_fraction: Fraction = Field(
        description="a region is callable when this fraction of it reaches the depth"
    )
    levels: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        (), description="depths, in reads, of the metrics target_{level}x"
    )


class Limit(Model):
    """A limit on one metric, and what a breach means."""

    metric: MetricName
    role: Literal["tumour", "normal", "any"]
    analyte: Literal["dna", "rna"] = Field("dna", description="whose samples it is for")
    lower: float | None = None
    upper: float | None = None
    breach: Literal["warn", "fail"]
    blocking: bool = Field(False, description="a breach means that the report must not look sure")
    why: Text

    @model_validator(mode="after")
    def _one_side(self) -> "Limit":
        if self.lower is None and self.upper is None:
            raise ValueError("needs a lower or an upper limit; add one")
        return self

    @model_validator(mode="after")
    def _only_a_fail_blocks(self) -> "Limit":
        if self.blocking and self.breach != "fail":
            raise ValueError("blocking is for breach: fail; write that or remove blocking")
        return self

    @model_validator(mode="after")
    def _metric_of_the_analyte(self) -> "Limit":
        if not is_measured(self.metric, self.analyte):
            other = "rna" if self.analyte == "dna" else "dna"
            fault = f"{self.metric} is not measured of {self.analyte.upper()}"
            raise ValueError(f"{fault}; write analyte: {other} or another metric")
        return self


def _hotspot(value: object) -> object:
    if value != "exempt" and (isinstance(value, bool) or not isinstance(value, int | float | None)):
        raise ValueError("must be a number or 'exempt'; write one of them")
    return value


class Filter(Model):
    """One soft filter: flags a variant, never deletes it."""

    id: Slug
    field: FilterField
    below: float | None = Field(None, description="flag when the field is below this")
    above: float | None = Field(None, description="flag when the field is above this")
    hotspot: Annotated[float | Literal["exempt"] | None, BeforeValidator(_hotspot)] = Field(
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

    def limit(self, is_hotspot: bool) -> float | None:
        """The limit that holds; None where there is none."""
        if is_hotspot and self.hotspot is not None:
            return None if self.hotspot == "exempt" else self.hotspot
        return self.below if self.below is not None else self.above


class Origin(Model):
    """When a variant is called germline or somatic."""

    normal_depth: Reads = Field(description="below it, the normal says nothing")
    tumour_normal_ratio: Ratio = Field(description="somatic: VAF at least this many times")
    somatic_normal_vaf: Fraction = Field(description="somatic: normal VAF at most this")
    germline_normal_vaf: Fraction = Field(description="germline: normal VAF at least this")
    germline_population: Fraction = Field(
        description="tumour only, germline: population frequency at least this"
    )


class Panel(Model):
    """An assay as it was validated."""

    id: Identifier
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    name: Text
    genome: Identifier = Field(description="must equal the genome's name in config.yaml")
    targets: SafePath = Field(description="BED of the targets, beside panel.yaml")
    hotspots: SafePath | None = Field(None, description="TSV of hotspots, beside panel.yaml")
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

    @model_validator(mode="after")
    def _limits_can_be_measured(self) -> "Panel":
        levels = self.coverage.levels
        absent = sorted(
            {n for row in self.qc if (n := depth_of(row.metric)) is not None and n not in levels}
        )
        if absent:
            names = ", ".join(f"target_{level}x" for level in absent)
            raise ValueError(
                f"qc limits {names}, but coverage.levels has no {', '.join(map(str, absent))};"
                " add it there"
            )
        if not self.library.umi and any(row.metric == "family_size" for row in self.qc):
            raise ValueError(
                "qc limits family_size, which needs library.umi; add it or remove the limit"
            )
        return self

    @model_validator(mode="after")
    def _callers_propose_enough(self) -> "Panel":
        calling = self.calling
        floors = {"vaf": calling.min_vaf.value, "alt_reads": calling.min_alt_reads.value}
        promised = [
            f"filter {row.id} lets {row.field} {limit:g} pass, but callers propose nothing below"
            f" {floors[row.field]:g}"
            for row in self.filters
            if row.below is not None and row.field in floors
            for limit in (row.limit(False), row.limit(True))
            if limit is not None and limit < floors[row.field]
        ]
        if promised:
            raise ValueError(f"{', and '.join(promised)}; lower the calling minimum")
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
