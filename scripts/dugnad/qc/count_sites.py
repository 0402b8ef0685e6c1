"""Count a sample's reads of either allele at the panel's common sites.

htslib's pileup, at the sites alone: unmapped, secondary, supplementary, failed and duplicate reads
do not count; of overlapping mates one counts, none if they differ and neither is good enough.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pysam

from dugnad.errors import UserError
from dugnad.qc.sites import COUNTS, Site, read_sites
from dugnad.tables import write_table

_UNCOUNTED = 4 + 256 + 512 + 1024 + 2048  # SAM flags
_MAX_DEPTH = 100_000  # htslib needs a bound; RNA of one gene may be deep


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--sample", required=True)
    parser.add_argument("--case", required=True)
    parser.add_argument("--role", required=True, choices=["tumour", "normal"])
    parser.add_argument("--analyte", required=True, choices=["dna", "rna"])
    parser.add_argument("--bam", type=Path, required=True, help="indexed BAM or CRAM")
    parser.add_argument("--fasta", type=Path, help="reference genome; a CRAM needs it")
    parser.add_argument("--sites", type=Path, required=True, help="TSV by pick-sites")
    parser.add_argument("--min-mapping-quality", type=int, required=True)
    parser.add_argument("--min-base-quality", type=int, required=True)
    parser.add_argument("--output", type=Path, required=True, help="Parquet of counts")


def main(args: argparse.Namespace) -> None:
    """Write the counts."""
    who = {name: getattr(args, name) for name in ("sample", "case", "role", "analyte")}
    fasta = str(args.fasta) if args.fasta else None
    pysam.set_verbosity(0)
    with pysam.AlignmentFile(str(args.bam), reference_filename=fasta) as bam:
        if not bam.has_index():
            raise UserError(f"{args.bam}: has no index; make it with 'samtools index'")
        sites = read_sites(args.sites)
        counted = count(bam, sites, args.min_mapping_quality, args.min_base_quality)
        write_table(args.output, [who | row for row in counted], COUNTS)


def count(
    bam: pysam.AlignmentFile, sites: Iterable[Site], mapping_quality: int, base_quality: int
) -> Iterator[dict[str, Any]]:
    """The columns of the counts table for each site; a contig that the BAM lacks has no read."""
    known = set(bam.references)
    for site in sites:
        seen: Counter[str] = Counter()
        if site.chrom in known:
            seen = bases(bam, site, mapping_quality, base_quality)
        ref, alt = seen[site.ref], seen[site.alt]
        rest = sum(seen[base] for base in "ACGT") - ref - alt
        yield site._asdict() | {"ref_reads": ref, "alt_reads": alt, "other_reads": rest}


def bases(
    bam: pysam.AlignmentFile, site: Site, mapping_quality: int, base_quality: int
) -> Counter[str]:
    """How often the reads show each base at a site; deletions and spliced gaps show none."""
    columns = bam.pileup(
        site.chrom,
        site.pos - 1,
        site.pos,
        truncate=True,
        stepper="samtools",
        flag_filter=_UNCOUNTED,
        ignore_orphans=False,
        ignore_overlaps=True,
        compute_baq=False,
        max_depth=_MAX_DEPTH,
        min_mapping_quality=mapping_quality,
        min_base_quality=base_quality,
    )
    return Counter(base.upper() for column in columns for base in column.get_query_sequences())
