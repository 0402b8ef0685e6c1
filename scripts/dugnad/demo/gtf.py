"""Write the genes as Ensembl-style GTF, as STAR and other RNA tools read it.

As in Ensembl's files, CDS rows leave out the stop codon, which has rows of its own.
"""

from collections.abc import Iterator
from pathlib import Path

from dugnad.demo.gene import Gene, Transcript
from dugnad.demo.genome import Genome
from dugnad.demo.gff import SOURCE

STOP = 3  # bases of the stop codon


def write_gtf(path: Path, genome: Genome) -> None:
    """Rows of genes, transcripts, exons, CDS, start and stop codons and UTRs, contig by contig."""
    lines = ["#!synthetic sequence: gene names are real, the genome is not"]
    for contig in genome.contigs:
        for gene in genome.genes:
            if gene.contig == contig:
                lines += _gene_rows(gene)
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


def _gene_rows(gene: Gene) -> Iterator[str]:
    start = min(transcript.exons[0].start for transcript in gene.transcripts)
    end = max(transcript.exons[-1].end for transcript in gene.transcripts)
    words = {
        "gene_id": gene.id,
        "gene_version": "1",
        "gene_name": gene.name,
        "gene_source": SOURCE,
        "gene_biotype": "protein_coding",
    }
    yield _row(gene, "gene", start, end, ".", words)
    for number, transcript in enumerate(gene.transcripts, start=201):
        own = {
            "transcript_id": transcript.id,
            "transcript_version": "1",
            "transcript_name": f"{gene.name}-{number}",
            "transcript_biotype": "protein_coding",
        }
        yield from _transcript_rows(gene, transcript, words | own)


def _transcript_rows(gene: Gene, transcript: Transcript, words: dict[str, str]) -> Iterator[str]:
    tags = ("Ensembl_canonical", "MANE_Select") if transcript.preferred else ()
    first, last = transcript.exons[0].start, transcript.exons[-1].end
    yield _row(gene, "transcript", first, last, ".", words, tags)
    coding = transcript.coding_positions
    start, stop, end = coding[0], coding[-STOP], coding[-1] + 1
    protein = {"protein_id": transcript.id.replace("DEMOT", "DEMOP")}
    done = 0
    for number, exon in enumerate(transcript.exons, start=1):
        rank = words | {"exon_number": str(number)}
        name = {"exon_id": f"{transcript.id.replace('DEMOT', 'DEMOE')}.{number}"}
        yield _row(gene, "exon", exon.start, exon.end, ".", rank | name, tags)
        low, high = max(exon.start, start), min(exon.end, stop)
        if low < high:
            yield _row(gene, "CDS", low, high, str(-done % 3), rank | protein, tags)
            done += high - low
        parts = [
            ("start_codon", start, start + 3, "0"),
            ("stop_codon", stop, end, "0"),
            ("five_prime_utr", exon.start, start, "."),
            ("three_prime_utr", end, exon.end, "."),
        ]
        for kind, begin, behind, phase in parts:
            low, high = max(exon.start, begin), min(exon.end, behind)
            if low < high:
                yield _row(gene, kind, low, high, phase, rank, tags)


def _row(
    gene: Gene,
    kind: str,
    start: int,
    end: int,
    phase: str,
    words: dict[str, str],
    tags: tuple[str, ...] = (),
) -> str:
    """One GTF row for a gene interval."""
    low, high = gene.on_genome(start, end)
    pairs = [*words.items(), *(("tag", tag) for tag in tags)]
    attributes = " ".join(f'{key} "{value}";' for key, value in pairs)
    fields = (gene.contig, SOURCE, kind, low + 1, high, ".", gene.strand, phase, attributes)
    return "\t".join(map(str, fields))
