"""Gene symbols and names of alterations as people write them, and what they are by the tables.

A symbol that no table knows is refused with the nearest that one does; an earlier symbol or an
alias is read as HGNC's approved one.
"""

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from dugnad.errors import UserError
from dugnad.knowledge.alteration import Alteration, parse_alteration
from dugnad.knowledge.gene_tables import GeneRole, read_preferred_transcripts
from dugnad.knowledge.protein import protein_change_of
from dugnad.knowledge.tsv import Row, read_rows
from dugnad.knowledge.variant_tables import Hotspot, KnownVariant

SYMBOL_COLUMNS = ("gene", "aliases", "source")
NAME_COLUMNS = ("name", "alteration", "source")
K = TypeVar("K")
V = TypeVar("V")
_NEW = set("ACDEFGHIKLMNPQRSTVWY*")
_EXAMPLE = "BRAF p.Val600Glu"


@dataclass(frozen=True)
class CommonName:
    """A name of an alteration, the alteration in the grammar, and who says so."""

    name: str
    alteration: Alteration
    source: tuple[str, ...]


@dataclass(frozen=True)
class Symbols:
    """The genes and names that can be asked about. Without tables every symbol is taken as it is.

    Keys of ``genes``, ``aliases`` and ``names`` are upper case. ``alterations`` are those of the
    tables; ``residues``: by gene and codon the references (one letter) of recurrent residues;
    ``examples``: a frequent change of a gene; ``transcripts``: RefSeq by gene, with no version;
    ``pairs``: partners of known fusions, 5' first.
    """

    genes: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: Mapping[str, CommonName] = field(default_factory=dict)
    alterations: frozenset[Alteration] = frozenset()
    suppressors: frozenset[str] = frozenset()
    residues: Mapping[str, Mapping[int, frozenset[str]]] = field(default_factory=dict)
    examples: Mapping[str, str] = field(default_factory=dict)
    transcripts: Mapping[str, str] = field(default_factory=dict)
    pairs: frozenset[tuple[str, str]] = frozenset()

    def knows(self, word: str) -> bool:
        """Whether a word is a gene, or an alias of one or more."""
        return word.upper() in self.genes or word.upper() in self.aliases

    def partner(self, word: str) -> str:
        """The approved symbol of a fusion's partner, or the word itself where no table knows it."""
        if self.knows(word):
            return self.resolve(word)
        return word.upper() if word.islower() else word

    def resolve(self, word: str) -> str:
        """The approved symbol of a gene; ValueError with the nearest where there is none."""
        if not self.genes:
            return word
        if found := self.genes.get(word.upper()):
            return found
        meant = self.aliases.get(word.upper(), ())
        if len(meant) == 1:
            return meant[0]
        if meant:
            raise ValueError(f"'{word}' may be {_either(meant)}; write which")
        near = self.near(word)
        remedy = f"did you mean {_either(near)}?" if near else "write HGNC's approved symbol"
        raise ValueError(f"'{word}' is not a gene of the knowledge; {remedy}")

    def near(self, word: str) -> tuple[str, ...]:
        """Up to four symbols that begin with a word, or are spelled much like it."""
        upper = word.upper()
        begin = sorted(name for key, name in self.genes.items() if key[:-1] == upper)
        if begin:
            return tuple(begin[:4])
        close = difflib.get_close_matches(upper, [*self.genes, *self.aliases], n=4, cutoff=0.7)
        named = [self.aliases.get(key) or (self.genes[key],) for key in close]
        return tuple(dict.fromkeys(gene for genes in named for gene in genes))[:4]

    def example(self, gene: str | None) -> str:
        """What may be found of a gene, or of BRAF, as it should be written."""
        if gene is None or not self.genes:
            return _EXAMPLE
        return self.examples.get(gene) or self.whole(gene)

    def whole(self, gene: str) -> str:
        """What the tables have of the gene as a whole, as it should be written."""
        if gene in self.suppressors:
            return f"{gene} truncating"
        kinds = ("amplification", "fusion", "rearrangement")
        found = (kind for kind in kinds if self.has(f"{gene} {kind}"))
        return f"{gene} {next(found, 'amplification')}"

    def skips(self, gene: str) -> bool:
        """Whether a skipped exon of the gene is in the tables."""
        return any(one.kind == "skipping" and one.gene == gene for one in self.alterations)

    def has(self, text: str) -> bool:
        """Whether an alteration of this text is in the tables."""
        return any(one.text == text for one in self.alterations)

    def has_origin(self, gene: str) -> bool:
        """Whether it matters for a gene if a change is of the germline."""
        return any(one.gene == gene and one.origin == "germline" for one in self.alterations)

    def has_promoter(self, gene: str) -> bool:
        """Whether the tables have changes before the coding region of a gene."""
        before = (one for one in self.alterations if (one.coding or "").startswith("c.-"))
        return not self.genes or any(one.gene == gene for one in before)


