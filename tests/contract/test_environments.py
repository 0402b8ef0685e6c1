"""On a node that has only a rule's environment, each program that the rule calls is there."""

import ast
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from shell_commands import Rule, commands, rules

from dugnad.cli import VERBS

ROOT = Path(__file__).parents[2]
RULES = rules([p for p in sorted((ROOT / "workflow/rules").glob("*.smk")) if p.stem != "common"])

# what every Linux has, and what the shell does itself
BASE = {
    *("awk", "basename", "cat", "cp", "dirname", "grep", "gzip", "ln", "mktemp", "mv", "paste"),
    *("printf", "realpath", "rm", "sed", "stat", "tail", "tee", "wc"),
    *("[", "cd", "echo", "export", "exit", "set", "test", "trap", "true"),
}
# Snakemake's own environment brings these; it stays on PATH behind the rule's
OWN = {"dugnad"}
# the conda package that brings a program
PACKAGES = {
    "STAR": "star",
    "arriba": "arriba",
    "art_illumina": "art",
    "bcftools": "bcftools",
    "bgzip": "htslib",
    "bwa": "bwa",
    "configManta.py": "manta",
    "delly": "delly",
    "fastp": "fastp",
    "freebayes": "freebayes",
    "gatk": "gatk4",
    "kallisto": "kallisto",
    "lofreq": "lofreq",
    "mosdepth": "mosdepth",
    "msisensor-pro": "msisensor-pro",
    "multiqc": "multiqc",
    "pizzly": "pizzly",
    "samtools": "samtools",
    "testsomatic.R": "vardict-java",
    "teststrandbias.R": "vardict-java",
    "var2vcf_paired.pl": "vardict-java",
    "var2vcf_valid.pl": "vardict-java",
    "vardict-java": "vardict-java",
    "vep": "ensembl-vep",
}
# Debian 12 has none of these; multiqc comes with Dugnad's own Python
NOT_IN_DEBIAN = {
    *(
        "arriba",
        "configManta.py",
        "gatk",
        "lofreq",
        "msisensor-pro",
        "multiqc",
        "vardict-java",
        "vep",
    ),
    *("testsomatic.R", "teststrandbias.R", "var2vcf_paired.pl", "var2vcf_valid.pl"),
}
# our modules that start programs, and which: people's own (git) and a cluster's (sacct) are not
# part of any environment
STARTERS: dict[str, set[str]] = {
    "dugnad.cancel_jobs": set(),
    "dugnad.cluster": set(),
    "dugnad.demo.sequencer": {"art_illumina"},
    "dugnad.panel_normals": set(),
    "dugnad.reads.trim_reads": {"fastp"},
    "dugnad.report.efficiency.accounting": set(),
}


def environment(name: str) -> set[str]:
    """The packages that a file in envs/ asks for."""
    text = (ROOT / f"envs/{name}.yaml").read_text()
    return set(re.findall(r"^  - ([\w-]+)=", text, re.MULTILINE))


@cache
def imported(module: str) -> frozenset[str]:
    """A module and all of ours that it imports, those that they import too."""
    path = ROOT / "scripts" / f"{module.replace('.', '/')}.py"
    if not path.exists():
        return frozenset()
    found = {module}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dugnad"):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            for name in (str(node.module), *names):
                found |= imported(name) if name not in found else set()
    return frozenset(found)


def started_by(verb: str) -> set[str]:
    """The programs that one of our verbs may start."""
    return set().union(*(STARTERS.get(name, set()) for name in imported(VERBS[verb].module)))


def programs(rule: Rule) -> set[str]:
    """All programs that a rule's command calls, in whatever form its parameters choose."""
    found: set[str] = set()
    texts = [rule.shell]
    while texts:
        for words in commands(texts.pop()):
            program = words[0]
            if place := re.fullmatch(r"@params\.(\w+)@", program):
                chosen = rule.chosen(place[1])
                assert chosen, f"rule {rule.name}: cannot see what {program} puts in"
                texts += chosen
            elif program == "dugnad":
                verbs = [words[1], *(verb for word, verb in pairwise(words) if word == "--then")]
                found |= {program}.union(*map(started_by, verbs))
            elif not program.startswith("$"):  # made by a program called before
                found.add(program)
    return found - BASE


def test_each_environment_brings_the_programs_that_its_rules_call() -> None:
    gaps = []
    for rule in RULES:
        there = environment(rule.environment) if rule.environment else set()
        for program in sorted(programs(rule) - OWN):
            package = PACKAGES.get(program)
            if package is None:
                gaps.append(f"rule {rule.name} calls {program}, of no known package")
            elif rule.environment is None:
                gaps.append(f"rule {rule.name} calls {program} and has no conda:")
            elif package not in there:
                file = f"envs/{rule.environment}.yaml"
                gaps.append(f"rule {rule.name} calls {program}: add {package} to {file}")
    assert not gaps, "\n".join(gaps)


def test_no_environment_brings_what_nobody_calls() -> None:
    called: dict[str, set[str]] = {"art": {"art"}}
    for rule in RULES:
        if rule.environment:
            packages = {PACKAGES.get(program, "") for program in programs(rule)}
            called.setdefault(rule.environment, set()).update(packages)
    idle = {name: environment(name) - wanted for name, wanted in called.items()}
    assert {name: packages for name, packages in idle.items() if packages} == {}


def test_debian_has_the_same_programs() -> None:
    lines = (ROOT / "envs/debian.txt").read_text().splitlines()
    there = {line.split()[1] for line in lines if line.strip() and not line.startswith("#")} - {"-"}
    called = set().union(*(programs(rule) for rule in RULES)) - OWN | {"art_illumina"}
    assert called - NOT_IN_DEBIAN <= there, "add to envs/debian.txt"
    assert there <= called, "nobody calls these"
    assert not there & NOT_IN_DEBIAN


def test_every_module_that_starts_programs_is_known() -> None:
    found = set()
    for path in (ROOT / "scripts/dugnad").rglob("*.py"):
        if re.search(r"^\s*(import subprocess|from subprocess)", path.read_text(), re.MULTILINE):
            found.add(".".join(path.relative_to(ROOT / "scripts").with_suffix("").parts))
    assert found == set(STARTERS)


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("a x | b > {log} 2>&1", ["a", "b"]),
        ("(t=$(mktemp -d {x.y}/a.X); trap 'rm -r $t' EXIT; A=1 b -c 'd | e') 2> {log}", None),
        ("if a; then b; else c; fi && ! d || {{ e; }}", ["a", "b", "c", "d", "e"]),
        ('case {x:q} in *.gz) a x ;; *|b) c "$(d {x})" ;; esac && e', ["a", "d", "c", "e"]),
        ("a <(b {x} | c 'd') <(e f) -g || h -$((1 + {y} * 2))m i", ["b", "c", "e", "a", "h"]),
        ('f() {{ a "$@" > $w 2>&1; }}; f b; [ $(c -d) -lt 2 ] || e', ["a", "c", "[", "e"]),
    ],
)
def test_shell_text_is_read_as_a_shell_would(text: str, called: list[str] | None) -> None:
    assert [words[0] for words in commands(text)] == (called or ["mktemp", "trap", "b"])


def test_a_choice_of_a_parameter_is_seen() -> None:
    by_name = {rule.name: rule for rule in RULES}
    assert {"var2vcf_paired.pl", "testsomatic.R", "vardict-java"} <= programs(
        by_name["call_vardict"]
    )
    assert "fastp" in programs(by_name["trim_reads"])
