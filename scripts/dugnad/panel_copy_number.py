"""A panel's rules for copy numbers."""

from pydantic import Field, model_validator

from dugnad.border import Model, SafePath
from dugnad.quantities import (
    Bases,
    BinCount,
    Copies,
    Fraction,
    Ratio,
    Reads,
    Score,
    Sites,
)


class PurityRules(Model):
    """When the tumour fraction that the reads tell is used, instead of the pathologist's."""

    evidence: Score = Field(
        description="twice the log likelihood that a purity gains over that of a flat genome"
    )
    interval: Fraction = Field(description="widest 95 % interval of an estimate that is used")
    least: Fraction = Field(description="lowest estimate that goes before the stated purity")
    disagreement: Fraction = Field(
        description="estimate and stated purity so far apart are told to differ"
    )


class CopyNumberRules(Model):
    """When a gene is amplified, lost or neither, and what depth is held against."""

    normals: SafePath | None = Field(
        None,
        description="CNVkit reference of normals, beside panel.yaml; absent: a flat one, said so",
    )
    bin_size: Bases = Field(description="targets are cut into bins of about this length")
    min_bins: BinCount = Field(description="a gene with fewer usable bins is not assessable")
    site_depth: Reads = Field(description="fewest fragments at a heterozygous site")
    baf_sites: Sites = Field(description="fewest heterozygous sites of a segment for its BAF")
    dispersion: Ratio = Field(
        description="strength of the beta distribution of a site's BAF around what is expected"
    )
    segment_evidence: Score = Field(
        description="neighbours are one segment below this, twice a gain in log likelihood"
    )
    z_score: Score = Field(description="least deviation from the normals, in SD, of any call")
    strong_z_score: Score = Field(description="the same for a call of high confidence")
    exon_z_score: Score = Field(description="the same for some exons against the rest of a gene")
    amplification: Copies
    amplification_ratio: Ratio = Field(description="an amplification is so many times the ploidy")
    gain: Copies
    loss: Copies
    homozygous_deletion: Copies = Field(description="below it, no copy is left")
    mean_change: Fraction = Field(
        description="where the purity is not known, least change of the depth of a gain or loss"
    )
    failed_probes: Fraction = Field(
        description="depth below this share of what the normal cells alone leave is no deletion"
    )
    sure: Fraction = Field(
        description="probability from which LOH and copies of either parent are stated"
    )
    focal: Bases = Field(description="an event of a shorter segment is focal")
    purity: PurityRules

    @model_validator(mode="after")
    def _in_order(self) -> "CopyNumberRules":
        limits = (self.homozygous_deletion, self.loss, self.gain, self.amplification)
        values = [limit.value for limit in limits]
        if sorted(values) != values or not values[1] < 2 < values[2]:
            raise ValueError(
                "homozygous_deletion, loss, gain and amplification must rise, with 2 copies"
                " between loss and gain; mend the numbers"
            )
        return self
