"""The recipe of the cohort: what people write in resources/demo/*.yaml but the genome."""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dugnad.demo.library_recipe import LibraryRecipe
from dugnad.demo.recipe import Change, Fraction, Identifier, Label, Strict

Sex = Literal["female", "male"]
Haplotype = Literal[1, 2]
Tier = Literal["I", "II", "III", "IV"]
Source = Annotated[str, Field(min_length=8)]
ROUNDING = 1e-9  # sums of fractions are not exact


class Tiered(Strict):
    """What may have an expected tier; every tier names the trial or guideline behind it."""

    tier: Tier | None = None
    tier_source: Source | None = None

    @model_validator(mode="after")
    def _sourced(self) -> Self:
        if (self.tier is None) != (self.tier_source is None):
            raise ValueError("a tier names its source: give both 'tier' and 'tier_source'")
        return self


class Kinds(Strict):
    """How many random variants of each kind: ``draw_kinds`` says what they are like."""

    snvs: int = Field(0, ge=0, description="single bases, by the background's signature")
    mnvs: int = Field(0, ge=0, description="two or three neighbouring bases, all changed")
    deletions: int = Field(0, ge=0)
    insertions: int = Field(0, ge=0, description="duplications included")
    delins: int = Field(0, ge=0, description="some bases become others, of another number")


class Clone(Strict):
    """Tumour cells that share their variants; ``fraction`` is of all tumour cells.

    The first clone of a case is the founder, with fraction 1; others descend from ``parent``.
    ``random`` variants of its own come on top of the case's background.
    """

    name: Label
    fraction: Fraction
    parent: Label | None = None
    random: Kinds = Kinds()


class CopyNumber(Tiered):
    """Copies of haplotype 1 and 2 of a region in the cells of a clone and its descendants.

    ``region`` is a gene (with the sequence around it), a contig, or ``contig:from-to`` in
    kilobases, which stand for the megabases of the real chromosome.
    """

    region: Annotated[str, Field(pattern=r"^(chr\w+(:\d+(\.\d+)?-\d+(\.\d+)?)?|[A-Z0-9]+)$")]
    copies: tuple[Annotated[int, Field(ge=0, le=60)], Annotated[int, Field(ge=0, le=60)]]
    clone: Label | None = None
    call: Literal["amplification", "gain", "loss", "homozygous_deletion", "loh"]
    why: str


class Planted(Change, Tiered):
    """A variant of a case.

    Germline: on ``haplotype`` (heterozygous) or on both (homozygous, without ``haplotype``).
    Somatic: on one haplotype of ``clone`` (absent: the founder) and its descendants; on all
    its copies, or on ``copies`` of them when it came after a gain.
    """

    origin: Literal["somatic", "germline"]
    haplotype: Haplotype | None = None
    clone: Label | None = None
    copies: Annotated[int, Field(ge=1)] | None = None
    why: str

    @model_validator(mode="after")
    def _by_origin(self) -> Self:
        if self.origin == "germline" and (self.clone or self.copies):
            raise ValueError("a germline variant has neither 'clone' nor 'copies'")
        if self.origin == "somatic" and self.haplotype is None:
            raise ValueError("a somatic variant lies on one haplotype: give 'haplotype'")
        return self


class Background(Strict):
    """Variants that nobody chose: drawn at random, with the case's own random stream."""

    germline_private: int = Field(0, ge=0, description="heterozygous, in no database")
    somatic: int = Field(0, ge=0, description="single bases on the targets, of the founder")
    subclonal: int = Field(0, ge=0, description="the same, of the last clone")
    signature: Label = "ageing"
    unstable_msi: Fraction = Field(0.0, description="share of microsatellites that changed")
    ffpe_sites: int = Field(0, ge=0, description="places with deamination artefacts")


class Fusion(Tiered):
    """A fusion by inversion, from an intron of the 5' partner to one of the 3' partner."""

    genes: tuple[Label, Label]
    introns: tuple[int, int]
    haplotype: Haplotype
    expression: float = Field(gt=0, description="of the fusion transcript; 1 is a usual gene")
    why: str


class Skipping(Tiered):
    """An exon left out of the RNA of the copies that carry ``caused_by``."""

    gene: Label
    exon: int
    caused_by: str
    fraction: Fraction
    why: str


class Diplotype(Strict):
    """The pharmacogenetic result that the germline variants amount to."""

    gene: Label
    diplotype: str
    phenotype: str
    source: Source


class Verdict(Strict):
    """A quality verdict other than pass that a sample must get, and by which check."""

    sample: Identifier
    check: Label
    verdict: Literal["warn", "fail"]
    why: str


