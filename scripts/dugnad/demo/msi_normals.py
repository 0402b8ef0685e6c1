"""What the demo's normals show at its microsatellites, drawn without reads."""

from pathlib import Path

import numpy as np

from dugnad.biomarkers.msi_normals import learn, write_normals
from dugnad.demo.damage import LOSS, stutter_rate
from dugnad.demo.genome import Genome
from dugnad.demo.genome_recipe import NormalsRecipe
from dugnad.demo.loci import MsiLocus
from dugnad.panel import load_panel

READ = 100  # bases, of which a run and its anchors must all be shown


def write_msi_normals(panel: Path, genome: Genome, recipe: NormalsRecipe, seed: int) -> None:
    """Write the file of normals that the panel (its ``panel.yaml``) names; none if it names none.

    Each normal has the recipe's depth, with the error of sampling, and slips by the demo's own
    rates. What is learnt from these lengths is what real normals would teach.
    """
    rules = load_panel(panel)[0].biomarkers.msi
    if rules is None or rules.normals is None:
        return
    tables = []
    for number in range(recipe.count):
        rows = []
        for locus in genome.msi:
            words = f"{seed}:lengths:{number}:{locus.label}"
            rng = np.random.default_rng(list(words.encode()))
            shown = 1 - (locus.end - locus.start + 2 * rules.anchor.value) / READ
            rows.append(_row(locus, int(rng.poisson(recipe.depth * shown)), rng))
        tables.append(rows)
    write_normals(rules.normals, learn(tables, rules.min_reads.value))


def _row(locus: MsiLocus, reads: int, rng: np.random.Generator) -> dict[str, object]:
    """One normal's lengths at a locus: one repeat less, as many, and one more."""
    repeats = (locus.end - locus.start) // len(locus.unit)
    slipped = stutter_rate(repeats)
    chances = [slipped * LOSS, 1 - slipped, slipped * (1 - LOSS)]
    return {
        "name": locus.label,
        "chrom": locus.contig,
        "start": locus.start,
        "end": locus.end,
        "unit": locus.unit,
        "repeats": repeats,
        "reads": reads,
        "unclear": 0,
        "first_length": repeats - 1,
        "counts": rng.multinomial(reads, chances).tolist(),
    }
