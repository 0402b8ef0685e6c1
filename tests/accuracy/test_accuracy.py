"""The verb from files to files."""

import csv
import json
from pathlib import Path

import pytest
from toy_variants import fasta, write_vcf

from builders import variant
from dugnad.cli import main
from dugnad.tables import FINDINGS, write_table


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fasta(tmp_path)
    truth = [
        "chr1 10 . CA C . PASS EVAF=0.03",
        "chr1 35 . G A . low_power EVAF=0.03",
        "chr1 41 . AT GC . PASS EVAF=0.3",
        "chr1 50 . T G . PASS EVAF=0.3",
    ]
    write_vcf(tmp_path / "truth.vcf", truth)
    calls = [
        "chr1 19 . AA A . PASS . AF 0.04",
        "chr1 41 . A G . PASS . AF 0.28",
        "chr1 42 . T C . PASS . AF 0.29",
        "chr1 50 . T G . weak . AF 0.3",
        "chr1 58 . C A . PASS . AF 0.01",
    ]
    write_vcf(tmp_path / "calls.vcf", calls, ["T"])
    (tmp_path / "regions.bed").write_text("chr1\t0\t62\n")
    return tmp_path


def run(folder: Path, *more: str, calls: str = "calls.vcf") -> int:
    given = {"truth": "truth.vcf", "calls": calls, "regions": "regions.bed", "json": "out.json"}
    words = [word for name, file in given.items() for word in (f"--{name}", str(folder / file))]
    return main(["accuracy", *words, "--reference", str(folder / "genome.fa"), *more])


def test_all_outputs(folder: Path) -> None:
    outputs = {"table": "out/t.tsv", "plot": "out/p.svg", "explain": "out/e.tsv"}
    words = [word for name, file in outputs.items() for word in (f"--{name}", str(folder / file))]
    assert run(folder, "--truth-vaf", "EVAF", "--set", "toy", *words) == 0
    told = json.loads((folder / "out.json").read_text())
    whole = told["rows"][0]
    assert (whole["set"], whole["rule"], whole["type"], whole["vaf_bin"]) == (
        *("toy", "calls", "all", "all"),
    )
    assert (whole["tp"], whole["fn"], whole["fp"]) == (2, 1, 1)
    assert told["megabases"] == 62e-6
    assert [(item["pos"], item["reason"]) for item in told["missed"]] == [(50, "filtered")]
    with (folder / "out/e.tsv").open() as file:
        missed, false = csv.DictReader(file, delimiter="\t")
    assert (missed["error"], missed["filters"], missed["calls"]) == (
        *("missed", "weak", "chr1:50 T>G"),
    )
    assert (false["error"], false["pos"], false["vaf"], false["filters"]) == (
        *("false", "58", "0.01", "NA"),
    )
    with (folder / "out/t.tsv").open() as file:
        assert len(list(csv.DictReader(file, delimiter="\t"))) == len(told["rows"])
    assert (folder / "out/p.svg").read_text().startswith("<svg")


def test_findings_origins_and_unscored(folder: Path) -> None:
    rows = [
        variant(pos=41, ref="AT", alt="GC", origin="uncertain", filters=[]),
        variant(pos=58, ref="C", alt="A", origin="somatic", filters=[]),
    ]
    write_table(folder / "f.parquet", rows, FINDINGS)
    (folder / "unscored.bed").write_text("chr1\t9\t20\nchr1\t57\t58\n")
    more = ["--origin", "somatic,uncertain", "--unscored", str(folder / "unscored.bed")]
    assert run(folder, *more, calls="f.parquet") == 0
    told = json.loads((folder / "out.json").read_text())
    whole = told["rows"][0]
    assert (whole["tp"], whole["fn"], whole["fp"]) == (1, 1, 0)
    assert told["megabases"] == 50e-6
    assert run(folder, calls="f.parquet") == 0
    told = json.loads((folder / "out.json").read_text())
    by_place = {item["pos"]: item for item in told["missed"]}
    assert (by_place[41]["reason"], by_place[41]["origin"]) == ("origin", "uncertain")


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        (["--bins", "0.2,0.1"], "--bins: must be rising fractions (got '0.2,0.1')"),
        (["--bins", "x"], "--bins: must be rising fractions (got 'x')"),
        (
            ["--origin", "tumour"],
            "--origin: must be of germline, somatic, uncertain (got 'tumour')",
        ),
        (["--truth-vaf", "VAF"], "truth.vcf: has no INFO key 'VAF'"),
        (["--calls-sample", "N"], "calls.vcf: has no sample (got 'N')"),
        (["--reference", "none.fa"], "none.fa: cannot be read as an indexed FASTA"),
    ],
)
def test_faults(
    folder: Path, more: list[str], fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, *more) == 2
    assert fault in capsys.readouterr().err
    assert not (folder / "out.json").exists()


def test_other_names_of_contigs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_vcf(folder / "calls.vcf", ["1 41 . A G . PASS ."], contigs="1")
    assert run(folder) == 2
    assert "calls.vcf: contig '1' is not in the reference" in capsys.readouterr().err
    (folder / "regions.bed").write_text("1\t0\t62\n")
    assert run(folder) == 2
    assert "regions.bed: contig '1' is not in the genome" in capsys.readouterr().err
