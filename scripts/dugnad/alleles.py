"""What a VCF's alleles change, without the bases that they share."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """Bases [start, end) of the plus strand, 0-based, become ``alt``; start == end inserts."""

    start: int
    end: int
    ref: str
    alt: str


def trim(pos: int, ref: str, alt: str) -> Change:
    """The change that VCF alleles at a 1-based position make; trailing bases are cut first."""
    ref, alt = ref.upper(), alt.upper()
    tail = _shared(ref[::-1], alt[::-1])
    ref, alt = ref[: len(ref) - tail], alt[: len(alt) - tail]
    head = _shared(ref, alt)
    return Change(pos - 1 + head, pos - 1 + len(ref), ref[head:], alt[head:])


def _shared(one: str, two: str) -> int:
    pairs = enumerate(zip(one, two, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(two)))
