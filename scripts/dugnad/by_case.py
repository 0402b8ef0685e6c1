"""Each case by a Snakemake of its own, so that a run of any size is planned case by case.

``by_case.smk`` uses this: which rules are a case's and which the whole run's, which files each
case has to make, and the command that each of its jobs runs. docs/scale.md tells why.
"""

import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dugnad.run import SCOPE, Run

SUBMITTED = ("prepare_run", "run_case", "finish_run")
"""The rules of ``by_case.smk`` with a Snakemake of their own in each job."""


def case_files(rules: Iterable[Any]) -> list[str]:
    """What the rules of the whole run read of its cases: what each case has to make.

    Args:
        rules: Snakemake's rules; those without wildcards name their inputs from the start.
    """
    whole = (rule for rule in rules if not rule.has_wildcards())
    read = (str(path) for rule in whole for path in rule.input if not callable(path))
    results = (path for path in read if path.startswith("results/"))
    return sorted({path for path in results if not path.startswith("results/run/")})


def rules_of(rules: Path) -> dict[str, bool]:
    """Each rule of the rule files in a folder, and whether it is of a case: its log says so."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(rules.glob("*.smk"))]
    parts = re.split(r"^(?:rule|checkpoint) (\w+):$", "\n".join(texts), flags=re.MULTILINE)
    named = zip(parts[1::2], parts[2::2], strict=True)
    return {name: f'"logs/{name}/{{case}}' in text for name, text in named}


class ByCase:
    """The commands of the Snakemakes that ``by_case.smk`` starts, and when to start them anew."""

    def __init__(self, run: Run, home: Path, deployment: Any) -> None:
        """``home``: the folder of the Snakefile; ``deployment``: Snakemake's settings of it."""
        self._run = run
        self._words = ["--snakefile", str(home / "Snakefile")]
        self._words += ["--configfile", str(run.files[0]), "--profile", "none"]
        self._words += ["--executor", "local", "--nolock", *_deployed(deployment)]
        rules = rules_of(home / "workflow/rules")
        self._of_case = [name for name, of_case in rules.items() if of_case]
        self._of_run = [name for name, of_case in rules.items() if not of_case]

    @property
    def shared(self) -> list[Path]:
        """What all cases read; not the sheet, of which each case has a part."""
        given = {path for sample in self._run.samples.values() for path in (sample.bam, sample.vcf)}
        apart = {*given, self._run.config.samples}
        return [path for path in self._run.inputs if path not in apart]

    def given(self, wildcards: Any) -> list[Path]:
        """The files that the sheet names for a case."""
        return list(self._run.cases[wildcards.case].given)

    def prepare(self) -> str:
        """Make what all cases share, as far as there are cases that need it."""
        kinds: dict[tuple[object, ...], str] = {}
        for case in self._run.cases.values():
            doors = tuple(sample.door for sample in case.samples)
            kinds.setdefault((case.panel.id, doors, case.rna is not None), case.id)
        omitted = ["--no-hooks", "--omit-from", *self._of_case]  # faulty reads stop no other case
        return self._command("cases", ",".join(kinds.values()), omitted)

    def case(self, wildcards: Any) -> str:
        """Make all of a case; what all cases share is there, and is not touched."""
        allowed = ["--allowed-rules", "cases", *self._of_case]
        return self._command("cases", wildcards.case, allowed)

    def finish(self) -> str:
        """Make what is of the whole run; the cases' files are there, and are not planned."""
        allowed = ["--no-hooks", "--allowed-rules", "all", *self._of_run]
        return self._command("all", "", allowed)

    def _command(self, target: str, cases: str, options: Iterable[str]) -> str:
        words = ["snakemake", target, *self._words, *options]
        return f"{SCOPE}={shlex.quote(cases)} {shlex.join(words)}"


def _deployed(settings: Any) -> Iterator[str]:
    """Snakemake's options on where tools come from, as they were given to the outer one."""
    methods = sorted(str(method) for method in settings.deployment_method)
    if methods:
        yield from ("--software-deployment-method", *methods)
    for option in ("conda_prefix", "apptainer_prefix", "apptainer_args"):
        if value := getattr(settings, option, None):
            yield f"--{option.replace('_', '-')}={value}"
