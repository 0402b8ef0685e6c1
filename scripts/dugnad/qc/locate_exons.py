"""Write the coding exons of a panel's genes, which coverage is stated for.

Exons are those of the transcript that the panel reports a gene on, cut to its coding part and
numbered 5' to 3' within the transcript; genes without a coding sequence keep whole exons. Without
an annotation the file has no rows.
"""

import argparse
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dugnad.annotation.transcripts import Transcript, Transcripts, read_transcripts
from dugnad.border import read_text
from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.panel import Panel, load_panel
from dugnad.regions import Region

COLUMNS = ["chrom", "start", "end", "gene", "exon", "exons", "transcript"]


@dataclass(frozen=True)
class Exon(Region):
    """The coding part of an exon; ``label`` is as reports show it, ``BRAF exon 15``."""

    gene: str
    transcript: str


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--annotation", type=Path, help="GFF3; absent: no rows are written")
    parser.add_argument("--output", type=Path, required=True, help="TSV of exons, 0-based")


def main(args: argparse.Namespace) -> None:
    """Write the exons."""
    panel, _ = load_panel(args.panel)
    transcripts = read_transcripts(args.annotation) if args.annotation else Transcripts()
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows(panel, transcripts))
    write_text(args.output, text.getvalue())


def rows(panel: Panel, transcripts: Transcripts) -> Iterator[tuple[str | int, ...]]:
    """The rows of the file, gene by gene in the panel's order."""
    for gene in panel.genes:
        if not transcripts.by_gene(gene):
            continue
        transcript = transcripts.preferred(gene, panel.transcripts.get(gene))
        if transcript:
            for number, start, end in coding_parts(transcript):
                exons = len(transcript.exons)
                yield (transcript.chrom, start, end, gene, number, exons, transcript.name)


def coding_parts(transcript: Transcript) -> Iterator[tuple[int, int, int]]:
    """Number, start and end (0-based, half-open) of each exon's coding part."""
    first, last = transcript.cds or (transcript.start, transcript.end)
    for number, (start, end) in enumerate(transcript.exons, 1):
        if max(start, first) < min(end, last):
            yield number, max(start, first), min(end, last)


def read_exons(path: Path) -> list[Exon]:
    """The exons of a file that this verb wrote.

    Raises UserError when it has another header.
    """
    table = list(csv.reader(io.StringIO(read_text(path)), delimiter="\t"))
    if not table or table[0] != COLUMNS:
        raise UserError(f"{path}: has other columns than this version; remove it and run again")
    return [
        Exon(chrom, int(start), int(end), f"{gene} exon {number}", gene, transcript)
        for chrom, start, end, gene, number, _, transcript in table[1:]
    ]
