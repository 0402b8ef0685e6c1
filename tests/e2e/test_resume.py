"""Killed in the middle, a run ends with the same result when the same command is given again."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import psutil

from results import CASE, calls, record
from support import BUILD, ROOT


def start(folder: Path) -> subprocess.Popen[bytes]:
    profile = ["--profile", ROOT / "profiles/local"]
    command = [
        "snakemake",
        "--snakefile",
        ROOT / "Snakefile",
        "--directory",
        folder,
        *profile,
        "reports",
    ]
    log = (folder / "snakemake.log").open("ab")
    return subprocess.Popen(command, stdout=log, stderr=log, env=os.environ)


def kill_one(run: subprocess.Popen[bytes], tool: str, seconds: float = 120) -> bool:
    """Kill the first process of that name below the run, as the kernel would for memory."""
    deadline = time.monotonic() + seconds
    while run.poll() is None and time.monotonic() < deadline:
        for process in psutil.Process(run.pid).children(recursive=True):
            try:
                if tool in process.cmdline():  # the program, or a verb behind python and dugnad
                    process.kill()
                    return True
            except (psutil.NoSuchProcess, IndexError):
                continue
        time.sleep(0.02)
    return False


def test_killed_tools_cost_time_but_no_result(light: Path) -> None:
    folder = BUILD / "killed"
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("config", "genome", "known", "reads"):
        shutil.copytree(light / part, folder / part, copy_function=shutil.copy2)
    for tool, output in (
        ("bwa", f"results/{CASE}/alignment/*.bam"),
        ("call-pileup", f"results/{CASE}/small_variants/*.calls.vcf.gz"),
    ):
        run = start(folder)
        assert kill_one(run, tool), f"{tool} was not seen"
        assert run.wait(timeout=300) == 1
        assert not (folder / f"results/{CASE}/report/{CASE}.html").exists()
        if tool == "call-pileup":
            assert not list(folder.glob(output))
    assert start(folder).wait(timeout=300) == 0
    assert calls(folder) == calls(light)
    assert record(folder) == record(light)
    names = [path.name for path in (folder / "results").rglob("*")]
    assert [name for name in names if re.search(r"\.tmp|\.bcf$|\.fastq\.gz$", name)] == []


def test_a_failed_tool_fails_the_run_and_is_told(light: Path, tmp_path: Path) -> None:
    """A tool that ends with an error must never give a report that looks whole."""
    for part in ("config", "genome", "known", "reads"):
        shutil.copytree(light / part, tmp_path / part)
    broken = tmp_path / "bin"
    broken.mkdir()
    (broken / "mosdepth").write_text("#!/bin/sh\necho 'no memory left' >&2\nexit 1\n")
    (broken / "mosdepth").chmod(0o755)
    shutil.copytree(light / "results", tmp_path / "results", symlinks=True)
    shutil.copytree(light / ".snakemake", tmp_path / ".snakemake")
    for stage in ("qc", "report"):
        shutil.rmtree(tmp_path / "results" / CASE / stage)
    command = ["snakemake", "--snakefile", ROOT / "Snakefile", "--directory", tmp_path]
    done = subprocess.run(
        [*command, "--profile", ROOT / "profiles/local"],
        env={**os.environ, "PATH": f"{broken}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "no memory left" in done.stderr
    assert "measure_reads" in done.stderr
    assert not (tmp_path / f"results/{CASE}/report/{CASE}.html").exists()
