import sys
from pathlib import Path

from dugnad import code_digest
from dugnad.errors import UserError
from dugnad.memory import BESIDE, Memory
from dugnad.plan import Plan
from dugnad.run import CONFIG, load_run, missing_files
from dugnad.wildcards import NAME
from snakemake_logger_plugin_dugnad.plan import announce

CODE = code_digest()

try:
    if workflow.config_settings.config:
        raise UserError("--config is not used: what was asked stands in files; edit the file")
    given = workflow.config_settings.configfiles
    RUN = load_run(Path(given[-1]) if given else CONFIG)
    if workflow.is_main_process and (missing := missing_files(RUN)):
        raise UserError(missing)
except UserError as error:
    print(error, file=sys.stderr)
    sys.exit(2)

PLAN = Plan(RUN)
GENOME = PLAN.genome

# on a cluster each job is run by a Snakemake of its own, in the job's memory
memory = Memory(beside=lambda: 0 if workflow.local_exec else BESIDE)


wildcard_constraints:
    case=rf"(?!run/){NAME}",
    panel="|".join(RUN.panels),
    sample=NAME,
    chunk=r"\d+",
