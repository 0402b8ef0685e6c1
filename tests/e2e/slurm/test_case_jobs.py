"""A case as one submission on a real SLURM, killed on the way."""

import os
import subprocess
from pathlib import Path

import pytest
from cluster import Cluster
from runs import OF_THIS_CLUSTER, copy_of, said, wait_for

from results import CASE, calls, record
from support import ROOT

RULES = ("prepare_run", "run_case", "finish_run")


def start(folder: Path) -> subprocess.Popen[bytes]:
    command = ["snakemake", "--snakefile", ROOT / "by_case.smk", "--directory", folder]
    profile = ["--profile", ROOT / "profiles/slurm", *OF_THIS_CLUSTER]
    sizes = ["--set-threads", *(f"{rule}=2" for rule in RULES)]
    sizes += ["--set-resources", *(f"{rule}:mem_mb=4000" for rule in RULES)]
    with (folder / "head.log").open("ab") as log:
        return subprocess.Popen(
            [*command, *profile, *sizes], stdout=log, stderr=log, env=os.environ
        )


@pytest.mark.whole
def test_a_case_that_was_killed_goes_on_from_its_finished_steps(
    light: Path, cluster: Cluster
) -> None:
    folder = copy_of(light, "by_case", "small_variants", "annotation", "interpretation", "report")
    bam = next((folder / f"results/{CASE}/alignment").glob("*D01-P01*.bam"))
    aligned = bam.stat().st_mtime_ns
    head = start(folder)
    job = wait_for(
        cluster, folder, lambda job: "run_case" in job.comment and job.state == "RUNNING", head
    )
    until_called = folder / f"results/{CASE}/small_variants"
    wait_for(cluster, folder, lambda _: any(until_called.glob("*.bcf")), head)
    cluster.cancel(job.id)
    assert head.wait(900) == 1, said(folder)[
        -3000:
    ]  # by its gate: so light a case has little depth
    assert "mean target depth" in said(folder)
    of_case = [job for job in cluster.jobs(folder) if "run_case" in job.comment]
    assert [job.state for job in of_case] == ["CANCELLED", "COMPLETED"]
    assert bam.stat().st_mtime_ns == aligned
    assert calls(folder) == calls(light)
    assert record(folder) == record(light)
