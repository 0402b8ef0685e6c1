"""Cases by a Snakemake of their own, with real tools: the same record, whatever fails beside."""

import os
import shutil
import subprocess
from pathlib import Path

from results import CASE, record
from support import BUILD, ROOT

BROKEN = "IPX0009"


def with_broken_case(light: Path, folder: Path) -> Path:
    """The finished run without the last stages of its case, and beside it a case without reads."""
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("config", "genome", "known", "reads", "results", "benchmarks", ".snakemake"):
        shutil.copytree(light / part, folder / part, copy_function=shutil.copy2, symlinks=True)
    for stage in ("interpretation", "report"):
        shutil.rmtree(folder / "results" / CASE / stage)
    sheet = folder / "config/samples.tsv"
    lines = sheet.read_text().splitlines()
    row = dict(zip(lines[0].split("\t"), lines[1].split("\t"), strict=True))
    row |= {"case": BROKEN, "sample": f"{BROKEN}-D01-P01-A15"}
    row |= {name: f"reads/broken_{name}.fastq.gz" for name in ("fastq_1", "fastq_2")}
    sheet.write_text("\n".join([*lines, "\t".join(row.values())]) + "\n")
    for name in ("fastq_1", "fastq_2"):
        (folder / row[name]).touch()
    return folder


def test_each_case_by_itself_gives_the_same_record(light: Path) -> None:
    """It resumes from finished steps; a case without reads ends the run in error, not the case."""
    folder = with_broken_case(light, BUILD / "by-case")
    bam = next((folder / "results" / CASE / "alignment").glob("*.bam"))
    before = bam.stat().st_mtime_ns
    command = ["snakemake", "--snakefile", ROOT / "by_case.smk", "--directory", folder]
    done = subprocess.run(
        [*command, "--profile", ROOT / "profiles/local"],
        capture_output=True,
        text=True,
        env=os.environ,
        check=False,
    )
    log = (folder / f"logs/run_case/{CASE}.log").read_text()
    assert record(folder) == record(light), log
    assert bam.stat().st_mtime_ns == before, log
    assert done.returncode == 1
    told = (folder / f"logs/run_case/{BROKEN}.log").read_text()
    assert "broken_fastq_1" in told
    markers = {path.name for path in (folder / "results/run/by_case").iterdir()}
    assert markers == {"prepared", f"{CASE}.done"}
    assert BROKEN in (folder / "results/run/index.html").read_text()
    assert "run_case" in (folder / "results/run/efficiency.html").read_text()
