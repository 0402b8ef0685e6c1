"""Join all that is known of a case into its record (evidence.json), before it is classified."""

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from dugnad import __version__, code_digest
from dugnad.files import write_text
from dugnad.interpretation import versions
from dugnad.interpretation.relevance import RELEVANCE
from dugnad.record import (
    CaseGate,
    CaseRecord,
    Finding,
    GeneCoverage,
    Metric,
    PanelRecord,
    Place,
    SampleRecord,
    Software,
    SourceRecord,
)
from dugnad.record_biomarkers import Biomarkers, Hrd, Msi, Signatures, Tmb
from dugnad.record_copy_number import CopyNumber
from dugnad.record_part import Part
from dugnad.record_rearrangements import Rearrangements
from dugnad.run import CONFIG, Case, Run, Sample, load_run
from dugnad.tables import COVERAGE, FINDINGS, METRICS, read_table

Row = Mapping[str, Any]
_P = TypeVar("_P", bound=Part)


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--config", type=Path, default=CONFIG, help=f"default: {CONFIG}")
    parser.add_argument("--case", required=True, help="the case's identifier")
    parser.add_argument("--findings", type=Path, required=True, help="Parquet of findings")
    for name, text in (
        ("coverage", "Parquet of coverage, one per sample"),
        ("fastp", "folders of fastp's reports, one per sample"),
        ("alignments", "BAM files"),
        ("mosdepth", "mosdepth's version per sample"),
        ("versions", "a program's name and version each"),
    ):
        parser.add_argument(f"--{name}", type=Path, nargs="*", default=[], help=text)
    parser.add_argument("--gate", type=Path, required=True, help="JSON of the case's gate")
    parser.add_argument("--metrics", type=Path, required=True, help="Parquet of metrics")
    parser.add_argument(
        "--sex", type=Path, required=True, help="what the reads say of the sex, JSON by infer-sex"
    )
    parser.add_argument("--calls", type=Path, required=True, help="VCF of calls")
    parser.add_argument(
        "--sv-calls", type=Path, nargs="*", default=[], help="VCF of structural variants' callers"
    )
    for name, text in (
        ("copy-number", "JSON of copy numbers"),
        ("rearrangements", "JSON of rearrangements"),
        ("tmb", "JSON of TMB"),
        ("msi", "JSON of MSI"),
        ("hrd", "JSON of HRD"),
        ("signatures", "JSON of mutational signatures"),
    ):
        parser.add_argument(f"--{name}", type=Path, help=f"{text}, where the panel asks for it")
    parser.add_argument("--output", type=Path, required=True, help="evidence.json")


def main(args: argparse.Namespace) -> None:
    """Write the record."""
    run = load_run(args.config)
    software = {
        "dugnad": __version__,
        **versions.of_fastp(args.fastp),
        **versions.of_alignments(args.alignments),
        **versions.of_mosdepth(args.mosdepth),
        **versions.of_texts(args.versions),
        **versions.of_calls([args.calls, *args.sv_calls]),
    }
    measured = Quality(
        CaseGate.model_validate_json(args.gate.read_text(encoding="utf-8")),
        read_table(args.metrics, METRICS),
        [row for path in args.coverage for row in read_table(path, COVERAGE)],
        json.loads(args.sex.read_text(encoding="utf-8")),
    )
    findings = read_table(args.findings, FINDINGS)
    parts = _parts(args)
    if parts["biomarkers"].signatures:
        software |= versions.of_program(parts["biomarkers"].signatures.program)
    if parts["copy_number"]:
        software |= versions.of_program(parts["copy_number"].program)
    record = build(run, run.cases[args.case], findings, measured, software, parts)
    write_text(args.output, record.model_dump_json(indent=1) + "\n")


def _parts(args: argparse.Namespace) -> dict[str, Any]:
    """The parts of the record that stages write themselves, by its fields."""
    biomarkers = {
        name: _part(getattr(args, name), model)
        for name, model in (("tmb", Tmb), ("msi", Msi), ("hrd", Hrd), ("signatures", Signatures))
    }
    return {
        "copy_number": _part(args.copy_number, CopyNumber),
        "rearrangements": _part(args.rearrangements, Rearrangements),
        "biomarkers": Biomarkers(**biomarkers),
    }


