"""Genes at the ends of a junction of RNA: which, and whether an exon of them ends there."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from dugnad.annotation.transcripts import Interval, Transcript, Transcripts
from dugnad.rearrangements.rna_chimeric import Place


@dataclass(frozen=True)
class GeneSpan:
    """A gene: from the first base of its transcripts to the last, 0-based and half-open."""

    name: str
    id: str
    biotype: str
    chrom: str
    strand: str
    start: int
    end: int

    def holds(self, place: Place, margin: int = 0) -> bool:
        """Whether a base lies in it, or so near, on its strand."""
        return (place.chrom, place.strand) == (
            self.chrom,
            self.strand,
        ) and self.start - margin < place.pos <= self.end + margin


@dataclass(frozen=True)
class Hit:
    """A gene at a place: whether an exon of it begins or ends exactly there, or holds it."""

    gene: GeneSpan
    at_boundary: bool
    in_exon: bool


@dataclass(frozen=True)
class _Shape:
    """First and last bases of a gene's exons, 1-based and upwards, and the exons joined."""

    begins: frozenset[int]
    ends: frozenset[int]
    exons: tuple[Interval, ...]


def _shape(transcripts: Iterable[Transcript]) -> _Shape:
    exons = sorted({exon for transcript in transcripts for exon in transcript.exons})
    joined: list[Interval] = []
    for start, end in exons:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    begins = frozenset(start + 1 for start, _ in exons)
    return _Shape(begins, frozenset(end for _, end in exons), tuple(joined))


class Genes:
    """The genes of an annotation by place, each contig's strand in its order."""

    def __init__(self, transcripts: Transcripts, panel_genes: Collection[str] = ()) -> None:
        self._panel = frozenset(panel_genes)
        self._members: dict[tuple[str, str], list[GeneSpan]] = defaultdict(list)
        self._of: dict[str, list[Transcript]] = defaultdict(list)
        for transcript in transcripts:
            self._of[transcript.gene_id].append(transcript)
        for own in self._of.values():
            span = _span(own)
            self._members[span.chrom, span.strand].append(span)
        for members in self._members.values():
            members.sort(key=lambda span: (span.start, span.id))
        self._shapes: dict[str, _Shape] = {}
        self._starts = {key: [m.start for m in spans] for key, spans in self._members.items()}
        self._longest = {
            key: max(m.end - m.start for m in spans) for key, spans in self._members.items()
        }

    def transcripts(self, gene: GeneSpan) -> list[Transcript]:
        """All transcripts of a gene."""
        return self._of[gene.id]

    def are_two(self, five: Hit | None, three: Hit | None) -> bool:
        """Whether a junction is of two genes, or of one of the panel and of something else."""
        if five and three:
            return five.gene.id != three.gene.id
        hit = five or three
        return bool(hit and hit.gene.name in self._panel)

    def at(self, place: Place, is_last: bool) -> Hit | None:
        """The gene of a base on its strand; ``is_last`` of its exon, else the first.

        Of several the one whose exon ends (or begins) exactly there goes before one whose exon
        holds the base; then the panel's, then those that code for a protein.
        """
        found = (self._hit(span, place, is_last) for span in self._over(place))
        return min(found, key=self._rank, default=None)

    def over(self, place: Place) -> set[str]:
        """The identifiers of all genes over a base, on its strand."""
        return {span.id for span in self._over(place)}

    def _over(self, place: Place) -> Iterator[GeneSpan]:
        key = (place.chrom, place.strand)
        spans = self._members.get(key, [])
        for index in range(bisect_right(self._starts.get(key, []), place.pos - 1) - 1, -1, -1):
            if place.pos - 1 - spans[index].start > self._longest[key]:
                break
            if place.pos <= spans[index].end:
                yield spans[index]

    def _rank(self, hit: Hit) -> tuple[bool, bool, bool, bool, str]:
        gene = hit.gene
        coding = gene.biotype == "protein_coding"
        others = gene.name not in self._panel
        return not hit.at_boundary, not hit.in_exon, others, not coding, gene.id

    def _hit(self, gene: GeneSpan, place: Place, is_last: bool) -> Hit:
        if gene.id not in self._shapes:
            self._shapes[gene.id] = _shape(self._of[gene.id])
        shape = self._shapes[gene.id]
        # of an exon's two ends the last base as it is read, or the first
        ends = shape.ends if is_last == (gene.strand == "+") else shape.begins
        within = any(start < place.pos <= end for start, end in shape.exons)
        return Hit(gene, place.pos in ends, within)


def _span(own: Iterable[Transcript]) -> GeneSpan:
    members = list(own)
    first = members[0]
    biotypes = {member.biotype for member in members}
    biotype = "protein_coding" if "protein_coding" in biotypes else first.biotype
    return GeneSpan(
        first.gene,
        first.gene_id,
        biotype,
        first.chrom,
        first.strand,
        min(member.start for member in members),
        max(member.end for member in members),
    )


def read_through(first: GeneSpan, second: GeneSpan) -> int | None:
    """Bases between two genes that are read one after the other; None if they are not.

    That is on one strand, the second downstream of the first; 0 where they overlap.
    """
    if (first.chrom, first.strand) != (second.chrom, second.strand) or first.id == second.id:
        return None
    one, two = (first, second) if first.strand == "+" else (second, first)
    if two.start < one.start:
        return None
    return max(0, two.start - one.end)


def overlap(first: GeneSpan, second: GeneSpan) -> bool:
    """Whether two genes share bases, on whichever strand."""
    return first.chrom == second.chrom and first.start < second.end and second.start < first.end
