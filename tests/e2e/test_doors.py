"""The same material gives the same answer by each door."""

import shutil
import subprocess
from pathlib import Path

from builders import row, write_sheet
from dugnad.record import CaseRecord
from support import ROOT, Snakemake, html_alone

CASE = "IPX0001"
SEQUENCED = {"reads", "reads_passing", "adapter"}  # what an alignment no longer tells


def record(folder: Path) -> CaseRecord:
    text = (folder / f"results/{CASE}/report/{CASE}.case.json").read_text()
    return CaseRecord.model_validate_json(text)


def test_cram_gives_what_fastq_gave(light: Path, tmp_path: Path, snakemake: Snakemake) -> None:
    before = record(light)
    for part in ("config", "genome", "known"):
        shutil.copytree(light / part, tmp_path / part)
    rows = []
    dna = [sample for sample in before.samples if sample.analyte == "dna"]
    for sample in dna:
        cram = tmp_path / f"{sample.id}.cram"
        bam = light / f"results/{CASE}/alignment/{sample.id}.bam"
        command = ["samtools", "view", "-C", "-T", tmp_path / "genome/demo.fa", "-o", cram, bam]
        subprocess.run(command, check=True)
        files = {"panel": before.panel.id, "bam": cram.name, "sex": sample.sex}
        if sample.purity:
            files["purity"] = str(sample.purity)
        rows.append(row(sample.id, sample.role, CASE, **files))
    write_sheet(tmp_path / "config/samples.tsv", rows)
    snakemake(html_alone(tmp_path), "--profile", str(ROOT / "profiles/local"), "reports")
    after = record(tmp_path)
    rna = {"rna_depth", "rna_alt_reads", "rna_vaf"}  # which this run has not
    assert [f.model_dump(exclude=rna) for f in after.findings] == [
        f.model_dump(exclude=rna) for f in before.findings
    ]
    assert after.places == before.places
    assert [sample.door for sample in after.samples] == ["bam", "bam"]
    for old, new in zip(dna, after.samples, strict=True):
        same = {m.metric: m for m in old.metrics if m.metric not in SEQUENCED}
        assert {m.metric: m for m in new.metrics if m.metric in same} == same
        unmeasured = {m.metric for m in new.metrics if m.status == "not_measured"}
        assert unmeasured == SEQUENCED | {"identity_elsewhere"}
