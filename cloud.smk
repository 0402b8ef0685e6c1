# Each case as one pod, its reads and results in a store such as S3. docs/cloud.md.
import sys
from pathlib import Path

from snakemake.utils import min_version

from dugnad import code_digest
from dugnad.cloud import Cloud
from dugnad.errors import UserError
from dugnad.run import CONFIG, load_run

min_version("9.20")


configfile: "config/config.yaml"


# files that the sheet names lie in the store: Snakemake says which of them do not
try:
    given = workflow.config_settings.configfiles
    CLOUD = Cloud(load_run(Path(given[-1]) if given else CONFIG), Path(workflow.basedir))
except UserError as error:
    print(error, file=sys.stderr)
    sys.exit(2)


wildcard_constraints:
    case="[A-Za-z0-9-]+",


# the store keeps the archives; what the gates say of them ends the run in error, or not
rule release_cases:
    default_target: True
    input:
        archives=expand("archives/{case}.tar", case=CLOUD.cases),
        gates=expand("archives/{case}.gates.txt", case=CLOUD.cases),
    log:
        "logs/release_cases/run.log",
    retries: 0
    localrule: True
    resources:
        mem_mb=100,
        runtime=10,
    shell:
        "cat {input.gates} > {log}; if [ -s {log} ]; then cat {log} >&2; exit 1; fi"


# a run of one case, on the pod's own disk: the one place that says what a case may use
rule run_case:
    input:
        CLOUD.files,
    output:
        archive="archives/{case}.tar",
        gates="archives/{case}.gates.txt",
    log:
        "logs/run_case/{case}.log",
    benchmark:
        "benchmarks/run_case/{case}.tsv"
    threads: 8
    resources:
        mem_mb=lambda wildcards, attempt: 16000 * attempt,
        disk_mb=200000,
        runtime=lambda wildcards, attempt: 1440 * attempt,
    params:
        names=CLOUD.files,
        sources=CLOUD.sources,
        command=CLOUD.command,
        code=code_digest(),
    shell:
        "(work=$(mktemp -d {resources.tmpdir}/case.XXXXXX); trap 'rm -rf $work' EXIT;"
        " set -- {input:q}; for name in {params.names:q}; do"
        ' mkdir -p "$work/$(dirname "$name")"; ln -s "$(realpath "$1")" "$work/$name"; shift;'
        " done; cp -r {params.sources:q} $work;"
        " {params.command} --directory $work --cores {threads}"
        " --resources mem_mb={resources.mem_mb} -- reports;"
        " : > {output.gates};"
        " {params.command} --directory $work --cores {threads} -- all"
        " || cp $work/logs/release_run/run.log {output.gates};"
        " tar -cf {output.archive} -C $work --exclude results/run/genome"
        " results logs benchmarks)"
        " > {log} 2>&1"
