"""What breaks on a cluster costs time, and no result."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from cluster import Cluster, Job
from runs import CASE, asks, assert_undisturbed, copy_of, finish, said, start, until, wait_for

AFTER_ALIGNMENT = (
    *("small_variants", "rearrangements/*.delly*", "rearrangements/*.search*", "annotation"),
    *("biomarkers", "interpretation", "report"),
)


@dataclass(frozen=True)
class Disturbed:
    """A run that ended well although jobs, memory and nodes failed, and what was seen of it."""

    folder: Path
    jobs: list[Job]
    cancelled: Job
    on_dead_node: Job
    said: str


@pytest.fixture(scope="module")
def disturbed(light: Path, cluster: Cluster) -> Disturbed:
    """One run with three faults: too little memory, a job that is killed, a node that dies."""
    folder = copy_of(light, "disturbed", *AFTER_ALIGNMENT)
    little = "call_delly:mem_mb=150 if attempt == 1 else 800"
    head = start(folder, "reports", "--set-resources", little)

    def runs(rule: str) -> Job:
        return wait_for(cluster, folder, lambda job: of(job, rule) and job.state == "RUNNING", head)

    cancelled = runs("search_fusions")
    cluster.cancel(cancelled.id)
    on_dead_node = runs("calls")
    cluster.kill_node(on_dead_node.node)
    wait_for(
        cluster, folder, lambda job: job.id == on_dead_node.id and job.state == "PENDING", head
    )
    cluster.start_now(on_dead_node.id)  # SLURM lets such a job wait for two minutes
    finish(cluster, head, folder)
    cluster.start_node(on_dead_node.node)
    return Disturbed(folder, cluster.jobs(folder), cancelled, on_dead_node, said(folder))


def of(job: Job, rule: str) -> bool:
    """Whether a job is of a rule or group."""
    return job.comment.startswith(f"rule_{rule}_")


def of_rule(jobs: list[Job], rule: str) -> list[Job]:
    return [job for job in jobs if of(job, rule)]


def test_all_faults_together_change_no_result(
    disturbed: Disturbed, light: Path, cluster: Cluster
) -> None:
    assert_undisturbed(disturbed.folder, light, cluster)


def test_a_job_without_enough_memory_comes_back_with_more(disturbed: Disturbed) -> None:
    first, second = of_rule(disturbed.jobs, "call_delly")
    assert (first.state, first.memory) == ("FAILED", 150)
    assert (second.state, second.memory) == ("COMPLETED", 800)
    assert "exceeded memory limit" in disturbed.said


def test_a_killed_job_is_submitted_again(disturbed: Disturbed) -> None:
    first, second = of_rule(disturbed.jobs, "search_fusions")
    assert (first.id, first.state) == (disturbed.cancelled.id, "CANCELLED")
    assert second.state == "COMPLETED"


def test_a_job_on_a_dead_node_goes_back_to_the_queue(disturbed: Disturbed) -> None:
    (job,) = of_rule(disturbed.jobs, "calls")
    assert (job.id, job.state) == (disturbed.on_dead_node.id, "COMPLETED")
    assert job.node != disturbed.on_dead_node.node


def test_a_head_process_that_was_killed_starts_again(light: Path, cluster: Cluster) -> None:
    """Also: a node that takes no more jobs, and daemons that start anew while a job runs."""
    folder = copy_of(light, "killed", "interpretation", "biomarkers", "report")
    cluster.drain(cluster.nodes[0])
    head = start(folder)
    left = wait_for(cluster, folder, lambda job: job.state == "RUNNING", head)
    assert left.node == cluster.nodes[1]
    log = folder / f"logs/interpret_variants/{CASE}.log"
    until(log.exists, head)
    cluster.suspend(left.id)  # so that it has surely not ended when the next head process starts
    head.kill()
    head.wait()

    locked = start(folder)
    assert locked.wait(300) == 1
    assert "--unlock" in said(folder)
    assert start(folder, "--unlock").wait(300) == 0

    log.unlink()
    again = start(folder)
    job = wait_for(cluster, folder, lambda job: job.id != left.id and job.state == "RUNNING", again)
    until(log.exists, again)
    cluster.kill_slurmd(job.node)
    cluster.stop_controller()
    until(lambda: asks(again), again)
    cluster.start_node(job.node)
    cluster.start_controller()
    finish(cluster, again, folder)
    cluster.resume(cluster.nodes[0])

    assert f"left by an earlier run of {folder}: {left.id}" in said(folder)
    states = {job.id: job.state for job in cluster.jobs(folder)}
    assert states.pop(left.id) == "CANCELLED"
    assert set(states.values()) == {"COMPLETED"}
    assert {job.node for job in cluster.jobs(folder)} == {cluster.nodes[1]}
    assert_undisturbed(folder, light, cluster)
