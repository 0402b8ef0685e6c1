"""Metrics from the tools' own reports, and coverage by regions."""

import gzip
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from builders import panel, panel_data
from dugnad.cli import main
from dugnad.panel import Panel
from dugnad.panel_rules import Limit
from dugnad.qc.gather_metrics import (
    alignment_metrics,
    coverage_metrics,
    join,
    judge,
    limits_of,
    median,
    reads_metrics,
    rows,
)
from dugnad.qc.measures import Measured, write_measures
from dugnad.qc.store import RUN_QC
from dugnad.qc.tabulate_metrics import content
from dugnad.tables import METRICS, read_table, write_table

LATE = Measured(None, "ratio", "compared at the end of the run")


def limit_data(metric: str = "mapped", **changes: Any) -> dict[str, Any]:
    return {"metric": metric, "role": "any", "breach": "fail", "lower": 1, "why": "test"} | changes


def limit(breach: str, blocking: bool = False, **sides: float) -> Limit:
    data = {"metric": "mapped", "role": "any", "breach": breach, "why": f"{breach} why"}
    return Limit.model_validate(data | {"blocking": blocking} | sides)


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


def test_only_a_breached_limit_blocks() -> None:
    stop = limit("fail", blocking=True, lower=0.5)
    low = judge(Measured(0.4, "fraction", "t"), [WARN, FAIL, stop])
    assert (low["status"], low["blocking"], low["why"]) == ("fail", True, "fail why")
    fair = judge(Measured(0.7, "fraction", "t"), [stop, WARN])
    assert (fair["status"], fair["blocking"], fair["why"]) == ("warn", False, "warn why")
    assert judge(Measured(0.95, "fraction", "t"), [stop])["blocking"] is False
    assert judge(Measured(None, "fraction", "t"), [stop])["blocking"] is False


@pytest.mark.parametrize("order", [1, -1])
def test_the_blocking_limit_of_two_breached_ones_counts(order: int) -> None:
    both = [limit("fail", lower=0.5), limit("fail", blocking=True, lower=0.4)][::order]
    row = judge(Measured(0.3, "fraction", "t"), both)
    assert (row["blocking"], row["lower"]) == (True, 0.4)


def test_reads_are_summed_over_lanes() -> None:
    def lane(before: int, after: int, cut: int) -> dict[str, Any]:
        sides = {"before_filtering": before, "after_filtering": after}
        summary = {side: {"total_reads": n, "total_bases": 100 * n} for side, n in sides.items()}
        return {"summary": summary, "adapter_cutting": {"adapter_trimmed_bases": cut}}

    found = reads_metrics([lane(1000, 900, 1000), lane(3000, 2900, 7000)])
    assert found["reads"].value == 4000
    assert found["reads_passing"].value == 0.95
    assert found["adapter"].value == 0.02
    assert {item.value for item in reads_metrics([]).values()} == {None}
    untrimmed = lane(10, 10, 0)
    del untrimmed["adapter_cutting"]
    assert reads_metrics([untrimmed])["adapter"].value == 0


STATS = [
    "# a comment",
    "SN\traw total sequences:\t200",
    "SN\treads mapped:\t160",
    "SN\treads mapped and paired:\t150",
    "SN\treads duplicated:\t40\t# x",
    "SN\tbases mapped:\t16000",
    "SN\tbases mapped (cigar):\t15200",
    "SN\tpairs on different chromosomes:\t3",
    "IS\t100\t1\t1\t0\t0",
    "IS\t200\t8\t8\t0\t0",
    "IS\t300\t1\t1\t0\t0",
    "FFQ\t1\t" + "\t".join("0" * 29) + "\t5\t10",
    "LFQ\t1\t" + "\t".join("0" * 29) + "\t5\t20",
]


