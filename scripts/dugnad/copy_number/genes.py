"""Where a panel's genes and their exons are among the bins."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from dugnad.copy_number.bins import Bins, Bools, Floats, Ints
from dugnad.qc.locate_exons import Exon


@dataclass(frozen=True)
class Gene:
    """A gene's bins, and the exon that each lies in; -1 beside exons. 0-based, half-open."""

    name: str
    chrom: str
    start: int
    end: int
    bins: Ints
    exon: Ints


def locate(names: Iterable[str], exons: Sequence[Exon], bins: Bins) -> list[Gene]:
    """The genes in the given order that have bins: within the coding exons, or so labelled.

    Labels count up to the first of ``_``, ``-``, ``:``, ``.`` or space; so that a gene is found
    without an annotation too, and its targets beside the coding part.
    """
    by_gene: dict[str, list[Exon]] = {}
    for exon in exons:
        by_gene.setdefault(exon.gene, []).append(exon)
    found = []
    for name in names:
        own = by_gene.get(name, [])
        chosen = _labelled(name, bins)
        if own:
            chrom = own[0].chrom
            inside = bins.within(chrom, min(e.start for e in own), max(e.end for e in own))
            chosen = (chosen & (bins.chrom == chrom)) | inside
        index = np.flatnonzero(chosen)
        if len(index):
            found.append(
                Gene(
                    name, str(bins.chrom[index[0]]), int(bins.start[index].min()),
                    int(bins.end[index].max()), index, _exons_of(index, own, bins),
                )
            )  # fmt: skip
    return found


def _labelled(name: str, bins: Bins) -> Bools:
    labels = bins.label
    marks = [name, *(f"{name}{mark}" for mark in "_-:. ")]
    found = labels == name
    for mark in marks[1:]:
        found |= np.char.startswith(labels, mark)
    return np.asarray(found, bool)


def _exons_of(index: Ints, exons: Sequence[Exon], bins: Bins) -> Ints:
    """The number of the exon that each bin overlaps most, or -1."""
    found = np.full(len(index), -1, np.int64)
    most = np.zeros(len(index), np.int64)
    for exon in exons:
        number = int(exon.label.rsplit(" ", 1)[1])
        shared = np.minimum(bins.end[index], exon.end) - np.maximum(bins.start[index], exon.start)
        better = shared > np.maximum(most, 0)
        found = np.where(better, number, found)
        most = np.maximum(most, shared)
    return found


@dataclass(frozen=True)
class Run:
    """Neighbouring exons whose bins differ from the rest of the gene.

    ``z`` is against that rest; ``inside`` are indices of the bins.
    """

    first: int
    last: int
    inside: Ints
    z: float

    @property
    def name(self) -> str:
        """As reports show it, 2-3 or 4."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def differing_exons(
    gene: Gene, log2: Floats, sd: Floats, baseline: float, fewest: int
) -> Run | None:
    """The run of exons that differs most from the rest of its gene; None with too few bins.

    Every run of neighbouring exons is held against all other bins, of which there must be
    ``fewest``; each of its bins must lie on the same side of their median. Of a run and that rest,
    the one that is further from ``baseline``, the log2 of a normal cell's copies, is the event.
    """
    usable = np.isfinite(log2[gene.bins]) & np.isfinite(sd[gene.bins]) & (gene.exon >= 0)
    index, exon = gene.bins[usable], gene.exon[usable]
    numbers = sorted(set(exon.tolist()))
    best: Run | None = None
    for low in range(len(numbers)):
        for high in range(low, len(numbers)):
            inside = (exon >= numbers[low]) & (exon <= numbers[high])
            if (~inside).sum() < fewest:
                break
            z = _contrast(log2[index] - baseline, sd[index], inside)
            if z is not None and (best is None or abs(z) > abs(best.z)):
                best = Run(numbers[low], numbers[high], index[inside], z)
    return best


def _contrast(log2: Floats, sd: Floats, inside: Bools) -> float | None:
    """Mean inside less median outside, in SD; None where bins disagree, or the rest is off more."""
    outside = float(np.median(log2[~inside]))
    away = (log2[inside] - outside) / sd[inside]
    if not (np.all(away > 2) or np.all(away < -2)):
        return None
    precision = 1 / sd**2
    mean = float((log2 * precision)[inside].sum() / precision[inside].sum())
    if abs(mean) < abs(outside):
        return None
    error = np.sqrt(1 / precision[inside].sum() + 1.57 / precision[~inside].sum())
    return float((mean - outside) / error)
