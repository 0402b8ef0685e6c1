"""Dry runs: what each kind of case plans, and what it does not."""

import re
import shutil
from pathlib import Path

import pytest

from builders import row, workspace, write_bam
from support import Snakemake

ALWAYS = {"prepare_genome": 1, "write_manifest": 1, "all": 1}
PER_CASE = (
    "predict_consequences",
    "annotate_variants",
    "interpret_variants",
    "record_case",
    "render_report",
)
PER_SAMPLE = ("measure_reads", "measure_depth", "assess_coverage", "gather_metrics")
RUN_QUALITY = {"tabulate_metrics": 1, "summarise_run": 1}


def counts(output: str) -> dict[str, int]:
    """Jobs per rule, from the table that a dry run prints."""
    table = output[output.index("Job stats:") :]
    found = {name: int(n) for name, n in re.findall(r"^(\w+)\s+(\d+)$", table, re.MULTILINE)}
    found.pop("total")
    return found


def plan(cases: int, samples: int, lanes: int, imported: int = 0) -> dict[str, int]:
    """The jobs of ``cases`` that came with reads; ``imported`` of the samples came as BAM."""
    jobs = {
        **ALWAYS,
        **RUN_QUALITY,
        "split_targets": 1,
        "call_small_variants": 2 * cases,
        "gather_small_variants": cases,
        **dict.fromkeys(PER_CASE, cases),
        **dict.fromkeys(PER_SAMPLE, samples),
        "trim_reads": lanes,
        "align_reads": samples - imported,
        "import_alignment": imported,
        "index_genome": 1 if lanes else 0,
    }
    return {name: count for name, count in jobs.items() if count}


