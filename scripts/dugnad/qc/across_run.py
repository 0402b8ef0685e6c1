"""What the comparison across a run says of its samples: judged after all cases, and by itself.

No case waits for another one, so a case's own gate leaves out the metrics that are of the whole
run. Here they meet the same limits, and the same acceptances.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dugnad.qc.gate import is_breached, reason, worst
from dugnad.qc.gather_metrics import judge, limits_of
from dugnad.qc.measures import Measured, Measures, read_measures
from dugnad.qc.metric_names import OF_RUN, Analyte
from dugnad.record import Acceptance, CaseGate, SampleGate
from dugnad.run import Run, Sample

Row = Mapping[str, Any]
_ABSENT = Measured(None, "ratio", "no site to compare it at")


def samples_of(run: Run) -> dict[str, Sample]:
    """All samples of the run by their names, DNA and RNA."""
    return {**run.samples, **{sample.id: sample for sample in run.rna}}


def rows(run: Run, measures: Measures) -> dict[str, list[dict[str, Any]]]:
    """By sample with reads: its rows of METRICS that are of the run, by its panel's limits."""
    return {
        name: [
            {"sample": name, "metric": metric}
            | judge(
                measures.get(name, {}).get(metric, _ABSENT),
                [x for x in _limits(run, sample) if x.metric == metric],
            )
            for metric in OF_RUN
        ]
        for name, sample in samples_of(run).items()
        if sample.door != "vcf"
    }


def _limits(run: Run, sample: Sample) -> list[Any]:
    analyte: Analyte = "rna" if sample.analyte == "rna" else "dna"
    return limits_of(run.cases[sample.case].panel, sample.role, analyte)


def gates(run: Run, paths: Iterable[Path], measures: Path | None) -> list[CaseGate]:
    """The gates of cases (JSON by ``gate``) with what the run's measures add to them."""
    found = rows(run, read_measures(measures)) if measures else {}
    given = (CaseGate.model_validate_json(path.read_text(encoding="utf-8")) for path in paths)
    return [judged_anew(gate, found, accepted_of(run)) for gate in given]


def accepted_of(run: Run) -> list[Acceptance]:
    """What the site accepts, as the record has it."""
    return [Acceptance(**item.model_dump()) for item in run.config.accepted]


def judged_anew(
    gate: CaseGate, found: Mapping[str, Sequence[Row]], accepted: Sequence[Acceptance]
) -> CaseGate:
    """A case's gate, with the rows of the run by sample beside its own."""
    samples = tuple(_sample(item, found.get(item.sample, ()), accepted) for item in gate.samples)
    verdict = worst(sample.verdict for sample in samples)
    return CaseGate(case=gate.case, verdict=verdict, samples=samples)


def _sample(gate: SampleGate, found: Sequence[Row], accepted: Iterable[Acceptance]) -> SampleGate:
    breached = [row for row in found if is_breached(row)]
    failed = [row for row in breached if row["status"] == "fail"]
    blocked = [row["metric"] for row in failed if row["blocking"]]
    verdicts = [gate.verdict, *(["fail"] if failed else ["warn"] if breached else [])]
    return SampleGate(
        sample=gate.sample,
        verdict=worst(verdicts),  # type: ignore[arg-type]
        reasons=(*gate.reasons, *map(told, breached)),
        blocked_by=(*gate.blocked_by, *blocked),
        accepted=(
            *gate.accepted,
            *(a for a in accepted if a.sample == gate.sample and a.metric in blocked),
        ),
    )


def told(row: Row) -> str:
    """As a case's reason, and with the sample that is so like."""
    like = row["source"].partition(": ")[2] if row["value"] is not None else ""
    return f"{reason(row)} (like {like})" if like else reason(row)
