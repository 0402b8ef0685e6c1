"""Alleles counted in reads, without any caller: a short sequence that only one allele has."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pysam

LENGTH = 31
REACH = 400


@dataclass(frozen=True)
class Signature:
    """Sequences of ``LENGTH`` bases; ``either`` stands in both alleles, if ``ref`` cannot be had.

    A tandem duplication of more than ``LENGTH`` bases leaves no sequence to the reference alone.
    """

    alt: str
    ref: str | None
    either: str | None


def signature(fasta: pysam.FastaFile, chrom: str, pos: int, ref: str, alt: str) -> Signature:
    """What tells the alleles of a variant apart; ``pos`` is 1-based."""
    before = fasta.fetch(chrom, max(0, pos - 1 - 150), pos - 1)
    behind = fasta.fetch(chrom, pos - 1 + len(ref), pos - 1 + len(ref) + 150)
    reference, changed = before + ref + behind, before + alt + behind
    assert reference[len(before) : len(before) + len(ref)] == ref
    middle = len(before) + 1
    new = _own(changed, reference, middle + len(alt) // 2)
    old = _own(reference, changed, middle + len(ref) // 2)
    assert new is not None
    common = None if old else reference[middle - LENGTH // 2 :][:LENGTH]
    return Signature(new, old, common)


def _own(sequence: str, other: str, middle: int) -> str | None:
    """The part of ``sequence`` nearest to its ``middle`` that ``other`` does not have."""
    starts = range(len(sequence) - LENGTH + 1)
    for start in sorted(starts, key=lambda s: abs(s + LENGTH // 2 - middle)):
        if sequence[start : start + LENGTH] not in other:
            return sequence[start : start + LENGTH]
    return None


def fragments(bam: pysam.AlignmentFile, chrom: str, pos: int) -> dict[str, list[str]]:
    """Sequences of the reads near a 1-based position, soft-clipped ends included, by fragment."""
    found: dict[str, list[str]] = {}
    start, end = max(0, pos - REACH), pos + REACH
    for read in bam.fetch(chrom, start, min(end, bam.get_reference_length(chrom))):
        if not (read.is_duplicate or read.is_secondary or read.is_supplementary):
            found.setdefault(str(read.query_name), []).append(read.query_sequence or "")
    return found


def count(reads: Iterable[list[str]], signs: Signature) -> tuple[int, int]:
    """Fragments with the alternative allele, and fragments that show either."""
    carrying = everything = 0
    for pair in reads:
        has_alt = any(signs.alt in read for read in pair)
        other = signs.ref or signs.either or ""
        has_other = any(other in read for read in pair)
        carrying += has_alt
        everything += has_other if signs.ref is None else has_alt or has_other
    return carrying, everything


def reverse_complement(sequence: str) -> str:
    return sequence[::-1].translate(str.maketrans("ACGT", "TGCA"))


def pairs_with(paths: Iterable[tuple[str, str]], sequence: str) -> int:
    """Read pairs of FASTQ files that hold a sequence, or its other strand, in either read."""
    wanted = re.compile(f"{sequence}|{reverse_complement(sequence)}")
    total = 0
    for one, two in paths:
        with pysam.FastxFile(one) as first, pysam.FastxFile(two) as second:
            for a, b in zip(first, second, strict=True):
                total += bool(wanted.search(a.sequence or "") or wanted.search(b.sequence or ""))
    return total
