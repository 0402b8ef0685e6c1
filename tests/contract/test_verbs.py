"""The verbs, the rules and the shipped files agree with each other."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from dugnad.cli import VERBS, main, parser_of
from dugnad.config import Accepted, Config, Genome, Mutect2, Sequencing
from dugnad.knowledge.trials import Cohort, Trial
from dugnad.panel import Calling, Coverage, Library, Panel, Umi, load_panel
from dugnad.panel_biomarkers import (
    HrdRules,
    MsiRules,
    SignatureRules,
    TmbCategory,
    TmbRule,
    TmbRules,
    VafWindow,
)
from dugnad.panel_copy_number import CopyNumberRules, PurityRules
from dugnad.panel_rearrangements import RearrangementFilter, RearrangementRules, Search
from dugnad.panel_rna import RnaExcluded, RnaFilter, RnaRules, SpliceRules
from dugnad.panel_rules import CopyState, Filter, Likelihood, Limit, Origin
from dugnad.qc.metric_names import METRIC_NAMES
from dugnad.regions import read_hotspots, read_targets
from dugnad.schemas import schemas
from dugnad.sheet import Row
from dugnad.site import Site
from dugnad.source import Source

ROOT = Path(__file__).parents[2]
RULES = sorted((ROOT / "workflow/rules").glob("*.smk"))
STAGES = {
    "reads",
    "alignment",
    "qc",
    "small_variants",
    "copy_number",
    "rearrangements",
    "annotation",
    "biomarkers",
    "interpretation",
    "report",
}
# verbs that people call, not rules; check and cancel-jobs also run at the start of each run
BY_HAND = {
    "accuracy",
    "cancel-jobs",
    "check",
    "curate",
    "demo",
    "explain",
    "knowledge",
    "learn-normals",
    "panel",
    "record",
    "recurrence",
    "render-report",
    "resources",
    "schemas",
    "tabulate-findings",
    "trends",
    "write-deck",
    "write-fhir",
    "write-pdf",
    "write-workbook",
}


def rule_texts() -> dict[str, str]:
    """Each rule's name and text."""
    text = "\n".join(path.read_text() for path in RULES)
    parts = re.split(r"^rule (\w+):$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_rules_call_all_verbs_and_no_others() -> None:
    called = {
        verb
        for text in rule_texts().values()
        for verb in re.findall(r"(?:dugnad|--then) ([a-z-]+) (?:--|\{)", text)
    }
    assert called == set(VERBS) - BY_HAND


def test_each_stage_has_a_rule_file_and_a_page() -> None:
    assert {path.stem for path in RULES} == STAGES | {"common"}
    assert {path.stem for path in (ROOT / "docs").glob("*.md")} >= STAGES


@pytest.mark.parametrize("name", rule_texts())
def test_rule_states_what_it_needs(name: str) -> None:
    text = rule_texts()[name]
    for directive in ("log:", "benchmark:", "mem_mb", "runtime"):
        assert directive in text, f"rule {name} lacks {directive}"
    assert "conda:" in text or "code=CODE" in text, f"rule {name} has no environment and no code"
    assert not re.search(r"^    (run|script|wrapper):", text, re.MULTILINE)


@pytest.mark.parametrize("name", VERBS)
def test_help_teaches(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([name, "--help"])
    assert stop.value.code == 0
    shown = capsys.readouterr().out
    assert f"usage: dugnad {name}" in shown
    assert len((parser_of(name).description or "").split()) > 6


def test_overview_names_all_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert all(f"  {name} " in shown for name in VERBS)


def test_unknown_verb_and_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chekc"]) == 2
    assert "no verb 'chekc'" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stop:
        main(["check", "--cnofig", "x"])
    assert stop.value.code == 2


def test_verbs_after_each_other_stop_at_the_first_that_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    schemas_ = ["schemas", "--output", str(tmp_path / "a")]
    assert main([*schemas_, "--then", "schemas", "--output", str(tmp_path / "b")]) == 0
    assert sorted(p.name for p in (tmp_path / "a").iterdir()) == sorted(
        p.name for p in (tmp_path / "b").iterdir()
    )
    missing = ["check", "--config", str(tmp_path / "absent.yaml")]
    assert main([*missing, "--then", "schemas", "--output", str(tmp_path / "c")]) == 2
    assert not (tmp_path / "c").exists()
    assert main([*schemas_, "--then"]) == 2
    assert "no verb ''" in capsys.readouterr().err


@pytest.mark.parametrize(
    "path", sorted((ROOT / "config/panels").glob("*/panel.yaml")), ids=lambda path: path.parent.name
)
def test_shipped_panel_loads(path: Path) -> None:
    panel, _ = load_panel(path)
    assert read_targets(panel.targets)
    assert panel.hotspots is None or read_hotspots(panel.hotspots)


def test_schemas_are_current() -> None:
    for name, text in schemas().items():
        path = ROOT / f"workflow/schemas/{name}.schema.json"
        assert path.read_text() == text, f"{path} is old; run: make schemas"


def test_conda_environments_pin_a_minor_version() -> None:
    for path in (ROOT / "envs").glob("*.yaml"):
        pins = re.findall(r"^  - (\S+=\S+)$", path.read_text(), re.MULTILINE)
        assert pins, path
        assert all(re.fullmatch(r"[\w-]+=\d+\.\d+", pin) for pin in pins), path


def test_rules_name_environments_that_exist() -> None:
    named = {env for text in rule_texts().values() for env in re.findall(r"envs/(\w+)\.yaml", text)}
    shipped = {path.stem for path in (ROOT / "envs").glob("*.yaml")}
    assert named <= shipped
    assert shipped - named <= {"art"}  # the demo's simulator is called by a verb


@pytest.mark.parametrize(
    "model",
    [
        Config,
        Genome,
        Source,
        Mutect2,
        Sequencing,
        Site,
        Trial,
        Cohort,
        Accepted,
        Row,
        Panel,
        Library,
        Umi,
        Coverage,
        Filter,
        Limit,
        Origin,
        Likelihood,
        CopyState,
        CopyNumberRules,
        PurityRules,
        Calling,
        TmbRules,
        TmbRule,
        TmbCategory,
        VafWindow,
        HrdRules,
        SignatureRules,
        MsiRules,
        RnaRules,
        RnaFilter,
        RnaExcluded,
        SpliceRules,
        RearrangementFilter,
        RearrangementRules,
        Search,
    ],
)
def test_every_key_is_explained(model: type[BaseModel]) -> None:
    text = (ROOT / "config/README.md").read_text()
    assert [name for name in model.model_fields if f"`{name}`" not in text] == []


def test_every_metric_is_explained() -> None:
    text = (ROOT / "docs/qc.md").read_text()
    names = (*METRIC_NAMES, "target_{N}x")
    assert [name for name in names if f"`{name}`" not in text] == []
