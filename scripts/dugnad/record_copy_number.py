"""The case record's copy numbers, with the purity that they rest on."""

from typing import Literal

from pydantic import Field

from dugnad.record_part import Part

CopyCall = Literal[
    "amplification", "gain", "neutral", "loss", "homozygous_deletion", "not_assessable"
]


class Fit(Part):
    """A purity and ploidy that explain depth and BAF."""

    purity: float
    ploidy: float
    likelihood: float = Field(description="relative to the best fit, 0 to 1")


class Purity(Part):
    """Tumour fraction of the sample: the pathologist's, the reads', and which one is used."""

    stated: float | None = Field(description="as on the sheet")
    estimated: float | None = Field(description="from depth and BAF; null: cannot be told")
    lower: float | None = Field(description="of the 95 % interval of the estimate")
    upper: float | None
    ploidy: float | None = Field(description="mean copies per tumour cell at the purity used")
    used: float | None
    used_from: Literal["stated", "estimated", "none"]
    reason: str
    fits: tuple[Fit, ...] = Field((), description="the best fit and its rivals")


class GeneCopies(Part):
    """Copies of a gene, or of some of its exons alone, in the tumour's cells."""

    gene: str
    exons: str | None = Field(None, description="such as 2-3; null: the whole gene")
    chrom: str
    start: int = Field(description="0-based")
    end: int = Field(description="exclusive")
    bins: int
    log2: float | None
    z_score: float | None = Field(None, description="against the panel of normals")
    baf: float | None = Field(None, description="mean share of the rarer allele, 0 to 0.5")
    baf_sites: int
    copies: float | None
    copies_lower: float | None
    copies_upper: float | None
    minor_copies: int | None
    normal_copies: int
    loh: bool | None = Field(None, description="null: cannot be told")
    segment_length: int | None = Field(None, description="bases")
    focal: bool | None
    call: CopyCall
    confidence: Literal["high", "medium", "low"]
    reason: str


class Segment(Part):
    """A stretch of even copy number."""

    chrom: str
    start: int
    end: int
    bins: int
    log2: float
    log2_se: float | None
    baf: float | None
    baf_sites: int
    copies: float | None
    copies_lower: float | None
    copies_upper: float | None
    total_copies: int | None
    minor_copies: int | None
    normal_copies: int
    loh: bool | None


class PurityCall(Part):
    """A gene's call at another purity than the one used."""

    gene: str
    exons: str | None = None
    purity: float
    label: str = Field(description="stated, estimated, half or double")
    copies: float | None
    call: CopyCall


class CopyLimit(Part):
    """A limit of the panel between two calls, for pictures."""

    call: CopyCall = Field(description="of what lies beyond it")
    copies: float = Field(description="per tumour cell, where a normal cell has two")


class Track(Part):
    """Points along the genome, as columns of the same length; for pictures."""

    chrom: tuple[str, ...]
    pos: tuple[int, ...] = Field(description="middle of the bin, or the site's position")
    value: tuple[float, ...]


class CopyNumber(Part):
    """Copy numbers of a case."""

    reference: str = Field(description="what depth is held against, in words")
    flat_reference: bool
    program: str | None = Field(None, description="that corrected depth, with its version")
    noise: float | None = Field(description="median absolute difference of neighbouring log2")
    purity: Purity
    genes: tuple[GeneCopies, ...]
    segments: tuple[Segment, ...]
    sensitivity: tuple[PurityCall, ...] = Field(
        description="calls that another purity changes; empty: none"
    )
    limits: tuple[CopyLimit, ...] = Field((), description="of the panel, as they were applied")
    depth: Track = Field(description="log2 of bins, thinned to a few thousand")
    baf: Track
    notes: tuple[str, ...] = Field((), description="what could not be assessed, and why")
