"""Numbers of a panel, each with its unit and the reason for it, and the names that it gives."""

from typing import Annotated, Literal

from pydantic import Field

from dugnad.border import Model

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
AgeBand = Literal["under_30", "30_or_more"]
"""All that is asked of a patient's age; some rules for germline follow-up depend on it."""
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


class Bases(Model):
    """A length, and the reason for it."""

    value: Annotated[int, Field(ge=0)]
    unit: Literal["bases"]
    why: Text


class Megabases(Model):
    """A length of sequence, and the reason for it."""

    value: Annotated[float, Field(gt=0)]
    unit: Literal["megabases"]
    why: Text


class PerMegabase(Model):
    """Mutations per megabase, and the reason for it."""

    value: Annotated[float, Field(ge=0)]
    unit: Literal["mutations per megabase"]
    why: Text


class Mutations(Model):
    """A number of mutations, and the reason for it."""

    value: Annotated[int, Field(ge=1)]
    unit: Literal["mutations"]
    why: Text


class Sites(Model):
    """A number of heterozygous sites, and the reason for it."""

    value: Annotated[int, Field(ge=1)]
    unit: Literal["sites"]
    why: Text


class Score(Model):
    """A score, and the reason for it."""

    value: Annotated[float, Field(ge=0)]
    unit: Literal["score"]
    why: Text


class Repeats(Model):
    """Repeats of a microsatellite's unit per fragment, and the reason for the number."""

    value: Annotated[float, Field(ge=0)]
    unit: Literal["repeats"]
    why: Text


class Loci(Model):
    """A number of microsatellites, and the reason for it."""

    value: Annotated[int, Field(ge=1)]
    unit: Literal["loci"]
    why: Text


class Copies(Model):
    """Copies in a tumour cell where a normal cell has two, and the reason for the number."""

    value: Annotated[float, Field(ge=0)]
    unit: Literal["copies"]
    why: Text


class BinCount(Model):
    """A number of bins of depth, and the reason for it."""

    value: Annotated[int, Field(ge=1)]
    unit: Literal["bins"]
    why: Text
