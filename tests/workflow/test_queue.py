"""What is asked of SLURM, with commands that answer as it does; tests/e2e/slurm has a real one."""

from pathlib import Path

import pytest
import snakemake_executor_plugin_slurm as plugin
from snakemake_executor_plugin_slurm.job_status_query import get_min_job_age

from dugnad.cli import main
from dugnad.cluster import status_command

RUN = "dugnad_01234567-89ab-cdef-0123-456789abcdef"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of programs, but for the system's own."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/bin")
    return folder


def program(folder: Path, name: str, body: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("body", "command"),
    [
        ("echo 'AccountingStorageType   = accounting_storage/slurmdbd'", "sacct"),
        ("echo 'AccountingStorageType   = accounting_storage/none'", "squeue"),
        ("echo 'AccountingStorageType   = (null)'", "squeue"),
        ("exit 1", "squeue"),
    ],
)
def test_sacct_is_asked_where_jobs_are_accounted_for(
    body: str, command: str, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin, "get_min_job_age", get_min_job_age)
    program(programs, "scontrol", body)
    assert status_command() == command


@pytest.mark.parametrize(("storage", "command"), [("none", "squeue"), ("slurmdbd", "sacct")])
def test_a_controller_that_does_not_answer_once_turns_no_run_to_sacct(
    storage: str, command: str, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it answers nothing; the plugin turns to it if it cannot learn how old jobs may get."""
    monkeypatch.setattr(plugin, "get_min_job_age", get_min_job_age)
    program(programs, "scontrol", f"echo 'AccountingStorageType = accounting_storage/{storage}'")
    assert status_command() == command
    program(programs, "scontrol", "exit 1")
    assert (plugin.get_min_job_age() is None) == (command == "sacct")


@pytest.mark.parametrize(("own", "cancelled"), [("", "7"), ("99", "7"), ("7", None)])
def test_a_job_of_a_run_does_not_cancel_its_siblings(
    own: str, cancelled: str | None, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue, log = tmp_path / "queue", tmp_path / "cancelled"
    queue.write_text(f"7|{RUN}|{tmp_path}\n8|mine|{tmp_path}\n9|{RUN}|{tmp_path}x\n")
    program(programs, "squeue", f"cat {queue}")
    program(programs, "scancel", f"echo $@ >> {log}; : > {queue}")
    monkeypatch.setenv("SLURM_JOB_ID", own)
    assert main(["cancel-jobs", "--folder", str(tmp_path)]) == 0
    assert (log.read_text().strip() if log.exists() else None) == cancelled


def test_a_queue_that_cannot_be_asked_is_told(
    programs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program(programs, "squeue", "echo 'no controller' >&2; exit 1")
    assert main(["cancel-jobs", "--folder", str(tmp_path)]) == 0
    assert "no controller" in capsys.readouterr().err


def test_without_slurm_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["cancel-jobs"]) == 0
    assert capsys.readouterr() == ("", "")
