"""Genome intervals, and the order of contigs."""

from collections.abc import Iterable
from dataclasses import dataclass


def contig_order(name: str) -> tuple[int, str]:
    """Sort key: chr1 to chr22, chrX, chrY."""
    number = name.removeprefix("chr")
    return (int(number), "") if number.isdigit() else (99, number)


@dataclass(frozen=True)
class Interval:
    """A genome interval, 0-based and half-open."""

    contig: str
    start: int
    end: int
    label: str = "."

    @property
    def place(self) -> tuple[tuple[int, str], int, int]:
        """Sort key in karyotype order."""
        return contig_order(self.contig), self.start, self.end


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """Sorted intervals; overlapping ones become one, whose label joins the labels with ``,``."""
    merged: list[Interval] = []
    for item in sorted(intervals, key=lambda interval: interval.place):
        last = merged[-1] if merged else None
        if last is not None and last.contig == item.contig and item.start < last.end:
            labels = {**dict.fromkeys(last.label.split(",")), item.label: None}
            end = max(last.end, item.end)
            merged[-1] = Interval(last.contig, last.start, end, ",".join(labels))
        else:
            merged.append(item)
    return merged


def pad(intervals: Iterable[Interval], bases: int, contigs: dict[str, str]) -> list[Interval]:
    """Intervals grown by ``bases`` on either side, kept within their contigs, and merged."""
    return merge(
        Interval(
            item.contig,
            max(0, item.start - bases),
            min(len(contigs[item.contig]), item.end + bases),
            item.label,
        )
        for item in intervals
    )
