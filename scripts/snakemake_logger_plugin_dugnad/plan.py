"""What is planned for each case, told to the watch before the first job."""

import logging
from collections import Counter
from typing import Any

from snakemake.logging import logger

PLANNED = "dugnad_planned"
"""Attribute of the record that carries the plan."""


def announce(dag: Any) -> None:
    """Log how many jobs each case still needs, how many cases need none, and how often rules try.

    `dag` is Snakemake's, in `onstart`. Snakemake's own events tell of jobs only as they start.
    """
    cases: Counter[str] = Counter()
    attempts: dict[str, int] = {}
    for job in dag.needrun_jobs():
        if job.rule.name not in attempts:
            attempts[job.rule.name] = job.rule.restart_times + 1
        if case := job.wildcards_dict.get("case"):
            cases[case] += 1
    every = {job.wildcards_dict.get("case") for job in dag.jobs} - {None}
    planned = {"cases": dict(cases), "attempts": attempts, "before": len(every - set(cases))}
    logger.log(logging.INFO, f"Cases to work on: {len(cases)}", extra={PLANNED: planned})
