"""What our own caller proposes, written as BCF like the other callers' calls."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pysam

from dugnad.alleles import Change, as_vcf, base_beside
from dugnad.files import replacing

HEADER = (
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Reads">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Reads of either allele">',
)


@dataclass(frozen=True)
class Proposal:
    """A change with reads and alternative reads of each sample."""

    chrom: str
    change: Change
    counts: tuple[tuple[int, int], ...]


def vcf_header(
    fasta: pysam.FastaFile, samples: Sequence[str], lines: Iterable[str]
) -> pysam.VariantHeader:
    """A header with the genome's contigs, the samples and these lines."""
    header = pysam.VariantHeader()
    for name, length in zip(fasta.references, fasta.lengths, strict=True):
        header.contigs.add(name, length=length)
    for line in lines:
        header.add_line(line)
    for sample in samples:
        header.add_sample(sample)
    return header


def write_proposals(
    path: Path, proposals: Iterable[Proposal], samples: Sequence[str], fasta: pysam.FastaFile
) -> None:
    """Write BCF, in the order given; whole or not at all."""
    header = vcf_header(fasta, samples, HEADER)
    with (
        replacing(path) as temporary,
        pysam.VariantFile(str(temporary), "wb", header=header) as out,
    ):
        for proposal in proposals:
            change = proposal.change
            beside = fasta.fetch(proposal.chrom, *base_beside(change)).upper()
            pos, ref, alt = as_vcf(change, beside)
            record = out.new_record(proposal.chrom, pos - 1, alleles=(ref, alt))
            for name, (depth, reads) in zip(samples, proposal.counts, strict=True):
                record.samples[name]["DP"] = depth
                record.samples[name]["AD"] = (max(depth - reads, 0), reads)
            out.write(record)
