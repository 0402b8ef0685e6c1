"""Each case by a Snakemake of its own: what the outer one plans, and what each inner one may do."""

import re
import shlex
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from builders import row, workspace
from dugnad.by_case import SUBMITTED, ByCase, rules_of
from dugnad.errors import UserError
from dugnad.run import SCOPE, load_run
from dugnad.wildcards import NAME, one_of
from support import ROOT, Snakemake

TWO = [row("C1-T"), row("C1-N", "normal"), row("C2-T", case="C2")]
RULES = ROOT / "workflow/rules"


def by_case() -> ByCase:
    """The commands for the run in the working folder."""
    return ByCase(load_run(), ROOT, SimpleNamespace(deployment_method=set()))


def planned(command: str, folder: Path) -> dict[str, int]:
    """Jobs per rule that a command would run."""
    words = f"{command} --cores 2 --dry-run --workflow-profile none"
    done = subprocess.run(words, shell=True, cwd=folder, capture_output=True, text=True, check=True)
    table = re.findall(r"^(\w+)\s+(\d+)$", done.stdout + done.stderr, re.MULTILINE)
    return {name: int(number) for name, number in table if name != "total"}


@pytest.mark.parametrize(
    ("found", "inside", "outside"),
    [
        ("", "", "A B C"),
        ("A B C", "A B C", ""),
        ("B", "B", "A C"),
        ("A C", "A C", "B"),
        ("A A1", "A A1", "B A-1 B-A"),
    ],
)
def test_a_constraint_lets_in_what_it_should(found: str, inside: str, outside: str) -> None:
    pattern = re.compile(one_of(found.split(), ["A", "B", "C", *outside.split(), *inside.split()]))
    assert all(pattern.fullmatch(name) for name in inside.split())
    assert not any(pattern.fullmatch(name) for name in outside.split())


def test_a_constraint_of_all_does_not_grow() -> None:
    names = [f"C{n}" for n in range(1000)]
    assert one_of(names, names) == NAME


def test_rules_are_told_apart_as_snakemake_does(tmp_path: Path) -> None:
    """Those of a case have the wildcard of one; all of our rules are seen."""
    wrapper = tmp_path / "wrapper.smk"
    seen = "for step in workflow.rules: print('SEEN', step.name, 'case' in step.wildcard_names)"
    wrapper.write_text(f'include: "{ROOT}/Snakefile"\n\n\n{seen}\n')
    folder = workspace(tmp_path / "run", TWO)
    command = ["snakemake", "--snakefile", wrapper, "--directory", folder, "--list-rules"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    found = dict(re.findall(r"^SEEN (\w+) (\w+)$", shown.stdout + shown.stderr, re.MULTILINE))
    for name in ("all", "reports", "qc", "cases"):
        assert found.pop(name) == "False"
    assert {name: str(of_case) for name, of_case in rules_of(RULES).items()} == found


def test_the_outer_snakemake_plans_a_job_a_case(tmp_path: Path) -> None:
    folder = workspace(tmp_path, TWO)
    command = f"snakemake --snakefile {shlex.quote(str(ROOT / 'by_case.smk'))}"
    jobs = {"prepare_run": 1, "run_case": 2, "finish_run": 1, "by_case": 1}
    assert planned(command, folder) == jobs
    assert set(SUBMITTED) == jobs.keys() - {"by_case"}


def test_what_is_shared_is_made_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a case, and nothing that waits for cases."""
    monkeypatch.chdir(workspace(tmp_path, TWO))
    commands, of_case = by_case(), rules_of(RULES)
    shared = planned(commands.prepare(), tmp_path)
    assert shared["index_genome"] == 1
    assert not any(of_case[name] for name in shared)
    assert not any(name in shared for name in ("index_run", "gather_run", "release_run"))


def test_a_case_without_what_is_shared_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two cases that made the genome's index at the same time would spoil it."""
    monkeypatch.chdir(workspace(tmp_path, TWO))
    command = by_case().case(SimpleNamespace(case="C1"))
    with pytest.raises(subprocess.CalledProcessError) as fault:
        planned(command, tmp_path)
    assert "Missing input files" in fault.value.stdout
    assert "results/run/" in fault.value.stdout


def test_only_the_cases_that_the_environment_names_are_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace(tmp_path, TWO))
    monkeypatch.setenv(SCOPE, "C2")
    run = load_run()
    assert list(run.cases) == ["C2"]
    assert not run.is_whole
    monkeypatch.setenv(SCOPE, "C2,C3")
    with pytest.raises(UserError, match=r"DUGNAD_CASES: no such case .*'C3'.*; mend or unset it"):
        load_run()
    monkeypatch.delenv(SCOPE)
    assert load_run().is_whole


def test_an_unknown_case_is_told(tmp_path: Path, snakemake: Snakemake) -> None:
    folder = workspace(tmp_path, TWO)
    done = snakemake(folder, "-n", "results/C9/report/C9.case.json", check=False)
    assert done.returncode == 1
    assert "no case 'C9' in config/samples.tsv" in done.stdout + done.stderr
