"""Lengths of microsatellites: the tumour above, the panel of normals beneath."""

from collections.abc import Iterator

from markupsafe import Markup

from dugnad.record_biomarkers import Msi, MsiLocus
from dugnad.report.pictures import svg
from dugnad.report.pictures.colours import BLUE, EVEN, LINE, SOFT, VERMILION
from dugnad.report.words import Words

COLUMNS, CELL, STRIP, GAP = 5, 172.0, 126.0, 10.0
HALF = 34.0
LOCI, LENGTHS = 20, 40


def draw(msi: Msi, t: Words) -> Markup:
    """Small pictures of the most telling loci; unstable ones are marked."""
    loci = msi.shown[:LOCI]
    rows = -(-len(loci) // COLUMNS)
    parts = [
        svg.group(
            _strip(locus, t),
            transform=f"translate({number % COLUMNS * (CELL + GAP):g} "
            f"{number // COLUMNS * (STRIP + GAP):g})",
            class_="locus",
        )
        for number, locus in enumerate(loci)
    ]
    unstable = sum(locus.status == "unstable" for locus in loci)
    width = COLUMNS * (CELL + GAP) - GAP
    return svg.picture(
        width,
        max(20, rows * (STRIP + GAP) - GAP),
        t("page.pic.msi"),
        t("page.pic.msi_told", loci=len(loci), unstable=unstable),
        *parts,
    )


def _strip(locus: MsiLocus, t: Words) -> Iterator[Markup]:
    unstable = locus.status == "unstable"
    edge: dict[str, svg.Value] = {"stroke": VERMILION if unstable else LINE}
    edge |= {"stroke_width": 2 if unstable else 1, "fill": "#fff", "rx": 4}
    yield svg.box(1, 1, CELL - 2, STRIP - 2, class_="unstable" if unstable else "frame", **edge)
    yield svg.text(7, 15, svg.shortened(locus.name, 13), font_weight="bold", font_size=11)
    status = t.term("locus", locus.status)
    colour = VERMILION if unstable else SOFT
    yield svg.text(CELL - 7, 15, status, "end", font_size=11, fill=colour)
    first, tumour, normal = trimmed(locus)
    middle = 34 + HALF
    yield svg.line(8, middle, CELL - 8, middle, stroke=EVEN)
    top = max([0.05, *tumour, *normal])
    step = min(16.0, (CELL - 16) / max(1, len(tumour)))
    start = (CELL - step * len(tumour)) / 2
    for number, (share, of_normals) in enumerate(zip(tumour, normal, strict=True)):
        x, length = start + step * number + 0.5, first + number
        told = t(
            "page.pic.length",
            length=length,
            tumour=t.percent(share),
            normals=t.percent(of_normals),
        )
        high, low = HALF * share / top, HALF * of_normals / top
        fill = VERMILION if unstable else BLUE
        yield svg.box(x, middle - high, step - 1, high, fill=fill, title=told, class_="tumour")
        yield svg.box(x, middle, step - 1, low, fill=EVEN, title=told, class_="normal")
        every = 1 if step >= 14 else -(-16 // max(1, int(step)))
        if number % every == 0:
            place = x + (step - 1) / 2
            yield svg.text(place, STRIP - 9, f"{length}", "middle", font_size=10, fill=SOFT)
    yield svg.text(
        CELL - 7, 28, t("page.reads", n=t.number(locus.reads)), "end", font_size=10, fill=SOFT
    )


def trimmed(locus: MsiLocus) -> tuple[int, list[float], list[float]]:
    """The lengths that are seen (at least 0.5 % of either), with those between them.

    Returns the first length and the shares of the tumour and of the normals from it on.
    """
    size = max(len(locus.shares), len(locus.normal_shares))
    tumour = [*locus.shares, *[0.0] * (size - len(locus.shares))]
    normal = [*locus.normal_shares, *[0.0] * (size - len(locus.normal_shares))]
    seen = [n for n in range(size) if max(tumour[n], normal[n]) >= 0.005]
    if not seen:
        return locus.first_length, [], []
    first, last = seen[0], min(seen[-1], seen[0] + LENGTHS - 1)
    return locus.first_length + first, tumour[first : last + 1], normal[first : last + 1]
