"""Stretches of even copy number, by depth and BAF together.

CNVkit's HaarSeg proposes breakpoints of depth; each two neighbouring heterozygous sites propose one
more between them, since losses without a change of depth show in BAF alone. From the bottom up, the
two neighbours that differ least are joined while the likelihood of both together is hardly less:
own method, on depth and BAF jointly as FACETS (PMID:27270079), for panels of few bins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dugnad.copy_number.baf import SHARES
from dugnad.copy_number.bins import Bins, Bools, Floats, Ints

WAVE = 0.02  # SD of log2 that neighbouring bins share: capture, GC and what no reference corrects
OUTLYING = 4.0  # SD: bins further off do not count towards a mean
FEWEST = 2  # bins of a segment, unless its contig has no more
AGREES = 6.0  # twice the log likelihood up to which sites that come with a lone bin are kept
QUIET = 0.005  # SD of log2 of a bin: no sample has less noise
LOWEST = -5.0  # log2 below which depth is none


@dataclass(frozen=True)
class Signal:
    """A sample's bins and sites, for segmentation.

    ``log2``, ``sd`` (its SD as the sample's own noise and the weights tell) and ``usable`` have
    shape (bins,); ``baf`` has shape (sites, shares), ``site_bin`` (sites,).
    """

    bins: Bins
    log2: Floats
    sd: Floats
    usable: Bools
    baf: Floats
    site_bin: Ints


@dataclass(frozen=True)
class Stretch:
    """A segment: indices of its usable bins and of its sites."""

    bins: Ints
    sites: Ints
    log2: float
    log2_se: float
    baf: Floats
    """log likelihood of each share of the rarer allele, shape (shares,); best is 0."""

    @property
    def share(self) -> float | None:
        """The likeliest share of the rarer allele; None without a site."""
        return float(SHARES[int(np.argmax(self.baf))]) if len(self.sites) else None


def noise_of(bins: Bins, log2: Floats) -> float | None:
    """SD of a bin's log2 from neighbours on one contig, 1.4826 MAD; None with fewer than ten."""
    known = np.flatnonzero(np.isfinite(log2) & (log2 > LOWEST))
    same = bins.chrom[known[1:]] == bins.chrom[known[:-1]]
    steps = np.diff(log2[known])[same]
    if len(steps) < 10:
        return None
    return float(max(1.4826 * np.median(np.abs(steps - np.median(steps))) / np.sqrt(2), QUIET))


def sd_of(log2: Floats, weight: Floats, noise: float) -> Floats:
    """SD of each bin: the sample's noise, shared out by the weights; infinite without a weight."""
    usable = np.isfinite(log2) & (weight > 0)
    typical = float(np.median(weight[usable])) if usable.any() else 1.0
    safe = np.where(usable, weight, 1.0)
    return np.where(usable, noise * np.sqrt(typical / safe), np.inf)


def mean_of(log2: Floats, sd: Floats) -> tuple[float, float]:
    """Weighted mean of bins without outlying ones, and its SE; at least one bin."""
    order = np.argsort(log2)
    share = np.cumsum((1 / sd**2)[order])
    middle = log2[order[int(np.searchsorted(share, share[-1] / 2))]]
    kept = np.abs(log2 - middle) <= OUTLYING * np.sqrt(sd**2 + WAVE**2)
    if kept.sum() * 2 < len(log2):
        kept = np.ones(len(log2), bool)
    precision = 1 / sd[kept] ** 2
    mean = float((log2[kept] * precision).sum() / precision.sum())
    return mean, float(np.sqrt(1 / precision.sum() + WAVE**2))


def stretch_of(signal: Signal, bins: Ints, sites: Ints) -> Stretch:
    """Those bins and sites as one segment."""
    log2 = np.maximum(signal.log2[bins], LOWEST)
    mean, error = mean_of(log2, signal.sd[bins])
    baf = signal.baf[sites].sum(axis=0) if len(sites) else np.zeros(len(SHARES))
    return Stretch(bins, sites, mean, error, np.asarray(baf - baf.max(), np.float64))


def segment(signal: Signal, proposed: Sequence[Ints], evidence: float) -> list[Stretch]:
    """The segments in order: what is ``proposed`` by depth, cut between sites, and joined again.

    ``evidence``: neighbours whose difference gains less, twice in log likelihood, are one.
    """
    found: list[Stretch] = []
    contigs = dict.fromkeys(signal.bins.chrom.tolist())
    for contig in contigs:
        own = [part for part in proposed if signal.bins.chrom[part[0]] == contig]
        atoms = [atom for part in own for atom in _cut(signal, part)]
        found += _few(signal, _joined(signal, atoms, evidence))
    return found


def _cut(signal: Signal, part: Ints) -> list[Stretch]:
    """A proposed segment, cut half way between any two of its sites in different bins."""
    first, last = part[0], part[-1]
    sites = np.flatnonzero((signal.site_bin >= first) & (signal.site_bin <= last))
    places = sorted(set(signal.site_bin[sites].tolist()))
    edges = [(one + two + 1) // 2 for one, two in pairwise(places)]
    atoms = []
    for low, high in zip([first, *edges], [*edges, last + 1], strict=True):
        bins = part[(part >= low) & (part < high)]
        own = sites[(signal.site_bin[sites] >= low) & (signal.site_bin[sites] < high)]
        if len(bins):
            atoms.append(stretch_of(signal, bins, own))
        elif atoms:
            atoms[-1] = stretch_of(signal, atoms[-1].bins, np.concatenate([atoms[-1].sites, own]))
    return atoms


def difference(one: Stretch, two: Stretch) -> float:
    """Twice the log likelihood that two segments gain over one."""
    depth = (one.log2 - two.log2) ** 2 / (one.log2_se**2 + two.log2_se**2)
    return float(depth - 2 * (one.baf + two.baf).max())


def _joined(signal: Signal, atoms: list[Stretch], evidence: float) -> list[Stretch]:
    parts = list(atoms)
    while len(parts) > 1:
        gains = [difference(one, two) for one, two in pairwise(parts)]
        least = int(np.argmin(gains))
        if gains[least] >= evidence:
            break
        parts[least : least + 2] = [_both(signal, parts[least], parts[least + 1])]
    return parts


def _few(signal: Signal, parts: list[Stretch]) -> list[Stretch]:
    """Segments of too few bins are joined with the neighbour that is more like them."""
    parts = list(parts)
    while len(parts) > 1 and min(len(part.bins) for part in parts) < FEWEST:
        small = min(range(len(parts)), key=lambda number: len(parts[number].bins))
        beside = [number for number in (small - 1, small + 1) if 0 <= number < len(parts)]
        other = min(beside, key=lambda number: difference(parts[small], parts[number]))
        joined = _absorbed(signal, parts[small], parts[other])
        parts[min(small, other) : max(small, other) + 1] = [joined]
    return parts


def _absorbed(signal: Signal, small: Stretch, other: Stretch) -> Stretch:
    """Two segments as one; without the sites of the small one where they contradict the other's."""
    agree = -2 * float((small.baf + other.baf).max()) < AGREES
    sites = np.concatenate([other.sites, small.sites]) if agree else other.sites
    bins = np.sort(np.concatenate([small.bins, other.bins]))
    return stretch_of(signal, bins, np.sort(sites))


def _both(signal: Signal, one: Stretch, two: Stretch) -> Stretch:
    bins, sites = np.concatenate([one.bins, two.bins]), np.concatenate([one.sites, two.sites])
    return stretch_of(signal, bins, sites)
