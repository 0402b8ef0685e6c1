"""Jobs together: what a rule, a case or the whole run reserved, and what of it was used."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dugnad.report.efficiency.jobs import Job


@dataclass(frozen=True)
class Usage:
    """What jobs asked for and used; MB, seconds, minutes.

    ``peak_mb`` and ``asked_mb`` are those of the job with the largest; None where no job tells.
    The sums of CPU time and memory are over the jobs that were measured: ``measured`` of ``jobs``.
    """

    name: str
    jobs: int
    measured: int
    seconds: float
    longest: float
    core_seconds: float
    cpu_seconds: float
    idle_core_seconds: float
    peak_mb: float | None
    asked_mb: int | None
    unused_mb_seconds: float
    asked_minutes: int | None
    input_mb: float | None

    @property
    def ratio(self) -> float | None:
        """How many times the memory that was used was asked for."""
        return self.asked_mb / self.peak_mb if self.asked_mb and self.peak_mb else None

    @property
    def cpu_share(self) -> float | None:
        """The share of the reserved cores that worked, of the jobs that were measured."""
        held = self.cpu_seconds + self.idle_core_seconds
        return self.cpu_seconds / held if self.measured and held else None


def usage_of(name: str, jobs: Iterable[Job]) -> Usage:
    """The jobs' sums and largest figures."""
    found = list(jobs)
    measured = [job for job in found if job.peak_mb is not None]
    return Usage(
        name=name,
        jobs=len(found),
        measured=len(measured),
        seconds=sum(job.seconds for job in found),
        longest=max(job.seconds for job in found),
        core_seconds=sum(job.seconds * job.threads for job in found),
        cpu_seconds=sum(job.cpu_seconds or 0 for job in measured),
        idle_core_seconds=sum(_idle(job) for job in measured),
        peak_mb=max((job.peak_mb for job in measured if job.peak_mb), default=None),
        asked_mb=max((job.asked_mb for job in found if job.asked_mb), default=None),
        unused_mb_seconds=sum(_unused(job) for job in measured),
        asked_minutes=max((job.asked_minutes for job in found if job.asked_minutes), default=None),
        input_mb=max((job.input_mb for job in found if job.input_mb is not None), default=None),
    )


def _idle(job: Job) -> float:
    return max(0.0, job.seconds * job.threads - (job.cpu_seconds or 0))


def _unused(job: Job) -> float:
    """Memory that was asked for and never used, for as long as the job took."""
    if job.asked_mb is None or job.peak_mb is None:
        return 0
    return max(0.0, job.asked_mb - job.peak_mb) * job.seconds


def by(key: Callable[[Job], str | None], jobs: Iterable[Job]) -> list[Usage]:
    """One for each name that ``key`` gives, and none for None; the largest wasters first.

    By memory that was held and not used, then by idle cores.
    """
    groups: dict[str, list[Job]] = {}
    for job in jobs:
        if (name := key(job)) is not None:
            groups.setdefault(name, []).append(job)
    found = (usage_of(name, group) for name, group in groups.items())
    return sorted(found, key=lambda one: (-one.unused_mb_seconds, -one.idle_core_seconds, one.name))
