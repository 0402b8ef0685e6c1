"""The case record's fusions, splice variants and other rearrangements."""

from typing import Literal

from pydantic import Field

from dugnad.record_part import Part


class Domain(Part):
    """A domain of a gene's protein, for pictures; 1-based residues, both inclusive."""

    name: str
    first: int
    last: int


class PartnerGene(Part):
    """One side of a fusion, for pictures: coding exons in transcript order and where it breaks."""

    gene: str
    transcript: str | None
    chrom: str | None = None
    strand: Literal["+", "-"]
    exons: tuple[tuple[int, int], ...] = Field(description="0-based, half-open, in order")
    coding: tuple[int, int] | None = Field(description="0-based, half-open, on the genome")
    domains: tuple[Domain, ...] = ()


class Rearrangement(Part):
    """A fusion, splice variant or broken gene, with the evidence of DNA and RNA joined."""

    kind: Literal["fusion", "splice_variant", "structural"]
    name: str = Field(description="EML4::ALK, or MET exon 14 skipping")
    gene_5: str | None
    gene_3: str | None
    transcript_5: str | None
    transcript_3: str | None
    exon_5: int | None = Field(description="last exon of the first gene that is kept")
    exon_3: int | None = Field(description="first exon of the second gene that is kept")
    frame: Literal["in_frame", "out_of_frame", "unknown"]
    domain: str | None
    domain_kept: Literal["kept", "lost", "unknown"]
    known: bool = Field(description="in the panel's list of fusions or splice variants")
    on_target: tuple[str, ...] = Field(description="genes of it that the panel targets")
    svtype: str | None
    chrom_1: str | None
    pos_1: int | None = Field(description="1-based")
    strand_1: str | None
    chrom_2: str | None
    pos_2: int | None
    strand_2: str | None
    uncertainty: int | None = Field(description="bases")
    split_reads: int | None
    pairs: int | None
    vaf: float | None
    normal_split_reads: int | None
    normal_pairs: int | None
    rna_chrom_1: str | None
    rna_pos_1: int | None
    rna_chrom_2: str | None
    rna_pos_2: int | None
    rna_split_reads: int | None
    rna_pairs: int | None
    rna_reference_1: int | None
    rna_reference_2: int | None
    called_by: tuple[str, ...] = Field(description="analyte:method")
    filters: tuple[str, ...] = Field(description="ids of the filters that flag it; empty: PASS")
    reason: str

    @property
    def passes(self) -> bool:
        """Whether no filter flags it."""
        return not self.filters


class Rearrangements(Part):
    """All rearrangements of a case, flagged ones too, and what could not be looked for."""

    found: tuple[Rearrangement, ...]
    partners: tuple[PartnerGene, ...] = Field(
        (), description="genes of those that pass, for pictures"
    )
    dna_methods: tuple[str, ...]
    rna_methods: tuple[str, ...]
    searched_genes: tuple[str, ...] = Field((), description="that DNA is searched for fusions of")
    splice_variants: tuple[str, ...] = Field(
        (), description="of the panel's list, those that were looked for in RNA"
    )
    notes: tuple[str, ...] = Field((), description="what could not be assessed, and why")
