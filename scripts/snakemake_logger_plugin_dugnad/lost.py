"""Whether SLURM still knows of the jobs that a run waits for.

Snakemake waits for a job until SLURM tells its end. SLURM never does when it has forgotten the job:
when its controller broke down before it wrote the job to its disk, or when nobody asked for longer
than it remembers jobs (MinJobAge). Then the run would wait for ever, and say nothing.
"""

import contextlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from .progress import Progress

PERIOD = 600.0
"""Seconds between two questions; two of them in a row have to find nothing."""
TOLD = (
    "SLURM no longer knows any job of this run, which waits for {number}. Press Ctrl-C and start it"
    " again: finished steps stay."
)

_Ask = Callable[[Path], Sequence[str]]


def queued(folder: Path) -> Sequence[str]:
    """The jobs of a run's folder that SLURM has; raises where it does not answer."""
    from dugnad.cluster import left_jobs

    return left_jobs(folder)


class Lost:
    """Asks SLURM now and then, and speaks once if nothing is left to wait for."""

    def __init__(self, progress: Progress, say: Callable[[str], None], ask: _Ask = queued) -> None:
        self._progress = progress
        self._say = say
        self._ask = ask
        self._empty_at: int | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to ask, once; until ``close``."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="dugnad-lost", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Ask no more."""
        self._stop.set()

    def check(self) -> bool:
        """One question; true when it and the one before found no job, and none ended between."""
        done, waiting = self._progress.done, len(self._progress.running)
        try:
            is_empty = bool(waiting) and not self._ask(Path.cwd())
        except Exception:  # no answer is no news
            return False
        was_empty = self._empty_at == done
        self._empty_at = done if is_empty else None
        if not (is_empty and was_empty):
            return False
        self._say(TOLD.format(number="one" if waiting == 1 else waiting))
        return True

    def _watch(self) -> None:
        while not self._stop.wait(PERIOD):
            with contextlib.suppress(Exception):  # a word lost is not a run lost
                if self.check():
                    return
