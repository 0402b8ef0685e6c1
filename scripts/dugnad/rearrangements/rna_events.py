"""The panel's list of splice variants, and where on the genome each joins exons."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dugnad.annotation.transcripts import Transcript
from dugnad.border import got, read_text
from dugnad.errors import UserError
from dugnad.rearrangements.rna_chimeric import Joint, Place

COLUMNS = ["name", "gene", "kind", "exons", "junction", "source"]
Kind = Literal["exon_skipping", "junction"]
Frame = Literal["in_frame", "out_of_frame", "unknown"]

_EXONS = re.compile(r"([1-9]\d*)(?:-([1-9]\d*))?")
_JUNCTION = re.compile(r"([^\s:]+):([1-9]\d*)-([1-9]\d*)")


@dataclass(frozen=True)
class Event:
    """A row of the list. ``exons`` are those that are left out, first and last; ``junction`` has
    the contig, the last base before and the first after the splice, 1-based, as they are read."""

    name: str
    gene: str
    kind: Kind
    exons: tuple[int, int] | None
    junction: tuple[str, int, int] | None
    source: str
    line: int


@dataclass(frozen=True)
class Spliced:
    """An event on a transcript: what it joins, the reference's junctions at either side, the last
    exon before and the first after it, and whether the reading frame goes on."""

    joint: Joint
    references: tuple[Joint | None, Joint | None]
    exons: tuple[int | None, int | None]
    frame: Frame


def read_events(path: Path) -> list[Event]:
    """The splice variants of a list; raises UserError with all faulty lines at once."""
    rows = list(csv.reader(io.StringIO(read_text(path)), delimiter="\t"))
    if not rows or rows[0] != COLUMNS:
        raise UserError(f"{path}:1: the header must be {', '.join(COLUMNS)}, separated by tabs")
    events: list[Event] = []
    problems: list[str] = []
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cells):
            continue
        if len(cells) != len(COLUMNS):
            problems.append(f"{path}:{number}: needs {len(COLUMNS)} cells; fill them in")
            continue
        try:
            events.append(_event(dict(zip(COLUMNS, cells, strict=True)), number))
        except ValueError as error:
            problems.append(f"{path}:{number}: {error}")
    if problems:
        raise UserError(problems)
    return events


def _event(cells: Mapping[str, str], number: int) -> Event:
    name, gene, kind, source = (cells[key] for key in ("name", "gene", "kind", "source"))
    if not (name and gene and source):
        raise ValueError("needs a name, a gene and a source; fill them in")
    if kind == "exon_skipping":
        if not (match := _EXONS.fullmatch(cells["exons"])) or cells["junction"]:
            text = f"exon_skipping needs exons alone {got(cells['exons'])}"
            raise ValueError(f"{text}; write 14, or 2-7, and leave junction empty")
        first, last = int(match[1]), int(match[2] or match[1])
        if first > last or first < 2:
            raise ValueError(f"exons must be 2 or more, first one first {got(cells['exons'])}")
        return Event(name, gene, "exon_skipping", (first, last), None, source, number)
    if kind == "junction":
        if not (match := _JUNCTION.fullmatch(cells["junction"])) or cells["exons"]:
            text = f"junction needs a junction alone {got(cells['junction'])}"
            raise ValueError(f"{text}; write chr7:100-200, as it is read, and leave exons empty")
        place = (match[1], int(match[2]), int(match[3]))
        return Event(name, gene, "junction", None, place, source, number)
    raise ValueError(f"kind must be exon_skipping or junction {got(kind)}; write one of them")


def splice(event: Event, transcript: Transcript) -> Spliced:
    """Where an event lies on a transcript; raises ValueError when that has no such exons."""
    exons = transcript.exons
    if event.exons:
        first, last = event.exons
        if last >= len(exons):
            raise ValueError(f"{transcript.name} has {len(exons)} exons, of which {last} is no"
                             " inner one")  # fmt: skip
        before, after = first - 1, last + 1  # exon numbers
        ends = _last(transcript, before), _first(transcript, after)
        references = (
            Joint(ends[0], _first(transcript, first)),
            Joint(_last(transcript, last), ends[1]),
        )
        return Spliced(Joint(*ends), references, (before, after), _frame(transcript, first, last))
    assert event.junction
    chrom, low, high = event.junction
    if chrom != transcript.chrom or (high > low) != (transcript.strand == "+"):
        raise ValueError(f"the junction does not lie on {transcript.name} in its direction")
    joint = Joint(Place(chrom, low, transcript.strand), Place(chrom, high, transcript.strand))
    numbers = range(1, len(exons) + 1)
    before_ = next((n for n in numbers if _last(transcript, n) == joint.five), None)
    after_ = next((n for n in numbers if _first(transcript, n) == joint.three), None)
    onwards = before_ is not None and before_ < len(exons)
    backwards = after_ is not None and after_ > 1
    return Spliced(
        joint,
        (
            Joint(joint.five, _first(transcript, before_ + 1)) if before_ and onwards else None,
            Joint(_last(transcript, after_ - 1), joint.three) if after_ and backwards else None,
        ),
        (before_, after_),
        "unknown",
    )


def _last(transcript: Transcript, number: int) -> Place:
    """The last base of an exon, as it is read."""
    start, end = transcript.exons[number - 1]
    return Place(
        transcript.chrom, end if transcript.strand == "+" else start + 1, transcript.strand
    )


def _first(transcript: Transcript, number: int) -> Place:
    """The first base of an exon, as it is read."""
    start, end = transcript.exons[number - 1]
    return Place(
        transcript.chrom, start + 1 if transcript.strand == "+" else end, transcript.strand
    )


def _frame(transcript: Transcript, first: int, last: int) -> Frame:
    """Whether leaving out exons keeps the frame: unknown if it takes the start or the stop."""
    out = transcript.exons[first - 1 : last]
    if transcript.cds is None:
        return "unknown"
    low, high = transcript.cds
    if not all(low < start and end < high for start, end in out):
        return "unknown"
    bases = sum(end - start for start, end in out)
    return "in_frame" if bases % 3 == 0 else "out_of_frame"
