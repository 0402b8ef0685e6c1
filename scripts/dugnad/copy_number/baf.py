"""Heterozygous sites of a case, and how likely each share of the rarer allele is at them.

Which of two alleles is lost is not known, so that a site is as likely one way as the other; reads
scatter around either share as a beta-binomial does. Sums over the sites of a segment give its
likelihood, by which segments are told apart and purity is fitted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from scipy.special import betaln

from dugnad.copy_number.bins import Bins, Floats, Ints
from dugnad.qc.sites import Counts
from dugnad.vcf import Call

SHARES = np.linspace(0.0, 0.5, 101)
"""Shares of the rarer allele at which likelihoods are known."""
_LEAST = 0.004  # errors show an allele that is gone
HOMOZYGOUS = 0.08  # without a normal: a rarer allele below it may be of errors alone
_FOREIGN = 0.1  # of the normal's homozygous sites; where the tumour shows more, it is another's
_FEWEST = 10  # homozygous sites, to say so


@dataclass(frozen=True)
class Site:
    """A heterozygous site: 1-based position, the tumour's fragments, and how it is known."""

    chrom: str
    pos: int
    depth: int
    alt_reads: int
    known_by: str

    @property
    def baf(self) -> float:
        """Share of the alternative allele."""
        return self.alt_reads / self.depth

    def row(self) -> dict[str, Any]:
        """Its row of the table of sites."""
        named = {name: getattr(self, name) for name in ("chrom", "pos", "depth", "alt_reads")}
        return named | {"baf": self.baf, "known_by": self.known_by}


Reads = tuple[int, int]  # depth and alternative reads
Place = tuple[str, int, str]  # contig, 1-based position, change such as CT


def reads_of(
    counts: Counts | None, calls: Iterable[Call], of_normal: bool = False
) -> dict[Place, Reads]:
    """Reads at single-base sites: of the common sites, and of the calls where those say nothing."""
    found: dict[Place, Reads] = {}
    for call in calls:
        support = call.normal if of_normal else call.tumour
        if len(call.ref) == len(call.alt) == 1 and support and support.depth:
            reads = (support.depth, support.alt_reads or 0)
            found[call.chrom, call.pos, call.ref + call.alt] = reads
    if counts is not None:
        depths, alts = counts.depth.tolist(), counts.alt.tolist()
        for key, depth, alt in zip(counts.keys(), depths, alts, strict=True):
            found[key] = (depth, alt)
    return found


def is_foreign(tumour: Mapping[Place, Reads], normal: Mapping[Place, Reads], depth: int) -> bool:
    """Whether the normal is another person's: heterozygous in the tumour, not in the normal.

    A tumour loses heterozygosity and gains none. Only common sites should be given.
    """
    homozygous = [
        place
        for place, (total, alt) in normal.items()
        if total >= depth and min(alt, total - alt) / total < HOMOZYGOUS / 2
        and tumour.get(place, (0, 0))[0] >= depth
    ]  # fmt: skip
    gained = sum(0.2 < tumour[place][1] / tumour[place][0] < 0.8 for place in homozygous)
    return len(homozygous) >= _FEWEST and gained / len(homozygous) > _FOREIGN


def sites_by_normal(
    tumour: Mapping[Place, Reads], normal: Mapping[Place, Reads], depth: int
) -> list[Site]:
    """Sites that are heterozygous in the normal, within two SD of one half and a tenth."""
    found = []
    for place, (total, alt) in normal.items():
        seen, own = tumour.get(place, (0, 0))
        if min(total, seen) >= depth and abs(alt / total - 0.5) <= 0.1 + 1 / sqrt(total):
            found.append(Site(place[0], place[1], seen, own, "normal"))
    return sorted(found, key=lambda site: (site.chrom, site.pos))


def sites_by_population(tumour: Mapping[Place, Reads], depth: int) -> list[Site]:
    """Common sites where the tumour shows both alleles: not those that it lost at high purity."""
    found = [
        Site(place[0], place[1], total, alt, "population")
        for place, (total, alt) in tumour.items()
        if total >= depth and HOMOZYGOUS <= alt / total <= 1 - HOMOZYGOUS
    ]
    return sorted(found, key=lambda site: (site.chrom, site.pos))


def beta_binomial(reads: Ints, depth: Ints, share: Floats, dispersion: float) -> Floats:
    """log likelihood of ``reads`` of ``depth`` around ``share``, arrays that broadcast.

    Without the binomial coefficient, which is the same for all shares.
    """
    mean = np.clip(share, _LEAST, 1 - _LEAST)
    one, two = mean * dispersion, (1 - mean) * dispersion
    found: Floats = betaln(reads + one, depth - reads + two) - betaln(one, two)
    return found


def likelihoods(sites: Sequence[Site], dispersion: float) -> Floats:
    """log likelihood of each of ``SHARES`` at each site, shape (sites, shares); best is 0."""
    if not sites:
        return np.zeros((0, len(SHARES)))
    depth = np.array([site.depth for site in sites])[:, None]
    reads = np.array([site.alt_reads for site in sites])[:, None]
    either = [beta_binomial(reads, depth, share, dispersion) for share in (SHARES, 1 - SHARES)]
    found = np.logaddexp(*either)
    return np.asarray(found - found.max(axis=1, keepdims=True), np.float64)


def bins_of(sites: Sequence[Site], bins: Bins) -> Ints:
    """The bin that is nearest to each site on its contig, or -1; shape (sites,)."""
    found = np.full(len(sites), -1, np.int64)
    for number, site in enumerate(sites):
        own = np.flatnonzero(bins.chrom == site.chrom)
        if len(own):
            away = np.maximum(bins.start[own] - site.pos + 1, site.pos - bins.end[own])
            found[number] = own[int(np.argmin(np.maximum(away, 0)))]
    return found
