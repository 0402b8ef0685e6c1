"""What all tests share."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from support import REAL_DATA, ROOT, Snakemake


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A folder's tests stay in one process, which makes their fixtures once; the longest first."""
    home = Path(__file__).parent
    for item in items:
        item.add_marker(pytest.mark.xdist_group(item.path.relative_to(home).parts[0]))
    items.sort(key=lambda item: item.path.relative_to(home).parts[0] != "e2e")


@pytest.fixture(scope="session")
def snakemake() -> Snakemake:
    """Runs the workflow in a folder, as a user would; returns the finished process."""

    def run(folder: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = ["snakemake", "--snakefile", ROOT / "Snakefile", "--directory", folder]
        done = subprocess.run(
            [*command, *arguments], capture_output=True, text=True, env=os.environ, check=False
        )
        if check and done.returncode:
            pytest.fail(f"snakemake ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done

    return run


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of shared real data sets; the test is skipped where it is absent."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"the real data sets are not at {REAL_DATA}")
    return REAL_DATA
