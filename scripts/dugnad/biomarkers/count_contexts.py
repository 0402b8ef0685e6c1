"""Count the base triplets of the genome and of a panel's targets.

Reference signatures are of whole genomes. A panel's targets offer other triplets, above all more
C and G, and by this table signatures are brought to them.
"""

import argparse
from pathlib import Path

import pysam

from dugnad.biomarkers.contexts import count_triplets, opportunities_text
from dugnad.files import write_text
from dugnad.regions import Region, merge, read_targets


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--fasta", type=Path, required=True, help="indexed FASTA of the genome")
    parser.add_argument("--targets", type=Path, required=True, help="BED of the panel's targets")
    parser.add_argument("--output", type=Path, required=True, help="TSV of triplets")


def main(args: argparse.Namespace) -> None:
    """Write the table; of the genome, the contigs that the targets lie on."""
    targets = merge(read_targets(args.targets))
    with pysam.FastaFile(str(args.fasta)) as genome:
        contigs = [
            Region(chrom, 0, genome.get_reference_length(chrom), chrom)
            for chrom in sorted({region.chrom for region in targets})
        ]
        counts = count_triplets(genome, contigs), count_triplets(genome, targets)
    write_text(args.output, opportunities_text(*counts))
