"""Coding changes to genome variants and protein changes, by arithmetic of our own.

The demo's truth must not lean on the annotation engine that it tests, so this module reads
the few kinds of ``c.`` change that the recipe uses and spells ``p.`` changes as HGVS does
(https://hgvs-nomenclature.org/): most 3' placement, duplication before insertion.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from dugnad.demo.gene import Gene, Transcript
from dugnad.demo.sequence import CODONS, THREE_LETTERS, reverse_complement, translate

_CHANGE = re.compile(
    r"c\.(?P<first>[-*]?\d+(?:[+-]\d+)?)(?:_(?P<last>[-*]?\d+(?:[+-]\d+)?))?"
    r"(?:(?P<ref>[ACGT])>(?P<alt>[ACGT])|(?P<kind>delins|del|dup|ins)(?P<inserted>[ACGT]*))"
)


@dataclass(frozen=True)
class Edit:
    """Gene positions ``start`` to ``end`` become ``bases``."""

    start: int
    end: int
    bases: str


@dataclass(frozen=True)
class Allele:
    """A variant as VCF writes it: 1-based position, left-aligned and trimmed."""

    contig: str
    position: int
    ref: str
    alt: str


def read_change(gene: Gene, transcript: Transcript, change: str) -> Edit:
    """The edit that a ``c.`` change means on ``transcript``.

    Raises ValueError when it cannot be read, its reference base does not stand there, an
    insertion is a duplication, or it is not written at its most 3' place.
    """
    match = _CHANGE.fullmatch(change)
    if match is None:
        raise ValueError(f"'{change}' is not a coding change that this recipe can use")
    start = transcript.position(match["first"])
    end = transcript.position(match["last"] or match["first"]) + 1
    kind, inserted = match["kind"], match["inserted"] or ""
    if end <= start or bool(inserted) != (kind in {"ins", "delins"}):
        raise ValueError(f"'{change}' is incomplete or runs backwards")
    standing = gene.sequence[start:end]
    if match["ref"] is not None:
        if standing != match["ref"]:
            raise ValueError(f"'{change}': the reference has {standing} there")
        return Edit(start, end, match["alt"])
    if kind == "delins":
        return Edit(start, end, inserted)
    if kind == "ins" and end - start != 2:
        raise ValueError(f"'{change}': an insertion is between two neighbouring bases")
    edit = {
        "del": Edit(start, end, ""),
        "dup": Edit(end, end, standing),
        "ins": Edit(start + 1, start + 1, inserted),
    }[kind]
    _check_placement(gene.sequence, edit, change, kind)
    return edit


def _check_placement(sequence: str, edit: Edit, change: str, kind: str) -> None:
    moving = edit.bases or sequence[edit.start : edit.end]
    if sequence[edit.end] == moving[0]:
        raise ValueError(f"'{change}' can be written further 3'")
    if kind == "ins" and sequence[edit.start - len(moving) : edit.start] == moving:
        raise ValueError(f"'{change}' is a duplication")


def as_allele(gene: Gene, edit: Edit, contig: str) -> Allele:
    """The VCF allele of ``edit``; ``contig`` is the sequence of the gene's contig."""
    start, end = gene.on_genome(edit.start, edit.end)
    bases = edit.bases if gene.strand == "+" else reverse_complement(edit.bases)
    return left_aligned(gene.contig, contig, start, end, bases)


def left_aligned(name: str, contig: str, start: int, end: int, alt: str) -> Allele:
    """The VCF allele of a contig (``name`` and sequence) whose bases from ``start`` to ``end``
    (0-based) become ``alt``, which is something else."""
    ref = contig[start:end]
    while not ref or not alt or ref[-1] == alt[-1]:
        if ref and alt:
            ref, alt = ref[:-1], alt[:-1]
        else:
            start -= 1
            ref, alt = contig[start] + ref, contig[start] + alt
    while ref[0] == alt[0] and min(len(ref), len(alt)) > 1:
        ref, alt, start = ref[1:], alt[1:], start + 1
    return Allele(name, start + 1, ref, alt)


