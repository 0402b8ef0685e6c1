"""Positions in HGVS: c. on a coding transcript, n. on another.

Introns are numbered from the nearer exon, the middle from the 5' one. Beyond the ends of a coding
transcript positions count on as if the untranslated region did; HGVS has no numbers there,
clinical usage has (TERT c.-124C>T). See https://hgvs-nomenclature.org, numbering.
"""

from dugnad.alleles import Change
from dugnad.annotation.spliced import reverse_complement
from dugnad.annotation.transcript import Transcript


def position(transcript: Transcript, base: int) -> str:
    """The HGVS position of a genomic base (0-based), without "c." or "n.".

    Raises ValueError beyond the ends of a transcript without coding sequence.
    """
    forward = transcript.strand == "+"
    if base < transcript.start or base >= transcript.end:
        if transcript.cds is None:
            raise ValueError(f"n. has no numbers beyond the ends of {transcript.name}")
        beyond = transcript.start - base if base < transcript.start else base - transcript.end + 1
        upstream = (base < transcript.start) == forward
        return _counted(transcript, -beyond if upstream else transcript.length - 1 + beyond)
    index = transcript.exon_before(base)
    start, end = transcript.exons[index]
    if base < end:
        inside = base - start if forward else end - 1 - base
        return _counted(transcript, transcript.offsets[index] + inside)
    five = index if forward else index - 1  # the exon on the 5' side of the intron
    edge, next_edge = transcript.exons[five], transcript.exons[five + 1]
    after = base - edge[1] + 1 if forward else edge[0] - base
    before = next_edge[0] - base if forward else base - next_edge[1] + 1
    following = transcript.offsets[five + 1]
    if after <= before:
        return f"{_counted(transcript, following - 1)}+{after}"
    return f"{_counted(transcript, following)}-{before}"


def _counted(transcript: Transcript, index: int) -> str:
    """The position of a base of the spliced transcript, whose first is 0."""
    span = transcript.coding_span
    if span is None:
        return str(index + 1)
    if index < span[0]:
        return f"-{span[0] - index}"
    return f"*{index - span[1]}" if index > span[1] else str(index - span[0] + 1)


def describe(transcript: Transcript, change: Change, duplicated: bool) -> str:
    """A change, as far 3' as it reads the same, in HGVS: "c.5del", "n.5_6insA", "c.7_8inv".

    ``duplicated``: an insertion whose bases are those before it, in the transcript's direction.
    """
    kind = "n." if transcript.cds is None else "c."
    forward = transcript.strand == "+"
    ref = change.ref if forward else reverse_complement(change.ref)
    alt = change.alt if forward else reverse_complement(change.alt)
    start, end = change.start, change.end
    if not ref:
        if not duplicated:
            return f"{kind}{_range(transcript, start - 1, start + 1)}ins{alt}"
        start, end = (start - len(alt), start) if forward else (start, start + len(alt))
        return f"{kind}{_range(transcript, start, end)}dup"
    place = f"{kind}{_range(transcript, start, end)}"
    if not alt:
        return f"{place}del"
    if len(ref) == len(alt) == 1:
        return f"{place}{ref}>{alt}"
    return f"{place}inv" if ref == reverse_complement(alt) else f"{place}delins{alt}"


def _range(transcript: Transcript, start: int, end: int) -> str:
    ends = (start, end - 1) if transcript.strand == "+" else (end - 1, start)
    if end - start == 1:
        return position(transcript, start)
    return f"{position(transcript, ends[0])}_{position(transcript, ends[1])}"
