"""A case on a real SLURM: same results as here, few jobs, none that fails."""

from pathlib import Path

import pytest
from cluster import Cluster
from runs import CASE, assert_undisturbed, copy_of, files, finish, input_of, start

from dugnad import cluster as slurm
from dugnad.cli import main
from results import calls, record


def test_a_case_is_the_same_and_takes_few_jobs(light: Path, cluster: Cluster) -> None:
    folder = copy_of(light, "undisturbed", "")
    finish(cluster, start(folder), folder)
    jobs = cluster.jobs(folder)
    assert {job.state for job in jobs} == {"COMPLETED"}
    assert {job.node for job in jobs} == set(cluster.nodes)
    assert len(jobs) <= 12, "\n".join(f"{job.comment} {job.state}" for job in jobs)
    assert max(job.cpus for job in jobs) <= cluster.cpus
    assert max(job.memory for job in jobs) <= cluster.memory
    assert_undisturbed(folder, light, cluster)
    assert (folder / f"results/{CASE}/report/{CASE}.html").exists()
    assert list((folder / ".snakemake/slurm_logs").rglob("*.log")) == []


@pytest.mark.whole
def test_all_cases_of_the_demo_are_the_same(cohort: Path, cluster: Cluster) -> None:
    folder = input_of(cohort, "cohort")
    finish(cluster, start(folder), folder, seconds=5400)
    assert {job.state for job in cluster.jobs(folder)} == {"COMPLETED"}
    cases = [path.parents[1].name for path in cohort.glob("results/*/report/*.case.json")]
    assert len(cases) > 10
    for case in cases:
        assert calls(folder, case) == calls(cohort, case)
        assert record(folder, case) == record(cohort, case)
    assert files(folder) == files(cohort)
    assert list((cluster.folder / "scratch").iterdir()) == []


def test_without_accounting_squeue_is_asked(cluster: Cluster) -> None:
    assert cluster.node_states()
    assert slurm.status_command() == "squeue"


def test_only_jobs_of_snakemake_in_this_folder_are_cancelled(
    cluster: Cluster, tmp_path: Path
) -> None:
    """A user's other jobs, and those of runs in other folders, go on."""
    run = "dugnad_01234567-89ab-cdef-0123-456789abcdef"
    here, elsewhere = tmp_path / "a", tmp_path / "ab"
    here.mkdir()
    elsewhere.mkdir()
    numbers = {
        (folder, name): cluster.submit("sleep 600", name=name, folder=folder)
        for folder, name in ((here, run), (here, "mine"), (elsewhere, run))
    }
    assert slurm.left_jobs(here) == [numbers[here, run]]
    assert main(["cancel-jobs", "--folder", str(here)]) == 0
    states = {job.id: job.state for job in (*cluster.jobs(here), *cluster.jobs(elsewhere))}
    assert states.pop(numbers[here, run]) == "CANCELLED"
    assert not set(states.values()) & {"CANCELLED", "FAILED", "COMPLETED"}
    cluster.cancel(*states)
