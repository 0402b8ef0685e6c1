"""End a run in error when a sample that a gate blocks was not accepted by name.

It runs last: all reports are there, and say on every page what blocks. That a sample is like one
of another case no report can know: the list of cases says it.
"""

import argparse
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.qc import across_run
from dugnad.qc.metric_names import OF_RUN
from dugnad.record import CaseGate, SampleGate
from dugnad.run import CONFIG, load_run

_OF_CASE = ("its report says so on every page", "take a new sample")
_OF_RUN = ("the run's list of cases says so, its report cannot", "find out whose it is")
COLUMNS = ("case", "sample", "verdict", "blocked_by", "accepted_by", "reasons")


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("gates", type=Path, nargs="+", help="JSON of a case's gate")
    parser.add_argument("--config", type=Path, default=CONFIG, help=f"default: {CONFIG}")
    parser.add_argument("--measures", type=Path, help="JSON by compare-samples, if there are reads")
    parser.add_argument("--output", type=Path, required=True, help="TSV of all gates")


def main(args: argparse.Namespace) -> None:
    """Write the table of gates; UserError names each sample that is blocked."""
    gates = across_run.gates(load_run(args.config), args.gates, args.measures)
    if problems := list(blocked(gates, args.config)):
        raise UserError(problems)
    lines = ["\t".join(COLUMNS), *("\t".join(row) for row in table(gates))]
    write_text(args.output, "\n".join(lines) + "\n")


def blocked(gates: Iterable[CaseGate], config: Path) -> Iterator[str]:
    """One problem for each sample and metric that blocks and was not accepted."""
    for gate in gates:
        for sample in gate.samples:
            for metric in sample.not_accepted:
                said, remedy = _OF_RUN if metric in OF_RUN else _OF_CASE
                yield (
                    f"{gate.case}: {sample.sample}: {_why(metric, sample)}; {said}; {remedy}, or"
                    f" accept it under 'accepted' in {config} with a reason"
                )


def _why(metric: str, sample: SampleGate) -> str:
    """The reason of one metric: its name, then a number; another metric's name goes on."""
    named = re.compile(rf"{metric.replace('_', ' ')} [\d.-]")
    return next(reason for reason in sample.reasons if named.match(reason))


def table(gates: Iterable[CaseGate]) -> Iterator[tuple[str, ...]]:
    """The rows of the table of gates."""
    for gate in gates:
        for sample in gate.samples:
            yield (
                gate.case,
                sample.sample,
                sample.verdict,
                ",".join(sample.blocked_by),
                ",".join(f"{item.initials} ({item.metric})" for item in sample.accepted),
                "; ".join(sample.reasons),
            )
