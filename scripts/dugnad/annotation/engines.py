"""The consequence engines: what each says of a variant, and how it is held against our own terms.

An engine is a program that a rule runs; it leaves its words in an INFO field of the calls. All go
the same way: terms per transcript, with a note where they differ in impact from the terms that
follow from place and codons.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dugnad.annotation.consequences import Consequence, contradiction
from dugnad.annotation.csq import parse_bcsq
from dugnad.annotation.hgvs import HgvsNames
from dugnad.annotation.severity import impact
from dugnad.annotation.vep import VepFormat, plain_protein, read_format

_MATTER = frozenset({"HIGH", "MODERATE"})


@dataclass(frozen=True)
class Said:
    """What an engine says of a variant on one transcript; ``protein`` is a p. name, if it has."""

    terms: tuple[str, ...]
    protein: str | None = None


class Engine(Protocol):
    """A consequence engine behind one interface."""

    key: str
    """The INFO field that has its words."""

    def parse(self, texts: Sequence[str]) -> Mapping[str, Said]:
        """What the field's entries say, by transcript without version."""

    def settle(self, said: Said | None, terms: tuple[str, ...], names: HgvsNames) -> Consequence:
        """The consequence to report, of the engine's word, the derived terms and the names."""


class Csq:
    """bcftools csq: derived terms are reported, and its other word is noted.

    It has no terms for donor region, fifth base and polypyrimidine tract, and is often wrong in
    delins; see ``csq``.
    """

    key = "BCSQ"

    def parse(self, texts: Sequence[str]) -> Mapping[str, Said]:
        return {name: Said(terms) for name, terms in parse_bcsq(texts).items()}

    def settle(self, said: Said | None, terms: tuple[str, ...], names: HgvsNames) -> Consequence:
        notes = [f"HGVS: {p}" for p in [contradiction(terms, names.p)] if p]
        if said and _differ(said.terms, terms):
            notes.insert(0, f"bcftools csq: {'&'.join(said.terms)}")
        return Consequence(terms, "; ".join(notes) or None)


class Vep:
    """Ensembl VEP: its terms are reported, and derived terms or a p. name that differ are noted."""

    key = "CSQ"

    def __init__(self, vcf: Path) -> None:
        """``vcf``: the file that has its words; UserError when its header does not say how."""
        self._format: VepFormat = read_format(vcf)

    def parse(self, texts: Sequence[str]) -> Mapping[str, Said]:
        entries = self._format.parse(texts)
        return {entry.transcript: Said(entry.terms, entry.protein) for entry in entries}

    def settle(self, said: Said | None, terms: tuple[str, ...], names: HgvsNames) -> Consequence:
        if said is None:
            is_there = impact(terms) in _MATTER
            return Consequence(terms, "VEP does not have the transcript" if is_there else None)
        notes = []
        if _differ(said.terms, terms):
            notes.append(f"place and codons, unlike VEP: {'&'.join(terms)}")
        if said.protein and plain_protein(names.p) != plain_protein(said.protein):
            notes.append(f"VEP: {said.protein}")
        return Consequence(said.terms, "; ".join(notes) or None)


def _differ(said: tuple[str, ...], terms: tuple[str, ...]) -> bool:
    """Whether two opinions differ in an impact that matters."""
    impacts = {impact(said), impact(terms)}
    return len(impacts) == 2 and not impacts.isdisjoint(_MATTER)


ENGINES: dict[str, Callable[[Path], Engine]] = {"csq": lambda _: Csq(), "vep": Vep}
"""By the config's name, the engine that reads its words in a VCF."""
