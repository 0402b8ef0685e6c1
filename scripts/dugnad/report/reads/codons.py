"""The codons of a transcript that lie in a window, with their residues."""

from collections.abc import Iterator
from dataclasses import dataclass

import pysam

from dugnad.annotation.spliced import reverse_complement, translate
from dugnad.annotation.transcript import Interval, Transcript


@dataclass(frozen=True)
class Codon:
    """A codon's number, one-letter residue ("*" a stop), and its bases within the window.

    ``parts`` are 0-based half-open on the genome; several where an intron divides it.
    """

    number: int
    residue: str
    parts: tuple[Interval, ...]


def codons(fasta: pysam.FastaFile, transcript: Transcript, start: int, end: int) -> Iterator[Codon]:
    """Codons with a base in [start, end), in the direction of the transcript.

    Those that are not whole, at an end of the coding sequence that is not known, are left out.
    """
    places = _coding_places(transcript, start, end)
    pad = -transcript.cds_phase % 3
    last = (transcript.coding_length + pad) // 3 - 1
    numbers = sorted({(index + pad) // 3 for index, _ in places})
    within = {index: place for index, place in places if start <= place < end}
    every = dict(places)
    for number in numbers:
        indices = [3 * number - pad + n for n in range(3)]
        if any(index not in every for index in indices):
            continue
        here = [within[index] for index in indices if index in within]
        if here:
            bases = "".join(_base(fasta, transcript, every[index]) for index in indices)
            residue = "U" if bases == "TGA" and number < last else translate(bases)
            yield Codon(number + 1, residue, tuple(_joined(here)))


def _coding_places(transcript: Transcript, start: int, end: int) -> list[tuple[int, int]]:
    """Coding bases of the window and two more on either side: index when spliced, and place."""
    before = 0
    found: list[tuple[int, int]] = []
    forward = transcript.strand == "+"
    inside = {
        n for n, (low, high) in enumerate(transcript.coding_exons) if low < end and start < high
    }
    for number, (low, high) in enumerate(transcript.coding_exons):
        near = number in inside
        beside = {number - 1, number + 1} & inside
        for index in range(high - low) if near or beside else ():
            place = low + index if forward else high - 1 - index
            at_edge = index < 2 or index >= high - low - 2
            if (near and start - 2 <= place < end + 2) or at_edge:
                found.append((before + index, place))
        before += high - low
    return found


def _base(fasta: pysam.FastaFile, transcript: Transcript, place: int) -> str:
    base = str(fasta.fetch(transcript.chrom, place, place + 1)).upper()
    return base if transcript.strand == "+" else reverse_complement(base)


def _joined(places: list[int]) -> Iterator[Interval]:
    """Single bases as stretches."""
    ordered = sorted(places)
    first = ordered[0]
    for one, two in zip(ordered, [*ordered[1:], None], strict=True):
        if two is None or two != one + 1:
            yield first, one + 1
            first = two if two is not None else first
