"""Measure damage of the template: oxidation (G>T) and deamination (C>T).

Both scores follow the pre-adapter scores of Picard's CollectSequencingArtifactMetrics
(PMID:23303777): damage of one strand before adapters are ligated shows in one orientation of
fragments only, so the bases changed in that orientation less those changed in the other, over all
bases of that kind, is the error rate of the damage. The score is that rate on the Phred scale, at
most 100: low is much damage.

Other than in Picard, positions where a change makes up more than a tenth of the bases are left
out (Picard leaves out known sites when it is told them), supplementary alignments do not count,
and a sample of the reads is looked at. A score from too few bases is not stated.
"""

import argparse
from math import log10
from pathlib import Path

from dugnad.panel import load_panel
from dugnad.qc.measures import Measured, write_measures
from dugnad.qc.substitutions import Counts, count
from dugnad.regions import merge, read_targets

MAX_READS = 300_000
MAX_SHARE = 0.1  # a change with more of a position's bases is a variant
MIN_BASES = 100_000  # of the base and its complement: a rate of 1e-4 is then 10 bases
MIN_ORIENTATION = 0.1  # share of the rarer orientation; amplicons may have one alone
CAP = 100.0  # Phred, as in Picard: its lowest rate is 1e-10

# the genome's base and the read's, and those of the other strand, as rows and columns of A C G T
_CHANGES = {"oxidation": ((2, 3), (1, 0)), "deamination": ((1, 3), (2, 0))}


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--sample", required=True)
    parser.add_argument("--bam", type=Path, required=True, help="indexed")
    parser.add_argument("--fasta", type=Path, required=True, help="the genome, indexed")
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument(
        "--max-reads", type=int, default=MAX_READS, help="reads to look at, of the targets"
    )
    parser.add_argument("--output", type=Path, required=True, help="JSON of measures")


def main(args: argparse.Namespace) -> None:
    """Write the measures."""
    panel, _ = load_panel(args.panel)
    targets = merge(read_targets(panel.targets))
    found = count(args.bam, args.fasta, targets, args.max_reads, MAX_SHARE)
    write_measures(args.output, {args.sample: scores(found.counts)})


def scores(counts: Counts) -> dict[str, Measured]:
    """The artefact scores of base counts, shape (2, 4, 4): orientation, genome's base, read's."""
    return {name: _score(counts, *pair) for name, pair in _CHANGES.items()}


def _score(counts: Counts, change: tuple[int, int], complement: tuple[int, int]) -> Measured:
    """Phred-scaled rate of a change in F1R2 and of its complement in F2R1, less the opposite."""
    bases = sum(
        int(counts[:, ref, ref].sum() + counts[:, ref, alt].sum())
        for ref, alt in (change, complement)
    )
    if bases < MIN_BASES:
        return Measured(None, "phred", f"too few bases: {bases} of at least {MIN_BASES}")
    by_orientation = counts.sum(axis=(1, 2))
    if by_orientation.min() < MIN_ORIENTATION * by_orientation.sum():
        return Measured(None, "phred", "the reads are of one orientation only")
    for_it = int(counts[0][change] + counts[1][complement])
    against = int(counts[1][change] + counts[0][complement])
    rate = (for_it - against) / bases
    score = min(-10 * log10(rate), CAP) if rate > 0 else CAP
    return Measured(score, "phred", "dugnad measure-artefacts")
