"""Where a sample can be assessed, and how evenly its targets are reached."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pysam
import pytest
import yaml
from picard import hs_metrics, of_one_contig, plain

from builders import panel, panel_data
from dugnad.cli import main
from dugnad.qc import measure_targets
from dugnad.qc.assess_coverage import gene_of, intersect, summarise, table
from dugnad.qc.depth_track import Depths, Track, read_track
from dugnad.qc.locate_exons import Exon, coding_parts, read_exons
from dugnad.qc.locate_exons import main as locate_exons
from dugnad.qc.measure_targets import dropout, evenness, placement
from dugnad.regions import Hotspot, Region, merge
from dugnad.tables import COVERAGE, read_table

PANEL = panel()
TARGET = Region("chr1", 10, 20, "GENE1_exon2")
SPOT = Hotspot("chr1", 12, 15, "Val10", "GENE1", "PMID:1")


@pytest.fixture
def per_base(tmp_path: Path) -> Path:
    """Depth 30 on chr1:0-14, 5 on 14-18, nothing beyond; no line for chr2."""
    path = tmp_path / "x.per-base.bed.gz"
    with pysam.BGZFile(str(path), "wb") as out:
        out.write(b"chr1\t0\t14\t30\nchr1\t14\t18\t5\nchr1\t18\t3000\t0\n")
    return path


def test_a_long_table_is_read_whole(tmp_path: Path) -> None:
    """Many blocks of text and of bgzip, several contigs; a row that spans two regions."""
    path = tmp_path / "x.per-base.bed.gz"
    depth = np.arange(500_000) % 997
    with pysam.BGZFile(str(path), "wb") as out:
        for chrom in ("chr1", "chr10", "chr2"):
            rows = (f"{chrom}\t{n}\t{n + 1}\t{value}\n" for n, value in enumerate(depth))
            out.write("".join(rows).encode())
            out.write(f"{chrom}\t500000\t600000\t7\n".encode())
    regions = [Region("chr2", 100, 499_000, "a"), Region("chr1", 499_990, 500_010, "b")]
    regions += [Region("chr1", first, first + 5, "c") for first in (510_000, 510_010)]
    track = read_track(path, regions)
    assert (track.of(regions[0]) == depth[100:499_000]).all()
    assert track.of(regions[1]).tolist() == [*depth[499_990:], *[7] * 10]
    assert track.over(regions[2:]).tolist() == [7] * 10


def test_depths_of_regions(per_base: Path) -> None:
    far = Region("chr2", 5, 8, "x")
    track = read_track(per_base, [TARGET, far])
    assert track.of(TARGET).tolist() == [30] * 4 + [5] * 4 + [0] * 2
    assert track.of(Region("chr1", 13, 15, "part")).tolist() == [30, 5]
    assert track.of(far).tolist() == [0, 0, 0]
    assert track.over([TARGET, Region("chr1", 12, 14, "within"), far]).tolist() == [
        *track.of(TARGET),
        *track.of(far),
    ]
    with pytest.raises(KeyError, match="chr1:9-11"):
        track.of(Region("chr1", 9, 11, "beside"))


def test_a_margin_ends_at_the_contig(per_base: Path) -> None:
    track = read_track(per_base, [TARGET, Region("chr1", 2995, 3000, "end")], margin=12)
    assert [(r.start, r.end) for r in track.regions] == [(0, 32), (2983, 3012)]
    assert track.depths[0].sum() == 14 * 30 + 4 * 5
    assert track.depths[1].sum() == 0


@pytest.mark.parametrize(
    ("kind", "depth", "status"),
    [
        ("target", [20] * 10, "callable"),
        ("target", [20] * 9 + [19], "partly"),
        ("gene", [20] * 19 + [19], "callable"),
        ("target", [19] * 10, "not_assessable"),
        ("hotspot", [20, 20, 20], "callable"),
        ("hotspot", [20, 20, 19], "partly"),
        ("hotspot", [0, 0, 0], "not_assessable"),
        ("exon", [], "not_targeted"),
    ],
)
def test_where_we_cannot_see(kind: str, depth: list[int], status: str) -> None:
    found = summarise(kind, "x", np.array(depth, dtype=np.int32), PANEL)
    assert found["status"] == status
    assert found.get("callable_fraction", -1) == (
        np.mean([value >= 20 for value in depth]) if depth else -1
    )


def flat(regions: list[Region], *levels: int) -> Track:
    """A track with one depth for each region."""
    depths: list[Depths] = [
        np.full(region.length, level, np.int32)
        for region, level in zip(regions, levels, strict=True)
    ]
    return Track(tuple(regions), tuple(depths))


def exon(start: int, end: int, gene: str = "GENE1", number: int = 1) -> Exon:
    return Exon("chr1", start, end, f"{gene} exon {number}", gene, "T1")


def test_genes_and_exons_are_judged_by_what_is_targeted() -> None:
    targets = [Region("chr1", 100, 200, "a"), Region("chr1", 300, 400, "GENE2_promoter")]
    exons = [exon(50, 150), exon(180, 200, number=2), exon(500, 550, number=3)]
    chosen = panel(genes=["GENE1", "GENE2", "GENE3"])
    rows = {
        (row["kind"], row["label"]): row
        for row in table(flat(targets, 30, 0), chosen, targets, [], exons)
    }
    assert rows["panel", "tiny"]["mean_depth"] == 15.0
    one = rows["gene", "GENE1"]
    assert (one["status"], one["mean_depth"]) == ("callable", 30.0)
    assert one["targeted_fraction"] == pytest.approx(70 / 170)
    # no exon in the annotation: by the targets of its name; none of these either: not targeted
    two, three = rows["gene", "GENE2"], rows["gene", "GENE3"]
    assert (two["status"], two["targeted_fraction"]) == ("not_assessable", 1.0)
    assert (three["status"], three["targeted_fraction"]) == ("not_targeted", 0.0)
    assert three.get("mean_depth") is None
    half = rows["exon", "GENE1 exon 1"]
    assert (half["targeted_fraction"], half["status"], half["start"]) == (0.5, "callable", 50)
    assert rows["exon", "GENE1 exon 3"]["status"] == "not_targeted"
    assert rows["target", "GENE2_promoter"]["gene"] == "GENE2"
    assert rows["target", "a"]["gene"] is None


def test_the_label_names_the_whole_gene() -> None:
    chosen = panel(genes=["MET", "METTL3"])
    labels = {"MET": "MET", "MET_exon14": "MET", "METTL3_exon1": "METTL3", "METTL": None}
    assert {x: gene_of(Region("chr1", 0, 1, x), chosen) for x in labels} == labels


def test_intersect() -> None:
    merged = merge([Region("chr1", 10, 20, "a"), Region("chr1", 30, 40, "b")])
    parts = intersect([Region("chr1", 15, 35, "x"), Region("chr2", 15, 35, "y")], merged)
    assert [(r.chrom, r.start, r.end) for r in parts] == [("chr1", 15, 20), ("chr1", 30, 35)]
    assert intersect([Region("chr1", 20, 30, "between")], merged) == []
    assert intersect([Region("chr1", 5, 30, "before")], []) == []


def test_exons_are_cut_to_their_coding_part() -> None:
    """They keep their number, which counts 5' to 3'; the gene lies on the minus strand."""
    from dugnad.annotation.transcripts import Transcript

    one = Transcript(
        id="T1",
        version=None,
        gene="G",
        gene_id="G1",
        chrom="chr1",
        strand="-",
        biotype="protein_coding",
        exons=((300, 400), (200, 250), (100, 150), (20, 40)),
        cds=(120, 330),
    )
    assert list(coding_parts(one)) == [(1, 300, 330), (2, 200, 250), (3, 120, 150)]


def test_exons_are_written_and_read(tmp_path: Path) -> None:
    home = tmp_path / "panels/tiny"
    home.mkdir(parents=True)
    (home / "panel.yaml").write_text(yaml.safe_dump(panel_data(genes=["GENE1", "GENE2"])))
    rows = [
        ("gene", 101, 400, ".", "ID=gene:G1;Name=GENE1"),
        ("mRNA", 101, 400, ".", "ID=transcript:T1;Parent=gene:G1;biotype=protein_coding"),
        ("exon", 101, 200, ".", "Parent=transcript:T1"),
        ("exon", 301, 400, ".", "Parent=transcript:T1"),
        ("CDS", 151, 200, "0", "Parent=transcript:T1"),
        ("CDS", 301, 310, "1", "Parent=transcript:T1"),
    ]
    annotation = tmp_path / "a.gff3"
    annotation.write_text(
        "".join(f"chr1\tx\t{k}\t{a}\t{b}\t.\t+\t{p}\t{w}\n" for k, a, b, p, w in rows)
    )
    output = tmp_path / "exons.tsv"

    def written(*more: str) -> list[Exon]:
        import argparse

        from dugnad.qc.locate_exons import register

        parser = argparse.ArgumentParser()
        register(parser)
        given = ["--panel", str(home / "panel.yaml"), "--output", str(output), *more]
        locate_exons(parser.parse_args(given))
        return read_exons(output)

    found = written("--annotation", str(annotation))
    assert [(e.label, e.chrom, e.start, e.end, e.gene, e.transcript) for e in found] == [
        ("GENE1 exon 1", "chr1", 150, 200, "GENE1", "T1"),
        ("GENE1 exon 2", "chr1", 300, 310, "GENE1", "T1"),
    ]
    assert written() == []


def test_evenness() -> None:
    depth = np.array([0, 10, 10, 20, 20, 20, 30, 30, 30, 30], dtype=np.int32)
    found = {name: item.value for name, item in evenness(depth, [20, 30]).items()}
    assert found == {
        "median_target_depth": 20.0,
        "target_20x": 0.7,
        "target_30x": 0.4,
        "fold_80": 2.0,
    }
    assert evenness(np.zeros(4, np.int32), [])["fold_80"].value is None


def test_where_the_bases_lie() -> None:
    target = Region("chr1", 1000, 1100, "T")
    track = flat([Region("chr1", 750, 1350, "wide")], 10)
    found = placement(track, [target], total=10_000)
    values = [found[name].value for name in ("on_target", "near_target", "off_target")]
    assert values == [0.1, 0.5, 0.4]
    assert {item.value for item in placement(track, [target], 0).values()} == {None}


def test_dropout_is_what_a_bin_lacks() -> None:
    gc, lengths = np.array([0.3, 0.5, 0.7]), np.array([100.0, 100.0, 200.0])
    even = dropout(gc, lengths, 7 * lengths)
    assert (even["gc_dropout"].value, even["at_dropout"].value) == (0.0, 0.0)
    # 25, 25, 50 % of the targets; 50, 20, 30 % of the bases: 50 % GC counts on both sides
    uneven = dropout(gc, lengths, np.array([50.0, 20.0, 30.0]))
    assert uneven["gc_dropout"].value == pytest.approx(25.0)
    assert uneven["at_dropout"].value == pytest.approx(5.0)
    assert dropout(gc, lengths, np.zeros(3))["gc_dropout"].value is None


def test_overlapping_targets_count_once(per_base: Path, tmp_path: Path) -> None:
    home = tmp_path / "panels/tiny"
    home.mkdir(parents=True)
    data = panel_data(hotspots=None)
    data["coverage"]["levels"] = [5]
    (home / "panel.yaml").write_text(yaml.safe_dump(data))
    (home / "targets.bed").write_text("chr1\t10\t20\tA\nchr1\t12\t20\tB\nchr1\t14\t20\tC\n")
    (tmp_path / "x.summary.txt").write_text("chrom\tlength\tbases\ntotal\t5000\t1000\t0.2\t0\t30\n")
    (tmp_path / "exons.tsv").write_text("chrom\tstart\tend\tgene\texon\texons\ttranscript\n")
    (tmp_path / "x.fa").write_text(">chr1\n" + "ACGT" * 750 + "\n")
    paths = {"per-base": per_base, "panel": home / "panel.yaml"}
    names = {"summary": "x.summary.txt", "exons": "exons.tsv", "fasta": "x.fa"}
    names |= {"output": "coverage.parquet", "measures": "x.json"}
    arguments = ["--sample", "S"]
    for name, path in (paths | {k: tmp_path / v for k, v in names.items()}).items():
        arguments += [f"--{name}", str(path)]
    assert main(["assess-coverage", *arguments]) == 0
    rows = read_table(tmp_path / "coverage.parquet", COVERAGE)
    assert [(row["kind"], row["label"]) for row in rows] == [
        ("panel", "tiny"),
        ("gene", "GENE1"),
        ("target", "A"),
        ("target", "B"),
        ("target", "C"),
    ]
    assert (rows[0]["callable_fraction"], rows[0]["mean_depth"]) == (0.4, 14.0)
    measured = json.loads((tmp_path / "x.json").read_text())["S"]
    # 4 x 30 and 4 x 5 on target; 10 x 30 before it, near; of 1000 aligned bases
    values = {name: measured[name]["value"] for name in ("on_target", "near_target", "off_target")}
    assert values == pytest.approx({"on_target": 0.14, "near_target": 0.3, "off_target": 0.56})
    assert measured["target_5x"]["value"] == 0.8


def made(folder: Path, bed: str, bam: Path, fasta: Path) -> dict[str, Path]:
    """mosdepth's figures of a BAM, beside what they are made of."""
    if not shutil.which("mosdepth"):
        pytest.skip("mosdepth is not installed")
    targets, prefix = folder / "targets.bed", folder / "x"
    targets.write_text(bed)
    command = ["mosdepth", "--by", targets, "--flag", "1796", "--mapq", "20", prefix, bam]
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
    return {"bam": bam, "bed": targets, "fasta": fasta, "prefix": prefix}


