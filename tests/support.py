"""Where things are, for tests."""

import subprocess
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
REAL_DATA = ROOT.parent / "shared" / "data"
BUILD = ROOT / "build" / "tests"

Snakemake = Callable[..., subprocess.CompletedProcess[str]]
"""Runs the workflow in a folder, with further arguments."""


def html_alone(folder: Path) -> Path:
    """Let a deployment's site want no other form than the page in English: forms take time."""
    config = folder / "config/config.yaml"
    text = config.read_text()
    if "site:" not in text:
        (folder / "config/site.yaml").write_text("languages: [en]\noutputs: [html]\n")
        config.write_text(f"{text}site: config/site.yaml\n")
    return folder
