"""The panel: a validated assay. Every clinical number that can be tuned stands here, with its why.

A panel is a folder ``config/panels/<id>/`` with ``panel.yaml`` and the files that it names.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, model_validator

from dugnad.border import Lines, Model, SafePath, load_yaml
from dugnad.errors import UserError
from dugnad.panel_biomarkers import BiomarkerRules
from dugnad.panel_copy_number import CopyNumberRules
from dugnad.panel_rearrangements import RearrangementRules
from dugnad.panel_rules import Filter, Limit, Origin
from dugnad.qc.metric_names import depth_of
from dugnad.quantities import Fraction, Identifier, Phred, Reads, Text

_M = TypeVar("_M", bound=Model)

Caller = Literal["pileup", "freebayes", "bcftools", "mutect2", "vardict", "lofreq"]


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
    error_rate: Fraction = Field(
        description="how often errors show one wrong allele at a place that the normals do not list"
    )

    @model_validator(mode="after")
    def _errors_are_rare_but_there(self) -> "Calling":
        if not 0 < self.error_rate.value < 0.1:
            raise ValueError("error_rate must be above 0 and below 0.1; write e.g. 0.0005")
        return self


class Coverage(Model):
    """When a place can be assessed."""

    callable_depth: Reads = Field(description="below it, a position is not assessable")
    region_fraction: Fraction = Field(
        description="a region is callable when this fraction of it reaches the depth"
    )
    levels: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        (), description="depths, in reads, of the metrics target_{level}x"
    )


class Panel(Model):
    """An assay as it was validated."""

    id: Identifier
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    name: Text
    genome: Identifier = Field(description="must equal the genome's name in config.yaml")
    targets: SafePath = Field(description="BED of the targets, beside panel.yaml")
    hotspots: SafePath | None = Field(None, description="TSV of hotspots, beside panel.yaml")
    normals: SafePath | None = Field(
        None, description="VCF of the panel of normals, indexed, beside panel.yaml"
    )
    genes: tuple[Text, ...] = Field(min_length=1, description="reportable genes")
    transcripts: dict[str, str] = Field(
        default_factory=dict, description="gene: transcript to report, where not the default"
    )
    library: Library
    callers: tuple[Caller, ...] = Field(
        min_length=1, description="who proposes variants; pileup says where the others look"
    )
    calling: Calling
    coverage: Coverage
    qc: tuple[Limit, ...]
    filters: tuple[Filter, ...]
    origin: Origin
    copy_number: CopyNumberRules | None = Field(
        None, description="absent: copy numbers are not assessed"
    )
    rearrangements: RearrangementRules | None = Field(
        None, description="absent: fusions and splice variants are not looked for"
    )
    biomarkers: BiomarkerRules = BiomarkerRules()

    @property
    def files(self) -> tuple[Path, ...]:
        """All files that it names."""
        return tuple(_paths(self))

    @model_validator(mode="after")
    def _ids_once(self) -> "Panel":
        ids = [row.id for row in self.filters]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"filter ids are used twice: {', '.join(twice)}; rename one")
        return self

    @model_validator(mode="after")
    def _pileup_leads(self) -> "Panel":
        if "pileup" not in self.callers:
            raise ValueError("callers lack pileup, which says where the others look; add it")
        if len(set(self.callers)) < len(self.callers):
            raise ValueError("callers name one twice; remove it")
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
    def _scars_need_segments(self) -> "Panel":
        if self.biomarkers.hrd and not self.copy_number:
            raise ValueError("biomarkers.hrd needs copy_number; add it or remove hrd")
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
            for limit in dict.fromkeys(
                row.limit(*which) for which in ((False, False), (True, False), (False, True))
            )
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
    return _placed(panel, path.parent), lines


def _placed(model: _M, folder: Path) -> _M:
    """The same, with the paths in it and in its parts beside the panel."""
    update: dict[str, object] = {}
    for name, value in model:
        if isinstance(value, Path):
            update[name] = folder / value
        elif isinstance(value, Model):
            update[name] = _placed(value, folder)
    return model.model_copy(update=update)


def _paths(model: Model) -> Iterator[Path]:
    for _, value in model:
        if isinstance(value, Path):
            yield value
        elif isinstance(value, Model):
            yield from _paths(value)
