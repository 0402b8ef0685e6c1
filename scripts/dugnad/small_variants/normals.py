"""The panel of normals: how often healthy people's samples of an assay show an allele."""

import math
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt
import pysam

from dugnad.alleles import Change, trim
from dugnad.errors import UserError
from dugnad.small_variants.noise import Background

FIELDS = ("NORMALS", "GERMLINE", "TOTAL", "ERROR_VAF", "ERROR_SD", "DEPTH")
HEADER = (
    '##INFO=<ID=NORMALS,Number=1,Type=Integer,Description="Normals that show it as errors do">',
    '##INFO=<ID=GERMLINE,Number=1,Type=Integer,Description="Normals that have it as germline">',
    '##INFO=<ID=TOTAL,Number=1,Type=Integer,Description="Normals with reads at the place">',
    '##INFO=<ID=ERROR_VAF,Number=1,Type=Float,Description="Mean VAF in normals without it">',
    "##INFO=<ID=ERROR_SD,Number=1,Type=Float,"
    'Description="Standard deviation of that VAF between normals, beyond sampling">',
    '##INFO=<ID=DEPTH,Number=1,Type=Integer,Description="Reads of the normals without it">',
)

Counts = npt.NDArray[np.int64]


def summarise(reads: Counts, depth: Counts, germline_vaf: float) -> dict[str, float | int]:
    """The INFO fields of an allele.

    Args:
        reads: that show it, of each normal.
        depth: all reads, of each normal.
        germline_vaf: VAF from which a normal with two such reads has it as germline; where one
            has, a single read in another is taken for the same.

    The spread is that of an overdispersed binomial by the method of moments, with normals weighted
    by their depth (Kleinman 1973, J Am Stat Assoc 68:46).
    """
    high = (reads > 0) & (reads >= germline_vaf * depth)
    has = high if (high & (reads >= 2)).any() else np.zeros_like(high)
    alt, all_reads = reads[~has & (depth > 0)], depth[~has & (depth > 0)]
    total = int(all_reads.sum())
    mean = float(alt.sum() / total) if total else 0.0
    return {
        "NORMALS": int((alt > 0).sum()),
        "GERMLINE": int(has.sum()),
        "TOTAL": int((depth > 0).sum()),
        "ERROR_VAF": float(f"{mean:.4g}"),
        "ERROR_SD": float(f"{_spread(alt, all_reads, mean):.4g}"),
        "DEPTH": total,
    }


def _spread(alt: Counts, depth: Counts, mean: float) -> float:
    total = float(depth.sum())
    if len(depth) < 2 or not mean:
        return 0.0
    between = float((depth * (alt / depth - mean) ** 2).sum()) - mean * (1 - mean) * (
        len(depth) - 1
    )
    weight = total - float((depth**2).sum()) / total
    return math.sqrt(max(between / weight, 0.0)) if weight > 0 else 0.0


class Normals:
    """Looks up alleles in a panel of normals; without a file it lists none.

    Raises UserError when the VCF lacks one of the INFO fields that it must have.
    """

    def __init__(self, path: Path | None) -> None:
        self._vcf = None if path is None else pysam.VariantFile(str(path))
        if self._vcf is not None:
            lacking = [name for name in FIELDS if name not in self._vcf.header.info]
            if lacking:
                raise UserError(
                    f"{path}: has no INFO {', '.join(lacking)}; make it with 'dugnad learn-normals'"
                )

    def __enter__(self) -> "Normals":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._vcf is not None:
            self._vcf.close()

    def background(self, chrom: str, change: Change) -> Background | None:
        """What the normals show of a change; None when they do not list it."""
        if self._vcf is None or chrom not in self._vcf.header.contigs:
            return None
        start = max(change.start - 1, 0)
        for record in self._vcf.fetch(chrom, start, change.end + 1):
            alts = record.alts or ()
            if any(trim(record.pos, str(record.ref), alt) == change for alt in alts):
                return Background(
                    **{name.lower().removeprefix("error_"): record.info[name] for name in FIELDS}
                )
        return None
