"""What a picture of reads is drawn on: where a base is, its colours, single letters."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from dugnad.report.pictures import svg
from dugnad.report.pictures.colours import BLUE, GREEN, ORANGE, SOFT, VERMILION
from dugnad.report.reads.places import Window
from dugnad.report.words import Words

BASE = 10  # pixels
LEFT = 12.0
COLOURS = {"A": GREEN, "C": BLUE, "G": ORANGE, "T": VERMILION, "N": SOFT}
# the same, dark enough for letters on white
LETTERS = {"A": "#007a59", "C": BLUE, "G": "#8a5a00", "T": "#b04400", "N": SOFT}


@dataclass
class Paper:
    """What is drawn so far, from top to bottom."""

    window: Window
    reference: str
    words: Words
    base_quality: int
    y: float = 4.0
    parts: list[Markup] = field(default_factory=list)

    def x(self, place: int) -> float:
        """Left edge of a base."""
        return LEFT + BASE * (
            min(max(place, self.window.start), self.window.end) - self.window.start
        )

    def base(self, place: int) -> str:
        """The reference's base."""
        at = place - self.window.start
        return self.reference[at] if 0 <= at < len(self.reference) else "N"

    def clip(self, start: int, end: int) -> tuple[int, int]:
        """The part that lies in the window."""
        return max(start, self.window.start), min(end, self.window.end)


def letters(
    paper: Paper, signs: Sequence[tuple[int, str]], y: float, size: float, colour: str
) -> list[Markup]:
    """Single letters in one text, each in the middle of its base."""
    if not signs:
        return []
    places = " ".join(f"{paper.x(place) + BASE / 2:g}" for place, _ in signs)
    text = "".join(letter for _, letter in signs)
    style: dict[str, svg.Value] = {"font_size": size, "font_weight": "bold", "fill": colour}
    return [svg.element("text", text, x=places, y=y, text_anchor="middle", **style)]
