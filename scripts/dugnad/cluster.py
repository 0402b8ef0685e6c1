"""What a run asks SLURM itself; nothing of it fails where there is no SLURM."""

import contextlib
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from dugnad.errors import UserError

# Snakemake names all jobs of a run by one UUID, after the profile's prefix
NAME_OF_RUN = re.compile(r"([A-Za-z0-9_-]+_)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def status_command() -> str:
    """How a run learns what became of its jobs: ``sacct``, or ``squeue`` where nobody keeps count.

    Where accounting is disabled sacct answers nothing, and Snakemake would wait for ever: it is
    kept from asking it, too. Elsewhere sacct still knows of jobs that squeue has forgotten.
    """
    try:
        config = _ask(["scontrol", "show", "config"])
    except (OSError, subprocess.SubprocessError):
        config = ""
    if re.search(r"^AccountingStorageType\s*=\s*accounting_storage/slurmdbd\s*$", config, re.M):
        return "sacct"
    _never_turn_to_sacct()
    return "squeue"


def _never_turn_to_sacct() -> None:
    """Keep Snakemake's plugin with squeue for as long as this process runs.

    Before each question it asks SLURM how long it remembers jobs (MinJobAge), and turns to sacct if
    that is not long, or if SLURM does not answer. One question while the controller was started
    anew was enough: sacct answers nothing here, and all further questions of that round go to it.
    """
    with contextlib.suppress(ImportError):
        import snakemake_executor_plugin_slurm as plugin

        plugin.get_min_job_age = lambda: sys.maxsize


def left_jobs(folder: Path) -> list[str]:
    """The numbers of this user's jobs that Snakemake submitted in ``folder`` and still go on.

    Raises OSError or SubprocessError where SLURM cannot be asked.
    """
    answer = _ask(["squeue", "--me", "--noheader", "--format=%i|%j|%Z"])
    lines = [line.split("|", maxsplit=2) for line in answer.splitlines()]
    return [
        number
        for number, name, started_in in lines
        if NAME_OF_RUN.fullmatch(name) and Path(started_in) == folder
    ]


def cancel(jobs: Sequence[str], folder: Path, seconds: float = 180) -> None:
    """Cancel jobs, and wait until they no longer write; UserError if they go on for ``seconds``."""
    _ask(["scancel", *jobs])
    deadline = time.monotonic() + seconds
    while left := sorted(set(jobs) & set(left_jobs(folder))):
        if time.monotonic() > deadline:
            raise UserError(
                f"{folder}: jobs of an earlier run do not end: {' '.join(left)};"
                " start again when squeue no longer shows them"
            )
        time.sleep(1)


def _ask(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout
