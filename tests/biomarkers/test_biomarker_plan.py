"""Which biomarkers a case gets: by its panel, its door and the annotation."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from builders import panel_data, row, workspace
from dugnad.plan import Plan
from dugnad.run import load_run
from support import ROOT

DEMO = yaml.safe_load((ROOT / "resources/demo/panels/demo-560.yaml").read_text())
SECTIONS = {name: DEMO["biomarkers"][name] for name in ("tmb", "hrd", "signatures")}
ALL = {"biomarkers": SECTIONS, "copy_number": DEMO["copy_number"]}


def plan(folder: Path, door: str, sections: dict[str, Any], annotated: bool = True) -> Plan:
    workspace(folder, [row("C1-T", **({door: f"in/C1-T.{door}"} if door != "fastq" else {}))])
    panel = folder / "config/panels/tiny/panel.yaml"
    panel.write_text(yaml.safe_dump(panel_data(**sections)))
    config = folder / "config/config.yaml"
    text = yaml.safe_load(config.read_text())
    if not annotated:
        del text["genome"]["annotation"]
    config.write_text(yaml.safe_dump(text))
    return Plan(load_run())


@pytest.mark.parametrize(
    ("door", "sections", "annotated", "names"),
    [
        ("fastq", ALL, True, ["tmb", "hrd", "signatures"]),
        ("bam", ALL, True, ["tmb", "hrd", "signatures"]),
        ("vcf", ALL, True, ["tmb", "signatures"]),
        ("fastq", ALL, False, ["hrd", "signatures"]),
        ("fastq", {"biomarkers": {"tmb": SECTIONS["tmb"]}}, True, ["tmb"]),
        ("fastq", {}, True, []),
    ],
)
def test_what_is_measured(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    door: str,
    sections: dict[str, Any],
    annotated: bool,
    names: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    own, case = plan(tmp_path, door, sections, annotated), SimpleNamespace(case="C1")
    files = [f"results/C1/biomarkers/C1.{name}.json" for name in names]
    assert own.biomarkers(case) == files
    options = [f"--{name} {path}" for name, path in zip(names, files, strict=True)]
    assert own.biomarker_options(case) == " ".join(options)
    depth = [] if door == "vcf" else ["results/C1/qc/C1-T.per-base.bed.gz"]
    assert own.tumour_depth(case) == depth
    arms = [Path("config/panels/tiny/arms.bed")] if "copy_number" in sections else []
    assert own.arms(case) == arms
