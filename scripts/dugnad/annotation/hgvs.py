"""HGVS names of small variants, with the library hgvs-weaver behind one small interface.

Which names, by the HGVS nomenclature (https://hgvs-nomenclature.org, version 21):

- The 3' rule is applied on the genome in the direction of the transcript before the library
  numbers the bases, so a deletion never slides over an exon-exon junction. ``genomic`` applies
  it on the plus strand.
- A protein name is a prediction: in parentheses, three-letter residues. A lost start is
  ``p.(Met1?)``. A change of coding bases whose effect on splicing is not known is ``p.?``.
  One that has no coding base (intron, UTR, promoter) has no protein name.
- Beyond the ends of a coding transcript, up to FLANK bases, positions count on as if the
  untranslated region did: TERT c.-124C>T, 45 bases upstream of the transcript. HGVS has no
  numbers there; clinical usage has. A non-coding transcript gets no name there.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import pysam
import weaver

from dugnad.alleles import Change, trim
from dugnad.annotation.transcripts import Interval, Transcript, Transcripts
from dugnad.errors import UserError

FLANK = 5000  # bases beyond a transcript within which a change is named; VEP's --distance
BLOCK = 4096  # bases of the reference fetched and kept at a time
MITOCHONDRIAL = frozenset({"chrM", "chrMT", "M", "MT"})  # another genetic code
STOPS = frozenset({"TAA", "TAG", "TGA"})

_COMPLEMENT = str.maketrans("ACGT", "TGCA")
_ALLELE = re.compile("[ACGT]+")
_NEW_STOP = re.compile(r"(?:fs|ext)(?:Ter)?[-\d?]*")
_RESIDUE = re.compile(r"[A-Z][a-z]{2}(\d+)")


@dataclass(frozen=True)
class HgvsNames:
    """The names of a change on one transcript, without its accession.

    ``c`` is "c.1798_1799delinsAA", or "n." on a non-coding transcript; ``p`` is "p.(Val600Lys)",
    or None where none applies. ``problem`` says why a name that should be there is not.
    """

    c: str | None
    p: str | None
    problem: str | None = None


def reverse_complement(bases: str) -> str:
    """The other strand of upper-case bases; N stays N."""
    return bases.translate(_COMPLEMENT)[::-1]


class HgvsNamer:
    """Names changes on the genome of a FASTA file, plain or bgzipped, with its index.

    Raises UserError when the FASTA file cannot be read or has none of the annotation's contigs.
    A namer keeps what it has read: make one and keep it. It is not for several threads.
    """

    def __init__(self, fasta: Path, transcripts: Transcripts) -> None:
        try:
            self._file = pysam.FastaFile(str(fasta))
        except (OSError, ValueError) as error:
            raise UserError(f"{fasta}: cannot be read: {error}") from error
        self.lengths = dict(zip(self._file.references, self._file.lengths, strict=True))
        contigs = sorted({transcript.chrom for transcript in transcripts})
        if contigs and not any(contig in self.lengths for contig in contigs):
            own = next(iter(self.lengths), "none")
            raise UserError(f"{fasta}: has {own}, ..., but the annotation {contigs[0]}, ...")
        self._block = lru_cache(maxsize=1024)(
            lambda chrom, index: self._file.fetch(chrom, index * BLOCK, (index + 1) * BLOCK).upper()
        )
        self._models = _Models(self)
        self._mapper = weaver.VariantMapper(self._models)

    def fetch(self, chrom: str, start: int, end: int) -> str:
        """Bases [start, end), 0-based, upper case; those beyond the contig are left out."""
        start, end = max(start, 0), min(end, self.lengths[chrom])
        first = start // BLOCK
        bases = "".join(self._block(chrom, i) for i in range(first, (end - 1) // BLOCK + 1))
        return bases[start - first * BLOCK : max(start, end) - first * BLOCK]

    def genomic(self, chrom: str, pos: int, ref: str, alt: str) -> str | None:
        """The g. name of VCF alleles at a 1-based position, "chr7:g.140753336A>T".

        None where there is none: symbolic alleles, or a REF that is not the reference's.
        """
        change = self._change(chrom, pos, ref, alt)
        if isinstance(change, str):
            return None
        return f"{chrom}:g.{self._spell(chrom, self._shift(chrom, change, '+'), '+')}"

    def span(self, chrom: str, pos: int, ref: str, alt: str) -> Interval:
        """Bases [start, end), 0-based, that the change touches wherever it is placed.

        An insertion or deletion in a repeat reads the same in several places; all count.
        """
        change = self._change(chrom, pos, ref, alt)
        if isinstance(change, str):
            return pos - 1, pos - 1 + len(ref)
        start = self._shift(chrom, change, "-").start
        return start, max(self._shift(chrom, change, "+").end, start + 1)

    def name(self, chrom: str, pos: int, ref: str, alt: str, transcript: Transcript) -> HgvsNames:
        """The names of VCF alleles at a 1-based position on a transcript; never raises.

        What cannot be named (symbolic alleles, a REF that is not the reference's, a coding
        sequence without its start, a change further away than FLANK) says so in ``problem``.
        """
        change = self._change(chrom, pos, ref, alt)
        if not isinstance(change, Change):
            return HgvsNames(None, None, change)
        if problem := _out_of_reach(chrom, change, transcript):
            return HgvsNames(None, None, problem)
        ends = {strand: self._shift(chrom, change, strand) for strand in "+-"}
        spelt = self._spell(chrom, ends[transcript.strand], transcript.strand)
        c: str | None = None
        try:
            accession = self._models.register(transcript)
            coding = self._mapper.g_to_c(weaver.parse(f"NC_{chrom}:g.{spelt}"), accession)
            c = _count_on(coding.format().partition(":")[2], transcript)
            if not any(transcript.touches_coding(end.start, end.end) for end in ends.values()):
                return HgvsNames(c, None)
            return _checked(c, self._mapper.c_to_p(coding, "p").format(), transcript)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of the library is not an Exception
            reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
            return HgvsNames(c, None, f"{'p.' if c else 'c.'}: {reason}")

    def _change(self, chrom: str, pos: int, ref: str, alt: str) -> Change | str:
        """The trimmed change, or what is wrong with it."""
        ref, alt = ref.upper(), alt.upper()
        if not (_ALLELE.fullmatch(ref) and _ALLELE.fullmatch(alt)):
            return f"only alleles of A, C, G, T have names (REF {ref[:20]}, ALT {alt[:20]})"
        if ref == alt:
            return "REF and ALT are the same"
        if chrom not in self.lengths or pos < 1:
            return f"the reference has no {chrom}:{pos}"
        if (found := self.fetch(chrom, pos - 1, pos - 1 + len(ref))) != ref:
            return f"REF {ref[:20]} is not the reference's {found[:20]} at {chrom}:{pos}"
        return trim(pos, ref, alt)

    def _shift(self, chrom: str, change: Change, strand: str) -> Change:
        """An insertion or deletion moved as far 3' of the strand as it reads the same."""
        if change.ref and change.alt:
            return change
        bases, size, moved = change.ref or change.alt, len(change.ref or change.alt), 0
        edge, step, back = (change.end, 1, 0) if strand == "+" else (change.start - 1, -1, 1)
        while self.fetch(chrom, edge + moved, edge + moved + 1) == bases[(moved - back) % size]:
            moved += step
        turn = moved % size
        ref, alt = (word[turn:] + word[:turn] if word else "" for word in (change.ref, change.alt))
        return Change(change.start + moved, change.end + moved, ref, alt)

    def _spell(self, chrom: str, change: Change, strand: str) -> str:
        """A shifted change in HGVS on the plus strand, without accession: "5del", "5_6insA"."""
        start, end, ref, alt = change.start, change.end, change.ref, change.alt
        place = str(end) if end - start == 1 else f"{start + 1}_{end}"
        if not ref:
            first = start - len(alt) if strand == "+" else start
            last = first + len(alt)
            if first >= 0 and self.fetch(chrom, first, last) == alt:
                return f"{last}dup" if len(alt) == 1 else f"{first + 1}_{last}dup"
            return f"{start}_{start + 1}ins{alt}"
        if not alt:
            return f"{place}del"
        if len(ref) == len(alt) == 1:
            return f"{place}{ref}>{alt}"
        return f"{place}inv" if ref == reverse_complement(alt) else f"{place}delins{alt}"


