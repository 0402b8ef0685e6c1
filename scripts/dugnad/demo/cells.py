"""The cells of a sample, and what follows from them: molecules, expected VAF, mean copies.

Every expectation of the demo comes from here. Of cells with share f and, where a variant lies,
n1 + n2 copies, of which m carry it: VAF = sum(f * m) / sum(f * (n1 + n2)).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from dugnad.demo.case_recipe import CaseRecipe, SampleRecipe, Sex
from dugnad.demo.copies import Segment, clone_segments, copies_at, germline_segments
from dugnad.demo.genome import Genome
from dugnad.demo.hgvs import Allele
from dugnad.demo.interval import Interval
from dugnad.demo.molecules import Copies, Molecules


@dataclass(frozen=True)
class Variant:
    """A variant that cells carry, on the genome and, where known, in coding terms.

    ``haplotype`` None: both. ``copies`` None: all copies of its haplotype, else at most so many.
    ``clone`` None: germline.
    """

    allele: Allele
    origin: Literal["somatic", "germline"]
    why: str
    haplotype: Literal[1, 2] | None = None
    clone: str | None = None
    copies: int | None = None
    gene: str | None = None
    hgvs_c: str | None = None
    hgvs_p: str | None = None
    planted: bool = False

    def on(self, haplotype: int) -> bool:
        """Whether it lies on this haplotype."""
        return self.haplotype in {None, haplotype}

    def carriers(self, copies: tuple[int, int]) -> int:
        """How many of the ``copies`` of a cell carry it."""
        return sum(
            number if self.copies is None else min(number, self.copies)
            for haplotype, number in enumerate(copies, start=1)
            if self.on(haplotype)
        )


@dataclass(frozen=True)
class Rearranged:
    """An inversion on one haplotype of a clone, and the mark that RNA asks for."""

    interval: Interval
    haplotype: int
    clone: str
    mark: str


@dataclass(frozen=True)
class Person:
    """Whose cells: germline variants and, for the patient, what the tumour has on top."""

    name: str
    sex: Sex
    germline: tuple[Variant, ...]
    somatic: tuple[Variant, ...] = ()
    inversions: tuple[Rearranged, ...] = ()
    marked: dict[Allele, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cells:
    """Cells of one kind: their share of the sample's cells, copies and variants."""

    name: str
    share: float
    segments: tuple[Segment, ...]
    variants: tuple[Variant, ...]
    inversions: tuple[Rearranged, ...] = ()
    marked: dict[Allele, str] = field(default_factory=dict)


def lineage(case: CaseRecipe, clone: str) -> frozenset[str]:
    """The clone with its ancestors, whose variants its cells have too."""
    parents = {item.name: item.parent for item in case.clones}
    names = []
    name: str | None = clone
    while name is not None:
        names.append(name)
        name = parents[name]
    return frozenset(names)


def own_share(case: CaseRecipe, clone: str) -> float:
    """Share of the tumour cells that belong to ``clone`` and to none of its descendants."""
    fraction = {item.name: item.fraction for item in case.clones}
    children = [item.fraction for item in case.clones if item.parent == clone]
    return fraction[clone] - sum(children)


def sample_cells(
    genome: Genome, case: CaseRecipe, sample: SampleRecipe, patient: Person, other: Person | None
) -> list[Cells]:
    """The cells of ``sample``; ``other`` is who replaces or contaminates it. Shares sum to 1."""
    if sample.individual is not None and other is not None:
        return [_normal(genome, other, 1.0)]
    pure = 1 - sample.contamination
    purity = case.purity if sample.role == "tumour" else sample.tumour_cells
    cells = [_normal(genome, patient, pure * (1 - purity))]
    for clone in case.clones:
        names = lineage(case, clone.name)
        cells.append(
            Cells(
                name=f"clone_{clone.name}",
                share=pure * purity * own_share(case, clone.name),
                segments=tuple(clone_segments(genome, case, names)),
                variants=(*patient.germline, *(v for v in patient.somatic if v.clone in names)),
                inversions=tuple(item for item in patient.inversions if item.clone in names),
                marked=patient.marked,
            )
        )
    if other is not None:
        cells.append(_normal(genome, other, sample.contamination))
    return [item for item in cells if item.share > 0]


def _normal(genome: Genome, person: Person, share: float) -> Cells:
    segments = tuple(germline_segments(genome, person.sex))
    return Cells(f"normal_{person.name}", share, segments, person.germline)


def molecules(cells: Iterable[Cells]) -> list[Molecules]:
    """The chromosome copies of all cells, those of one kind of cell and one sequence together."""
    return [part for item in cells for haplotype in (1, 2) for part in _layers(item, haplotype)]


def _layers(cells: Cells, haplotype: int) -> Iterable[Molecules]:
    """Copies of a haplotype by what they carry: a variant on m copies is on the first m."""
    carried = [variant for variant in cells.variants if variant.on(haplotype)]
    most = max(segment.copies[haplotype - 1] for segment in cells.segments)
    steps = sorted({0, most, *(v.copies for v in carried if v.copies and v.copies < most)})
    turned = [item for item in cells.inversions if item.haplotype == haplotype]
    for below, upto in pairwise(steps):
        alleles = tuple(v.allele for v in carried if v.copies is None or v.copies >= upto)
        marks = {item.mark for item in turned}
        marks |= {mark for allele, mark in cells.marked.items() if allele in alleles}
        yield Molecules(
            name=f"{cells.name}.{haplotype}.{upto}",
            weight=cells.share,
            copies=tuple(_between(cells.segments, haplotype, below, upto)),
            alleles=alleles,
            inversions=tuple(item.interval for item in turned),
            marks=frozenset(marks),
        )


def _between(
    segments: Iterable[Segment], haplotype: int, below: int, upto: int
) -> Iterable[Copies]:
    for segment in segments:
        number = min(segment.copies[haplotype - 1], upto) - below
        if number > 0:
            yield Copies(segment.contig, segment.start, segment.end, number)


def expected_vaf(cells: Sequence[Cells], variant: Variant) -> float | None:
    """Expected fraction of the variant's allele; None where the sample has no copy of the place."""
    place = variant.allele.contig, variant.allele.position - 1
    carrying = everything = 0.0
    for item in cells:
        copies = copies_at(item.segments, *place)
        everything += item.share * sum(copies)
        if any(v.allele == variant.allele for v in item.variants):
            own = next(v for v in item.variants if v.allele == variant.allele)
            carrying += item.share * own.carriers(copies)
    return carrying / everything if everything else None


def mean_copies(cells: Sequence[Cells], contig: str, position: int) -> float:
    """Copies of a 0-based position in the average cell."""
    return sum(item.share * sum(copies_at(item.segments, contig, position)) for item in cells)
