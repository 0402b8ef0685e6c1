"""A real tumour and its normal around a t(8;11), whose joins are known (COSMIC COST16011)."""

from pathlib import Path

import pysam
import pytest
import yaml

from builders import panel
from dugnad.annotation.transcripts import Transcripts
from dugnad.panel_rearrangements import RearrangementRules
from dugnad.rearrangements.describe import Knowledge
from dugnad.rearrangements.found import Setting
from dugnad.rearrangements.gene_files import FusionGene
from dugnad.rearrangements.join import join
from dugnad.rearrangements.search_fusions import search, searched, within
from dugnad.rearrangements.sequences import Reference
from dugnad.regions import Region
from support import ROOT

# the limits as the demo's panel has them
SHIPPED = yaml.safe_load((ROOT / "resources/demo/panels/demo-560.yaml").read_text())[
    "rearrangements"
]
LENGTHS = {"8": 146_364_022, "11": 135_006_516}
# the middles of what the files have reads of, each as a fusion gene's place
PLACES = [("8", 107_653_400), ("11", 94_975_750), ("11", 94_987_850)]
TRUTH = [
    (("11", 94_987_872, "+"), ("8", 107_653_411, "-")),
    (("11", 94_975_749, "+"), ("8", 107_653_518, "+")),
    (("11", 94_975_753, "+"), ("11", 94_987_865, "+")),
]


def found(folder: Path, tumour: str, normal: str | None) -> list[dict[str, object]]:
    names = [name for name in (tumour, normal) if name]
    genes = [FusionGene("x", Region(chrom, pos - 1, pos, "x"), None, ()) for chrom, pos in PLACES]
    regions = within(searched(genes, [], Transcripts(), 600), LENGTHS)
    fasta = folder / "Homo_sapiens_assembly19.COST16011_region.fa.gz"
    with pysam.FastaFile(str(fasta)) as opened:
        asked = panel(rearrangements=SHIPPED)
        bams = [folder / f"{name}.bam" for name in names]
        return search(bams, Reference(opened), regions, LENGTHS, asked)


@pytest.mark.real_data
def test_the_six_breakpoints_and_nothing_else(real_data: Path) -> None:
    folder = real_data / "manta_hcc1954_b37"
    rows = found(folder, "HCC1954_T", "HCC1954BL_N")
    limits = RearrangementRules.model_validate(SHIPPED)
    listed = join(rows, limits, Knowledge(), Setting(normal=True))
    passing = [i.row for i in listed if i.row["filters"] == ["off_panel"]]  # no annotation here
    assert len(passing) == len(TRUTH)
    for sides in TRUTH:
        near = [row for row in passing if is_near(row, sides)]
        assert len(near) == 1, sides
        assert near[0]["split_reads"] + near[0]["pairs"] >= 10
        assert (near[0]["normal_split_reads"], near[0]["normal_pairs"]) == (0, 0)


@pytest.mark.real_data
def test_the_normal_has_none(real_data: Path) -> None:
    folder = real_data / "manta_hcc1954_b37"
    limits = RearrangementRules.model_validate(SHIPPED)
    listed = join(found(folder, "HCC1954BL_N", None), limits, Knowledge(), Setting())
    assert [i.row for i in listed if i.row["filters"] == ["off_panel"]] == []


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("names", "fasta"),
    [
        (
            "hcc1143_wgs_grch38_chr11/HCC1143_T.grch38.chr11_530001-537000.bam"
            " hcc1143_wgs_grch38_chr11/HCC1143_BL_N.grch38.chr11_530001-537000.bam",
            "hcc1143_wgs_grch38_chr11/chr11*.fa*",
        ),
        (
            "hg002_wgs_b37/HG002.b37.20_36018823-36039513.bam",
            "hg002_wgs_b37/20.GRCh37.HG002_36Mb_Npadded.fa.gz",
        ),
        (
            "dream_set1_chr2_b37/DREAM_T.chr2.bam dream_set1_chr2_b37/DREAM_N.chr2.bam",
            "dream_set1_chr2_b37/2.GRCh37.DREAM_Npadded.fa.gz",
        ),
    ],
)
def test_sound_places_of_other_libraries_have_none(names: str, fasta: str, real_data: Path) -> None:
    """Whole genomes, a repeat of varying length and mates turned in all ways among them."""
    bams = [real_data / name for name in names.split()]
    sequence = next(p for p in sorted(real_data.glob(fasta)) if p.suffix in {".fa", ".gz"})
    with pysam.FastaFile(str(sequence)) as opened, pysam.AlignmentFile(str(bams[0])) as bam:
        lengths = dict(zip(opened.references, opened.lengths, strict=True))
        regions = [Region(c, 0, lengths[c], c) for c in bam.references if c in lengths]
        rows = search(bams, Reference(opened), regions, lengths, panel(rearrangements=SHIPPED))
    limits = RearrangementRules.model_validate(SHIPPED)
    listed = join(rows, limits, Knowledge(), Setting(normal=len(bams) > 1))
    assert [i.row for i in listed if i.row["filters"] == ["off_panel"]] == []


def is_near(row: dict[str, object], sides: tuple[tuple[str, int, str], ...]) -> bool:
    return all(
        (row[f"chrom_{n}"], row[f"strand_{n}"]) == (chrom, strand)
        and abs(int(row[f"pos_{n}"]) - pos) <= 10  # type: ignore[call-overload]
        for n, (chrom, pos, strand) in enumerate(sides, 1)
    )
