"""How much memory a job asks for: rules name a figure, and what it grows with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BESIDE = 500
"""Megabytes that a job's own Snakemakes need on a cluster, two of them in a job of SLURM."""
PACKED = 10  # times that gzip makes an annotation smaller


@dataclass(frozen=True)
class Memory:
    """Makes the ``mem_mb`` of rules; what ``beside`` says is added to each job, in megabytes.

    It is asked when a job is planned: while rules are read, nobody knows yet where they will run.
    """

    beside: Callable[[], int] = lambda: 0

    @property
    def apart(self) -> int:
        """Megabytes of each job's memory that its own program does not have: a JVM is told so."""
        return self.beside()

    def __call__(
        self, fixed: int, per_mb: float = 0, of: str = ""
    ) -> Callable[[Any, Any, int], int]:
        """``fixed`` megabytes, and ``per_mb`` for each megabyte of inputs; more with each attempt.

        ``of`` names the inputs that count, and all do when it is empty. They must be there before
        the job's group starts: what is made within a group has no size when memory is asked for.
        """

        def megabytes(wildcards: Any, input: Any, attempt: int) -> int:  # noqa: A002, ARG001
            named = getattr(input, of) if of else input
            size = _megabytes([named] if isinstance(named, str) else named) if per_mb else 0
            return int(fixed + per_mb * size) * attempt + self.beside()

        return megabytes


def _megabytes(paths: Iterable[str]) -> float:
    return sum(Path(path).stat().st_size * _packed(Path(path)) for path in paths) / 1e6


def _packed(path: Path) -> int:
    """How much larger it is read: an annotation may come with gzip or without."""
    is_annotation = any(kind in path.name.lower() for kind in (".gff", ".gtf"))
    return PACKED if is_annotation and path.suffix == ".gz" else 1
