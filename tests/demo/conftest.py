"""The demo's genome and files, made once for all tests, and recipes that a test may change."""

import gzip
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pysam
import pytest

from dugnad.demo import assemble, case, make_normals
from dugnad.demo.case import Setting
from dugnad.demo.case_recipe import CaseRecipe
from dugnad.demo.cells import Person
from dugnad.demo.genome import Genome, build_genome
from dugnad.demo.genome_recipe import GenomeRecipe
from dugnad.demo.gff import write_gff
from dugnad.demo.gtf import write_gtf
from dugnad.demo.interval import Interval
from dugnad.demo.library import DnaLibrary, RnaLibrary
from dugnad.demo.make_demo import RESOURCES, Request, make_demo
from dugnad.demo.patients import World, patient
from dugnad.demo.recipe import Change, load
from dugnad.demo.sequence import write_fasta
from dugnad.demo.targets import target_regions
from dugnad.demo.variants import Resolved, resolve

SEED = 1
SCALE = 0.01


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


class Cohort:
    """All cases and normals with their truth, but one read pair in each pair of FASTQ files.

    ``libraries`` are what would have been sequenced, by sample.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.libraries: dict[str, DnaLibrary | RnaLibrary] = {}
        self.settings: list[Setting] = []
        with pytest.MonkeyPatch.context() as patch:
            for module, name in (
                (case, "sequence_dna"),
                (case, "sequence_rna"),
                (make_normals, "sequence_dna"),
            ):
                patch.setattr(module, name, self._sequence)
            patch.setattr(assemble, "make_case", self._make_case)
            patch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
            assert make_demo(Request(directory, "full", SEED, SCALE))

    def _sequence(
        self, library: DnaLibrary | RnaLibrary, paths: Sequence[tuple[Path, Path]]
    ) -> int:
        self.libraries[library.id] = library
        for number, pair in enumerate(paths, start=1):
            for end, path in enumerate(pair, start=1):
                read = f"@SYN:{number} {end}:N:0:SYNTHETIC\n{'ACGT' * 25}\n+\n{'I' * 100}\n"
                path.write_bytes(gzip.compress(read.encode()))
        return len(paths)

    def _make_case(self, directory: Path, setting: Setting, *others: Any) -> Any:
        self.settings.append(setting)
        return case.make_case(directory, setting, *others)


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
    """All cases by name."""
    return {item.id: item for item in assemble.load_cases(RESOURCES)}


@pytest.fixture(scope="session")
def patients(world: World, cases: dict[str, CaseRecipe]) -> dict[str, Person]:
    """The patient of each case."""
    return {name: patient(world, item) for name, item in cases.items()}
