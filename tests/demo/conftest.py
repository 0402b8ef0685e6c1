"""A demo made once for all tests, and copies of the recipe that a test may change."""

import shutil
from pathlib import Path

import pytest

from dugnad.demo.genome import Genome, build_genome
from dugnad.demo.make_demo import RECIPES, RESOURCES, Request, make_demo
from dugnad.demo.recipe import CasesRecipe, GenomeRecipe, load

SEED = 1
SCALE = 0.25


def copy_resources(directory: Path) -> Path:
    """The real recipes with stand-ins for the two files that are copied verbatim."""
    directory.mkdir()
    for name in RECIPES:
        shutil.copyfile(RESOURCES / name, directory / name)
    (directory / "panel.yaml").write_text("stand-in: panel\n")
    (directory / "config.yaml").write_text("stand-in: config\n")
    return directory


@pytest.fixture
def resources(tmp_path: Path) -> Path:
    return copy_resources(tmp_path / "resources")


@pytest.fixture(scope="session")
def recipe() -> GenomeRecipe:
    return load(RESOURCES / "genome.yaml", GenomeRecipe)


@pytest.fixture(scope="session")
def cases() -> CasesRecipe:
    return load(RESOURCES / "cases.yaml", CasesRecipe)


@pytest.fixture(scope="session")
def genome(recipe: GenomeRecipe) -> Genome:
    return build_genome(recipe, SEED)


@pytest.fixture(scope="session")
def needs_dwgsim() -> None:
    if shutil.which("dwgsim") is None:
        pytest.skip("dwgsim is not installed")


@pytest.fixture(scope="session")
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole demo at a quarter of the depth."""
    request.getfixturevalue("needs_dwgsim")
    base = tmp_path_factory.mktemp("demo")
    resources = copy_resources(base / "resources")
    assert make_demo(Request(base / "demo", SEED, SCALE, resources))
    return base / "demo"
