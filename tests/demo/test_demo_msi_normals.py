"""The demo's file of normals at microsatellites: by arithmetic, at the rates of its reads."""

import shutil
from pathlib import Path

import pytest

from dugnad.biomarkers.msi_loci import read_loci
from dugnad.biomarkers.msi_normals import read_normals
from dugnad.demo.damage import LOSS, stutter_rate
from dugnad.demo.genome import Genome
from dugnad.demo.genome_recipe import GenomeRecipe
from dugnad.demo.msi_normals import write_msi_normals
from dugnad.demo.panel_files import write_panel_files
from support import ROOT


@pytest.mark.parametrize("name", ["demo-560", "demo-560-umi"])
def test_normals_slip_as_reads_do(
    genome: Genome, recipe: GenomeRecipe, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    write_panel_files(folder, genome, recipe)
    shutil.copy(ROOT / f"resources/demo/panels/{name}.yaml", folder / "panel.yaml")
    write_msi_normals(folder / "panel.yaml", genome, recipe.normals, 1)
    loci = read_loci(folder / "msi_loci.bed")
    normals = read_normals(folder / "msi_normals.tsv", loci)
    assert set(normals) == {locus.label for locus in loci}
    lost = sum(normals[locus.label].lost for locus in loci)
    assert lost == pytest.approx(sum(LOSS * stutter_rate(x.repeats) for x in loci), rel=0.05)
    for locus in loci:
        shown = normals[locus.label]
        assert shown.normals == recipe.normals.count
        assert shown.first_length == locus.repeats - 1
        assert 30 * shown.normals < shown.reads < 60 * shown.normals
        assert shown.between < 0.06
    before = (folder / "msi_normals.tsv").read_bytes()
    write_msi_normals(folder / "panel.yaml", genome, recipe.normals, 1)
    assert (folder / "msi_normals.tsv").read_bytes() == before
