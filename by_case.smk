# Each case as one job that runs a Snakemake of its own: for runs of many cases. docs/scale.md.
import sys
from pathlib import Path

from snakemake.utils import min_version

from dugnad import code_digest
from dugnad.by_case import ByCase
from dugnad.errors import UserError
from dugnad.plan import Plan
from dugnad.run import CONFIG, load_run, missing_files
from snakemake_logger_plugin_dugnad.plan import announce

min_version("9.20")


configfile: "config/config.yaml"


CODE = code_digest()

try:
    given = workflow.config_settings.configfiles
    RUN = load_run(Path(given[-1]) if given else CONFIG)
    if workflow.is_main_process and (missing := missing_files(RUN)):
        raise UserError(missing)
except UserError as error:
    print(error, file=sys.stderr)
    sys.exit(2)

PLAN = Plan(RUN)
BY_CASE = ByCase(RUN, Path(workflow.basedir), workflow.deployment_settings)


wildcard_constraints:
    case="[A-Za-z0-9-]+",


# what a head process that was killed left in the queue is cancelled: this run does that work again
onstart:
    announce(workflow.dag)
    known = "--if-known" if workflow.local_exec else ""
    shell("dugnad cancel-jobs {known}")


# cases that failed stand on the run's page too, as without a record
onerror:
    shell(
        "dugnad index-run --config {RUN.files[0]:q} --existing"
        " --identity results/run/identity.parquet --output results/run/index.html || true"
    )
    shell(
        "[ ! -d benchmarks ] || dugnad report-efficiency --config {RUN.files[0]:q}"
        " --output results/run/efficiency.html --table results/run/efficiency.tsv || true"
    )


rule by_case:
    default_target: True
    input:
        "results/run/by_case/finished",
    localrule: True


# what all cases share, such as the genome's index: once, before any case starts
rule prepare_run:
    input:
        BY_CASE.shared,
    output:
        touch("results/run/by_case/prepared"),
    log:
        "logs/prepare_run/run.log",
    benchmark:
        "benchmarks/prepare_run/run.tsv"
    threads: 4
    resources:
        mem_mb=lambda wildcards, attempt: 16000 * attempt,
        runtime=lambda wildcards, attempt: 720 * attempt,
    params:
        command=BY_CASE.prepare(),
        code=CODE,
    shell:
        "{params.command} --cores {threads} --resources mem_mb={resources.mem_mb} > {log} 2>&1"


# the one place that says what a case may use; steps within it wait for each other's memory
rule run_case:
    input:
        prepared="results/run/by_case/prepared",
        reads=BY_CASE.given,
    output:
        touch("results/run/by_case/{case}.done"),
    log:
        "logs/run_case/{case}.log",
    benchmark:
        "benchmarks/run_case/{case}.tsv"
    threads: 4
    resources:
        mem_mb=lambda wildcards, attempt: 16000 * attempt,
        runtime=lambda wildcards, attempt: 1440 * attempt,
    params:
        command=BY_CASE.case,
        asked=PLAN.asked,
        code=CODE,
    shell:
        "{params.command} --cores {threads} --resources mem_mb={resources.mem_mb} > {log} 2>&1"


# what is of the whole run: quality, index, manifest; and an error when a gate is not passed
rule finish_run:
    input:
        expand("results/run/by_case/{case}.done", case=RUN.cases),
    output:
        touch("results/run/by_case/finished"),
    log:
        "logs/finish_run/run.log",
    benchmark:
        "benchmarks/finish_run/run.tsv"
    retries: 0  # a gate that is not passed is not passed a second time
    threads: 2
    resources:
        mem_mb=lambda wildcards, attempt: 8000 * attempt,
        runtime=lambda wildcards, attempt: 240 * attempt,
    params:
        command=BY_CASE.finish(),
        code=CODE,
    shell:
        "{params.command} --cores {threads} --resources mem_mb={resources.mem_mb} > {log} 2>&1"
