"""A disk that is full in the middle of an alignment: it is told, nothing half-made stays, and the
same command goes on when there is room."""

import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pysam
import pytest

from builders import genome, row, workspace
from dugnad.tables import JUNCTIONS, read_table
from results import CASE
from support import ROOT, Snakemake

PAIRS = 20_000
DISK, SCRATCH = "1500k", "16k"
"""Room for all but the BAM of these reads; for less than STAR's tables."""
PROFILE = ("--profile", str(ROOT / "profiles/local"), "--cores", "2")
TURN = str.maketrans("ACGT", "TGCA")

pytestmark = pytest.mark.skipif(
    any(
        shutil.which(tool) is None
        for tool in ("fastp", "bwa", "samtools", "STAR", "kallisto", "pizzly", "mount")
    ),
    reason="fastp, bwa, samtools, STAR, kallisto, pizzly or mount is not installed",
)


@pytest.fixture()
def disk(tmp_path: Path) -> Iterator[Path]:
    """The mount point of a small disk."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = mount(folder, DISK)
    if done.returncode:
        pytest.skip(f"mounting a disk is not allowed: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def mount(folder: Path, size: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = ["mount", "-t", "tmpfs", "-o", ",".join([*options, f"size={size}"]), "tmpfs", folder]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def write_reads(folder: Path) -> list[Path]:
    """Pairs from anywhere on chr1; the qualities are random, so that they take room in the BAM."""
    chance, bases = random.Random(1), genome()["chr1"]
    text = ["", ""]
    for number in range(PAIRS):
        start = chance.randrange(len(bases) - 200)
        mates = bases[start : start + 100], bases[start + 100 : start + 200][::-1].translate(TURN)
        for mate, read in enumerate(mates):
            quality = "".join(chance.choices("#,:F<;9876", k=100))
            text[mate] += f"@READ:{number}\n{read}\n+\n{quality}\n"
    paths = [folder / f"full_R{mate}.fastq" for mate in (1, 2)]
    for path, lines in zip(paths, text, strict=True):
        path.write_text(lines)
    return paths


def deployed(folder: Path, reads: list[Path], analyte: str) -> tuple[Path, Path]:
    """A run of one sample whose reads lie on another disk; its BAM, and the log of its making."""
    name = "C1-T" if analyte == "dna" else "C1-R"
    workspace(folder, [row("C1-T", purity="0.4"), *([row(name, analyte="rna")] * (name != "C1-T"))])
    for mate, path in enumerate(reads, start=1):
        link = folder / f"reads/{name}_R{mate}.fastq.gz"
        link.unlink()
        link.symlink_to(path)
    config = folder / "config/config.yaml"
    config.write_text(config.read_text().replace("  annotation: genome/tiny.gff3\n", ""))
    rule = "align_reads" if analyte == "dna" else "align_rna"
    return folder / f"results/C1/alignment/{name}.bam", folder / f"logs/{rule}/C1.{name}.log"


def whole(bam: Path) -> bool:
    with pysam.AlignmentFile(str(bam)) as reads:
        return reads.has_index() and reads.count(until_eof=True) == 2 * PAIRS


def test_results_on_a_full_disk(disk: Path, tmp_path: Path, snakemake: Snakemake) -> None:
    bam, log = deployed(disk, write_reads(tmp_path), "dna")
    target = str(bam.relative_to(disk))
    full = snakemake(disk, *PROFILE, target, check=False)
    assert full.returncode == 1
    assert "No space left on device" in log.read_text()
    assert "No space left on device" in full.stdout + full.stderr
    assert list((disk / "results/C1").rglob("*.*")) == []
    assert mount(disk, "50m", "remount").returncode == 0
    snakemake(disk, *PROFILE, target)
    assert whole(bam)


def test_star_on_a_full_scratch_disk(
    disk: Path, tmp_path: Path, snakemake: Snakemake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STAR ends with status 0, and with empty tables: no fusion would have been seen."""
    run = tmp_path / "run"
    bam, log = deployed(run, write_reads(tmp_path), "rna")
    target = str(bam.relative_to(run))
    snakemake(
        run,
        *PROFILE,
        f"results/C1/reads/{bam.stem}.fastq.gz",
        "results/run/genome/tiny-1.star",
        "--notemp",
    )
    monkeypatch.setenv("TMPDIR", str(disk))
    assert mount(disk, SCRATCH, "remount").returncode == 0
    full = snakemake(run, *PROFILE, target, check=False)
    assert full.returncode == 1
    assert f"STAR did not write its tables to the end: is {disk} full?" in log.read_text()
    assert not (run / "results/C1/alignment").exists()
    assert list(disk.iterdir()) == []
    assert mount(disk, "50m", "remount").returncode == 0
    snakemake(run, *PROFILE, target)
    assert whole(bam)
    assert "Number of input reads" in bam.with_suffix(".Log.final.out").read_text()
    assert list(disk.iterdir()) == []


def test_kallisto_on_a_full_scratch_disk(
    light: Path, disk: Path, tmp_path: Path, snakemake: Snakemake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """kallisto ends with status 0, and pizzly takes what is there: a fusion would not be seen."""
    for part in ("config", "genome", "known", "reads", "results", ".snakemake"):
        shutil.copytree(light / part, tmp_path / part, symlinks=True)
    made = tmp_path / f"results/{CASE}/rearrangements/{CASE}.pizzly.junctions.parquet"
    before = read_table(made, JUNCTIONS)
    target = str(made.relative_to(tmp_path))
    made.unlink()
    snakemake(tmp_path, *PROFILE, target, "--notemp")  # its reads, and what comes of them
    made.unlink()
    monkeypatch.setenv("TMPDIR", str(disk))
    assert mount(disk, SCRATCH, "remount").returncode == 0
    (disk / "other").write_bytes(b"0" * 12_288)  # room for one of kallisto's three files
    greedy = ("--scheduler", "greedy")  # the other one has files of its own there
    full = snakemake(tmp_path, *PROFILE, *greedy, target, check=False)
    assert full.returncode == 1, full.stderr
    log = tmp_path / f"logs/call_pizzly/{CASE}.log"
    assert log.exists(), full.stderr
    assert f"kallisto did not write its files to the end: is {disk} full?" in log.read_text()
    assert not made.exists()
    assert mount(disk, "50m", "remount").returncode == 0
    snakemake(tmp_path, *PROFILE, target)
    assert read_table(made, JUNCTIONS) == before
