"""The demo run that several tests look at."""

from pathlib import Path

import pytest

from dugnad.cli import main
from support import BUILD, ROOT, Snakemake


@pytest.fixture(scope="session")
def demo(snakemake: Snakemake) -> Path:
    """The finished demo run; a second call in the same tree only does what is lacking."""
    folder = BUILD / "demo"
    assert main(["demo", "--output", str(folder)]) == 0
    snakemake(folder, "--profile", str(ROOT / "profiles/local"))
    return folder
