"""Alterations as structure: one grammar for knowledge, trials and the command line.

An alteration says what a finding must be for a row of the knowledge to hold::

    BRAF p.Val600Glu               exactly this protein change
    TERT c.-124C>T                 exactly this coding change
    KRAS codon 12,13,59-61         any substitution of these residues
    KIT codon 550-592 mutation     any change of the protein that touches them
    EGFR exon 19 inframe_deletion  a change of that class in that exon
    MET exon 14 skipping           the exon is lost, as RNA or the splice sites show
    BRCA1 loss_of_function         a change of that class anywhere in the gene
    ERBB2 amplification            likewise homozygous_deletion
    EML4::ALK fusion               5' partner first; ALK fusion, ::ALK fusion, FGFR2:: fusion
    KMT2A rearrangement            any fusion or break of the gene
    MSI high                       a biomarker; TMB high, TMB >= 10, HRD high
    KRAS wild_type                 nothing oncogenic found where it could be seen

``germline`` or ``somatic`` at the end restricts the origin.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from dugnad.knowledge.protein import ProteinChange, protein_change_of

VariantClass = Literal[
    "mutation", "oncogenic", "truncating", "loss_of_function", "missense", "inframe_deletion",
    "inframe_insertion",
]  # fmt: skip
Kind = Literal[
    "protein_change", "coding_change", "class", "skipping", "amplification",
    "homozygous_deletion", "fusion", "rearrangement", "biomarker", "wild_type",
]  # fmt: skip
Origin = Literal["germline", "somatic"]

CLASSES: tuple[VariantClass, ...] = get_args(VariantClass)
_CLASS: dict[str, VariantClass] = {name: name for name in CLASSES}
_WHOLE_GENE: dict[str, Kind] = {
    "amplification": "amplification",
    "homozygous_deletion": "homozygous_deletion",
    "fusion": "fusion",
    "rearrangement": "rearrangement",
    "wild_type": "wild_type",
}
_GENE = re.compile(r"[A-Z0-9][A-Za-z0-9.-]*")
_BIOMARKER = re.compile(r"(MSI|TMB|HRD) (?:(high)|>= ?(\d+(?:\.\d+)?))")
_RANGE = re.compile(r"(\d+)(?:-(\d+))?")


@dataclass(frozen=True)
class Alteration:
    """What a finding must be. Only the fields that its kind needs are filled.

    ``codons`` are ranges of residues, both ends inclusive. ``substitution`` asks for residues
    that are exchanged and nothing else. A ``level`` is a biomarker's least value; None: high.
    """

    text: str
    kind: Kind
    gene: str | None = None
    protein: ProteinChange | None = None
    coding: str | None = None
    variant_class: VariantClass | None = None
    substitution: bool = False
    codons: tuple[tuple[int, int], ...] = ()
    exons: tuple[int, ...] = ()
    partner_5: str | None = None
    partner_3: str | None = None
    biomarker: str | None = None
    level: float | None = None
    origin: Origin | None = None

    @property
    def genes(self) -> tuple[str, ...]:
        """The genes that it names."""
        named = (self.gene, self.partner_5, self.partner_3)
        return tuple(dict.fromkeys(name for name in named if name))


@lru_cache(maxsize=65536)
def parse_alteration(text: str) -> Alteration:
    """An alteration from its text; ValueError with what is wrong and what may stand there."""
    words = " ".join(text.split())
    if found := _BIOMARKER.fullmatch(words):
        level = float(found[3]) if found[3] else None
        return Alteration(words, "biomarker", biomarker=found[1], level=level)
    gene, _, rest = words.partition(" ")
    rest, origin = _origin(rest)
    if "::" in gene:
        return _fusion(words, gene, rest, origin)
    if not _GENE.fullmatch(gene) or not rest:
        raise ValueError(f"is not an alteration: '{text}'; write a gene and what changes in it")
    if rest.startswith("p."):
        if (protein := protein_change_of(rest)) is None:
            raise ValueError(f"'{rest}' is not a protein change in HGVS; write e.g. p.Val600Glu")
        return Alteration(words, "protein_change", gene, protein=protein, origin=origin)
    if rest.startswith(("c.", "n.")) and " " not in rest:
        return Alteration(words, "coding_change", gene, coding=rest, origin=origin)
    if kind := _WHOLE_GENE.get(rest):
        return Alteration(words, kind, gene, origin=origin)
    return _of_class(words, gene, rest, origin)


def _origin(rest: str) -> tuple[str, Origin | None]:
    """What is left without the word of the origin, and that word."""
    for name in get_args(Origin):
        if rest.endswith(f" {name}"):
            return rest.removesuffix(f" {name}"), name
    return rest, None


def _fusion(words: str, pair: str, rest: str, origin: Origin | None) -> Alteration:
    five, _, three = pair.partition("::")
    sound = all(_GENE.fullmatch(name) for name in (five, three) if name) and (five or three)
    if rest != "fusion" or not sound:
        raise ValueError(f"is not a fusion: '{words}'; write e.g. EML4::ALK fusion")
    return Alteration(
        words, "fusion", partner_5=five or None, partner_3=three or None, origin=origin
    )


def _of_class(words: str, gene: str, rest: str, origin: Origin | None) -> Alteration:
    """A class of small variants, in the whole gene, some codons or some exons."""
    parts = rest.split(" ")
    where, places = ("", "") if len(parts) == 1 else (parts[0], parts[1])
    name = parts[0] if len(parts) == 1 else parts[2] if len(parts) == 3 else ""
    if len(parts) > 3 or where not in {"", "codon", "exon"}:
        raise ValueError(f"cannot be read: '{rest}'; write e.g. codon 12,13 or exon 19 mutation")
    if where == "exon" and name == "skipping":
        exons = tuple(first for first, _ in _ranges(places))
        return Alteration(words, "skipping", gene, exons=exons, origin=origin)
    if name and name not in CLASSES:
        known = ", ".join((*CLASSES, *_WHOLE_GENE))
        raise ValueError(f"'{name}' is not a class of alterations; write one of {known}")
    if where == "exon" and not name:
        raise ValueError(f"'{rest}' lacks a class; write e.g. exon 19 inframe_deletion")
    ranges = _ranges(places) if where else ()
    return Alteration(
        words,
        "class",
        gene,
        variant_class=_CLASS[name or "missense"],
        substitution=where == "codon" and not name,
        codons=ranges if where == "codon" else (),
        exons=tuple(n for a, b in ranges for n in range(a, b + 1)) if where == "exon" else (),
        origin=origin,
    )


def _ranges(text: str) -> tuple[tuple[int, int], ...]:
    found = [_RANGE.fullmatch(part) for part in text.split(",")]
    ranges = tuple((int(m[1]), int(m[2] or m[1])) for m in found if m)
    if len(ranges) < len(found) or any(a > b for a, b in ranges):
        raise ValueError(f"'{text}' are not numbers and ranges; write e.g. 12,13,59-61")
    return ranges
