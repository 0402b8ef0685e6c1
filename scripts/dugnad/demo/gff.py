"""Write the genes as Ensembl-style GFF3, as ``bcftools csq`` reads it."""

from collections.abc import Iterator
from pathlib import Path

from dugnad.demo.gene import Gene, Transcript
from dugnad.demo.genome import Genome

SOURCE = "dugnad_demo"


def write_gff(path: Path, genome: Genome) -> None:
    """Gene, mRNA, exon, CDS and UTR rows of every transcript, contig by contig."""
    lines = ["##gff-version 3", "#!synthetic sequence: gene names are real, the genome is not"]
    lines += [f"##sequence-region {name} 1 {len(s)}" for name, s in genome.contigs.items()]
    for contig in genome.contigs:
        for gene in genome.genes:
            if gene.contig == contig:
                lines += [*_gene_rows(gene), "###"]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


def _gene_rows(gene: Gene) -> Iterator[str]:
    start = min(transcript.exons[0].start for transcript in gene.transcripts)
    end = max(transcript.exons[-1].end for transcript in gene.transcripts)
    yield _row(
        gene, "gene", start, end, ".",
        f"ID=gene:{gene.id};Name={gene.name};biotype=protein_coding;gene_id={gene.id};version=1",
    )  # fmt: skip
    for transcript in gene.transcripts:
        yield from _transcript_rows(gene, transcript)


def _transcript_rows(gene: Gene, transcript: Transcript) -> Iterator[str]:
    parent = f"Parent=transcript:{transcript.id}"
    tag = ";tag=Ensembl_canonical,MANE_Select" if transcript.preferred else ""
    number = 201 if transcript.preferred else 202
    yield _row(
        gene, "mRNA", transcript.exons[0].start, transcript.exons[-1].end, ".",
        f"ID=transcript:{transcript.id};Parent=gene:{gene.id};Name={gene.name}-{number};"
        f"biotype=protein_coding;transcript_id={transcript.id};version=1{tag}",
    )  # fmt: skip
    coding = transcript.coding_positions
    protein = transcript.id.replace("DEMOT", "DEMOP")
    done = 0
    for rank, exon in enumerate(transcript.exons, start=1):
        name = f"{transcript.id.replace('DEMOT', 'DEMOE')}.{rank}"
        attributes = f"{parent};Name={name};exon_id={name};rank={rank}"
        yield _row(gene, "exon", exon.start, exon.end, ".", attributes)
        first, last = max(exon.start, coding[0]), min(exon.end, coding[-1] + 1)
        if exon.start < coding[0]:
            end = min(exon.end, coding[0])
            yield _row(gene, "five_prime_UTR", exon.start, end, ".", parent)
        if first < last:
            phase = str(-done % 3)
            attributes = f"ID=CDS:{protein};{parent};protein_id={protein}"
            yield _row(gene, "CDS", first, last, phase, attributes)
            done += last - first
        if exon.end > coding[-1] + 1:
            start = max(exon.start, coding[-1] + 1)
            yield _row(gene, "three_prime_UTR", start, exon.end, ".", parent)


def _row(gene: Gene, kind: str, start: int, end: int, phase: str, attributes: str) -> str:
    """One GFF3 row for a gene interval."""
    low, high = gene.on_genome(start, end)
    fields = (gene.contig, SOURCE, kind, low + 1, high, ".", gene.strand, phase, attributes)
    return "\t".join(map(str, fields))
