"""The reads of a group as few paths: what looks alike is gathered in one."""

from collections import defaultdict
from collections.abc import Iterator

from markupsafe import Markup

from dugnad.report.pictures import svg
from dugnad.report.pictures.colours import EVEN, INK, PALE, PURPLE, SOFT
from dugnad.report.reads.drawn import DrawnRead, Piece
from dugnad.report.reads.paper import BASE, COLOURS, Paper, letters

TALL, LOW = 10, 6  # a row of reads; letters stand in the tall ones
FORWARD, REVERSE = "#bcdcf0", "#f0d9a8"
_MEDIUM = 30  # Phred
_SURE = 20  # Phred, of mapping: reads below are drawn paler


class Layers:
    """The reads of a group: what looks alike is gathered in one path."""

    def __init__(self, paper: Paper, tall: int) -> None:
        self._paper = paper
        self._tall = tall
        self._thick = tall - 1
        self._lines: dict[tuple[str, float, float, str], list[str]] = defaultdict(list)
        self._row: list[tuple[int, str]] = []
        self._texts: list[Markup] = []

    def add(self, read: DrawnRead, y: float) -> None:
        """One read on its row."""
        colour = REVERSE if read.is_reverse else FORWARD
        clear = 1.0 if read.mapping_quality >= _SURE else 0.45
        for piece in read.pieces:
            self._stroke("0", colour, self._thick, clear, piece.start, piece.end, y)
            self._piece(piece, y)
        for clip in read.clips:
            self._clip(clip, y)
        for start, end, is_intron in read.gaps:
            style = "4" if is_intron else "0"
            self._stroke("3", EVEN if is_intron else INK, 1, 1, start, end, y, dashes=style)
        for place, size in read.insertions:
            self._insertion(place, size, y)

    def _stroke(
        self,
        layer: str,
        colour: str,
        thick: float,
        opacity: float,
        start: int,
        end: int,
        y: float,
        dashes: str = "0",
    ) -> None:
        low, high = self._paper.clip(start, end)
        if low < high:
            key = (f"{layer}{dashes}{colour}", thick, opacity, dashes)
            x = self._paper.x(low)
            self._lines[key].append(f"M{x:g} {y:g}h{BASE * (high - low)}")

    def _piece(self, piece: Piece, y: float) -> None:
        """Bases of too low quality, and those that are not the reference's."""
        low, high = self._paper.clip(piece.start, piece.end)
        weak: int | None = None
        for place in range(low, high + 1):
            inside = place < high
            quality = piece.qualities[place - piece.start] if inside else 99
            if quality < self._paper.base_quality:
                weak = place if weak is None else weak
            elif weak is not None:
                self._stroke("1", "#ffffff", self._thick, 0.55, weak, place, y)
                weak = None
            if inside and (base := piece.bases[place - piece.start]) != self._paper.base(place):
                self._mismatch(place, base, quality, y)

    def _mismatch(self, place: int, base: str, quality: int, y: float) -> None:
        sure = quality >= self._paper.base_quality
        opacity = 0.35 if not sure else 0.75 if quality < _MEDIUM else 1.0
        colour = COLOURS.get(base, SOFT)
        self._stroke("2", colour, self._thick, opacity, place, place + 1, y)
        if sure:
            self._row.append((place, base))

    def _clip(self, clip: Piece, y: float) -> None:
        """Clipped bases in their colours, thinner than aligned ones."""
        low, high = self._paper.clip(clip.start, clip.end)
        self._stroke("0", PALE, self._thick, 1, low, high, y)
        first = low
        for place in range(low, high):
            base = clip.bases[place - clip.start]
            is_last = place + 1 == high or clip.bases[place + 1 - clip.start] != base
            if is_last:
                colour = COLOURS.get(base, SOFT)
                self._stroke("2", colour, self._thick / 2, 0.8, first, place + 1, y)
                first = place + 1

    def _insertion(self, place: int, size: int, y: float) -> None:
        window = self._paper.window
        if not window.start < place < window.end:
            return
        x = self._paper.x(place)
        key = (f"4{PURPLE}", 2.0, 1.0, "0")
        self._lines[key].append(f"M{x:g} {y - self._tall / 2:g}v{self._tall}")
        if self._tall == TALL:
            label = svg.text(x + 2, y + 3, str(size), font_size=8, fill="#7a2f5c")
            self._texts.append(label)

    def write(self, y: float) -> None:
        """The letters of a row that is done, where rows are tall enough."""
        if self._tall == TALL:
            self._texts += letters(self._paper, self._row, y + 3, 8, "#ffffff")
        self._row = []

    def drawn(self) -> Iterator[Markup]:
        """All paths, the lowest layer first, then the texts."""
        for (name, thick, opacity, dashes), paths in sorted(self._lines.items()):
            style: dict[str, svg.Value] = {"stroke_width": thick}
            if opacity < 1:
                style["stroke_opacity"] = f"{opacity:g}"
            if dashes != "0":
                style["stroke_dasharray"] = f"{dashes} 3"
            colour = f"#{name.partition('#')[2]}"
            yield svg.element("path", d="".join(paths), stroke=colour, fill="none", **style)
        yield from self._texts
