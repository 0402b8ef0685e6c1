"""Select the genes that a case's annotation needs: those at its calls and those of its panel.

An annotation of a whole genome is read once, in bounded memory; whatever comes after reads a small
file. It is written in Ensembl's style, which bcftools csq needs, also where GENCODE's came.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import pysam

from dugnad.annotation.fit import check_transcripts, fit_problems, read_header
from dugnad.annotation.gff import Wanted, read_models
from dugnad.annotation.places import FLANK
from dugnad.annotation.reference import Reference
from dugnad.annotation.transcript import Interval, Transcript
from dugnad.errors import UserError
from dugnad.files import require_whole, write_text
from dugnad.panel import load_panel

pysam.set_verbosity(0)  # a missing index is none

BINS = 1000  # bases; calls this close count as one place


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "--annotation", type=Path, help="GFF3, Ensembl or GENCODE; absent: there are no genes"
    )
    parser.add_argument("--calls", type=Path, required=True, help="VCF")
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--fasta", type=Path, required=True, help="reference genome")
    parser.add_argument("--output", type=Path, required=True, help="GFF3, Ensembl's style")


def main(args: argparse.Namespace) -> None:
    """Write the genes. Raises UserError when the annotation is of another genome."""
    transcripts = selected(args) if args.annotation else []
    write_text(args.output, "\n".join(["##gff-version 3", *rows(transcripts)]) + "\n")


def selected(args: argparse.Namespace) -> list[Transcript]:
    """The genes' transcripts. Raises UserError when the annotation is of another genome."""
    panel, _ = load_panel(args.panel)
    reference = Reference(args.fasta)
    facts = read_header(args.annotation)
    if problems := list(fit_problems(args.annotation, facts, reference.lengths)):
        raise UserError(problems)
    named = {*panel.genes, *panel.transcripts}
    wanted = Wanted(places_of(args.calls), named, margin=FLANK)
    transcripts = read_models(args.annotation, wanted)
    check_transcripts(args.annotation, transcripts, reference)
    return transcripts


def places_of(calls: Path) -> dict[str, set[Interval]]:
    """The places of a VCF's records by contig, in bins, so that many close ones are few."""
    places: dict[str, set[Interval]] = {}
    require_whole(calls)
    with pysam.VariantFile(str(calls), drop_samples=True) as vcf:
        for record in vcf:
            span = record.start // BINS * BINS, -(-record.stop // BINS) * BINS
            places.setdefault(record.chrom, set()).add(span)
    return places


def rows(transcripts: list[Transcript]) -> Iterator[str]:
    """GFF3 rows in Ensembl's style: each gene, and below it its transcripts with their parts."""
    by_gene: dict[tuple[str, str], list[Transcript]] = {}
    for one in transcripts:
        by_gene.setdefault((one.chrom, one.gene_id), []).append(one)
    for (_, gene_id), members in by_gene.items():
        first = members[0]
        span = min(one.start for one in members), max(one.end for one in members)
        kind = next((one.biotype for one in members if one.cds), first.biotype)
        yield _row(first, "gene", span, f"ID=gene:{gene_id};Name={first.gene};biotype={kind}")
        for one in members:
            yield from _of_transcript(one)


def _of_transcript(one: Transcript) -> Iterator[str]:
    tags = [
        name
        for name, is_so in (
            ("MANE_Select", one.is_mane),
            ("MANE_Plus_Clinical", one.is_mane_plus),
            ("Ensembl_canonical", one.is_canonical),
        )
        if is_so
    ]
    words = [f"ID=transcript:{one.id}", f"Parent=gene:{one.gene_id}", f"biotype={one.biotype}"]
    words += [f"tag={','.join(tags)}"] if tags else []
    words += [f"version={one.version}"] if one.version else []
    yield _row(one, "mRNA" if one.cds else "transcript", (one.start, one.end), ";".join(words))
    parent = f"Parent=transcript:{one.id}"
    for exon in one.exons:
        yield _row(one, "exon", exon, parent)
    if one.cds is None:
        return
    done = -one.cds_phase
    for part in one.coding_exons:
        yield _row(one, "CDS", part, f"ID=CDS:{one.id};{parent}", str(-done % 3))
        done += part[1] - part[0]
    five, three = ("five_prime_UTR", "three_prime_UTR")[:: 1 if one.strand == "+" else -1]
    for start, end in one.exons:
        if start < one.cds[0]:
            yield _row(one, five, (start, min(end, one.cds[0])), parent)
        if end > one.cds[1]:
            yield _row(one, three, (max(start, one.cds[1]), end), parent)


def _row(one: Transcript, kind: str, span: Interval, words: str, phase: str = ".") -> str:
    start, end = span
    columns = (one.chrom, "dugnad", kind, start + 1, end, ".", one.strand, phase, words)
    return "\t".join(map(str, columns))
