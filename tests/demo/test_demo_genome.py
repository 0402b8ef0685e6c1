"""The synthetic genome: genes that a reader of genes would accept, where they really stand."""

from itertools import pairwise

import pytest

from dugnad.demo.build_gene import build_gene
from dugnad.demo.gene import by_name
from dugnad.demo.genome import Genome, build_genome, contig_order
from dugnad.demo.genome_recipe import ContigRecipe, GenomeRecipe, Sizes
from dugnad.demo.hgvs import protein_change, read_change
from dugnad.demo.interval import Interval
from dugnad.demo.layout import Block, lay_out
from dugnad.demo.sequence import longest_run, reverse_complement, translate
from dugnad.demo.targets import hotspots, intron
from dugnad.errors import UserError


@pytest.fixture(scope="module", params=[1, 2, 3])
def any_genome(request: pytest.FixtureRequest, recipe: GenomeRecipe) -> Genome:
    return build_genome(recipe, request.param)


def test_contigs_are_the_human_ones_at_a_thousandth(genome: Genome, recipe: GenomeRecipe) -> None:
    names = [f"chr{n}" for n in (*range(1, 23), "X", "Y")]
    assert list(genome.contigs) == names
    assert {gene.contig for gene in genome.genes} == set(names)
    for contig in recipe.contigs:
        assert len(genome.contigs[contig.name]) == contig.length
        short, long = genome.arms(contig.name)
        assert (short.start, short.end, long.start) == (0, contig.centromere, contig.centromere)
    assert len(genome.contigs["chr1"]) == 248_956


def test_genes_keep_their_order_arm_and_distance(genome: Genome, recipe: GenomeRecipe) -> None:
    real = {item.name: item.at * 1000 for item in recipe.genes}
    for contig in genome.contigs:
        genes = sorted((g for g in genome.genes if g.contig == contig), key=lambda g: g.start)
        assert [g.name for g in genes] == sorted((g.name for g in genes), key=real.__getitem__)
        for gene in genes:
            end = gene.start + len(gene.sequence)
            assert genome.contigs[contig][gene.start : end] == gene.forward
            arms = [arm.start <= gene.start and end <= arm.end for arm in genome.arms(contig)]
            assert arms == [real[gene.name] < genome.centromeres[contig], not arms[0]]
        for left, right in pairwise(genes):
            assert right.start - (left.start + len(left.sequence)) >= recipe.sizes.gap
    far = [g.name for g in genome.genes if abs(g.start - real[g.name]) > 25_000]
    assert far == []


def test_an_arm_without_room_grows(recipe: GenomeRecipe) -> None:
    contig = ContigRecipe(name="chr1", length=30_000, centromere=12_000)
    blocks = [Block("A", 2000, 9000), Block("B", 11_000, 9000), Block("C", 29_000, 5000)]
    made = lay_out(contig, blocks, recipe.sizes)
    gap, edge = recipe.sizes.gap, recipe.sizes.edge
    assert made.starts["A"] == edge
    assert made.starts["B"] == edge + 9000 + gap
    assert made.centromere == made.starts["B"] + 9000 + gap // 2
    assert made.length == 30_000 + made.centromere - 12_000
    assert made.starts["C"] == made.length - edge - 5000


def test_transcripts_are_open_reading_frames(any_genome: Genome, recipe: GenomeRecipe) -> None:
    for gene, item in zip(any_genome.genes, recipe.genes, strict=True):
        for transcript in gene.transcripts:
            coding = gene.coding(transcript)
            assert len(coding) % 3 == 0
            protein = translate(coding)
            assert protein.startswith("M")
            assert protein.find("*") == len(protein) - 1
        assert len(translate(gene.coding(gene.preferred))) == item.protein_length + 1
        assert len(gene.preferred.exons) == item.exons


def test_introns_have_splice_sites_and_lengths(any_genome: Genome, recipe: GenomeRecipe) -> None:
    divided = 0
    for gene, item in zip(any_genome.genes, recipe.genes, strict=True):
        for left, right in pairwise(gene.preferred.exons):
            bases = gene.sequence[left.end : right.start]
            assert bases.startswith("GT") and bases.endswith("AG")
            given = item.intron_lengths.get(left.rank)
            low, high = (given, given) if given else recipe.sizes.intron
            assert low <= len(bases) <= high
        coding = gene.preferred.coding_positions
        codons = [coding[i : i + 3] for i in range(0, len(coding), 3)]
        divided += sum(codon[2] - codon[0] != 2 for codon in codons)
    assert divided > 200


