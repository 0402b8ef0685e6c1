"""A sample's bins and sites to segments, and segments to purity."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dugnad.copy_number import cnvkit
from dugnad.copy_number.baf import Site, bins_of, likelihoods
from dugnad.copy_number.bins import Bins, Floats, Ints, normal_copies, of_rows
from dugnad.copy_number.choice import choose
from dugnad.copy_number.levels import Mixture
from dugnad.copy_number.purity import Somatic, fit, somatic_of
from dugnad.copy_number.segments import Signal, Stretch, noise_of, sd_of, segment
from dugnad.copy_number.states import Evidence
from dugnad.panel_copy_number import CopyNumberRules
from dugnad.qc.sites import Stretch as Par
from dugnad.record_copy_number import Purity
from dugnad.vcf import Call

HARDLY = -3.0  # log2 of a normal's bin, beside the others
SOMATIC_READS, SOMATIC_VAF = 5, 0.03  # of a variant that may tell purity
SOMATIC_DEPTH, NORMAL_VAF = 50, 0.01
BASE_QUALITY, BACKGROUND = 25, 40  # Phred


@dataclass(frozen=True)
class Sample:
    """One sample's bins; arrays of shape (bins,), NaN where nothing is known."""

    bins: Bins
    log2: Floats
    weight: Floats
    spread: Floats
    normal: Ints
    noise: float | None
    sd: Floats
    beside_normal: bool = False
    """Whether depth was held against the case's own normal."""

    @property
    def usable(self) -> "np.ndarray[Any, np.dtype[np.bool_]]":
        """Bins that count."""
        return np.isfinite(self.log2) & (self.weight > 0)

    @property
    def flat(self) -> bool:
        """Whether depth was held against no normals."""
        return bool(np.isnan(self.spread).all())


def sample_of(rows: Sequence[Mapping[str, Any]], sex: str, par: Sequence[Par]) -> Sample:
    """A sample from the rows of its table of bins."""
    bins = of_rows([(r["chrom"], r["start"], r["end"], r["label"]) for r in rows])
    log2, weight, spread = (
        np.array([np.nan if r[name] is None else r[name] for r in rows], np.float64)
        for name in ("log2", "weight", "spread")
    )
    weight = np.nan_to_num(weight)
    noise = noise_of(bins, log2)
    kinds = bins.kinds(par)
    copies = normal_copies(kinds, sex)
    sd = sd_of(log2, weight, noise if noise else 1.0)
    if np.isnan(spread).all():  # bins of one target share its probes' efficiency: they are one
        _, place, alike = np.unique(bins.label, return_inverse=True, return_counts=True)
        sd = sd * np.sqrt(alike[place])
    return Sample(bins, log2, weight, spread, copies, noise, sd)


def beside(tumour: Sample, normal: Sample) -> Sample:
    """A tumour without a panel's normals, held against the case's own normal.

    Bins that the normal hardly shows are not used.
    """
    log2 = np.where(normal.log2 > HARDLY, tumour.log2 - normal.log2, np.nan)
    noise = noise_of(tumour.bins, log2)
    sd = sd_of(log2, tumour.weight, noise if noise else 1.0)
    return replace(tumour, log2=log2, noise=noise, sd=sd, beside_normal=True)


@dataclass(frozen=True)
class Analysis:
    """What a case's depth and sites amount to."""

    sample: Sample
    sites: tuple[Site, ...]
    signal: Signal
    stretches: tuple[Stretch, ...]
    evidence: Evidence
    purity: Purity
    mixture: Mixture

    def normal_of(self, stretch: Stretch) -> int:
        """Copies of a segment in a normal cell."""
        return normal_of(self.sample, stretch.bins)

    @property
    def baseline(self) -> float:
        """log2 of what has a normal cell's copies."""
        return -self.mixture.shift


def normal_of(sample: Sample, index: Ints) -> int:
    """Copies of most of these bins in a normal cell."""
    return int(np.bincount(sample.normal[index]).argmax())


