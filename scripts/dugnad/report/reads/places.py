"""Which findings have a read view, and the windows of the genome that it shows.

A report asks ``with_reads`` and ``anchor`` to link a finding to its view; nothing here opens a BAM.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from dugnad.alleles import Change, trim
from dugnad.record import CaseRecord, Finding
from dugnad.record_rearrangements import Rearrangement
from dugnad.report.view import Line, ReportView

FLANK = 40  # bases on either side
LONGEST = 40  # a change that touches more bases has a window at each end
MOST = 40  # findings on one page
_NAME = 60  # characters of an anchor


@dataclass(frozen=True)
class Join:
    """One side of a rearrangement and the other side that it leads to; 1-based positions."""

    pos: int
    other_chrom: str
    other_pos: int


@dataclass(frozen=True)
class Window:
    """Bases [start, end), 0-based, of a contig; ``analyte``: whose samples it shows, None all."""

    chrom: str
    start: int
    end: int
    analyte: Literal["dna", "rna"] | None = None
    join: Join | None = None

    @property
    def locus(self) -> str:
        """As genome browsers write it, 1-based."""
        return f"{self.chrom}:{self.start + 1}-{self.end}"


@dataclass(frozen=True)
class Place:
    """A finding and its windows; ``change`` of a small variant alone."""

    line: Line
    windows: tuple[Window, ...]
    change: Change | None = None

    @property
    def anchor(self) -> str:
        """Its id in the page."""
        return anchor(self.line.item.id)


def has_alignments(record: CaseRecord) -> bool:
    """Whether the case came with reads, so that there is something to show."""
    return any(sample.door != "vcf" for sample in record.samples)


def anchor(identifier: str) -> str:
    """A finding's id as an HTML id: letters, digits, dots and hyphens; long ones are cut."""
    short = re.sub(r"[^A-Za-z0-9.]+", "-", identifier).strip("-")
    if len(short) > _NAME or not short:
        digest = hashlib.sha256(identifier.encode()).hexdigest()[:8]
        short = f"{short[:_NAME]}-{digest}"
    return f"f-{short}"


def with_reads(view: ReportView) -> tuple[Line, ...]:
    """The findings that have a read view, in the report's order: key, flagged, referral, blood."""
    lines = (*view.key, *view.flagged, *view.referral, *view.blood)
    unique = {line.item.id: line for line in lines if line.variant or _sides(line.event)}
    return tuple(unique.values())[:MOST] if has_alignments(view.record) else ()


def left_out(view: ReportView) -> int:
    """How many findings would have one, were they fewer."""
    lines = (*view.key, *view.flagged, *view.referral, *view.blood)
    unique = {line.item.id for line in lines if line.variant or _sides(line.event)}
    return max(0, len(unique) - MOST) if has_alignments(view.record) else 0


def places(view: ReportView, lengths: Mapping[str, int]) -> Iterator[Place]:
    """The windows of each finding that has a read view.

    Args:
        view: of a case that came with reads.
        lengths: of the genome's contigs, bases; a window on no contig is left out.
    """
    for line in with_reads(view):
        if line.variant:
            change = trim(line.variant.pos, line.variant.ref, line.variant.alt)
            found = _of_variant(line.variant)
        else:
            change, found = None, _sides(line.event)
        within = [_clamped(window, lengths) for window in found if window.chrom in lengths]
        yield Place(line, tuple(within), change)


def _of_variant(finding: Finding) -> list[Window]:
    start, end = finding.start, finding.end
    if end - start <= LONGEST:
        return [Window(finding.chrom, start - FLANK, end + FLANK)]
    return [Window(finding.chrom, at - FLANK, at + FLANK) for at in (start, end)]


def _sides(event: Rearrangement | None) -> list[Window]:
    """Windows of both sides by DNA, and of both sides by RNA, as far as they are known."""
    if event is None:
        return []
    dna = (event.chrom_1, event.pos_1, event.chrom_2, event.pos_2)
    rna = (event.rna_chrom_1, event.rna_pos_1, event.rna_chrom_2, event.rna_pos_2)
    found: list[Window] = []
    for analyte, (chrom_1, pos_1, chrom_2, pos_2) in (("dna", dna), ("rna", rna)):
        if chrom_1 is None or pos_1 is None or chrom_2 is None or pos_2 is None:
            continue
        kind: Literal["dna", "rna"] = "dna" if analyte == "dna" else "rna"
        found.append(_side(kind, chrom_1, Join(pos_1, chrom_2, pos_2)))
        found.append(_side(kind, chrom_2, Join(pos_2, chrom_1, pos_1)))
    return found


def _side(analyte: Literal["dna", "rna"], chrom: str, join: Join) -> Window:
    return Window(chrom, join.pos - 1 - FLANK, join.pos + FLANK, analyte, join)


def _clamped(window: Window, lengths: Mapping[str, int]) -> Window:
    start = max(0, window.start)
    end = max(start, min(window.end, lengths[window.chrom]))
    return Window(window.chrom, start, end, window.analyte, window.join)
