import sys
from pathlib import Path

from dugnad import code_digest
from dugnad.errors import UserError
from dugnad.run import CONFIG, load_run

CODE = code_digest()
CHECKED = ancient("results/run/inputs.json")

try:
    if workflow.config_settings.config:
        raise UserError("--config is not used: what was asked stands in files; edit the config file")
    RUN = load_run(Path(workflow.configfiles[-1]) if workflow.configfiles else CONFIG)
except UserError as error:
    print(error, file=sys.stderr)
    sys.exit(2)

GENOME = f"results/run/genome/{RUN.config.genome.name}.fa"


wildcard_constraints:
    case="|".join(RUN.cases),
    sample="|".join(RUN.samples),
    lane=r"L\d+",
    chunk=r"\d+",


def case_of(wildcards):
    return RUN.cases[wildcards.case]


def sample_of(wildcards):
    return RUN.samples[wildcards.sample]


def panel_file(wildcards):
    return RUN.config.panels / case_of(wildcards).panel.id / "panel.yaml"


def targets(wildcards):
    return case_of(wildcards).panel.targets


def hotspots(wildcards):
    return case_of(wildcards).panel.hotspots or []


def alignments(wildcards):
    """The case's BAM files, tumour first."""
    case = case_of(wildcards)
    return [f"results/{case.id}/alignment/{sample.id}.bam" for sample in case.samples]


def samples_by(door):
    """A wildcard constraint: the samples that come in by one door."""
    return "|".join(s.id for s in RUN.samples.values() if s.door == door) or "none"


def option(name, value):
    """``--name value`` for the shell, or nothing when the value is absent."""
    return f"--{name} {value}" if value else ""


# first of all: what the models cannot see, such as contigs that differ, is found before any work
rule check_inputs:
    input:
        RUN.files,
    output:
        "results/run/inputs.json",
    log:
        "logs/check_inputs/run.log",
    benchmark:
        "benchmarks/check_inputs/run.tsv"
    localrule: True
    resources:
        mem_mb=500,
        runtime=30,
    params:
        config=RUN.files[0],
        code=CODE,
    shell:
        "dugnad check --config {params.config} --output {output} 2> {log}"
