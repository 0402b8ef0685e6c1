"""Which gene a side of a junction breaks, where in it, and what of it a fused transcript has.

A side that keeps the part of a gene towards its beginning (strand and side alike: "+" and "+", "-"
and "-") gives the 5' part of a transcript, else the 3' part.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dugnad.annotation.transcripts import Transcript, Transcripts
from dugnad.rearrangements.sides import Side
from dugnad.record_rearrangements import PartnerGene


@dataclass(frozen=True)
class Broken:
    """A gene that a side breaks.

    ``exon``: the last one kept of a 5' part, the first one of a 3' part; ``inside``: the break is
    within this exon, and not in an intron or at the exon's end.
    """

    side: Side
    transcript: Transcript
    exon: int
    inside: bool

    @property
    def gene(self) -> str:
        """Symbol."""
        return self.transcript.gene

    @property
    def is_head(self) -> bool:
        """Whether the 5' part is kept."""
        return self.side.strand == self.transcript.strand

    @property
    def coding_before(self) -> int:
        """Coding bases up to the break, in spliced order."""
        before = 0
        for number, (start, end) in enumerate(self.transcript.exons, 1):
            cds = self.transcript.cds or (0, 0)
            low, high = max(start, cds[0]), min(end, cds[1])
            if number < self.exon or (number == self.exon and self.is_head and not self.inside):
                before += max(0, high - low)
            elif number == self.exon and self.inside:
                before += _within(self, low, high)
        return before

    @property
    def coding_frame(self) -> int:
        """Which base of a codon comes next at the break, 0 to 2."""
        return (self.coding_before - self.transcript.cds_phase) % 3

    @property
    def place(self) -> str:
        """In words: where the break is."""
        feature = self.transcript.feature_at(self.side.pos)
        return f"{self.gene} {feature}" if feature else f"{self.gene} at its end"


def _within(broken: Broken, low: int, high: int) -> int:
    """Coding bases of the broken exon that come before the break."""
    point = broken.side.pos if broken.side.strand == "+" else broken.side.pos - 1
    if broken.transcript.strand == "+":
        return max(0, min(high, point) - low)
    return max(0, high - max(low, point))


def broken_at(side: Side, transcript: Transcript) -> Broken | None:
    """What a side breaks of a transcript; None when it lies outside it."""
    feature = transcript.feature_at(side.pos)
    if feature is None:
        return None
    is_head = side.strand == transcript.strand
    if feature.kind == "intron":
        return Broken(side, transcript, feature.number + (not is_head), False)
    start, end = transcript.exons[feature.number - 1]
    whole = side.pos == (end if side.strand == "+" else start + 1)
    return Broken(side, transcript, feature.number, not whole)


def broken_genes(
    side: Side, transcripts: Transcripts, chosen: Mapping[str, str]
) -> list[Broken]:  # fmt: skip
    """The genes that a side breaks, each on its reported transcript, or on the best that has the
    place; coding ones first.

    ``chosen``: the panel's transcript of a gene.
    """
    genes: dict[str, Transcript] = {}
    for one in transcripts.overlapping(side.chrom, side.pos - 1, side.pos):
        genes.setdefault(one.gene, one)
    found: list[Broken] = []
    for gene in genes:
        reported = transcripts.preferred(gene, chosen.get(gene))
        ranked = [reported, *transcripts.by_gene(gene)] if reported else []
        own = (broken_at(side, one) for one in ranked if one and one.chrom == side.chrom)
        found += [item for item in own if item][:1]
    return sorted(found, key=lambda item: (item.transcript.cds is None, item.gene))


def partner_gene(transcript: Transcript, domains: tuple[object, ...] = ()) -> PartnerGene:
    """A gene as pictures show it."""
    return PartnerGene.model_validate(
        {
            "gene": transcript.gene,
            "transcript": transcript.name,
            "chrom": transcript.chrom,
            "strand": transcript.strand,
            "exons": transcript.exons,
            "coding": transcript.cds,
            "domains": domains,
        }
    )
