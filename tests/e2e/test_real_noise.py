"""Mixtures of real people's reads: every private variant is found, and noise is not.

Simulated errors are kinder than real ones. Twenty people beside those of the mixtures make the
panel of normals. Other people and shares can be tried by the environment variable
DUGNAD_MIXTURES, such as ``NA12749:NA11920:0.2,NA11931:NA06986:0.1`` (host, donor, share).
"""

import os
from pathlib import Path
from typing import Any

import pysam
import pytest
from deploy import deploy, reference

from builders import row
from dugnad.cli import main
from dugnad.interpretation.interpret_variants import interpret
from dugnad.panel import load_panel
from dugnad.tables import VARIANTS, read_table
from mixtures import Mixture, mix
from support import ROOT, Snakemake

pytestmark = pytest.mark.real_data
REGION = "17\t7572000\t7591000\tTP53\n"
NORMALS = 20
MIXTURES = (
    "NA12749:NA11920:0.2,NA11931:NA06986:0.2,NA12383:NA11920:0.2,NA11932:NA06986:0.1,"
    "NA11892:NA11918:0.2,NA12827:NA06986:0.1,NA12749:NA12828:0.1,NA06986:NA11931:0.1"
)
Allele = tuple[int, str, str]


def mixtures() -> list[Mixture]:
    """What the environment asks for, or eight of the people with the deepest reads."""
    asked = os.environ.get("DUGNAD_MIXTURES") or MIXTURES
    parts = [text.split(":") for text in asked.split(",")]
    return [Mixture(host, donor, float(share)) for host, donor, share in parts]


def genotypes(data: Path) -> dict[str, dict[Allele, tuple[int, ...]]]:
    """By person, the alternative alleles on which two callers agree."""
    found: dict[str, dict[Allele, tuple[int, ...]]] = {}
    with pysam.VariantFile(str(data / "consensus_germline.40samples.vcf")) as vcf:
        for record in vcf:
            for name, sample in record.samples.items():
                allele = (record.pos, str(record.ref), (record.alts or ("",))[0])
                found.setdefault(name, {})[allele] = sample["GT"]
    return found


@pytest.fixture(scope="module")
def normals(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The panel of normals of people who are in no mixture."""
    data, home = real_data / "tp53_exome_hg19", tmp_path_factory.mktemp("normals")
    mixed = {name for mixture in mixtures() for name in (mixture.host, mixture.donor)}
    people = [path for path in sorted((data / "bam").glob("*.bam")) if path.stem not in mixed]
    deploy(home, fasta=Path("none.fa"), rows=[], targets=REGION, genome="hs37d5")
    fasta = reference(data / "ref/17.hs37.TP53_Npadded.fa.gz", "hs37-17")
    bams = [str(path) for path in people[:NORMALS]]
    panel, output = home / "config/panels/exome/panel.yaml", home / "normals.vcf.gz"
    arguments = ["--panel", str(panel), "--fasta", str(fasta), "--output", str(output)]
    assert main(["learn-normals", "--bam", *bams, *arguments]) == 0
    return output


@pytest.fixture(scope="module")
def mixed(
    real_data: Path,
    normals: Path,
    tmp_path_factory: pytest.TempPathFactory,
    snakemake: Snakemake,
) -> Path:
    """All mixtures, run by the BAM door."""
    data, folder = real_data / "tp53_exome_hg19", tmp_path_factory.mktemp("mixed")
    rows = []
    for item in mixtures():
        bams = mix(data / "bam", item, folder / "bam")
        for role, bam in zip(("tumour", "normal"), bams, strict=True):
            name = f"{item.name}-{role[0].upper()}"
            rows.append(row(name, role, item.name, panel="exome", bam=str(bam)))
    deploy(
        folder,
        fasta=reference(data / "ref/17.hs37.TP53_Npadded.fa.gz", "hs37-17"),
        rows=rows,
        targets=REGION,
        genome="hs37d5",
        normals="normals.vcf.gz",
    )
    for suffix in ("", ".tbi"):
        source = Path(f"{normals}{suffix}")
        (folder / "config/panels/exome" / source.name).symlink_to(source)
    tables = [table(item) for item in mixtures()]
    snakemake(folder, "--profile", str(ROOT / "profiles/local"), *tables)
    return folder


def table(mixture: Mixture) -> str:
    return f"results/{mixture.name}/annotation/{mixture.name}.variants.parquet"


def findings(folder: Path, mixture: Mixture) -> dict[Allele, dict[str, Any]]:
    """The mixture's variants, judged by the panel."""
    panel, _ = load_panel(folder / "config/panels/exome/panel.yaml")
    variants = read_table(folder / table(mixture), VARIANTS)
    rows = interpret(variants, panel, [], "own")
    return {(item["pos"], item["ref"], item["alt"]): item for item in rows}


def reads_with(bam: Path, allele: Allele) -> int:
    """Reads of sufficient quality that show a single-base allele, counted by pysam."""
    pos, ref, alt = allele
    if len(ref) != 1 or len(alt) != 1:
        return 0
    with pysam.AlignmentFile(str(bam)) as reads:
        counts = reads.count_coverage(
            "17", pos - 1, pos, quality_threshold=20, read_callback=_counts
        )
    return int(counts["ACGT".index(alt)][0])


def _counts(read: pysam.AlignedSegment) -> bool:
    return not read.flag & 3844 and read.mapping_quality >= 20


@pytest.mark.whole
@pytest.mark.parametrize("mixture", mixtures(), ids=lambda mixture: mixture.name)
def test_private_variants_pass_and_noise_does_not(
    real_data: Path, mixed: Path, mixture: Mixture
) -> None:
    data = real_data / "tp53_exome_hg19"
    people = genotypes(data)
    found = findings(mixed, mixture)
    passing = {allele for allele, finding in found.items() if not finding["filters"]}
    bam = mixed / f"bam/{mixture.name}-T.bam"
    private = {
        allele
        for allele, genotype in people[mixture.donor].items()
        if 1 in genotype and people[mixture.host][allele] == (0, 0)
    }
    deep = {allele for allele in private if reads_with(bam, allele) >= 5}
    missed = [(a, found[a]["filters"] if a in found else "not called") for a in deep - passing]
    assert missed == []
    germline = {a for p in (mixture.host, mixture.donor) for a, g in people[p].items() if 1 in g}
    somatic = {a for a in passing if found[a]["origin"] == "somatic"}
    assert len(somatic - germline) <= 1, somatic - germline
