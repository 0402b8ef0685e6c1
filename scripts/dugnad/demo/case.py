"""Make one case of the demo: its reads, its sample-sheet rows and its truth."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dugnad.demo.case_recipe import CaseRecipe, CohortRecipe, SampleRecipe
from dugnad.demo.case_truth import case_expected, truth_segments, truth_variants
from dugnad.demo.cells import Cells, Person, mean_copies, molecules, sample_cells
from dugnad.demo.dna import sequence_dna
from dugnad.demo.draw import Room, ffpe_artefacts
from dugnad.demo.expected import ExpectedCase
from dugnad.demo.expression import transcripts
from dugnad.demo.interval import Interval
from dugnad.demo.library import DnaLibrary, RnaLibrary, derived_seed
from dugnad.demo.library_recipe import UmiRecipe
from dugnad.demo.molecules import Artefact, Damage
from dugnad.demo.patients import World, patient, somebody
from dugnad.demo.rna import sequence_rna
from dugnad.demo.truth import write_copy_numbers, write_variants
from dugnad.errors import UserError

SHEET_COLUMNS = (
    "case", "sample", "role", "analyte", "panel", "tumour_type", "purity", "sex",
    "fastq_1", "fastq_2",
)  # fmt: skip
Say = Callable[[str], None]


@dataclass(frozen=True)
class Setting:
    """What all samples share; ``scale`` multiplies the recipes' depths and numbers of reads."""

    world: World
    cohort: CohortRecipe
    recurrent: tuple[Artefact, ...]
    umi_panels: frozenset[str]
    scale: float


@dataclass(frozen=True)
class Prepared:
    """A sample with its cells and artefacts, ready to be sequenced."""

    recipe: SampleRecipe
    cells: tuple[Cells, ...]
    artefacts: tuple[Artefact, ...]


def lane_files(sample: SampleRecipe) -> list[tuple[str, str]]:
    """The two FASTQ files of each lane, relative to the demo's directory."""
    return [
        (f"reads/{sample.id}_L{lane:03d}_R1.fastq.gz", f"reads/{sample.id}_L{lane:03d}_R2.fastq.gz")
        for lane in range(1, sample.lanes + 1)
    ]


def sheet_rows(case: CaseRecipe) -> list[str]:
    """The case's rows of the sample sheet, one per pair of FASTQ files."""
    rows = []
    for sample in case.samples:
        purity = f"{case.purity:g}" if sample.role == "tumour" else ""
        for one, two in lane_files(sample):
            fields = (
                case.id, sample.id, sample.role, sample.analyte, case.panel, case.tumour_type,
                purity, case.stated_sex or case.sex, one, two,
            )  # fmt: skip
            rows.append("\t".join(fields))
    return rows


def make_case(directory: Path, setting: Setting, case: CaseRecipe, say: Say) -> ExpectedCase:
    """Write the case's truth and reads into ``directory``; returns what is expected of it."""
    person = patient(setting.world, case)
    prepared = [prepare(setting, case, sample, person) for sample in case.samples]
    pairs = {}
    for item in prepared:
        pairs[item.recipe.id] = sequence_sample(directory, setting, case, item)
        say(f"{item.recipe.id}: {pairs[item.recipe.id]:,} read pairs")
    dna = {item.recipe.role: item for item in prepared if item.recipe.analyte == "dna"}
    tumour, normal = dna["tumour"], dna.get("normal")
    genome = setting.world.genome
    variants = truth_variants(
        genome, person, tumour.cells, normal.cells if normal else None, tumour.artefacts
    )
    write_variants(directory / f"truth/{case.id}.variants.vcf.gz", genome, variants)
    segments = truth_segments(genome, case, tumour.cells)
    write_copy_numbers(directory / f"truth/{case.id}.copy_numbers.bed", segments)
    cells = {item.recipe.id: item.cells for item in prepared}
    return case_expected(setting.world, case, variants, cells, pairs, setting.scale)


def prepare(setting: Setting, case: CaseRecipe, sample: SampleRecipe, person: Person) -> Prepared:
    """The cells and artefacts of a sample."""
    world = setting.world
    other = None
    if sample.individual or sample.contamination:
        name = sample.individual or f"contaminant of {sample.id}"
        other = somebody(world, name, "male" if case.sex == "female" else "female")
    cells = sample_cells(world.genome, case, sample, person, other)
    artefacts = _artefacts(setting, case, sample, person, cells)
    return Prepared(sample, tuple(cells), tuple(artefacts))


