"""The files of a demo panel's folder besides panel.yaml."""

from collections.abc import Iterable
from pathlib import Path

from dugnad.demo.gene import Gene, by_name
from dugnad.demo.genome import Genome
from dugnad.demo.genome_recipe import GenomeRecipe
from dugnad.demo.interval import Interval
from dugnad.demo.loci import write_msi_loci
from dugnad.demo.targets import (
    hotspots,
    intron,
    target_regions,
    targeted,
    write_hotspots,
    write_targets,
)

PROBE = 120
STEP = 60


def write_panel_files(directory: Path, genome: Genome, recipe: GenomeRecipe) -> None:
    """Write targets.bed, hotspots.tsv, probes.bed, msi_loci.bed, fusion_genes.tsv,
    known_fusions.tsv, transcripts.tsv, splice_variants.tsv and arms.bed to the existing
    ``directory``.

    Raises UserError naming the gene when the recipe asks for what the genome does not have.
    """
    regions = target_regions(genome, recipe)
    write_targets(directory / "targets.bed", regions)
    write_targets(directory / "probes.bed", probes(regions))
    write_hotspots(directory / "hotspots.tsv", hotspots(genome, recipe))
    write_msi_loci(directory / "msi_loci.bed", genome.msi)
    write_fusion_genes(directory / "fusion_genes.tsv", genome, recipe)
    write_known_fusions(directory / "known_fusions.tsv")
    write_transcripts(directory / "transcripts.tsv", genome, recipe)
    write_splice_variants(directory / "splice_variants.tsv")
    write_arms(directory / "arms.bed", genome)


def probes(regions: Iterable[Interval]) -> list[Interval]:
    """Probes of ``PROBE`` bases, one every ``STEP`` bases, centred over each region."""
    tiled = []
    for region in regions:
        length = region.end - region.start
        count = max(1, -(-(length - PROBE) // STEP) + 1)
        span = PROBE + STEP * (count - 1)
        first = region.start - (span - length) // 2
        tiled += [
            Interval(region.contig, start, start + PROBE, region.label)
            for start in range(first, first + span - PROBE + 1, STEP)
        ]
    return tiled


def write_fusion_genes(path: Path, genome: Genome, recipe: GenomeRecipe) -> None:
    """TSV: gene, contig, start, end (intron; 1-based, both included), intron, partners."""
    rows = []
    for item in recipe.genes:
        if item.fusion is not None:
            gene = by_name(genome.genes, item.name)
            place = _place(gene, *intron(gene, item.fusion.intron))
            partners = ",".join(item.fusion.partners)
            rows.append((gene.name, *place, str(item.fusion.intron), partners))
    _write(path, ("gene", "contig", "start", "end", "intron", "partners"), rows)


def write_known_fusions(path: Path) -> None:
    """TSV: 5' gene, 3' gene, source."""
    _write(path, ("gene_5", "gene_3", "source"), [("EML4", "ALK", "PMID:17625570")])


def write_transcripts(path: Path, genome: Genome, recipe: GenomeRecipe) -> None:
    """TSV: gene, transcript to report; targeted genes only."""
    names = targeted(recipe)
    rows = [(name, by_name(genome.genes, name).preferred.id) for name in names]
    _write(path, ("gene", "transcript"), rows)


def write_arms(path: Path, genome: Genome) -> None:
    """BED of the chromosomes' arms, p and q; a centromere here is a point."""
    lines = []
    for contig, sequence in genome.contigs.items():
        middle = genome.centromeres[contig]
        lines += [f"{contig}\t0\t{middle}\tp\n", f"{contig}\t{middle}\t{len(sequence)}\tq\n"]
    path.write_text("".join(lines), encoding="utf-8")


def write_splice_variants(path: Path) -> None:
    """TSV: name, gene, kind, exons, junction, source; exons count as in real genes."""
    rows = [
        (
            "MET exon 14 skipping",
            "MET",
            "exon_skipping",
            "14",
            "",
            "doi:10.1158/2159-8290.CD-15-0285",
        ),
        ("EGFRvIII", "EGFR", "exon_skipping", "2-7", "", "doi:10.1073/pnas.89.7.2965"),
    ]
    _write(path, ("name", "gene", "kind", "exons", "junction", "source"), rows)


def _place(gene: Gene, start: int, end: int) -> tuple[str, str, str]:
    low, high = gene.on_genome(start, end)
    return gene.contig, str(low + 1), str(high)


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    lines = ["\t".join(row) + "\n" for row in (header, *rows)]
    path.write_text("".join(lines), encoding="utf-8")