T, N = row("C1-T", purity="0.4"), row("C1-N", "normal")
LANES = [
    row("C1-T", fastq_1=f"reads/L{n}_R1.fastq.gz", fastq_2=f"reads/L{n}_R2.fastq.gz")
    for n in (1, 2, 3)
]
PLANS = {
    "tumour and normal": ([T, N], plan(cases=1, samples=2, lanes=2)),
    "tumour only": ([T], plan(cases=1, samples=1, lanes=1)),
    "several lanes": ([*LANES, N], plan(cases=1, samples=2, lanes=4)),
    "two cases": ([T, N, row("C2-T", case="C2")], plan(cases=2, samples=3, lanes=3)),
    "RNA beside DNA": ([T, row("C1-R", analyte="rna"), N], plan(cases=1, samples=2, lanes=2)),
    "RNA beside a VCF": (
        [row("C1-R", analyte="rna"), row("C1-T", vcf="c.vcf")],
        {**ALWAYS, "import_small_variants": 1, **dict.fromkeys(PER_CASE, 1)},
    ),
    "BAM and CRAM": (
        [row("C1-T", bam="t.bam"), row("C1-N", "normal", bam="n.cram")],
        plan(cases=1, samples=2, lanes=0, imported=2),
    ),
    "FASTQ with a BAM normal": (
        [T, row("C1-N", "normal", bam="n.bam")],
        plan(cases=1, samples=2, lanes=1, imported=1),
    ),
    "VCF": (
        [row("C1-T", vcf="c.vcf"), row("C1-N", "normal", vcf="c.vcf")],
        {**ALWAYS, "import_small_variants": 1, **dict.fromkeys(PER_CASE, 1)},
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_plan(name: str, tmp_path: Path, snakemake: Snakemake) -> None:
    rows, jobs = PLANS[name]
    output = snakemake(workspace(tmp_path, list(rows)), "--dry-run").stdout
    assert counts(output) == jobs


def test_without_annotation_consequences_are_not_predicted(
    tmp_path: Path, snakemake: Snakemake
) -> None:
    config = workspace(tmp_path, [T]) / "config/config.yaml"
    config.write_text(config.read_text().replace("  annotation: genome/tiny.gff3\n", ""))
    jobs = counts(snakemake(tmp_path, "--dry-run").stdout)
    assert "predict_consequences" not in jobs
    assert jobs["annotate_variants"] == 1


def test_rna_reads_reach_the_manifest_only(tmp_path: Path, snakemake: Snakemake) -> None:
    lanes = [
        row("C1-R", analyte="rna", fastq_1=f"reads/rna{n}_R1.fq", fastq_2=f"reads/rna{n}_R2.fq")
        for n in (1, 2)
    ]
    folder = workspace(tmp_path, [T, *lanes])
    output = snakemake(folder, "--dry-run").stdout
    jobs = re.split(r"^(?:local)?rule ", output, flags=re.MULTILINE)[1:]
    touching = {job.split(":")[0] for job in jobs if "reads/rna" in job.split("params:")[0]}
    assert touching == {"write_manifest"}
    assert not re.search(r"C1-R\.\w", output)


def test_names_that_could_be_taken_for_something_else(tmp_path: Path, snakemake: Snakemake) -> None:
    rows = [row(name, case=name, bam=f"{name}.bam") for name in ("none", "all", "L1", "L10", "0")]
    jobs = counts(snakemake(workspace(tmp_path, rows), "--dry-run").stdout)
    assert jobs["import_alignment"] == 5
    assert "align_reads" not in jobs


def test_existing_index_is_used(tmp_path: Path, snakemake: Snakemake) -> None:
    config = workspace(tmp_path, [T]) / "config/config.yaml"
    text = config.read_text().replace("genome:\n", "genome:\n  bwa_index: genome/index/tiny\n")
    config.write_text(text)
    (tmp_path / "genome/index").mkdir()
    for suffix in ("amb", "ann", "bwt", "pac", "sa"):
        (tmp_path / f"genome/index/tiny.{suffix}").touch()
    assert "index_genome" not in counts(snakemake(tmp_path, "--dry-run").stdout)


@pytest.mark.parametrize("profile", ["local", "slurm"])
def test_profile_plans(profile: str, tmp_path: Path, snakemake: Snakemake) -> None:
    folder = Path(__file__).parents[2] / "profiles" / profile
    shutil.copytree(folder, tmp_path / "profile")
    arguments = ("--dry-run", "--profile", str(tmp_path / "profile"))
    assert "Job stats:" in snakemake(workspace(tmp_path, [T]), *arguments).stdout


def test_a_fault_stops_the_run_with_its_place_and_nothing_made(
    tmp_path: Path, snakemake: Snakemake
) -> None:
    done = snakemake(workspace(tmp_path, [T | {"purity": "40"}]), "--dry-run", check=False)
    fault = "config/samples.tsv:2: purity: must be a fraction between 0 and 1 (got '40')"
    assert fault in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 2
    assert not (tmp_path / "results").exists()


def test_a_missing_file_is_told_with_its_line(tmp_path: Path, snakemake: Snakemake) -> None:
    folder = workspace(tmp_path, [T, N])
    (folder / "reads/C1-N_R2.fastq.gz").unlink()
    done = snakemake(folder, "--dry-run", check=False)
    fault = "config/samples.tsv:3: fastq_2: no such file (got 'reads/C1-N_R2.fastq.gz')"
    assert fault in done.stderr
    assert done.returncode == 2


def test_values_on_the_command_line_are_refused(tmp_path: Path, snakemake: Snakemake) -> None:
    folder = workspace(tmp_path, [T])
    done = snakemake(folder, "--dry-run", "--config", "chunks=1", check=False)
    assert done.returncode != 0
    assert "--config is not used" in done.stderr


def test_the_check_stands_before_all_work(tmp_path: Path, snakemake: Snakemake) -> None:
    folder = workspace(tmp_path, [row("C1-T", bam="t.bam")])
    write_bam(folder / "t.bam", {"chr1": 2999, "chr2": 2000})
    done = snakemake(folder, "--cores", "1", check=False)
    assert done.returncode == 1
    assert "is aligned to another genome: contig 'chr1' has 2999 bases" in done.stderr
    assert not (tmp_path / "results").exists()
    assert not (tmp_path / "logs").exists()
