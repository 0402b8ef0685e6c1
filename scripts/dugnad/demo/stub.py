"""A demo for planning alone: a sheet of as many cases as wanted, whose reads are empty files."""

import shutil
from pathlib import Path

from dugnad.demo import known
from dugnad.demo.assemble import load_cases, write_reference
from dugnad.demo.case import SHEET_COLUMNS, Say, lane_files, sheet_rows
from dugnad.demo.case_recipe import CaseRecipe
from dugnad.demo.folder import CASE_FOLDERS, OWNED
from dugnad.demo.genome import build_genome
from dugnad.demo.genome_recipe import GenomeRecipe
from dugnad.demo.panel_files import write_panel_files
from dugnad.demo.recipe import load
from dugnad.panel import load_panel

MODEL = "IPX0001"  # the case whose DNA samples, lanes and panel the others have
NOTE = "For planning only (snakemake --dry-run): the reads are empty files and cannot be analysed."


def assemble_stub(made: Path, resources: Path, number: int, seed: int, say: Say) -> None:
    """Make a demo of ``number`` tumour/normal cases in the empty directory ``made``.

    The genome and the panel's targets are the demo's own. Reads are empty, known sites have no
    rows, and what a panel learns from normals is an empty file: enough for a dry run.
    """
    recipe = load(resources / "genome.yaml", GenomeRecipe)
    cases = [case for name in CASE_FOLDERS for case in load_cases(resources / name)]
    model = next(case for case in cases if case.id == MODEL)
    genome = build_genome(recipe, seed)
    for name in OWNED:
        (made / name).mkdir()
    write_reference(made / "genome", genome)
    for name, header in (
        ("population", known.POPULATION_INFO),
        ("dbsnp", ()),
        ("clinvar", known.CLINICAL_INFO),
    ):
        known.write_vcf(made / f"known/{name}.vcf.gz", genome, header, ())
    panel = made / "config/panels" / model.panel
    panel.mkdir(parents=True)
    write_panel_files(panel, genome, recipe)
    shutil.copyfile(resources / f"panels/{panel.name}.yaml", panel / "panel.yaml")
    for path in load_panel(panel / "panel.yaml")[0].files:
        path.touch()
    shutil.copyfile(resources / "config.yaml", made / "config/config.yaml")
    shutil.copytree(resources / "trials", made / "config/trials")
    _write_cases(made, [_copy_of(model, n, width=len(str(number))) for n in range(1, number + 1)])
    (made / "truth/README.txt").write_text(NOTE + "\n", encoding="utf-8")
    say(f"{number:,} cases; {NOTE[0].lower()}{NOTE[1:]}")


def _copy_of(model: CaseRecipe, number: int, width: int) -> CaseRecipe:
    """The model's DNA samples under the name of a case of their own: STUB0001 and so on."""
    name = f"STUB{number:0{max(4, width)}d}"
    samples = [
        sample.model_copy(update={"id": sample.id.replace(model.id, name)})
        for sample in model.samples
        if sample.analyte == "dna"
    ]
    return model.model_copy(update={"id": name, "samples": tuple(samples)})


def _write_cases(made: Path, cases: list[CaseRecipe]) -> None:
    """The sheet, and each FASTQ that it names, without a byte."""
    rows = [f"# {NOTE}", "\t".join(SHEET_COLUMNS), *(row for c in cases for row in sheet_rows(c))]
    (made / "config/samples.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for case in cases:
        for sample in case.samples:
            for path in (file for pair in lane_files(sample) for file in pair):
                (made / path).touch()
