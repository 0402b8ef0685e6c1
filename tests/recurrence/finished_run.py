"""Folders of finished runs, as far as a register of recurrence reads them."""

import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from builders import row, workspace
from dugnad.record import Acceptance, CaseGate, SampleGate

Stretch = tuple[str, int, int, int]
TARGETS = "chr1\t400\t700\nchr2\t100\t300\n"
DEEP: tuple[Stretch, ...] = (("chr1", 0, 3000, 500), ("chr2", 0, 2000, 500))


def finding(
    pos: int = 500,
    ref: str = "A",
    alt: str = "T",
    chrom: str = "chr1",
    tumour: tuple[int | None, int] = (80, 400),
    normal: tuple[int | None, int] = (0, 400),
    **more: Any,
) -> dict[str, Any]:
    """A row of findings; of tumour and normal the alternative reads and the depth."""
    place = {"chrom": chrom, "pos": pos, "ref": ref, "alt": alt, "filters": ["low_depth"]}
    return {**place, **_reads("", *tumour), **_reads("normal_", *normal), **more}


def _reads(prefix: str, alt_reads: int | None, depth: int) -> dict[str, Any]:
    vaf = alt_reads / depth if alt_reads is not None and depth else None
    return {f"{prefix}alt_reads": alt_reads, f"{prefix}depth": depth, f"{prefix}vaf": vaf}


_TYPES = {
    **dict.fromkeys(("chrom", "ref", "alt"), pa.string()),
    **dict.fromkeys(("pos", "depth", "alt_reads", "normal_depth", "normal_alt_reads"), pa.int64()),
    **dict.fromkeys(("vaf", "normal_vaf"), pa.float64()),
    "filters": pa.list_(pa.string()),
}


def pair(case: str = "C1", consent: str = "research", **changes: str) -> list[dict[str, str]]:
    """Sheet rows of a tumour and its normal."""
    more = {"case": case, "consent": consent, **changes}
    return [row(f"{case}-T", **more), row(f"{case}-N", "normal", **more)]


def finished_run(
    folder: Path,
    rows: Sequence[Mapping[str, str]],
    findings: Mapping[str, Sequence[Mapping[str, Any]]],
    depths: Mapping[str, Sequence[Stretch]] | None = None,
    blocked: Mapping[str, Sequence[str]] | None = None,
    accepted: Mapping[str, Sequence[str]] | None = None,
    targets: str = TARGETS,
    run: str | None = None,
) -> Path:
    """A run with the findings of each case; samples are deep all over unless told otherwise.

    ``blocked`` names the metrics that block a sample, ``accepted`` those that a site accepts.
    """
    workspace(folder, list(rows))
    if run:
        config = folder / "config/config.yaml"
        data = yaml.safe_load(config.read_text())
        data["sequencing"] = {"id": run, "date": "2026-01-02", "site": "Oslo"}
        config.write_text(yaml.safe_dump(data))
    _write(folder / "results/run/targets/tiny.bed", targets.encode())
    _write(folder / "results/run/identity.measures.json", b"{}")
    cases: dict[str, list[str]] = {}
    for item in rows:
        cases.setdefault(item["case"], []).append(item["sample"])
    for case, samples in cases.items():
        home = folder / "results" / case
        table = home / f"interpretation/{case}.findings.parquet"
        table.parent.mkdir(parents=True, exist_ok=True)
        listed = [dict(item) for item in findings.get(case, ())]
        pq.write_table(pa.Table.from_pylist(listed, schema=pa.schema(list(_TYPES.items()))), table)
        gate = gate_of(case, samples, blocked or {}, accepted or {})
        _write(home / f"qc/{case}.gate.json", gate.model_dump_json().encode())
        for sample in samples:
            lines = ["\t".join(map(str, item)) for item in (depths or {}).get(sample, DEEP)]
            data = gzip.compress("".join(f"{line}\n" for line in lines).encode())
            _write(home / f"qc/{sample}.per-base.bed.gz", data)
    return folder


def gate_of(
    case: str,
    samples: Sequence[str],
    blocked: Mapping[str, Sequence[str]],
    accepted: Mapping[str, Sequence[str]],
) -> CaseGate:
    """A gate that fails the blocked samples."""
    gates = [
        SampleGate(
            sample=sample,
            verdict="fail" if sample in blocked else "pass",
            reasons=(),
            blocked_by=tuple(blocked.get(sample, ())),
            accepted=tuple(
                Acceptance(sample=sample, metric=metric, reason="known", initials="KN")
                for metric in accepted.get(sample, ())
            ),
        )
        for sample in samples
    ]
    return CaseGate(case=case, verdict="pass", samples=tuple(gates))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
