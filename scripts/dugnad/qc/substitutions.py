"""Count which bases the reads show on targets, by the orientation of the fragment.

Reads 1 on the plus strand and reads 2 on the minus strand are of the orientation F1R2; the others
are of F2R1. Both mates of a pair are of the same one. Damage of one strand before adapters are
ligated shows as a change in one orientation and as its complement in the other.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pysam

from dugnad.regions import Region

Counts = np.ndarray[Any, np.dtype[np.int64]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]

MIN_BASE_QUALITY, MIN_MAPPING_QUALITY = 20, 30
MIN_INSERT, MAX_INSERT = 60, 600
"""Picard's defaults of CollectSequencingArtifactMetrics, in bases of the fragment."""
_SKIPPED = 4 | 256 | 512 | 1024 | 2048  # unmapped, secondary, failed, duplicate, supplementary
_ALIGNED = frozenset({0, 7, 8})  # CIGAR M, = and X
_ON_READ = frozenset({0, 1, 4, 7, 8})
_ON_GENOME = frozenset({0, 2, 3, 7, 8})
_OTHER = 4

CODES: Bytes = np.full(256, _OTHER, np.uint8)
CODES[np.frombuffer(b"ACGTacgt", np.uint8)] = [0, 1, 2, 3, 0, 1, 2, 3]


@dataclass(frozen=True)
class Substitutions:
    """Bases by orientation (F1R2, F2R1), the genome's base and the read's, shape (2, 4, 4)."""

    counts: Counts
    reads: int


def count(
    bam: Path, fasta: Path, targets: Sequence[Region], max_reads: int, max_share: float
) -> Substitutions:
    """Count the bases of ``max_reads`` reads or a little more, target by target in random order.

    ``targets`` are merged. Bases that differ from the genome are left out where they are more
    than ``max_share`` of a position's bases: variants, not damage. The order of the targets is
    the same for the same targets.
    """
    order = list(targets)
    random.Random("substitutions").shuffle(order)
    total = np.zeros((2, 4, 4), np.int64)
    reads = 0
    with (
        pysam.AlignmentFile(str(bam), reference_filename=str(fasta)) as file,
        pysam.FastaFile(str(fasta)) as genome,
    ):
        for target in order:
            if reads >= max_reads:
                break
            seen, number = _at_target(file, target)
            reads += number
            if number:
                text = genome.fetch(target.chrom, target.start, target.end)
                reference = CODES[np.frombuffer(text.encode(), np.uint8)]
                total += by_reference(seen, reference, max_share)
    return Substitutions(total, reads)


def by_reference(seen: Counts, reference: Bytes, max_share: float) -> Counts:
    """Sum base counts, shape (2, bases, 4), by the genome's base to shape (2, 4, 4)."""
    both = seen.sum(axis=0)
    depth = both.sum(axis=1, keepdims=True)
    is_reference = reference[:, None] == np.arange(4)
    kept = is_reference | (both <= max_share * depth)
    total = np.zeros((2, 4, 4), np.int64)
    for base in range(4):
        here = reference == base
        total[:, base] = (seen[:, here] * kept[here]).sum(axis=1)
    return total


def _at_target(file: pysam.AlignmentFile, target: Region) -> tuple[Counts, int]:
    """Base counts at each position, shape (2, bases, 4), and the reads that were looked at."""
    bases: list[bytes] = []
    qualities: list[bytes] = []
    starts: list[int] = []
    lengths: list[int] = []
    sides: list[bool] = []
    reads = 0
    for read in file.fetch(target.chrom, target.start, target.end):
        if not _counts(read):
            continue
        reads += 1
        text, quality = read.query_sequence.encode(), bytes(read.query_qualities)
        for first, place, length in _blocks(read):
            bases.append(text[first : first + length])
            qualities.append(quality[first : first + length])
            starts.append(place - target.start)
            lengths.append(length)
            sides.append(read.is_read1 == read.is_reverse)
    if not bases:
        return np.zeros((2, target.length, 4), np.int64), reads
    return _tally(bases, qualities, starts, lengths, sides, target.length), reads


def _counts(read: pysam.AlignedSegment) -> bool:
    return bool(
        not read.flag & _SKIPPED
        and read.is_paired
        and read.mapping_quality >= MIN_MAPPING_QUALITY
        and MIN_INSERT <= abs(read.template_length) <= MAX_INSERT
        and read.query_qualities is not None
    )


def _blocks(read: pysam.AlignedSegment) -> Iterator[tuple[int, int, int]]:
    """Aligned stretches: first base in the read, place on the genome (0-based), and length."""
    first, place = 0, read.reference_start
    for kind, length in read.cigartuples:
        if kind in _ALIGNED:
            yield first, place, length
        if kind in _ON_READ:
            first += length
        if kind in _ON_GENOME:
            place += length


def _tally(
    bases: list[bytes],
    qualities: list[bytes],
    starts: list[int],
    lengths: list[int],
    sides: list[bool],
    width: int,
) -> Counts:
    """Good bases of stretches by side and position, shape (2, width, 4)."""
    code = CODES[np.frombuffer(b"".join(bases), np.uint8)]
    quality = np.frombuffer(b"".join(qualities), np.uint8)
    length = np.array(lengths)
    before = np.concatenate([[0], np.cumsum(length)[:-1]])
    place = np.arange(len(code)) + np.repeat(np.array(starts) - before, length)
    side = np.repeat(np.array(sides, dtype=np.int64), length)
    good = (quality >= MIN_BASE_QUALITY) & (code != _OTHER) & (place >= 0) & (place < width)
    index = ((side * width + place) * 4 + code)[good]
    return np.bincount(index, minlength=8 * width).reshape(2, width, 4)
