"""Plain nucleotide arithmetic: complements, translation and random sequence."""

import itertools
import random
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

BASES = "ACGT"
GC_CONTENT = 0.45
INTERGENIC_GC = 0.41
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

_COMPLEMENT = str.maketrans("ACGTN", "TGCAN")
_RUN = re.compile("|".join(f"{base}{{{MAX_RUN + 1},}}" for base in BASES).encode())


def reverse_complement(sequence: str) -> str:
    """The other strand of ``sequence`` (upper-case ACGTN), read 5' to 3'."""
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


def random_sequence(
    rng: random.Random,
    length: int,
    before: str = "",
    gc: float = GC_CONTENT,
    longest: int = MAX_RUN,
) -> str:
    """``length`` random bases to follow ``before``, without homopolymers over ``longest``."""
    bases = before[-longest:]
    kept = len(bases)
    weights = [(1 - gc) / 2, gc / 2, gc / 2, (1 - gc) / 2]
    while len(bases) < kept + length:
        for base in rng.choices(BASES, weights, k=kept + length - len(bases)):
            if not extends_run(bases, base, longest):
                bases += base
    return bases[kept:]


def random_background(seed: int, name: str, length: int) -> bytearray:
    """``length`` random bases of intergenic composition; the same seed and name, the same bases."""
    rng = np.random.default_rng(list(f"{seed}:background:{name}".encode()))
    strong = rng.random(length) < INTERGENIC_GC
    second = rng.integers(0, 2, length, dtype=np.uint8)
    letters = np.frombuffer(b"ATCG", dtype=np.uint8)
    return bytearray(letters[2 * strong.astype(np.uint8) + second].tobytes())


def break_runs(bases: bytearray, protected: Sequence[tuple[int, int]]) -> None:
    """Change bases, in place, so that no homopolymer over ``MAX_RUN`` is left.

    Bases in the ``protected`` intervals stay; a run wholly within them stays too.
    """
    fixed = np.zeros(len(bases), dtype=bool)
    for start, end in protected:
        fixed[start:end] = True
    begin = 0
    while match := _RUN.search(bases, begin):
        start, end = match.span()
        free = [i for i in range(start, end) if not fixed[i]]
        begin = end
        if free:
            place = min(free, key=lambda i: (abs(i - start - MAX_RUN), i))
            around = {bases[place], bases[max(0, place - 1)], bases[min(place + 1, len(bases) - 1)]}
            bases[place] = next(base for base in b"ACGT" if base not in around)
            begin = start


def longest_run(sequence: str) -> int:
    """Length of the longest homopolymer in ``sequence``."""
    return max(len(match[0]) for match in re.finditer(r"(.)\1*", sequence))


def random_codon(
    rng: random.Random, fixed: Sequence[str | None], before: str, gc: float = GC_CONTENT
) -> str:
    """A codon that is no stop, agrees with the ``fixed`` bases and makes no long homopolymer.

    Fixed bases win over the homopolymer rule. Raises ValueError when they spell a stop.
    """
    for _ in range(1000):
        codon = ""
        for wanted in fixed:
            base = wanted or random_base(rng, gc)
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