@pytest.fixture(scope="module")
def real(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Whole pairs of a real panel, in six targets of 30 bases."""
    folder = tmp_path_factory.mktemp("targets")
    source = real_data / "horizon_controls"
    fasta, bam = folder / "genome.fa", folder / "x.bam"
    name = plain(source / "chr1_1-2461623.hg19.fa.gz", fasta)
    of_one_contig(source / "HD832_HES4.hg19.bam", name, bam, "whole")
    bed = "".join(f"chr1\t{first}\t{first + 30}\n" for first in range(934290, 934530, 40))
    return made(folder, bed, bam, fasta)


def measured(real: dict[str, Path]) -> dict[str, Any]:
    from dugnad.regions import read_targets

    targets = merge(read_targets(real["bed"]))
    prefix = str(real["prefix"])
    track = read_track(Path(f"{prefix}.per-base.bed.gz"), targets, margin=measure_targets.NEAR)
    total = measure_targets.aligned_bases(Path(f"{prefix}.mosdepth.summary.txt"))
    found = measure_targets.measure(track, targets, total, [50, 100, 250], real["fasta"])
    depth = track.over(targets)
    return {name: item.value for name, item in found.items()} | {"mean": float(depth.mean())}


def test_depths_are_mosdepths(real: dict[str, Path]) -> None:
    """Mean exactly, and each level to the two decimals that mosdepth writes."""
    found = measured(real)
    lines = Path(f"{real['prefix']}.mosdepth.summary.txt").read_text().splitlines()
    rows = {cells[0]: cells for cells in (line.split("\t") for line in lines)}
    assert round(found["mean"], 2) == float(rows["total_region"][3])
    on = float(rows["total_region"][2]) / float(rows["total"][2])
    assert found["on_target"] == pytest.approx(on, abs=1e-12)
    table = Path(f"{real['prefix']}.mosdepth.region.dist.txt").read_text().splitlines()
    shares = {int(c[1]): float(c[2]) for c in map(str.split, table) if c[0] == "total"}
    for level in (50, 100, 250):
        assert round(found[f"target_{level}x"], 2) == pytest.approx(shares.get(level, 0), abs=0.011)


def test_figures_are_picards(real: dict[str, Path], tmp_path: Path) -> None:
    found, theirs = measured(real), hs_metrics(real["bam"], real["fasta"], real["bed"], tmp_path)
    assert found["mean"] > 50, "the test needs depth"
    pairs = {
        "mean": "MEAN_TARGET_COVERAGE",
        "median_target_depth": "MEDIAN_TARGET_COVERAGE",
        "target_50x": "PCT_TARGET_BASES_50X",
        "target_100x": "PCT_TARGET_BASES_100X",
        "target_250x": "PCT_TARGET_BASES_250X",
        "fold_80": "FOLD_80_BASE_PENALTY",
    }
    ours = {theirs_name: found[name] for name, theirs_name in pairs.items()}
    assert ours == pytest.approx({name: theirs[name] for name in pairs.values()}, rel=0.01)
    for name, named in (("gc_dropout", "GC_DROPOUT"), ("at_dropout", "AT_DROPOUT")):
        assert found[name] == pytest.approx(theirs[named], abs=0.2)


def test_near_and_off_are_picards(real_data: Path, tmp_path: Path) -> None:
    """Picard counts whole reads that touch the margin, and overlaps twice: mates are apart here."""
    source = real_data / "hg002_wgs_b37"
    fasta, bam = tmp_path / "genome.fa", tmp_path / "x.bam"
    name = plain(source / "20.GRCh37.HG002_36Mb_Npadded.fa.gz", fasta)
    of_one_contig(source / "HG002.b37.20_36018823-36039513.bam", name, bam, "apart")
    files = made(tmp_path, f"{name}\t36022000\t36030000\n", bam, fasta)
    found, theirs = measured(files), hs_metrics(bam, fasta, files["bed"], tmp_path)
    total = sum(theirs[f"{place}_BAIT_BASES"] for place in ("ON", "NEAR", "OFF"))
    assert found["on_target"] == pytest.approx(theirs["ON_BAIT_BASES"] / total, abs=0.001)
    assert found["near_target"] == pytest.approx(theirs["NEAR_BAIT_BASES"] / total, abs=0.01)
    assert found["off_target"] == pytest.approx(theirs["PCT_OFF_BAIT"], abs=0.01)
    assert 0.2 < found["off_target"] < 0.8
