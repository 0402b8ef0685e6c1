"""The demo panel's target regions and hotspots, from the genome's genes and loci."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dugnad.demo.gene import Gene, by_name
from dugnad.demo.genome import Genome
from dugnad.demo.genome_recipe import GeneRecipe, GenomeRecipe
from dugnad.demo.hgvs import codon_label
from dugnad.demo.interval import Interval as Interval
from dugnad.demo.interval import merge as merge
from dugnad.demo.interval import pad as pad
from dugnad.demo.loci import msi_targets, snp_targets
from dugnad.errors import UserError


@dataclass(frozen=True)
class Hotspot:
    """A hotspot with the gene it belongs to and the paper that says so."""

    interval: Interval
    gene: str
    source: str


def target_regions(genome: Genome, recipe: GenomeRecipe) -> list[Interval]:
    """All targets in genome order: those of the genes, the SNPs and the microsatellites."""
    regions = gene_regions(genome, recipe)
    regions += snp_targets(genome.snps, recipe.snps.target)
    return merge([*regions, *msi_targets(genome.msi, recipe.msi.margin)])


def gene_regions(genome: Genome, recipe: GenomeRecipe) -> list[Interval]:
    """Targets of the genes: coding exons of the preferred transcripts with their margin, further
    regions, and introns where fusions break."""
    margin = recipe.sizes.target_margin
    regions: list[Interval] = []
    for item in recipe.genes:
        gene = by_name(genome.genes, item.name)
        regions += _coding_exons(gene, item, margin)
        for region in item.targets:
            regions.append(_region(gene, region.first, region.last, f"{gene.name}_{region.label}"))
        if item.fusion is not None:
            start, end = intron(gene, item.fusion.intron)
            label = f"{gene.name}_intron{item.fusion.intron}"
            regions.append(_interval(gene, start + margin, end - margin, label))
    return merge(regions)


def intron(gene: Gene, number: int) -> tuple[int, int]:
    """Gene interval of the intron behind exon ``number``; UserError when there is none."""
    exons = {exon.rank: exon for exon in gene.preferred.exons}
    if number not in exons or number + 1 not in exons:
        raise UserError(f"recipe: {gene.name}: has no intron {number}")
    return exons[number].end, exons[number + 1].start


def targeted(recipe: GenomeRecipe) -> list[str]:
    """Names of the genes with targets, in alphabetical order: what a panel can report."""
    return sorted(item.name for item in recipe.genes if item.targeted)


def _coding_exons(gene: Gene, recipe: GeneRecipe, margin: int) -> Iterator[Interval]:
    coding = gene.preferred.coding_positions
    wanted = recipe.target_exons
    for exon in gene.preferred.exons:
        start, end = max(exon.start, coding[0]), min(exon.end, coding[-1] + 1)
        if start < end and (wanted is None or exon.rank in wanted):
            label = f"{gene.name}_exon{exon.rank}"
            yield _interval(gene, start - margin, end + margin, label)


def _region(gene: Gene, first: str, last: str, label: str) -> Interval:
    try:
        start, end = gene.preferred.position(first), gene.preferred.position(last) + 1
    except ValueError as error:
        raise UserError(f"recipe: {gene.name}: {label}: {error}") from error
    return _interval(gene, start, end, label)


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
        stretches = [(place, place, label) for place, label in group.at.items()]
        stretches += [(region.first, region.last, region.label) for region in group.regions]
        for first, last, label in stretches:
            found.append(Hotspot(_region(gene, first, last, label), gene.name, group.source))
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
