"""Measure whether a sample's RNA can be trusted: what aligned, what is message, how it is spread.

From STAR's log: how many reads there are and how many aligned. From the alignment: what of it is
exon, spliced and duplicate (a part of the reads, evenly taken, is looked at closely), and in the
panel's genes what is on target, how long the messages' fragments are and how evenly they lie.

Own methods, after metrics of others. Fragment length, reads on target and variation of a gene's
coverage are after MEDIAN_INSERT_SIZE, TOTAL_ON_TARGET_READS and MEDIAN_CV_GENE_500X (Illumina,
DRAGEN TruSight Oncology 500, RNA sample QC). The 3' bias is after MEDIAN_3PRIME_BIAS (Picard,
CollectRnaSeqMetrics), which compares the last 100 bases with the whole transcript; here it is the
last fifth. Duplicates count in all of them; bases of overlapping mates count twice in depths.
"""

import argparse
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pysam

from dugnad.annotation.transcripts import Transcripts, read_transcripts
from dugnad.errors import UserError
from dugnad.files import read_lines
from dugnad.panel import Panel, load_panel
from dugnad.qc.measures import Measured, write_measures
from dugnad.qc.rna_genes import SOURCE, UNCOUNTED, Ints, Union, gene_measures, union_of

LOOKED_AT = 1_000_000  # reads that are looked at closely, about
_ROW = re.compile(r"^\s*(.+?) \|\t([\d.]+)%?$", re.MULTILINE)


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--sample", required=True)
    parser.add_argument("--bam", type=Path, required=True, help="RNA, sorted and indexed")
    parser.add_argument("--star-log", type=Path, required=True, help="STAR's Log.final.out")
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--annotation", type=Path, nargs="?", help="Ensembl-style GFF3")
    parser.add_argument("--output", type=Path, required=True, help="JSON of measures")


def main(args: argparse.Namespace) -> None:
    """Write the measures."""
    panel, _ = load_panel(args.panel)
    transcripts = read_transcripts(args.annotation) if args.annotation else None
    log = log_measures(args.star_log)
    with pysam.AlignmentFile(str(args.bam), threads=2) as bam:
        aligned = alignment_measures(bam, transcripts, panel)
        genes = gene_measures(bam, transcripts, panel)
    write_measures(args.output, {args.sample: log | aligned | genes})


def log_measures(path: Path) -> dict[str, Measured]:
    """Reads (both mates of a pair), and fractions of them aligned and aligned to one place.

    Aligned is to one place or to several, as STAR's settings allow. Raises UserError when the
    file is not STAR's final log.
    """
    rows = dict(_ROW.findall("\n".join(read_lines(path))))
    try:
        pairs = int(rows["Number of input reads"])
        unique = int(rows["Uniquely mapped reads number"])
        several = int(rows["Number of reads mapped to multiple loci"])
    except KeyError as error:
        text = f"{path}: has no row {error.args[0]!r}; give STAR's Log.final.out"
        raise UserError(text) from None
    return {
        "rna_reads": Measured(2 * pairs, "reads", "STAR"),
        "rna_mapped": Measured((unique + several) / pairs if pairs else None, "fraction", "STAR"),
        "rna_unique": Measured(unique / pairs if pairs else None, "fraction", "STAR"),
    }


@dataclass(frozen=True)
class Looked:
    """What a pass through the alignment found.

    ``mapped`` and ``duplicates`` are of all reads; ``reads``, ``spliced`` and the bases of those
    that were looked at closely.
    """

    mapped: int
    duplicates: int
    reads: int
    spliced: int
    bases: int
    exonic: int


def alignment_measures(
    bam: pysam.AlignmentFile, transcripts: Transcripts | None, panel: Panel
) -> dict[str, Measured]:
    """Fractions of reads spliced and duplicate, and of aligned bases in any annotated exon."""
    found = look(bam, union_of(transcripts or ()))
    measures = {
        "rna_spliced": _fraction(found.spliced, found.reads, "reads"),
        "rna_exonic": _fraction(found.exonic, found.bases, "bases"),
        "rna_duplicates": _fraction(found.duplicates, found.mapped, "reads"),
    }
    if transcripts is None:
        why = "no gene annotation is configured"
        measures["rna_exonic"] = Measured(None, "fraction", why)
    if panel.library.duplicates == "keep":
        why = "the panel keeps duplicates"
        measures["rna_duplicates"] = Measured(None, "fraction", why)
    return measures


def _fraction(part: int, whole: int, of_what: str) -> Measured:
    if whole:
        return Measured(part / whole, "fraction", SOURCE)
    return Measured(None, "fraction", f"no aligned {of_what}")


def look(bam: pysam.AlignmentFile, exons: dict[str, Union], looked_at: int = LOOKED_AT) -> Looked:
    """Pass once through a sorted, indexed alignment; look at every n-th read closely.

    ``looked_at`` is about how many: all of an alignment that has no more.
    """
    step = max(1, bam.mapped // looked_at)
    mapped = duplicates = reads = spliced = bases = exonic = 0
    for contig, flags, ends, gaps in _by_contig(bam, step):
        mapped += len(flags)
        duplicates += int(np.count_nonzero(flags & pysam.FDUP))
        reads += len(gaps)
        spliced += int(gaps.sum())
        bases += int((ends[:, 1] - ends[:, 0]).sum())
        if contig in exons:
            exonic += int(exons[contig].shared(ends[:, 0], ends[:, 1]).sum())
    return Looked(mapped, duplicates, reads, spliced, bases, exonic)


def _by_contig(
    bam: pysam.AlignmentFile, step: int
) -> Iterator[tuple[str, Ints, Ints, np.ndarray[Any, np.dtype[np.bool_]]]]:
    """Of each contig: all reads' flags, shape (reads,); of every ``step``-th read the ends of its
    aligned blocks, shape (blocks, 2), and whether it is spliced."""
    for contig in bam.references:
        flags, ends, gaps = array("H"), array("q"), array("b")
        for read in bam.fetch(contig):
            flag = read.flag
            if flag & UNCOUNTED:
                continue
            flags.append(flag)
            if len(flags) % step == 0:
                for block in read.get_blocks():
                    ends.extend(block)
                gaps.append("N" in (read.cigarstring or ""))
        if flags:
            yield (
                contig,
                np.asarray(flags, dtype=np.int64),
                np.asarray(ends, dtype=np.int64).reshape(-1, 2),
                np.asarray(gaps, dtype=np.bool_),
            )