def test_pins_stand_in_their_place(any_genome: Genome, recipe: GenomeRecipe) -> None:
    for gene, item in zip(any_genome.genes, recipe.genes, strict=True):
        coding = gene.coding(gene.preferred)
        for pin in item.pins:
            if pin.codon is not None:
                assert coding[3 * pin.codon - 3 :].startswith(pin.dna)
                place = gene.preferred.coding_positions[3 * pin.codon - 3]
                exon = next(e for e in gene.preferred.exons if e.start <= place < e.end)
                assert exon.rank == pin.exon
            elif pin.at is not None:
                assert gene.sequence[gene.preferred.position(pin.at) :].startswith(pin.dna)


@pytest.mark.parametrize(
    ("name", "change", "protein"),
    [
        ("BRAF", "c.1799T>A", "p.(Val600Glu)"),
        ("STK11", "c.109C>T", "p.(Gln37Ter)"),
        ("DNMT3A", "c.2645G>A", "p.(Arg882His)"),
        ("ESR1", "c.1613A>G", "p.(Asp538Gly)"),
        ("FLT3", "c.1771_1830dup", "p.(Tyr591_Leu610dup)"),
        ("PTEN", "c.800del", "p.(Lys267ArgfsTer9)"),
        ("TGFBR2", "c.383del", "p.(Lys128SerfsTer35)"),
        ("ACVR2A", "c.1310del", "p.(Lys437ArgfsTer5)"),
        ("RNF43", "c.1976del", "p.(Gly659ValfsTer41)"),
        ("B2M", "c.43_44del", "p.(Leu15PhefsTer41)"),
        ("ALK", "c.3824G>A", "p.(Arg1275Gln)"),
        ("DPYD", "c.1905+1G>A", "p.?"),
        ("UGT1A1", "c.-41_-40dup", None),
        ("CYP2C19", "c.-806C>T", None),
    ],
)
def test_known_changes_mean_what_they_really_do(
    any_genome: Genome, name: str, change: str, protein: str | None
) -> None:
    gene = by_name(any_genome.genes, name)
    edit = read_change(gene, gene.preferred, change)
    assert protein_change(gene, gene.preferred, edit) == protein


@pytest.mark.parametrize(
    ("name", "first", "last", "run"),
    [
        ("TGFBR2", 374, 383, "A" * 10),
        ("ACVR2A", 1303, 1310, "A" * 8),
        ("RNF43", 1970, 1976, "G" * 7),
        ("PTEN", 795, 800, "A" * 6),
    ],
)
def test_coding_runs_are_exactly_so_long(
    any_genome: Genome, name: str, first: int, last: int, run: str
) -> None:
    gene = by_name(any_genome.genes, name)
    coding = gene.coding(gene.preferred)
    assert coding[first - 1 : last] == run
    assert run[0] not in {coding[first - 2], coding[last]}


