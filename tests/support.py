"""Where things are, for tests."""

import subprocess
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
REAL_DATA = ROOT.parent / "shared" / "data"
BUILD = ROOT / "build" / "tests"

Snakemake = Callable[..., subprocess.CompletedProcess[str]]
"""Runs the workflow in a folder, with further arguments."""
