"""Build the synthetic genome: genes, microsatellites and SNPs in otherwise random sequence."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dugnad.demo.build_gene import build_gene
from dugnad.demo.gene import Gene, by_name
from dugnad.demo.genome_recipe import ContigRecipe, GenomeRecipe, ParalogRecipe
from dugnad.demo.interval import Interval
from dugnad.demo.interval import contig_order as contig_order
from dugnad.demo.layout import Block, Layout, lay_out
from dugnad.demo.loci import MsiLocus, Snp, Spans, add_msi_loci, pick_snps
from dugnad.demo.sequence import break_runs, random_background
from dugnad.errors import UserError


@dataclass(frozen=True)
class Genome:
    """Contigs (name to sequence, in karyotype order) and what is on them.

    ``centromeres``: where each contig's short arm ends. ``par``: pseudoautosomal stretches of X,
    which are N on Y. ``paralogs``: copies of exons elsewhere; ``duplicated``: what they copy, in
    the same order. Positions are 0-based, those of SNPs 1-based.
    """

    contigs: dict[str, str]
    genes: tuple[Gene, ...]
    centromeres: dict[str, int] = field(default_factory=dict)
    par: tuple[Interval, ...] = ()
    snps: tuple[Snp, ...] = ()
    msi: tuple[MsiLocus, ...] = ()
    paralogs: tuple[Interval, ...] = ()
    duplicated: tuple[Interval, ...] = ()

    def arms(self, contig: str) -> tuple[Interval, Interval]:
        """The short and the long arm of ``contig``, labelled such as ``17p`` and ``17q``."""
        name, middle = contig.removeprefix("chr"), self.centromeres[contig]
        long = Interval(contig, middle, len(self.contigs[contig]), f"{name}q")
        return Interval(contig, 0, middle, f"{name}p"), long


def build_genome(recipe: GenomeRecipe, seed: int) -> Genome:
    """The genome of ``recipe``; the same seed gives the same genome.

    Each gene, each contig's background and each locus has its own random stream, so adding one
    leaves the others' sequences alone. Raises UserError naming gene and problem when a recipe
    contradicts itself.
    """
    known = {contig.name for contig in recipe.contigs}
    named = [(item.name, item.contig) for item in recipe.genes]
    named += [(item.label, item.contig) for item in recipe.paralogs]
    lost = [
        f"recipe: {name}: no contig '{contig}'" for name, contig in named if contig not in known
    ]
    if lost:
        raise UserError(lost)
    genes = [build_gene(item, recipe.sizes, seed) for item in recipe.genes]
    ordered = sorted(recipe.contigs, key=lambda contig: contig_order(contig.name))
    layouts = {contig.name: _layout(contig, recipe, genes) for contig in ordered}
    placed = tuple(replace(g, start=layouts[g.contig].starts[g.name]) for g in genes)
    bases = {c: random_background(seed, c, plan.length) for c, plan in layouts.items()}
    taken: Spans = {contig: [] for contig in bases}
    for gene in placed:
        _write(bases, taken, gene.contig, gene.start, gene.forward)
    originals = tuple(_original(item, placed) for item in recipe.paralogs)
    paralogs = _add_paralogs(recipe.paralogs, originals, layouts, bases, taken)
    _mask(recipe, bases, taken)
    msi = add_msi_loci(bases, taken, recipe.msi, seed)
    for contig, sequence in bases.items():
        break_runs(sequence, taken[contig])
    contigs = {contig: sequence.decode("ascii") for contig, sequence in bases.items()}
    par = Interval(recipe.par.contig, 0, recipe.par.length, "PAR")
    skipped = {recipe.par.masked}
    snps = pick_snps(contigs, taken, (par,), skipped, recipe.snps, seed)
    centromeres = {contig: plan.centromere for contig, plan in layouts.items()}
    return Genome(contigs, placed, centromeres, (par,), snps, msi, paralogs, originals)


def _layout(contig: ContigRecipe, recipe: GenomeRecipe, genes: Sequence[Gene]) -> Layout:
    blocks = [
        Block(item.name, round(1000 * item.at), len(gene.sequence))
        for item, gene in zip(recipe.genes, genes, strict=True)
        if item.contig == contig.name
    ]
    for copy in recipe.paralogs:
        if copy.contig == contig.name:
            start, end = _copied(copy, by_name(tuple(genes), copy.gene))
            blocks.append(Block(copy.label, round(1000 * copy.at), end - start))
    return lay_out(contig, blocks, recipe.sizes)


def _copied(recipe: ParalogRecipe, gene: Gene) -> tuple[int, int]:
    """Gene interval that a paralog repeats."""
    for exon in gene.preferred.exons:
        if exon.rank == recipe.exon:
            return exon.start - recipe.margin, exon.end + recipe.margin
    raise UserError(f"recipe: {gene.name}: has no exon {recipe.exon} for {recipe.label}")


def _original(recipe: ParalogRecipe, genes: tuple[Gene, ...]) -> Interval:
    gene = by_name(genes, recipe.gene)
    start, end = gene.on_genome(*_copied(recipe, gene))
    return Interval(gene.contig, start, end, f"{gene.name}_exon{recipe.exon}")


def _add_paralogs(
    recipes: Sequence[ParalogRecipe],
    originals: Sequence[Interval],
    layouts: dict[str, Layout],
    bases: dict[str, bytearray],
    taken: Spans,
) -> tuple[Interval, ...]:
    made = []
    for item, original in zip(recipes, originals, strict=True):
        sequence = bases[original.contig][original.start : original.end].decode("ascii")
        place = layouts[item.contig].starts[item.label]
        _write(bases, taken, item.contig, place, sequence)
        made.append(Interval(item.contig, place, place + len(sequence), item.label))
    return tuple(made)


def _mask(recipe: GenomeRecipe, bases: dict[str, bytearray], taken: Spans) -> None:
    """Put N where Y repeats X."""
    contig, length = recipe.par.masked, recipe.par.length
    if any(start < length for start, _ in taken[contig]):
        raise UserError(f"recipe: a gene of {contig} lies in the masked first {length} bases")
    _write(bases, taken, contig, 0, "N" * length)


def _write(
    bases: dict[str, bytearray], taken: Spans, contig: str, start: int, sequence: str
) -> None:
    bases[contig][start : start + len(sequence)] = sequence.encode("ascii")
    taken[contig].append((start, start + len(sequence)))