def read_symbols(
    folder: Path,
    genes: Iterable[str],
    alterations: Iterable[Alteration],
    roles: Mapping[str, GeneRole],
    hotspots: Mapping[str, tuple[Hotspot, ...]],
    variants: Mapping[str, tuple[KnownVariant, ...]],
) -> Symbols:
    """The names of a folder of knowledge: ``gene_symbols.tsv``, ``common_names.tsv``, and tables.

    Args:
        folder: holds the two tables, ``transcripts.tsv`` and ``known_fusions.tsv``.
        genes: symbols of other tables, such as of germline follow-up.
        alterations: of therapies; those of ``variants`` are added.
        roles, hotspots, variants: tables by gene.

    Raises UserError with the faults of all files at once.
    """
    problems: list[str] = []
    aliases = _attempt(_read_aliases, folder / "gene_symbols.tsv", problems)
    names = _attempt(_read_names, folder / "common_names.tsv", problems)
    transcripts = _attempt(_read_refseq, folder / "transcripts.tsv", problems)
    fusions = _attempt(_read_pairs, folder / "known_fusions.tsv", problems)
    if problems:
        raise UserError(problems)
    listed = {*alterations, *(one.alteration for rows in variants.values() for one in rows)}
    known = {*genes, *roles, *hotspots, *variants, *transcripts}
    pairs = {(one.partner_5, one.partner_3) for one in listed if one.partner_5 and one.partner_3}
    pairs |= set(fusions)
    known |= {gene for one in listed for gene in one.genes}
    known |= {gene for pair in pairs for gene in pair}
    known |= {gene for found in aliases.values() for gene in found}
    return Symbols(
        genes={gene.upper(): gene for gene in known},
        aliases={key: found for key, found in aliases.items() if key not in known},
        names=names,
        alterations=frozenset(listed),
        suppressors=frozenset(g for g, role in roles.items() if role.role != "oncogene"),
        residues={gene: _references(spots) for gene, spots in hotspots.items()},
        examples={
            **{one.gene: one.text for one in sorted(listed, key=_text) if one.gene and _exact(one)},
            **dict(filter(None, map(_example, hotspots.values()))),
        },
        transcripts=transcripts,
        pairs=frozenset(pairs),
    )


def _attempt(read: Callable[[Path], dict[K, V]], path: Path, problems: list[str]) -> dict[K, V]:
    try:
        return read(path)
    except UserError as error:
        problems += error.problems
        return {}


def _read_aliases(path: Path) -> dict[str, tuple[str, ...]]:
    """Approved symbols by alias, in upper case; an alias may be of several genes."""
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)

    def build(row: Row) -> None:
        row.sources()
        if not row["gene"] or not row.listed("aliases"):
            raise ValueError("gene, aliases: is empty; write a symbol and its aliases")
        for alias in row.listed("aliases"):
            found[alias.upper()] += (row["gene"],)

    read_rows(path, SYMBOL_COLUMNS, build)
    return dict(found)


def _read_names(path: Path) -> dict[str, CommonName]:
    """Alterations by their common names, in upper case."""
    found: dict[str, CommonName] = {}

    def build(row: Row) -> None:
        names = row.listed("name")
        one = CommonName(names[0], parse_alteration(row["alteration"]), row.sources())
        for name in names:
            if found.setdefault(name.upper(), one) is not one:
                raise row.fault("name", f"'{name}' is there twice; keep one")

    read_rows(path, NAME_COLUMNS, build)
    return found


def _read_refseq(path: Path) -> dict[str, str]:
    """MANE Select's RefSeq transcript by gene, without version; '' where it is not given."""
    found = read_preferred_transcripts(path)
    return {gene: (row.refseq or "").partition(".")[0] for gene, row in found.items()}


def _read_pairs(path: Path) -> dict[tuple[str, str], str]:
    """Fusions, with their source."""
    found: dict[tuple[str, str], str] = {}

    def build(row: Row) -> None:
        found[row["gene_5"], row["gene_3"]] = "; ".join(row.sources())

    read_rows(path, ("gene_5", "gene_3", "source"), build)
    return found


def _references(spots: Iterable[Hotspot]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for spot in spots:
        found[spot.codon].add(spot.reference)
    return {codon: frozenset(letters) for codon, letters in found.items()}


def _text(one: Alteration) -> str:
    return one.text


def _exact(one: Alteration) -> bool:
    return one.kind in {"protein_change", "coding_change"}


def _example(spots: Iterable[Hotspot]) -> tuple[str, str] | None:
    """The gene and its most frequent change, as it should be written."""
    counted = [
        (n, s, new) for s in spots for new, n in s.changes.items() if new in _NEW - {s.reference}
    ]
    if not counted:
        return None
    _, spot, new = max(counted, key=lambda one: one[0])
    change = protein_change_of(f"{spot.reference}{spot.codon}{new}")
    return (spot.gene, f"{spot.gene} {change.name}") if change else None


def _either(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
