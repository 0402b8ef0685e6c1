"""What is expected of a case beside its variants: the rows of ``truth/expected.yaml``."""

from typing import Literal

from dugnad.demo.recipe import Strict

Kind = Literal["small_variant", "copy_number", "fusion", "splice_variant"]


class ExpectedSample(Strict):
    """A sample as it was made."""

    sample: str
    role: str
    analyte: str
    depth: float | None
    read_pairs: int
    purity: float
    mean_copies: float | None
    """Copies of the average target base, over all cells."""


class ExpectedFusion(Strict):
    """A fusion: contigs with 1-based positions of the joined bases, and exon numbers."""

    name: str
    genes: tuple[str, str]
    exons: tuple[int, int]
    breakpoints: tuple[tuple[str, int], tuple[str, int]]
    rna_junction: tuple[tuple[str, int], tuple[str, int]]
    why: str


class ExpectedSplice(Strict):
    """An exon left out: the joined bases as contig and 1-based position."""

    gene: str
    exon: int
    rna_junction: tuple[tuple[str, int], tuple[str, int]]
    fraction: float
    why: str


class ExpectedTmb(Strict):
    """Somatic variants in coding target bases with an expected VAF of at least ``min_vaf``."""

    coding: int
    nonsynonymous: int
    denominator_mb: float
    min_vaf: float


class ExpectedMsi(Strict):
    """Microsatellites that are unstable in the tumour, of all on the panel."""

    status: Literal["high", "stable"]
    unstable: int
    loci: int


class ExpectedHrd(Strict):
    """Scars in the founder clone; see ``scars``."""

    loh: int
    lst: int
    tai: int


class ExpectedBiomarkers(Strict):
    """What the case amounts to beyond single findings."""

    tmb: ExpectedTmb
    msi: ExpectedMsi
    hrd: ExpectedHrd
    signature: str


class ExpectedDiplotype(Strict):
    """Pharmacogenetic result."""

    gene: str
    diplotype: str
    phenotype: str
    source: str


class ExpectedTier(Strict):
    """A finding's tier, and the trial or guideline behind it."""

    kind: Kind
    finding: str
    tier: str
    source: str


class ExpectedVerdict(Strict):
    """A quality check that must not pass."""

    sample: str
    check: str
    verdict: Literal["warn", "fail"]
    why: str


class ExpectedCase(Strict):
    """All of it, for one case."""

    case: str
    title: str
    tumour_type: str
    panel: str
    sex: str
    stated_sex: str
    samples: tuple[ExpectedSample, ...]
    fusions: tuple[ExpectedFusion, ...]
    splice_variants: tuple[ExpectedSplice, ...]
    biomarkers: ExpectedBiomarkers
    diplotypes: tuple[ExpectedDiplotype, ...]
    tiers: tuple[ExpectedTier, ...]
    verdicts: tuple[ExpectedVerdict, ...]
    not_assessable: tuple[str, ...]


class Expected(Strict):
    """The file."""

    synthetic: Literal[True] = True
    seed: int
    scale: float
    cases: tuple[ExpectedCase, ...]
