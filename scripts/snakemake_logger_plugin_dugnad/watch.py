"""From Snakemake's events to what a person reads: a live block on a terminal, else plain lines."""

import logging
import re
import time
from collections.abc import Callable
from typing import Any, TextIO

from snakemake_interface_logger_plugins.common import LogEvent

from . import tell
from .logs import exit_of, take_exit
from .lost import Lost
from .plan import PLANNED
from .progress import Failure, Job, Progress, now
from .screen import Screen

_COMPLETE = "Complete log(s): "
_RESTART = re.compile(r"Trying to restart job (\d+)\.")
_MISSING = re.compile(r"Job (\d+) +completed successfully, but some output files are missing")
_SUBMITTED = re.compile(r"Job \S+ has been submitted with SLURM jobid ")
_KEPT = ("Terminating", "Shutting down", "Will exit", "Nothing to be done")
"""Snakemake's messages without an event that are shown while jobs run."""


class Watch:
    """One run of Snakemake, as a person sees it."""

    def __init__(
        self, stream: TextIO, own: logging.Handler, quiet: set[str], *, colour: bool
    ) -> None:
        """`quiet` are the words given to --quiet: `progress` silences what is not an error."""
        self.progress = Progress()
        self.own = own
        self.silent = bool({"all", "progress"} & quiet)
        self.screen = Screen(stream, self.progress, live=not self.silent, colour=colour)
        self.lost = Lost(self.progress, self._warn)
        self.begun: float | None = None
        self.submits = False
        self.log = ""
        self.ends: list[tuple[str, str]] = []
        self.grouped: set[int] = set()
        self.told_of_group = False
        self.lock = self.screen.lock
        self.handlers: dict[Any, Callable[[Any], bool]] = {
            LogEvent.RUN_INFO: self._run,
            LogEvent.RESOURCES_INFO: self._resources,
            LogEvent.GROUP_INFO: self._group,
            LogEvent.JOB_INFO: self._job,
            LogEvent.JOB_FINISHED: self._finished,
            LogEvent.JOB_ERROR: self._error,
            LogEvent.GROUP_ERROR: self._group_error,
            LogEvent.PROGRESS: self._done,
            LogEvent.ERROR: self._message,
        }

    def takes(self, record: logging.LogRecord) -> bool:
        """Show an event; false where Snakemake's own handler shall write it."""
        with self.lock:
            event = getattr(record, "event", None)
            if handler := self.handlers.get(event):
                taken = handler(record)
            elif hasattr(record, PLANNED):
                self.progress.plan(**getattr(record, PLANNED))
                taken = True
            else:
                taken = self._other(record, event)
            if not taken and self.screen.is_live:
                return self._write_above(record)
            return taken

    def give_up(self) -> None:
        """After an error in here: leave the terminal as it was found, and show no more."""
        self.screen.close()
        self.lost.close()
        self.handlers = {}
        self.begun = None

    def close(self) -> None:
        """Say what was done, and where it is."""
        self.lost.close()
        with self.lock:
            self.screen.close()
            if self.begun is None:
                return
            if not self.silent or self.progress.failures:
                seconds, self.begun = now() - self.begun, None
                for line in tell.summary(self.progress, seconds, self.log):
                    self.screen.say(line, "bold")

    # one method per event; each returns whether it was shown or is not to be shown

    def _run(self, record: Any) -> bool:
        self.begun = now()
        self.progress.total = int(record.stats.get("total", 0))
        self._say(f"{self.progress.total} jobs to do")
        return True

    def _resources(self, record: Any) -> bool:
        self.submits = self.submits or hasattr(record, "nodes")
        self.screen.submits = self.submits
        return False

    def _group(self, _: Any) -> bool:
        """The group's jobs follow, each with an event of its own."""
        self.told_of_group = False
        return True

    def _job(self, record: Any) -> bool:
        wildcards = record.wildcards or {}
        job = Job(
            record.jobid,
            record.rule_name,
            wildcards.get("case"),
            wildcards.get("sample"),
            tuple(record.log or ()),
            now(),
        )
        if self.progress.start(job):
            self._say(f"case {job.case} {'submitted' if self.submits else 'started'}")
        elif (attempt := self.progress.attempt(job.number)) > 1 and not (
            record.indent and self.told_of_group
        ):
            self.told_of_group = True
            self._say(f"{job.name}: attempt {tell.of(attempt, self.progress, job)}")
        self.screen.start()
        return True

    def _finished(self, record: Any) -> bool:
        if last := self.progress.finish(record.job_id):
            case = str(last.case)
            seconds = now() - self.progress.begun[case]
            self._say(f"case {case} done in {tell.span(seconds)}", "green")
        return True

    def _done(self, record: Any) -> bool:
        self.progress.done, self.progress.total = record.done, record.total
        if record.done == record.total:
            self.screen.close()
        return True

    def _error(self, record: Any) -> bool:
        if record.jobid in self.grouped:  # told with its group
            self.grouped.discard(record.jobid)
            return True
        failure = self.progress.fail([record.jobid])
        ended = take_exit(self.ends, record.shellcmd)
        self._failed(failure, record.rule_name, ended, record.rule_msg, record.log)
        return True

    def _group_error(self, record: Any) -> bool:
        jobs = record.job_error_info
        numbers = [job["jobid"] for job in jobs]
        self.grouped.update(numbers)
        failure = self.progress.fail(numbers)
        told = getattr(record, "external_jobid", None)
        told = f"job {told} of the cluster" if told else None
        self._failed(failure, f"group {record.groupid}", None, told, record.aux_logs)
        return True

    def _message(self, record: Any) -> bool:
        """Errors: a failed command's is kept for its job, everything else is shown at once."""
        if self.begun is None:
            return False
        text = str(record.getMessage())
        if ended := exit_of(text):
            self.ends.append(ended)
            return True
        if found := _MISSING.search(text):
            self._failed(self.progress.fail([int(found[1])]), "a job", None, text, [])
            return True
        return False

    def _other(self, record: logging.LogRecord, event: Any) -> bool:
        if self.begun is None or record.levelno >= logging.WARNING:
            if "Exiting because a job execution failed" in str(record.msg):
                self.screen.close()
                return True
            return False
        if event is not None:
            return bool(event != LogEvent.SHELLCMD)
        text = str(record.msg)
        if found := _RESTART.match(text):
            self.progress.retry(int(found[1]))
        if _SUBMITTED.match(text):
            self.lost.start()
        if text.startswith(_COMPLETE):
            self.log = text.removeprefix(_COMPLETE)
        return not text.startswith(_KEPT)

    def _write_above(self, record: logging.LogRecord) -> bool:
        """Snakemake's own text, above the live block."""
        if self.own.filter(record):
            colour = "red" if record.levelno >= logging.ERROR else "yellow"
            self.screen.say(self.own.format(record), colour)
        return True

    def _failed(self, failure: Failure, what: str, *told: Any) -> None:
        """Failures are shown however quiet it shall be."""
        (head, style), *lines = tell.failure(failure, what, *told)
        self.screen.say_all([(f"{clock()} {head}", style), *lines])

    def _warn(self, text: str) -> None:
        with self.lock:
            self.screen.say(f"{clock()} {text}", "bold red")

    def _say(self, text: str, style: str = "") -> None:
        if not self.silent:
            self.screen.say(f"{clock()} {text}", style)


def clock() -> str:
    """The time of day."""
    return time.strftime("[%H:%M:%S]")