def analyse(
    sample: Sample,
    sites: Sequence[Site],
    somatic: Iterable[Call],
    stated: float | None,
    rules: CopyNumberRules,
) -> Analysis:
    """Segments and purity of a case."""
    signal = Signal(
        bins=sample.bins,
        log2=sample.log2,
        sd=sample.sd,
        usable=sample.usable,
        baf=likelihoods(sites, rules.dispersion.value),
        site_bin=bins_of(sites, sample.bins),
    )
    stretches: list[Stretch] = []
    if sample.usable.sum() >= 2:
        proposed = cnvkit.haar_breakpoints(sample.bins, sample.log2, sample.weight, sample.usable)
        stretches = segment(signal, _by_copies(sample, proposed), rules.segment_evidence.value)
    evidence = evidence_of(sample, stretches, rules.baf_sites.value)
    fitted = None
    if len(evidence.log2) and sample.noise is not None:
        fitted = fit(evidence, _placed(somatic, sample.bins, stretches), rules.dispersion.value)
    purity, mixture = choose(fitted, evidence, stated, rules.purity, len(sites))
    return Analysis(sample, tuple(sites), signal, tuple(stretches), evidence, purity, mixture)


def _by_copies(sample: Sample, proposed: Sequence[Ints]) -> list[Ints]:
    """Proposed segments, cut where a normal cell's copies change: at the ends of the PAR."""
    parts: list[Ints] = []
    for part in proposed:
        edges = np.flatnonzero(np.diff(sample.normal[part])) + 1
        parts += [piece for piece in np.split(part, edges) if len(piece)]
    return parts


def evidence_of(sample: Sample, stretches: Sequence[Stretch], fewest_sites: int) -> Evidence:
    """The segments as the fit reads them; BAF of too few sites does not count."""
    kept = [s for s in stretches if normal_of(sample, s.bins) > 0]
    bins = sample.bins
    contigs = [str(bins.chrom[s.bins[0]]).removeprefix("chr") for s in kept]
    return Evidence(
        log2=np.array([s.log2 for s in kept]),
        se=np.array([s.log2_se for s in kept]),
        baf=np.array(
            [s.baf if len(s.sites) >= fewest_sites else np.zeros_like(s.baf) for s in kept]
        ),
        normal=np.array([normal_of(sample, s.bins) for s in kept], np.int64),
        length=np.array([float(bins.end[s.bins[-1]] - bins.start[s.bins[0]]) for s in kept]),
        autosomal=np.array([contig not in {"X", "Y"} for contig in contigs], np.int64),
    )


def somatic_calls(calls: Iterable[Call]) -> list[Call]:
    """Single-base calls that a normal shows to be somatic, and that are no errors."""
    return [call for call in calls if _is_somatic(call)]


def _is_somatic(call: Call) -> bool:
    tumour, normal = call.tumour, call.normal
    if len(call.ref) != 1 or len(call.alt) != 1 or normal is None:
        return False
    if not tumour.depth or not normal.depth or tumour.alt_reads is None:
        return False
    quality = call.quality
    if (quality.base_quality or 0) < BASE_QUALITY or (quality.background_quality or 0) < BACKGROUND:
        return False
    seen = tumour.alt_reads >= SOMATIC_READS and tumour.depth >= SOMATIC_DEPTH
    enough = tumour.alt_reads / tumour.depth >= SOMATIC_VAF and normal.depth >= 20
    return seen and enough and (normal.alt_reads or 0) / normal.depth <= NORMAL_VAF


def _placed(calls: Iterable[Call], bins: Bins, stretches: Sequence[Stretch]) -> Somatic:
    """The variants with the number of the segment that each lies in; others are left out."""
    found = []
    for call in calls:
        for number, stretch in enumerate(stretches):
            first, last = stretch.bins[0], stretch.bins[-1]
            inside = bins.chrom[first] == call.chrom
            if inside and bins.start[first] < call.pos <= bins.end[last]:
                found.append((call.tumour.depth or 0, call.tumour.alt_reads or 0, number))
    return somatic_of(found)
