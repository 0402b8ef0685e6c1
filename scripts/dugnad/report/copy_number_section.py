"""What the report's section on copy number shows, from the case record."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dugnad.record import CaseRecord
from dugnad.record_copy_number import CopyNumber, GeneCopies, PurityCall
from dugnad.record_rearrangements import PartnerGene
from dugnad.report.caution import doubt
from dugnad.report.pictures import gene_zoom, genome_depth, purity_scale
from dugnad.report.pictures.copies import called
from dugnad.report.words import Words

ZOOMS = 24
GRAVE = ("amplification", "homozygous_deletion")


@dataclass(frozen=True)
class Sensitivity:
    """Calls that another purity changes: columns are purities, rows genes.

    A cell is None where the call is as at the purity that is used.
    """

    columns: tuple[tuple[str, float], ...]
    rows: tuple[tuple[str, tuple[PurityCall | None, ...]], ...]

    @classmethod
    def of(cls, calls: Sequence[PurityCall], t: Words) -> "Sensitivity":
        """Arrange the calls; columns by rising purity."""
        columns = sorted({(call.label, call.purity) for call in calls}, key=lambda c: (c[1], c[0]))
        cells = {(place_name(call, t), call.label, call.purity): call for call in calls}
        names = dict.fromkeys(place_name(call, t) for call in calls)
        rows = tuple(
            (name, tuple(cells.get((name, *column)) for column in columns)) for name in names
        )
        return cls(tuple(columns), rows)


@dataclass(frozen=True)
class CopyNumberSection:
    """Genes in groups, each gene (or its exons) in one, with the pictures."""

    grave: tuple[GeneCopies, ...]
    other: tuple[GeneCopies, ...]
    neutral: tuple[GeneCopies, ...]
    unassessable: tuple[GeneCopies, ...]
    sensitivity: Sensitivity
    genome: Markup | None
    purity: Markup | None
    zooms: tuple[tuple[GeneCopies, Markup], ...]
    more_zooms: tuple[tuple[GeneCopies, Markup], ...]
    not_drawn: int
    doubt: str | None

    @property
    def assessed(self) -> int:
        """Whole genes whose copies could be told."""
        return sum(gene.exons is None for gene in (*self.grave, *self.other, *self.neutral))

    @property
    def none_grave(self) -> bool:
        """Whether no gene is amplified or lost in both copies, of those that could be told."""
        return self.assessed > 0 and not any(gene.call in GRAVE for gene in self.grave)

    @classmethod
    def of(cls, record: CaseRecord, t: Words) -> "CopyNumberSection | None":
        """None where copy number was not assessed."""
        part = record.copy_number
        if part is None:
            return None
        found = called(part)
        grave = tuple(gene for gene in found if is_grave(gene))
        other = tuple(gene for gene in found if not is_grave(gene))
        partners = record.rearrangements.partners if record.rearrangements else ()
        zooms = [(gene, _zoom(part, gene, partners, t)) for gene in (grave + other)[:ZOOMS]]
        told = (value is not None for value in (part.purity.stated, part.purity.estimated))
        return cls(
            grave=grave,
            other=other,
            neutral=tuple(g for g in part.genes if g.call == "neutral" and not g.loh),
            unassessable=tuple(g for g in part.genes if g.call == "not_assessable" and not g.loh),
            sensitivity=Sensitivity.of(part.sensitivity, t),
            genome=genome_depth.draw(part, t) if part.depth.pos or part.segments else None,
            purity=purity_scale.draw(part.purity, t) if any(told) else None,
            zooms=tuple(zooms[: len(grave)]),
            more_zooms=tuple(zooms[len(grave) :]),
            not_drawn=max(0, len(found) - ZOOMS),
            doubt=doubt(record, "dna", t),
        )


def is_grave(gene: GeneCopies) -> bool:
    """Amplified, lost in both copies, or broken within the gene."""
    return gene.call in GRAVE or gene.exons is not None


def place_name(place: GeneCopies | PurityCall, t: Words) -> str:
    """The gene, or its exons alone."""
    return t("page.pic.exon_of", gene=place.gene, n=place.exons) if place.exons else place.gene


def _zoom(part: CopyNumber, gene: GeneCopies, partners: Sequence[PartnerGene], t: Words) -> Markup:
    partner = next((p for p in partners if p.gene == gene.gene), None)
    return gene_zoom.draw(part, gene, t, partner)
