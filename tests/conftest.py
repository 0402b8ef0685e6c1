"""What all tests share."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

sys.path.insert(0, str(Path(__file__).parent))

from support import REAL_DATA, ROOT, Snakemake


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/e2e/"))


class ByFolder(LoadScopeScheduling):
    """A folder's tests stay in one process, which makes their fixtures once.

    Those of the whole cohort are a part of their own, beside the other runs of the workflow, and so
    are those on a cluster.
    """

    def _split_scope(self, nodeid: str) -> str:
        folder, file = nodeid.split("::")[0].split("/")[1:3]
        if file == "slurm":
            return file
        return "cohort" if "_cohort" in file or "gates" in file else folder


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolder:
    """Called where tests run in several processes."""
    return ByFolder(config, log)


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