def coding_span(transcript: Transcript) -> Interval | None:
    """Index of the first and of the last coding base in the spliced transcript, both inclusive."""
    if transcript.cds is None:
        return None
    lower, upper = transcript.cds
    if transcript.strand == "+":
        first = sum(max(0, min(end, lower) - start) for start, end in transcript.exons)
    else:
        first = sum(max(0, end - max(start, upper)) for start, end in transcript.exons)
    return first, first + transcript.coding_length - 1


def _count_on(c: str, transcript: Transcript) -> str:
    """The library's name with c.-79-45 as c.-124 and c.*10+21 as c.*31 beyond the transcript.

    The outermost bases have no intron on that side, so such a position is never intronic.
    Without a coding sequence the library writes c. for n.
    """
    span = coding_span(transcript)
    if span is None or not ("+" in c or "-" in c):
        return c if span else "n." + c[2:]
    beyond = sum(end - start for start, end in transcript.exons) - span[1] - 1
    left = re.escape(f"-{span[0]}" if span[0] else "1")
    right = re.escape(f"*{beyond}" if beyond else str(transcript.coding_length))
    c = re.sub(rf"(?<=[._]){left}-(\d+)", lambda match: f"-{span[0] + int(match[1])}", c)
    return re.sub(rf"(?<=[._]){right}\+(\d+)", lambda match: f"*{beyond + int(match[1])}", c)


