"""What the demo's normals show of the depth of each bin, drawn without reads."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pysam

from dugnad.copy_number.bins import Bins, Floats, cut_targets, gc_content
from dugnad.copy_number.reference import write_reference
from dugnad.demo.capture import expected_depth
from dugnad.demo.case_recipe import Sex
from dugnad.demo.genome import Genome
from dugnad.demo.interval import Interval
from dugnad.demo.library import DnaLibrary, stream
from dugnad.demo.normals import normal_sex
from dugnad.panel import load_panel
from dugnad.qc.sites import Stretch
from dugnad.regions import read_targets

SHARED = 0.8  # of the fragments over a bin, since some reach into it only: as one count


def write_copy_normals(
    panel: Path, fasta: Path, genome: Genome, library: Callable[[Sex], DnaLibrary], count: int,
    seed: int,
) -> None:  # fmt: skip
    """Write the reference of normals that the panel (its ``panel.yaml``) names, if it does.

    Each of ``count`` normals has the depth that its library is expected to have, with the error of
    sampling; they are pooled as real ones are. ``library``: that of a woman, or of a man.
    """
    from dugnad.copy_number import cnvkit  # imported late: it takes seconds

    rules = load_panel(panel)[0].copy_number
    if rules is None or rules.normals is None:
        return
    bins = cut_targets(read_targets(panel.with_name("targets.bed")), rules.bin_size.value)
    both: tuple[Sex, Sex] = ("female", "male")
    expected = {sex: _expected(library(sex), genome, bins) for sex in both}
    length = library("female").fragment.mean
    depths, sexes = [], []
    for number in range(count):
        sex = normal_sex(number)
        mean = expected[sex]
        fragments = SHARED * mean * ((bins.end - bins.start) + length) / length
        drawn = stream(seed, "bins", number).poisson(fragments)
        depths.append(mean * drawn / np.maximum(fragments, 1e-9))
        sexes.append(sex)
    par = [Stretch(part.contig, part.start, part.end) for part in genome.par]
    with pysam.FastaFile(str(fasta)) as sequence:
        gc = gc_content(bins, sequence)
    write_reference(rules.normals, cnvkit.pool(bins, depths, gc, bins.kinds(par), sexes))


def _expected(library: DnaLibrary, genome: Genome, bins: Bins) -> Floats:
    """Depth of each bin; none where the genome has it twice, since reads there map nowhere."""
    rows = zip(bins.chrom.tolist(), bins.start.tolist(), bins.end.tolist(), strict=True)
    places = tuple(Interval(chrom, start, end) for chrom, start, end in rows)
    found = expected_depth(replace(library, targets=places))
    depth = np.array([found[place] for place in places], np.float64)
    for twice in genome.duplicated:
        depth[bins.within(twice.contig, twice.start, twice.end)] = 0.0
    return depth
