"""The watch in real runs of Snakemake: piped as in a job's output, and on a terminal."""

import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

SNAKEFILE = """
from snakemake_logger_plugin_dugnad.plan import announce

onstart:
    announce(workflow.dag)

rule all:
    input: expand("results/{case}.txt", case=["C1", "C2"])
    localrule: True

rule measure_depth:
    output: "results/{case}.{sample}.bed"
    log: "logs/measure_depth/{case}.{sample}.log"
    shell:
        "echo '[red]no memory left' > {log}; [ {wildcards.case} = C1 ]; touch {output}"

rule write_report:
    input: "results/{case}.T.bed", "results/{case}.N.bed"
    output: "results/{case}.txt"
    log: "logs/write_report/{case}.log"
    shell: "touch {output} 2> {log}"
"""
COMMAND = ["snakemake", "--cores", "1", "--keep-going", "--retries", "1", "--logger", "dugnad"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Snakefile").write_text(SNAKEFILE)
    return tmp_path


def on_terminal(folder: Path, *command: str) -> tuple[int, str]:
    """Exit status, and all that was written to the terminal."""
    leader, follower = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "LINES": "40"}
    run = subprocess.Popen(command, cwd=folder, env=env, stdout=follower, stderr=follower)
    os.close(follower)
    written = b""
    while True:
        try:
            part = os.read(leader, 4096)
        except OSError:  # the last that wrote has closed it
            break
        if not part:
            break
        written += part
    os.close(leader)
    return run.wait(), written.decode().replace("\r\n", "\n")


def test_a_piped_run_is_plain_lines(folder: Path) -> None:
    done = subprocess.run(COMMAND, cwd=folder, capture_output=True, text=True, check=False)
    told = done.stderr
    assert done.returncode == 1
    assert "case C1 started" in told
    assert "case C1 done in" in told
    assert "measure_depth C2 N (attempt 1 of 2), exit 1\n  log: logs/measure_depth/C2.N.log" in told
    assert "measure_depth C2 T (attempt 2 of 2), exit 1" in told
    assert "    [red]no memory left\n" in told
    assert "run ended: 3 jobs done, 2 failed, 2 not run" in told
    assert "cases: 1 done, 0 running, 1 failed, 0 waiting" in told
    assert "At least one job did not complete successfully" in told
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", told)
    again = subprocess.run(COMMAND, cwd=folder, capture_output=True, text=True, check=False)
    assert "cases: 0 done, 0 running, 1 failed, 0 waiting; 1 done before" in again.stderr
    text = (folder / "Snakefile").read_text().replace("[ {wildcards.case} = C1 ];", "")
    (folder / "Snakefile").write_text(text)
    mended = subprocess.run(COMMAND, cwd=folder, capture_output=True, text=True, check=False)
    assert mended.returncode == 0
    assert "0 failed" in mended.stderr
    planned = subprocess.run(
        [*COMMAND, "--dry-run"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert planned.returncode == 0
    assert "Nothing to be done" in planned.stdout


def test_a_terminal_shows_a_block_and_is_left_whole(folder: Path) -> None:
    status, written = on_terminal(folder, *COMMAND)
    assert status == 1
    assert "cases: 0 done, 1 running, 0 failed, 1 waiting" in written
    assert re.search(r"running:\n(\x1b\[[\d;]*m)?  measure_depth C\d [TN], \d s", written)
    assert "[red]no memory left" in written
    end = written.rpartition("\x1b[2K")[2]  # the block was taken away before the last lines
    assert "run ended: 3 jobs done, 2 failed, 2 not run" in end
    assert "running:" not in end
    assert written.rfind("\x1b[?25h") > written.rfind("\x1b[?25l")  # the cursor is shown


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        ("rule a:\n    input: 'absent.fq'\n    output: 'x'\n", 1, "absent.fq"),
        (
            "import sys\nprint('line 4', file=sys.stderr)\nsys.exit(2)\n",
            2,
            "line 4",
        ),
        ("rule a:\n    outptu: 'x'\n", 1, "outptu"),
    ],
)
def test_errors_before_any_job_are_seen(tmp_path: Path, text: str, status: int, told: str) -> None:
    (tmp_path / "Snakefile").write_text(text)
    done = subprocess.run(COMMAND, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert told in done.stderr
