"""The transcript that a rearrangement makes, with the domains that it has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dugnad.record_rearrangements import Domain, Rearrangement
from dugnad.report.pictures import domains, exon_labels, svg
from dugnad.report.pictures.colours import BLUE, ORANGE, SOFT, VERMILION
from dugnad.report.pictures.transcripts import Side
from dugnad.report.words import Words

EXON = 16.0


@dataclass(frozen=True)
class _Piece:
    """An exon of the new transcript; ``second``: it comes after the junction."""

    side: Side
    index: int
    second: bool
    colour: str
    start: float
    width: float


def draw(
    found: Rearrangement,
    sides: tuple[Side | None, Side | None],
    y: float,
    ends: tuple[float, float],
    t: Words,
) -> tuple[list[Markup], float]:
    """Exons to scale from left to right, and where the picture ends; nothing where not known."""
    five, three = sides
    if not (five and five.kept and three and three.kept):
        return [], y
    faded = found.frame == "out_of_frame"
    pieces = list(_pieces(five, three, ends))
    middle = y + 52
    parts = [*_head(found, ends[0], y + 16, t)]
    for piece in pieces:
        title = t("page.pic.exon_of", gene=piece.side.gene.gene, n=piece.index + 1)
        style: dict[str, svg.Value] = {"fill": piece.colour, "stroke": "#fff", "class_": "kept"}
        style |= {"fill_opacity": 0.35 if faded and piece.second else None, "title": title}
        parts.append(svg.box(piece.start, middle - EXON / 2, piece.width, EXON, **style))
    numbers = [(piece.start + piece.width / 2, piece.index + 1) for piece in pieces]
    join = next((piece.start for piece in pieces if piece.second), None)
    parts += exon_labels.draw(numbers, middle - 13, join)
    if join is not None:
        style = {"stroke": VERMILION, "stroke_width": 2, "class_": "join"}
        parts.append(svg.line(join, middle - 28, join, middle + 12, **style))
    placed = _placed(pieces, t, faded=faded)
    boxes, bottom = domains.draw(placed, middle + 16, ends, t)
    return [*parts, *boxes], max(bottom, middle + 20)


def _head(found: Rearrangement, x: float, y: float, t: Words) -> Iterator[Markup]:
    words = t("page.pic.transcript")
    yield svg.text(x, y, words, font_weight="bold")
    told = t.term("frame", found.frame)
    colour = VERMILION if found.frame == "out_of_frame" else SOFT
    yield svg.text(x + svg.width_of(words) + 14, y, told, fill=colour)


def _pieces(five: Side, three: Side, ends: tuple[float, float]) -> Iterator[_Piece]:
    kept = [
        (side, index, side is three, side.gene.exons[index][1] - side.gene.exons[index][0])
        for side in (five, three)
        for index, has in enumerate(side.kept or ())
        if has
    ]
    total = sum(length for *_, length in kept)
    other = BLUE if five.gene == three.gene else ORANGE
    at = ends[0]
    for side, index, second, length in kept:
        width = (ends[1] - ends[0]) * length / total
        yield _Piece(side, index, second, other if second else BLUE, at, width)
        at += width


def _placed(pieces: Sequence[_Piece], t: Words, *, faded: bool) -> Iterator[domains.Placed]:
    """Domains of which the transcript has all exons, or some."""
    for name in dict.fromkeys(piece.side.gene.gene for piece in pieces):
        own = [piece for piece in pieces if piece.side.gene.gene == name]
        for domain in own[0].side.gene.domains:
            places = [(place, piece) for piece in own for place in _within(piece, domain)]
            if places:
                has = {piece.index for _, piece in places}
                whole = has == {index for index, _ in own[0].side.domain_parts(domain)}
                unread = faded and any(piece.second for _, piece in places)
                note = (
                    t("page.pic.not_in_frame") if unread else "" if whole else t.term("fate", "cut")
                )
                first = min(place[0] for place, _ in places)
                last = max(place[1] for place, _ in places)
                yield domains.Placed(first, last, domain, places[0][1].colour, note)


def _within(piece: _Piece, domain: Domain) -> Iterator[tuple[float, float]]:
    start, end = piece.side.gene.exons[piece.index]
    scale = piece.width / (end - start)
    for index, (first, last) in piece.side.domain_parts(domain):
        if index == piece.index:
            low, high = first - start, last - start
            if piece.side.gene.strand == "-":
                low, high = end - last, end - first
            yield piece.start + low * scale, piece.start + high * scale
