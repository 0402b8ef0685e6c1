"""What two broken genes make together: their order, the reading frame, and the domain that matters.

Of a break in an intron the exons beside it are spliced; two breaks in exons join these directly; of
one in an exon and one in an intron, nothing is said of the frame.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dugnad.rearrangements.gene_files import GeneDomain
from dugnad.rearrangements.partners import Broken

Frame = Literal["in_frame", "out_of_frame", "unknown"]
Kept = Literal["kept", "lost", "unknown"]

_OTHER_LENGTH = 50  # residues; isoforms that differ more have their domains elsewhere


@dataclass(frozen=True)
class Product:
    """A 5' part (head) before a 3' part (tail); one may be lacking."""

    head: Broken | None
    tail: Broken | None
    frame: Frame
    frame_reason: str
    domain: str | None
    domain_kept: Kept
    domain_reason: str


def pair_up(
    ones: Sequence[Broken], twos: Sequence[Broken], preferred: frozenset[str]
) -> tuple[Broken | None, Broken | None]:
    """The gene of either side that is reported; genes on the panel, and those that make a
    transcript together, go first."""
    options = [(a, b) for a in (ones or [None]) for b in (twos or [None])]  # type: ignore[list-item]

    def rank(option: tuple[Broken | None, Broken | None]) -> tuple[bool, int, int]:
        a, b = option
        sense = bool(a and b and a.is_head != b.is_head)
        named = sum(item is not None and item.gene in preferred for item in option)
        coding = sum(item is not None and item.transcript.cds is not None for item in option)
        return sense, named, coding

    return max(options, key=rank)


def product(
    head: Broken | None,
    tail: Broken | None,
    inserted: int,
    domains: Mapping[str, Sequence[GeneDomain]],
) -> Product:
    """What the parts make; ``inserted``: bases between them."""
    frame, why = _frame(head, tail, inserted)
    domain, kept, domain_why = _domain(head, tail, frame, domains)
    return Product(head, tail, frame, why, domain, kept, domain_why)


def _frame(head: Broken | None, tail: Broken | None, inserted: int) -> tuple[Frame, str]:
    if head is None or tail is None:
        return "unknown", "frame: one partner is not known"
    for part in (head, tail):
        if part.transcript.cds is None:
            return "unknown", f"frame: {part.gene} has no coding sequence"
    before, lost = head.coding_before, tail.coding_before
    if before == 0:
        return "unknown", f"frame: {head.gene} gives no coding bases, at most its promoter"
    if before >= head.transcript.coding_length:
        return "unknown", f"frame: {head.gene} is kept with its stop codon"
    if lost >= tail.transcript.coding_length:
        return "unknown", f"frame: {tail.gene} gives no coding bases"
    if lost == 0:
        return "unknown", f"frame: {tail.gene} has its own start codon"
    if head.inside != tail.inside:
        part = head if head.inside else tail
        return "unknown", f"frame: the break lies within exon {part.exon} of {part.gene}"
    linker = inserted if head.inside else 0
    shift = (head.coding_frame + linker - tail.coding_frame) % 3
    if shift == 0:
        return "in_frame", "in frame by the coding phases of both"
    return "out_of_frame", f"out of frame: shifted by {shift}"


def _domain(
    head: Broken | None,
    tail: Broken | None,
    frame: Frame,
    domains: Mapping[str, Sequence[GeneDomain]],
) -> tuple[str | None, Kept, str]:
    """The first listed domain of the tail, else of the head."""
    for part in (tail, head):
        for row in domains.get(part.gene, ()) if part else ():
            assert part
            name = f"{row.gene} {row.name}"
            kept, why = _kept(part, row, frame)
            return name, kept, why
    return None, "unknown", ""


def _kept(part: Broken, row: GeneDomain, frame: Frame) -> tuple[Kept, str]:
    """Whether the domain is whole; a protein of another length than the table's moves its ends by
    the difference at most."""
    transcript = part.transcript
    length = (transcript.coding_length - transcript.cds_phase) // 3 - 1
    slack = abs(length - row.length)
    if slack > _OTHER_LENGTH:
        fault = f"{transcript.name} has {length} residues, the domain's table {row.length}"
        return "unknown", f"{row.name}: {fault}"
    shown = f"{row.name} (residues {row.first}-{row.last})"
    if part.is_head:
        last = part.coding_before // 3
        margin, left = last - row.last, f"residues to {last} are left"
    else:
        first = -(-part.coding_before // 3) + 1
        margin, left = row.first - first, f"residues from {first} are left"
    if margin < -slack:
        return "lost", f"{shown} not whole: {left}"
    if margin < slack:
        return "unknown", f"{shown}: {left}, of a protein of {length} residues"
    if frame == "out_of_frame" and not part.is_head:
        return "lost", f"{shown} is out of frame"
    return "kept", f"{shown} kept: {left}"
