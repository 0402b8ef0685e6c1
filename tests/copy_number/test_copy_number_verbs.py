"""The verbs from files to files, the panel's normals, and where the workflow asks for them."""

import gzip
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pysam
import pytest
import yaml
from simulated_bins import rules

from builders import panel_data, write_vcf
from dugnad.cli import main
from dugnad.copy_number import cnvkit
from dugnad.copy_number.bins import cut_targets, gc_content
from dugnad.copy_number.measure_bins import measure
from dugnad.copy_number.reference import flat, read_reference, write_reference
from dugnad.panel_normals import sex_of
from dugnad.plan_copy_number import CopyNumberPlan
from dugnad.qc.locate_exons import COLUMNS
from dugnad.qc.sites import COUNTS
from dugnad.record_copy_number import CopyNumber, Purity
from dugnad.regions import Region
from dugnad.tables import COPY_NUMBERS, SEGMENTS, read_table

LENGTH, STEP, WIDTH = 60_000, 2_000, 200
CONTIGS = [*(f"chr{n}" for n in range(1, 9)), "chrX"]
STARTS = range(500, LENGTH - 1000, STEP)
TARGETS = [
    Region(chrom, start, start + WIDTH, f"G{chrom}_exon{number}")
    for chrom in CONTIGS
    for number, start in enumerate(STARTS, 1)
]


def efficiency(chrom: str, start: int) -> float:
    """How well a target is caught; the same in all samples."""
    return float(np.random.default_rng([CONTIGS.index(chrom), start]).lognormal(0, 0.4))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A panel of one gene per contig, its genome and a reference of normals."""
    home = tmp_path / "tiny"
    home.mkdir()
    rng = np.random.default_rng(4)
    with (tmp_path / "g.fa").open("w") as fasta:
        for chrom in CONTIGS:
            fasta.write(f">{chrom}\n{''.join(rng.choice(list('ACGT'), LENGTH))}\n")
    pysam.faidx(str(tmp_path / "g.fa"))
    lines = [f"{r.chrom}\t{r.start}\t{r.end}\t{r.label}\n" for r in TARGETS]
    (home / "targets.bed").write_text("".join(lines))
    section = rules().model_dump(exclude_none=True) | {"normals": "normals.cnn"}
    data = panel_data(hotspots=None, genes=[f"G{c}" for c in CONTIGS], copy_number=section)
    data = {key: value for key, value in data.items() if value is not None}
    (home / "panel.yaml").write_text(yaml.safe_dump(data))
    (tmp_path / "exons.tsv").write_text("\t".join(COLUMNS) + "\n")
    (tmp_path / "sex.json").write_text(json.dumps({"T1": {"observed": "male"}}))
    return tmp_path


def write_depth(path: Path, lost: str = "", reads: int = 100) -> None:
    """mosdepth's track of a man; of bins of ``lost``, half the copies at 80 % purity."""
    rng = np.random.default_rng(1)
    with gzip.open(path, "wt") as out:
        for chrom in CONTIGS:
            for start in STARTS:
                copies = 1.0 if chrom == "chrX" else 1.2 if chrom == lost else 2.0
                mean = reads * copies * efficiency(chrom, start)
                depth = int(rng.poisson(mean))
                out.write(f"{chrom}\t{start}\t{start + WIDTH}\t{depth}\n")


def make_reference(folder: Path) -> None:
    panel = folder / "tiny"
    bins = cut_targets(TARGETS, 200)
    rows = zip(bins.chrom.tolist(), bins.start.tolist(), strict=True)
    caught = np.array([efficiency(chrom, start) for chrom, start in rows])
    sexes = ["female", "male"] * 5
    rng = np.random.default_rng(2)
    copies = [np.where((bins.chrom == "chrX") & (sex == "male"), 1, 2) for sex in sexes]
    depths = [rng.poisson(50 * c * caught).astype(float) for c in copies]
    with pysam.FastaFile(str(folder / "g.fa")) as genome:
        gc = gc_content(bins, genome)
    write_reference(panel / "normals.cnn", cnvkit.pool(bins, depths, gc, bins.kinds([]), sexes))


def measured(folder: Path, lost: str = "") -> Path:
    if not (folder / "t.per-base.bed.gz").exists():
        write_depth(folder / "t.per-base.bed.gz", lost)
    output = folder / "t.bins.parquet"
    assert main([
        "measure-bins", "--sample", "T1", str(folder / "t.per-base.bed.gz"),
        "--panel", str(folder / "tiny/panel.yaml"), "--fasta", str(folder / "g.fa"),
        "--tumour", "T1", "--sex", str(folder / "sex.json"), "--output", str(output),
    ]) == 0  # fmt: skip
    return output


