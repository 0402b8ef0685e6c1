"""The demo run that several tests look at."""

from pathlib import Path

import pytest

from conftest import BUILD, ROOT, Snakemake
from dugnad.cli import main


@pytest.fixture(scope="session")
def demo(snakemake: Snakemake) -> Path:
    """The finished demo run; a second call in the same tree only does what is lacking."""
    folder = BUILD / "demo"
    assert main(["demo", "--output", str(folder)]) == 0
    snakemake(folder, "--profile", str(ROOT / "profiles/local"))
    return folder
