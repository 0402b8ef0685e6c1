"""Write the case record (case.json): what all forms of the report render."""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

from dugnad import __version__, code_digest
from dugnad.files import write_text
from dugnad.interpretation.relevance import RELEVANCE
from dugnad.record import (
    CaseRecord,
    Finding,
    Metric,
    PanelRecord,
    Place,
    SampleRecord,
    Software,
    SourceRecord,
    Verdict,
)
from dugnad.report import versions
from dugnad.run import CONFIG, Case, Run, Sample, load_run
from dugnad.tables import COVERAGE, FINDINGS, METRICS, read_table

Row = Mapping[str, Any]


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--config", type=Path, default=CONFIG, help=f"default: {CONFIG}")
    parser.add_argument("--case", required=True, help="the case's identifier")
    parser.add_argument("--findings", type=Path, required=True, help="Parquet of findings")
    for name, text in (
        ("metrics", "Parquet of metrics, one per sample"),
        ("coverage", "Parquet of coverage, one per sample"),
        ("fastp", "fastp's JSON per lane"),
        ("alignments", "BAM files"),
        ("mosdepth", "mosdepth's version per sample"),
    ):
        parser.add_argument(f"--{name}", type=Path, nargs="*", default=[], help=text)
    parser.add_argument("--calls", type=Path, required=True, help="VCF of calls")
    parser.add_argument("--output", type=Path, required=True, help="case.json")


def main(args: argparse.Namespace) -> None:
    """Write the record."""
    run = load_run(args.config)
    software = {
        "dugnad": __version__,
        **versions.of_fastp(args.fastp),
        **versions.of_alignments(args.alignments),
        **versions.of_mosdepth(args.mosdepth),
        **versions.of_calls([args.calls]),
    }
    record = build(
        run,
        run.cases[args.case],
        read_table(args.findings, FINDINGS),
        [row for path in args.metrics for row in read_table(path, METRICS)],
        [row for path in args.coverage for row in read_table(path, COVERAGE)],
        software,
    )
    write_text(args.output, record.model_dump_json(indent=1) + "\n")


def build(
    run: Run,
    case: Case,
    findings: Iterable[Row],
    metrics: Sequence[Row],
    coverage: Sequence[Row],
    software: Mapping[str, str],
) -> CaseRecord:
    """The record of one case from its tables; findings come most relevant first."""
    samples = [_sample(sample, metrics) for sample in case.samples]
    rna = [_rna(case.rna)] if case.rna else []
    places = [row for row in coverage if row["sample"] == case.tumour.id]
    panel, config = case.panel, run.config
    return CaseRecord(
        case=case.id,
        created=datetime.now(UTC).replace(microsecond=0),
        tumour_type=case.tumour_type,
        consent=case.consent,
        verdict=worst(sample.verdict for sample in samples),
        panel=PanelRecord(
            id=panel.id,
            version=panel.version,
            name=panel.name,
            genome=panel.genome,
            genes=panel.genes,
            callable_depth=panel.coverage.callable_depth.value,
            filters=panel.filters,
            origin=panel.origin,
        ),
        samples=(*samples, *rna),
        findings=tuple(sorted((Finding(**row) for row in findings), key=_order)),
        places=tuple(
            Place(**{name: row[name] for name in Place.model_fields})
            for row in places
            if row["kind"] == "hotspot" or (row["kind"] == "target" and row["status"] != "callable")
        ),
        depth_known=case.has_reads,
        annotated=config.genome.annotation is not None,
        sources=tuple(
            SourceRecord(id=source.id, kind=source.kind, release=source.release)
            for source in config.sources
        ),
        software=tuple(Software(name=n, version=v) for n, v in sorted(software.items())),
        code=code_digest(),
    )


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of the verdicts; not assessed is worse than pass."""
    order: tuple[Verdict, ...] = ("pass", "not_assessed", "warn", "fail")
    assert set(order) == set(get_args(Verdict))
    return max(verdicts, key=order.index)


def _sample(sample: Sample, metrics: Sequence[Row]) -> SampleRecord:
    mine = [
        Metric(**{name: row[name] for name in Metric.model_fields})
        for row in metrics
        if row["sample"] == sample.id
    ]
    breached = [metric for metric in mine if _is_breached(metric)]
    verdict: Verdict = "not_assessed"
    if mine:
        failed = any(metric.status == "fail" for metric in breached)
        verdict = "fail" if failed else "warn" if breached else "pass"
    return SampleRecord(
        id=sample.id,
        role="tumour" if sample.role == "tumour" else "normal",
        analyte="dna",
        door="fastq" if sample.lanes else "bam" if sample.bam else "vcf",
        sex=sample.sex,
        purity=sample.purity,
        verdict=verdict,
        reasons=tuple(_reason(metric) for metric in breached)
        or (() if mine else ("came as calls: its reads were not seen",)),
        metrics=tuple(mine),
    )


def _rna(sample: Sample) -> SampleRecord:
    return SampleRecord(
        id=sample.id,
        role="tumour",
        analyte="rna",
        door="fastq",
        sex=sample.sex,
        purity=sample.purity,
        verdict="not_assessed",
        reasons=("RNA is not assessed: this version analyses DNA only",),
        metrics=(),
    )


def _is_breached(metric: Metric) -> bool:
    """A limit that is not met; one on a metric that was not measured is not met either."""
    limited = metric.lower is not None or metric.upper is not None
    return metric.status in {"warn", "fail"} or (metric.status == "not_measured" and limited)


def _reason(metric: Metric) -> str:
    shown = "not measured"
    if metric.value is not None:
        shown = f"{metric.value:.1%}" if metric.unit == "fraction" else f"{metric.value:.4g}"
    sides = (("at least", metric.lower), ("at most", metric.upper))
    wanted = " and ".join(
        f"{word} {limit:.0%}" if metric.unit == "fraction" else f"{word} {limit:g}"
        for word, limit in sides
        if limit is not None
    )
    return f"{metric.metric.replace('_', ' ')} {shown}, needs {wanted}"


def _order(finding: Finding) -> tuple[object, ...]:
    """Unflagged first, then by relevance, then falling VAF, then place."""
    return (
        not finding.passes,
        RELEVANCE.index(finding.relevance),
        -(finding.vaf or 0),
        finding.chrom,
        finding.pos,
        finding.alt,
    )
