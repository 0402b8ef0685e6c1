"""What normals teach: mean, spread beyond sampling, and the file of it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from microsatellites import lengths

from dugnad.biomarkers.msi_loci import Locus
from dugnad.biomarkers.msi_normals import learn, read_normals, write_normals
from dugnad.biomarkers.msi_statistics import score
from dugnad.errors import UserError

LOCUS = Locus("chr1", 200, 212, "M1", unit="A", repeats=12)


def normals(number: int, reads: int, rate: float, spread: float = 0.0) -> list[list[Any]]:
    """Tables of one locus, in each a rate of fragments with one repeat less."""
    rng = np.random.default_rng(7)
    tables = []
    for _ in range(number):
        lost = int(rng.binomial(reads, max(0, rng.normal(rate, spread))))
        tables.append([lengths(counts=(lost, reads - lost))])
    return tables


def test_mean_and_spread() -> None:
    (row,) = learn(normals(200, 100, 0.1), 20)
    assert row["normals"] == 200
    assert row["reads"] == 20_000
    assert row["lost"] == pytest.approx(0.1, abs=0.01)
    assert row["variance"] == pytest.approx(0.09, abs=0.01)
    assert row["between"] < 0.015  # sampling alone would give an SD of 0.03
    assert row["first_length"] == 11
    assert row["shares"] == pytest.approx([0.1, 0.9], abs=0.01)
    (uneven,) = learn(normals(200, 100, 0.2, spread=0.05), 20)
    assert uneven["between"] == pytest.approx(0.05, abs=0.01)


def test_more_than_one_repeat_is_weighed_and_gains_are_no_loss() -> None:
    rows = [[lengths(first=9, counts=(10, 0, 0, 80, 10))] for _ in range(5)]
    (row,) = learn(rows, 20)
    assert row["lost"] == pytest.approx(0.3)
    assert row["shares"] == pytest.approx([0.1, 0, 0, 0.8, 0.1])


def test_what_no_normal_shows_can_still_happen(tmp_path: Path) -> None:
    (row,) = learn([[lengths(first=12, counts=(50,))] for _ in range(10)], 20)
    assert row["lost"] == 0
    assert row["variance"] > 0
    write_normals(tmp_path / "n.tsv", [row])
    expected = read_normals(tmp_path / "n.tsv", [LOCUS])["M1"]
    assert score(lengths(counts=(1, 99)), expected)[1] < 3
    assert score(lengths(counts=(10, 90)), expected)[1] > 3


def test_few_reads_and_few_normals_teach_nothing() -> None:
    shallow = [[lengths(counts=(1, 18))] for _ in range(20)]
    with pytest.raises(UserError, match="no microsatellite has 20 fragments in 5 normals"):
        learn(shallow, 20)
    deep = [[lengths(counts=(1, 19)), lengths("M2", counts=(0, 40))] for _ in range(4)]
    deep += [[lengths(counts=(1, 5)), lengths("M2", counts=(0, 40))]]
    assert [row["name"] for row in learn(deep, 20)] == ["M2"]


def test_file_is_read_as_written(tmp_path: Path) -> None:
    path = tmp_path / "n.tsv"
    (row,) = learn(normals(20, 60, 0.1), 20)
    write_normals(path, [row])
    expected = read_normals(path, [LOCUS])["M1"]
    assert expected.lost == pytest.approx(row["lost"], rel=1e-4)
    assert expected.between == pytest.approx(row["between"], rel=1e-4)
    assert (expected.normals, expected.reads, expected.first_length) == (20, 1200, 11)
    assert sum(expected.shares) == pytest.approx(1, abs=1e-4)


def test_faulty_files_are_told(tmp_path: Path) -> None:
    path = tmp_path / "n.tsv"
    write_normals(path, learn(normals(20, 60, 0.1), 20))
    moved = Locus("chr1", 201, 213, "M1", unit="A", repeats=12)
    with pytest.raises(UserError, match="M1: is not so in the panel's loci"):
        read_normals(path, [moved])
    text = path.read_text()
    path.write_text(text.replace("\t20\t1200\t", "\ttwenty\t1200\t"))
    with pytest.raises(UserError, match=rf"{path}:2: is damaged"):
        read_normals(path, [LOCUS])
    path.write_text("name\tlost\n")
    with pytest.raises(UserError, match=rf"{path}:1: is not a table of normals"):
        read_normals(path, [LOCUS])
