"""Each profile plans a run, and says where it runs and nothing else."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from builders import workspace
from support import ROOT, Snakemake

PROFILES = sorted(path.parent for path in (ROOT / "profiles").glob("*/config.yaml"))
NAMED = [path for path in PROFILES if path.name != "default"]
OF_SNAKEFILE = [path for path in NAMED if path.name != "kubernetes"]  # which is for cloud.smk
OF_RULES = {"set-resources", "set-threads", "groups", "group-components"}


def read(profile: Path) -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load((profile / "config.yaml").read_text())
    return found


@pytest.mark.parametrize("profile", OF_SNAKEFILE, ids=lambda path: path.name)
def test_it_plans(profile: Path, tmp_path: Path, snakemake: Snakemake) -> None:
    options = ["--dry-run", "--profile", str(profile)]
    if not shutil.which("apptainer"):  # Snakemake asks for it even when it only plans
        options += ["--software-deployment-method", "env-modules"]
    done = snakemake(workspace(tmp_path), *options)
    assert "align_reads" in done.stdout
    assert str(profile) in done.stderr
    assert "workflow specific profile profiles/default" in done.stderr


@pytest.mark.parametrize("profile", NAMED, ids=lambda path: path.name)
def test_it_repeats_neither_the_rules_nor_the_default(profile: Path) -> None:
    keys = read(profile).keys()
    assert not keys & OF_RULES
    assert not keys & read(ROOT / "profiles/default").keys()
    given = read(profile).get("default-resources", {})
    assert isinstance(given, dict)
    assert not given.keys() & {"mem_mb", "runtime", "threads", "disk_mb"}


def test_all_are_explained() -> None:
    text = (ROOT / "profiles/README.md").read_text()
    assert [path.name for path in PROFILES if f"| `{path.name}` |" not in text] == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("    job_state = Q", "running"),
        ("    job_state = R\n    comment = Exit_status = 0", "running"),
        ("    job_state = F\n    Exit_status = 0", "success"),
        ("    job_state = F\n    Exit_status = 271", "failed"),
        ("    job_state = F", "failed"),
        (None, "failed"),
    ],
)
def test_what_pbs_says_of_a_job(answer: str | None, said: str, tmp_path: Path) -> None:
    """By the fields of its manual: F is finished, 256 and more is killed by a signal."""
    qstat = tmp_path / "qstat"
    body = "exit 153" if answer is None else f"cat <<'E'\nJob Id: 7.host\n{answer}\nE"
    qstat.write_text(f"#!/bin/sh\n{body}\n")
    qstat.chmod(0o755)
    done = subprocess.run(
        [ROOT / "profiles/generic/status.sh", "7.host"],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"{said}\n"
