"""The demo's genome and files, made once for all tests, and recipes that a test may change."""

import shutil
from pathlib import Path

import pysam
import pytest
from cohort import SEED, Cohort

from dugnad.demo import assemble
from dugnad.demo.case import Setting
from dugnad.demo.case_recipe import CaseRecipe
from dugnad.demo.cells import Person
from dugnad.demo.genome import Genome, build_genome
from dugnad.demo.genome_recipe import GenomeRecipe
from dugnad.demo.gff import write_gff
from dugnad.demo.gtf import write_gtf
from dugnad.demo.interval import Interval
from dugnad.demo.library import DnaLibrary, RnaLibrary
from dugnad.demo.make_demo import RESOURCES
from dugnad.demo.patients import World, patient
from dugnad.demo.recipe import Change, load
from dugnad.demo.sequence import write_fasta
from dugnad.demo.targets import target_regions
from dugnad.demo.variants import Resolved, resolve


@pytest.fixture
def resources(tmp_path: Path) -> Path:
    """A copy of the real recipes."""
    return Path(shutil.copytree(RESOURCES, tmp_path / "resources"))


@pytest.fixture(scope="session")
def recipe() -> GenomeRecipe:
    return load(RESOURCES / "genome.yaml", GenomeRecipe)


@pytest.fixture(scope="session")
def genome(recipe: GenomeRecipe) -> Genome:
    return build_genome(recipe, SEED)


@pytest.fixture(scope="session")
def regions(genome: Genome, recipe: GenomeRecipe) -> list[Interval]:
    return target_regions(genome, recipe)


@pytest.fixture(scope="session")
def listed(genome: Genome, recipe: GenomeRecipe) -> list[Resolved[Change]]:
    """The variants that genome.yaml lists."""
    return resolve(genome, recipe.known)


@pytest.fixture(scope="session")
def reference(genome: Genome, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with demo.fa and its index, demo.gff3 and demo.gtf."""
    directory = tmp_path_factory.mktemp("reference")
    write_fasta(directory / "demo.fa", genome.contigs)
    pysam.faidx(str(directory / "demo.fa"))
    write_gff(directory / "demo.gff3", genome)
    write_gtf(directory / "demo.gtf", genome)
    return directory


@pytest.fixture(scope="session")
def needs_art() -> None:
    if shutil.which("art_illumina") is None:
        pytest.skip("art_illumina is not installed")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    return Cohort(tmp_path_factory.mktemp("cohort") / "demo")


@pytest.fixture(scope="session")
def demo(made: Cohort) -> Path:
    """The folder of the whole cohort and its normals."""
    return made.directory


@pytest.fixture(scope="session")
def libraries(made: Cohort) -> dict[str, DnaLibrary | RnaLibrary]:
    """The cohort's libraries by sample."""
    return made.libraries


@pytest.fixture(scope="session")
def setting(made: Cohort) -> Setting:
    """What all cases of the cohort share."""
    return made.settings[0]


@pytest.fixture(scope="session")
def world(setting: Setting) -> World:
    return setting.world


@pytest.fixture(scope="session")
def cases() -> dict[str, CaseRecipe]:
    """The cases of the full cohort by name."""
    return {item.id: item for item in assemble.load_cases(RESOURCES / "cases")}


@pytest.fixture(scope="session")
def patients(world: World, cases: dict[str, CaseRecipe]) -> dict[str, Person]:
    """The patient of each case."""
    return {name: patient(world, item) for name, item in cases.items()}
