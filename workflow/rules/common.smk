import sys
from pathlib import Path

from dugnad import code_digest
from dugnad.errors import UserError
from dugnad.plan import Plan
from dugnad.run import CONFIG, load_run

CODE = code_digest()
CHECKED = ancient("results/run/inputs.json")

try:
    if workflow.config_settings.config:
        raise UserError("--config is not used: what was asked stands in files; edit the file")
    RUN = load_run(Path(workflow.configfiles[-1]) if workflow.configfiles else CONFIG)
except UserError as error:
    print(error, file=sys.stderr)
    sys.exit(2)

PLAN = Plan(RUN)
GENOME = PLAN.genome


wildcard_constraints:
    case="|".join(RUN.cases),
    sample="|".join(RUN.samples),
    lane=r"L\d+",
    chunk=r"\d+",


# first of all: what the models cannot see, such as contigs that differ, is found before any work
rule check_inputs:
    input:
        RUN.inputs,
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
