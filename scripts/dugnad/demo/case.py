"""Make one case of the demo: its reads, its sample-sheet rows and its truth."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dugnad.demo.genome import Genome
from dugnad.demo.reads import Library, derived_seed, simulate, write_lanes
from dugnad.demo.recipe import CaseRecipe, Planted, ReadsRecipe, SampleRecipe
from dugnad.demo.targets import Interval, pad
from dugnad.demo.truth import write_truth
from dugnad.demo.variants import Resolved, mixture

SHEET_COLUMNS = (
    "case", "sample", "role", "analyte", "panel", "tumour_type", "purity", "sex",
    "fastq_1", "fastq_2",
)  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """What all cases share. ``depth_scale`` multiplies the recipe's depths."""

    genome: Genome
    regions: tuple[Interval, ...]
    panel: str
    reads: ReadsRecipe
    seed: int
    depth_scale: float


def lane_files(sample: SampleRecipe) -> list[tuple[str, str]]:
    """The two FASTQ files of each lane, relative to the demo's directory."""
    return [
        (f"reads/{sample.id}_L{lane:03d}_R1.fastq.gz", f"reads/{sample.id}_L{lane:03d}_R2.fastq.gz")
        for lane in range(1, sample.lanes + 1)
    ]


def sequence_sample(
    directory: Path, setting: Setting, variants: Sequence[Resolved[Planted]], sample: SampleRecipe
) -> int:
    """Write the FASTQ files of ``sample`` into ``directory``; returns the number of read pairs."""
    contigs = setting.genome.contigs
    library = Library(
        recipe=setting.reads,
        contigs=contigs,
        captured=tuple(pad(setting.regions, setting.reads.padding, contigs)),
        genomes=tuple(mixture(variants, tumour=sample.role == "tumour")),
        depth=sample.depth * setting.depth_scale,
        seed=derived_seed(setting.seed, sample.id),
    )
    with tempfile.TemporaryDirectory(dir=directory) as work:
        pairs = simulate(library, Path(work))
    lanes = [(directory / one, directory / two) for one, two in lane_files(sample)]
    write_lanes(pairs, lanes)
    return len(pairs)


def sheet_rows(case: CaseRecipe, panel: str) -> list[str]:
    """The case's rows of the sample sheet, one per pair of FASTQ files."""
    rows = []
    for sample in case.samples:
        purity = f"{case.purity:g}" if sample.role == "tumour" else ""
        for one, two in lane_files(sample):
            fields = (
                case.id, sample.id, sample.role, "dna", panel, case.tumour_type, purity, case.sex,
                one, two,
            )  # fmt: skip
            rows.append("\t".join(fields))
    return rows


def write_case_truth(
    directory: Path, genome: Genome, case: CaseRecipe, variants: Sequence[Resolved[Planted]]
) -> dict[str, Any]:
    """Write the case's truth VCF and return its summary for ``expected.yaml``."""
    transcripts = {gene.name: gene.preferred.id for gene in genome.genes}
    path = directory / "truth" / f"{case.id}.variants.vcf.gz"
    write_truth(path, genome, transcripts, variants)
    origins = [variant.claim.origin for variant in variants]
    return {
        "case": case.id,
        "tumour_type": case.tumour_type,
        "purity": case.purity,
        "sex": case.sex,
        "variants": {origin: origins.count(origin) for origin in ("somatic", "germline")},
    }
