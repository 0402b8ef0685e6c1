"""The synthetic annotation, as GFF3 and GTF: other readers accept it, and both say the same."""

import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pysam
import pytest

from dugnad.annotation.transcripts import read_transcripts
from dugnad.demo.gene import by_name
from dugnad.demo.genome import Genome
from dugnad.demo.hgvs import as_allele, read_change
from dugnad.demo.known import Row, write_vcf
from dugnad.demo.sequence import reverse_complement, translate


def test_the_reader_of_annotations_accepts_the_gff(reference: Path, genome: Genome) -> None:
    found = read_transcripts(reference / "demo.gff3")
    for gene in genome.genes:
        read = found.preferred(gene.name)
        assert read is not None
        assert (read.id, read.strand, read.is_mane) == (gene.preferred.id, gene.strand, True)
        assert read.coding_length == gene.preferred.coding
    assert len(list(found)) == len(genome.genes) + 2


def rows(path: Path) -> list[list[str]]:
    lines = path.read_text().splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def test_gff_rows_rebuild_the_proteins_and_gtf_has_the_same(reference: Path) -> None:
    """GFF3's CDS rows joined are reading frames; GTF's CDS and stop codon are the same bases."""
    fasta = pysam.FastaFile(str(reference / "demo.fa"))
    coding: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    bases: dict[str, set[int]] = defaultdict(set)
    exons: dict[str, set[tuple[int, int]]] = defaultdict(set)
    contigs, strands = {}, {}
    for contig, _, kind, start, end, _, strand, phase, text in rows(reference / "demo.gff3"):
        name = text.split("transcript:")[-1].split(";")[0]
        contigs[name], strands[name] = contig, strand
        if kind == "CDS":
            coding[name].append((int(start), int(end), phase))
            bases[name] |= set(range(int(start), int(end) + 1))
        elif kind == "exon":
            exons[name].add((int(start), int(end)))
    assert len(coding) == 47
    for name, parts in coding.items():
        sequence = ""
        for start, end, phase in sorted(parts, reverse=strands[name] == "-"):
            assert int(phase) == -len(sequence) % 3
            piece = fasta.fetch(contigs[name], start - 1, end)
            sequence += piece if strands[name] == "+" else reverse_complement(piece)
        protein = translate(sequence)
        assert protein.startswith("M") and protein.find("*") == len(protein) - 1
    seen: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    spans: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for _, _, kind, start, end, _, _, _, text in rows(reference / "demo.gtf"):
        assert 'gene_id "DEMOG' in text and 'gene_name "' in text
        if kind != "gene":
            name = text.split('transcript_id "')[1].split('"')[0]
            seen[name][kind] |= set(range(int(start), int(end) + 1))
            if kind == "exon":
                assert 'exon_number "' in text
                spans[name].add((int(start), int(end)))
    assert spans == exons
    for name, kinds in seen.items():
        assert kinds["CDS"] | kinds["stop_codon"] == bases[name]
        assert not kinds["CDS"] & kinds["stop_codon"]
        assert len(kinds["stop_codon"]) == 3 and kinds["start_codon"] <= kinds["CDS"]


@pytest.mark.skipif(shutil.which("bcftools") is None, reason="bcftools is not installed")
def test_bcftools_csq_reads_the_annotation_and_agrees(
    reference: Path, genome: Genome, tmp_path: Path
) -> None:
    """An independent tool gives the amino acids that are meant."""
    wanted = {("BRAF", "c.1799T>A", "600V>600E"), ("ESR1", "c.1613A>G", "538D>538G")}
    wanted |= {("GNAS", "c.602G>A", "201R>201H"), ("STK11", "c.109C>T", "37Q>37*")}
    calls = []
    for name, change, _ in wanted:
        gene = by_name(genome.genes, name)
        edit = read_change(gene, gene.preferred, change)
        calls.append(Row(as_allele(gene, edit, genome.contigs[gene.contig]), ".", {}))
    path = tmp_path / "calls.vcf.gz"
    write_vcf(path, genome, (), calls)
    command = ["bcftools", "csq", "-l", "-f", "demo.fa", "-g", "demo.gff3", str(path)]
    done = subprocess.run(command, cwd=reference, check=True, capture_output=True, text=True)
    complaints = [s for s in done.stderr.splitlines() if "arning" in s or "rror" in s]
    assert complaints == []
    assert f"Indexed {len(genome.genes) + 2} transcripts" in done.stderr
    found = set()
    for line in done.stdout.splitlines():
        if "BCSQ=" in line:
            fields = line.split("BCSQ=")[1].split("\t")[0].split(",")[0].split("|")
            found.add((fields[1], fields[5]))
    assert found == {(name, text) for name, _, text in wanted}
