"""The reference's bases, and a change placed on them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pysam

from dugnad.alleles import Change, trim
from dugnad.annotation.spliced import Spliced, reverse_complement
from dugnad.annotation.transcript import Interval, Transcript
from dugnad.errors import UserError

BLOCK = 4096  # bases of the reference fetched and kept at a time
STOPS = frozenset({"TAA", "TAG", "TGA"})

_ALLELE = re.compile("[ACGT]+")


@dataclass(frozen=True)
class Placed:
    """A change of the reference's bases, and where the 3' rule puts it on each strand.

    ``duplicated`` says of an insertion, by strand, whether its bases are those before it.
    """

    chrom: str
    change: Change
    plus: Change
    minus: Change
    duplicated: dict[str, bool]

    def on(self, strand: str) -> Change:
        """The change as far 3' of a strand as it reads the same."""
        return self.plus if strand == "+" else self.minus

    @property
    def span(self) -> Interval:
        """Bases [start, end), 0-based, that the change touches wherever it is placed."""
        return self.minus.start, max(self.plus.end, self.minus.start + 1)


class Reference:
    """The genome of a FASTA file, plain or bgzipped, with its index; upper case.

    Raises UserError when the file cannot be read. It keeps what it has read, within bounds; it is
    not for several threads.
    """

    def __init__(self, fasta: Path) -> None:
        self.path = fasta
        try:
            self._file = pysam.FastaFile(str(fasta))
        except (OSError, ValueError) as error:
            raise UserError(f"{fasta}: cannot be read: {error}") from error
        self.lengths = dict(zip(self._file.references, self._file.lengths, strict=True))
        self._block = lru_cache(maxsize=1024)(self._read_block)
        self.spliced = lru_cache(maxsize=2048)(self._spliced)

    def _read_block(self, chrom: str, index: int) -> str:
        bases: str = self._file.fetch(chrom, index * BLOCK, (index + 1) * BLOCK)
        return bases.upper()

    def fetch(self, chrom: str, start: int, end: int) -> str:
        """Bases [start, end), 0-based, upper case; those beyond the contig are left out."""
        start, end = max(start, 0), min(end, self.lengths[chrom])
        first = start // BLOCK
        if first == (end - 1) // BLOCK:
            bases = self._block(chrom, first)
        else:
            last = (end - 1) // BLOCK
            bases = "".join(self._block(chrom, index) for index in range(first, last + 1))
        return bases[start - first * BLOCK : max(start, end) - first * BLOCK]

    def place(self, chrom: str, pos: int, ref: str, alt: str) -> Placed | str:
        """VCF alleles at a 1-based position as a placed change, or what is wrong with them."""
        ref, alt = ref.upper(), alt.upper()
        if not (_ALLELE.fullmatch(ref) and _ALLELE.fullmatch(alt)):
            return f"only alleles of A, C, G, T have names (REF {ref[:20]}, ALT {alt[:20]})"
        if ref == alt:
            return "REF and ALT are the same"
        if chrom not in self.lengths or pos < 1:
            return f"the reference has no {chrom}:{pos}"
        if (found := self.fetch(chrom, pos - 1, pos - 1 + len(ref))) != ref:
            return f"REF {ref[:20]} is not the reference's {found[:20]} at {chrom}:{pos}"
        change = trim(pos, ref, alt)
        if change.ref and change.alt:
            return Placed(chrom, change, change, change, {})
        plus, minus = (self._shift(chrom, change, strand) for strand in "+-")
        duplicated: dict[str, bool] = {}
        if not change.ref:
            size = len(change.alt)
            before = self.fetch(chrom, plus.start - size, plus.start)
            after = self.fetch(chrom, minus.start, minus.start + size)
            duplicated = {"+": before == plus.alt, "-": after == minus.alt}
        return Placed(chrom, change, plus, minus, duplicated)

    def _shift(self, chrom: str, change: Change, strand: str) -> Change:
        """An insertion or deletion moved as far 3' of the strand as it reads the same."""
        bases, size, moved = change.ref or change.alt, len(change.ref or change.alt), 0
        edge, step, back = (change.end, 1, 0) if strand == "+" else (change.start - 1, -1, 1)
        while self.fetch(chrom, edge + moved, edge + moved + 1) == bases[(moved - back) % size]:
            moved += step
        turn = moved % size
        ref, alt = (word[turn:] + word[:turn] if word else "" for word in (change.ref, change.alt))
        return Change(change.start + moved, change.end + moved, ref, alt)

    def _spliced(self, transcript: Transcript) -> Spliced:
        """The bases of a coding transcript; ValueError of another."""
        if (span := transcript.coding_span) is None:
            raise ValueError(f"{transcript.name} has no coding sequence")
        exons: Iterable[str] = (self.fetch(transcript.chrom, *exon) for exon in transcript.exons)
        if transcript.strand == "-":
            exons = map(reverse_complement, exons)
        bases = "".join(exons)
        coding = bases[span[0] : span[1] + 1]
        pad = -transcript.cds_phase % 3
        whole = len(coding) >= 3 and coding[-3:] in STOPS and not (len(coding) + pad) % 3
        return Spliced(
            before=bases[: span[0]],
            coding=coding,
            after=bases[span[1] + 1 :],
            pad=pad,
            open_start=bool(pad) or (span[0] == 0 and not coding.startswith("ATG")),
            open_end=not whole,
        )