def called(folder: Path) -> dict[str, Path]:
    pq.write_table(COUNTS.empty_table(), folder / "t.sites.parquet")
    write_vcf(folder / "calls.vcf", ["T1"])
    names = ("baf", "segments", "copy-numbers", "fit", "record")
    out = {name: folder / f"out.{name}" for name in names}
    assert main([
        "call-copy-numbers", "--tumour", "T1", "--bins", str(folder / "t.bins.parquet"),
        "--sites", str(folder / "t.sites.parquet"), "--calls", str(folder / "calls.vcf"),
        "--panel", str(folder / "tiny/panel.yaml"), "--exons", str(folder / "exons.tsv"),
        "--sex", str(folder / "sex.json"), "--purity", "0.8",
        *(word for name, path in out.items() for word in (f"--{name}", str(path))),
    ]) == 0  # fmt: skip
    return out


def test_from_depth_to_record(folder: Path) -> None:
    make_reference(folder)
    table = pq.read_table(measured(folder, lost="chr3"))
    log2 = {
        chrom: np.nanmedian([row["log2"] for row in table.to_pylist() if row["chrom"] == chrom])
        for chrom in CONTIGS
    }
    assert log2["chr3"] == pytest.approx(np.log2(0.6), abs=0.1)
    assert log2["chrX"] == pytest.approx(0, abs=0.1)  # of a man
    out = called(folder)
    rows = {row["gene"]: row for row in read_table(out["copy-numbers"], COPY_NUMBERS)}
    assert {gene for gene, row in rows.items() if row["call"] != "neutral"} == {"Gchr3"}
    assert rows["Gchr3"]["call"] == "loss"
    assert rows["Gchr3"]["copies"] == pytest.approx(1, abs=0.2)
    assert rows["GchrX"]["normal_copies"] == 1
    segments = read_table(out["segments"], SEGMENTS)
    assert {row["chrom"] for row in segments if row["total_copies"] != row["normal_copies"]} == {
        "chr3"
    }
    part = CopyNumber.model_validate_json(out["record"].read_text())
    assert part.reference.startswith("normals of the panel, normals.cnn")
    assert part.program == f"cnvkit {cnvkit.software()}"
    assert Purity.model_validate_json(out["fit"].read_text()).used == 0.8


def test_samples_of_a_case_share_a_table(folder: Path) -> None:
    make_reference(folder)
    alone = pq.read_table(measured(folder, lost="chr3")).to_pylist()
    write_depth(folder / "n.per-base.bed.gz")
    both = folder / "both.parquet"
    assert main([
        "measure-bins", "--sample", "T1", str(folder / "t.per-base.bed.gz"),
        "--sample", "N1", str(folder / "n.per-base.bed.gz"),
        "--panel", str(folder / "tiny/panel.yaml"), "--fasta", str(folder / "g.fa"),
        "--tumour", "T1", "--sex", str(folder / "sex.json"), "--output", str(both),
    ]) == 0  # fmt: skip
    rows = pq.read_table(both).to_pylist()
    assert [row for row in rows if row["sample"] == "T1"] == alone
    lost = {
        name: np.nanmedian(
            [row["log2"] for row in rows if (row["sample"], row["chrom"]) == (name, "chr3")]
        )
        for name in ("T1", "N1")
    }
    assert lost == pytest.approx({"T1": np.log2(0.6), "N1": 0}, abs=0.1)


def test_flat_reference_says_so(folder: Path) -> None:
    path = folder / "tiny/panel.yaml"
    data = yaml.safe_load(path.read_text())
    del data["copy_number"]["normals"]
    path.write_text(yaml.safe_dump(data))
    table = pq.read_table(measured(folder)).to_pylist()
    assert {row["spread"] for row in table} == {None}
    part = CopyNumber.model_validate_json(called(folder)["record"].read_text())
    assert part.flat_reference
    assert part.reference.startswith("flat reference for want of normals")
    assert {gene.call for gene in part.genes} <= {"neutral", "not_assessable"}


def test_sample_without_reads_is_not_assessable(folder: Path) -> None:
    make_reference(folder)
    write_depth(folder / "t.per-base.bed.gz", reads=0)
    measured(folder)
    part = CopyNumber.model_validate_json(called(folder)["record"].read_text())
    assert {gene.call for gene in part.genes} == {"not_assessable"}
    assert part.purity.estimated is None


def test_panel_without_rules_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "tiny/panel.yaml"
    data = yaml.safe_load(path.read_text())
    del data["copy_number"]
    path.write_text(yaml.safe_dump(data))
    assert main([
        "measure-bins", "--sample", "x", "x", "--panel", str(path), "--fasta", "x",
        "--tumour", "x", "--sex", "x", "--output", "x",
    ]) == 2  # fmt: skip
    assert "copy_number: is missing; add it" in capsys.readouterr().err