class SampleRecipe(Strict):
    """A sequenced sample.

    DNA: ``depth`` is the mean target depth without duplicates. RNA: ``pairs``. ``individual``
    names somebody else than the patient; ``contamination`` is the share of another's cells,
    ``tumour_cells`` that of the tumour's in a normal. ``family`` is the mean number of read pairs
    per fragment of a library with UMIs (absent: the cohort's).
    """

    id: Identifier
    role: Literal["tumour", "normal"]
    analyte: Literal["dna", "rna"] = "dna"
    depth: float | None = Field(None, gt=0)
    pairs: int | None = Field(None, gt=0)
    lanes: int = Field(1, ge=1, le=8)
    preservation: Literal["fresh", "ffpe"] = "fresh"
    degraded: bool = False
    individual: Label | None = None
    contamination: Fraction = 0.0
    tumour_cells: Fraction = 0.0
    family: float | None = Field(None, ge=1)
    dropouts: tuple[Label, ...] = ()

    @model_validator(mode="after")
    def _amount(self) -> Self:
        if (self.depth is None) == (self.analyte == "dna"):
            raise ValueError("DNA has 'depth', and RNA has not")
        if (self.pairs is None) == (self.analyte == "rna"):
            raise ValueError("RNA has 'pairs', and DNA has not")
        if self.tumour_cells and self.role == "tumour":
            raise ValueError("'tumour_cells' is of a normal; a tumour has the case's 'purity'")
        return self


class CaseRecipe(Strict):
    """A case of the cohort."""

    id: Identifier
    title: str
    tumour_type: Identifier
    panel: Identifier
    sex: Sex
    stated_sex: Sex | None = None
    purity: Fraction
    clones: Annotated[tuple[Clone, ...], Field(min_length=1)]
    copy_numbers: tuple[CopyNumber, ...] = ()
    variants: tuple[Planted, ...] = ()
    background: Background = Background()
    fusions: tuple[Fusion, ...] = ()
    skipping: tuple[Skipping, ...] = ()
    diplotypes: tuple[Diplotype, ...] = ()
    not_assessable: tuple[str, ...] = ()
    msi: Literal["high", "stable"] = "stable"
    verdicts: tuple[Verdict, ...] = ()
    samples: tuple[SampleRecipe, ...]

    @model_validator(mode="after")
    def _descent(self) -> Self:
        if self.clones[0].fraction != 1 or self.clones[0].parent:
            raise ValueError("the first clone is the founder, with fraction 1 and no parent")
        names = [clone.name for clone in self.clones]
        if len(set(names)) < len(names):
            raise ValueError("has two clones of one name")
        for number, clone in enumerate(self.clones[1:], start=1):
            if clone.parent not in names[:number]:
                raise ValueError(f"clone {clone.name}: its parent must stand before it")
        for clone in self.clones:
            children = sum(c.fraction for c in self.clones if c.parent == clone.name)
            if children > clone.fraction + ROUNDING:
                raise ValueError(f"clone {clone.name}: its children have more cells than it has")
        return self

    @model_validator(mode="after")
    def _whole(self) -> Self:
        names = {clone.name for clone in self.clones}
        named = {v.clone for v in self.variants} | {c.clone for c in self.copy_numbers}
        if unknown := named - {None, *names}:
            raise ValueError(f"unknown clone {', '.join(map(str, sorted(unknown, key=str)))}")
        if {v.sample for v in self.verdicts} - {s.id for s in self.samples}:
            raise ValueError("a verdict names a sample that the case does not have")
        kinds = [(sample.role, sample.analyte) for sample in self.samples]
        if len(set(kinds)) < len(kinds):
            raise ValueError("has two samples of one role and analyte")
        if ("tumour", "dna") not in kinds:
            raise ValueError("has no sample of the tumour's DNA")
        return self

    @property
    def founder(self) -> str:
        """Name of the clone that all tumour cells belong to."""
        return self.clones[0].name


class Signature(Strict):
    """Where single-base changes fall: patterns such as ``T[C>T]N`` with their weights."""

    source: Source
    patterns: dict[str, Annotated[float, Field(gt=0)]]

    @model_validator(mode="after")
    def _readable(self) -> Self:
        for pattern in self.patterns:
            if not re.fullmatch(r"[ACGTN]\[[CT]>[ACGT]\][ACGTN]", pattern):
                raise ValueError(f"'{pattern}' is not like T[C>T]N, with C or T changed")
        return self


class CohortRecipe(Strict):
    """The library, what random variants look like, and which cases run by default.

    The ``accuracy`` cases are for measuring, and no part of the full cohort.
    """

    library: LibraryRecipe
    standard: tuple[Identifier, ...]
    accuracy: tuple[Identifier, ...]
    signatures: dict[Label, Signature]
    deamination: Annotated[float, Field(ge=0, le=0.1)]
    oxidation: Annotated[float, Field(ge=0, le=0.1)]
    ffpe_vaf: tuple[Fraction, Fraction]
    artefact_share: Fraction = Field(
        description="chance that a tumour sample has one of the normals' recurrent artefacts"
    )
