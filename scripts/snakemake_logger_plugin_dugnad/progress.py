"""Where the run stands: counts of jobs and cases, kept from Snakemake's events.

Every event is handled in constant time, whatever the number of jobs; nothing is written here.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Job:
    """A job that was started: `since` in seconds of the monotonic clock."""

    number: int
    rule: str
    case: str | None
    sample: str | None
    logs: tuple[str, ...]
    since: float

    @property
    def name(self) -> str:
        """Rule, and case or sample: never another text of the sheet."""
        return " ".join(part for part in (self.rule, self.case, self.sample) if part)


@dataclass(frozen=True)
class Failure:
    """One job, or one group of jobs, that ended in error."""

    jobs: tuple[Job, ...]
    attempt: int
    attempts: int | None
    """How often it is tried in all; None where that is not known."""

    @property
    def final(self) -> bool:
        """It is not tried again."""
        return self.attempts is None or self.attempt >= self.attempts

    @property
    def cases(self) -> list[str]:
        """The cases that it stops, each once."""
        return list(dict.fromkeys(job.case for job in self.jobs if job.case))


@dataclass
class Progress:
    """The state of one run."""

    total: int = 0
    done: int = 0
    before: int = 0
    planned: dict[str, int] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)
    running: dict[int, Job] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    begun: dict[str, float] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    busy: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    tries: Counter[int] = field(default_factory=Counter)

    def plan(self, cases: Mapping[str, int], attempts: Mapping[str, int], before: int) -> None:
        """Take in the plan of `plan.announce`."""
        self.planned = dict(cases)
        self.attempts = dict(attempts)
        self.before = before

    def start(self, job: Job) -> bool:
        """A job starts, or is submitted; true when it is the first of its case."""
        if job.number in self.running:
            return False
        self.running[job.number] = job
        if not job.case:
            return False
        self.busy[job.case] += 1
        if job.case in self.begun:
            return False
        self.begun[job.case] = job.since
        return True

    def finish(self, number: int) -> Job | None:
        """A job is done; the job, when its case is now done too."""
        job = self._leave(number)
        if job is None or not job.case:
            return None
        self.ended[job.case] += 1
        if self.ended[job.case] != self.planned.get(job.case):
            return None
        self.finished.add(job.case)
        return job

    def fail(self, numbers: Sequence[int]) -> Failure:
        """A job, or all jobs of a group together, ended in error."""
        jobs = tuple(job for job in map(self._leave, numbers) if job)
        for number in numbers:
            self.tries[number] += 1
        attempt = max((self.tries[number] for number in numbers), default=1)
        known = [self.attempts[job.rule] for job in jobs if job.rule in self.attempts]
        failure = Failure(jobs, attempt, max(known) if known else None)
        if failure.final:
            self.failures.append(failure)
            self.failed.update(failure.cases)
        return failure

    def retry(self, number: int) -> None:
        """A job that was taken for failed is tried again: only where no plan was told."""
        for failure in self.failures:
            if failure.attempts is None and number in {job.number for job in failure.jobs}:
                self.failures.remove(failure)
                self.failed = {case for other in self.failures for case in other.cases}
                return

    def attempt(self, number: int) -> int:
        """The how-manieth time a job is being tried, from 1."""
        return self.tries[number] + 1

    def counts(self) -> dict[str, int]:
        """Cases by state, each case once; `waiting` only where the plan is known."""
        running = sum(1 for case in self.busy if case not in self.failed)
        cases = {"done": len(self.finished), "running": running, "failed": len(self.failed)}
        known = len(self.planned)
        if known:
            cases["waiting"] = max(0, known - sum(cases.values()))
        return cases

    def _leave(self, number: int) -> Job | None:
        job = self.running.pop(number, None)
        if job and job.case:
            self.busy[job.case] -= 1
            if not self.busy[job.case]:
                del self.busy[job.case]
        return job


def now() -> float:
    """Seconds of a clock that only goes forward."""
    return time.monotonic()
