"""Genes and transcripts, and the ways between coding, gene and genome positions.

Gene positions are 0-based along the gene's own strand, 5' to 3'; genome positions are 0-based
along the contig's forward strand. Intervals are half-open.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from dugnad.demo.sequence import reverse_complement
from dugnad.errors import UserError

_POSITION = re.compile(r"(?P<zone>[-*]?)(?P<base>\d+)(?P<offset>[+-]\d+)?")


@dataclass(frozen=True)
class Exon:
    """An exon as an interval of gene positions; ``rank`` is its number in the gene."""

    rank: int
    start: int
    end: int


@dataclass(frozen=True)
class Transcript:
    """A protein-coding transcript; ``utr5`` and ``coding`` are lengths in spliced bases."""

    id: str
    preferred: bool
    exons: tuple[Exon, ...]
    utr5: int
    coding: int

    @cached_property
    def spliced(self) -> tuple[int, ...]:
        """Gene position of each base of the mature transcript."""
        return tuple(i for exon in self.exons for i in range(exon.start, exon.end))

    @cached_property
    def coding_positions(self) -> tuple[int, ...]:
        """Gene position of each coding base, start and stop codons included."""
        return self.spliced[self.utr5 : self.utr5 + self.coding]

    def codon(self, number: int) -> tuple[int, int]:
        """Gene interval of codon ``number`` (1-based); ValueError when an intron divides it."""
        bases = self.coding_positions[3 * number - 3 : 3 * number]
        if len(bases) < 3 or bases[2] - bases[0] != 2:
            raise ValueError(f"codon {number} is not within one exon of {self.id}")
        return bases[0], bases[2] + 1

    def position(self, text: str) -> int:
        """Gene position of a c. position such as ``35``, ``-124``, ``*7``, ``919+13``, ``97-2``.

        Upstream of the transcript and behind its end, numbering goes on without a gap.
        Raises ValueError when the text is no such position or an offset starts inside an exon.
        """
        match = _POSITION.fullmatch(text)
        if match is None or int(match["base"]) == 0:
            raise ValueError(f"'{text}' is not a coding position")
        base = int(match["base"])
        index = {"": base - 1, "-": -base, "*": self.coding + base - 1}[match["zone"]] + self.utr5
        offset = int(match["offset"] or 0)
        last = len(self.spliced) - 1
        inside = self.spliced[min(max(index, 0), last)]
        place = inside + min(index, 0) + max(index - last, 0)
        if offset > 0 and place + 1 not in {exon.end for exon in self.exons}:
            raise ValueError(f"'{text}': base {base} is not the last of an exon")
        if offset < 0 and place not in {exon.start for exon in self.exons}:
            raise ValueError(f"'{text}': base {base} is not the first of an exon")
        return place + offset


@dataclass(frozen=True)
class Gene:
    """A gene with its sequence (own strand, flanked upstream and downstream) and transcripts.

    ``start`` is the genome position of the sequence's lowest base; the first transcript is
    the preferred one.
    """

    id: str
    name: str
    contig: str
    strand: Literal["+", "-"]
    start: int
    sequence: str
    transcripts: tuple[Transcript, ...]

    @property
    def preferred(self) -> Transcript:
        """The transcript that variants are named on."""
        return self.transcripts[0]

    @property
    def forward(self) -> str:
        """The gene's sequence as it stands in the contig."""
        return self.sequence if self.strand == "+" else reverse_complement(self.sequence)

    def on_genome(self, start: int, end: int) -> tuple[int, int]:
        """Genome interval of the gene interval ``start`` to ``end``."""
        if self.strand == "+":
            return self.start + start, self.start + end
        top = self.start + len(self.sequence)
        return top - end, top - start

    def from_genome(self, position: int) -> int:
        """Gene position of the 0-based genome ``position``."""
        offset = position - self.start
        return offset if self.strand == "+" else len(self.sequence) - 1 - offset

    def bases(self, transcript: Transcript) -> str:
        """The mature transcript's sequence."""
        return "".join(self.sequence[exon.start : exon.end] for exon in transcript.exons)

    def from_start_codon(self, transcript: Transcript) -> str:
        """The mature transcript's sequence from its start codon to its end (3' UTR included)."""
        return self.bases(transcript)[transcript.utr5 :]

    def coding(self, transcript: Transcript) -> str:
        """The coding sequence, start and stop codons included."""
        return self.from_start_codon(transcript)[: transcript.coding]


def by_name(genes: tuple[Gene, ...], name: str) -> Gene:
    """The gene called ``name``; UserError when the recipe has none."""
    for gene in genes:
        if gene.name == name:
            return gene
    raise UserError(f"recipe: no gene '{name}' in genome.yaml")
