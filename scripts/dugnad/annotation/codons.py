"""Sequence Ontology terms of a change of coding bases, from its codons.

The terms are those of Ensembl's VEP, by the rules that it states for its predicates: the codons
that a change touches and the residues before and after decide, not the protein's new end. So a
frameshift whose first new stop comes later is a frameshift_variant only, an insertion that keeps
the residues on one side is an inframe_insertion, and what changes residues and length otherwise
is a protein_altering_variant.
"""

from dataclasses import dataclass

from dugnad.alleles import Change
from dugnad.annotation.spliced import Spliced, reverse_complement, translate
from dugnad.annotation.transcript import Transcript


@dataclass(frozen=True)
class Edit:
    """Bases [start, end) of the spliced transcript become ``alt``; start == end inserts.

    Counted from the first coding base: untranslated bases before it have negative numbers.
    """

    start: int
    end: int
    alt: str

    @property
    def grows(self) -> int:
        """Bases gained, less those lost."""
        return len(self.alt) - (self.end - self.start)


def edit_of(transcript: Transcript, change: Change) -> Edit | None:
    """A change as an edit of the spliced transcript; None where it reaches beyond an exon.

    An insertion between exon and intron belongs to the exon.
    """
    if (span := transcript.coding_span) is None:
        return None
    forward = transcript.strand == "+"
    for base in (change.start, change.start - 1) if change.start == change.end else (change.start,):
        if not transcript.start <= base < transcript.end:
            continue
        index = transcript.exon_before(base)
        start, end = transcript.exons[index]
        if start <= change.start and change.end <= end:
            first = change.start - start if forward else end - change.end
            first += transcript.offsets[index] - span[0]
            alt = change.alt if forward else reverse_complement(change.alt)
            return Edit(first, first + change.end - change.start, alt)
    return None


@dataclass(frozen=True)
class CodonChange:
    """The codons that an edit touches, before and after; ``first`` is the first one, 0-based.

    ``before`` and ``after`` are their residues in one letter, "*" a stop, "X" not known. An
    insertion between two codons touches none: ``ref`` is empty.
    """

    first: int
    ref: str
    alt: str
    before: str
    after: str