def _part(path: Path | None, model: type[_P]) -> _P | None:
    return model.model_validate_json(path.read_text(encoding="utf-8")) if path else None


@dataclass(frozen=True)
class Quality:
    """What was measured of a case's samples, and how it was judged.

    ``sex`` by sample: ``observed`` and ``reason``, as infer-sex writes them.
    """

    gate: CaseGate
    metrics: Sequence[Row]
    coverage: Sequence[Row]
    sex: Mapping[str, Mapping[str, str]]


def build(
    run: Run,
    case: Case,
    findings: Iterable[Row],
    quality: Quality,
    software: Mapping[str, str],
    parts: Mapping[str, Any] | None = None,
) -> CaseRecord:
    """The record of one case from its tables; findings come most relevant first.

    ``parts``: fields of the record that come as they are.
    """
    given = (*case.samples, *((case.rna,) if case.rna else ()))
    panel, config = case.panel, run.config
    return CaseRecord(
        case=case.id,
        created=datetime.now(UTC).replace(microsecond=0),
        tumour_type=case.tumour_type,
        consent=case.consent,
        age_band=case.age_band,
        verdict=quality.gate.verdict,
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
        samples=tuple(_sample(sample, quality) for sample in given),
        findings=tuple(sorted((Finding(**row) for row in findings), key=_order)),
        places=tuple(_places(case, quality)),
        genes_unseen=tuple(_genes_unseen(case, quality)),
        depth_known=case.has_reads,
        annotated=config.genome.annotation is not None,
        sources=tuple(
            SourceRecord(id=source.id, kind=source.kind, release=source.release)
            for source in config.sources
        ),
        software=tuple(Software(name=n, version=v) for n, v in sorted(software.items())),
        code=code_digest(),
        **(parts or {}),
    )


def _seen_in_tumour(case: Case, quality: Quality) -> list[Row]:
    """The tumour's rows of coverage; a woman has no Y, so that nothing is missed there."""
    rows = [row for row in quality.coverage if row["sample"] == case.tumour.id]
    if quality.sex.get(case.tumour.id, {}).get("observed") != "female":
        return rows
    on_y = {row["gene"] for row in rows if row["chrom"] in {"chrY", "Y"}}
    seen = [row for row in rows if row["chrom"] not in {"chrY", "Y"}]
    elsewhere = {row["gene"] for row in seen if row["chrom"]}
    return [row for row in seen if row["chrom"] or row["gene"] not in on_y - elsewhere - {None}]


def _genes_unseen(case: Case, quality: Quality) -> Iterator[GeneCoverage]:
    """The reportable genes that are not wholly callable, least seen first."""
    rows = [
        row
        for row in _seen_in_tumour(case, quality)
        if row["kind"] == "gene" and row["status"] in {"partly", "not_assessable"}
    ]
    for row in sorted(rows, key=lambda row: (row["callable_fraction"], row["gene"])):
        yield GeneCoverage(**{name: row[name] for name in GeneCoverage.model_fields})


def _places(case: Case, quality: Quality) -> Iterator[Place]:
    """All hotspots, and the targets that are not wholly callable."""
    for row in _seen_in_tumour(case, quality):
        if row["kind"] == "hotspot" or (row["kind"] == "target" and row["status"] != "callable"):
            yield Place(**{name: row[name] for name in Place.model_fields})


def _sample(sample: Sample, quality: Quality) -> SampleRecord:
    gate = next(item for item in quality.gate.samples if item.sample == sample.id)
    sex = quality.sex.get(sample.id, {})
    return SampleRecord(
        id=sample.id,
        role="tumour" if sample.role == "tumour" else "normal",
        analyte="rna" if sample.analyte == "rna" else "dna",
        door="fastq" if sample.lanes else "bam" if sample.bam else "vcf",
        sex=sample.sex,
        sex_observed=sex.get("observed", "unknown"),
        sex_reason=sex.get("reason"),
        purity=sample.purity,
        verdict=gate.verdict,
        reasons=gate.reasons,
        blocked_by=gate.blocked_by,
        accepted=gate.accepted,
        metrics=tuple(
            Metric(**{name: row[name] for name in Metric.model_fields})
            for row in quality.metrics
            if row["sample"] == sample.id
        ),
    )


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
