"""CIViC's molecular profiles as structure, where they can be read without guessing.

Names follow CIViC's conventions for variants, fusions and profiles (docs.civicdb.org, 2024). What
has no sure counterpart in our grammar raises ValueError with the reason: expression, methylation,
phosphorylation, fusions of given exons, deletions of unknown size, and whatever is not known here.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from dugnad.knowledge.alteration import parse_alteration
from dugnad.knowledge.protein import protein_change_of

_GENE = r"[A-Z0-9][A-Za-z0-9-]*"
_PAIR = re.compile(rf"(?P<five>{_GENE}|v|\?)::(?P<three>{_GENE}|v|\?)")
_RESIDUE = re.compile(r"[A-Z](\d+)")
_BOTH_ALPHABETS = re.compile(r"[ACGT]\d+[ACGT]")
_CODING = re.compile(r"\s*\((?:c|g)\.[^()]+\)$")
_EXON = re.compile(r"exon (\d+) (mutation|deletion|insertion|skipping(?: mutation)?)s?")
_WORDS = {
    "amplification": "amplification",
    "homozygous deletion": "homozygous_deletion",
    "loss-of-function": "loss_of_function",
    "loss of function": "loss_of_function",
    "truncating mutation": "truncating",
    "truncating mutations": "truncating",
    "mutation": "oncogenic",
    "mutations": "oncogenic",
    "oncogenic mutation": "oncogenic",
    "fusion": "fusion",
    "fusions": "fusion",
    "rearrangement": "rearrangement",
    "wildtype": "wild_type",
    "wild type": "wild_type",
}
# promoter changes that are named by base, not residue (PMID:23348503, PMID:23348506)
_PROMOTER = {("TERT", "C228T"): "c.-124C>T", ("TERT", "C250T"): "c.-146C>T"}
# an exon's indels that are in frame, as the approvals of their inhibitors have it
_IN_FRAME = {
    ("EGFR", 19, "deletion"): "inframe_deletion",
    ("EGFR", 20, "insertion"): "inframe_insertion",
    ("ERBB2", 20, "insertion"): "inframe_insertion",
}
_BIOMARKERS = {"MSI HIGH": "MSI high", "TMB HIGH": "TMB high", "HRD HIGH": "HRD high"}


@dataclass(frozen=True)
class Alternative:
    """One way in which a profile is fulfilled: all of ``present`` and none of ``absent``."""

    present: tuple[str, ...]
    absent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """What VariantSummaries says of a variant: types of the Sequence Ontology, HGVS names."""

    types: frozenset[str] = frozenset()
    hgvs: tuple[str, ...] = ()


Variants = dict[tuple[str, str], Known]
"""By gene or fusion, and variant's name, both in upper case."""


def read_profile(name: str, variants: Variants) -> tuple[Alternative, ...]:
    """The alternatives of a molecular profile, of which any one fulfils it.

    Raises ValueError with the reason when a part cannot be read without guessing.
    """
    alternatives = _Reader(_tokens(name), variants).whole()
    for one in alternatives:
        if all(text.endswith("wild_type") for text in one.present):
            raise ValueError("has nothing that must be changed")
        if any(text.endswith("wild_type") for text in one.absent):
            raise ValueError("has a wild type that must be absent")
    return alternatives


def _tokens(name: str) -> list[str]:
    """AND, OR, NOT, grouping parentheses, and the variants between them.

    A parenthesis groups where an operand begins; elsewhere it is a part of a name: (c.528del).
    """
    tokens: list[str] = []
    words: list[str] = []
    open_groups = 0

    def end_name() -> None:
        if words:
            tokens.append(" ".join(words))
            words.clear()

    for word in name.split():
        while word.startswith("(") and not words:
            tokens.append("(")
            open_groups += 1
            word = word[1:]
        closing = 0
        while word.endswith(")") and open_groups > closing and word.count(")") > word.count("("):
            closing += 1
            word = word[:-1]
        if word in {"AND", "OR", "NOT"}:
            end_name()
            tokens.append(word)
        elif word:
            words.append(word)
        if closing:
            end_name()
            tokens += [")"] * closing
            open_groups -= closing
    end_name()
    return tokens


