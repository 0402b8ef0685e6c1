"""Deployments on real data: reads from BAM, one contig of a reference, a panel with its genome."""

import fcntl
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from builders import write_sheet
from support import BUILD

PANEL = Path(__file__).parent / "panels" / "exome.yaml"


def reference(source: Path, name: str, contig: str | None = None) -> Path:
    """A plain FASTA of the source, or of one contig of it, with its bwa index; kept over runs."""
    folder = BUILD / "genomes"
    folder.mkdir(parents=True, exist_ok=True)
    fasta, done = folder / f"{name}.fa", folder / f"{name}.done"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            command = ["samtools", "faidx", str(source), *([contig] if contig else [])]
            if contig is None:
                command = ["bash", "-c", f"gzip -dcf {source}"]
            with fasta.open("wb") as out:
                subprocess.run(command, stdout=out, check=True)
            index = ["bwa", "index", "-a", "is", str(fasta)]
            subprocess.run(index, check=True, capture_output=True)
            done.touch()
    return fasta


def plain(source: Path, target: Path) -> Path:
    """The FASTA decompressed, without an index of bwa: enough for the BAM door."""
    with target.open("wb") as out:
        subprocess.run(["gzip", "-dcf", str(source)], stdout=out, check=True)
    return target


def fastq_of(bam: Path, folder: Path, sample: str) -> dict[str, str]:
    """The whole pairs of a BAM as FASTQ; the sheet's columns that name them."""
    (folder / "reads").mkdir(parents=True, exist_ok=True)
    paths = [f"reads/{sample}_R{mate}.fastq.gz" for mate in (1, 2)]
    first, second = (folder / path for path in paths)
    command = (
        f"samtools collate -u -O {bam} {folder}/collate"
        f" | samtools fastq -n -1 {first} -2 {second} -0 /dev/null -s /dev/null -"
    )
    subprocess.run(["bash", "-o", "pipefail", "-c", command], check=True, capture_output=True)
    return {"fastq_1": paths[0], "fastq_2": paths[1]}


def deploy(
    folder: Path,
    *,
    fasta: Path,
    rows: list[Mapping[str, str]],
    targets: str,
    index: Path | None = None,
    annotation: Path | None = None,
    sources: list[dict[str, str]] | None = None,
    hotspots: str | None = None,
    **changes: Any,
) -> Path:
    """Write config, sheet and panel; ``changes`` replace keys of the exome test panel."""
    panel = yaml.safe_load(PANEL.read_text()) | changes
    home = folder / "config/panels/exome"
    home.mkdir(parents=True, exist_ok=True)
    if hotspots:
        panel["hotspots"] = "hotspots.tsv"
        header = "chrom\tstart\tend\tgene\tlabel\tsource\n"
        (home / "hotspots.tsv").write_text(header + hotspots)
    (home / "panel.yaml").write_text(yaml.safe_dump(panel, sort_keys=False))
    (home / "targets.bed").write_text(targets)
    genome = {
        "name": panel["genome"],
        "fasta": str(fasta),
        "bwa_index": str(index) if index else None,
        "annotation": str(annotation) if annotation else None,
    }
    config = {
        "genome": {key: value for key, value in genome.items() if value},
        "sources": sources or [],
        "chunks": 2,
    }
    (folder / "config/config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    write_sheet(folder / "config/samples.tsv", rows)
    return folder
