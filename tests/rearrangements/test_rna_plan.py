"""Which files of RNA are asked for: none where there is no RNA, no rules or no annotation."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from rna_toy import rna_data, rna_panel

from builders import panel_data, row, workspace
from dugnad.plan import Plan
from dugnad.run import load_run
from support import Snakemake

CASE = SimpleNamespace(case="C1")


def plan(folder: Path, rules: dict[str, Any] | None, rna: bool = True, **genome: Any) -> Plan:
    rows = [row("C1-T", purity="0.4")] + ([row("C1-R", analyte="rna")] if rna else [])
    workspace(folder, rows)
    path = folder / "config/config.yaml"
    data = panel_data()
    if rules is not None:
        own = rna_panel().rearrangements
        assert own
        data["rearrangements"] = own.model_dump(mode="json") | {"rna": rules or None}
    (folder / "config/panels/tiny/panel.yaml").write_text(yaml.safe_dump(data))
    if genome:
        config = yaml.safe_load(path.read_text())
        config["genome"] |= genome
        path.write_text(yaml.safe_dump(config))
    return Plan(load_run(path))


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


HOME = "results/C1/rearrangements/C1"
JOBS = {"call_pizzly", "call_arriba", "find_rna_fusions", "find_splice_variants"}


def test_every_method_is_asked_for() -> None:
    found = plan(Path(), rna_data(methods=["star", "pizzly", "arriba"]))
    assert found.rna_junctions(CASE) == [
        f"{HOME}.{method}.junctions.parquet" for method in ("star", "pizzly", "arriba")
    ]
    assert found.splice_variants(CASE) == [f"{HOME}.splice_variants.parquet"]
    assert found.rna_notes(CASE) == [f"{HOME}.rna_notes.json"]
    programs = ("kallisto", "pizzly", "arriba")
    assert found.rna_versions(CASE) == [f"{HOME}.{name}.version.txt" for name in programs]
    assert found.of_rna("{case}/{sample}")(CASE) == "C1/C1-R"
    assert found.rna_lanes(CASE) == ["results/C1/reads/C1-R.fastq.gz"]


@pytest.mark.parametrize(
    ("rules", "rna"),
    [(None, True), ({}, True), (rna_data(), False)],
    ids=["panel", "rna", "sample"],
)
def test_nothing_is_asked_for_in_vain(rules: dict[str, Any] | None, rna: bool) -> None:
    found = plan(Path(), rules, rna)
    assert found.rna_junctions(CASE) == []
    assert found.splice_variants(CASE) == []
    assert found.rna_notes(CASE) == []
    assert found.rna_versions_option(CASE) == ""


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        (["star", "pizzly"], {"call_pizzly", "find_rna_fusions"}),
        (["pizzly", "arriba"], {"call_pizzly", "call_arriba", "find_splice_variants"}),
    ],
)
def test_one_job_of_each_method(
    tmp_path: Path, snakemake: Snakemake, methods: list[str], expected: set[str]
) -> None:
    """STAR's fusions and the splice variants are one job where both are asked for."""
    plan(tmp_path, rna_data(methods=methods))
    (tmp_path / "config/panels/tiny/fusion_genes.tsv").touch()
    output = snakemake(tmp_path, "--dry-run").stdout
    table = re.findall(r"^(\w+)\s+(\d+)$", output[output.index("Job stats:") :], re.MULTILINE)
    assert {name: int(n) for name, n in table if name in JOBS} == dict.fromkeys(expected, 1)


def test_without_an_annotation_notes_alone_are_made() -> None:
    found = plan(Path(), rna_data(), annotation=None)
    assert found.rna_junctions(CASE) == []
    assert found.rna_notes(CASE) == [f"{HOME}.rna_notes.json"]
    assert re.fullmatch(found.cases_by_star(is_asked=False), "C1")
    assert not re.fullmatch(found.cases_by_star(is_asked=True), "C1")
