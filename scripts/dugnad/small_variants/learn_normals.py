"""Make a panel of normals: how often healthy people's samples of an assay show each allele.

Errors of an assay recur at the same places. What normals show of an allele, mean and spread of its
VAF over them, is the background that a tumour's reads must exceed; twenty normals are a start.
Bases are counted at every target position; indels that any normal shows are counted anew in all,
by the same rules as a tumour's candidates.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pysam

from dugnad.alleles import Change, as_vcf, base_beside, placements
from dugnad.errors import UserError
from dugnad.files import replacing
from dugnad.panel import Panel, load_panel
from dugnad.regions import Region, merge, read_targets
from dugnad.small_variants.call_pileup import Shown, surroundings
from dugnad.small_variants.counting import counting_of_panel
from dugnad.small_variants.normals import HEADER, Counts, summarise
from dugnad.small_variants.pileup import Counting, Pileup, count_region
from dugnad.small_variants.proposals import vcf_header
from dugnad.small_variants.reads import load_reads
from dugnad.small_variants.recount import recount
from dugnad.small_variants.votes import Locus

_INDEXES = (".bai", ".csi", ".crai")
FEWEST = 2  # reads of an allele over all normals; a single one is below what the error rate says
FEWEST_OF_ONE = 2  # reads of an indel in one normal, to count it in all


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "--bam", type=Path, nargs="+", required=True, help="normals, sorted and indexed"
    )
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml of the assay")
    parser.add_argument("--fasta", type=Path, required=True, help="reference genome")
    parser.add_argument("--output", type=Path, required=True, help="VCF, ends in .vcf.gz")


def main(args: argparse.Namespace) -> None:
    """Write the panel of normals with its index."""
    if args.output.suffixes[-2:] != [".vcf", ".gz"]:
        raise UserError(f"--output: must end in .vcf.gz (got '{args.output}'); rename it")
    if missing := missing_alignments(args.bam):
        raise UserError(missing)
    panel, _ = load_panel(args.panel)
    learn_panel(args.bam, panel, args.fasta, args.output)


def missing_alignments(paths: Iterable[Path]) -> list[str]:
    """Problems of alignments that are not there, or have no index."""
    given = list(paths)
    missing = [f"{path}: file not found" for path in given if not path.is_file()]
    return missing + [
        f"{path}: has no index; run: samtools index {path}"
        for path in given
        if path.is_file() and not any(Path(f"{path}{end}").is_file() for end in _INDEXES)
    ]


def learn_panel(paths: Sequence[Path], panel: Panel, reference: Path, output: Path) -> None:
    """Write what normals show of the panel's targets, with its index."""
    counting = counting_of_panel(panel)
    bams = [pysam.AlignmentFile(str(path), reference_filename=str(reference)) for path in paths]
    regions = merge(read_targets(panel.targets))
    with pysam.FastaFile(str(reference)) as fasta:
        order = {name: number for number, name in enumerate(fasta.references)}
        regions.sort(key=lambda region: (order[region.chrom], region.start))
        rows = (
            row
            for before, region in zip([None, *regions], regions, strict=False)
            for row in learn(bams, fasta, region, counting)
            if not _is_of(before, row)
        )
        _write(output, rows, panel.origin.germline_normal_vaf.value, fasta)


@dataclass(frozen=True)
class Row:
    """An allele with the reads that show it, and all reads, of each normal."""

    chrom: str
    change: Change
    reads: Counts
    depth: Counts


def _is_of(before: Region | None, row: Row) -> bool:
    """Whether an indel that reaches into a region was listed with the one before."""
    return before is not None and before.chrom == row.chrom and row.change.start <= before.end


def learn(
    bams: Sequence[pysam.AlignmentFile],
    fasta: pysam.FastaFile,
    region: Region,
    counting: Counting,
) -> Iterator[Row]:
    """What the normals show in a region, in order of place."""
    sequence, offset = surroundings(fasta, region)
    piles = [count_region(bam, region, counting) for bam in bams]
    rows = [*_bases(piles, sequence, offset), *_indels(bams, piles, sequence, offset, counting)]
    yield from sorted(rows, key=lambda row: (as_vcf(row.change, "N"), row.change.start))


def _bases(piles: Sequence[Pileup], sequence: str, offset: int) -> Iterator[Row]:
    region = piles[0].region
    counts = np.stack([pile.bases for pile in piles])
    depth = counts.sum(axis=2)
    for row, column in np.argwhere(counts.sum(axis=0) >= FEWEST):
        ref, alt = sequence[region.start + row - offset], "ACGT"[column]
        if ref != alt and ref in "ACGT":
            place = region.start + int(row)
            change = Change(place, place + 1, ref, alt)
            yield Row(region.chrom, change, counts[:, row, column], depth[:, row])


def _indels(
    bams: Sequence[pysam.AlignmentFile],
    piles: Sequence[Pileup],
    sequence: str,
    offset: int,
    counting: Counting,
) -> Iterator[Row]:
    region = piles[0].region
    shown = [Shown(pile, sequence, offset) for pile in piles]
    changes = {
        change
        for one in shown
        for change in one.changes(0.0, FEWEST_OF_ONE)
        if len(change.ref) != len(change.alt)
    }
    if not changes:
        return
    reads = [load_reads(bam, region.chrom, region.start, region.end, counting) for bam in bams]
    for change in changes:
        locus = Locus(change, offset, sequence, *placements(change, sequence, offset))
        found = [recount(one, locus, counting.base_quality) for one in reads]
        row = Row(
            region.chrom,
            change,
            np.array([evidence.alt_reads for evidence in found]),
            np.array([evidence.depth for evidence in found]),
        )
        if row.reads.sum() >= FEWEST:
            yield row


def _write(path: Path, rows: Iterable[Row], germline_vaf: float, fasta: pysam.FastaFile) -> None:
    header = vcf_header(fasta, (), HEADER)
    with replacing(path) as temporary:
        with pysam.VariantFile(str(temporary), "wz", header=header) as out:
            for row in rows:
                beside = fasta.fetch(row.chrom, *base_beside(row.change)).upper()
                pos, ref, alt = as_vcf(row.change, beside)
                info = summarise(row.reads, row.depth, germline_vaf)
                out.write(out.new_record(row.chrom, pos - 1, alleles=(ref, alt), info=info))
        pysam.tabix_index(str(temporary), preset="vcf", force=True, index=f"{path}.tbi")