def test_bins_that_normals_hardly_show_are_not_used() -> None:
    bins = cut_targets([Region("chr1", n * 1000, n * 1000 + 200, "A") for n in range(60)], 200)
    reference = flat(bins, np.full(60, 0.5), np.zeros(60))
    reference.log2[3] = -8.0
    found = measure(bins, np.full(60, 100.0), reference, "female", [], is_flat=True)
    assert np.flatnonzero(np.isnan(found.log2)).tolist() == [3]
    assert found.weight[3] == 0
    assert found.rows("T1")[3]["log2"] is None


def write_bam(path: Path, length: int = LENGTH, chrom: str = "chr1") -> None:
    header = {"HD": {"VN": "1.6", "SO": "coordinate"}, "SQ": [{"SN": chrom, "LN": length}]}
    with pysam.AlignmentFile(str(path), "wb", header=header):
        pass
    pysam.index(str(path))


def normals_verb(folder: Path, bams: list[Path]) -> int:
    listed = folder / "list.txt"
    listed.write_text("# normals\n" + "".join(f"{path}\n" for path in bams))
    return main([
        "panel", "normals", "--panel", str(folder / "tiny"), "--fasta", str(folder / "g.fa"),
        "--bams", str(listed),
    ])  # fmt: skip


def test_panel_normals_tells_what_is_wrong(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, other, foreign = (folder / f"{name}.bam" for name in ("good", "other", "foreign"))
    write_bam(good)
    write_bam(other, length=99)
    write_bam(foreign, chrom="scaffold")
    assert normals_verb(folder, [good]) == 2
    assert "names 1 alignments; name 5 or more" in capsys.readouterr().err
    assert normals_verb(folder, [good, other, foreign]) == 2
    told = capsys.readouterr().err
    assert "other.bam: is of another genome: chr1 has 99 bases, not 60000" in told
    assert "foreign.bam: shares no contig with" in told
    Path(f"{good}.bai").unlink()
    assert normals_verb(folder, [good, other]) == 2
    assert "good.bam: has no index; run: samtools index" in capsys.readouterr().err
    assert normals_verb(folder, [good, folder / "none.bam"]) == 2
    assert "none.bam: file not found" in capsys.readouterr().err


def test_panel_normals_makes_the_reference(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three normals, with their depth given: few, and said so."""
    drawn = iter(range(1, 9))

    def depths(_path: Path, _panel: Any, _targets: Any, bins: Any) -> Any:
        rng = np.random.default_rng(next(drawn))
        rows = zip(bins.chrom.tolist(), bins.start.tolist(), strict=True)
        return rng.poisson([100 * efficiency(chrom, start) for chrom, start in rows]).astype(float)

    monkeypatch.setattr("dugnad.panel_normals.bin_depths", depths)
    bams = [folder / f"n{number}.bam" for number in range(3)]
    for path in bams:
        write_bam(path)
    assert normals_verb(folder, bams) == 0
    told = capsys.readouterr().err
    assert "3 normals tell little of their spread" in told
    found = read_reference(folder / "tiny/normals.cnn")
    assert len(found.bins) == len(CONTIGS) * len(STARTS)
    caught = np.log2([efficiency("chr1", start) for start in STARTS])
    own = found.log2[found.bins.chrom == "chr1"]
    assert np.corrcoef(own, caught)[0, 1] > 0.95


def test_sex_of_a_normal_by_depth() -> None:
    kinds = np.array(["autosome"] * 10 + ["x"] * 3 + ["y"] * 3)
    man = np.array([100.0] * 10 + [50.0] * 6)
    woman = np.array([100.0] * 13 + [0.0] * 3)
    assert (sex_of(man, kinds), sex_of(woman, kinds)) == ("male", "female")


def plan(has_rules: bool, has_reads: bool) -> CopyNumberPlan:
    normals = Path("p/normals.cnn")
    section = SimpleNamespace(normals=normals) if has_rules else None
    case = SimpleNamespace(
        id="C1",
        panel=SimpleNamespace(copy_number=section),
        has_reads=has_reads,
        tumour=SimpleNamespace(id="T1"),
    )
    return CopyNumberPlan(SimpleNamespace(cases={"C1": case}))  # type: ignore[arg-type]


def test_plan_asks_only_where_copy_numbers_can_be() -> None:
    asked = SimpleNamespace(case="C1")
    there = plan(True, True)
    assert there.copy_number_part(asked) == ["results/C1/copy_number/C1.copy_number.json"]
    assert there.copy_number_option(asked).startswith("--copy-number results/C1/")
    assert there.copy_normals(asked) == [Path("p/normals.cnn")]
    assert there.local_copy_options(asked) == (
        "--fit results/C1/copy_number/C1.purity.json"
        " --segments results/C1/copy_number/C1.segments.parquet"
    )
    for absent in (plan(False, True), plan(True, False)):
        assert absent.copy_number_part(asked) == []
        assert absent.copy_number_option(asked) == ""
        assert absent.local_copy_options(asked) == ""
