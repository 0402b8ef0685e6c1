"""The recipe of the demo data: what people write in resources/demo/*.yaml, validated."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dugnad.errors import UserError

Dna = Annotated[str, Field(pattern=r"^[ACGT]+$")]
Fraction = Annotated[float, Field(ge=0, le=1)]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]
Label = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.+*-]+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Pin(_Strict):
    """Bases that must stand at a place: from a codon on (within ``exon``) or a c. position on."""

    dna: Dna
    codon: int | None = Field(default=None, ge=1)
    exon: int | None = Field(default=None, ge=1)
    at: str | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.codon is None) == (self.at is None):
            raise ValueError("give either 'codon' (with 'exon') or 'at'")
        if (self.codon is None) != (self.exon is None):
            raise ValueError("'exon' belongs to 'codon': both or none")
        return self


class Hotspots(_Strict):
    """Hotspot codons, or labelled c. positions outside the protein, with their source."""

    source: Annotated[str, Field(pattern=r"^PMID:\d+$")]
    codons: tuple[int, ...] = ()
    at: dict[str, Label] = {}


class Region(_Strict):
    """A further target: c. positions ``first`` to ``last`` of the preferred transcript."""

    label: Label
    first: str
    last: str


class Alternative(_Strict):
    """A second transcript: starts at a methionine, or leaves out one in-frame exon."""

    start_codon: int | None = None
    skip_exon: int | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.start_codon is None) == (self.skip_exon is None):
            raise ValueError("give either 'start_codon' or 'skip_exon'")
        return self


class GeneRecipe(_Strict):
    """One gene. ``exon_ends`` fixes, per exon, the c. position of its last coding base."""

    name: Identifier
    entrez: int
    contig: Annotated[str, Field(pattern=r"^chr([1-9]|1\d|2[0-2]|X|Y)$")]
    strand: Literal["+", "-"]
    protein_length: int = Field(ge=10)
    exons: int = Field(ge=1)
    first_coding_exon: int = Field(default=1, ge=1)
    utr5: int = Field(default=60, ge=1, description="bases of the 5' UTR in the first coding exon")
    utr3: int = Field(default=150, ge=10)
    exon_ends: dict[int, int] = {}
    pins: tuple[Pin, ...] = ()
    hotspots: tuple[Hotspots, ...] = ()
    targets: tuple[Region, ...] = ()
    alternative: Alternative | None = None


class Sizes(_Strict):
    """Lengths in bases of what lies between the coding exons; ranges are inclusive."""

    flank: int = Field(ge=1000)
    upstream: int = Field(ge=200)
    intron: tuple[int, int]
    noncoding_exon: tuple[int, int]
    target_margin: int = Field(ge=0)


class Change(_Strict):
    """A planted or listed variant in coding terms with the protein change claimed by hand."""

    gene: str
    change: Annotated[str, Field(pattern=r"^c\.")]
    protein: str | None = None
    clinvar: str | None = None
    population: Fraction | None = None

    @property
    def title(self) -> str:
        """Gene and change, for messages."""
        return f"{self.gene} {self.change}"


class GenomeRecipe(_Strict):
    """The genome, its panel and its known sites."""

    panel: Identifier
    sizes: Sizes
    background_sites: int = Field(ge=0)
    genes: tuple[GeneRecipe, ...]
    known: tuple[Change, ...] = ()


class Planted(Change):
    """A variant of a case. Somatic: ``vaf``. Germline: ``zygosity``, and ``haplotype`` if het."""

    origin: Literal["somatic", "germline"]
    vaf: Fraction | None = None
    zygosity: Literal["het", "hom"] | None = None
    haplotype: Literal[1, 2] | None = None
    why: str

    @model_validator(mode="after")
    def _by_origin(self) -> Self:
        somatic = self.origin == "somatic"
        if somatic != (self.vaf is not None) or somatic == (self.zygosity is not None):
            raise ValueError("a somatic variant has 'vaf', a germline one 'zygosity'")
        if (self.zygosity == "het") != (self.haplotype is not None):
            raise ValueError("a heterozygous germline variant, and no other, has 'haplotype'")
        return self

    @property
    def normal_vaf(self) -> float:
        """Expected fraction of the alternative allele in the normal sample."""
        return {None: 0.0, "het": 0.5, "hom": 1.0}[self.zygosity]

    @property
    def tumour_vaf(self) -> float:
        """Expected fraction of the alternative allele in the tumour sample."""
        return self.normal_vaf if self.vaf is None else self.vaf


class SampleRecipe(_Strict):
    """A sequenced sample: mean depth on target (duplicates not counted) and number of lanes."""

    id: Identifier
    role: Literal["tumour", "normal"]
    depth: float = Field(gt=0)
    lanes: int = Field(ge=1, le=8)


class CaseRecipe(_Strict):
    """A case. Male cases would need a single X haplotype, which the model does not have yet."""

    id: Identifier
    tumour_type: Identifier
    purity: Fraction
    sex: Literal["female"]
    samples: tuple[SampleRecipe, ...]
    variants: tuple[Planted, ...]


class ReadsRecipe(_Strict):
    """The library: lengths in bases, fractions of all read pairs."""

    length: int = Field(ge=30)
    fragment_mean: int
    fragment_sd: int
    padding: int = Field(ge=0, description="captured bases on either side of a target")
    errors_first: str
    errors_second: str
    off_target: Annotated[float, Field(ge=0, lt=1)]
    duplicates: Annotated[float, Field(ge=0, lt=1)]


class CasesRecipe(_Strict):
    """The library model and the cases."""

    reads: ReadsRecipe
    cases: tuple[CaseRecipe, ...]


Model = TypeVar("Model", bound=BaseModel)


def load(path: Path, model: type[Model]) -> Model:
    """Read the YAML file ``path`` as ``model``; UserError names file, field and problem."""
    try:
        return model.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise UserError(f"{path}: file not found") from None
    except yaml.YAMLError as error:
        raise UserError(f"{path}: not valid YAML: {error}") from None
    except ValidationError as error:
        raise UserError(_problems(path, error)) from None


def _problems(path: Path, error: ValidationError) -> Iterator[str]:
    for problem in error.errors():
        field = ".".join(map(str, problem["loc"]))
        yield f"{path}: {field}: {problem['msg']}"
