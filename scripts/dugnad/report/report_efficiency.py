"""Say what a run cost, and what to ask for next time: a page and a table.

Of each rule and each case the page tells jobs, core time, memory and run time, what was asked for
beside what was used, the largest wasters first; and it gives lines to paste into a profile. It
reads what Snakemake measured (benchmarks/), and what SLURM's accounting says, where there is one.
By hand, in the folder of a finished run:

  dugnad report-efficiency --output efficiency.html --table efficiency.tsv

What jobs asked for is known when the run was started with --benchmark-extended, as Dugnad's
profiles do. sacct is asked where it is there; on another machine, give what it wrote:

  sacct --parsable2 --units=M --format=JobID,JobName,... > sacct.txt      (the page names all)
  dugnad report-efficiency --accounting sacct.txt --output efficiency.html
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from dugnad.border import read_text
from dugnad.by_case import SUBMITTED
from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.memory import BESIDE
from dugnad.report.efficiency import accounting
from dugnad.report.efficiency.jobs import read_jobs
from dugnad.report.efficiency.page import Cost, render
from dugnad.report.efficiency.suggest import (
    Policy,
    Suggestion,
    as_yaml,
    suggestions,
    wanted_by_rule,
)
from dugnad.report.efficiency.usage import Usage, by, usage_of
from dugnad.run import CONFIG, load_run

COLUMNS = (
    "kind", "name", "jobs", "measured", "wall_s", "longest_s", "core_hours", "cpu_hours",
    "cpu_share", "asked_mb", "peak_mb", "asked_over_used", "unused_gb_hours", "asked_minutes",
    "input_mb", "suggested_mb", "suggested_minutes",
)  # fmt: skip


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    policy = Policy()
    parser.add_argument("--config", type=Path, default=CONFIG, help=f"default: {CONFIG}")
    parser.add_argument(
        "--benchmarks", type=Path, default=Path("benchmarks"), help="default: benchmarks"
    )
    parser.add_argument(
        "--accounting", type=Path, metavar="FILE", help="what sacct wrote; default: ask it"
    )
    parser.add_argument(
        "--headroom", type=float, default=policy.memory, metavar="SHARE",
        help=f"of memory, beyond what was used; default: {policy.memory}",
    )  # fmt: skip
    parser.add_argument(
        "--least-jobs", type=int, default=policy.jobs, metavar="N",
        help=f"nothing is suggested of a rule with fewer; default: {policy.jobs}",
    )  # fmt: skip
    parser.add_argument(
        "--beside", type=int, default=BESIDE, metavar="MB",
        help=f"for a job's own Snakemake, as on a cluster; default: {BESIDE}; one machine: 0",
    )  # fmt: skip
    parser.add_argument("--output", type=Path, required=True, help="HTML page")
    parser.add_argument("--table", type=Path, help="TSV")


def main(args: argparse.Namespace) -> None:
    """Write the page and the table."""
    run = load_run(args.config)
    jobs, broken = read_jobs(args.benchmarks, run.cases)
    if not jobs:
        raise UserError(
            f"{args.benchmarks}: has no benchmarks of jobs; call it in the folder of a run"
        )
    policy = Policy(memory=args.headroom, jobs=args.least_jobs)
    wanted = suggestions(jobs, policy)
    own = [job for job in jobs if job.rule not in SUBMITTED]  # what those held is in their steps
    whole = usage_of("run", own)
    rules, cases = by(lambda job: job.rule, jobs), by(lambda job: job.case, own)
    found, reason = _accounting(args)
    cost = Cost(
        site=run.site.name,
        whole=whole,
        rules=rules,
        cases=cases,
        yaml=as_yaml(wanted, args.beside),
        policy=policy,
        accounting=found,
        unaccounted=reason,
        broken=broken,
        beside=args.beside,
    )
    if args.table:
        write_text(args.table, table(whole, rules, cases, wanted_by_rule(wanted)))
    write_text(args.output, render(cost))


def _accounting(args: argparse.Namespace) -> tuple[list[accounting.Submissions], str]:
    """What is known of submissions, and why nothing is."""
    if args.accounting:
        text, reason = read_text(args.accounting), ""
    else:
        files = args.benchmarks.glob("*/*.tsv")
        text, reason = accounting.ask(Path.cwd(), min(path.stat().st_mtime for path in files))
    return accounting.submissions(text, str(args.accounting or "sacct")), reason


def table(
    whole: Usage, rules: Sequence[Usage], cases: Sequence[Usage], wanted: Mapping[str, Suggestion]
) -> str:
    """The run, its rules and its cases as TSV, a row each; what is not known is empty."""
    lines = ["\t".join(COLUMNS)]
    for kind, several in (("run", [whole]), ("rule", rules), ("case", cases)):
        for one in several:
            advice = wanted.get(one.name) if kind == "rule" else None
            lines.append("\t".join([kind, *_cells(one, advice)]))
    return "\n".join(lines) + "\n"


def _cells(one: Usage, advice: Suggestion | None) -> Iterator[str]:
    values: tuple[str | float | None, ...] = (
        one.name,
        one.jobs,
        one.measured,
        round(one.seconds, 1),
        round(one.longest, 1),
        round(one.core_seconds / 3600, 4),
        round(one.cpu_seconds / 3600, 4),
        _rounded(one.cpu_share, 3),
        one.asked_mb,
        _rounded(one.peak_mb, 1),
        _rounded(one.ratio, 2),
        round(one.unused_mb_seconds / 3.6e6, 4),
        one.asked_minutes,
        _rounded(one.input_mb, 1),
        advice.mb if advice else None,
        advice.minutes if advice else None,
    )
    return ("" if value is None else str(value) for value in values)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
