"""The picture of a window: reference and codons, and each sample's depth and reads beneath.

Much is drawn, so that what looks alike is one path; the picture stays small and needs no script.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dugnad.alleles import Change
from dugnad.report.pictures import svg
from dugnad.report.pictures.colours import (
    INK,
    LINE,
    SOFT,
)
from dugnad.report.reads.codons import Codon
from dugnad.report.reads.drawn import DrawnRead, ReadGroup, WindowReads
from dugnad.report.reads.layers import LOW, TALL, Layers
from dugnad.report.reads.paper import BASE, COLOURS, LEFT, LETTERS, Paper, letters
from dugnad.report.reads.places import Window
from dugnad.report.words import Words

DEPTH = 46.0
FEW = 60  # reads of a group that are drawn in tall rows
SHARE = 0.05  # of the reads; bases that more reads show are marked in the depth


@dataclass(frozen=True)
class Stacked:
    """A sample in a window: what it is called, and its reads."""

    name: str
    reads: WindowReads


def draw(
    window: Window,
    reference: str,
    samples: Sequence[Stacked],
    words: Words,
    base_quality: int,
    title: str,
    change: Change | None = None,
    residues: Iterable[Codon] = (),
) -> Markup:
    """One window with all its samples.

    Args:
        reference: the window's bases, upper case.
        samples: from top to bottom.
        base_quality: bases below it do not count, and are drawn paler.
        change: what is marked; at a breakpoint the window's join is.
        residues: codons beneath the reference.
    """
    paper = Paper(window, reference, words, base_quality)
    _ruler(paper)
    _bases(paper)
    _codons(paper, residues)
    for sample in samples:
        _sample(paper, sample)
    width = 2 * LEFT + BASE * (window.end - window.start)
    told = "; ".join(f"{one.name}: {_told(one.reads, words)}" for one in samples)
    mark = _mark(paper, change)
    return svg.picture(width, paper.y + 4, title, told, *mark, *paper.parts)


def _told(reads: WindowReads, words: Words) -> str:
    return ", ".join(words(f"reads.group.{group.shows}", n=group.total) for group in reads.groups)


def _mark(paper: Paper, change: Change | None) -> Iterator[Markup]:
    """A pale band over the changed bases, or a line at the point of an insertion or a join."""
    join = paper.window.join
    start, end = (join.pos - 1, join.pos) if join else (0, 0)
    if change is not None:
        start, end = change.start, change.end
    height = paper.y - 18
    if end > paper.window.start and start < paper.window.end and end > start:
        yield svg.box(paper.x(start), 18, paper.x(end) - paper.x(start), height, fill="#fff3c4")
    elif paper.window.start <= start <= paper.window.end:
        x = paper.x(start)
        yield svg.line(x, 18, x, 18 + height, stroke="#e3b505", stroke_width=2)


def _ruler(paper: Paper) -> None:
    for place in range(paper.window.start, paper.window.end):
        if (place + 1) % 20 == 0:
            x = paper.x(place) + BASE / 2
            paper.parts.append(svg.line(x, 15, x, 19, stroke=SOFT))
            number = paper.words.number(place + 1)
            paper.parts.append(svg.text(x, 12, number, "middle", font_size=10, fill=SOFT))
    paper.y = 20


def _bases(paper: Paper) -> None:
    """The reference, a letter a base."""
    y = paper.y + 11
    for base, colour in LETTERS.items():
        places = [paper.window.start + n for n, b in enumerate(paper.reference) if b == base]
        paper.parts += letters(paper, [(place, base) for place in places], y, 10, colour)
    paper.y += 16


def _codons(paper: Paper, residues: Iterable[Codon]) -> None:
    found = list(residues)
    if not found:
        return
    for codon in found:
        fill = "#dfe6ec" if codon.number % 2 else "#c3ced8"
        title = f"{codon.residue}{codon.number}"
        for start, end in codon.parts:
            x = paper.x(start)
            paper.parts.append(svg.box(x, paper.y, paper.x(end) - x, 13, fill=fill, title=title))
        start, end = max(codon.parts, key=lambda part: part[1] - part[0])
        middle = (paper.x(start) + paper.x(end)) / 2
        paper.parts.append(svg.text(middle, paper.y + 10, codon.residue, "middle", font_size=10))
        if codon.number % 5 == 0:
            number = str(codon.number)
            paper.parts.append(
                svg.text(middle, paper.y + 23, number, "middle", font_size=9, fill=SOFT)
            )
    paper.y += 26


def _sample(paper: Paper, sample: Stacked) -> None:
    width = BASE * (paper.window.end - paper.window.start)
    paper.y += 8
    paper.parts.append(svg.line(LEFT, paper.y, LEFT + width, paper.y, stroke=LINE))
    paper.y += 15
    paper.parts.append(svg.text(LEFT, paper.y, sample.name, font_weight="bold"))
    paper.y += 5
    if not sample.reads.total:
        paper.y += 12
        paper.parts.append(svg.text(LEFT, paper.y, paper.words("reads.none_here"), fill=SOFT))
        paper.y += 4
        return
    _depth(paper, sample.reads)
    for group in sample.reads.groups:
        if group.total:
            _group(paper, group)


def _depth(paper: Paper, reads: WindowReads) -> None:
    """Reads per base; bases other than the reference's in their colour, with their letter."""
    counts, depth = reads.pile.bases, reads.pile.depth
    top = max(int(depth.max(initial=0)), 1)
    floor = paper.y + 12 + DEPTH
    scale = DEPTH / top
    outline = [f"M{paper.x(paper.window.start):g} {floor:g}"]
    for n, value in enumerate(depth.tolist()):
        x = paper.x(paper.window.start + n)
        outline.append(f"V{floor - scale * value:.1f}H{x + BASE:g}")
    paper.parts.append(svg.element("path", d="".join(outline) + f"V{floor:g}Z", fill="#c9d1d8"))
    label = paper.words("reads.depth", top=paper.words.number(top))
    paper.parts.append(svg.text(LEFT, paper.y + 9, label, font_size=10, fill=SOFT))
    for n, row in enumerate(counts.tolist()):
        total, height = sum(row), 0.0
        for base, count in zip("ACGT", row, strict=True):
            if base == paper.base(paper.window.start + n) or count < max(2, SHARE * total):
                continue
            x, tall = paper.x(paper.window.start + n), max(scale * count, 1.5)
            title = f"{base} {count} / {total}"
            colour = COLOURS[base]
            bar = svg.box(x, floor - height - tall, BASE, tall, fill=colour, title=title)
            height += tall
            paper.parts.append(bar)
            letter = [(paper.window.start + n, base)]
            paper.parts += letters(paper, letter, floor - height - 2, 10, INK)
    paper.y = floor + 2


