"""Metrics from the tools' own reports, and coverage by regions."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pysam
import pytest
import yaml

from builders import panel, panel_data
from dugnad.cli import main
from dugnad.panel import Limit
from dugnad.qc.assess_coverage import assess, depths
from dugnad.qc.gather_metrics import (
    Measured,
    alignment_metrics,
    coverage_metrics,
    depth_metrics,
    judge,
    median,
    reads_metrics,
)
from dugnad.qc.tabulate_metrics import content
from dugnad.regions import Hotspot, Region
from dugnad.tables import COVERAGE, METRICS, read_table, write_table

PANEL = panel()
TARGET = Region("chr1", 10, 20, "T")
SPOT = Hotspot("chr1", 12, 15, "Val10", "GENE1", "PMID:1")


def limit(breach: str, **sides: float) -> Limit:
    data = {"metric": "mapped", "role": "any", "breach": breach, "why": "test", **sides}
    return Limit.model_validate(data)


WARN, FAIL = limit("warn", lower=0.9), limit("fail", lower=0.5)


@pytest.mark.parametrize(
    ("value", "limits", "status", "lower"),
    [
        (0.95, [], "info", None),
        (0.95, [FAIL, WARN], "pass", 0.9),
        (0.90, [FAIL, WARN], "pass", 0.9),
        (0.89, [FAIL, WARN], "warn", 0.9),
        (0.49, [WARN, FAIL], "fail", 0.5),
        (0.49, [FAIL, WARN], "fail", 0.5),
        (None, [FAIL, WARN], "not_measured", 0.9),
        (None, [], "not_measured", None),
    ],
)
def test_judge(value: float | None, limits: list[Limit], status: str, lower: float | None) -> None:
    row = judge(Measured(value, "fraction", "test"), limits)
    assert (row["status"], row["lower"]) == (status, lower)


def test_upper_limit() -> None:
    high = limit("fail", upper=0.1)
    assert judge(Measured(0.2, "fraction", "t"), [high])["status"] == "fail"
    assert judge(Measured(0.1, "fraction", "t"), [high])["status"] == "pass"


def test_reads_are_summed_over_lanes() -> None:
    def lane(before: int, after: int) -> dict[str, Any]:
        sides = {"before_filtering": before, "after_filtering": after}
        return {"summary": {side: {"total_reads": n} for side, n in sides.items()}}

    found = reads_metrics([lane(1000, 900), lane(3000, 2900)])
    assert found["reads"].value == 4000
    assert found["reads_passing"].value == 0.95
    assert reads_metrics([])["reads"].value is None


def test_alignment_metrics() -> None:
    lines = [
        "# a comment",
        "SN\traw total sequences:\t200",
        "SN\treads mapped:\t160",
        "SN\treads duplicated:\t40\t# x",
        "IS\t100\t1\t1\t0\t0",
        "IS\t200\t8\t8\t0\t0",
        "IS\t300\t1\t1\t0\t0",
        "FFQ\t1\t" + "\t".join("0" * 29) + "\t5\t10",
        "LFQ\t1\t" + "\t".join("0" * 29) + "\t5\t20",
    ]
    found = {name: metric.value for name, metric in alignment_metrics(lines, True).items()}
    assert found == {"mapped": 0.8, "duplicates": 0.25, "insert_size": 200.0, "bases_q30": 0.75}
    assert alignment_metrics(lines, marked=False)["duplicates"].value is None
    unmarked = [line.replace("duplicated:\t40", "duplicated:\t0") for line in lines]
    assert alignment_metrics(unmarked, marked=True)["duplicates"].value is None


def test_median() -> None:
    assert median({}) is None
    assert median({5: 1}) == 5
    assert median({1: 2, 9: 2}) == 1
    assert median({1: 1, 9: 2}) == 9


def test_depth_metrics() -> None:
    lines = ["chrom\tlength\tbases\tmean\tmin\tmax", "total\t100\t400\t4.0\t0\t9"]
    found = depth_metrics([*lines, "total_region\t10\t100\t10.0\t0\t9"])
    assert found["on_target"].value == 0.25
    assert found["mean_target_depth"].value == 10.0


def test_overlapping_targets_count_once(per_base: Path, tmp_path: Path) -> None:
    home = tmp_path / "panels/tiny"
    home.mkdir(parents=True)
    data = panel_data(hotspots=None)
    (home / "panel.yaml").write_text(yaml.safe_dump(data))
    (home / "targets.bed").write_text("chr1\t10\t20\tA\nchr1\t12\t20\tB\nchr1\t14\t20\tC\n")
    output = tmp_path / "coverage.parquet"
    arguments = ["--sample", "S", "--per-base", str(per_base), "--output", str(output)]
    assert main(["assess-coverage", *arguments, "--panel", str(home / "panel.yaml")]) == 0
    rows = read_table(output, COVERAGE)
    assert [(row["kind"], row["label"]) for row in rows] == [
        ("panel", "tiny"),
        ("target", "A"),
        ("target", "B"),
        ("target", "C"),
    ]
    assert coverage_metrics(rows)["callable_target"].value == 0.4


@pytest.fixture
def per_base(tmp_path: Path) -> Path:
    """Depth 30 on chr1:0-14, 5 on 14-18, nothing beyond; no line for chr2."""
    path = tmp_path / "x.per-base.bed.gz"
    with pysam.BGZFile(str(path), "wb") as out:
        out.write(b"chr1\t0\t14\t30\nchr1\t14\t18\t5\nchr1\t18\t3000\t0\n")
    pysam.tabix_index(str(path), preset="bed", csi=True, force=True)
    return path


def test_depths_of_a_region(per_base: Path) -> None:
    with pysam.TabixFile(str(per_base), index=f"{per_base}.csi") as table:
        assert depths(table, TARGET).tolist() == [30] * 4 + [5] * 4 + [0] * 2
        assert depths(table, Region("chr2", 0, 3, "x")).tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("region", "depth", "status"),
    [
        (TARGET, [20] * 10, "callable"),
        (TARGET, [20] * 9 + [19], "partly"),
        (TARGET, [19] * 10, "not_assessable"),
        (SPOT, [20, 20, 20], "callable"),
        (SPOT, [20, 20, 19], "partly"),
        (SPOT, [0, 0, 0], "not_assessable"),
    ],
)
def test_where_we_cannot_see(region: Region, depth: list[int], status: str) -> None:
    assert assess(region, np.array(depth), PANEL)["status"] == status


def metric(sample: str, name: str, value: float | None, status: str) -> dict[str, Any]:
    unit = "fraction" if name == "mapped" else "reads"
    lower = None if status == "info" else 0.5
    row = {"sample": sample, "metric": name, "value": value, "unit": unit, "status": status}
    return row | {"lower": lower, "upper": None}


def test_multiqc_reads_our_table(tmp_path: Path) -> None:
    rows = [
        metric("S1", "mapped", 0.9, "pass"),
        metric("S1", "reads", 100.0, "info"),
        metric("S2", "mapped", 0.2, "fail"),
        metric("S2", "reads", None, "not_measured"),
        metric("S3", "mapped", 0.9, "pass"),
        metric("S3", "reads", None, "not_measured"),
    ]
    made = content(pd.DataFrame(rows))
    assert made["data"] == {
        "S1": {"status": "pass", "mapped": 0.9, "reads": 100.0},
        "S2": {"status": "fail", "mapped": 0.2},
        "S3": {"status": "warn", "mapped": 0.9},
    }
    for sample in ("S1", "S2", "S3"):
        mine = [row for row in rows if row["sample"] == sample]
        write_table(tmp_path / f"{sample}.parquet", mine, METRICS)
    tables = [str(tmp_path / f"{sample}.parquet") for sample in ("S1", "S2", "S3")]
    assert main(["tabulate-metrics", *tables, "--output", str(tmp_path / "dugnad_mqc.json")]) == 0
    assert json.loads((tmp_path / "dugnad_mqc.json").read_text()) == made


def test_gzip_named_otherwise_is_read(tmp_path: Path) -> None:
    from dugnad.files import open_bytes

    (tmp_path / "a").write_bytes(gzip.compress(b"x"))
    with open_bytes(tmp_path / "a") as file:
        assert file.read() == b"x"