def test_alignment_metrics() -> None:
    found = {name: metric.value for name, metric in alignment_metrics(STATS, True).items()}
    assert found == {
        "mapped": 0.8,
        "duplicates": 0.25,
        "family_size": 160 / 120,
        "insert_size": 200.0,
        "bases_q30": 0.75,
        "chimeric": 0.04,
        "soft_clipped": pytest.approx(0.05),
    }
    kept = alignment_metrics(STATS, marked=False)
    assert kept["duplicates"] == Measured(None, "fraction", "the panel keeps duplicates")
    unmarked = [line.replace("duplicated:\t40", "duplicated:\t0") for line in STATS]
    none = alignment_metrics(unmarked, marked=True)
    assert none["duplicates"] == Measured(None, "fraction", "no duplicate is marked")
    assert none["family_size"].value is None
    single = [line.replace("paired:\t150", "paired:\t0") for line in STATS]
    assert alignment_metrics(single, marked=True)["chimeric"].value is None


def test_median() -> None:
    assert median({}) is None
    assert median({5: 1}) == 5
    assert median({1: 2, 9: 2}) == 1
    assert median({1: 1, 9: 2}) == 9


def test_depth_is_of_all_targets() -> None:
    table = [
        {"kind": "panel", "mean_depth": 80.0, "callable_fraction": 0.4},
        {"kind": "gene", "mean_depth": 1.0, "callable_fraction": 0.1},
    ]
    found = coverage_metrics(table)
    assert (found["mean_target_depth"].value, found["callable_target"].value) == (80.0, 0.4)


def test_what_the_panel_wants_and_no_step_brings_is_not_measured() -> None:
    limits = [limit("fail", blocking=True, lower=0.5)]
    (row,) = rows("S", {}, limits)
    assert (row["metric"], row["value"], row["status"]) == ("mapped", None, "not_measured")
    assert (row["lower"], row["blocking"]) == (0.5, False)
    assert "no step" in row["source"]


def test_measures_are_joined_by_known_names() -> None:
    one, two = Measured(0.5, "fraction", "a"), Measured(90.0, "bases", "b")
    parts = [{"mapped": one, "insert_size": two}, {"rna_insert_size": two}]
    assert join(parts, "dna").keys() == {"mapped", "insert_size"}
    assert join(parts, "rna").keys() == {"mapped", "rna_insert_size"}
    assert join([{"target_250x": one}], "dna") == {"target_250x": one}
    with pytest.raises(KeyError, match="measured twice"):
        join([{"mapped": one}, {"mapped": one}], "dna")
    with pytest.raises(KeyError, match="mapd"):
        join([{"mapd": one}], "dna")


def test_limits_are_of_a_role_and_an_analyte() -> None:
    data = [
        limit_data("mapped"),
        limit_data("identity", role="normal"),
        limit_data("identity", role="tumour", analyte="rna"),
        limit_data("rna_insert_size", analyte="rna"),
    ]
    found = panel(qc=data)

    def names(role: str, analyte: Any) -> list[str]:
        return [item.metric for item in limits_of(found, role, analyte)]

    assert names("tumour", "dna") == ["mapped"]
    assert names("normal", "dna") == ["mapped", "identity"]
    assert names("tumour", "rna") == ["identity", "rna_insert_size"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"metric": "maped"}, ("is not a metric", "did you mean 'mapped'?")),
        ({"metric": "beauty"}, ("is not a metric", "docs/qc.md")),
        ({"metric": "target_0x"}, ("is not a metric",)),
        ({"metric": "target_30x"}, ("coverage.levels has no 30", "add it there")),
        ({"metric": "family_size"}, ("library.umi",)),
        ({"breach": "warn", "blocking": True}, ("blocking is for breach: fail",)),
        ({"metric": "rna_reads"}, ("is not measured of DNA", "write analyte: rna")),
        ({"metric": "fold_80", "analyte": "rna"}, ("is not measured of RNA",)),
    ],
)
def test_limits_that_cannot_be(row: dict[str, Any], words: tuple[str, ...], tmp_path: Path) -> None:
    from dugnad.errors import UserError
    from dugnad.panel import load_panel

    data = panel_data(qc=[limit_data(**row)])
    data["coverage"]["levels"] = [50, 100]
    path = tmp_path / "tiny/panel.yaml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(data))
    with pytest.raises(UserError) as error:
        load_panel(path)
    text = str(error.value)
    assert [word for word in words if word not in text] == []


