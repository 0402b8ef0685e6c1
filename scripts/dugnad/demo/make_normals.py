"""The normals of the cohort: people without a tumour, for panels of normals and of copy numbers."""

from dataclasses import replace
from pathlib import Path

from dugnad.demo.case import Say, Setting
from dugnad.demo.case_recipe import Sex
from dugnad.demo.cells import Cells, molecules
from dugnad.demo.copies import germline_segments
from dugnad.demo.dna import sequence_dna
from dugnad.demo.genome_recipe import NormalsRecipe
from dugnad.demo.interval import Interval
from dugnad.demo.library import DnaLibrary, derived_seed
from dugnad.demo.molecules import Damage
from dugnad.demo.normals import carriers, normal_name, normal_sex
from dugnad.demo.patients import somebody

COLUMNS = {
    "sample": "pseudonym of a person without a tumour",
    "sex": "female or male",
    "panel": "what the library was captured with, without UMIs",
    "fastq_1": "first reads, relative to the demo's folder",
    "fastq_2": "second reads",
}


def make_normals(directory: Path, setting: Setting, recipe: NormalsRecipe, say: Say) -> None:
    """Write the reads of all normals and ``config/normals.tsv``, their list.

    The list says what its columns are in lines that begin with #.
    """
    rows = [*(f"# {name}: {what}" for name, what in COLUMNS.items()), "\t".join(COLUMNS)]
    for number in range(recipe.count):
        name = normal_name(number)
        sex = normal_sex(number)
        files = [f"reads/{name}_L001_R{end}.fastq.gz" for end in (1, 2)]
        paths = (directory / files[0], directory / files[1])
        pairs = sequence_dna(_library(setting, recipe, number, sex), [paths])
        rows.append("\t".join((name, sex, "demo-560", *files)))
        say(f"{name}: {pairs:,} read pairs")
    (directory / "config" / "normals.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def typical_library(setting: Setting, recipe: NormalsRecipe, panel: str, sex: Sex) -> DnaLibrary:
    """A normal's library at the recipe's whole depth, as the panel makes it; of nobody."""
    umi = setting.cohort.library.umi if panel in setting.umi_panels else None
    library = _library(setting, recipe, 1 if sex == "male" else 0, sex)
    return replace(library, depth=recipe.depth, umi=umi)


def _library(setting: Setting, recipe: NormalsRecipe, number: int, sex: Sex) -> DnaLibrary:
    world, library = setting.world, setting.cohort.library
    person = somebody(world, normal_name(number), sex)
    segments = tuple(germline_segments(world.genome, sex))
    cells = Cells("normal", 1.0, segments, person.germline)
    shown = carriers(setting.recurrent, recipe, world.seed)
    return DnaLibrary(
        id=person.name,
        contigs=world.genome.contigs,
        targets=world.regions,
        captured=(*world.regions, *world.genome.paralogs),
        molecules=tuple(molecules([cells])),
        depth=recipe.depth * setting.scale,
        recipe=library,
        lanes=1,
        artefacts=tuple(site for site in setting.recurrent if number in shown[site]),
        damage=Damage(oxidation=setting.cohort.oxidation),
        stutter=tuple(
            Interval(locus.contig, locus.start, locus.end, locus.unit) for locus in world.genome.msi
        ),
        umi=None,
        fragment=library.fragment,
        duplicates=library.duplicates,
        genome_seed=world.seed,
        seed=derived_seed(world.seed, person.name),
    )