def _group(paper: Paper, group: ReadGroup) -> None:
    words = paper.words
    told = words(f"reads.group.{group.shows}", n=group.total)
    reverse = group.total - group.forward
    told = words("reads.strands", told=told, forward=group.forward, reverse=reverse)
    if len(group.drawn) < group.total:
        told = words("reads.some", told=told, drawn=len(group.drawn))
    paper.y += 14
    paper.parts.append(svg.text(LEFT, paper.y, told, font_size=11, fill=SOFT))
    paper.y += 4
    tall = TALL if len(group.drawn) <= FEW else LOW
    rows = _rows(paper, group.drawn)
    layers = Layers(paper, tall)
    for number, row in enumerate(rows):
        y = paper.y + tall * number + tall / 2
        for read in row:
            layers.add(read, y)
        layers.write(y)
    paper.parts += layers.drawn()
    paper.y += tall * len(rows)


def _rows(paper: Paper, reads: Sequence[DrawnRead]) -> list[list[DrawnRead]]:
    """Reads side by side where they leave room for it."""
    rows: list[list[DrawnRead]] = []
    ends: list[int] = []
    for read in sorted(reads, key=lambda one: (one.start, one.end)):
        start, end = paper.clip(read.start, read.end)
        free = next((n for n, last in enumerate(ends) if last + 2 <= start), None)
        if free is None:
            rows.append([read])
            ends.append(end)
        else:
            rows[free].append(read)
            ends[free] = end
    return rows
