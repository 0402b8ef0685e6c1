"""What the callers propose, each allele once with all who proposed it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pysam

from dugnad.alleles import Change, trim
from dugnad.callers import GATK_LINE, own_filters
from dugnad.files import require_whole

pysam.set_verbosity(0)  # a missing index is none; what cannot be read raises an error
_BASES = set("ACGT")
_TOLD = ("##source=", "##bcftools_normVersion=", "##bcftools_callVersion=")


@dataclass
class Candidate:
    """A change with its callers, and their own filters as ``caller:FILTER`` (PASS left out)."""

    chrom: str
    change: Change
    called_by: set[str] = field(default_factory=set)
    caller_filters: set[str] = field(default_factory=set)

    def join(self, other: "Candidate") -> None:
        """Take over another's callers: both are one event."""
        self.called_by |= other.called_by
        self.caller_filters |= other.caller_filters


def gather(calls: Iterable[tuple[str, Path]]) -> list[Candidate]:
    """The alleles that callers propose, in genome order as the first file's contigs have it.

    Args:
        calls: callers, each with a VCF or BCF of left-aligned and split alleles; a caller may have
            several.

    A filter of a caller counts when none of its records of the allele passes. Symbolic alleles
    and such with other letters than A, C, G and T are passed over.
    """
    found: dict[tuple[str, Change], Candidate] = {}
    passed: dict[str, set[tuple[str, Change]]] = {}
    order: dict[str, int] = {}
    for caller, path in calls:
        require_whole(path)
        with pysam.VariantFile(str(path)) as vcf:
            for contig in vcf.header.contigs:
                order.setdefault(contig, len(order))
            for chrom, change, filters in _alleles(vcf):
                key = chrom, change
                candidate = found.setdefault(key, Candidate(chrom, change))
                candidate.called_by.add(caller)
                if filters:
                    candidate.caller_filters |= {f"{caller}:{name}" for name in filters}
                else:
                    passed.setdefault(caller, set()).add(key)
    for caller, keys in passed.items():
        for key in keys:
            own = {name for name in found[key].caller_filters if name.startswith(f"{caller}:")}
            found[key].caller_filters -= own
    return in_order(found.values(), order)


def in_order(candidates: Iterable[Candidate], order: Mapping[str, int]) -> list[Candidate]:
    """Candidates sorted by contig and place."""
    return sorted(
        candidates,
        key=lambda c: (order[c.chrom], c.change.start, c.change.end, c.change.ref, c.change.alt),
    )


def _alleles(vcf: pysam.VariantFile) -> Iterator[tuple[str, Change, tuple[str, ...]]]:
    for record in vcf:
        filters = own_filters(record)
        for alt in record.alts or ():
            if set(f"{record.ref}{alt}".upper()) <= _BASES:
                change = trim(record.pos, str(record.ref), alt)
                if change.ref != change.alt:
                    yield record.chrom, change, filters


def provenance(paths: Iterable[Path]) -> list[str]:
    """The header lines in which callers, bcftools and GATK name themselves; each once.

    Of GATK's, tool and version: its date and paths would differ between runs of the same reads.
    """
    lines: dict[str, None] = {}
    for path in paths:
        with pysam.VariantFile(str(path)) as vcf:
            for line in str(vcf.header).splitlines():
                if match := GATK_LINE.match(line):
                    tool, version = match.groups()
                    lines[f'##GATKCommandLine=<ID={tool},Version="{version}">'] = None
                elif line.startswith(_TOLD):
                    lines[line] = None
    return list(lines)
