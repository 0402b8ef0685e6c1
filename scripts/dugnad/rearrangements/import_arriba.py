"""Take over the fusions that Arriba sees in RNA, from its fusions.tsv.

Arriba's breakpoints are the last base of the first gene and the first base of the second, 1-based;
it leaves duplicates out. A fusion of which it has low confidence gets the filter
``arriba_low_confidence``. Reads of the unbroken transcripts are counted in STAR's alignment, from
which Arriba works.
"""

import argparse
import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pysam

from dugnad.annotation.transcripts import read_transcripts
from dugnad.border import got
from dugnad.errors import UserError
from dugnad.files import read_lines
from dugnad.panel import load_panel
from dugnad.rearrangements.rna_chimeric import Joint, Place
from dugnad.rearrangements.rna_evidence import Evidence, Sequences, flags, junction, references
from dugnad.rearrangements.rna_genes import Genes
from dugnad.rearrangements.rna_rules import counted_of, known_fusions, register_fusions, rules_of
from dugnad.tables import JUNCTIONS, write_table

LOW = "arriba_low_confidence"
NEEDED = (
    "#gene1", "gene2", "strand1(gene/fusion)", "strand2(gene/fusion)", "breakpoint1",
    "breakpoint2", "split_reads1", "split_reads2", "discordant_mates", "confidence", "direction1",
    "direction2",
)  # fmt: skip


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--fusions", type=Path, required=True, help="Arriba's fusions.tsv")
    register_fusions(parser)


def main(args: argparse.Namespace) -> None:
    """Write the junctions."""
    panel, _ = load_panel(args.panel)
    rules, known = rules_of(panel), known_fusions(panel)
    genes = Genes(read_transcripts(args.annotation), panel.genes)
    rows = []
    with pysam.AlignmentFile(str(args.bam)) as bam, pysam.FastaFile(str(args.fasta)) as fasta:
        sequences = Sequences(fasta, genes)
        for joint, item in fusions(args.fusions):
            five, three = genes.at(joint.five, True), genes.at(joint.three, False)
            if not genes.are_two(five, three):
                continue
            item = replace(
                item,
                five=five,
                three=three,
                references=references(bam, joint, counted_of(panel)),
                triplets=sequences.triplets(joint),
                shared_words=sequences.shared_words(joint, five, three),
            )
            rows.append(junction("arriba", item, flags(item, rules, known)))
    write_table(args.output, rows, JUNCTIONS)


def fusions(path: Path) -> Iterator[tuple[Joint, Evidence]]:
    """The fusions of a table, without their genes, the first part of the transcript first.

    Raises UserError when the file is not Arriba's, with the faulty line.
    """
    reader = csv.DictReader(read_lines(path), delimiter="\t", quoting=csv.QUOTE_NONE)
    lacking = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if lacking:
        raise UserError(f"{path}:1: has no column {lacking[0]!r}; name Arriba's fusions.tsv")
    for number, row in enumerate(reader, 2):
        try:
            yield _fusion(row)
        except (ValueError, KeyError, AttributeError):
            shown = got(f"{row['breakpoint1']} {row['breakpoint2']}")
            raise UserError(f"{path}:{number}: is no fusion {shown}; run Arriba anew") from None


def _fusion(row: Mapping[str, str]) -> tuple[Joint, Evidence]:
    """One row. Its direction says which bases are kept: downstream, the breakpoint is the last
    of those below it; the first gene of the row is the transcript's first one."""
    five = _place(row["breakpoint1"], row["direction1"], is_last=True)
    three = _place(row["breakpoint2"], row["direction2"], is_last=False)
    joint = Joint(five, three)
    evidence = Evidence(
        joint,
        None,
        None,
        split_reads=int(row["split_reads1"]) + int(row["split_reads2"]),
        pairs=int(row["discordant_mates"]),
        own_filters=(LOW,) if row["confidence"] == "low" else (),
    )
    return joint, evidence


def _place(text: str, direction: str, is_last: bool) -> Place:
    chrom, _, pos = text.rpartition(":")
    kept_below = {"downstream": True, "upstream": False}[direction]
    strand = "+" if kept_below == is_last else "-"
    return Place(chrom, int(pos), strand)
