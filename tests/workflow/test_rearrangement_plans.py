"""What is asked for of rearrangements, by what a case has and its panel asks."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from builders import panel_data, quantity, row, workspace
from dugnad.plan import Plan
from dugnad.run import load_run

SECTION = {
    "dna_methods": ["search", "delly"],
    "fusion_genes": "fusion_genes.tsv",
    "search": {
        "margin": quantity(500, "bases"),
        "min_size": quantity(300, "bases"),
        "min_fragments": quantity(2),
        "exact": quantity(10, "bases"),
    },
    "filters": [],
}
HOME = "results/C1/rearrangements/C1"
WILDCARDS: Any = SimpleNamespace(case="C1")


def planned(
    folder: Path, monkeypatch: pytest.MonkeyPatch, section: Any = SECTION, **tumour: str
) -> Plan:
    rows = [row("C1-T", **tumour)] if tumour else [row("C1-T"), row("C1-N", "normal")]
    workspace(folder, list(rows))
    data = panel_data(**({"rearrangements": section} if section else {}))
    home = folder / "config/panels/tiny"
    (home / "panel.yaml").write_text(yaml.safe_dump(data))
    (home / "fusion_genes.tsv").write_text("gene\tcontig\tstart\tend\tintron\tpartners\n")
    monkeypatch.chdir(folder)
    return Plan(load_run(Path("config/config.yaml")))


def test_each_method_and_its_notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned(tmp_path, monkeypatch)
    assert plan.junctions(WILDCARDS) == [
        f"{HOME}.search.junctions.parquet",
        f"{HOME}.delly.junctions.parquet",
    ]
    assert plan.rearrangement_notes(WILDCARDS) == [f"{HOME}.delly.notes.json"]
    assert plan.sv_calls_option(WILDCARDS) == f"--sv-calls {HOME}.delly.vcf.gz"
    assert plan.rearrangements_option(WILDCARDS) == f"--rearrangements {HOME}.rearrangements.json"
    assert "--normal C1-N" in plan.join_options(WILDCARDS)
    assert "--rna " not in plan.join_options(WILDCARDS)
    assert plan.search_options(WILDCARDS).split()[::2] == ["--tumour", "--normal"]


def test_a_tumour_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manta = {**SECTION, "dna_methods": ["manta"]}
    plan = planned(tmp_path, monkeypatch, manta, bam="reads/t.bam")
    assert "--normal" not in plan.join_options(WILDCARDS)
    assert plan.manta_result(WILDCARDS) == "tumorSV"
    assert plan.junctions(WILDCARDS) == [f"{HOME}.manta.junctions.parquet"]


def test_nothing_without_reads_or_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for plan in (
        planned(tmp_path / "calls", monkeypatch, vcf="calls/t.vcf"),
        planned(tmp_path / "rules", monkeypatch, None),
    ):
        assert plan.rearrangements(WILDCARDS) == []
        assert plan.rearrangements_option(WILDCARDS) == ""
        assert plan.sv_calls_option(WILDCARDS) == ""
        assert plan.junctions(WILDCARDS) == []
