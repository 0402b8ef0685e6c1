"""The synthetic genome: genes that a reader of genes would accept."""

import re
import shutil
import subprocess
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pysam
import pytest

from dugnad.demo.genome import Genome, build_genome, longest_run
from dugnad.demo.recipe import GenomeRecipe
from dugnad.demo.sequence import THREE_LETTERS, reverse_complement, translate
from dugnad.demo.targets import hotspots, target_regions
from dugnad.demo.truth import load_truth
from dugnad.errors import UserError


@pytest.fixture(scope="module", params=[1, 2, 3])
def any_genome(request: pytest.FixtureRequest, recipe: GenomeRecipe) -> Genome:
    return build_genome(recipe, request.param)


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


def test_introns_have_splice_sites_and_divide_codons(any_genome: Genome) -> None:
    divided = 0
    for gene in any_genome.genes:
        exons = gene.preferred.exons
        for left, right in pairwise(exons):
            intron = gene.sequence[left.end : right.start]
            assert intron.startswith("GT") and intron.endswith("AG")
            assert 200 <= len(intron) <= 900
        coding = gene.preferred.coding_positions
        codons = [coding[i : i + 3] for i in range(0, len(coding), 3)]
        divided += sum(codon[2] - codon[0] != 2 for codon in codons)
    assert divided > 50


def test_pinned_codons_stand_in_their_exon(any_genome: Genome, recipe: GenomeRecipe) -> None:
    for gene, item in zip(any_genome.genes, recipe.genes, strict=True):
        coding = gene.coding(gene.preferred)
        for pin in item.pins:
            if pin.codon is not None:
                assert coding[3 * pin.codon - 3 :].startswith(pin.dna)
                place = gene.preferred.coding_positions[3 * pin.codon - 3]
                exon = next(e for e in gene.preferred.exons if e.start <= place < e.end)
                assert exon.rank == pin.exon


def test_sequence_is_unremarkable(any_genome: Genome) -> None:
    whole = "".join(any_genome.contigs.values())
    assert 250_000 < len(whole) < 500_000
    assert 0.43 < (whole.count("G") + whole.count("C")) / len(whole) < 0.47
    assert max(map(longest_run, any_genome.contigs.values())) < 10


def test_the_seed_decides(genome: Genome, recipe: GenomeRecipe) -> None:
    assert build_genome(recipe, 1) == genome
    assert build_genome(recipe, 2).contigs != genome.contigs


def test_genes_lie_in_their_contig(genome: Genome) -> None:
    for gene in genome.genes:
        end = gene.start + len(gene.sequence)
        assert genome.contigs[gene.contig][gene.start : end] == gene.forward


def test_recipe_that_does_not_fit_is_refused(recipe: GenomeRecipe) -> None:
    gene = next(gene for gene in recipe.genes if gene.name == "KRAS")
    pins = (gene.pins[0].model_copy(update={"exon": 5}), *gene.pins[1:])
    broken = recipe.model_copy(update={"genes": (gene.model_copy(update={"pins": pins}),)})
    with pytest.raises(UserError, match="KRAS: exons 2 to 5 do not fit between their pins"):
        build_genome(broken, 1)


def test_targets_cover_coding_exons_and_promoter(genome: Genome, recipe: GenomeRecipe) -> None:
    regions = target_regions(genome, recipe)
    contigs = list(genome.contigs)
    assert regions == sorted(regions, key=lambda r: (contigs.index(r.contig), r.start))
    for left, right in pairwise(regions):
        assert left.contig != right.contig or left.end <= right.start
    covered = {(r.contig, p) for r in regions for p in range(r.start, r.end)}
    for gene in genome.genes:
        for position in gene.preferred.coding_positions:
            assert (gene.contig, gene.on_genome(position, position + 1)[0]) in covered
    assert {"TERT_promoter", "BRAF_exon15"} <= {r.label for r in regions}


