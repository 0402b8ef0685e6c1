"""A demo for planning alone: many cases at once, whose reads nobody can take for reads."""

from pathlib import Path

import pytest
from test_demo_folder import rows

from dugnad import cli
from dugnad.run import load_run, missing_files


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty cases; made without ART."""
    directory = tmp_path_factory.mktemp("stub") / "demo"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shutil.which", lambda _: None)
        assert cli.main(["demo", "--output", str(directory), "--stub", "30"]) == 0
    return directory


def test_each_case_is_a_tumour_and_its_normal(stub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many lanes as the first case of the demo has, of its panel, without its RNA."""
    monkeypatch.chdir(stub)
    run = load_run()
    assert len(run.cases) == 30
    assert {case.panel.id for case in run.cases.values()} == {"demo-560"}
    lanes = [[len(sample.lanes) for sample in case.samples] for case in run.cases.values()]
    assert lanes == [[2, 1]] * 30
    assert not run.rna
    assert missing_files(run) == []


def test_nothing_of_it_can_be_run(
    stub: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says so on the sheet, and the check, with which each run begins, stops at the reads."""
    assert "For planning only" in (stub / "config/samples.tsv").read_text().splitlines()[0]
    found = rows(stub / "config/samples.tsv")
    files = {row[column] for row in found for column in ("fastq_1", "fastq_2")}
    assert len(files) == 180
    assert {path.stat().st_size for path in (stub / "reads").iterdir()} == {0}
    monkeypatch.chdir(stub)
    assert cli.main(["check"]) == 2
    assert "STUB0001-D01-P01-A15_L001_R1.fastq.gz" in capsys.readouterr().err


def test_it_says_so_when_it_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", "--output", str(tmp_path / "demo"), "--stub", "1"]) == 0
    assert "ready for planning only" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "-1", "x", "100001"])
def test_a_number_of_cases_is_asked_for(
    tmp_path: Path, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["demo", "--output", str(tmp_path / "demo"), f"--stub={number}"])
    assert stop.value.code == 2
    assert "is not a number of cases from 1 to 100000" in capsys.readouterr().err
