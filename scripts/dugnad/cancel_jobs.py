"""Cancel the jobs that an earlier run of this folder left in SLURM's queue.

When a run's head process is killed, its jobs run on, and nobody waits for them. The next run does
their work again, so they are cancelled before it starts: two jobs must never write one file. Does
nothing where there is no SLURM, nor inside a job of such a run, where the others are siblings; and
touches no jobs of other folders and none of other programs.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from dugnad.cluster import cancel, left_jobs


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "--folder", type=Path, default=Path(), help="the run's folder; default: the current one"
    )
    parser.add_argument(
        "--if-known", action="store_true", help="say nothing where SLURM cannot be asked"
    )


def main(args: argparse.Namespace) -> None:
    """Cancel the jobs and say which; end in error when they do not end."""
    folder = args.folder.resolve()
    try:
        jobs = left_jobs(folder)
        if jobs and os.environ.get("SLURM_JOB_ID") not in jobs:
            print(f"cancel-jobs: left by an earlier run of {folder}: {' '.join(jobs)}", flush=True)
            cancel(jobs, folder)
    except FileNotFoundError:
        return  # there is no SLURM
    except (OSError, subprocess.SubprocessError) as error:
        if not args.if_known:
            said = getattr(error, "stderr", "") or ""
            print(f"cancel-jobs: SLURM's queue is not known here: {error} {said}", file=sys.stderr)