def test_hotspot_intervals_hold_their_codon(genome: Genome, recipe: GenomeRecipe) -> None:
    strands = {gene.name: gene.strand for gene in genome.genes}
    names = {"Val": "V", "Gly": "G", "Gln": "Q", "Arg": "R", "Leu": "L", "Thr": "T", "His": "H"}
    seen = 0
    for spot in hotspots(genome, recipe):
        place = spot.interval
        bases = genome.contigs[place.contig][place.start : place.end]
        if strands[spot.gene] == "-":
            bases = reverse_complement(bases)
        if place.label[:3] in names:
            assert translate(bases) == names[place.label[:3]]
            seen += 1
        if place.label in {"C228T", "C250T"}:
            assert bases == "C"
    assert seen > 25


def gff_rows(demo: Path) -> list[tuple[str, str, int, int, str, str, dict[str, str]]]:
    rows = []
    for line in (demo / "genome" / "demo.gff3").read_text().splitlines():
        if not line.startswith("#"):
            contig, _, kind, start, end, _, strand, phase, text = line.split("\t")
            attributes = dict(item.split("=") for item in text.split(";"))
            rows.append((contig, kind, int(start), int(end), strand, phase, attributes))
    return rows


def test_gff_rows_rebuild_the_proteins(demo: Path, recipe: GenomeRecipe) -> None:
    """From the two files alone: CDS rows joined are a reading frame with the right phases."""
    fasta = pysam.FastaFile(str(demo / "genome" / "demo.fa"))
    coding: dict[str, list[tuple[str, int, int, str, str]]] = defaultdict(list)
    for contig, kind, start, end, strand, phase, attributes in gff_rows(demo):
        if kind == "CDS":
            coding[attributes["Parent"]].append((contig, start, end, strand, phase))
    assert len(coding) == len(recipe.genes) + 2
    for parts in coding.values():
        strand = parts[0][3]
        parts.sort(key=lambda part: part[1], reverse=strand == "-")
        sequence = ""
        for contig, start, end, _, phase in parts:
            assert int(phase) == -len(sequence) % 3
            bases = fasta.fetch(contig, start - 1, end)
            sequence += bases if strand == "+" else reverse_complement(bases)
        protein = translate(sequence)
        assert len(sequence) % 3 == 0
        assert protein.startswith("M") and protein.find("*") == len(protein) - 1


def test_gff_names_one_preferred_transcript_per_gene(demo: Path) -> None:
    preferred: dict[str, list[bool]] = defaultdict(list)
    for _, kind, *_, attributes in gff_rows(demo):
        if kind == "mRNA":
            tags = attributes.get("tag", "").split(",")
            preferred[attributes["Parent"]].append({"MANE_Select", "Ensembl_canonical"} <= {*tags})
    assert all(sum(flags) == 1 for flags in preferred.values())
    assert sum(len(flags) == 2 for flags in preferred.values()) == 2


@pytest.mark.skipif(shutil.which("bcftools") is None, reason="bcftools is not installed")
def test_bcftools_csq_reads_the_annotation_and_agrees(demo: Path) -> None:
    """An independent tool gives the amino acids that were claimed for each missense."""
    command = [
        "bcftools", "csq", "-l", "-f", "genome/demo.fa", "-g", "genome/demo.gff3",
        "truth/IPX0001.variants.vcf.gz",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=demo, check=True, capture_output=True, text=True)
    complaints = [s for s in done.stderr.splitlines() if "arning" in s or "rror" in s]
    assert complaints == []
    assert "Indexed 17 transcripts" in done.stderr
    letters = {three: one for one, three in THREE_LETTERS.items()}
    claimed = set()
    for variant in load_truth(demo, "IPX0001"):
        match = re.fullmatch(r"p\.\((\D{3})(\d+)(\D{3})\)", variant.hgvs_p or "")
        if match and match[3] != "Ter":
            before, number, after = letters[match[1]], match[2], letters[match[3]]
            claimed.add((variant.gene, f"{number}{before}>{number}{after}"))
    found = set()
    for line in done.stdout.splitlines():
        if "BCSQ=missense" in line:
            fields = line.split("BCSQ=")[1].split("\t")[0].split(",")[0].split("|")
            found.add((fields[1], fields[5]))
    assert ("BRAF", "600V>600K") in found
    assert found == claimed
