"""HGVS names of small variants.

Which names, by the HGVS nomenclature (https://hgvs-nomenclature.org, version 21):

- The 3' rule is applied on the genome in the direction of the transcript before the bases are
  numbered, so a deletion never slides over an exon-exon junction. ``genomic`` applies it on the
  plus strand.
- A protein name is a prediction: in parentheses, three-letter residues. A lost start is
  ``p.(Met1?)``. A change of coding bases whose effect on splicing is not known is ``p.?``.
  One that has no coding base (intron, UTR, promoter) has no protein name.
- Beyond the ends of a coding transcript, up to FLANK bases, positions count on (see
  ``numbering``). A non-coding transcript gets no name there.

Positions are counted by ``numbering``; protein names come from the library hgvs-weaver behind
``protein``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dugnad.alleles import Change
from dugnad.annotation.codons import Edit, edit_of
from dugnad.annotation.numbering import describe
from dugnad.annotation.places import FLANK
from dugnad.annotation.protein import ProteinError, ProteinNamer, substitution
from dugnad.annotation.reference import Placed, Reference
from dugnad.annotation.spliced import Spliced, reverse_complement
from dugnad.annotation.transcript import Interval, Transcript
from dugnad.errors import UserError

__all__ = ["FLANK", "HgvsNamer", "HgvsNames", "reverse_complement"]

_INTRONIC = re.compile(r"\d[+-]\d")
MITOCHONDRIAL = frozenset({"chrM", "chrMT", "M", "MT"})  # another genetic code


@dataclass(frozen=True)
class HgvsNames:
    """The names of a change on one transcript, without its accession.

    ``c`` is "c.1798_1799delinsAA", or "n." on a non-coding transcript; ``p`` is "p.(Val600Lys)",
    or None where none applies. ``problem`` says why a name that should be there is not.
    """

    c: str | None
    p: str | None
    problem: str | None = None


class HgvsNamer:
    """Names changes on the genome of a FASTA file, plain or bgzipped, with its index.

    Raises UserError when the FASTA file cannot be read or has none of the annotation's contigs.
    A namer keeps what it has read: make one and keep it. It is not for several threads.
    """

    def __init__(self, fasta: Path, transcripts: Iterable[Transcript]) -> None:
        self.reference = Reference(fasta)
        self.lengths = self.reference.lengths
        self.fetch = self.reference.fetch
        contigs = sorted({transcript.chrom for transcript in transcripts})
        if contigs and not any(contig in self.lengths for contig in contigs):
            own = next(iter(self.lengths), "none")
            raise UserError(f"{fasta}: has {own}, ..., but the annotation {contigs[0]}, ...")
        self._proteins = ProteinNamer()

    def genomic(self, chrom: str, pos: int, ref: str, alt: str) -> str | None:
        """The g. name of VCF alleles at a 1-based position, "chr7:g.140753336A>T".

        None where there is none: symbolic alleles, or a REF that is not the reference's.
        """
        placed = self.reference.place(chrom, pos, ref, alt)
        return None if isinstance(placed, str) else genomic_name(placed)

    def span(self, chrom: str, pos: int, ref: str, alt: str) -> Interval:
        """Bases [start, end), 0-based, that the change touches wherever it is placed.

        An insertion or deletion in a repeat reads the same in several places; all count.
        """
        placed = self.reference.place(chrom, pos, ref, alt)
        return (pos - 1, pos - 1 + len(ref)) if isinstance(placed, str) else placed.span

    def name(self, chrom: str, pos: int, ref: str, alt: str, transcript: Transcript) -> HgvsNames:
        """The names of VCF alleles at a 1-based position on a transcript; never raises.

        What cannot be named (symbolic alleles, a REF that is not the reference's, a coding
        sequence without its start, a change further away than FLANK) says so in ``problem``.
        """
        placed = self.reference.place(chrom, pos, ref, alt)
        if isinstance(placed, str):
            return HgvsNames(None, None, placed)
        return self.names(placed, transcript)

    def names(self, placed: Placed, transcript: Transcript, library: bool = True) -> HgvsNames:
        """The names of a placed change on a transcript; never raises.

        ``library``: protein names are the library's, also of one changed codon.
        """
        change = placed.change
        if problem := _out_of_reach(placed.chrom, change, transcript):
            return HgvsNames(None, None, problem)
        if transcript.cds is None:
            return _named_without_coding(placed, transcript)
        ends = {(end.start, end.end) for end in (placed.plus, placed.minus)}
        coding = any(transcript.touches_coding(*end) for end in ends)
        spliced = self.reference.spliced(transcript)
        if problem := _unnumbered(transcript, spliced, change):
            return HgvsNames(None, None, problem)
        c = _described(placed, transcript)
        if not coding:
            return HgvsNames(c, None)
        if transcript.chrom in MITOCHONDRIAL:
            return HgvsNames(c, None, "p.: the mitochondrial genetic code is not supported")
        return self._with_protein(placed, transcript, spliced, c, library)

    def _with_protein(
        self, placed: Placed, transcript: Transcript, spliced: Spliced, c: str, library: bool
    ) -> HgvsNames:
        edit = edit_of(transcript, placed.on(transcript.strand))
        if edit is None or _INTRONIC.search(c):
            return HgvsNames(c, "p.?")
        if edit.end <= 0 or edit.start >= len(spliced.coding):
            return HgvsNames(c, None)
        quick = None if library else substitution(spliced, edit)
        if quick is not None:
            return HgvsNames(c, quick)
        if spliced.selenocysteines:
            return _of_selenoprotein(spliced, edit, c)
        try:
            return HgvsNames(c, self._proteins.name(transcript.id, spliced, edit, c))
        except ProteinError as error:
            beyond = "beyond the stop" in str(error)
            return HgvsNames(c, "p.?" if beyond else None, f"p.: {error}")


def genomic_name(placed: Placed) -> str:
    """The g. name of a placed change."""
    shifted = placed.plus
    start, end, ref, alt = shifted.start, shifted.end, shifted.ref, shifted.alt
    if placed.duplicated.get("+"):
        start, end = start - len(alt), start
    place = str(end) if end - start == 1 else f"{start + 1}_{end}"
    if placed.duplicated.get("+"):
        return f"{placed.chrom}:g.{place}dup"
    if not ref:
        return f"{placed.chrom}:g.{start}_{start + 1}ins{alt}"
    if not alt:
        return f"{placed.chrom}:g.{place}del"
    if len(ref) == len(alt) == 1:
        return f"{placed.chrom}:g.{place}{ref}>{alt}"
    is_inversion = ref == reverse_complement(alt)
    return f"{placed.chrom}:g.{place}{'inv' if is_inversion else f'delins{alt}'}"


def _described(placed: Placed, transcript: Transcript) -> str:
    duplicated = placed.duplicated.get(transcript.strand, False)
    return describe(transcript, placed.on(transcript.strand), duplicated)


def _named_without_coding(placed: Placed, transcript: Transcript) -> HgvsNames:
    try:
        return HgvsNames(_described(placed, transcript), None)
    except ValueError as error:
        return HgvsNames(None, None, str(error))


def _out_of_reach(chrom: str, change: Change, transcript: Transcript) -> str | None:
    if chrom != transcript.chrom:
        return f"transcript {transcript.name} is on {transcript.chrom}"
    if change.end <= transcript.start - FLANK or change.start >= transcript.end + FLANK:
        return f"{FLANK} bases or more away from {transcript.name}"
    return None


def _unnumbered(transcript: Transcript, spliced: Spliced, change: Change) -> str | None:
    """Why positions have no c. number: the coding sequence lacks the end they count from."""
    if spliced.open_start:
        return "c.: the coding sequence is open at the 5' end"
    lower, upper = transcript.cds or (0, 0)
    after = change.end > upper if transcript.strand == "+" else change.start < lower
    return "c.: the coding sequence is open at the 3' end" if spliced.open_end and after else None


def _of_selenoprotein(spliced: Spliced, edit: Edit, c: str) -> HgvsNames:
    """The library takes selenocysteine's TGA for a stop: one changed codon only has a name."""
    quick = substitution(spliced, edit)
    problem = "p.: selenocysteine, or a stop within the coding sequence, is not supported"
    return HgvsNames(c, quick or "p.?", None if quick else problem)
