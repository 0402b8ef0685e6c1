"""The genomes of a sample's molecules, and the maps between them and the reference."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dugnad.demo.hgvs import Allele
from dugnad.demo.interval import Interval
from dugnad.demo.library import Bytes, Floats, Ints
from dugnad.demo.molecules import Molecules

COMPLEMENT: Bytes = np.zeros(256, np.uint8)
COMPLEMENT[list(b"ACGTN")] = list(b"TGCAN")
UNKNOWN = ord("N")


def as_bytes(sequence: str) -> Bytes:
    """``sequence`` as an array of its letters' codes."""
    return np.frombuffer(sequence.encode("ascii"), np.uint8)


def reverse_bytes(sequence: Bytes) -> Bytes:
    """The other strand of ``sequence``, read 5' to 3'."""
    return COMPLEMENT[sequence[::-1]]


@dataclass(frozen=True)
class Stretch:
    """Reference bases ``start`` to ``end`` as they lie in a molecule, perhaps ``turned``.

    ``own_start`` and ``own_end`` are the molecule's positions. The arrays have one row per
    allele that changes the length: its place in the stretch and the lengths of either allele;
    row 0 is an empty allele in front.
    """

    start: int
    end: int
    own_start: int
    own_end: int
    turned: bool
    places: Ints
    ref_lengths: Ints
    alt_lengths: Ints

    @property
    def _shifts(self) -> Ints:
        return np.cumsum(self.alt_lengths - self.ref_lengths)

    def own(self, positions: Ints) -> Ints:
        """Reference positions of this stretch on the molecule; a deleted base takes the place
        of the last base left of its allele."""
        local = positions - self.start
        row = np.searchsorted(self.places, local, "right") - 1
        shift = self._shifts[row]
        within = local - self.places[row]
        before = shift - (self.alt_lengths - self.ref_lengths)[row]
        last = np.maximum(self.alt_lengths[row] - 1, 0)
        inside = within < self.ref_lengths[row]
        moved = np.where(
            inside, self.places[row] + before + np.minimum(within, last), local + shift
        )
        return self.own_end - 1 - moved if self.turned else self.own_start + moved

    def reference(self) -> Ints:
        """The reference position of each of the molecule's positions in this stretch, in the
        molecule's order; an inserted base has that of the last reference base of its allele."""
        parts = []
        after = [*self.places[1:], self.end - self.start]
        for place, ref, alt, following in zip(
            self.places, self.ref_lengths, self.alt_lengths, after, strict=True
        ):
            parts.append(place + np.minimum(np.arange(alt), ref - 1))
            parts.append(np.arange(place + ref, following))
        positions = self.start + np.concatenate(parts)
        return positions[::-1] if self.turned else positions

    def interval(self, start: int, end: int) -> tuple[int, int]:
        """Reference bases ``start`` to ``end`` on the molecule, with what is inserted after the
        base before ``start``."""
        cuts = []
        for cut in (start, end):
            if cut == self.start:
                cuts.append(self.own_end if self.turned else self.own_start)
            else:
                at = int(self.own(np.array([cut - 1]))[0])
                cuts.append(at if self.turned else at + 1)
        return min(cuts), max(cuts)


@dataclass(frozen=True)
class OwnContig:
    """A contig of a molecule: its bases and the stretches of the reference, in order."""

    sequence: Bytes
    stretches: tuple[Stretch, ...]

    @property
    def plain(self) -> bool:
        """Whether every position is the reference's."""
        return all(len(s.places) == 1 and not s.turned for s in self.stretches)

    def stretch(self, position: int) -> Stretch:
        """The stretch with a reference position; ValueError outside the contig."""
        for stretch in self.stretches:
            if stretch.start <= position < stretch.end:
                return stretch
        raise ValueError(f"position {position} is outside the contig")

    def reference(self) -> Ints:
        """The reference position of each of the contig's own positions."""
        return np.concatenate([stretch.reference() for stretch in self.stretches])

    def interval(self, start: int, end: int) -> tuple[int, int, bool]:
        """Own start and end of reference bases ``start`` to ``end``, and whether turned.

        ValueError when an inversion ends inside.
        """
        stretch = self.stretch(start)
        if end > stretch.end:
            raise ValueError(f"an inversion ends between {start} and {end}")
        return *stretch.interval(start, end), stretch.turned


