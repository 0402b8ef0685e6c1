"""Dry runs: what each kind of case plans, and what it does not."""

import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from builders import panel_data, row, workspace, write_bam
from dugnad.plan import Plan
from dugnad.run import load_run
from support import Snakemake

ALWAYS = dict.fromkeys(
    (
        "prepare_genome",
        "index_run",
        "write_manifest",
        "report_efficiency",
        "release_run",
        "all",
    ),
    1,
)
PER_CASE = (
    "annotate_variants",
    "interpret_variants",
    "record_case",
    "classify_case",
    "write_report",
    "gate_case",
)
RUN_QUALITY = {"pick_sites": 1, "compare_samples": 1, "gather_run": 1, "summarise_run": 1}
RNA_JOBS = {"index_rna_genome": 1, "align_rna": 1, "measure_rna": 1}


def counts(output: str) -> dict[str, int]:
    """Jobs per rule, from the table that a dry run prints."""
    table = output[output.index("Job stats:") :]
    found = {name: int(n) for name, n in re.findall(r"^(\w+)\s+(\d+)$", table, re.MULTILINE)}
    found.pop("total")
    return found


def plan(cases: int, samples: int, lanes: int, imported: int = 0, rna: int = 0) -> dict[str, int]:
    """The jobs of ``cases`` that came with reads; ``imported`` of the DNA came as BAM."""
    jobs = {
        **ALWAYS,
        **RUN_QUALITY,
        **(RNA_JOBS if rna else {}),
        "merge_targets": 1,
        "locate_exons": 1,
        "call_pileup": 2 * cases,
        "call_freebayes": 2 * cases,
        "recount_variants": cases,
        "show_reads": cases,
        **dict.fromkeys(PER_CASE, cases),
        "measure_reads": samples,
        "trim_reads": rna,
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
RNA = [
    row("C1-R", analyte="rna", fastq_1=f"reads/rna{n}_R1.fq", fastq_2=f"reads/rna{n}_R2.fq")
    for n in (1, 2)
]
PLANS = {
    "tumour and normal": ([T, N], plan(cases=1, samples=2, lanes=2)),
    "tumour only": ([T], plan(cases=1, samples=1, lanes=1)),
    "several lanes": ([*LANES, N], plan(cases=1, samples=2, lanes=4)),
    "two cases": ([T, N, row("C2-T", case="C2")], plan(cases=2, samples=3, lanes=3)),
    "RNA beside DNA": (
        [T, row("C1-R", analyte="rna"), N],
        plan(cases=1, samples=2, lanes=2, rna=1),
    ),
    "RNA beside a VCF": (
        [row("C1-R", analyte="rna"), row("C1-T", vcf="c.vcf")],
        {
            **ALWAYS,
            **RUN_QUALITY,
            **RNA_JOBS,
            "import_small_variants": 1,
            # the sites that tell people apart lie in the panel's targets
            "merge_targets": 1,
            "trim_reads": 1,
            "show_reads": 1,
            **dict.fromkeys(PER_CASE, 1),
        },
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
        {
            **ALWAYS,
            "import_small_variants": 1,
            **dict.fromkeys(PER_CASE, 1),
        },
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
    output = snakemake(tmp_path, "--dry-run", "--printshellcmds").stdout
    assert counts(output)["annotate_variants"] == 1
    (command,) = commands(output, "annotate_variants")
    assert "bcftools csq" not in command
    assert "--annotation" not in command


def test_vep_stands_in_for_csq(tmp_path: Path, snakemake: Snakemake) -> None:
    config = workspace(tmp_path, [T]) / "config/config.yaml"
    config.write_text(config.read_text() + "annotation: {engine: vep, vep_cache: cache}\n")
    (tmp_path / "cache").mkdir()
    output = snakemake(tmp_path, "--dry-run", "--printshellcmds").stdout
    jobs = counts(output)
    assert "bcftools csq" not in output
    assert jobs["predict_vep_consequences"] == jobs["annotate_variants"] == 1
    assert "vep --offline --cache --dir_cache cache" in output
    assert "--engine vep" in output


def test_no_case_waits_for_another(tmp_path: Path, snakemake: Snakemake) -> None:
    """All that a case's own files need, its gate and its report too, is its own or the run's."""
    folder = workspace(tmp_path, [T, N, row("C2-T", case="C2"), *RNA])
    made = ("report/C1.html", "report/C1.case.json", "qc/C1.gate.json")
    planned = snakemake(folder, "--dry-run", *(f"results/C1/{path}" for path in made)).stdout
    assert "gate_case" in planned
    assert "C2" not in planned
    assert "compare_samples" not in planned
    whole = snakemake(folder, "--dry-run").stdout
    waits = re.findall(r"rule (\w+):\n +input: [^\n]*results/run/identity", whole)
    assert set(waits) == {"gather_run", "index_run", "release_run"}


def test_rna_is_measured_and_gated_and_counted_but_calls_nothing(
    tmp_path: Path, snakemake: Snakemake
) -> None:
    folder = workspace(tmp_path, [T, *RNA, N])
    output = snakemake(folder, "--dry-run").stdout
    texts = re.split(r"^ *(?:local)?rule ", output, flags=re.MULTILINE)[1:]
    jobs = [text.split("Would remove")[0].split("\n\n")[0] for text in texts]
    reads = {job.split(":")[0] for job in jobs if "reads/rna" in job.split("params:")[0]}
    assert reads == {"trim_reads", "write_manifest"}
    touched = {job.split(":")[0] for job in jobs if re.search(r"C1-R\.\w", job)}
    assert touched == {
        *RNA_JOBS,
        "compare_samples",
        "summarise_run",
        "trim_reads",
        "gate_case",
        "recount_variants",
        "record_case",
        "show_reads",
        "write_manifest",
    } - {"index_rna_genome"}


def test_the_record_names_the_programs_that_rna_met(tmp_path: Path, snakemake: Snakemake) -> None:
    folder = workspace(tmp_path, [row("C1-T", vcf="c.vcf"), *RNA])
    output = snakemake(folder, "--dry-run", "--printshellcmds").stdout
    (command,) = commands(output, "record_case")
    assert re.search(r"--alignments results/C1/alignment/C1-R\.bam(\s|$)", command)
    assert re.search(r"--fastp results/C1/reads/C1-R\.fastp(\s|$)", command)


def test_a_run_of_calls_alone_has_no_run_quality(tmp_path: Path, snakemake: Snakemake) -> None:
    folder = workspace(tmp_path, [row("C1-T", vcf="c.vcf")])
    done = snakemake(folder, "--dry-run", "qc")
    assert "multiqc" not in done.stdout


def test_the_word_on_the_gates_comes_last(tmp_path: Path, snakemake: Snakemake) -> None:
    output = snakemake(workspace(tmp_path, [T, N, row("C2-T", case="C2")]), "--dry-run").stdout
    (job,) = re.findall(r"^ *(?:local)?rule release_run:\n(.*?)\n\n", output, re.M | re.S)
    waits = next(line for line in job.splitlines() if line.strip().startswith("input:"))
    for path in ("run/manifest.json", "run/multiqc.html", "run/qc.parquet"):
        assert f"results/{path}" in waits
    for case in ("C1", "C2"):
        assert f"results/{case}/report/{case}.html" in waits
        assert f"results/{case}/qc/{case}.gate.json" in waits
    reports = counts(snakemake(tmp_path, "--dry-run", "reports").stdout)
    assert "release_run" not in reports
    assert reports["write_report"] == 2


def test_an_acceptance_judges_its_own_case_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace(tmp_path, [T, row("C2-T", case="C2")]))
    config = tmp_path / "config/config.yaml"
    before = Plan(load_run())
    accepted = {"sample": "C1-T", "metric": "identity", "reason": "seen", "initials": "AB"}
    text = yaml.safe_load(config.read_text()) | {"accepted": [accepted]}
    config.write_text(yaml.safe_dump(text, sort_keys=False))
    after = Plan(load_run())
    jobs = [SimpleNamespace(case=case) for case in ("C1", "C2")]
    assert [before.asked(job) != after.asked(job) for job in jobs] == [True, False]


def commands(output: str, rule: str) -> list[str]:
    """The shell commands of a rule's jobs, from a dry run that prints them."""
    jobs = re.split(r"^ *(?:local)?rule ", output, flags=re.MULTILINE)[1:]
    return [job.split("Shell command:")[-1] for job in jobs if job.startswith(f"{rule}:")]


def test_rna_is_aligned_by_its_own_rule(tmp_path: Path, snakemake: Snakemake) -> None:
    folder = workspace(tmp_path, [T, *RNA])
    rna, dna = (f"results/C1/alignment/C1-{sample}.bam" for sample in "RT")
    planned = snakemake(folder, "--dry-run", "--printshellcmds", rna).stdout
    jobs = {"prepare_genome": 1, "index_rna_genome": 1, "trim_reads": 1, "align_rna": 1}
    assert counts(planned) == jobs
    (index,), (align,) = commands(planned, "index_rna_genome"), commands(planned, "align_rna")
    assert "cat genome/tiny.gff3 /dev/null | gzip" in index
    assert "--sjdbGTFfile" in index
    (trim,) = commands(planned, "trim_reads")
    home = r"results/C1/reads/C1-R\.fastp"
    lanes = [
        rf"--lane C1-R\.L{n} reads/rna{n}_R1\.fq \S+_R2\.fq {home}/C1-R\.L{n}\." for n in (1, 2)
    ]
    assert re.search(r"\S* ".join(lanes), trim)
    assert "gzip -dc results/C1/reads/C1-R.fastq.gz " in align
    assert r"@RG\tID:C1-R.L1\tSM:C1-R" in align
    assert r"@RG\tID:C1-R.L2\tSM:C1-R" in align
    assert "samtools markdup" in align
    jobs = {"prepare_genome": 1, "index_genome": 1, "align_reads": 1}
    assert counts(snakemake(folder, "--dry-run", dna).stdout) == jobs


def test_rna_without_annotation_is_aligned_without_known_junctions(
    tmp_path: Path, snakemake: Snakemake
) -> None:
    config = workspace(tmp_path, [T, *RNA]) / "config/config.yaml"
    config.write_text(config.read_text().replace("  annotation: genome/tiny.gff3\n", ""))
    target = "results/C1/alignment/C1-R.bam"
    planned = snakemake(tmp_path, "--dry-run", "--printshellcmds", target).stdout
    (index,) = commands(planned, "index_rna_genome")
    assert "--sjdbGTFfile" not in index


@pytest.mark.parametrize(
    ("umi", "option"),
    [
        ({"where": "inline", "length": 6, "skip": 1}, "--umi-inline 6 1"),
        ({"where": "read_name"}, "--umi-in-name"),
    ],
)
def test_a_umi_is_of_the_dna_only(
    tmp_path: Path, snakemake: Snakemake, umi: dict[str, object], option: str
) -> None:
    folder = workspace(tmp_path, [T, *RNA])
    library = {"kind": "hybrid_capture", "duplicates": "mark", "umi": umi}
    panel = yaml.safe_dump(panel_data(library=library), sort_keys=False)
    (folder / "config/panels/tiny/panel.yaml").write_text(panel)
    for sample, told, trimmer, aligner in (
        ("T", True, "align_reads", "align_reads"),
        ("R", False, "trim_reads", "align_rna"),
    ):
        target = f"results/C1/alignment/C1-{sample}.bam"
        planned = snakemake(folder, "--dry-run", "--printshellcmds", target).stdout
        assert [option in text for text in commands(planned, trimmer)] == [told]
        assert ["--barcode-rgx" in text for text in commands(planned, aligner)] == [told]


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


def test_judgements_reach_the_case_that_they_are_of(tmp_path: Path, snakemake: Snakemake) -> None:
    home = workspace(tmp_path, [T, row("C2-T", case="C2")])
    config = home / "config/config.yaml"
    config.write_text(config.read_text() + "curation: curation\n")
    plain = snakemake(home, "--dry-run", "--printshellcmds").stdout
    assert "--curation" not in plain
    log = home / "curation/C1.curation.jsonl"
    log.parent.mkdir()
    log.write_text("")
    told = snakemake(home, "--dry-run", "--printshellcmds").stdout
    assert re.findall(r"--curation (\S+)", told) == ["curation/C1.curation.jsonl"]