def protein_change(gene: Gene, transcript: Transcript, edit: Edit) -> str | None:
    """The HGVS protein change of ``edit`` on ``transcript``.

    ``p.?`` within two bases of an exon edge inside an intron (the effect cannot be told), for a
    lost start codon, and for an in-frame change that moves the stop codon in other ways than a
    nonsense or stop-loss substitution does; None when no coding base is touched.
    """
    coding = transcript.coding_positions
    touched = range(edit.start, edit.end) if edit.end > edit.start else (edit.start - 1, edit.end)
    inside = set(coding)
    if not all(position in inside for position in touched):
        uncertain = any(p in inside or _at_splice_site(transcript, p) for p in touched)
        return "p.?" if uncertain else None
    start = coding.index(touched[0]) + (edit.end == edit.start)
    before = gene.from_start_codon(transcript)
    after = before[:start] + edit.bases + before[start + edit.end - edit.start :]
    if after[:3] != "ATG":
        return "p.?"
    reference = translate(gene.coding(transcript))
    shift = len(edit.bases) - (edit.end - edit.start)
    changed = translate(after)
    if shift % 3 == 0 and "*" in changed:
        changed = changed[: changed.index("*") + 1]
    text = _describe(reference, changed, start // 3, shift)
    return "p.?" if text is None else f"p.({text})"


def _at_splice_site(transcript: Transcript, position: int) -> bool:
    """Whether a gene position is among the first or last two bases of an intron."""
    exons = transcript.exons
    return any(
        left.end <= position < left.end + 2 or right.start - 2 <= position < right.start
        for left, right in pairwise(exons)
    )


def _describe(reference: str, changed: str, touched: int, shift: int) -> str | None:
    """The text between the brackets of a protein change; both proteins end with their stop.

    None where a new stop, or the loss of the old one, comes with other changes in frame.
    """
    if changed == reference:
        return f"{_name(reference, touched)}="
    first = next(i for i, (a, b) in enumerate(zip(reference, changed, strict=False)) if a != b)
    if changed[first] == "*":
        return f"{_name(reference, first)}Ter"
    if shift % 3:
        stop = changed.find("*", first)
        count = str(stop - first + 1) if stop >= 0 else "?"
        return f"{_name(reference, first)}{THREE_LETTERS[changed[first]]}fsTer{count}"
    if reference[first] == "*" and not shift:
        return f"Ter{first + 1}{THREE_LETTERS[changed[first]]}extTer{len(changed) - first - 1}"
    if len(changed) != len(reference) + shift // 3:
        return None
    return _in_frame(reference, changed, first)


def _in_frame(reference: str, changed: str, first: int) -> str:
    """Substitution, deletion, duplication, insertion or replacement of whole amino acids."""
    tail = 0
    room = min(len(reference), len(changed)) - first
    while tail < room and reference[-1 - tail] == changed[-1 - tail]:
        tail += 1
    last = len(reference) - tail  # one behind the last amino acid replaced
    new = changed[first : len(changed) - tail]
    letters = "".join(THREE_LETTERS[amino_acid] for amino_acid in new)
    if last - first == 1 and len(new) == 1:
        return _name(reference, first) + letters
    if not new:
        return f"{_span(reference, first, last)}del"
    if last > first:
        return f"{_span(reference, first, last)}delins{letters}"
    if reference[first - len(new) : first] == new:
        return f"{_span(reference, first - len(new), first)}dup"
    return f"{_name(reference, first - 1)}_{_name(reference, first)}ins{letters}"


def _name(protein: str, index: int) -> str:
    return f"{THREE_LETTERS[protein[index]]}{index + 1}"


def _span(protein: str, start: int, end: int) -> str:
    first = _name(protein, start)
    return first if end - start == 1 else f"{first}_{_name(protein, end - 1)}"


def codon_label(gene: Gene, number: int) -> str:
    """Reference amino acid and number of a codon of the preferred transcript: ``Val600``."""
    start, end = gene.preferred.codon(number)
    return f"{THREE_LETTERS[CODONS[gene.sequence[start:end]]]}{number}"
