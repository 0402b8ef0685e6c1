"""Measure the depth of a case's samples in bins of the targets, against the panel's normals.

Depth is mosdepth's; CNVkit corrects it for GC content and holds it against the reference of the
panel's normals, or a flat one. log2 is beside what a normal cell of this person has: 0 on X and Y
of a man too.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pysam

from dugnad.copy_number import cnvkit
from dugnad.copy_number.bins import (
    Bins,
    Floats,
    cut_targets,
    depth_of,
    gc_content,
    normal_copies,
)
from dugnad.copy_number.reference import Reference, flat, match, read_reference
from dugnad.errors import UserError
from dugnad.panel import load_panel
from dugnad.panel_copy_number import CopyNumberRules
from dugnad.qc.depth_track import read_track
from dugnad.qc.infer_sex import observed
from dugnad.qc.sites import Stretch, stretch
from dugnad.regions import read_targets
from dugnad.tables import BINS, write_table

LEAST_SPREAD = 0.02  # SD of log2: what a few normals show below it is luck


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "--sample",
        nargs=2,
        action="append",
        required=True,
        metavar=("ID", "BED"),
        help="a sample, and mosdepth's per-base.bed.gz of it; may be repeated",
    )
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--fasta", type=Path, required=True, help="reference genome")
    parser.add_argument("--tumour", required=True, help="the case's tumour sample")
    parser.add_argument("--sex", type=Path, required=True, help="JSON by infer-sex, of the case")
    parser.add_argument("--par", nargs="*", default=[], help="pseudoautosomal stretches")
    parser.add_argument("--output", type=Path, required=True, help="Parquet of bins")


def main(args: argparse.Namespace) -> None:
    """Write the bins."""
    panel, _ = load_panel(args.panel)
    rules = rules_of(panel.copy_number, args.panel)
    targets = read_targets(panel.targets)
    bins = cut_targets(targets, rules.bin_size.value)
    sex = observed(args.sex, args.tumour)
    par = [stretch(text) for text in args.par]
    with pysam.FastaFile(str(args.fasta)) as fasta:
        reference = reference_of(rules, bins, fasta, par)
    rows = [
        row
        for sample, per_base in args.sample
        for depth in [depth_of(bins, read_track(Path(per_base), targets))]
        for row in measure(bins, depth, reference, sex, par, rules.normals is None).rows(sample)
    ]
    write_table(args.output, rows, BINS)


def rules_of(rules: CopyNumberRules | None, panel: Path) -> CopyNumberRules:
    """The panel's rules. Raises UserError when it has none."""
    if rules is None:
        raise UserError(f"{panel}: copy_number: is missing; add it, see config/README.md")
    return rules


def reference_of(
    rules: CopyNumberRules, bins: Bins, fasta: pysam.FastaFile, par: list[Stretch]
) -> Reference:
    """The panel's normals, or a flat reference where it has none."""
    if rules.normals is not None:
        return match(read_reference(rules.normals), bins, rules.normals)
    return flat(bins, gc_content(bins, fasta), (bins.kinds(par) == "y").astype(np.float64))


@dataclass(frozen=True)
class Measured:
    """Bins of one sample; arrays of shape (bins,), NaN where nothing is known."""

    bins: Bins
    depth: Floats
    log2: Floats
    weight: Floats
    spread: Floats

    def rows(self, sample: str) -> list[dict[str, object]]:
        """The sample's rows of the bins table."""
        bins = self.bins
        columns = {
            "chrom": bins.chrom, "start": bins.start, "end": bins.end, "label": bins.label,
            "depth": self.depth, "log2": self.log2, "weight": self.weight, "spread": self.spread,
        }  # fmt: skip
        listed = {name: column.tolist() for name, column in columns.items()}
        return [
            {"sample": sample}
            | {
                name: None if isinstance(value, float) and np.isnan(value) else value
                for name, value in zip(listed, values, strict=True)
            }
            for values in zip(*listed.values(), strict=True)
        ]


def measure(
    bins: Bins,
    depth: Floats,
    reference: Reference,
    sex: str,
    par: list[Stretch],
    is_flat: bool,
) -> Measured:
    """Bins of a sample of that observed sex (female, male or unknown).

    A woman's Y has no log2. Weights are relative to the best bin: of the inverse variance over the
    normals, or CNVkit's own against a flat reference.
    """
    kinds = bins.kinds(par)
    log2, weight = cnvkit.fix(bins, depth, reference)
    copies = normal_copies(kinds, sex)
    in_reference = np.where(kinds == "y", 1, 2)
    with np.errstate(divide="ignore"):
        log2 = log2 - np.log2(copies / in_reference)
    unusable = ~np.isfinite(log2) | (copies == 0)
    log2 = np.where(unusable, np.nan, log2)
    spread = steady_spread(reference)
    if not is_flat:
        best = np.quantile(spread[~unusable], 0.05) if (~unusable).any() else 1.0
        weight = np.clip((best / spread) ** 2, 0.01, 1.0)
    weight = np.where(unusable, 0.0, np.clip(weight, 0.0, 1.0))
    spread = np.full(len(bins), np.nan) if is_flat else spread
    return Measured(bins, depth, log2, weight, spread)


def steady_spread(reference: Reference) -> Floats:
    """SD of log2 over the normals, shape (bins,); half of its variance is that of like depth.

    A few normals tell one bin's variance badly. What bins of its depth show, which falls with
    depth as sampling does, steadies it.
    """
    own = np.maximum(reference.spread, LEAST_SPREAD) ** 2
    depth = np.maximum(reference.depth, 1e-3)
    seen = reference.depth > 0
    alike = (np.median((own * depth)[seen]) if seen.any() else 0.0) / depth
    return np.asarray(np.sqrt((own + np.minimum(alike, 1.0)) / 2), np.float64)
