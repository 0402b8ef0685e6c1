"""Count how long the fragments of a case's samples show each microsatellite of their panel.

A read counts when it spans the run with some bases on either side. Mates that overlap are one
fragment, and it does not count where they disagree; duplicates and badly mapped reads do not count.
"""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pysam

from dugnad.biomarkers.msi_lengths import Ints, Shape, by_fragment, matrix, run_lengths
from dugnad.biomarkers.msi_loci import Locus, flanks, read_loci, surroundings
from dugnad.errors import UserError
from dugnad.small_variants.counting import DUPLICATE
from dugnad.small_variants.pileup import Counting
from dugnad.tables import MICROSATELLITES, write_table

UNCOUNTED = 4 | 256 | 512 | 2048  # SAM flags: unmapped, secondary, failed, supplementary


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "--sample",
        nargs=2,
        action="append",
        required=True,
        metavar=("ID", "BAM"),
        help="a sample and its indexed BAM or CRAM; once for each",
    )
    parser.add_argument("--fasta", type=Path, required=True, help="the genome, indexed")
    parser.add_argument("--loci", type=Path, required=True, help="BED with unit and repeats")
    parser.add_argument("--anchor", type=int, required=True, help="bases on either side of a run")
    parser.add_argument("--min-mapping-quality", type=int, required=True, help="Phred")
    parser.add_argument(
        "--use-duplicates", action="store_true", help="count reads marked as duplicates too"
    )
    parser.add_argument("--output", type=Path, required=True, help="Parquet of lengths")


def main(args: argparse.Namespace) -> None:
    """Write the counts, sample after sample."""
    flags = UNCOUNTED if args.use_duplicates else UNCOUNTED | DUPLICATE
    counting = Counting(0, args.min_mapping_quality, flags)
    loci = read_loci(args.loci)
    pysam.set_verbosity(0)
    rows: list[dict[str, Any]] = []
    with pysam.FastaFile(str(args.fasta)) as fasta:
        for sample, path in args.sample:
            with pysam.AlignmentFile(path, reference_filename=str(args.fasta)) as bam:
                if not bam.has_index():
                    raise UserError(f"{path}: has no index; make it with 'samtools index'")
                found = count(bam, fasta, loci, args.anchor, counting)
                rows += [{"sample": sample, **row} for row in found]
    write_table(args.output, rows, MICROSATELLITES)


def count(
    bam: pysam.AlignmentFile,
    fasta: pysam.FastaFile,
    loci: Iterable[Locus],
    anchor: int,
    counting: Counting,
) -> Iterator[dict[str, Any]]:
    """The columns of the table but for the sample, for each locus.

    A contig that the BAM lacks has no read. Raises UserError where the genome has no such run.
    """
    known = set(bam.references)
    for locus in loci:
        flanks(fasta, locus, anchor)
        lengths, unclear = np.zeros(0, dtype=np.int64), 0
        if locus.chrom in known:
            fragments, expected, sequences = _reads(bam, locus, anchor, counting)
            reads = matrix(sequences)
            before, after = surroundings(fasta, locus, reads.shape[1])
            shape = Shape.of(locus.unit, locus.repeats, before, after, anchor)
            lengths, unclear = by_fragment(fragments, run_lengths(reads, expected, shape))
        first = int(lengths.min()) if len(lengths) else locus.repeats
        yield {
            "name": locus.label,
            "chrom": locus.chrom,
            "start": locus.start,
            "end": locus.end,
            "unit": locus.unit,
            "repeats": locus.repeats,
            "reads": len(lengths),
            "unclear": unclear,
            "first_length": first,
            "counts": np.bincount(lengths - first).tolist(),
        }


def _reads(
    bam: pysam.AlignmentFile, locus: Locus, anchor: int, counting: Counting
) -> tuple[Ints, Ints, list[str]]:
    """Fragment, place where the run should begin, and bases of each read that may span it."""
    run = locus.length  # what does not reach over even if it lacks the whole run shows nothing
    low, high = locus.start - anchor + run, locus.end + anchor - run
    excluded, quality = counting.excluded_flags, counting.mapping_quality
    names: dict[str, int] = {}
    fragments: list[int] = []
    expected: list[int] = []
    sequences: list[str] = []
    for read in bam.fetch(locus.chrom, max(0, locus.start - anchor), locus.end + anchor):
        if read.flag & excluded or read.mapping_quality < quality:
            continue
        begin = read.reference_start - read.query_alignment_start  # with what is clipped
        end = begin + read.query_length
        if begin > low or end < high:
            continue
        if sequence := read.query_sequence:
            fragments.append(names.setdefault(str(read.query_name), len(names)))
            expected.append(locus.start - begin)
            sequences.append(sequence)
    return np.array(fragments, dtype=np.int64), np.array(expected, dtype=np.int64), sequences
