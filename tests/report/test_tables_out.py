"""Findings as tables: every finding is in them once, and no cell is a formula."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from meanings import HOSTILE, finding, lung

import records
from dugnad.cli import main
from dugnad.report.tabulate_findings import as_text, cell, rows_of
from dugnad.tables import REPORTED


def by_id(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    found = {row["id"]: row for row in rows}
    assert len(found) == len(rows)
    return found


def test_each_finding_has_one_row() -> None:
    record = lung()
    rows = by_id(rows_of(record))
    assert list(rows)[:4] == ["chr7-100-T-G", "MET copies", "EML4::ALK", "MSI"]
    assert {key for key, row in rows.items() if row["kind"] == "small_variant"} == {
        "chr7-100-T-G",
        "chr7-200-T-G",
        "chr7-300-T-G",
    }
    assert record.copy_number and record.rearrangements
    kinds = [row["kind"] for row in rows.values()]
    assert kinds.count("copy_number") == len(record.copy_number.genes)
    assert kinds.count("rearrangement") == len(record.rearrangements.found)
    assert kinds.count("biomarker") == 3


def test_rows_say_what_the_record_says() -> None:
    rows = by_id(rows_of(lung()))
    first = rows["chr7-100-T-G"]
    assert (first["amp"], first["escat"], first["vaf"], first["depth"]) == ("IA", "IA", 0.31, 512)
    assert first["sensitive"] == ("osimertinib",)
    assert first["elsewhere"] == ("sunvozertinib",)
    assert first["blocked"] == ["gefitinib (EGFR p.Thr790Met)"]
    slight = rows["chr7-200-T-G"]
    assert (slight["amp"], slight["oncogenicity"], slight["oncogenicity_points"]) == (
        "IV",
        "benign",
        -8,
    )
    doubted = rows["chr7-300-T-G"]
    assert (doubted["passes"], doubted["filters"], doubted.get("amp")) == (
        False,
        ("low_depth",),
        None,
    )
    assert (rows["MET copies"]["copies"], rows["MET copies"]["call"]) == (9.1, "amplification")
    assert rows["CRLF2 copies"]["passes"] is None
    assert (rows["EML4::ALK"]["dna_reads"], rows["EML4::ALK"]["rna_reads"]) == (55, 98)
    assert (rows["MSI"]["value"], rows["MSI"]["status"]) == (0.71, "high")


def test_what_could_not_be_assessed_is_there_and_does_not_pass() -> None:
    rows = by_id(rows_of(records.blind()))
    assert {row["passes"] for row in rows.values()} == {None}
    assert rows["TMB"]["status"] == rows["MSI"]["status"] == "not_assessable"


def test_both_tables_hold_the_same(tmp_path: Path) -> None:
    given, text, typed = tmp_path / "c.json", tmp_path / "x.tsv", tmp_path / "x.parquet"
    given.write_text(lung().model_dump_json())
    words = ["--record", str(given), "--tsv", str(text), "--parquet", str(typed)]
    assert main(["tabulate-findings", *words]) == 0
    shown = list(csv.DictReader(io.StringIO(text.read_text()), delimiter="\t"))
    held = pq.read_table(typed)
    assert held.schema.names == list(shown[0]) == REPORTED.names
    for row, line in zip(held.to_pylist(), shown, strict=True):
        assert {name: cell(value) for name, value in row.items()} == line


def test_nothing_found_has_a_header_alone() -> None:
    assert as_text(rows_of(records.record())) == "\t".join(REPORTED.names) + "\n"


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text_in_one_cell(text: str) -> None:
    variants = (finding(gene=text, hgvs_c=text, filters=(text,), clinical_significance=text),)
    shown = as_text(rows_of(records.record(findings=variants)))
    lines = shown.split("\n")
    assert (len(lines), lines[-1]) == (3, "")
    cells = lines[1].split("\t")
    assert len(cells) == len(REPORTED.names)
    assert not any(one.lstrip().startswith(("=", "+", "-", "@")) for one in cells)
    assert json.dumps(shown)


def test_numbers_and_lists_are_as_they_are() -> None:
    given = (None, True, False, -0.25, 12, ("a", "b"), [], 1e-9, "it's", "p.(=)")
    assert [cell(one) for one in given] == [
        "", "yes", "no", "-0.25", "12", "a; b", "", "1e-09", "it's", "p.(=)",
    ]  # fmt: skip
