"""The case record's biomarkers: TMB, MSI, HRD and mutational signatures."""

from typing import Literal

from pydantic import Field

from dugnad.record_part import Part


class TmbLimit(Part):
    """Where a category of TMB begins."""

    category: str
    value: float = Field(description="mutations per megabase")


class TmbRule(Part):
    """TMB by one published rule."""

    id: str
    name: str
    source: str
    mutations: int = Field(description="that count")
    megabases: float = Field(description="callable by the rule's own depth")
    value: float | None = Field(description="mutations per megabase; null: not assessable")
    lower: float | None = Field(description="of the 95 % interval (Poisson, exact)")
    upper: float | None
    category: str | None = Field(description="by the panel's limits")
    limits: tuple[TmbLimit, ...] = Field((), description="of the panel, for pictures")
    germline_expected: float | None = Field(
        None, description="of the mutations counted, how many may be germline; tumour alone"
    )
    counted: tuple[str, ...] = Field(description="names of the mutations that count")
    note: str | None = None


class Tmb(Part):
    """TMB by several rules; the first is the one that is reported."""

    rules: tuple[TmbRule, ...]
    tumour_only: bool
    note: str | None = None


class MsiLocus(Part):
    """Lengths of one microsatellite; shares over lengths from the first on sum to 1."""

    name: str
    chrom: str
    start: int
    end: int
    unit: str
    reads: int
    first_length: int = Field(description="repeat units")
    shares: tuple[float, ...]
    normal_shares: tuple[float, ...] = Field(description="means of the panel of normals")
    score: float | None
    status: Literal["unstable", "stable", "not_usable"]


class Msi(Part):
    """Microsatellite instability."""

    loci: int = Field(description="of the panel")
    usable: int
    unstable: int
    value: float | None = Field(description="share of usable loci that are unstable")
    lower: float | None = Field(description="95 % interval (Wilson)")
    upper: float | None
    status: Literal["high", "indeterminate", "stable", "not_assessable"]
    homopolymer_indels: int | None = Field(
        None, description="somatic indels in homopolymers among the small variants"
    )
    homopolymer_indels_per_mb: float | None = None
    method: str
    reason: str
    shown: tuple[MsiLocus, ...] = Field((), description="the most telling loci, for pictures")


class Hrd(Part):
    """Genomic scars of homologous recombination deficiency."""

    loh: int | None
    tai: int | None = Field(description="telomeric allelic imbalances")
    lst: int | None = Field(description="large-scale state transitions")
    score: int | None = Field(description="their sum")
    corrected: float | None = Field(None, description="the score less what the ploidy explains")
    status: Literal["high", "low", "not_assessable"]
    sites: int = Field(description="heterozygous sites that it rests on")
    site_spacing: float | None = Field(description="median bases between them")
    method: str
    reason: str


class Signature(Part):
    """Share of one reference signature in the sample's mutations."""

    name: str
    share: float
    lower: float | None = Field(None, description="of the 95 % bootstrap interval")
    upper: float | None = None
    aetiology: str | None = None


class Signatures(Part):
    """The 96 contexts and, above a minimum of mutations, reference signatures."""

    mutations: int
    spectrum: tuple[int, ...] = Field(
        description="counts of the 96 contexts, in the order of COSMIC: A[C>A]A to T[T>G]T"
    )
    assigned: tuple[Signature, ...]
    unexplained: float | None = Field(None, description="cosine distance to the reconstruction")
    method: str
    program: str | None = Field(None, description="what assigned them, with its version")
    reason: str


class Biomarkers(Part):
    """The biomarkers of a case; null: the panel does not ask for it."""

    tmb: Tmb | None = None
    msi: Msi | None = None
    hrd: Hrd | None = None
    signatures: Signatures | None = None
