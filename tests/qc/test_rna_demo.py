"""Sound and degraded RNA of the demo through the real tools: alignment and its quality."""

import argparse
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pysam
import pytest
import yaml

from dugnad.demo.expected import Expected
from dugnad.demo.make_demo import RESOURCES, Request, make_demo
from dugnad.qc import measure_rna
from dugnad.qc.measures import read_measures
from support import Snakemake

TOOLS = ("STAR", "samtools", "fastp", "art_illumina")
CASES = ("IPX0001", "IPX0002", "IPX0015")


@pytest.fixture(scope="module")
def aligned(tmp_path_factory: pytest.TempPathFactory, snakemake: Snakemake) -> Path:
    """The RNA of three cases of the demo, aligned by the workflow; their DNA is next to nothing."""
    if absent := [tool for tool in TOOLS if shutil.which(tool) is None]:
        pytest.skip(f"not installed: {', '.join(absent)}")
    folder = tmp_path_factory.mktemp("rna")
    resources = Path(shutil.copytree(RESOURCES, folder / "resources"))
    for name in CASES:
        path = resources / f"cases/{name}.yaml"
        text = re.sub(r"depth: \d+", "depth: 1", path.read_text())
        path.write_text(re.sub(r"pairs: \d+", "pairs: 15000", text))
    make_demo(Request(folder / "demo", ",".join(CASES), resources=resources))
    targets = [f"results/{name}/alignment/{rna_of(name)}.bam" for name in CASES]
    snakemake(folder / "demo", "--cores", "2", *targets)
    return folder / "demo"


def rna_of(case: str) -> str:
    return f"{case}-R03-P01-A15"


def path_of(folder: Path, case: str, suffix: str) -> Path:
    return folder / f"results/{case}/alignment/{rna_of(case)}.{suffix}"


def rows_of(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text().splitlines() if line[0] != "#"]


@pytest.fixture(scope="module")
def truth(aligned: Path) -> Expected:
    text = (aligned / "truth/expected.yaml").read_text()
    return Expected.model_validate(yaml.safe_load(text))


@pytest.fixture(scope="module")
def measured(aligned: Path) -> Mapping[str, Mapping[str, float]]:
    """The measures of each case's RNA, by the verb."""
    found = {}
    for case in CASES:
        output = aligned / f"{case}.json"
        args = argparse.Namespace(
            sample=case,
            bam=path_of(aligned, case, "bam"),
            star_log=path_of(aligned, case, "Log.final.out"),
            panel=aligned / "config/panels/demo-560/panel.yaml",
            annotation=aligned / "genome/demo.gff3",
            output=output,
        )
        measure_rna.main(args)
        measures = read_measures(output)[case]
        assert [name for name, item in measures.items() if item.value is None] == []
        found[case] = {name: item.value or 0.0 for name, item in measures.items()}
        assert json.loads(output.read_text())[case]["rna_reads"]["source"] == "STAR"
    return found


def test_the_alignment_of_rna(aligned: Path) -> None:
    """Sorted, with read group, duplicates marked, all reads kept; nothing left behind."""
    with pysam.AlignmentFile(str(path_of(aligned, "IPX0002", "bam"))) as bam:
        header = bam.header.to_dict()
        reads = list(bam)
    assert header["HD"]["SO"] == "coordinate"
    name = rna_of("IPX0002")
    assert [(group["ID"], group["SM"]) for group in header["RG"]] == [(f"{name}.L1", name)]
    assert {read.get_tag("RG") for read in reads} == {f"{name}.L1"}
    assert any(read.is_duplicate for read in reads)
    primary = [read for read in reads if not read.is_secondary and not read.is_supplementary]
    assert len(primary) == 30_000
    assert path_of(aligned, "IPX0002", "bam.bai").is_file()
    assert not list((aligned / "results/IPX0002/reads").glob("*.fastq.gz"))


def test_the_fusion_is_among_the_chimeric_reads(aligned: Path, truth: Expected) -> None:
    """STAR names the first base of the intron on both sides: one behind the one exon's end, and
    one behind the other exon's begin, which is on the minus strand."""
    (case,) = (item for item in truth.cases if item.case == "IPX0002")
    (left, left_place), (right, right_place) = case.fusions[0].rna_junction
    want = {(left, left_place + 1), (right, right_place + 1)}
    rows = rows_of(path_of(aligned, "IPX0002", "Chimeric.out.junction"))
    found = [{(row[0], int(row[1])), (row[3], int(row[4]))} for row in rows]
    assert found.count(want) >= 3
    with pysam.AlignmentFile(str(path_of(aligned, "IPX0002", "bam"))) as bam:
        assert sum(read.is_supplementary and read.has_tag("SA") for read in bam) >= 3
    sound = rows_of(path_of(aligned, "IPX0001", "Chimeric.out.junction"))
    assert want not in [{(row[0], int(row[1])), (row[3], int(row[4]))} for row in sound]


def test_the_skipped_exon_is_among_the_junctions(aligned: Path, truth: Expected) -> None:
    """MET without exon 14: an intron from exon 13 to exon 15 that the annotation does not have."""
    (case,) = (item for item in truth.cases if item.case == "IPX0001")
    (contig, left), (_, right) = case.splice_variants[0].rna_junction
    place = [contig, str(left + 1), str(right - 1)]

    def unique(name: str) -> list[tuple[int, str]]:
        rows = rows_of(path_of(aligned, name, "SJ.out.tab"))
        return [(int(row[6]), row[5]) for row in rows if row[:3] == place]

    ((reads, annotated),) = unique("IPX0001")
    assert reads > 50
    assert annotated == "0"
    assert unique("IPX0002") == []


def test_degraded_rna_stands_apart(measured: Mapping[str, Mapping[str, float]]) -> None:
    """The recipe: fragments of 180 (SD 50) or 90 (SD 25) bases, log-normal; 10 % duplicates; 5 or
    30 % of the fragments from anywhere in the genes; degraded ends near the 3' end."""
    bad = measured["IPX0015"]
    for case in ("IPX0001", "IPX0002"):
        good = measured[case]
        assert good["rna_insert_size"] == pytest.approx(173, abs=5)
        assert good["rna_exonic"] > 0.94
        assert good["rna_spliced"] > 1.5 * bad["rna_spliced"]
        assert good["rna_cv_gene_coverage"] < 0.45
        assert 0.7 < good["rna_three_prime_bias"] < 1.1
    assert bad["rna_insert_size"] == pytest.approx(86.5, abs=3)
    assert 0.7 < bad["rna_exonic"] < 0.85
    assert bad["rna_cv_gene_coverage"] > 0.6
    assert bad["rna_three_prime_bias"] > 1.6
    for values in measured.values():
        assert values["rna_reads"] == 30_000
        assert values["rna_mapped"] > 0.99
        assert values["rna_mapped"] >= values["rna_unique"] > 0.98
        assert values["rna_duplicates"] == pytest.approx(0.10, abs=0.02)
        assert values["rna_on_target"] <= 30_000
