"""Counts by type and VAF, intervals, and how the page and the picture tell them."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from toy_variants import call, held, true

from dugnad.accuracy.comparing import Comparison, Judged
from dugnad.accuracy.counting import COLUMNS, bin_names, report, rows, wilson
from dugnad.accuracy.figure import figure
from dugnad.accuracy.page import markdown

SVG = "{http://www.w3.org/2000/svg}"


def only(found: list[dict[str, object]], kind: str, name: str) -> dict[str, object]:
    (row,) = [row for row in found if (row["type"], row["vaf_bin"]) == (kind, name)]
    return row


def test_wilson_against_hand_computed_values() -> None:
    """By hand, z = 1.959964: 8 of 10 has centre (0.8 + 0.192073) / 1.384146 = 0.716740, reach
    1.959964 * sqrt(0.016 + 0.009604) / 1.384146 = 0.226576.
    """
    assert wilson(8, 10) == pytest.approx((0.490162, 0.943318), abs=1e-5)
    assert wilson(10, 10) == (pytest.approx(1 / 1.3841459, abs=1e-6), 1.0)
    assert wilson(0, 10) == (0.0, pytest.approx(0.3841459 / 1.3841459, abs=1e-6))
    assert wilson(0, 0) is None


def test_bins_have_their_lower_edge() -> None:
    assert bin_names() == ["<0.02", "0.02-0.05", "0.05-0.10", "0.10-0.20", ">=0.20"]
    assert bin_names((0.005, 0.1)) == ["<0.005", "0.005-0.10", ">=0.10"]
    vafs = (0.0199, 0.02, 0.05, 0.1, 0.1999, 0.2, 1.0)
    judged = [Judged(true("41 A G", vaf), ()) for vaf in vafs]
    found = rows(Comparison((), tuple(judged), (), 1.0), "set", "rule")
    names = [*bin_names(), "all"]
    assert [only(found, "all", name)["fn"] for name in names] == [1, 1, 1, 2, 2, 7]


def test_rows(tmp_path: Path) -> None:
    truth = [true("2 T C", 0.03), true("35 G A", 0.3), true("41 AT GC", 0.3), true("10 CA C", 0.03)]
    calls = [call("2 T C", 0.9), call("41 A G"), call("42 T C"), call("50 T G", 0.01)]
    found = rows(held(tmp_path, truth, calls), "SEQC2", "panel")
    assert all(tuple(row) == COLUMNS for row in found)
    whole = only(found, "all", "all")
    assert (whole["tp"], whole["fp"], whole["fn"]) == (2, 1, 2)
    assert (whole["recall"], whole["precision"]) == (0.5, pytest.approx(2 / 3))
    assert whole["f1"] == pytest.approx(4 / 7)
    assert (whole["recall_low"], whole["recall_high"]) == wilson(2, 4)
    assert (whole["precision_low"], whole["precision_high"]) == wilson(2, 3)
    assert (whole["set"], whole["rule"]) == ("SEQC2", "panel")
    by = {(row["type"], row["vaf_bin"]): (row["tp"], row["fp"], row["fn"]) for row in found}
    assert by["all", "<0.02"] == (0, 1, 0)
    assert by["all", "0.02-0.05"] == (1, 0, 1)
    assert by["all", "0.05-0.10"] == (0, 0, 0)
    assert by["all", ">=0.20"] == (1, 0, 1)
    assert by["MNV", ">=0.20"] == (1, 0, 0)
    assert by["deletion", "all"] == (0, 0, 1)
    assert by["SNV", "all"] == (1, 1, 1)
    assert ("insertion", "all") not in by
    assert ("all", "unknown") not in by


def test_no_denominator_is_none(tmp_path: Path) -> None:
    row = only(rows(held(tmp_path, [], []), "a", "b"), "all", "all")
    shares = ("recall", "precision", "f1", "recall_low", "precision_high")
    assert [row[name] for name in shares] == [None] * 5
    row = only(rows(held(tmp_path, [], ["41 A G"]), "a", "b"), "all", "all")
    assert (row["recall"], row["precision"], row["f1"]) == (None, 0.0, 0.0)


def test_without_vaf_of_the_truth_bins_have_no_recall(tmp_path: Path) -> None:
    truth = [true("41 A G", None), true("50 T G", None)]
    found = rows(held(tmp_path, truth, [call("41 A G", 0.3)]), "a", "b")
    assert only(found, "all", "all")["recall"] == 0.5
    high, unknown = only(found, "all", ">=0.20"), only(found, "all", "unknown")
    assert (high["tp"], high["precision"], high["recall"]) == (1, 1.0, None)
    assert (unknown["fn"], unknown["recall"]) == (1, None)


def test_without_any_vaf_all_is_unknown(tmp_path: Path) -> None:
    truth = [true("41 A G", None), true("50 T G", None)]
    found = rows(held(tmp_path, truth, [call("41 A G", None)]), "a", "b")
    assert only(found, "all", "unknown")["recall"] == 0.5


def test_borrowed_vaf_is_the_mean_of_the_calls(tmp_path: Path) -> None:
    calls = [call("41 A G", 0.16), call("42 T C", 0.26)]
    found = rows(held(tmp_path, [true("41 AT GC", None)], calls), "a", "b")
    assert only(found, "MNV", ">=0.20")["tp"] == 1


def test_report(tmp_path: Path) -> None:
    comparison = held(tmp_path, ["41 A G"], [call("50 T G", 0.01, origin="somatic", depth=99)])
    told = report(comparison, rows(comparison, "a", "b"))
    assert list(told) == ["rows", "missed", "false", "megabases", "false_per_megabase"]
    assert told["false_per_megabase"] == pytest.approx(1e6 / 62)
    (missed,), (false,) = told["missed"], told["false"]
    assert (missed["chrom"], missed["pos"], missed["ref"], missed["alt"]) == ("chr1", 41, "A", "G")
    assert (missed["vaf"], missed["reason"]) == (0.1, "not_called")
    assert (false["pos"], false["vaf"], false["origin"], false["depth"]) == (
        50,
        0.01,
        "somatic",
        99,
    )


def test_markdown(tmp_path: Path) -> None:
    found = rows(held(tmp_path, ["41 A G", "2 T C"], ["41 A G"]), "set|1", "panel")
    lines = markdown(found).splitlines()
    assert len(lines) == len(found) + 2
    (line,) = [line for line in lines if "| all | all |" in line]
    assert line.startswith("| set\\|1 | panel | all | all | 0.500 (0.095-0.905), 1 of 2 | 1.000 ")
    (line,) = [line for line in lines if "| all | 2-5 % |" in line]
    assert "no true variant | no call | no variant" in line


def test_figure_is_svg_that_tells_all_in_words(tmp_path: Path) -> None:
    found = rows(held(tmp_path, ["41 A G", "2 T C"], ["41 A G"]), "S<1>", "rule & one")
    found += rows(held(tmp_path, ["41 A G"], ["50 T G"]), "S<1>", "two")
    found += rows(held(tmp_path, ["41 A G"], ["41 A G"]), "other", "two")
    root = ET.fromstring(figure(found))
    assert root.tag == f"{SVG}svg" and root.get("role") == "img"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and "Recall and precision" in str(title.text)
    assert desc is not None
    told = "S<1>, rule & one, VAF all: recall 0.500 (0.095-0.905), 1 of 2"
    assert told in str(desc.text)
    texts = [item.text for item in root.iter(f"{SVG}text")]
    assert {"S<1>", "other", "rule & one", "two", "Recall", "Precision", "≥20 %"} <= set(texts)
    marks = [item for item in root.iter(f"{SVG}path") if item.get("class") == "mark"]
    known = [row[name] for row in found for name in ("recall", "precision") if row["type"] == "all"]
    assert len(marks) == sum(value is not None for value in known)
    groups = root.findall(f"{SVG}g")
    assert len(groups) == len(known)


def test_figure_without_rows_is_svg() -> None:
    ET.fromstring(figure([]))