def test_eml4_and_alk_join_in_frame(any_genome: Genome) -> None:
    """EML4 up to exon 13, then ALK from exon 20, is one reading frame; introns have room."""
    parts = []
    for name, number in (("EML4", 13), ("ALK", 19)):
        gene = by_name(any_genome.genes, name)
        start, end = intron(gene, number)
        assert end - start >= 600
        coding = gene.coding(gene.preferred)
        before = sum(position < start for position in gene.preferred.coding_positions)
        parts.append(coding[:before] if name == "EML4" else coding[before:])
    fused = parts[0] + parts[1]
    assert len(fused) % 3 == 0
    assert translate(fused).find("*") == len(fused) // 3 - 1
    assert translate(fused[len(parts[0]) // 3 * 3 :]).startswith("VYRRKHQE")


def test_a_gc_rich_exon_is_so(any_genome: Genome) -> None:
    gene = by_name(any_genome.genes, "TERT")
    exon = gene.preferred.exons[0]
    bases = gene.sequence[exon.start : exon.end]
    assert 0.70 < sum(base in "GC" for base in bases) / len(bases) < 0.90


def test_sequence_is_unremarkable(any_genome: Genome) -> None:
    whole = "".join(any_genome.contigs.values()).replace("N", "")
    assert 3_000_000 < len(whole) < 3_200_000
    assert 0.40 < (whole.count("G") + whole.count("C")) / len(whole) < 0.44
    for name, sequence in any_genome.contigs.items():
        masked = list(sequence.replace("N", ""))
        for locus in any_genome.msi:
            if locus.contig == name:
                masked[locus.start : locus.end] = "ACGT" * ((locus.end - locus.start) // 4)
        assert longest_run("".join(masked)) <= 10


def test_par_of_y_is_masked_and_crlf2_lies_in_that_of_x(genome: Genome) -> None:
    (par,) = genome.par
    assert par == Interval("chrX", 0, 12_000, "PAR")
    assert genome.contigs["chrY"][: par.end] == "N" * par.end
    assert "N" not in genome.contigs["chrY"][par.end :]
    assert all("N" not in s for name, s in genome.contigs.items() if name != "chrY")
    gene = by_name(genome.genes, "CRLF2")
    assert gene.contig == "chrX" and gene.start + len(gene.sequence) < par.end


def test_the_seed_decides(genome: Genome, recipe: GenomeRecipe) -> None:
    assert build_genome(recipe, 1) == genome
    assert build_genome(recipe, 2).contigs != genome.contigs


def test_a_gene_does_not_depend_on_the_others(genome: Genome, recipe: GenomeRecipe) -> None:
    fewer = tuple(item for item in recipe.genes if item.name != "ERBB2")
    made = build_genome(recipe.model_copy(update={"genes": fewer}), 1)
    for gene in made.genes:
        other = by_name(genome.genes, gene.name)
        assert (gene.sequence, gene.id, gene.transcripts) == (
            other.sequence,
            other.id,
            other.transcripts,
        )
    for name in genome.contigs:
        assert (made.contigs[name] == genome.contigs[name]) == (name != "chr17")


def test_recipe_that_does_not_fit_is_refused(recipe: GenomeRecipe) -> None:
    gene = next(gene for gene in recipe.genes if gene.name == "KRAS")
    pins = (gene.pins[0].model_copy(update={"exon": 5}), *gene.pins[1:])
    with pytest.raises(UserError, match="KRAS: exons 2 to 5 do not fit between their pins"):
        build_gene(gene.model_copy(update={"pins": pins}), recipe.sizes, 1)
    contigs = tuple(contig for contig in recipe.contigs if contig.name != "chr12")
    with pytest.raises(UserError, match="KRAS: no contig 'chr12'"):
        build_genome(recipe.model_copy(update={"contigs": contigs}), 1)


def test_hotspot_intervals_hold_their_codon(genome: Genome, recipe: GenomeRecipe) -> None:
    strands = {gene.name: gene.strand for gene in genome.genes}
    names = {"Val": "V", "Gly": "G", "Gln": "Q", "Arg": "R", "Leu": "L", "Thr": "T", "His": "H"}
    seen = set()
    for spot in hotspots(genome, recipe):
        place = spot.interval
        bases = genome.contigs[place.contig][place.start : place.end]
        if strands[spot.gene] == "-":
            bases = reverse_complement(bases)
        if place.label[:3] in names:
            assert translate(bases) == names[place.label[:3]]
        if place.label in {"C228T", "C250T"}:
            assert bases == "C"
        if place.label == "FLT3_ITD":
            assert translate(bases).startswith("YESQLQMVQV") and len(bases) == 123
        seen.add((spot.gene, place.label))
    wanted = {("FLT3", "FLT3_ITD"), ("AKT1", "Glu17"), ("IDH2", "Arg140"), ("GNAS", "Arg201")}
    assert wanted | {("HRAS", "Gln61"), ("DNMT3A", "Arg882"), ("TERT", "C228T")} <= seen


def test_contig_order_is_that_of_the_karyotype() -> None:
    names = ["chrY", "chr10", "chrX", "chr2", "chr1"]
    assert sorted(names, key=contig_order) == ["chr1", "chr2", "chr10", "chrX", "chrY"]


def test_sizes_refuse_unknown_fields() -> None:
    with pytest.raises(ValueError, match="flank"):
        Sizes.model_validate({"flank": 5000})
