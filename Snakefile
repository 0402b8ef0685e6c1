# Dugnad: from reads to a molecular tumour-board report. This page is the table of contents.
from snakemake.utils import min_version

from dugnad.by_case import case_files
from dugnad.rule_functions import plan_quickly

min_version("9.20")


configfile: "config/config.yaml"


# one image for all rules, built from envs/dugnad.def, for --sdm apptainer
container: f"{workflow.basedir}/envs/dugnad.sif"


include: "workflow/rules/common.smk"
include: "workflow/rules/reads.smk"
include: "workflow/rules/alignment.smk"
include: "workflow/rules/qc.smk"
include: "workflow/rules/small_variants.smk"
include: "workflow/rules/copy_number.smk"
include: "workflow/rules/rearrangements.smk"
include: "workflow/rules/annotation.smk"
include: "workflow/rules/interpretation.smk"
include: "workflow/rules/biomarkers.smk"
include: "workflow/rules/report.smk"


SWEEP = r"find results -name '.*.*[0-9].tmp' -type f -delete 2> /dev/null || true"


# what the models cannot see, such as contigs that differ, is found before any work is done;
# the watch (profiles: logger) is told which cases there are; jobs that a head process which was
# killed left in the queue are cancelled, since this run does their work again
onstart:
    announce(workflow.dag)
    shell("dugnad check --config {RUN.files[0]:q}")
    if RUN.is_whole:
        known = "--if-known" if workflow.local_exec else ""
        shell("dugnad cancel-jobs {known}")


# what steps that were killed left half-written has names of its own, and goes
onsuccess:
    if RUN.is_whole:
        shell(SWEEP)


# cases that failed stand on the run's page too, as without a record
onerror:
    if RUN.is_whole:
        shell(SWEEP)
        shell(
            "dugnad index-run --config {RUN.files[0]:q} --existing"
            " --identity results/run/identity.parquet --output results/run/index.html || true"
        )
        shell(
            "[ ! -d benchmarks ] || dugnad report-efficiency --config {RUN.files[0]:q}"
            " --output results/run/efficiency.html --table results/run/efficiency.tsv || true"
        )


# release_run comes last, and fails when a sample does not pass its gate
rule all:
    default_target: True
    input:
        "results/run/index.html",
        "results/run/efficiency.html",
        "results/run/gates.tsv",
    localrule: True


# everything but the word on the gates
rule reports:
    input:
        "results/run/manifest.json",
        "results/run/index.html",
        "results/run/efficiency.html",
        reports=expand("results/{case}/report/{case}.html", case=RUN.cases),
        quality=PLAN.run_quality(),
    localrule: True


# only the run's quality page: for a laboratory that wants to see its reads first
rule qc:
    input:
        PLAN.run_quality(),
    localrule: True


# all that the rules above read of the cases: one case's where docs/scale.md says so
rule cases:
    input:
        case_files(workflow.rules),
    localrule: True


# jobs are submitted only where their number in the queue is said (--jobs)
plan_quickly(workflow.rules, is_local=workflow.resource_settings.nodes is None)
