"""The site's config: what a laboratory chooses besides its sheet and panels."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from dugnad.border import Lines, Model, SafePath, got, load_yaml
from dugnad.errors import UserError
from dugnad.privacy import has_identity_number
from dugnad.qc.metric_names import MetricName
from dugnad.quantities import Identifier, Text
from dugnad.source import Source

LEDGER = "samples.parquet"  # of a register of earlier runs; written last when it changes


class Genome(Model):
    """The reference genome and its gene annotation."""

    name: Identifier
    fasta: SafePath = Field(description="FASTA, plain or bgzip-compressed")
    annotation: SafePath | None = Field(
        None, description="Ensembl-style GFF3; absent: consequences are not assessed, and said so"
    )
    bwa_index: SafePath | None = Field(
        None, description="prefix of an existing bwa index; absent: made once under results/run"
    )
    par: tuple[Annotated[str, Field(pattern=r"^[^:\s]+:\d+-\d+$")], ...] = Field(
        (), description="pseudoautosomal stretches of X and Y, such as chrX:10001-2781479"
    )


class Mutect2(Model):
    """What Mutect2 and its filters read besides the samples; each a VCF, compressed and indexed."""

    germline_resource: SafePath = Field(
        description="population variants with INFO AF, such as gnomAD's"
    )
    common_sites: SafePath = Field(
        description="common SNPs with INFO AF, by which GATK estimates contamination"
    )
    panel_of_normals: SafePath | None = Field(
        None, description="GATK's panel of normals; absent: no call is flagged by it"
    )

    @property
    def files(self) -> dict[str, Path]:
        """The files that are named, by key."""
        return {key: path for key, path in self if path is not None}


def _impersonal(value: object) -> object:
    if isinstance(value, str) and has_identity_number(value):
        raise ValueError("looks like a national identity number; use a pseudonym")
    return value


Impersonal = Annotated[Text, BeforeValidator(_impersonal)]
"""Free text that reaches reports; refused when it holds a national identity number."""


class Accepted(Model):
    """A sample that the laboratory takes in spite of one blocking metric."""

    sample: Identifier
    metric: MetricName
    reason: Impersonal
    initials: Annotated[str, Field(pattern=r"^[A-ZÆØÅ]{2,4}$")]


class Sequencing(Model):
    """Which sequencing run this is, for the store of quality over runs."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    date: date
    site: Impersonal = Field(description="the laboratory, as the trends shall name it")


class Annotation(Model):
    """Who says what variants do."""

    engine: Literal["csq", "vep"] = Field("csq", description="bcftools csq, or Ensembl's VEP")
    vep_cache: SafePath | None = Field(
        None, description="folder of VEP's cache; needed by engine vep, which runs offline"
    )


class Config(Model):
    """A site's choices; no clinical threshold stands here."""

    samples: SafePath = Path("config/samples.tsv")
    panels: SafePath = Field(Path("config/panels"), description="folder of the panels")
    genome: Genome
    sources: tuple[Source, ...] = ()
    annotation: Annotation = Field(
        Annotation(), description="engine of consequences; absent: bcftools csq"
    )
    mutect2: Mutect2 | None = Field(None, description="needed by panels that call with mutect2")
    recurrence: SafePath | None = Field(
        None, description="register of variants of earlier runs, as 'dugnad recurrence' keeps it"
    )
    sequencing: Sequencing | None = Field(
        None, description="absent: the run is kept under its folder's name and today's date"
    )
    run_columns: tuple[MetricName, ...] = Field(
        ("mean_target_depth", "callable_target", "duplicates", "contamination", "identity"),
        description="metrics in the general statistics of the run's page, in this order",
    )
    accepted: tuple[Accepted, ...] = Field(
        (), description="samples taken in spite of a blocking metric; their reports still say so"
    )
    knowledge: SafePath | None = Field(
        None, description="folder of knowledge tables; absent: those that Dugnad ships"
    )
    resources: SafePath | None = Field(
        None, description="store of fetched resources, whose CIViC and hotspots are used too"
    )
    trials: SafePath | None = Field(
        None, description="folder of trials, a YAML file each; absent: trials are not looked for"
    )
    site: SafePath | None = Field(
        None, description="the site's YAML, for its reports; absent: all forms, in both languages"
    )
    curation: SafePath | None = Field(
        None, description="folder of the logs that 'dugnad curate' keeps; absent: all are drafts"
    )
    chunks: Annotated[int, Field(ge=1, le=500)] = Field(
        4, description="parts that a case's targets are called in, side by side"
    )


def load_config(path: Path) -> Config:
    """The config; UserError with all its problems."""
    config, lines = load_yaml(path, Config)
    problems = [*_source_problems(config, lines), *_engine_problems(config, lines)]
    if problems:
        raise UserError(problems)
    return config


def _engine_problems(config: Config, lines: Lines) -> list[str]:
    if config.annotation.engine != "vep":
        return []
    problems = []
    if config.annotation.vep_cache is None:
        text = "is missing, and VEP runs offline; name the folder of its cache"
        problems.append(lines.problem(("annotation", "vep_cache"), text))
    if config.genome.annotation is None:
        text = "is missing, and HGVS names need it beside VEP; name the GFF3"
        problems.append(lines.problem(("genome", "annotation"), text))
    return problems


def _source_problems(config: Config, lines: Lines) -> list[str]:
    ids = [source.id for source in config.sources]
    problems = []
    for index, source in enumerate(config.sources):
        if ids.count(source.id) > 1:
            text = f"is used twice {got(source.id)}; rename one"
            problems.append(lines.problem(("sources", index, "id"), text))
        problems += [
            lines.problem(("sources", index, field), text) for field, text in source.faults()
        ]
    return problems