def test_a_level_may_have_a_limit() -> None:
    data = panel_data(qc=[limit_data("target_100x")])
    data["coverage"]["levels"] = [50, 100]
    assert Panel.model_validate(data).qc[0].metric == "target_100x"


@pytest.mark.parametrize("umi", [None, {"where": "read_name"}])
def test_a_samples_table(tmp_path: Path, umi: dict[str, Any] | None) -> None:
    """The verb: what came by which door, with the limits of the panel."""
    home = tmp_path / "panels/tiny"
    home.mkdir(parents=True)
    library = {"kind": "hybrid_capture", "duplicates": "mark", "umi": umi}
    elsewhere = limit_data("identity_elsewhere", analyte="rna", upper=0.75, lower=None)
    limits = [limit_data("fold_80", upper=1.7, lower=None), elsewhere]
    data = panel_data(library=library, qc=limits)
    (home / "panel.yaml").write_text(yaml.safe_dump(data))
    (tmp_path / "stats.txt").write_text("\n".join(STATS) + "\n")
    write_measures(tmp_path / "m.json", {"S": {"fold_80": Measured(2.0, "ratio", "t")}})
    rna = {"rna_reads": Measured(100.0, "reads", "t"), "identity_elsewhere": LATE}
    write_measures(tmp_path / "r.json", {"R": rna})
    stats, (m, r) = str(tmp_path / "stats.txt"), (str(tmp_path / x) for x in ("m.json", "r.json"))
    arguments = ["--sample", "S", "tumour", "dna", "--stats", "S", stats, "--measures", m, r]
    arguments += ["--sample", "R", "tumour", "rna", "--output", str(tmp_path / "out.parquet")]
    assert main(["gather-metrics", *arguments, "--panel", str(home / "panel.yaml")]) == 0
    rows = read_table(tmp_path / "out.parquet", METRICS)
    table = {row["metric"]: row for row in rows if row["sample"] == "S"}
    assert [r["metric"] for r in rows if r["sample"] == "R" and r["value"]] == ["rna_reads"]
    late = next(row for row in rows if row["metric"] == "identity_elsewhere")
    assert (late["status"], late["upper"], late["source"]) == ("not_measured", None, LATE.source)
    assert (table["fold_80"]["status"], table["fold_80"]["why"]) == ("fail", "test")
    assert table["reads"]["status"] == "not_measured"
    assert table["reads"]["source"] == "came as an alignment"
    assert ("family_size" in table) == (umi is not None)


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
    write_table(tmp_path / "qc.parquet", rows, RUN_QC)
    outputs = {name: str(tmp_path / f"{name}_mqc.json") for name in ("whole", "general")}
    command = ["tabulate-metrics", "--metrics", str(tmp_path / "qc.parquet")]
    command += ["--columns", "reads", "identity"]
    command += ["--output", outputs["whole"], "--general-output", outputs["general"]]
    assert main(command) == 0
    assert json.loads(Path(outputs["whole"]).read_text()) == made
    general = json.loads(Path(outputs["general"]).read_text())
    assert list(general["headers"]) == ["reads"]  # identity was not measured
    assert general["data"] == {"S1": {"reads": 100.0}, "S2": {}, "S3": {}}


def test_gzip_named_otherwise_is_read(tmp_path: Path) -> None:
    from dugnad.files import open_bytes

    (tmp_path / "a").write_bytes(gzip.compress(b"x"))
    with open_bytes(tmp_path / "a") as file:
        assert file.read() == b"x"
