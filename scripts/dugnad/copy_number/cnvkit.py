"""What CNVkit does for us, as a library: correct depth, pool normals, propose segments.

Talevich et al. 2016, PMID:27100738; HaarSeg: Ben-Yaacov and Eldar 2008, PMID:18689815. Importing
it takes seconds, so only verbs that need it import this module.
"""

import logging
import warnings
from collections.abc import Sequence
from importlib.metadata import version

import numpy as np
import pandas as pd
from cnvlib.cnary import CopyNumArray
from cnvlib.fix import center_by_window, do_fix
from cnvlib.reference import summarize_info
from cnvlib.segmentation import do_segmentation

from dugnad.copy_number.bins import Bins, Bools, Floats, Ints, Texts
from dugnad.copy_number.reference import Reference

NOTHING = -20.0  # log2 of no depth, as CNVkit writes it
GC_WINDOW = 0.2  # of the bins: a panel's few bins are smoothed widely, so that no event is
HAAR_FDR = 0.01  # generous: what is too much is merged afterwards

# its warnings are of windows longer than a panel's chromosomes, and of sexes that are told to it
logging.disable(logging.WARNING)
warnings.filterwarnings("ignore", module="(cnvlib|skgenome|pandas)")


def software() -> str:
    """CNVkit's version."""
    return version("cnvkit")


def log2_of(depth: Floats) -> Floats:
    """log2 of depths, of none as CNVkit has it."""
    found: Floats = np.log2(depth, out=np.full(len(depth), NOTHING), where=depth > 0)
    return found


def _array(bins: Bins, **columns: Floats) -> CopyNumArray:
    table = {"chromosome": bins.chrom, "start": bins.start, "end": bins.end, "gene": bins.label}
    return CopyNumArray(pd.DataFrame(table | columns), {"sample_id": "sample"})


def fix(bins: Bins, depth: Floats, reference: Reference) -> tuple[Floats, Floats]:
    """log2 of each bin against the reference, centred on the autosomes, and its weight.

    Corrected for GC content. Both of shape (bins,); log2 is NaN and the weight 0 where the
    normals have too little depth or too much spread, or the GC content is beyond 0.3 to 0.7.
    """
    raw = _array(bins, log2=log2_of(depth), depth=depth)
    held = _array(
        bins, log2=reference.log2, depth=reference.depth, gc=reference.gc, spread=reference.spread
    )
    raw.sort()  # as CNVkit does it: what it corrects, it sorts
    held.sort()
    done = do_fix(
        raw, raw[:0], held, do_gc=True, do_edge=False, do_rmask=False,
        smoothing_window_fraction=GC_WINDOW,
    )  # fmt: skip
    keys = zip(done["chromosome"], done["start"], done["end"], strict=True)
    found = dict(zip(keys, zip(done["log2"], done["weight"], strict=True), strict=True))
    places = zip(bins.chrom.tolist(), bins.start.tolist(), bins.end.tolist(), strict=True)
    log2, weight = np.array([found.get(place, (np.nan, 0.0)) for place in places]).T
    return log2, weight


def pool(
    bins: Bins, depths: Sequence[Floats], gc: Floats, kinds: Texts, sexes: Sequence[str]
) -> Reference:
    """A reference from normals: Tukey's biweight of their log2, and its spread.

    Args:
        bins: where.
        depths: of each normal, in reads, shape (bins,).
        gc: GC content of each bin.
        kinds: autosome, x, y or par of each bin.
        sexes: of each normal, female or male; X of men counts twice, Y is of men alone.
    """
    rows = []
    for depth, sex in zip(depths, sexes, strict=True):
        one = _array(bins, log2=log2_of(depth), depth=depth)
        one.center_all(skip_low=True)
        one = center_by_window(one, GC_WINDOW, gc)
        log2 = _in_order(one, bins)
        rows.append(log2 + np.where((kinds == "x") & (sex == "male"), 1.0, 0.0))
    log2s, all_depths = np.vstack(rows), np.vstack(list(depths))
    found = summarize_info(log2s, all_depths)
    men = [number for number, sex in enumerate(sexes) if sex == "male"]
    log2, spread = np.asarray(found["log2"]).copy(), np.asarray(found["spread"]).copy()
    on_y = kinds == "y"
    if on_y.any():
        on_men = np.ix_(np.array(men, np.int64), np.flatnonzero(on_y))
        of_men = summarize_info(log2s[on_men], all_depths[on_men]) if len(men) > 1 else None
        log2[on_y] = of_men["log2"] if of_men else NOTHING
        spread[on_y] = of_men["spread"] if of_men else 0.0
    return Reference(bins, log2, np.asarray(found["depth"]), gc, spread)


def _in_order(array: CopyNumArray, bins: Bins) -> Floats:
    keys = zip(array["chromosome"], array["start"], array["end"], strict=True)
    found = dict(zip(keys, array["log2"], strict=True))
    places = zip(bins.chrom.tolist(), bins.start.tolist(), bins.end.tolist(), strict=True)
    return np.array([found[place] for place in places], np.float64)


def haar_breakpoints(bins: Bins, log2: Floats, weight: Floats, usable: Bools) -> list[Ints]:
    """HaarSeg's segments: the indices of the usable bins of each, in order."""
    own = np.flatnonzero(usable)
    one = _array(_taken(bins, own), log2=log2[own], weight=weight[own])
    found = do_segmentation(one, "haar", threshold=HAAR_FDR, skip_outliers=0)
    rows = zip(found["chromosome"], found["start"], found["end"], strict=True)
    parts = [
        own[(bins.chrom[own] == chrom) & (bins.start[own] >= start) & (bins.end[own] <= end)]
        for chrom, start, end in rows
    ]
    return [part for part in parts if len(part)]


def _taken(bins: Bins, chosen: Ints) -> Bins:
    return Bins(bins.chrom[chosen], bins.start[chosen], bins.end[chosen], bins.label[chosen])
