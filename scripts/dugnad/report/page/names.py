"""Names of alterations in a language, and many of them in few words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dugnad.record_interpretation import Negative
from dugnad.report.view import Line
from dugnad.report.words import DASH, Words

CODES = {
    "Ala": "A", "Arg": "R", "Asn": "N", "Asp": "D", "Cys": "C", "Gln": "Q", "Glu": "E",
    "Gly": "G", "His": "H", "Ile": "I", "Leu": "L", "Lys": "K", "Met": "M", "Phe": "F",
    "Pro": "P", "Ser": "S", "Thr": "T", "Trp": "W", "Tyr": "Y", "Val": "V", "Ter": "*",
}  # fmt: skip
_SUBSTITUTION = re.compile(r"p\.\(?([A-Z][a-z]{2})(\d+)([A-Z][a-z]{2})\)?")
_DECIMAL = re.compile(r"(\d+)\.(\d+)")
_LIST = re.compile(r"(?<=\d)([,-])(?=\d)")
# of a fusion with any partner
_OPEN = re.compile(r"^::|::(?=\s)")
_NUMBERED = re.compile(r"(.*?)(\d+)")
# changes of a whole gene come first, and of these fusions
_ORDER = ("fusion", "rearrangement", "amplification", "homozygous_deletion")


def alteration_words(alteration: str, t: Words) -> str:
    """An alteration of the knowledge's grammar as people write it: ``KRAS G12C``."""
    words: list[str] = []
    for word in _SUBSTITUTION.sub(_short, _OPEN.sub("", alteration)).split():
        if words and word[:1].isdigit():
            word = _LIST.sub(lambda found: ", " if found[1] == "," else DASH, word)
        words.append(t.texts.get(f"term.alteration.{word}", word.replace("_", " ")))
    return " ".join(words)


def _short(found: re.Match[str]) -> str:
    """One-letter codes, where both residues have one."""
    first, position, last = found.groups()
    if first in CODES and last in CODES:
        return f"{CODES[first]}{position}{CODES[last]}"
    return found.group()


def _localised(t: Words) -> str:
    """How a decimal number is written, as a replacement."""
    return r"\1,\2" if t.language == "nb" else r"\1.\2"


def line_name(line: Line, t: Words) -> tuple[str, str]:
    """A finding's gene, or empty, and what is changed of it, in the language."""
    if line.copies:
        exons = f" {t('page.exon', n=line.copies.exons)}" if line.copies.exons else ""
        return line.copies.gene, t.term("call", line.copies.call) + exons
    if line.event:
        return event_name(line.event.name, line.event.kind, t)
    if line.item.kind == "biomarker":
        told = line.name.removeprefix(line.item.id).strip()
        return line.item.id, _DECIMAL.sub(_localised(t), alteration_words(told, t))
    gene = line.item.gene or ""
    return gene, line.name.removeprefix(gene).strip() if gene else line.name


def event_name(name: str, kind: str, t: Words) -> tuple[str, str]:
    """A rearrangement's genes and its kind, each said once."""
    gene, _, rest = name.partition(" ")
    return gene, alteration_words(rest, t) if rest else t.term("kind", kind)


@dataclass(frozen=True)
class Group:
    """Negatives in few words; ``reasons`` are what was looked at, as the record has it."""

    text: str
    reasons: tuple[str, ...]


def compressed(negatives: Iterable[Negative], t: Words) -> tuple[Group, ...]:
    """Genes that share a kind of change in one group, then what is looked for gene by gene."""
    by_kind: dict[str, dict[str, str]] = {}
    by_gene: dict[str, dict[str, str]] = {}
    for one in negatives:
        gene, _, rest = one.alteration.partition(" ")
        if rest in _ORDER:
            by_kind.setdefault(rest, {}).setdefault(gene.strip(":"), one.reason)
        else:
            by_gene.setdefault(gene, {}).setdefault(alteration_words(rest, t), one.reason)
    groups = [
        Group(_of_kind(kind, list(by_kind[kind]), t), tuple(by_kind[kind].values()))
        for kind in _ORDER
        if kind in by_kind
    ]
    groups += [
        Group(f"{gene} {', '.join(_folded(found))}", tuple(found.values()))
        for gene, found in by_gene.items()
    ]
    return tuple(groups)


def _folded(found: Iterable[str]) -> list[str]:
    """Changes of one gene: a codon that a named change belongs to is not said twice."""
    return list(dict.fromkeys(found))


def _of_kind(kind: str, genes: list[str], t: Words) -> str:
    number = "one" if len(genes) == 1 else "many"
    return f"{', '.join(families(genes))} {t(f'page.kinds.{kind}.{number}')}"


def families(genes: Iterable[str]) -> list[str]:
    """Genes by name, those of one family with successive numbers as one: ``NTRK1-3``."""
    runs: list[tuple[str, int, int]] = []
    told: list[str] = []
    for gene in sorted(set(genes), key=_by_number):
        found = _NUMBERED.fullmatch(gene)
        if found is None:
            told.append(gene)
            continue
        stem, number = found[1], int(found[2])
        if runs and runs[-1][0] == stem and runs[-1][2] == number - 1:
            runs[-1] = (stem, runs[-1][1], number)
        else:
            runs.append((stem, number, number))
    told += [f"{s}{a}" if a == b else f"{s}{a}{DASH}{b}" for s, a, b in runs]
    return sorted(told)


def _by_number(gene: str) -> tuple[str, int]:
    found = _NUMBERED.fullmatch(gene)
    return (found[1], int(found[2])) if found else (gene, 0)
