"""The demo's reference of depth: by arithmetic, as its own capture has it."""

from pathlib import Path

import numpy as np
import pytest

from dugnad.copy_number.bins import cut_targets
from dugnad.copy_number.reference import match, read_reference
from dugnad.panel import load_panel
from dugnad.regions import read_targets


@pytest.mark.parametrize("name", ["demo-560", "demo-560-umi"])
def test_reference_is_of_the_panels_bins(demo: Path, name: str) -> None:
    folder = demo / "config/panels" / name
    rules = load_panel(folder / "panel.yaml")[0].copy_number
    assert rules is not None
    bins = cut_targets(read_targets(folder / "targets.bed"), rules.bin_size.value)
    found = match(read_reference(folder / "normals.cnn"), bins, folder / "normals.cnn")
    seen = found.log2 > -5
    assert {found.bins.label[n] for n in np.flatnonzero(~seen)} == {"PMS2_exon12"}  # twice there
    assert abs(float(np.median(found.log2[seen]))) < 0.1
    assert 0.1 < float(np.median(found.spread[seen])) < 0.2  # of twenty at depth 60
    on_x, on_y = (float(np.median(found.log2[bins.chrom == c])) for c in ("chrX", "chrY"))
    assert on_x == pytest.approx(0, abs=0.4)  # as of women
    assert on_y == pytest.approx(-1, abs=0.4)  # one copy
