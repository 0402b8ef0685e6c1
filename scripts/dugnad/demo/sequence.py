"""Plain nucleotide arithmetic: complements, translation and random sequence."""

import itertools
import random
from collections.abc import Sequence
from pathlib import Path

BASES = "ACGT"
GC_CONTENT = 0.45
MAX_RUN = 5
STOPS = frozenset({"TAA", "TAG", "TGA"})

_AMINO_ACIDS = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
CODONS: dict[str, str] = {
    "".join(codon): amino_acid
    for codon, amino_acid in zip(itertools.product("TCAG", repeat=3), _AMINO_ACIDS, strict=True)
}
THREE_LETTERS: dict[str, str] = {
    "A": "Ala", "C": "Cys", "D": "Asp", "E": "Glu", "F": "Phe", "G": "Gly", "H": "His",
    "I": "Ile", "K": "Lys", "L": "Leu", "M": "Met", "N": "Asn", "P": "Pro", "Q": "Gln",
    "R": "Arg", "S": "Ser", "T": "Thr", "V": "Val", "W": "Trp", "Y": "Tyr", "*": "Ter",
}  # fmt: skip

_COMPLEMENT = str.maketrans("ACGT", "TGCA")


def reverse_complement(sequence: str) -> str:
    """The other strand of ``sequence`` (upper-case ACGT), read 5' to 3'."""
    return sequence.translate(_COMPLEMENT)[::-1]


def translate(sequence: str) -> str:
    """One letter per complete codon of ``sequence``, ``*`` for a stop; does not end at a stop."""
    whole = len(sequence) - len(sequence) % 3
    return "".join(CODONS[sequence[i : i + 3]] for i in range(0, whole, 3))


def extends_run(before: str, base: str, longest: int = MAX_RUN) -> bool:
    """Whether ``base`` after ``before`` makes a homopolymer of more than ``longest`` bases."""
    return before[-longest:] == base * longest


def random_base(rng: random.Random, gc: float = GC_CONTENT) -> str:
    """One base; G or C with probability ``gc``."""
    pair = "GC" if rng.random() < gc else "AT"
    return pair[rng.random() < 0.5]


def random_sequence(rng: random.Random, length: int, before: str = "") -> str:
    """``length`` random bases to follow ``before``, without homopolymers over ``MAX_RUN``."""
    bases = before[-MAX_RUN:]
    kept = len(bases)
    while len(bases) < kept + length:
        base = random_base(rng)
        if not extends_run(bases, base):
            bases += base
    return bases[kept:]


def random_codon(rng: random.Random, fixed: Sequence[str | None], before: str) -> str:
    """A codon that is no stop, agrees with the ``fixed`` bases and makes no long homopolymer.

    Fixed bases win over the homopolymer rule. Raises ValueError when they spell a stop.
    """
    for _ in range(1000):
        codon = ""
        for wanted in fixed:
            base = wanted or random_base(rng)
            if wanted is None and extends_run(before + codon, base):
                break
            codon += base
        if len(codon) == 3 and codon not in STOPS:
            return codon
    raise ValueError(f"no codon but a stop agrees with {list(fixed)}")


def write_fasta(path: Path, contigs: dict[str, str], width: int = 60) -> None:
    """Write ``contigs`` (name to sequence) as FASTA with ``width`` bases per line."""
    with path.open("w", encoding="ascii") as out:
        for name, sequence in contigs.items():
            out.write(f">{name}\n")
            out.writelines(f"{sequence[i : i + width]}\n" for i in range(0, len(sequence), width))
