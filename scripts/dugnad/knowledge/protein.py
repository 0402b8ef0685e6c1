"""Protein changes: HGVS p. names, of one or three letters, as structure.

Names follow the HGVS nomenclature, version 21 (https://hgvs-nomenclature.org). Parentheses of a
prediction are left out, a stop is Ter, and nothing but the change itself is kept.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

_LETTERS = {
    "A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "Q": "Gln", "E": "Glu",
    "G": "Gly", "H": "His", "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe",
    "P": "Pro", "S": "Ser", "T": "Thr", "W": "Trp", "Y": "Tyr", "V": "Val", "U": "Sec",
    "*": "Ter", "X": "Ter",
}  # fmt: skip
_SHORT = {long: short for short, long in _LETTERS.items() if short != "X"}
_THREE = "|".join(sorted(set(_LETTERS.values())))
_RESIDUE = rf"(?:{_THREE}|[ARNDCQEGHILKMFPSTWYVUX*])"
_FORM = re.compile(
    rf"(?P<first>{_RESIDUE})(?P<start>\d+)(?:_(?P<last>{_RESIDUE})(?P<end>\d+))?(?P<rest>.*)"
)
_FRAMESHIFT = re.compile(rf"(?P<new>{_RESIDUE})?fs(?:(?:Ter|\*|X)(?P<stop>\d+|\?))?")
_EXTENSION = re.compile(rf"(?P<new>{_RESIDUE})?ext(?P<end>-?\w*\*?\d*\??)")

Kind = Literal[
    "substitution", "nonsense", "frameshift", "deletion", "insertion", "duplication", "delins",
    "extension", "start_lost", "synonymous",
]  # fmt: skip


@dataclass(frozen=True)
class ProteinChange:
    """A change of a protein; ``first`` and ``last`` are the residues between which it lies.

    ``reference`` is the first residue that changes, three letters. ``inserted`` are the residues
    that come: of a substitution, insertion, delins, or the first new one of a frameshift.
    """

    kind: Kind
    first: int
    last: int
    reference: str
    inserted: tuple[str, ...] = ()
    last_reference: str = ""
    stop: str | None = None

    @property
    def growth(self) -> int | None:
        """Residues more than before, or fewer (below 0); None where frame or end is lost."""
        removed = self.last - self.first + 1
        match self.kind:
            case "substitution" | "synonymous":
                return 0
            case "deletion":
                return -removed
            case "insertion":
                return len(self.inserted)
            case "duplication":
                return removed
            case "delins":
                return None if "Ter" in self.inserted else len(self.inserted) - removed
            case _:
                return None

    @property
    def name(self) -> str:
        """As HGVS writes it with three letters, without parentheses: p.Val600Glu."""
        place = f"{self.reference}{self.first}"
        if self.last > self.first:
            place += f"_{self.last_reference}{self.last}"
        new = "".join(self.inserted)
        match self.kind:
            case "substitution" | "nonsense":
                text = place + new
            case "frameshift":
                text = place + new + "fs" + (f"Ter{self.stop}" if self.stop else "")
            case "deletion":
                text = place + "del"
            case "duplication":
                text = place + "dup"
            case "insertion":
                text = place + "ins" + new
            case "delins":
                text = place + "delins" + new
            case "extension":
                text = place + new + "ext" + (self.stop or "")
            case "start_lost":
                text = place + "?"
            case _:
                text = place + "="
        return f"p.{text}"

    @property
    def short(self) -> str:
        """With one letter a residue, without p.: V600E."""
        text = self.name.removeprefix("p.")
        return re.sub(_THREE, lambda match: _SHORT[match[0]], text)

    def touches(self, first: int, last: int) -> bool:
        """Whether a residue from ``first`` to ``last`` (both inclusive) changes.

        An insertion touches the two residues that it comes between.
        """
        return self.first <= last and first <= self.last

    def is_same(self, other: "ProteinChange") -> bool:
        """Whether both are one change; of frameshifts the place alone counts."""
        if self.kind == other.kind == "frameshift":
            return self.first == other.first
        return (self.kind, self.first, self.last, self.inserted) == (
            other.kind,
            other.first,
            other.last,
            other.inserted,
        )


@lru_cache(maxsize=65536)
def protein_change_of(text: str | None) -> ProteinChange | None:
    """A p. name as structure; None for none, ``p.?``, and what is not a form of HGVS.

    Takes "p.(Val600Glu)", "p.Val600Glu", "p.V600E", "V600E", "E746_A750del", "Q1756Pfs*74".
    """
    words = (text or "").strip().rpartition(":")[2].removeprefix("p.").strip("()")
    found = _FORM.fullmatch(words)
    if found is None:
        return None
    first, start = _long(found["first"]), int(found["start"])
    end = int(found["end"]) if found["end"] else start
    if end < start or start < 1:
        return None
    last = _long(found["last"]) if found["last"] else first
    kind, inserted, stop = _rest(first, start, found["rest"])
    if kind is None or (kind == "insertion" and end != start + 1):
        return None
    return ProteinChange(kind, start, end, first, inserted, last if end > start else "", stop)


def _rest(first: str, start: int, rest: str) -> tuple[Kind | None, tuple[str, ...], str | None]:
    """Kind, inserted residues and stop of what follows the place."""
    if rest in {"=", first}:
        return "synonymous", (), None
    if start == 1 and first == "Met" and (rest == "?" or re.fullmatch(_RESIDUE, rest)):
        return "start_lost", (), None
    if re.fullmatch(_RESIDUE, rest):
        new = _long(rest)
        kind: Kind = "nonsense" if new == "Ter" else "substitution"
        return "extension" if first == "Ter" else kind, (new,), None
    if shift := _FRAMESHIFT.fullmatch(rest):
        return "frameshift", (_long(shift["new"]),) if shift["new"] else (), shift["stop"]
    if longer := _EXTENSION.fullmatch(rest):
        return (
            "extension",
            (_long(longer["new"]),) if longer["new"] else (),
            longer["end"].replace("*", "Ter"),
        )
    return *_of_several(rest), None


def _of_several(rest: str) -> tuple[Kind | None, tuple[str, ...]]:
    """Deletions, duplications and insertions."""
    if found := re.fullmatch(rf"(del|dup)(?:{_RESIDUE})*", rest):
        return "deletion" if found[1] == "del" else "duplication", ()
    name = "delins" if rest.startswith("delins") else "ins"
    inserted = _residues(rest.removeprefix(name)) if rest.startswith(name) else ()
    if not inserted:
        return None, ()
    return "delins" if name == "delins" else "insertion", inserted


def _residues(text: str) -> tuple[str, ...]:
    """Residues of a sequence in either alphabet; empty where it is neither."""
    for form in (_THREE, r"[ARNDCQEGHILKMFPSTWYVU*X]"):
        if text and re.fullmatch(rf"(?:{form})+", text):
            return tuple(_long(word) for word in re.findall(form, text))
    return ()


def _long(residue: str) -> str:
    return _LETTERS.get(residue, residue)
