"""The rows of the table of copy numbers: genes, and exons that differ from their gene."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dugnad.copy_number.analysis import Analysis, Sample, normal_of
from dugnad.copy_number.bins import Bins, Floats, Ints
from dugnad.copy_number.calls import Verdict, call_of
from dugnad.copy_number.genes import Gene, Run, differing_exons
from dugnad.copy_number.levels import Level, Mixture, Shown, level_of
from dugnad.copy_number.segments import WAVE, Stretch, mean_of, stretch_of
from dugnad.panel_copy_number import CopyNumberRules

OWN = 3.5  # SD by which a gene differs from its segment, to have a level of its own
OWN_LOG2 = 0.1  # and by so much of log2
NORMAL_LOG2, NORMAL_Z = 0.3, 4.0  # of the case's normal, to be told


@dataclass(frozen=True)
class Found:
    """A gene, or some of its exons, with the level that is taken for it."""

    gene: Gene
    exons: str | None
    bins: Ints
    log2: float
    z: float | None
    shown: Shown
    baf: float | None
    segment_length: int | None
    least_z: float
    note: str = ""

    @property
    def evidence(self) -> float | None:
        """SD from what is normal; against a flat reference, by the sample's own noise."""
        return self.z


@dataclass(frozen=True)
class Table:
    """What genes are judged by; ``normal`` is the case's normal, if it has one."""

    analysis: Analysis
    normal: Sample | None
    rules: CopyNumberRules

    def find(self, genes: Sequence[Gene]) -> list[Found]:
        """Each gene's level, and that of exons which differ from it."""
        return [found for gene in genes for found in self._of_gene(gene)]

    def _of_gene(self, gene: Gene) -> Iterator[Found]:
        sample = self.analysis.sample
        usable = gene.bins[sample.usable[gene.bins]]
        if len(usable) < self.rules.min_bins.value or self.analysis.sample.noise is None:
            yield self._unseen(gene, usable)
            return
        fewest, baseline = self.rules.min_bins.value, self.analysis.baseline
        run = differing_exons(gene, sample.log2, sample.sd, baseline, fewest)
        part = self._exons(gene, run) if run and abs(run.z) >= self.least_exon_z else None
        if part and self.judge(part, self.analysis.mixture)[1].call == "neutral":
            part = None
        whole = self._whole(gene, usable)
        if part:
            note = f"{whole.note}; " if whole.note else ""
            whole = replace(whole, note=f"{note}its exons {part.exons} differ, see there")
        yield whole
        if part:
            yield part

    @property
    def least_exon_z(self) -> float:
        """SD by which some exons differ from the rest of their gene, at least."""
        return self.rules.exon_z_score.value

    def _unseen(self, gene: Gene, usable: Ints) -> Found:
        shown = Shown(np.nan, np.nan, np.zeros(1), 0, normal_of(self.analysis.sample, gene.bins))
        return Found(gene, None, usable, np.nan, None, shown, None, None, 0.0)

    def _whole(self, gene: Gene, usable: Ints) -> Found:
        analysis, sample = self.analysis, self.analysis.sample
        log2, error = mean_of(np.maximum(sample.log2[usable], -5.0), sample.sd[usable])
        stretch = _most(analysis.stretches, usable)
        own = stretch_of(analysis.signal, usable, self._sites_in(usable))
        normal = normal_of(sample, usable)
        z = self._z(sample.log2[usable], usable)
        note = ""
        if stretch is None or _differs(log2, error, stretch):
            used, length = own, int(sample.bins.end[usable[-1]] - sample.bins.start[usable[0]])
            note = "the gene's own bins, which differ from its segment"
        else:
            used, length = stretch, _length(sample.bins, stretch)
            z = max((z, (stretch.log2 - analysis.baseline) / stretch.log2_se), key=abs)
        shown = Shown(used.log2, used.log2_se, used.baf, len(used.sites), normal)
        if len(used.sites) and normal == 2:
            note += f"{'; ' if note else ''}BAF {used.share:.2f} at {len(used.sites)} sites"
        least = self.rules.z_score.value
        return Found(gene, None, usable, log2, z, shown, used.share, length, least, note)

    def _exons(self, gene: Gene, run: Run) -> Found:
        sample, bins = self.analysis.sample, self.analysis.sample.bins
        own = stretch_of(self.analysis.signal, run.inside, np.zeros(0, np.int64))
        normal = normal_of(sample, run.inside)
        shown = Shown(own.log2, own.log2_se, own.baf, 0, normal)
        length = int(bins.end[run.inside[-1]] - bins.start[run.inside[0]])
        note = f"{len(run.inside)} bins of exons {run.name} against the rest of the gene"
        least = self.least_exon_z
        return Found(gene, run.name, run.inside, own.log2, run.z, shown, None, length, least, note)

    def _sites_in(self, index: Ints) -> Ints:
        places = self.analysis.signal.site_bin
        return np.flatnonzero(np.isin(places, index))

    def _z(self, log2: Floats, index: Ints) -> float:
        """SD from the normals: their spread, or the sample's own noise where that is more."""
        sample = self.analysis.sample
        spread = sample.sd[index]
        if not sample.flat:
            typical = float(np.nanmedian(sample.spread[sample.usable]))
            spread = sample.spread[index] * max(1.0, (sample.noise or 0.0) / typical)
        mean, error = mean_of(np.maximum(log2, -5.0), spread)
        return (mean - self.analysis.baseline) / error

    def judge(self, found: Found, mixture: Mixture) -> tuple[Level | None, Verdict]:
        """The call at a purity; None as a level where there is nothing to call."""
        fewest = self.rules.min_bins.value
        if found.shown.normal == 0:
            return None, Verdict("not_assessable", "high", "a normal cell of this person has none")
        if found.exons is None and len(found.bins) < fewest:
            why = f"{len(found.bins)} usable bins, of the {fewest} that are needed"
            return None, Verdict("not_assessable", "high", why)
        if np.isnan(found.log2):
            return None, Verdict("not_assessable", "high", "the sample's noise cannot be told")
        level = level_of(found.shown, mixture, self.rules)
        verdict = call_of(
            level, found.shown.normal, found.evidence, found.least_z, mixture, self.rules
        )
        return level, self._doubted(found, verdict)

    def _doubted(self, found: Found, verdict: Verdict) -> Verdict:
        """The same, less sure where the reference or the case's normal speaks against it."""
        reason = "; ".join(text for text in (verdict.reason, found.note) if text)
        confidence = verdict.confidence
        if verdict.call in {"neutral", "not_assessable"}:
            lowered = self.analysis.sample.flat and verdict.call == "neutral"
            return Verdict(verdict.call, "low" if lowered else confidence, reason)
        if self.analysis.sample.flat:
            confidence = "low"
            beside = self.analysis.sample.beside_normal
            reason += f"; held against {'one normal' if beside else 'a flat reference'}"
        if found.exons is not None and len(found.bins) < 2:
            confidence = "low"
            reason += "; one bin alone"
        if not self.analysis.sample.beside_normal and self._in_normal(found):
            confidence = "low"
            reason += "; the normal's depth differs there too: germline, or the probes"
        return Verdict(verdict.call, confidence, reason)

    def _in_normal(self, found: Found) -> bool:
        """Whether the case's normal deviates to the same side."""
        if self.normal is None:
            return False
        index = found.bins[self.normal.usable[found.bins]]
        if not len(index):
            return False
        mean, error = mean_of(np.maximum(self.normal.log2[index], -5.0), self.normal.sd[index])
        same = mean * (found.log2 - self.analysis.baseline) > 0
        return bool(same and abs(mean) >= NORMAL_LOG2 and abs(mean) / error >= NORMAL_Z)

    def row(self, found: Found) -> dict[str, Any]:
        """A row of the table of copy numbers."""
        level, verdict = self.judge(found, self.analysis.mixture)
        gene, bins = found.gene, self.analysis.sample.bins
        whole = found.exons is None
        focal = found.segment_length is not None and found.segment_length < self.rules.focal.value
        called = verdict.call not in {"neutral", "not_assessable"}
        enough = found.shown.sites >= self.rules.baf_sites.value and found.shown.normal == 2
        known = level if verdict.call != "not_assessable" else None
        return {
            "gene": gene.name,
            "exons": found.exons,
            "chrom": gene.chrom,
            "start": gene.start if whole else int(bins.start[found.bins[0]]),
            "end": gene.end if whole else int(bins.end[found.bins[-1]]),
            "bins": len(found.bins),
            "log2": None if np.isnan(found.log2) else found.log2,
            "z_score": None if self.analysis.sample.flat else found.z,
            "baf": found.baf if enough else None,
            "baf_sites": found.shown.sites,
            "copies": known.copies if known else None,
            "copies_lower": known.lower if known else None,
            "copies_upper": known.upper if known else None,
            "minor_copies": known.minor if known else None,
            "normal_copies": found.shown.normal,
            "loh": known.loh if known else None,
            "segment_length": found.segment_length,
            "focal": focal if called else None,
            "call": verdict.call,
            "confidence": verdict.confidence,
            "reason": verdict.reason,
        }


def _most(stretches: Sequence[Stretch], index: Ints) -> Stretch | None:
    """The segment that has most of these bins."""
    return max(stretches, key=lambda s: int(np.isin(index, s.bins).sum()), default=None)


def _differs(log2: float, error: float, stretch: Stretch) -> bool:
    gap = abs(log2 - stretch.log2)
    noise = float(np.sqrt(max(error**2 - WAVE**2, 0) + stretch.log2_se**2))
    return gap > OWN_LOG2 and gap > OWN * noise


def _length(bins: Bins, stretch: Stretch) -> int:
    return int(bins.end[stretch.bins[-1]] - bins.start[stretch.bins[0]])
