"""Copies of either haplotype along the genome: the germline's, and what a clone makes of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dugnad.demo.case_recipe import CaseRecipe, CopyNumber, Sex
from dugnad.demo.gene import by_name
from dugnad.demo.genome import Genome
from dugnad.demo.interval import Interval
from dugnad.errors import UserError

AROUND_GENE = 2000  # bases on either side that are gained or lost with a gene


@dataclass(frozen=True)
class Segment:
    """A stretch with the copies of haplotype 1 and of haplotype 2 in one cell."""

    contig: str
    start: int
    end: int
    copies: tuple[int, int]

    @property
    def total(self) -> int:
        """Copies of both haplotypes."""
        return sum(self.copies)


def germline_segments(genome: Genome, sex: Sex) -> list[Segment]:
    """Both haplotypes once; of a man, haplotype 1 has X and haplotype 2 has Y.

    The pseudoautosomal region of Y is masked in the reference, so that its copy counts on X.
    """
    segments = []
    for contig, sequence in genome.contigs.items():
        single = {"female": {"chrY": (0, 0)}, "male": {"chrX": (1, 0), "chrY": (0, 1)}}[sex]
        segments.append(Segment(contig, 0, len(sequence), single.get(contig, (1, 1))))
    if sex == "male":
        for par in genome.par:
            segments = overlay(segments, par, (1, 1))
    return segments


def overlay(
    segments: Iterable[Segment], region: Interval, copies: tuple[int, int]
) -> list[Segment]:
    """``segments`` with ``copies`` inside ``region``."""
    changed = []
    for segment in segments:
        start, end = max(segment.start, region.start), min(segment.end, region.end)
        if segment.contig != region.contig or start >= end:
            changed.append(segment)
            continue
        pieces = (
            replace(segment, end=start),
            replace(segment, start=start, end=end, copies=copies),
            replace(segment, start=end),
        )
        changed += [piece for piece in pieces if piece.start < piece.end]
    return changed


def region_of(genome: Genome, text: str) -> Interval:
    """The interval that a recipe's region means; UserError when there is no such place."""
    contig, _, span = text.partition(":")
    if contig not in genome.contigs:
        gene = by_name(genome.genes, text)
        start, end = gene.on_genome(0, len(gene.sequence))
        length = len(genome.contigs[gene.contig])
        low, high = max(0, start - AROUND_GENE), min(length, end + AROUND_GENE)
        return Interval(gene.contig, low, high, text)
    length = len(genome.contigs[contig])
    if not span:
        return Interval(contig, 0, length, text)
    low, high = (round(1000 * float(part)) for part in span.split("-"))
    if not low < min(high, length):
        raise UserError(f"recipe: region {text} is empty; {contig} has {length} bases")
    return Interval(contig, low, min(high, length), text)


def clone_segments(
    genome: Genome,
    case: CaseRecipe,
    clones: Sequence[str] | frozenset[str],
    focal: bool = True,
) -> list[Segment]:
    """Copies in the cells that belong to ``clones``; none: in normal cells of the patient.

    Without ``focal``, events of single genes are left out: a gene is larger than its share of
    the demo's small chromosomes.
    """
    segments = germline_segments(genome, case.sex)
    for event in case.copy_numbers:
        wanted = focal or event.region.startswith("chr")
        if wanted and clone_of(case, event) in clones:
            segments = overlay(segments, region_of(genome, event.region), event.copies)
    return segments


def clone_of(case: CaseRecipe, event: CopyNumber) -> str:
    """The clone whose cells have the event."""
    return event.clone or case.founder


def copies_at(segments: Iterable[Segment], contig: str, position: int) -> tuple[int, int]:
    """Copies of either haplotype at a 0-based position."""
    for segment in segments:
        if segment.contig == contig and segment.start <= position < segment.end:
            return segment.copies
    raise ValueError(f"{contig}:{position} is in no segment")
