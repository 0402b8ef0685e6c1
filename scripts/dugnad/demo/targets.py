"""The demo panel's target regions and hotspots, from the genome's genes."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dugnad.demo.gene import Gene, by_name
from dugnad.demo.genome import Genome, contig_order
from dugnad.demo.hgvs import codon_label
from dugnad.demo.recipe import GeneRecipe, GenomeRecipe
from dugnad.errors import UserError


@dataclass(frozen=True)
class Interval:
    """A genome interval, 0-based and half-open."""

    contig: str
    start: int
    end: int
    label: str = "."

    @property
    def place(self) -> tuple[tuple[int, str], int, int]:
        """Sort key in karyotype order."""
        return contig_order(self.contig), self.start, self.end


@dataclass(frozen=True)
class Hotspot:
    """A hotspot with the gene it belongs to and the paper that says so."""

    interval: Interval
    gene: str
    source: str


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """Sorted intervals; overlapping ones become one, whose label joins the labels with ``,``."""
    merged: list[Interval] = []
    for item in sorted(intervals, key=lambda interval: interval.place):
        last = merged[-1] if merged else None
        if last is not None and last.contig == item.contig and item.start < last.end:
            labels = {**dict.fromkeys(last.label.split(",")), item.label: None}
            end = max(last.end, item.end)
            merged[-1] = Interval(last.contig, last.start, end, ",".join(labels))
        else:
            merged.append(item)
    return merged


def pad(intervals: Iterable[Interval], bases: int, contigs: dict[str, str]) -> list[Interval]:
    """Intervals grown by ``bases`` on either side, kept within their contigs, and merged."""
    return merge(
        Interval(
            item.contig,
            max(0, item.start - bases),
            min(len(contigs[item.contig]), item.end + bases),
            item.label,
        )
        for item in intervals
    )


def target_regions(genome: Genome, recipe: GenomeRecipe) -> list[Interval]:
    """All coding exons of the preferred transcripts with their margin, and further regions."""
    regions = []
    for item in recipe.genes:
        gene = by_name(genome.genes, item.name)
        regions += _coding_exons(gene, recipe.sizes.target_margin)
        for region in item.targets:
            first = gene.preferred.position(region.first)
            last = gene.preferred.position(region.last)
            regions.append(_interval(gene, first, last + 1, f"{gene.name}_{region.label}"))
    return merge(regions)


def _coding_exons(gene: Gene, margin: int) -> list[Interval]:
    coding = gene.preferred.coding_positions
    found = []
    for exon in gene.preferred.exons:
        start, end = max(exon.start, coding[0]), min(exon.end, coding[-1] + 1)
        if start < end:
            label = f"{gene.name}_exon{exon.rank}"
            found.append(_interval(gene, start - margin, end + margin, label))
    return found


def _interval(gene: Gene, start: int, end: int, label: str) -> Interval:
    low, high = gene.on_genome(start, end)
    return Interval(gene.contig, low, high, label)


def hotspots(genome: Genome, recipe: GenomeRecipe) -> list[Hotspot]:
    """The recipe's hotspots in genome order. UserError when a codon is divided by an intron."""
    found = []
    for item in recipe.genes:
        gene = by_name(genome.genes, item.name)
        try:
            found += _hotspots_of(gene, item)
        except ValueError as error:
            raise UserError(f"recipe: {gene.name}: hotspots: {error}") from error
    return sorted(found, key=lambda hotspot: hotspot.interval.place)


def _hotspots_of(gene: Gene, recipe: GeneRecipe) -> list[Hotspot]:
    found = []
    for group in recipe.hotspots:
        for codon in group.codons:
            start, end = gene.preferred.codon(codon)
            interval = _interval(gene, start, end, codon_label(gene, codon))
            found.append(Hotspot(interval, gene.name, group.source))
        for position, label in group.at.items():
            place = gene.preferred.position(position)
            interval = _interval(gene, place, place + 1, label)
            found.append(Hotspot(interval, gene.name, group.source))
    return found


def write_targets(path: Path, regions: Iterable[Interval]) -> None:
    """BED with four columns: contig, start (0-based), end, label."""
    rows = [f"{r.contig}\t{r.start}\t{r.end}\t{r.label}\n" for r in regions]
    path.write_text("".join(rows), encoding="utf-8")


def write_hotspots(path: Path, found: Iterable[Hotspot]) -> None:
    """TSV: chrom, start, end (1-based, both included), gene, label, source."""
    rows = ["chrom\tstart\tend\tgene\tlabel\tsource\n"]
    for spot in found:
        place = spot.interval
        fields = (place.contig, place.start + 1, place.end, spot.gene, place.label, spot.source)
        rows.append("\t".join(map(str, fields)) + "\n")
    path.write_text("".join(rows), encoding="utf-8")
