"""A fusion that is named by its partners: EML4::ALK fusion, EML4-ALK, EML4/ALK fusion."""

import re

from dugnad.interpretation.profile import Subject
from dugnad.interpretation.words import phrase, protein
from dugnad.knowledge.symbols import Symbols

_SYMBOL = re.compile(r"[A-Za-z][\w.-]+")


def fusion_of(plain: str, symbols: Symbols) -> Subject | None:
    """The fusion of two partners, 5' first, joined by ``::``, ``/`` or a hyphen; None for others.

    One partner must be a gene of the tables; with ``/`` or a hyphen, and without the word fusion,
    the pair must be. ValueError for a pair that is neither.
    """
    first, _, rest = plain.partition(" ")
    if symbols.knows(first) or (rest and phrase(rest) not in {"fusion", "rearrangement"}):
        return None
    if "::" in first:
        five, _, three = first.partition("::")
        known = not symbols.genes or any(map(symbols.knows, (five, three)))
        if not known or not (five or three):
            raise ValueError(f"no table knows a gene of '{first}'; write e.g. EML4::ALK fusion")
        return _pair(five, three, symbols)
    for found in re.finditer("[/-]", first):
        five, three = first[: found.start()], first[found.end() :]
        both = all(map(_SYMBOL.fullmatch, (five, three)))
        if not both or not any(map(symbols.knows, (five, three))):
            continue
        if rest or (symbols.partner(five), symbols.partner(three)) in symbols.pairs:
            if phrase(three) or protein(three):
                continue
            return _pair(five, three, symbols)
        if symbols.knows(three) or found[0] == "/":
            raise ValueError(
                f"'{first}' may be a fusion; if so write {five}::{three} fusion, 5' partner first"
            )
    return None


def _pair(five: str, three: str, symbols: Symbols) -> Subject:
    partners = tuple(symbols.partner(one) if one else None for one in (five, three))
    name = f"{partners[0] or ''}::{partners[1] or ''} fusion"
    renamed = tuple(
        f"{old} is {new} by HGNC"
        for old, new in zip((five, three), partners, strict=True)
        if new and old.upper() != new.upper()
    )
    return Subject("rearrangement", name, name, partners, event="fusion", cautions=renamed)
