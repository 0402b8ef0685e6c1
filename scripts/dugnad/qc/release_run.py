"""End a run in error when a sample that a gate blocks was not accepted by name.

It runs last: all reports are there, and say so on every page.
"""

import argparse
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.record import CaseGate, SampleGate
from dugnad.run import CONFIG

COLUMNS = ("case", "sample", "verdict", "blocked_by", "accepted_by", "reasons")


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("gates", type=Path, nargs="+", help="JSON of a case's gate")
    parser.add_argument("--config", type=Path, default=CONFIG, help="named in the message")
    parser.add_argument("--output", type=Path, required=True, help="TSV of all gates")


def main(args: argparse.Namespace) -> None:
    """Write the table of gates; UserError names each sample that is blocked."""
    gates = [CaseGate.model_validate_json(path.read_text(encoding="utf-8")) for path in args.gates]
    if problems := list(blocked(gates, args.config)):
        raise UserError(problems)
    lines = ["\t".join(COLUMNS), *("\t".join(row) for row in table(gates))]
    write_text(args.output, "\n".join(lines) + "\n")


def blocked(gates: Iterable[CaseGate], config: Path) -> Iterator[str]:
    """One problem for each sample and metric that blocks and was not accepted."""
    for gate in gates:
        for sample in gate.samples:
            for metric in sample.not_accepted:
                yield (
                    f"{gate.case}: {sample.sample}: {_why(metric, sample)}; its report says so on"
                    " every page; take a new sample, or accept it under 'accepted' in"
                    f" {config} with a reason"
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
