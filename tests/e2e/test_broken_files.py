"""A result that was cut off ends the run in an error that names it, and there is no report."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from support import BUILD, ROOT

CASE = "IPX0001"
STAGES = ("interpretation", "report")


def between_blocks(content: bytes) -> bytes:
    """The first half or less of a file in bgzip's form, cut where a block ends.

    That is the cut which htslib does not see.
    """
    end = 0
    while end < len(content) // 2:
        last, end = end, end + int.from_bytes(content[end + 16 : end + 18], "little") + 1
    return content[: last or end]


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


@pytest.mark.parametrize(
    ("file", "cut", "rule"),
    [
        (f"alignment/{CASE}-D01-N01-B15.bam", between_blocks, "measure_reads"),
        (f"small_variants/{CASE}.calls.vcf.gz", between_blocks, "annotate_variants"),
        (f"annotation/{CASE}.variants.parquet", half, "interpret_variants"),
    ],
    ids=["bam", "vcf", "parquet"],
)
def test_a_result_that_was_cut_off_is_named(
    light: Path, file: str, cut: Callable[[bytes], bytes], rule: str
) -> None:
    folder = BUILD / "broken"
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("config", "genome", "known", "reads", "results", ".snakemake"):
        shutil.copytree(light / part, folder / part, symlinks=True)
    for stage in STAGES:
        shutil.rmtree(folder / "results" / CASE / stage)
    broken = folder / "results" / CASE / file
    broken.write_bytes(cut(broken.read_bytes()))

    command = ["snakemake", "--snakefile", ROOT / "Snakefile", "--directory", folder]
    arguments = ["--profile", ROOT / "profiles/local", "reports"]
    omitted = ["--omit-from", "call_pileup", "call_freebayes", "call_delly", "search_fusions"]
    done = subprocess.run(
        [*command, *arguments, *(omitted if rule == "measure_reads" else [])],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"results/{CASE}/{file}" in done.stderr
    assert rule in done.stderr
    assert not (folder / f"results/{CASE}/report/{CASE}.html").exists()
    assert not (folder / f"results/{CASE}/report/{CASE}.case.json").exists()
