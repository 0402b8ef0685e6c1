"""Runs of the workflow on the cluster, started and looked at as a user would."""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from cluster import Cluster, Job

from results import CASE, calls, record
from support import BUILD, ROOT

INPUT = ("config", "genome", "known", "reads")
ASKED = ("squeue", "sacct")
OF_THIS_CLUSTER = (
    *("--cores", "2", "--resources", "mem_mb=8000", "--latency-wait", "10"),
    *("--slurm-init-seconds-before-status-checks", "1"),
)


def copy_of(light: Path, name: str, *removed: str) -> Path:
    """A deployment with the same input and results, but for what is named of the case.

    Stages, or patterns of files below them; "" is all of the case. What all cases share stays.
    """
    folder = _copied(light, name, *INPUT, "results", ".snakemake")
    for pattern in removed:
        for path in (folder / "results").glob(f"{CASE}/{pattern}".rstrip("/")):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return folder


def input_of(run: Path, name: str) -> Path:
    """A deployment with the same input, and no results."""
    return _copied(run, name, *INPUT)


def _copied(run: Path, name: str, *parts: str) -> Path:
    folder = BUILD / "slurm" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for part in parts:
        shutil.copytree(run / part, folder / part, symlinks=True)
    return folder


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """The head process; what it says goes to head.log."""
    command = ["snakemake", "--snakefile", ROOT / "Snakefile", "--directory", folder]
    profile = ["--profile", ROOT / "profiles/slurm", *OF_THIS_CLUSTER]
    with (folder / "head.log").open("ab") as log:
        return subprocess.Popen(
            [*command, *profile, *(arguments or ("reports",))],
            stdout=log,
            stderr=log,
            env=os.environ,
        )


def said(folder: Path) -> str:
    """What the head processes of a folder said."""
    return (folder / "head.log").read_text()


def wait_for(
    cluster: Cluster,
    folder: Path,
    wanted: Callable[[Job], bool],
    head: subprocess.Popen[bytes],
    seconds: float = 600,
) -> Job:
    """The first job that is as wanted; fails when the run ends without one."""
    found: list[Job] = []

    def seen() -> bool:
        found.extend(job for job in cluster.jobs(folder) if wanted(job))
        return bool(found)

    until(seen, head, seconds)
    return found[0]


def until(done: Callable[[], bool], head: subprocess.Popen[bytes], seconds: float = 600) -> None:
    """Wait for something that happens while a head process lives."""
    deadline = time.monotonic() + seconds
    while not done():
        assert head.poll() is None, "the run ended before that was seen"
        assert time.monotonic() < deadline, "that was not seen in time"
        time.sleep(0.3)


def asks(head: subprocess.Popen[bytes]) -> bool:
    """Whether a head process asks SLURM just now what became of its jobs."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return any(child.name() in ASKED for child in psutil.Process(head.pid).children())
    return False


def finish(
    cluster: Cluster, head: subprocess.Popen[bytes], folder: Path, seconds: float = 900
) -> None:
    """Wait for a run that is to succeed."""
    try:
        status = head.wait(seconds)
    except subprocess.TimeoutExpired:
        head.kill()
        status = None
    assert status == 0, f"the run ended with {status}:\n{said(folder)[-5000:]}\n{cluster.told()}"


def assert_undisturbed(folder: Path, light: Path, cluster: Cluster) -> None:
    """The same variants and record as of the local run, all forms there, and nothing left over."""
    assert calls(folder) == calls(light)
    assert record(folder) == record(light)
    assert files(folder) == files(light)
    assert list((cluster.folder / "scratch").iterdir()) == []


def files(folder: Path) -> set[str]:
    """All files of the results."""
    results = folder / "results"
    return {str(path.relative_to(results)) for path in results.rglob("*") if path.is_file()}