def _artefacts(
    setting: Setting,
    case: CaseRecipe,
    sample: SampleRecipe,
    person: Person,
    cells: Sequence[Cells],
) -> list[Artefact]:
    """Recurrent artefacts of the assay, by chance, and deamination in formalin-fixed tissue."""
    if sample.role == "normal" or sample.analyte == "rna":
        return []
    room = Room()
    for variant in (*person.germline, *person.somatic):
        allele = variant.allele
        room.block(allele.contig, allele.position - 1, allele.position - 1 + len(allele.ref))
    share = setting.cohort.artefact_share * 1000
    found = [
        item
        for item in setting.recurrent
        if derived_seed(setting.world.seed, sample.id, item.contig, item.position) % 1000 < share
        and room.claim(item.contig, item.position)
    ]
    number = case.background.ffpe_sites if sample.preservation == "ffpe" else 0
    name = f"{setting.world.seed}:ffpe:{sample.id}"
    vaf = setting.cohort.ffpe_vaf
    present = [r for r in setting.world.regions if mean_copies(cells, r.contig, r.start) > 0]
    return found + ffpe_artefacts(setting.world.genome, present, number, vaf, room, name)


def sequence_sample(directory: Path, setting: Setting, case: CaseRecipe, item: Prepared) -> int:
    """Write the FASTQ files of a sample; returns the number of read pairs."""
    paths = [(directory / one, directory / two) for one, two in lane_files(item.recipe)]
    if item.recipe.analyte == "rna":
        return sequence_rna(_rna_library(setting, case, item), paths)
    return sequence_dna(_dna_library(setting, case, item), paths)


def _dna_library(setting: Setting, case: CaseRecipe, item: Prepared) -> DnaLibrary:
    world, recipe, sample = setting.world, setting.cohort.library, item.recipe
    ffpe = sample.preservation == "ffpe"
    deamination = setting.cohort.deamination if ffpe else 0.0
    return DnaLibrary(
        id=sample.id,
        contigs=world.genome.contigs,
        targets=world.regions,
        captured=(*_with_probes(world, case, sample), *world.genome.paralogs),
        molecules=tuple(molecules(item.cells)),
        depth=(sample.depth or 0) * setting.scale,
        recipe=recipe,
        lanes=sample.lanes,
        artefacts=item.artefacts,
        damage=Damage(deamination=deamination, oxidation=setting.cohort.oxidation),
        stutter=tuple(
            Interval(locus.contig, locus.start, locus.end, locus.unit) for locus in world.genome.msi
        ),
        umi=_umi(setting, case, sample),
        fragment=recipe.ffpe_fragment if ffpe else recipe.fragment,
        duplicates=recipe.ffpe_duplicates if ffpe else recipe.duplicates,
        genome_seed=world.seed,
        seed=derived_seed(world.seed, sample.id),
    )


def _umi(setting: Setting, case: CaseRecipe, sample: SampleRecipe) -> UmiRecipe | None:
    """The UMIs of a sample, if its panel has any."""
    umi = setting.cohort.library.umi if case.panel in setting.umi_panels else None
    if sample.family is None:
        return umi
    if umi is None:
        raise UserError(f"recipe: {case.id}: {sample.id}: 'family' asks for a panel with UMIs")
    return umi.model_copy(update={"family": sample.family})


def _with_probes(world: World, case: CaseRecipe, sample: SampleRecipe) -> list[Interval]:
    """The targets, but for those whose probes failed in this sample."""
    labels = {label for region in world.regions for label in region.label.split(",")}
    if unknown := set(sample.dropouts) - labels:
        raise UserError(f"recipe: {case.id}: no target {', '.join(sorted(unknown))} to drop")
    lost = set(sample.dropouts)
    return [region for region in world.regions if not lost & set(region.label.split(","))]


def _rna_library(setting: Setting, case: CaseRecipe, item: Prepared) -> RnaLibrary:
    world, recipe, sample = setting.world, setting.cohort.library, item.recipe
    loci = [
        Interval(gene.contig, *gene.on_genome(0, len(gene.sequence)), gene.name)
        for gene in world.genome.genes
    ]
    return RnaLibrary(
        id=sample.id,
        contigs=world.genome.contigs,
        transcripts=tuple(transcripts(world.genome, case, world.seed)),
        loci=tuple(loci),
        molecules=tuple(molecules(item.cells)),
        pairs=max(1, round((sample.pairs or 0) * setting.scale)),
        recipe=recipe,
        degraded=sample.degraded,
        fragment=recipe.degraded_fragment if sample.degraded else recipe.rna_fragment,
        duplicates=recipe.duplicates,
        seed=derived_seed(world.seed, sample.id),
    )
