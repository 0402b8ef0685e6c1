"""Domains of a protein beneath the exons that encode them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from dugnad.record_rearrangements import Domain
from dugnad.report.pictures import svg
from dugnad.report.pictures.colours import SOFT
from dugnad.report.words import Words

ROW, ROWS = 27.0, 4


@dataclass(frozen=True)
class Placed:
    """A domain between two pixels; ``note`` says what befell it, empty where it is whole."""

    first: float
    last: float
    domain: Domain
    colour: str
    note: str = ""

    @property
    def words(self) -> str:
        """What stands beneath it."""
        name = svg.shortened(self.domain.name, 28)
        return f"{name} ({self.note})" if self.note else name


def draw(
    placed: Iterable[Placed], y: float, ends: tuple[float, float], t: Words
) -> tuple[list[Markup], float]:
    """Boxes with names in as few rows as keep them apart, and where the last row ends.

    Those that would need more than a few rows are left out.
    """
    taken = [0.0] * ROWS
    parts: list[Markup] = []
    rows = 0
    for one in sorted(placed, key=lambda one: (one.first, one.last)):
        half = svg.width_of(one.words, 11) / 2
        middle = min(max((one.first + one.last) / 2, ends[0] + half), ends[1] - half)
        left, right = min(one.first, middle - half), max(one.last, middle + half)
        row = next((n for n, end in enumerate(taken) if end <= left), None)
        if row is None:
            continue
        taken[row] = right + 6
        rows = max(rows, row + 1)
        parts += _box(one, middle, y + ROW * row, t)
    return parts, y + ROW * rows


def _box(one: Placed, middle: float, y: float, t: Words) -> Iterator[Markup]:
    style: dict[str, svg.Value] = {"stroke": SOFT if one.note else one.colour, "rx": 3}
    style |= {"stroke_dasharray": "3 2" if one.note else None, "class_": "domain"}
    style |= {"fill": "#fff" if one.note else one.colour, "fill_opacity": 0.45}
    domain = one.domain
    words = t("page.pic.residues", name=domain.name, first=domain.first, last=domain.last)
    style |= {"title": words}
    yield svg.box(one.first, y, one.last - one.first, 8, **style)
    yield svg.text(middle, y + 19, one.words, "middle", font_size=11, fill=SOFT)
