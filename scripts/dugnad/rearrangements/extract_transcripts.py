"""Write the sequences and places of an annotation's transcripts, as tools for RNA read them.

The FASTA, for kallisto, has each transcript's exons joined, 5' to 3'. Both GTF are in Ensembl's
order of gene, transcript and exons, with its attributes; one is for Arriba. The other is for
pizzly, which leaves out fusions of genes that lie within 10 kb of each other on one contig,
without a word: so that the panel's own filter can judge these, each gene gets a contig of its own
there, and only the mitochondrion keeps its name.
"""

import argparse
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pysam

from dugnad.annotation.transcripts import (
    Interval,
    Transcript,
    Transcripts,
    read_transcripts,
)
from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.rearrangements.rna_evidence import reverse

LINE = 100  # bases
MITOCHONDRIA = ("chrM", "M", "MT")  # whose genes pizzly leaves out
_UNREAD = re.compile(r"\W")  # characters that pizzly's pattern of a name does not take


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--fasta", type=Path, required=True, help="reference genome")
    parser.add_argument("--annotation", type=Path, required=True, help="Ensembl-style GFF3")
    parser.add_argument("--sequences", type=Path, required=True, help="FASTA to write")
    parser.add_argument("--gtf", type=Path, required=True, help="GTF to write")
    parser.add_argument("--pizzly-gtf", type=Path, required=True, help="GTF for pizzly to write")


def main(args: argparse.Namespace) -> None:
    """Write the files."""
    transcripts = read_transcripts(args.annotation)
    with pysam.FastaFile(str(args.fasta)) as fasta:
        records = "".join(fasta_records(transcripts, fasta))
    if not records:
        raise UserError(f"{args.annotation}: has no transcript on a contig of {args.fasta}")
    write_text(args.sequences, records)
    write_text(args.gtf, "".join(gtf_rows(transcripts)))
    write_text(args.pizzly_gtf, "".join(gtf_rows(transcripts, apart=True)))


def written_name(transcript: Transcript) -> str:
    """A transcript's name in both files: letters, digits, dots and underscores."""
    return ".".join(_UNREAD.sub("_", part) for part in transcript.name.split("."))


def fasta_records(transcripts: Transcripts, fasta: pysam.FastaFile) -> Iterator[str]:
    """Each transcript's record; none of contigs that the genome lacks."""
    contigs = frozenset(fasta.references)
    for transcript in transcripts:
        if transcript.chrom in contigs:
            bases = spliced(transcript, fasta)
            lines = (bases[i : i + LINE] for i in range(0, len(bases), LINE))
            yield f">{written_name(transcript)}\n" + "".join(f"{line}\n" for line in lines)


def spliced(transcript: Transcript, fasta: pysam.FastaFile) -> str:
    """A transcript's bases, 5' to 3'."""
    exons = (fasta.fetch(transcript.chrom, *exon).upper() for exon in transcript.exons)
    return "".join(exon if transcript.strand == "+" else reverse(exon) for exon in exons)


def gtf_rows(transcripts: Iterable[Transcript], apart: bool = False) -> Iterator[str]:
    """Lines of genes, each followed by its transcripts, each of these by its exons.

    With ``apart``, each gene has a contig of its own.
    """
    by_gene: dict[str, list[Transcript]] = defaultdict(list)
    for transcript in transcripts:
        by_gene[transcript.gene_id].append(transcript)
    for own in by_gene.values():
        first = own[0]
        coding = any(one.biotype == "protein_coding" for one in own)
        biotype = "protein_coding" if coding else first.biotype
        words = f'gene_id "{first.gene_id}"; gene_name "{first.gene}"; gene_biotype "{biotype}";'
        contig = first.chrom
        if apart and contig not in MITOCHONDRIA:
            contig = f"{contig}_{_UNREAD.sub('_', first.gene_id)}"
        whole = min(one.start for one in own), max(one.end for one in own)
        yield _line(contig, "gene", whole, first.strand, ".", words)
        for one in own:
            name = f' transcript_id "{written_name(one)}"; transcript_biotype "{one.biotype}";'
            for kind, place, phase, number in _features(one):
                rank = f' exon_number "{number}";' if number else ""
                yield _line(contig, kind, place, one.strand, phase, words + name + rank)


def _features(one: Transcript) -> Iterator[tuple[str, Interval, str, int]]:
    """The transcript, its exons and their coding parts: kind, place, phase and exon's number."""
    yield "transcript", (one.start, one.end), ".", 0
    done = -one.cds_phase
    for number, exon in enumerate(one.exons, 1):
        yield "exon", exon, ".", number
        low, high = one.cds or (0, 0)
        start, end = max(exon[0], low), min(exon[1], high)
        if start < end:
            yield "CDS", (start, end), str(-done % 3), number
            done += end - start


def _line(contig: str, kind: str, place: Interval, strand: str, phase: str, words: str) -> str:
    start, end = place
    cells = (contig, "dugnad", kind, str(start + 1), str(end), ".", strand, phase, words)
    return "\t".join(cells) + "\n"
