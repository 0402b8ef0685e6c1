"""The manifest and the list of cases know a run's files from its config alone."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from builders import row, workspace
from dugnad.cli import main
from dugnad.plan import Plan
from dugnad.report.write_manifest import entries
from dugnad.run import load_run
from records import lung
from support import ROOT

RULES = ("index_run", "write_manifest", "report_efficiency")


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """A run of two cases, one with a normal, whose results all hold their own name."""
    rows = [row("C1-T"), row("C1-N", "normal"), row("C2-T", case="C2")]
    monkeypatch.chdir(workspace(tmp_path, rows))
    plan = Plan(load_run())
    for path in map(Path, plan.results):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(path))
    for path, case in zip(map(Path, plan.records), ("C1", "C2"), strict=True):
        path.write_text(lung().model_copy(update={"case": case}).model_dump_json())
    return plan


def test_every_result_stands_once_with_its_digest(plan: Plan) -> None:
    assert main(["write-manifest", "--threads", "3", "--output", "manifest.json"]) == 0
    found = json.loads(Path("manifest.json").read_text())
    assert found["cases"] == {"C1": "pass", "C2": "pass"}
    listed = [entry["path"] for entry in found["results"]]
    assert listed == plan.results
    assert len(set(listed)) == len(listed)
    for path in (
        "results/C1/alignment/C1-N.bam",
        "results/C2/report/C2.nb.pdf",
        "results/C2/report/C2.html",
        "results/C1/report/C1.en.reads.html",
        "results/run/multiqc.html",
    ):
        (entry,) = [one for one in found["results"] if one["path"] == path]
        assert entry["sha256"] == hashlib.sha256(path.encode()).hexdigest()
        assert entry["bytes"] == len(path)


@pytest.mark.parametrize("threads", [1, 4])
def test_entries_keep_their_order(threads: int, tmp_path: Path) -> None:
    paths = [tmp_path / f"{n}" for n in (5, 3, 9, 1)]
    for path in paths:
        path.write_text(path.name * 1000)
    assert [entry["path"] for entry in entries(paths, threads)] == [str(path) for path in paths]


def test_a_result_that_is_missing_leaves_no_manifest(plan: Plan) -> None:
    Path(plan.results[-1]).unlink()
    with pytest.raises(FileNotFoundError):
        main(["write-manifest", "--output", "manifest.json"])
    assert not Path("manifest.json").exists()


def test_the_list_of_cases_is_the_configs(plan: Plan) -> None:
    Path(plan.records[1]).unlink()
    told = ["index-run", "--config", "config/config.yaml", "--output", "results/run/index.html"]
    assert main(told) == 0
    page = Path("results/run/index.html").read_text()
    assert '<a href="../C1/report/C1.nb.html">C1</a>' in page
    assert ">C2</th>" in page


def test_no_command_of_the_run_grows_with_its_cases() -> None:
    text = (ROOT / "workflow/rules/report.smk").read_text()
    for rule in RULES:
        shell = re.split(rf"^rule {rule}:$", text, flags=re.M)[1].split("shell:")[1]
        named = re.findall(r"\{input\S*\}", shell.split("\n\n\n")[0])
        assert named == [], rule
