"""The gate of a case: its metrics and the panel's limits as a verdict per sample, with reasons.

A breached limit that blocks must keep the report from looking sure. A laboratory may accept a
sample in spite of one metric, by name, with a reason and initials; the verdict stays what it is.
"""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from dugnad.files import write_text
from dugnad.record import Acceptance, CaseGate, SampleGate, Verdict
from dugnad.run import CONFIG, Case, Sample, load_run
from dugnad.tables import METRICS, read_table

Row = Mapping[str, Any]


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--config", type=Path, default=CONFIG, help=f"default: {CONFIG}")
    parser.add_argument("--case", required=True, help="the case's identifier")
    parser.add_argument("--metrics", type=Path, required=True, help="Parquet of its metrics")
    parser.add_argument("--output", type=Path, required=True, help="JSON of the case's gate")


def main(args: argparse.Namespace) -> None:
    """Write the gate."""
    run = load_run(args.config)
    rows = read_table(args.metrics, METRICS)
    accepted = [Acceptance(**item.model_dump()) for item in run.config.accepted]
    gate = judge_case(run.cases[args.case], rows, accepted)
    write_text(args.output, gate.model_dump_json(indent=1) + "\n")


def judge_case(case: Case, metrics: Sequence[Row], accepted: Sequence[Acceptance]) -> CaseGate:
    """The gate of a case; ``metrics`` as in the METRICS table, of all its samples."""
    given = (*case.samples, *((case.rna,) if case.rna else ()))
    samples = tuple(judge_sample(sample, metrics, accepted) for sample in given)
    return CaseGate(
        case=case.id, verdict=worst(sample.verdict for sample in samples), samples=samples
    )


def judge_sample(
    sample: Sample, metrics: Iterable[Row], accepted: Iterable[Acceptance]
) -> SampleGate:
    """The verdict of one sample: the worst of its metrics', and warn for a limit not measured."""
    mine = [row for row in metrics if row["sample"] == sample.id]
    breached = [row for row in mine if is_breached(row)]
    verdict: Verdict = "not_assessed"
    if mine:
        failed = any(row["status"] == "fail" for row in breached)
        verdict = "fail" if failed else "warn" if breached else "pass"
    blocked = [row["metric"] for row in breached if row["status"] == "fail" and row["blocking"]]
    return SampleGate(
        sample=sample.id,
        verdict=verdict,
        reasons=tuple(reason(row) for row in breached)
        or (() if mine else ("came as calls: its reads were not seen",)),
        blocked_by=tuple(blocked),
        accepted=tuple(
            item for item in accepted if item.sample == sample.id and item.metric in blocked
        ),
    )


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of the verdicts; not assessed is worse than pass."""
    order: tuple[Verdict, ...] = ("pass", "not_assessed", "warn", "fail")
    assert set(order) == set(get_args(Verdict))
    return max(verdicts, key=order.index)


def is_breached(row: Row) -> bool:
    """A limit that is not met; one on a metric that was not measured is not met either."""
    limited = row["lower"] is not None or row["upper"] is not None
    return row["status"] in {"warn", "fail"} or (row["status"] == "not_measured" and limited)


def reason(row: Row) -> str:
    """One line that says what was measured and what was needed."""
    fraction = row["unit"] == "fraction"
    shown = f"not measured ({row['source']})" if row["source"] else "not measured"
    if row["value"] is not None:
        shown = f"{row['value']:.1%}" if fraction else f"{row['value']:.4g}"
    sides = (("at least", row["lower"]), ("at most", row["upper"]))
    wanted = " and ".join(
        f"{word} {limit:.3g}" if not fraction else f"{word} {100 * limit:g}%"
        for word, limit in sides
        if limit is not None
    )
    return f"{row['metric'].replace('_', ' ')} {shown}, needs {wanted}"
