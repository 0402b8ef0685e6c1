"""A fusion or a splice variant: its genes, where they break, and the transcript that results."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from dugnad.record_rearrangements import PartnerGene, Rearrangement
from dugnad.report.pictures import domains, exon_labels, fusion_evidence, fusion_transcript, svg
from dugnad.report.pictures.axes import Interval, Squeezed
from dugnad.report.pictures.colours import BLUE, EVEN, ORANGE, SOFT, VERMILION
from dugnad.report.pictures.transcripts import Side, sides
from dugnad.report.words import Words

WIDTH, LEFT, RIGHT, BESIDE = 900.0, 8.0, 632.0, 668.0
EXON = 16.0


def draw(found: Rearrangement, partners: Sequence[PartnerGene], t: Words) -> Markup:
    """Both genes with exons to scale, the new transcript with its domains, and the evidence."""
    five, three = sides(found, partners)
    genes = [(five, found.gene_5, BLUE), (three, found.gene_3, ORANGE)]
    if found.gene_5 == found.gene_3:
        genes = [(_joined(five, three), found.gene_5, BLUE)]
    parts: list[Markup] = []
    y = 0.0
    for side, name, colour in genes:
        drawn, y = _gene(side, name, colour, y, t)
        parts += drawn
    made, y = fusion_transcript.draw(found, (five, three), y, (LEFT, RIGHT), t)
    beside, depth = fusion_evidence.draw(found, BESIDE, t)
    unknown = t("page.unknown")
    return svg.picture(
        WIDTH,
        max(y, depth),
        found.name,
        t(
            "page.pic.fusion_told",
            five=found.gene_5 or unknown,
            three=found.gene_3 or unknown,
            first=found.exon_5 or unknown,
            last=found.exon_3 or unknown,
        ),
        *parts,
        *made,
        *beside,
    )


def _joined(five: Side | None, three: Side | None) -> Side | None:
    """Both ends of an event within one gene."""
    if five is None or three is None:
        return five or three
    kept = None
    if five.kept is not None and three.kept is not None:
        kept = tuple(a or b for a, b in zip(five.kept, three.kept, strict=True))
    return Side(five.gene, kept, five.dna + three.dna, five.rna + three.rna)


def _gene(
    side: Side | None, name: str | None, colour: str, y: float, t: Words
) -> tuple[list[Markup], float]:
    """A gene in the direction of its transcript, and where its picture ends."""
    title = svg.shortened(name or t("page.rna.no_gene"), 30)
    parts = [svg.text(LEFT, y + 18, title, font_weight="bold", font_style="italic")]
    beside = LEFT + svg.width_of(title) + 14
    if side is None:
        parts.append(svg.text(beside, y + 18, t("page.pic.no_exons"), fill=SOFT))
        return parts, y + 34
    strand = t("page.pic.minus" if side.gene.strand == "-" else "page.pic.plus")
    told = f"{svg.shortened(side.gene.transcript or '', 24)} {strand}".strip()
    parts.append(svg.text(beside, y + 18, told, fill=SOFT))
    axis, middle = _axis(side), y + 62
    first, last = (axis(end) for end in side.span)
    parts.append(svg.line(first, middle, last, middle, stroke=EVEN, stroke_width=1.5))
    parts += _exons(side, colour, axis, middle, t)
    parts += _breaks(side, axis, middle)
    placed = _placed(side, colour, axis, t)
    boxes, bottom = domains.draw(placed, middle + 24, (LEFT, RIGHT), t)
    return [*parts, *boxes], max(bottom, middle + 26) + 6


def _axis(side: Side) -> Squeezed:
    """In the direction of the transcript, with introns shortened."""
    exons = side.gene.exons
    length = sum(end - start for start, end in exons)
    blocks = [*exons, *((pos - 1, pos) for _, pos in (*side.dna, *side.rna))]
    start, end = (RIGHT, LEFT) if side.gene.strand == "-" else (LEFT, RIGHT)
    return Squeezed.of(blocks, max(1.0, 0.6 * length / len(exons)), start, end)


def _exons(side: Side, colour: str, axis: Squeezed, middle: float, t: Words) -> Iterator[Markup]:
    for index, exon in enumerate(side.gene.exons):
        kept = side.kept is None or side.kept[index]
        exon_name = t("page.pic.exon", n=index + 1)
        fate = f"{exon_name}, {t.term('fate', 'kept' if kept else 'lost')}"
        style: dict[str, svg.Value] = {"fill": colour if kept else "#fff", "stroke": colour}
        style |= {"title": exon_name if side.kept is None else fate}
        coding = side.coding(exon)
        height = EXON if coding == exon else EXON / 2
        yield _block(exon, axis, middle, height, style | {"class_": "exon"})
        if coding and coding != exon:
            yield _block(coding, axis, middle, EXON, style | {"class_": "coding"})
    numbers = [
        ((axis(exon[0]) + axis(exon[1])) / 2, index + 1)
        for index, exon in enumerate(side.gene.exons)
    ]
    yield from exon_labels.draw(numbers, middle - 13)


def _block(
    place: Interval, axis: Squeezed, middle: float, height: float, style: dict[str, svg.Value]
) -> Markup:
    first, last = sorted(axis(end) for end in place)
    return svg.box(first, middle - height / 2, max(2, last - first), height, **style)


def _breaks(side: Side, axis: Squeezed, middle: float) -> Iterator[Markup]:
    """Breakpoints: of DNA as a broken line with its place, of RNA as a triangle from below."""
    for number, (chrom, pos) in enumerate(side.dna):
        x, words = axis(pos), f"DNA {svg.shortened(chrom, 12)}:{pos:,}"
        style: dict[str, svg.Value] = {"stroke_dasharray": "4 2", "stroke_width": 2}
        yield svg.line(x, middle - 36, x, middle + 14, stroke=VERMILION, class_="break", **style)
        # of two in one gene, the first is named at the left and the second at the right
        left = x + 4 + svg.width_of(words, 11) > RIGHT or (len(side.dna) > 1 and not number)
        place, anchor = (x - 4, "end") if left else (x + 4, "start")
        yield svg.text(place, middle - 29, words, anchor, font_size=11, fill=VERMILION)
    for chrom, pos in side.rna:
        title = svg.element("title", f"RNA {chrom}:{pos:,}")
        path = f"M{axis(pos):.1f} {middle + 10:.1f}l5 9h-10z"
        yield svg.element("path", title, d=path, fill=VERMILION, class_="rna")


def _placed(side: Side, colour: str, axis: Squeezed, t: Words) -> Iterator[domains.Placed]:
    for domain in side.gene.domains:
        places = [place for _, place in side.domain_parts(domain)]
        if places:
            pixels = [axis(end) for place in places for end in place]
            fate = side.fate(domain)
            note = t.term("fate", fate) if fate and fate != "kept" else ""
            yield domains.Placed(min(pixels), max(pixels), domain, colour, note)
