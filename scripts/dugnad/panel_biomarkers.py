"""A panel's rules for TMB, MSI, HRD and mutational signatures."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from dugnad.border import Model, SafePath
from dugnad.quantities import (
    Bases,
    Fraction,
    Loci,
    Megabases,
    Mutations,
    PerMegabase,
    Ratio,
    Reads,
    Repeats,
    Score,
    Sites,
    Slug,
    Text,
)

Counted = Literal["somatic", "uncertain"]
"""Origins that a rule may count; what is germline or likely so never counts."""
Driver = Literal["hotspots", "suppressor_truncations"]


class VafWindow(Model):
    """VAFs at which a variant does not count, since germline variants lie there."""

    lower: Fraction
    upper: Fraction

    @model_validator(mode="after")
    def _in_order(self) -> "VafWindow":
        if self.lower.value >= self.upper.value:
            raise ValueError("lower is not below upper; exchange them")
        return self


class TmbCategory(Model):
    """A name for values from a limit on; the highest limit that is reached names a value."""

    name: Text
    at_least: Annotated[float, Field(ge=0)] | None = None
    above: Annotated[float, Field(ge=0)] | None = None
    why: Text

    @model_validator(mode="after")
    def _one_limit(self) -> "TmbCategory":
        if (self.at_least is None) == (self.above is None):
            raise ValueError("needs either at_least or above; write one of them")
        return self

    @property
    def limit(self) -> float:
        """Where it begins, in mutations per megabase."""
        return self.at_least if self.at_least is not None else float(self.above or 0)

    def holds(self, value: float) -> bool:
        """Whether a value reaches the limit."""
        return value > self.limit if self.at_least is None else value >= self.limit


class TmbRule(Model):
    """One published rule: which mutations count, over which bases, and how."""

    id: Slug
    name: Text
    source: Text = Field(description="where the rule is published")
    counts: Literal["nonsynonymous", "coding"] = Field(
        description="coding: synonymous mutations too"
    )
    indels: bool = Field(description="whether insertions and deletions count")
    mnvs: bool = Field(description="whether changes of neighbouring bases count")
    origins: tuple[Counted, ...] = Field(
        min_length=1, description="origins that count; the others are named beside the value"
    )
    min_vaf: Fraction
    max_vaf: Fraction | None = None
    skipped_vaf: VafWindow | None = None
    min_depth: Reads = Field(description="of a mutation, and of the bases of the denominator")
    min_alt_reads: Reads | None = None
    population: Fraction | None = Field(
        None, description="population frequency from which a mutation does not count"
    )
    leaves_out: tuple[Driver, ...] = Field(
        (), description="drivers that do not count, as the panel's genes are chosen for them"
    )
    germline_per_megabase: PerMegabase | None = Field(
        None, description="taken off the value of a tumour without a normal"
    )
    factor: Ratio | None = Field(None, description="the value is multiplied by it")
    min_size: Megabases = Field(description="with less to count over, no value is given")
    categories: tuple[TmbCategory, ...] = Field((), description="the lowest first")

    @model_validator(mode="after")
    def _categories_rise(self) -> "TmbRule":
        limits = [row.limit for row in self.categories]
        if limits != sorted(limits) or len(set(limits)) < len(limits):
            raise ValueError("categories do not rise; write the lowest limit first")
        return self


class TmbRules(Model):
    """Which mutations count, over which bases: several rules, of which the first is reported."""

    rules: tuple[TmbRule, ...] = Field(min_length=1)
    tumour_suppressors: tuple[Text, ...] = Field(
        (), description="genes whose truncations are drivers, for rules that leave these out"
    )

    @model_validator(mode="after")
    def _rules_once(self) -> "TmbRules":
        ids = [rule.id for rule in self.rules]
        if len(set(ids)) < len(ids):
            raise ValueError("rules use an id twice; rename one")
        if not self.tumour_suppressors and any(
            "suppressor_truncations" in rule.leaves_out for rule in self.rules
        ):
            raise ValueError("leaves_out names suppressor_truncations; list tumour_suppressors")
        return self


class MsiRules(Model):
    """Which microsatellites are read, and when a tumour is unstable."""

    loci: SafePath = Field(description="BED of the microsatellites, beside panel.yaml")
    normals: SafePath | None = Field(
        None, description="TSV of what normals show, beside panel.yaml; absent: not assessable"
    )
    anchor: Bases = Field(description="a read must show so many on either side of the run")
    min_reads: Reads = Field(description="fragments with which a locus is usable")
    deviations: Ratio = Field(
        description="unstable: above the normals by so many standard deviations"
    )
    min_shift: Repeats = Field(description="unstable: and by so many repeats lost per fragment")
    min_loci: Loci = Field(description="usable loci for a verdict")
    stable: Fraction = Field(description="unstable loci up to which a tumour is stable")
    high: Fraction = Field(description="unstable loci from which it is unstable")
    min_purity: Fraction = Field(description="below it, no tumour is called stable")
    cross_check: tuple[Literal["msisensor_pro"], ...] = Field(
        (), description="other programs whose share is told beside ours"
    )

    @model_validator(mode="after")
    def _limits_in_order(self) -> "MsiRules":
        if self.stable.value >= self.high.value:
            raise ValueError("stable is not below high; exchange them")
        if self.anchor.value < 5:
            raise ValueError("anchor is below 5 bases, which are not enough to find; raise it")
        return self


class HrdRules(Model):
    """How scars of the genome are counted, and when."""

    arms: SafePath = Field(description="BED of the chromosomes' arms, beside panel.yaml")
    loh_length: Bases = Field(description="LOH counts above it")
    lst_length: Bases = Field(description="a break counts between stretches of at least this")
    lst_gap: Bases = Field(description="stretches below it are left out before breaks count")
    tai_length: Bases = Field(description="imbalance up to a telomere counts from it on")
    min_sites: Sites = Field(description="with fewer heterozygous sites, not assessable")
    max_spacing: Bases = Field(description="with sites further apart, not assessable")
    min_purity: Fraction = Field(description="below it, not assessable")
    high: Score = Field(description="score from which the status is high")
    ploidy_correction: Score = Field(description="per copy of ploidy, off the corrected score")


class SignatureRules(Model):
    """When mutations are enough for signatures, and which are looked for."""

    cosmic: Literal["3.3", "3.4"] = Field(description="release of the signatures")
    build: Literal["GRCh37", "GRCh38"] = Field(description="genome that these are for")
    origins: tuple[Counted, ...] = Field(min_length=1, description="origins that count")
    min_vaf: Fraction
    min_mutations: Mutations = Field(description="with fewer, the spectrum alone is shown")
    firm_mutations: Mutations = Field(description="with fewer, the result is called unsure")
    exclude: tuple[Text, ...] = Field((), description="signatures that are not looked for")
    resamples: Annotated[int, Field(ge=10, le=500)] = Field(
        description="bootstrap resamples that the intervals come from"
    )
    min_share: Fraction = Field(description="a signature with less is not shown")

    @model_validator(mode="after")
    def _firm_is_more(self) -> "SignatureRules":
        if self.firm_mutations.value < self.min_mutations.value:
            raise ValueError("firm_mutations is below min_mutations; raise it")
        return self


class BiomarkerRules(Model):
    """The biomarkers that the panel is validated for; absent: not assessed, and said so."""

    tmb: TmbRules | None = None
    msi: MsiRules | None = None
    hrd: HrdRules | None = None
    signatures: SignatureRules | None = None
