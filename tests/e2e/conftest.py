"""The demo run that several tests look at."""

import fcntl
from pathlib import Path

import pytest

from dugnad.cli import main
from support import BUILD, ROOT, Snakemake, html_alone


@pytest.fixture(scope="session")
def standard(snakemake: Snakemake) -> Path:
    """The standard cohort, as ``make demo`` runs it."""
    return finished(snakemake, "standard")


@pytest.fixture(scope="session")
def demo(snakemake: Snakemake) -> Path:
    """The first case, as deep as its panel asks for."""
    return finished(snakemake, "demo", "--cases", "IPX0001", "--scale", "0.6")


@pytest.fixture(scope="session")
def light(snakemake: Snakemake) -> Path:
    """The first case at a fifth of its depth, run to its report: for what runs again and again."""
    return finished(snakemake, "light", "--cases", "IPX0001", "--scale", "0.2", target="reports")


@pytest.fixture(scope="session")
def cohort(snakemake: Snakemake) -> Path:
    """The whole cohort at a quarter of its depth, run to all reports; gates may stop the run."""
    cases = ",".join(path.stem for path in sorted((ROOT / "resources/demo/cases").glob("*.yaml")))
    return finished(snakemake, "cohort", "--cases", cases, "--scale", "0.25", target="reports")


def finished(snakemake: Snakemake, name: str, *arguments: str, target: str = "all") -> Path:
    """A finished demo run; a second call in the same tree only does what is lacking.

    All forms are made where the run is whole; else the page alone.
    """
    folder = BUILD / name
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / f"{name}.lock").open("w") as lock:  # tests of another process may make the same
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert main(["demo", "--output", str(folder), *arguments]) == 0
        if target != "all":
            html_alone(folder)
        snakemake(folder, "--profile", str(ROOT / "profiles/local"), target)
    return folder
