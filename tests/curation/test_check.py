"""The check at the start of a run looks at the logs of judgements too."""

from pathlib import Path

import pytest

from builders import workspace
from dugnad.cli import main as dugnad


@pytest.fixture(autouse=True)
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workspace(tmp_path))
    config = Path("config/config.yaml")
    config.write_text(config.read_text() + "curation: curation\n")


def test_folder_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert dugnad(["check"]) == 2
    told = capsys.readouterr().err
    assert "config/config.yaml: curation: no such folder (got 'curation'); make it" in told


def test_log_that_does_not_hold(capsys: pytest.CaptureFixture[str]) -> None:
    Path("curation").mkdir()
    Path("curation/C1.curation.jsonl").write_text('{"number": 1}\n')
    assert dugnad(["check"]) == 2
    assert "curation/C1.curation.jsonl:1: is not an entry" in capsys.readouterr().err


def test_no_log_yet(capsys: pytest.CaptureFixture[str]) -> None:
    Path("curation").mkdir()
    Path("curation/C9.curation.jsonl").write_text("of a case of another run\n")
    assert dugnad(["check"]) == 0
    assert "all is well" in capsys.readouterr().err
