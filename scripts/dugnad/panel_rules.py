"""A panel's rules: limits of quality, filters of variants, and when one is germline or somatic."""

from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from dugnad.border import Model
from dugnad.qc.metric_names import MetricName, is_measured
from dugnad.quantities import Fraction, Ratio, Reads, Slug, Text

# columns of the variants table that a filter may judge
FilterField = Literal[
    "depth",
    "alt_reads",
    "vaf",
    "strand_odds",
    "mapping_quality",
    "mapping_quality_loss",
    "base_quality",
    "end_distance",
    "extra_mismatches",
    "homopolymer",
    "neighbours",
    "damage_orientation",
    "background_quality",
    "background_vaf",
    "normals_share",
    "normal_vaf",
    "normal_ratio",
    "population_frequency",
    "population_maximum",
    "recurrence_tumours",
    "recurrence_normals",
]
FILTER_FIELDS: tuple[str, ...] = get_args(FilterField)


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


def _exemption(value: object) -> object:
    if value != "exempt" and (isinstance(value, bool) or not isinstance(value, int | float | None)):
        raise ValueError("must be a number or 'exempt'; write one of them")
    return value


Exemption = Annotated[float | Literal["exempt"] | None, BeforeValidator(_exemption)]


class Filter(Model):
    """One soft filter: flags a variant, never deletes it."""

    id: Slug
    field: FilterField
    below: float | None = Field(None, description="flag when the field is below this")
    above: float | None = Field(None, description="flag when the field is above this")
    hotspot: Exemption = Field(
        None, description="the limit at hotspots; exempt: no limit there; absent: the same limit"
    )
    pathogenic: Exemption = Field(
        None, description="the limit for variants that a clinical source calls pathogenic"
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

    def limit(self, is_hotspot: bool, is_pathogenic: bool = False) -> float | None:
        """The limit that holds, the gentler one where two apply; None where there is none."""
        own = [
            level
            for applies, level in ((is_hotspot, self.hotspot), (is_pathogenic, self.pathogenic))
            if applies and level is not None
        ]
        if "exempt" in own:
            return None
        limits = [float(level) for level in own] or [self.usual]
        return min(limits) if self.below is not None else max(limits)

    @property
    def usual(self) -> float:
        """The limit for variants that are neither at a hotspot nor known as pathogenic."""
        return self.below if self.below is not None else float(self.above or 0)

    def flags(self, value: float, limit: float | None) -> bool:
        """Whether a value breaches the limit that holds."""
        if limit is None:
            return False
        return value < limit if self.below is not None else value > limit


class FusionFilter(Model):
    """One soft filter of rearrangements: flags one, never deletes it; parts name the field."""

    id: Slug
    below: float | None = Field(None, description="flag when the field is below this")
    above: float | None = Field(None, description="flag when the field is above this")
    known: Exemption = Field(
        None, description="the limit for known fusions; exempt: no limit; absent: the same limit"
    )
    unit: Text
    why: Text

    @model_validator(mode="after")
    def _one_side(self) -> "FusionFilter":
        if (self.below is None) == (self.above is None):
            raise ValueError("needs either below or above; write one of them")
        return self

    def flags(self, value: float | None, is_known: bool) -> bool:
        """Whether a value breaches the limit that holds; what is not known breaches none."""
        if value is None or (is_known and self.known == "exempt"):
            return False
        usual = self.below if self.below is not None else float(self.above or 0)
        limit = float(self.known) if is_known and self.known is not None else usual
        return value < limit if self.below is not None else value > limit


class CopyState(Model):
    """Copies of a place in the tumour's cells, of which so many carry an allele of the one parent;
    and how often that is so, for a patient of whom nothing is known."""

    copies: Annotated[int, Field(ge=0, le=20)]
    of_allele: Annotated[int, Field(ge=0, le=20)]
    weight: Annotated[float, Field(gt=0)]

    @model_validator(mode="after")
    def _no_more_than_all(self) -> "CopyState":
        if self.of_allele > self.copies:
            raise ValueError("of_allele is more than copies; write at most that many")
        return self


class Likelihood(Model):
    """How a tumour without a normal tells germline from somatic by VAF, purity and copies."""

    germline: Fraction = Field(
        description="of the variants that no population lists, the share that is germline"
    )
    hotspot_germline: Fraction = Field(description="the same at hotspots")
    decided: Fraction = Field(description="probability from which a variant is called one or other")
    dispersion: Ratio = Field(
        description="strength of the beta distribution of a VAF around what is expected"
    )
    measured_copies: Fraction | None = Field(
        None, description="weight of the copies that are measured at the place; the rest is prior"
    )
    copy_states: tuple[CopyState, ...] = Field(min_length=1)
    why: Text


class Origin(Model):
    """When a variant is called germline or somatic."""

    normal_depth: Reads = Field(description="below it, the normal says nothing")
    tumour_normal_ratio: Ratio = Field(description="somatic: VAF at least this many times")
    somatic_normal_vaf: Fraction = Field(description="somatic: normal VAF at most this")
    germline_normal_vaf: Fraction = Field(description="germline: normal VAF at least this")
    germline_population: Fraction = Field(
        description="tumour only, germline: population frequency at least this"
    )
    germline_population_maximum: Fraction | None = Field(
        None, description="tumour only, germline: highest frequency of a group at least this"
    )
    germline_recurrence: Fraction | None = Field(
        None, description="tumour only, germline: share of normals at VAF 0.35 or more, at least"
    )
    likelihood: Likelihood | None = Field(
        None, description="tumour only, by VAF; absent: what no population lists stays uncertain"
    )
