"""The bases of a transcript when spliced, and what its codons stand for."""

from dataclasses import dataclass
from functools import cached_property

_BASES = "TCAG"
_LETTERS = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
CODONS = dict(
    zip((a + b + c for a in _BASES for b in _BASES for c in _BASES), _LETTERS, strict=True)
)
"""The standard genetic code (NCBI translation table 1), one-letter residues."""

RESIDUES = {
    **{"A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "Q": "Gln", "E": "Glu"},
    **{"G": "Gly", "H": "His", "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe"},
    **{"P": "Pro", "S": "Ser", "T": "Thr", "W": "Trp", "Y": "Tyr", "V": "Val", "U": "Sec"},
    **{"*": "Ter", "X": "Xaa"},
}

_COMPLEMENT = str.maketrans("ACGT", "TGCA")


def reverse_complement(bases: str) -> str:
    """The other strand of upper-case bases; N stays N."""
    return bases.translate(_COMPLEMENT)[::-1]


def translate(bases: str) -> str:
    """One-letter residues; X for a codon that is not whole or not of A, C, G and T."""
    if len(bases) <= 3:
        return CODONS.get(bases, "X") if bases else ""
    return "".join(CODONS.get(bases[i : i + 3], "X") for i in range(0, len(bases), 3))


@dataclass(frozen=True)
class Spliced:
    """A coding transcript in its own direction: untranslated, coding and untranslated bases.

    ``pad`` bases are missing before the first whole codon of an incomplete coding sequence.
    ``open_start`` and ``open_end`` say that the coding sequence does not begin, or not end.
    """

    before: str
    coding: str
    after: str
    pad: int
    open_start: bool
    open_end: bool

    @property
    def bases(self) -> str:
        """All of it."""
        return self.before + self.coding + self.after

    @cached_property
    def padded(self) -> str:
        """The coding bases from a whole codon on, N where they are missing."""
        return "N" * self.pad + self.coding

    @cached_property
    def selenocysteines(self) -> frozenset[int]:
        """Codons (0-based) that read TGA before the end: selenocysteine, or not a protein."""
        end = len(self.padded) - (0 if self.open_end else 3)
        return frozenset(i // 3 for i in range(0, end - 2, 3) if self.padded[i : i + 3] == "TGA")
