"""Numbers above exons."""

from collections.abc import Iterable, Iterator

from markupsafe import Markup

from dugnad.report.pictures import svg
from dugnad.report.pictures.colours import SOFT


def draw(exons: Iterable[tuple[float, int]], y: float) -> Iterator[Markup]:
    """Numbers of exons at their middles, from left to right; those without room are left out."""
    free = -1e9
    for x, number in exons:
        label = str(number)
        half = svg.width_of(label, 11) / 2
        if x - half >= free:
            yield svg.text(x, y, label, "middle", font_size=11, fill=SOFT)
            free = x + half + 2