def own_contig(
    reference: Bytes, alleles: Iterable[Allele], inversions: Iterable[Interval]
) -> OwnContig:
    """``reference`` with the ``alleles`` put in and the ``inversions`` turned.

    Both are of this contig and on the reference. ValueError when an allele's reference bases do
    not stand there, alleles overlap, or one lies across an inversion's end.
    """
    ordered = sorted(alleles, key=lambda allele: allele.position)
    turns = sorted((item.start, item.end) for item in inversions)
    cuts = sorted({0, len(reference), *(cut for turn in turns for cut in turn)})
    parts: list[Bytes] = []
    stretches: list[Stretch] = []
    own = 0
    for start, end in pairwise(cuts):
        inside = [a for a in ordered if start < a.position <= end]
        turned = (start, end) in turns
        bases = _with_alleles(reference, start, end, inside)
        stretch = _stretch(start, end, own, len(bases), turned, inside)
        parts.append(reverse_bytes(bases) if turned else bases)
        stretches.append(stretch)
        own = stretch.own_end
    return OwnContig(np.concatenate(parts), tuple(stretches))


def _with_alleles(reference: Bytes, start: int, end: int, alleles: Sequence[Allele]) -> Bytes:
    parts, done = [], start
    for allele in alleles:
        first = allele.position - 1
        last = first + len(allele.ref)
        if first < done or last > end:
            raise ValueError(f"{allele} overlaps another allele or an inversion's end")
        if reference[first:last].tobytes() != allele.ref.encode():
            raise ValueError(f"{allele} does not fit the genome")
        parts += [reference[done:first], as_bytes(allele.alt)]
        done = last
    return np.concatenate([*parts, reference[done:end]])


def _stretch(
    start: int, end: int, own: int, length: int, turned: bool, alleles: Sequence[Allele]
) -> Stretch:
    changing = [a for a in alleles if len(a.ref) != len(a.alt)]
    rows = [(0, 0, 0)] + [(a.position - 1 - start, len(a.ref), len(a.alt)) for a in changing]
    places, refs, alts = np.array(rows, np.int64).T
    return Stretch(start, end, own, own + length, turned, places, refs, alts)


@dataclass(frozen=True)
class ClassGenome:
    """The contigs of one ``Molecules`` and where each begins in the pool of all sequence."""

    molecules: Molecules
    contigs: dict[str, OwnContig]
    offsets: dict[str, int]

    def copies(self, contig: str, length: int) -> Floats:
        """Weight times number of copies of each reference position of ``contig``."""
        counts = np.zeros(length)
        for item in self.molecules.copies:
            if item.contig == contig:
                counts[item.start : item.end] += item.number
        return counts * self.molecules.weight


def class_genomes(
    contigs: dict[str, str], molecules: Sequence[Molecules]
) -> tuple[list[ClassGenome], Bytes]:
    """The genome of each ``Molecules``, and one pool with all their sequence.

    Contigs with the same alleles and inversions, or none, share one place in the pool.
    """
    reference = {name: as_bytes(sequence) for name, sequence in contigs.items()}
    kept: dict[tuple[object, ...], tuple[OwnContig, int]] = {}
    filled = 0
    genomes = []
    for item in molecules:
        own, offsets = {}, {}
        for name, bases in reference.items():
            alleles = tuple(a for a in item.alleles if a.contig == name)
            turns = tuple(i for i in item.inversions if i.contig == name)
            key = (name, alleles, turns)
            if key not in kept:
                kept[key] = own_contig(bases, alleles, turns), filled
                filled += len(kept[key][0].sequence)
            own[name], offsets[name] = kept[key]
        genomes.append(ClassGenome(item, own, offsets))
    return genomes, np.concatenate([contig.sequence for contig, _ in kept.values()])
