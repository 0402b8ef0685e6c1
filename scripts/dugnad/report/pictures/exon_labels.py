"""Numbers above exons."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from dugnad.report.pictures import svg
from dugnad.report.pictures.colours import SOFT

SIZE = 11.0


def draw(
    exons: Sequence[tuple[float, int]], y: float, join: float | None = None
) -> Iterator[Markup]:
    """Numbers of exons at their middles; those without room are left out.

    ``join``: where two parts of a transcript meet; its neighbours go first, one on either side.
    """
    order = sorted(exons, key=lambda exon: 0 if join is None else abs(exon[0] - join))
    taken: list[tuple[float, float]] = []
    for middle, number in order:
        half = svg.width_of(str(number), SIZE) / 2
        x = middle
        if join is not None:
            x = min(x, join - half - 2) if middle < join else max(x, join + half + 2)
        if all(x + half + 2 <= first or last + 2 <= x - half for first, last in taken):
            taken.append((x - half, x + half))
            yield svg.text(x, y, str(number), "middle", font_size=SIZE, fill=SOFT)