def _out_of_reach(chrom: str, change: Change, transcript: Transcript) -> str | None:
    if chrom != transcript.chrom:
        return f"transcript {transcript.name} is on {transcript.chrom}"
    inside = transcript.start <= change.start and change.end <= transcript.end
    if transcript.cds is None and not inside:
        return f"n. has no numbers beyond the ends of {transcript.name}"
    if change.end <= transcript.start - FLANK or change.start >= transcript.end + FLANK:
        return f"{FLANK} bases or more away from {transcript.name}"
    return None


def _checked(c: str, protein: str, transcript: Transcript) -> HgvsNames:
    """The names, unless the protein's cannot be right."""
    p = protein.partition(":")[2]
    if transcript.chrom in MITOCHONDRIAL:
        return HgvsNames(c, None, "p.: the mitochondrial genetic code is not supported")
    named = (int(number) for number in _RESIDUE.findall(_NEW_STOP.sub("", p)))
    if max(named, default=0) > transcript.coding_length // 3:
        return HgvsNames(c, "p.?", f"p.: the library's {p} names a residue beyond the stop")
    return HgvsNames(c, p)


class _Models:
    """Answers the library's questions (its DataProvider protocol): models and bases.

    It cannot parse "17:g.1A>T": towards it, contigs are NC_17 and transcripts NM_ENST....
    """

    def __init__(self, namer: HgvsNamer) -> None:
        self._namer = namer
        self._sequences: dict[str, str] = {}
        self._models: dict[str, dict[str, Any]] = {}

    def register(self, transcript: Transcript) -> str:
        """Make a transcript known; returns the accession the library is to use."""
        accession = f"NM_{transcript.id}"
        if accession not in self._models:
            exons = (self._namer.fetch(transcript.chrom, *exon) for exon in transcript.exons)
            if transcript.strand == "-":
                exons = (reverse_complement(bases) for bases in exons)
            self._sequences[accession] = "".join(exons)
            self._models[accession] = self._model(accession, transcript)
        return accession

    def _model(self, accession: str, transcript: Transcript) -> dict[str, Any]:
        strand = 1 if transcript.strand == "+" else -1
        ends = list(accumulate(end - start for start, end in transcript.exons))
        model: dict[str, Any] = {
            "ac": accession,
            "gene": transcript.gene,
            "strand": strand,
            "reference_accession": f"NC_{transcript.chrom}",
            "cds_start_index": None,
            "cds_end_index": None,
            "exons": [
                {
                    "transcript_start": offset,
                    "transcript_end": offset + end - start,
                    "reference_start": start,
                    "reference_end": end - 1,  # inclusive, unlike transcript_end
                    "alt_strand": strand,
                    "cigar": f"{end - start}=",
                }
                for offset, (start, end) in zip([0, *ends], transcript.exons, strict=False)
            ],
        }
        if span := coding_span(transcript):
            bases = self._sequences[accession]
            no_start = span[0] == 0 and bases[:3] != "ATG"
            model["cds_start_index"], model["cds_end_index"] = span
            model["cds_start_open"] = transcript.cds_phase > 0 or no_start
            model["cds_end_open"] = bases[span[1] - 2 : span[1] + 1] not in STOPS
        return model

    def get_transcript(self, transcript_ac: str, _reference_ac: str | None) -> dict[str, Any]:
        return self._models[transcript_ac]

    def get_seq(self, ac: str, start: int, end: int | None, _kind: object) -> str:
        if ac in self._sequences:
            return self._sequences[ac][start:end]
        chrom = ac.removeprefix("NC_")
        return self._namer.fetch(chrom, start, self._namer.lengths[chrom] if end is None else end)
