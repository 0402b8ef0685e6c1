"""All lanes of a sample go through fastp as one stream, whole or not at all."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from builders import write_fastq
from dugnad.cli import main
from dugnad.reads.lane_reports import lane_reports
from dugnad.reads.trim_reads import umi_options

COUNTS = {"L1": 300, "L2": 200, "L10": 100}

with_fastp = pytest.mark.skipif(shutil.which("fastp") is None, reason="fastp is not installed")


def lanes(folder: Path, count: int | None = None) -> list[str]:
    """The words of a command that trims three lanes of S into ``folder``."""
    words = ["trim-reads"]
    for lane, pairs in COUNTS.items():
        files = [folder / f"{lane}_{mate}.fq.gz" for mate in (1, 2)]
        for mate, path in enumerate(files, start=1):
            write_fastq(path, count=count or pairs, mate=mate)
        report = folder / f"S.fastp/S.{lane}.fastp.json"
        words += ["--lane", f"S.{lane}", *map(str, files), str(report)]
    return words


def reports(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "S.fastp").iterdir())


def fake_fastp(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program named fastp that runs a shell script; the report's path is its last argument."""
    tool = folder / "bin/fastp"
    tool.parent.mkdir()
    tool.write_text(f"#!/bin/sh\nfor report; do :; done\n{script}\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}:{os.environ['PATH']}")


@with_fastp
def test_lanes_follow_each_other_and_each_has_its_report(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(lanes(tmp_path)) == 0
    out, told = capfd.readouterr()
    heads = [line.split(" RG:Z:") for line in out.splitlines()[::4]]
    assert [group for _, group in heads] == [
        f"S.{lane}" for lane, pairs in COUNTS.items() for _ in range(2 * pairs)
    ]
    assert [name for name, _ in heads[:4]] == ["@READ:0", "@READ:0", "@READ:1", "@READ:1"]
    found = lane_reports([tmp_path / "S.fastp"])
    assert [r["summary"]["before_filtering"]["total_reads"] for r in found] == [600, 200, 400]
    assert all(
        f"--report_title S.{lane} " in r["command"]
        for lane, r in zip(("L1", "L10", "L2"), found, strict=True)
    )
    assert "S.L10: 100 read pairs" in told


@with_fastp
def test_a_fault_names_file_and_line_and_lane_and_leaves_no_report(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words = lanes(tmp_path)
    cut = tmp_path / "L2_2.fq.gz"
    cut.write_bytes(cut.read_bytes()[:-9])
    assert main(words) == 2
    told = capfd.readouterr().err
    assert f"{cut}:" in told
    assert "the file is truncated: copy it again (lane S.L2)" in told
    assert "S.L1: 300 read pairs" in told
    assert reports(tmp_path) == ["S.L1.fastp.json"]


def test_the_last_words_of_fastp_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    fake_fastp(tmp_path, "echo 'ERROR: no memory' >&2; exit 3", monkeypatch)
    assert main(lanes(tmp_path, count=20_000)) == 2
    told = capfd.readouterr().err
    assert "fastp ended with status 3; it said: ERROR: no memory (lane S.L1)\n" in told
    assert reports(tmp_path) == []


def test_a_killed_fastp_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    fake_fastp(tmp_path, "kill -9 $$", monkeypatch)
    assert main(lanes(tmp_path)) == 2
    assert "fastp ended with Killed" in capfd.readouterr().err


def test_half_a_report_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """fastp ends with status 0 on a full disk."""
    fake_fastp(tmp_path, "cat > /dev/null; printf '{\"summary\": {' > $report", monkeypatch)
    assert main(lanes(tmp_path)) == 2
    told = capfd.readouterr().err
    assert f"{tmp_path}/S.fastp/S.L1.fastp.json: fastp did not write its report" in told
    assert "is the disk full? (lane S.L1)" in told
    assert reports(tmp_path) == []


def test_without_fastp_it_says_where_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    words = lanes(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(words) == 2
    assert "fastp: no such program; install it" in capfd.readouterr().err


def test_inline_umis_are_moved_by_fastp() -> None:
    assert umi_options(None) == []
    assert umi_options((6, 1)) == ["--umi", "--umi_loc=per_read", "--umi_len=6", "--umi_skip=1"]


@with_fastp
@pytest.mark.parametrize("signum", [signal.SIGTERM, None], ids=["terminated", "reader ended"])
def test_nothing_is_left_of_a_lane_that_was_stopped(
    tmp_path: Path, signum: signal.Signals | None
) -> None:
    """The reader takes nothing, and then ends, or the verb is told to end."""
    words = lanes(tmp_path, count=20_000)
    command = [sys.executable, "-m", "dugnad.cli", *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as verb:
        assert verb.stdout and verb.stderr
        verb.stdout.read(1)
        (fastp,) = psutil.Process(verb.pid).children()
        if signum:
            verb.send_signal(signum)
        else:
            verb.stdout.close()
        told = verb.stderr.read()
    assert verb.returncode == (143 if signum else 1)
    assert not fastp.is_running()
    assert ("the program that reads the trimmed reads ended early" in told) is (signum is None)
    assert reports(tmp_path) == []


def test_reports_are_those_of_the_folders(tmp_path: Path) -> None:
    for name in ("A/A.L1", "A/A.L2", "B/B.L1"):
        path = tmp_path / f"{name}.fastp.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"name": name}))
    (tmp_path / "A/.snakemake_timestamp").touch()
    found = lane_reports([tmp_path / "B", tmp_path / "A"])
    assert [report["name"] for report in found] == ["B/B.L1", "A/A.L1", "A/A.L2"]
    assert lane_reports([]) == []
