"""The sentences: of a failure, of the counts, and of the whole run."""

from itertools import islice
from pathlib import Path

from .logs import broken, latest, present, reasons, tail
from .progress import Failure, Job, Progress, now

AGAIN = "what next: mend the cause and run the same command again; finished steps stay"
PAGE = "results/run/index.html"
REPORTS = "results/*/report/*.html"
ROWS = 8
"""At most so many running jobs are named."""

Line = tuple[str, str]
"""A text and the style of it."""


def span(seconds: float) -> str:
    """A length of time: 42 s, 3 min 10 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def of(attempt: int, progress: Progress, job: Job) -> str:
    """`2 of 3`, or `2` where it is not known how many there are."""
    attempts = progress.attempts.get(job.rule)
    return f"{attempt} of {attempts}" if attempts else f"{attempt}"


def cases(progress: Progress) -> str:
    """`cases: 7 done, 3 running, 1 failed, 989 waiting`; empty where no job has a case."""
    counts = progress.counts()
    if not progress.planned and not progress.begun:
        return ""
    text = "cases: " + ", ".join(f"{number} {state}" for state, number in counts.items())
    return f"{text}; {progress.before} done before" if progress.before else text


def counts(progress: Progress, *, submits: bool) -> str:
    """One line of how far it is, with the job that has been at it the longest."""
    share = f" ({100 * progress.done // progress.total} %)" if progress.total else ""
    parts = [f"jobs: {progress.done} of {progress.total} done{share}", cases(progress)]
    parts.append(f"failed jobs: {len(progress.failures)}" if progress.failures else "")
    for job in islice(progress.running.values(), 1):
        word = "submitted" if submits else "running"
        first = f"first of them {job.name}, {span(now() - job.since)}"
        parts.append(f"{word} jobs: {len(progress.running)}, {first}")
    return "; ".join(part for part in parts if part)


def block(progress: Progress, seconds: float, *, submits: bool) -> list[Line]:
    """The live block: time and jobs, cases, what runs now, and what failed."""
    share = f" ({100 * progress.done // progress.total} %)" if progress.total else ""
    head = f"{span(seconds)}; jobs: {progress.done} of {progress.total} done{share}"
    lines = [(head, "bold")]
    if text := cases(progress):
        lines.append((text, "bold"))
    if progress.running:
        lines.append(("submitted:" if submits else "running:", ""))
        for job in islice(progress.running.values(), ROWS):
            lines.append((f"  {job.name}, {span(now() - job.since)}", "cyan"))
        if (more := len(progress.running) - ROWS) > 0:
            lines.append((f"  and {more} more", "cyan"))
    if progress.failures:
        lines.append(("failed:", "red"))
        for failure in progress.failures[-3:]:
            lines.append((f"  {named(failure)}", "red"))
        if (more := len(progress.failures) - 3) > 0:
            lines.append((f"  and {more} before", "red"))
    return lines


def named(failure: Failure) -> str:
    """What failed, in one line."""
    names = [job.name for job in failure.jobs]
    return (
        names[0]
        if len(names) == 1
        else f"one of {', '.join(names[:4])}"
        + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    )


def failure(
    failed: Failure, what: str, ended: str | None, told: str | None, given: list[str]
) -> list[Line]:
    """All that is known of a failure.

    `what` is named where Snakemake told of no start; `ended` is the exit of the command, `told`
    the executor's message, and `given` the logs, the cluster's among them.
    """
    own = [path for job in failed.jobs for path in job.logs]
    outer = present(path for path in given if path not in own)
    several = len(failed.jobs) > 1
    blamed = {path for log in outer for path in broken(log)} if several else set(own)
    jobs = [job for job in failed.jobs if blamed & set(job.logs)] or list(failed.jobs)
    names = ", ".join(job.name for job in jobs) or what
    head = f"failed: {names}"
    if several:
        head = f"failed: {what}, {names if len(jobs) == 1 else f'one of {names}'}"
    if failed.attempts and failed.attempts > 1:
        head += f" (attempt {failed.attempt} of {failed.attempts})"
    lines = [(f"{head}, {ended}" if ended else head, "bold red")]
    if told:
        lines += [(f"  {line}", "red") for line in told.strip().split("\n")]
    if several:
        own = [path for path in own if path in blamed] or latest(own)
    lines += _logs(own, outer)
    lines.append((f"  {AGAIN}" if failed.final else "  it is tried again", "red"))
    return lines


def _logs(own: list[str], outer: list[str]) -> list[Line]:
    """Paths and ends of the rules' logs; the cluster's where they say nothing, or say why."""
    lines: list[Line] = []
    empty = True
    for path in own:
        lines.append((f"  log: {path}", "red"))
        shown = tail(path)
        empty = empty and not shown
        lines += [(f"    {line}", "") for line in shown]
    for path in outer:
        lines.append((f"  log of the cluster: {path}", "red"))
        lines += [(f"    {line}", "") for line in (tail(path) if empty else reasons(path))]
    return lines


def summary(progress: Progress, seconds: float, log: str) -> list[str]:
    """The end of a run: what was done, what failed, where the pages are."""
    failed = len(progress.failures)
    left = max(0, progress.total - progress.done - failed)
    parts = [f"{progress.done} jobs done", f"{failed} failed"]
    if left:
        parts.append(f"{left} not run")
    lines = [f"run ended: {', '.join(parts)}, {span(seconds)}"]
    if text := cases(progress):
        lines.append(text)
    if progress.failed:
        names = sorted(progress.failed)
        more = f" and {len(names) - 20} more" if len(names) > 20 else ""
        lines.append(f"failed cases: {', '.join(names[:20])}{more}")
    page = Path(PAGE)
    if page.exists():
        lines.append(f"all cases: {page.resolve()}")
    if next(Path().glob(REPORTS), None):
        lines.append(f"reports: {Path().resolve()}/{REPORTS.replace('*', '{case}')}")
    if left or failed:
        lines.append(AGAIN)
        if log:
            lines.append(f"everything that Snakemake said: {log}")
    return lines
