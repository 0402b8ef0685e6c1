"""Join what the callers propose, and count every candidate anew in all samples of the case.

All candidates are counted by the same rules, in fragments: overlapping mates once, families of
molecular barcodes once. So every caller's variants can be judged by the same numbers. No
candidate is removed for its evidence; spellings of one event become one variant.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pysam

from dugnad.alleles import Change, as_vcf, placements
from dugnad.small_variants.call_pileup import SEEK
from dugnad.small_variants.candidates import Candidate, gather, provenance
from dugnad.small_variants.counted import Counted, write_counted
from dugnad.small_variants.counting import add_counting, counting_of
from dugnad.small_variants.indels import FLANK
from dugnad.small_variants.join import NEAR, clusters, join
from dugnad.small_variants.noise import background_quality
from dugnad.small_variants.normals import Normals
from dugnad.small_variants.phase import crowded, in_cis
from dugnad.small_variants.pileup import Counting
from dugnad.small_variants.reads import Reads, load_reads
from dugnad.small_variants.recount import Evidence, carriers, recount
from dugnad.small_variants.votes import Locus

_STRETCH = 5000  # bases of the reference whose reads are held at a time


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "--calls",
        nargs=2,
        action="append",
        required=True,
        metavar=("CALLER", "VCF"),
        help="what a caller proposes, alleles left-aligned and split",
    )
    parser.add_argument(
        "--sample",
        nargs=2,
        action="append",
        required=True,
        metavar=("NAME", "BAM"),
        help="tumour first, then the others",
    )
    parser.add_argument("--fasta", type=Path, required=True, help="reference genome")
    parser.add_argument("--normals", type=Path, help="panel of normals, VCF")
    parser.add_argument(
        "--error-rate", type=float, required=True, help="where the normals say nothing"
    )
    parser.add_argument(
        "--families", action="store_true", help="duplicates count with the molecule they copy"
    )
    add_counting(parser)
    parser.add_argument("--output", type=Path, required=True, help="VCF")


def main(args: argparse.Namespace) -> None:
    """Write the variants with their evidence."""
    counting = counting_of(args, keep_duplicates=args.families)
    calls = [(name, Path(path)) for name, path in args.calls]
    candidates = gather(calls)
    names = [name for name, _ in args.sample]
    with pysam.FastaFile(str(args.fasta)) as fasta, Normals(args.normals) as normals:
        samples = [
            pysam.AlignmentFile(path, reference_filename=str(args.fasta)) for _, path in args.sample
        ]
        counter = Counter(fasta, samples, counting, args.families, normals, args.error_rate)
        told = provenance(path for _, path in calls)
        write_counted(args.output, counter.count(candidates), names, fasta, told)


@dataclass(frozen=True)
class Counter:
    """Counts candidates in the samples of a case, the tumour first."""

    fasta: pysam.FastaFile
    samples: Sequence[pysam.AlignmentFile]
    counting: Counting
    families: bool
    normals: Normals
    error_rate: float

    def count(self, candidates: Sequence[Candidate]) -> Iterator[Counted]:
        """Each event with its evidence, in genome order."""
        for stretch in stretches(candidates):
            chrom = stretch[0].chrom
            # a duplication shows where its copy ends, as far on as it is long
            places = [
                (max(c.change.start - 1, 0), c.change.end + 2 * len(c.change.alt) + 1)
                for c in stretch
            ]
            span = min(start for start, _ in places), max(end for _, end in places)
            reads = [
                load_reads(sample, chrom, *span, self.counting, self.families, places)
                for sample in self.samples
            ]
            found = [one for cluster in clusters(stretch) for one in self._cluster(cluster, reads)]
            partners = in_cis(found, reads[0], self.counting.base_quality)
            for one, names, near in zip(found, partners, crowded(found), strict=True):
                yield replace(one, cis_with=tuple(names), neighbours=near)

    def _cluster(self, cluster: list[Candidate], reads: Sequence[Reads]) -> Iterator[Counted]:
        chrom = cluster[0].chrom
        reach = 2 * max(len(c.change.ref) + len(c.change.alt) for c in cluster) + 10 * FLANK
        offset = max(0, cluster[0].change.start - reach)
        sequence = self.fasta.fetch(
            chrom, offset, max(c.change.end for c in cluster) + reach
        ).upper()

        def locus(change: Change) -> Locus:
            return Locus(change, offset, sequence, *placements(change, sequence, offset))

        def shown(change: Change) -> frozenset[int]:
            found: set[int] = set()
            before = 0
            for sample in reads:
                alt, _ = carriers(sample, locus(change), self.counting.base_quality)
                found |= {before + fragment for fragment in alt}
                before += int(sample.fragment.max(initial=0)) + 1
            return frozenset(found)

        events = join(cluster, sequence, offset, shown)
        for event in sorted(events, key=lambda c: (as_vcf(c.change, "N")[0], c.change.alt)):
            place = locus(event.change)
            evidence = [recount(sample, place, self.counting.base_quality) for sample in reads]
            yield self._counted(event, place, evidence)

    def _counted(self, event: Candidate, place: Locus, evidence: Sequence[Evidence]) -> Counted:
        background = self.normals.background(event.chrom, event.change)
        tumour = evidence[0]
        quality = background_quality(tumour.alt_reads, tumour.depth, background, self.error_rate)
        return Counted(event, place, tuple(evidence), background, quality)


def stretches(candidates: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """Candidates whose reads are loaded together."""
    stretch: list[Candidate] = []
    for candidate in candidates:
        if stretch and (
            candidate.chrom != stretch[0].chrom
            or candidate.change.start - stretch[-1].change.end > SEEK
            or (
                candidate.change.start - stretch[0].change.start > _STRETCH
                and candidate.change.start - max(c.change.end for c in stretch) > NEAR
            )
        ):
            yield stretch
            stretch = []
        stretch.append(candidate)
    if stretch:
        yield stretch