def codon_change(spliced: Spliced, edit: Edit) -> CodonChange | None:
    """The codons that an edit within the coding sequence touches; None of one that leaves it."""
    length = len(spliced.coding)
    inserted = edit.start == edit.end
    if edit.start < 0 or edit.end > length or (inserted and edit.start in (0, length)):
        return None
    coding, pad = spliced.padded, spliced.pad
    start, end = edit.start + pad, edit.end + pad
    first = start // 3 * 3
    last = end if inserted and first == start else -(-end // 3) * 3
    ref = coding[first:last]
    alt = coding[first:start] + edit.alt + coding[end:last]
    before, after = translate(ref), translate(alt)
    if spliced.selenocysteines.intersection(range(first // 3, -(-last // 3))):
        kept = "TGA" in [alt[i : i + 3] for i in range(0, len(alt), 3)]
        before, after = before.replace("*", "U"), after.replace("*", "U") if kept else after
    return CodonChange(first // 3, ref, alt, before, after)


def coding_terms(transcript: Transcript, spliced: Spliced, change: Change) -> set[str]:
    """The terms of a change that touches a coding base, or lies between two; none of others."""
    edit = edit_of(transcript, change)
    if edit is None:
        return {"coding_sequence_variant"} if _touches(transcript, change) else set()
    length = len(spliced.coding)
    if edit.start >= length or edit.end <= 0:
        return set()
    found = codon_change(spliced, edit if edit.grows else _clipped(edit, length))
    terms = _start_terms(spliced, edit, found)
    terms |= _stop_terms(spliced, edit, found)
    if found is not None:
        terms |= _inner_terms(edit, found, terms)
    return terms or {"coding_sequence_variant"}


def _clipped(edit: Edit, length: int) -> Edit:
    """The coding part of an edit that changes no lengths."""
    start, end = max(edit.start, 0), min(edit.end, length)
    return Edit(start, end, edit.alt[start - edit.start : end - edit.start])


def _touches(transcript: Transcript, change: Change) -> bool:
    return any(a < change.end and change.start < b for a, b in transcript.coding_exons)


def start_lost(spliced: Spliced, edit: Edit) -> bool:
    """Whether an edit takes the start codon."""
    return "start_lost" in _start_terms(spliced, edit, codon_change(spliced, edit))


def _start_terms(spliced: Spliced, edit: Edit, found: CodonChange | None) -> set[str]:
    if spliced.open_start or edit.start >= 3 or edit.end <= 0:
        return set()
    head = spliced.before + spliced.coding
    at = len(spliced.before)
    edited = head[: at + edit.start] + edit.alt + head[at + edit.end :]
    altered = edited[-len(spliced.coding) :] != spliced.coding
    if edit.grows and not altered:
        return {"start_retained_variant"}
    whole = found is not None and edit.grows % 3 == 0 and _in_frame(edit, found) is not None
    if (edit.grows and altered and not whole) or edited[at : at + 3] != "ATG":
        return {"start_lost"}
    return set()


def _stop_terms(spliced: Spliced, edit: Edit, found: CodonChange | None) -> set[str]:
    if spliced.open_end:
        return set() if found is None else _new_stop(found, edit)
    last = len(spliced.coding) - 3
    overlaps = edit.end > last
    if overlaps and edit.grows and not _stop_moves(spliced, edit):
        return {"stop_retained_variant"}
    if found is None:
        return {"stop_lost"} if overlaps and _stop_moves(spliced, edit) else set()
    at_stop = not found.before and found.first * 3 - spliced.pad >= last
    rest = spliced.padded[found.first * 3 : last + spliced.pad]
    kept = found.after.partition("*")[0]
    if "*" in found.after and "*" not in found.before:
        same = len(kept) * 3 == len(rest) and kept == translate(rest)
        if same or (at_stop and not kept):
            return {"stop_retained_variant"}  # a new stop codon where the old one was
    return _stop_of(edit, found)


def change_terms(edit: Edit, found: CodonChange) -> set[str]:
    """The terms of changed codons alone, away from the start and the end."""
    ends = _stop_of(edit, found)
    return ends | _inner_terms(edit, found, ends)


def _stop_of(edit: Edit, found: CodonChange) -> set[str]:
    if found.before.startswith("*") and found.after.startswith("*"):
        return {"stop_retained_variant"}
    if "*" in found.before and "*" not in found.after:
        return {"stop_lost"}
    return _new_stop(found, edit)


def _new_stop(found: CodonChange, edit: Edit) -> set[str]:
    """A stop where there was none, or, unless bases are only deleted, an earlier one."""
    before, after = found.before.find("*"), found.after.find("*")
    earlier = 0 <= after < before and _in_frame(edit, found) is None
    return {"stop_gained"} if earlier or after >= 0 > before else set()


def _stop_moves(spliced: Spliced, edit: Edit) -> bool:
    """Whether no stop codon stands where the coding sequence ended."""
    tail = spliced.coding + spliced.after
    edited = tail[: max(edit.start, 0)] + edit.alt + tail[edit.end :]
    end = len(spliced.coding)
    return len(edited) < end or translate(edited[end - 3 : end]) != "*"


def _inner_terms(edit: Edit, found: CodonChange, ends: set[str]) -> set[str]:
    before, after = found.before, found.after
    if len(found.ref) % 3:
        return {"incomplete_terminal_codon_variant", "coding_sequence_variant"}
    if edit.grows % 3:
        return set() if "stop_retained_variant" in ends else {"frameshift_variant"}
    if "X" in before + after:
        return set()
    if edit.grows == 0:
        if before == after:
            return set() if "stop_retained_variant" in ends else {"synonymous_variant"}
        return set() if ends else {"missense_variant"}
    if term := _in_frame(edit, found):
        retained = "start_retained_variant" in ends and after.endswith(before)
        lost = term == "inframe_insertion" and "start_lost" in ends
        return set() if retained or lost else {term}
    at_ends = before.startswith("*") or after.startswith("*") or "start_lost" in ends
    return set() if at_ends or len(before) == len(after) else {"protein_altering_variant"}


def _in_frame(edit: Edit, found: CodonChange | None) -> str | None:
    """The term of a pure in-frame insertion or deletion, in VEP's sense."""
    if found is None:
        return None
    before, after = found.before, found.after
    if edit.grows > 0:
        shown = after[: after.index("*") + 1] if "*" in after else after
        kept = shown.startswith(before) or shown.endswith(before)
        return "inframe_insertion" if kept else None
    if edit.grows < 0 and _contains(found.ref, found.alt):
        return "inframe_deletion"
    return None


def _contains(longer: str, shorter: str) -> bool:
    """Whether leaving out one stretch of the longer gives the shorter."""
    head = 0
    while head < len(shorter) and longer[head] == shorter[head]:
        head += 1
    rest = len(shorter) - head
    return rest == 0 or longer.endswith(shorter[head:])
