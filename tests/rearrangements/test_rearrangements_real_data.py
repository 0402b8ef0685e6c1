"""A real tumour and its normal around a t(8;11), whose joins are known (COSMIC COST16011)."""

from pathlib import Path

import pysam
import pytest
from toy_reads import rules, rules_data

from builders import panel
from dugnad.annotation.transcripts import Transcripts
from dugnad.rearrangements.describe import Knowledge
from dugnad.rearrangements.found import Setting
from dugnad.rearrangements.gene_files import FusionGene
from dugnad.rearrangements.join import join
from dugnad.rearrangements.search_fusions import search, searched, within
from dugnad.rearrangements.sequences import Reference
from dugnad.regions import Region

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
        asked = panel(rearrangements=rules_data())
        bams = [folder / f"{name}.bam" for name in names]
        return search(bams, Reference(opened), regions, LENGTHS, asked)


@pytest.mark.real_data
def test_the_six_breakpoints_and_nothing_else(real_data: Path) -> None:
    folder = real_data / "manta_hcc1954_b37"
    rows = found(folder, "HCC1954_T", "HCC1954BL_N")
    listed = join(rows, rules(), Knowledge(), Setting(normal=True))
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
    listed = join(found(folder, "HCC1954BL_N", None), rules(), Knowledge(), Setting())
    assert [i.row for i in listed if i.row["filters"] == ["off_panel"]] == []


def is_near(row: dict[str, object], sides: tuple[tuple[str, int, str], ...]) -> bool:
    return all(
        (row[f"chrom_{n}"], row[f"strand_{n}"]) == (chrom, strand)
        and abs(int(row[f"pos_{n}"]) - pos) <= 10  # type: ignore[call-overload]
        for n, (chrom, pos, strand) in enumerate(sides, 1)
    )
