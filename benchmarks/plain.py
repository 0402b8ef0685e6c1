"""A plain Snakefile with the jobs of ours: the same rules, inputs and outputs, and nothing else."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import ROOT, output

BARE = ["--profile", "none", "--workflow-profile", "none", "--cores", "2"]
HEAD = """CASES = {cases}


wildcard_constraints:
    case="[A-Za-z0-9-]+",
    sample="[A-Za-z0-9-]+",


"""


RULES = """include: "{root}/Snakefile"


import json

print(json.dumps({{step.name: list(map(str, step.output)) for step in workflow.rules}}))
"""


@dataclass(frozen=True)
class Job:
    """A job as a dry run shows it."""

    rule: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    wildcards: tuple[tuple[str, str], ...]


def planned(folder: Path, cases: Sequence[str]) -> list[Job]:
    """The jobs of ours in a folder, if these were all cases; one of them comes last."""
    command = ["snakemake", "--snakefile", str(ROOT / "Snakefile"), "--dry-run", *BARE]
    text = output(command, folder, DUGNAD_CASES=",".join(cases))
    shown = text[text.index("Job stats:") :]
    parts = re.split(r"^ *(?:local)?rule (\w+):$", shown, flags=re.MULTILINE)
    return [_job(name, part) for name, part in zip(parts[1::2], parts[2::2], strict=True)]


def _job(rule: str, text: str) -> Job:
    def words(key: str) -> tuple[str, ...]:
        found = re.search(rf"^ *{key}: (.*)$", text, re.MULTILINE)
        return tuple(found[1].split(", ")) if found else ()

    pairs = (word.partition("=") for word in words("wildcards"))
    wildcards = tuple((name, value) for name, _, value in pairs)
    return Job(rule, words("input"), words("output"), wildcards)


def unused(folder: Path, jobs: Iterable[Job]) -> dict[str, list[str]]:
    """The outputs of our rules that have none of the jobs: other callers, other doors."""
    used = {job.rule for job in jobs}
    wrapper = folder / "rules.smk"
    wrapper.write_text(RULES.format(root=ROOT))
    text = output(["snakemake", "--snakefile", wrapper, "--list-rules", *BARE[:-2]], folder)
    line = next(line for line in text.splitlines() if line.startswith('{"'))
    rules: dict[str, list[str]] = json.loads(line)
    return {name: made for name, made in rules.items() if name not in used and made}


def snakefile(jobs: Iterable[Job], idle: Mapping[str, Sequence[str]], cases: Sequence[str]) -> str:
    """The plain Snakefile for ``cases``.

    Args:
        jobs: of the first two cases, which differ in nothing but their names.
        idle: outputs of rules that no job is of; Snakemake looks at them all the same.
        cases: for which the Snakefile is; their samples are named as the first's.
    """
    model, other = cases[:2]
    mine = [job for job in jobs if dict(job.wildcards).get("case") != other]
    by_rule: dict[str, list[Job]] = {}
    for job in mine:
        by_rule.setdefault(job.rule, []).append(job)
    bodies: dict[str, None] = {}
    for name, several in by_rule.items():
        texts = [_rule(job, model, other, {"case", "sample"}) for job in several]
        if len(set(texts)) > 1:  # a rule of its own for each sample, as no function may choose
            texts = [_rule(job, model, other, {"case"}) for job in several]
        unique = list(dict.fromkeys(texts))
        bodies |= {f"rule {name}_{n}:\n{text}": None for n, text in enumerate(unique)}
    ordered = sorted(bodies, key=lambda body: not body.startswith("rule all_"))
    ordered += [_idle(name, made) for name, made in idle.items()]
    return HEAD.format(cases=list(cases)) + "\n\n".join(ordered)


def _idle(name: str, made: Sequence[str]) -> str:
    """A rule of which no file is, as its wildcards match nothing."""
    wildcards = dict.fromkeys(re.findall(r"\{(\w+)", " ".join(made)))
    lines = [f"rule {name}_idle:", "    output:", *(f'        "{path}",' for path in made)]
    lines += ["    wildcard_constraints:", *(f'        {word}="(?!)",' for word in wildcards)]
    return "\n".join([*lines, "    shell:", '        "touch {output}"']) + "\n"


def _rule(job: Job, model: str, other: str, named: set[str]) -> str:
    """The rule behind a job, with the wildcards ``named`` and the chunk."""
    if "case" in dict(job.wildcards):
        inputs = [f'"{_pattern(path, job, named)}"' for path in job.inputs]
    else:
        inputs = [_of_all(path, model) for path in job.inputs if other not in path]
    outputs = [f'"{_pattern(path, job, named)}"' for path in job.outputs]
    lines = ["    input:", *(f"        {line}," for line in dict.fromkeys(inputs))]
    if outputs:
        lines += ["    output:", *(f"        {line}," for line in outputs)]
        lines += ["    shell:", '        "touch {output}"']
    return "\n".join(lines) + "\n"


def _pattern(path: str, job: Job, named: set[str]) -> str:
    """A path of a job with its wildcards in it, the longest name first."""
    for name, value in sorted(job.wildcards, key=lambda item: -len(item[1])):
        if name in named:
            path = path.replace(value, f"{{{name}}}")
        elif name == "chunk":
            path = re.sub(rf"\.{value}\.", "." + "{chunk}" + ".", path)
    return path


def _of_all(path: str, model: str) -> str:
    pattern = path.replace(model, "{case}")
    return f'expand("{pattern}", case=CASES)' if pattern != path else f'"{path}"'