class _Reader:
    """Reads AND, OR, NOT with the usual precedence into alternatives."""

    def __init__(self, tokens: list[str], variants: Variants) -> None:
        self._tokens = tokens
        self._variants = variants
        self._at = 0

    def whole(self) -> tuple[Alternative, ...]:
        found = self._either()
        if self._at < len(self._tokens):
            raise ValueError(f"cannot be read behind '{self._tokens[self._at]}'")
        return found

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _either(self) -> tuple[Alternative, ...]:
        found = self._both()
        while self._peek() == "OR":
            self._at += 1
            found += self._both()
        return found

    def _both(self) -> tuple[Alternative, ...]:
        found = self._one()
        while self._peek() == "AND":
            self._at += 1
            more = self._one()
            found = tuple(
                Alternative(a.present + b.present, a.absent + b.absent) for a in found for b in more
            )
        return found

    def _one(self) -> tuple[Alternative, ...]:
        token = self._peek()
        self._at += 1
        if token == "NOT":
            return self._none_of(self._one())
        if token == "(":
            found = self._either()
            if self._peek() != ")":
                raise ValueError("has a parenthesis that does not close")
            self._at += 1
            return found
        if token in {"", ")", "AND", "OR"}:
            raise ValueError("lacks a variant beside AND, OR or NOT")
        return read_variant(token, self._variants)

    @staticmethod
    def _none_of(found: tuple[Alternative, ...]) -> tuple[Alternative, ...]:
        if any(len(one.present) != 1 or one.absent for one in found):
            raise ValueError("negates a combination")
        return (Alternative((), tuple(one.present[0] for one in found)),)


def read_variant(name: str, variants: Variants) -> tuple[Alternative, ...]:
    """CIViC's feature and variant as alterations of our grammar.

    Within a gene, CIViC writes ``V600E or V600K`` for alternatives, ``E709A and G719C`` for both.
    Raises ValueError with the reason when it cannot be read without guessing.
    """
    if name.upper().replace("-", " ") in _BIOMARKERS:
        return (Alternative((_BIOMARKERS[name.upper().replace("-", " ")],)),)
    feature, _, variant = name.partition(" ")
    if not variant:
        raise ValueError(f"'{name}' names no variant")
    if "::" in feature:
        return (Alternative((_fusion(feature, variant),)),)
    if not re.fullmatch(_GENE, feature):
        raise ValueError(f"'{feature}' is not a gene")
    known = variants.get((feature.upper(), variant.upper()), Known())
    found = tuple(
        Alternative(tuple(_of_gene(feature, part.strip(), known) for part in one.split(" and ")))
        for one in variant.split(" or ")
    )
    for text in (text for one in found for text in one.present):
        parse_alteration(text)  # ValueError, should our grammar not have it
    return found


def _fusion(feature: str, variant: str) -> str:
    pair = _PAIR.fullmatch(feature)
    if pair is None:
        raise ValueError(f"'{feature}' is not a fusion of two genes")
    if variant.lower() != "fusion":
        raise ValueError("is a fusion of given exons")
    five, three = ("" if pair[side] in {"v", "?"} else pair[side] for side in ("five", "three"))
    if not five and not three:
        raise ValueError("is a fusion of no gene")
    return f"{five}::{three} fusion"


def _of_gene(gene: str, variant: str, known: Known) -> str:
    plain = _CODING.sub("", variant)
    words = " ".join(plain.lower().split())
    if (gene, plain.upper()) in _PROMOTER:
        return f"{gene} {_PROMOTER[gene, plain.upper()]}"
    if words in _WORDS:
        return f"{gene} {_WORDS[words]}"
    if exon := _EXON.fullmatch(words):
        return _of_exon(gene, int(exon[1]), exon[2], known.types)
    if residue := _RESIDUE.fullmatch(plain):
        return f"{gene} codon {residue[1]}"
    pair = re.fullmatch(rf"({_GENE})-({_GENE})", plain)
    if pair and gene in pair.groups() and any("fusion" in name for name in known.types):
        return f"{pair[1]}::{pair[2]} fusion"  # FLT3-ITD looks like one too
    return _of_protein(gene, plain, known, with_coding=plain != variant)


def _of_exon(gene: str, exon: int, word: str, types: Collection[str]) -> str:
    if word == "mutation":
        return f"{gene} exon {exon} mutation"
    if word.startswith("skipping"):
        return f"{gene} exon {exon} skipping"
    kind = _IN_FRAME.get((gene, exon, word))
    if kind is None and any("inframe" in t and word in t for t in types):
        kind = f"inframe_{word}"
    if kind is None:
        raise ValueError(f"does not say whether the {word} is in frame or of the whole exon")
    return f"{gene} exon {exon} {kind}"


def _of_protein(gene: str, name: str, known: Known, with_coding: bool) -> str:
    """A protein change.

    One that may as well be of bases (C677T) needs to be told by its HGVS, its type, or the coding
    change behind it.
    """
    change = protein_change_of(name)
    if change is None or change.kind == "synonymous" or re.search(r"\d[Xx]$", name):
        raise ValueError(f"'{name}' has no counterpart in our grammar")
    if _BOTH_ALPHABETS.fullmatch(name) and not with_coding:
        told = [protein_change_of(text) for text in known.hgvs if ":p." in text]
        if not any(other and other.is_same(change) for other in told) and not (
            known.types & {"missense_variant", "stop_gained"}
        ):
            raise ValueError(f"'{name}' may be of bases or residues")
    return f"{gene} {change.name}"
