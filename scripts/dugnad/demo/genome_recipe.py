"""The recipe of the demo's genome, panel and known sites: resources/demo/genome.yaml, validated."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dugnad.demo.recipe import Change, Dna, Fraction, Identifier, Label, Strict

Contig = Annotated[str, Field(pattern=r"^chr([1-9]|1\d|2[0-2]|X|Y)$")]
Range = tuple[int, int]


class ContigRecipe(Strict):
    """A contig: its length, and where its short arm ends, in bases."""

    name: Contig
    length: int = Field(ge=1000)
    centromere: int = Field(ge=1)


class ParRecipe(Strict):
    """The pseudoautosomal region: the first ``length`` bases of X, which are N on Y."""

    contig: Contig
    masked: Contig
    length: int = Field(ge=1000)


class Pin(Strict):
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


class Region(Strict):
    """c. positions ``first`` to ``last`` of the preferred transcript, with a name."""

    label: Label
    first: str
    last: str


class Hotspots(Strict):
    """Hotspot codons, labelled c. positions outside the protein, and stretches; their source."""

    source: Annotated[str, Field(pattern=r"^PMID:\d+$")]
    codons: tuple[int, ...] = ()
    at: dict[str, Label] = Field(default_factory=dict)
    regions: tuple[Region, ...] = ()


class Alternative(Strict):
    """A second transcript: starts at a methionine, or leaves out one in-frame exon."""

    start_codon: int | None = None
    skip_exon: int | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.start_codon is None) == (self.skip_exon is None):
            raise ValueError("give either 'start_codon' or 'skip_exon'")
        return self


class FusionIntron(Strict):
    """An intron (named after the exon before it) targeted whole, for fusions with ``partners``."""

    intron: int = Field(ge=1)
    partners: tuple[Identifier, ...]


class GeneRecipe(Strict):
    """One gene. ``exon_ends`` fixes, per exon, the c. position of its last coding base.

    ``at`` is the real place in megabases, so kilobases here. ``intron_lengths`` are by the exon
    before; ``gc`` is by exon; ``target_exons`` lists the targeted ones when not all are.
    """

    name: Identifier
    entrez: int
    contig: Contig
    at: float = Field(ge=0)
    strand: Literal["+", "-"]
    protein_length: int = Field(ge=10)
    exons: int = Field(ge=1)
    first_coding_exon: int = Field(default=1, ge=1)
    utr5: int = Field(default=60, ge=1, description="bases of the 5' UTR in the first coding exon")
    utr3: int = Field(default=150, ge=10)
    upstream: int | None = Field(default=None, ge=200)
    exon_ends: dict[int, int] = Field(default_factory=dict)
    intron_lengths: dict[int, int] = Field(default_factory=dict)
    gc: dict[int, Fraction] = Field(default_factory=dict)
    pins: tuple[Pin, ...] = ()
    hotspots: tuple[Hotspots, ...] = ()
    target_exons: tuple[int, ...] | None = None
    targets: tuple[Region, ...] = ()
    fusion: FusionIntron | None = None
    alternative: Alternative | None = None

    @property
    def targeted(self) -> bool:
        """Whether the panel has targets in the gene."""
        return self.target_exons != ()


class Sizes(Strict):
    """Lengths in bases of what lies between the coding exons; ranges are inclusive."""

    gap: int = Field(ge=1000, description="least distance between genes")
    edge: int = Field(ge=500, description="least distance from a contig's end")
    upstream: int = Field(ge=200)
    intron: Range
    noncoding_exon: Range
    target_margin: int = Field(ge=0)


class SnpsRecipe(Strict):
    """The backbone of common SNPs: one in every ``spacing`` bases; ``target`` bases around it."""

    spacing: int = Field(ge=2000)
    target: int = Field(ge=20)
    frequency: tuple[Fraction, Fraction]


class MsiRecipe(Strict):
    """Microsatellites: runs of A or T of a ``length`` in range, targeted with ``margin``."""

    loci: int = Field(ge=0)
    length: Range
    margin: int = Field(ge=20)


class ParalogRecipe(Strict):
    """An exact copy of an exon with ``margin`` bases on either side, elsewhere (``at`` in kb)."""

    gene: Identifier
    exon: int = Field(ge=1)
    margin: int = Field(ge=0)
    contig: Contig
    at: float = Field(ge=0)
    label: Label


class ArtefactsRecipe(Strict):
    """Recurrent artefacts: number of sites, how many normals show each, and the range of VAF."""

    sites: int = Field(ge=0)
    in_normals: int = Field(ge=1)
    vaf: tuple[Fraction, Fraction]


class NormalsRecipe(Strict):
    """The panel of normals: number of individuals, and depth."""

    count: int = Field(ge=1)
    depth: int = Field(ge=1)
    artefacts: ArtefactsRecipe

    @model_validator(mode="after")
    def _enough_normals(self) -> Self:
        if self.artefacts.in_normals > self.count:
            raise ValueError("'artefacts.in_normals' is more than 'count'")
        return self


class GenomeRecipe(Strict):
    """The genome, its panels and its known sites."""

    panels: tuple[Identifier, ...]
    contigs: tuple[ContigRecipe, ...]
    par: ParRecipe
    sizes: Sizes
    snps: SnpsRecipe
    msi: MsiRecipe
    paralogs: tuple[ParalogRecipe, ...] = ()
    background_sites: int = Field(ge=0)
    normals: NormalsRecipe
    genes: tuple[GeneRecipe, ...]
    known: tuple[Change, ...] = ()
