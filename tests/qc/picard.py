"""Picard, to compare with; tests that call it are skipped where it is not installed."""

import shutil
import subprocess
from pathlib import Path

import pysam
import pytest

PROGRAM = "PicardCommandLine"


def plain(source: Path, fasta: Path) -> str:
    """Write a compressed FASTA of one contig as it is; returns the contig."""
    with pysam.FastaFile(str(source)) as genome:
        (name,) = genome.references
        fasta.write_text(f">{name}\n{genome.fetch(name)}\n")
    pysam.faidx(str(fasta))
    return str(name)


def of_one_contig(source: Path, name: str, bam: Path, pairs: str = "any") -> None:
    """Copy the reads of one contig, under a header that names this contig alone.

    ``pairs``: any; whole, only pairs of which both mates count and neither reaches beyond the
    other (Picard clips a read by where its mate begins, also when that mate does not count or is
    short); or apart, of those the ones whose mates do not overlap.
    """
    with pysam.AlignmentFile(str(source)) as file:
        reads = [read for read in file if read.reference_name == read.next_reference_name == name]
        length = file.get_reference_length(name)
    kept = {read.query_name for read in reads}
    if pairs != "any":
        kept = _whole_pairs(reads, apart=pairs == "apart")
    header = {"HD": {"VN": "1.6", "SO": "coordinate"}, "SQ": [{"SN": name, "LN": length}]}
    header |= {"RG": [{"ID": "1", "SM": "S", "LB": "S"}]}
    with pysam.AlignmentFile(str(bam), "wb", header=header) as out:
        for read in reads:
            if read.query_name in kept:
                row = read.to_dict() | {"tags": ["RG:Z:1"]}
                out.write(pysam.AlignedSegment.from_dict(row, out.header))
    pysam.index(str(bam))


def _whole_pairs(reads: list[pysam.AlignedSegment], apart: bool) -> set[str]:
    pairs: dict[str, list[pysam.AlignedSegment]] = {}
    for read in reads:
        if not read.flag & 3844 and read.mapping_quality >= 20:
            pairs.setdefault(read.query_name, []).append(read)
    whole = set()
    for name, mates in pairs.items():
        first, *second = sorted(mates, key=lambda read: read.is_reverse)
        if len(second) == 1 and second[0].is_reverse and not first.is_reverse:
            inside = first.reference_end <= second[0].reference_end
            begin = first.reference_end if apart else first.reference_start
            if inside and begin <= second[0].reference_start:
                whole.add(name)
    return whole


def intervals(fasta: Path, bed: Path, folder: Path) -> Path:
    """The targets as Picard wants them; the FASTA gets its dictionary."""
    dictionary = pysam.dict(str(fasta))
    fasta.with_suffix(".dict").write_text(dictionary)
    rows = (line.split("\t") for line in bed.read_text().splitlines())
    lines = (f"{c[0]}\t{int(c[1]) + 1}\t{int(c[2])}\t+\tT{n}\n" for n, c in enumerate(rows))
    path = folder / "targets.interval_list"
    path.write_text(dictionary + "".join(lines))
    return path


def run(tool: str, bam: Path, fasta: Path, folder: Path, *options: str) -> Path:
    """Run a Picard tool; returns its output path or prefix."""
    if not shutil.which(PROGRAM):
        pytest.skip(f"{PROGRAM} is not installed")
    output = folder / tool
    command = [PROGRAM, tool, f"I={bam}", f"O={output}", f"R={fasta}", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return output


def table(path: Path) -> list[dict[str, str]]:
    """The first table of a metrics file."""
    lines = path.read_text().splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("## METRICS CLASS")) + 1
    names = lines[start].split("\t")
    rows = lines[start + 1 : lines.index("", start)]
    return [dict(zip(names, row.split("\t"), strict=False)) for row in rows]


def hs_metrics(bam: Path, fasta: Path, bed: Path, folder: Path) -> dict[str, float]:
    """CollectHsMetrics, told to count what mosdepth counts."""
    targets = intervals(fasta, bed, folder)
    options = [f"TARGET_INTERVALS={targets}", f"BAIT_INTERVALS={targets}", "SAMPLE_SIZE=1"]
    options += ["COVERAGE_CAP=100000", "MINIMUM_BASE_QUALITY=0", "MINIMUM_MAPPING_QUALITY=20"]
    path = run("CollectHsMetrics", bam, fasta, folder, *options, "CLIP_OVERLAPPING_READS=true")
    (row,) = table(path)
    return {
        name: float(value)
        for name, value in row.items()
        if value and name.isupper() and value.replace(".", "", 1).replace("-", "").isdigit()
    }


def artefact_scores(bam: Path, fasta: Path, bed: Path, folder: Path) -> dict[str, float]:
    """Phred-scaled pre-adapter scores of CollectSequencingArtifactMetrics, by artefact."""
    targets = intervals(fasta, bed, folder)
    prefix = run("CollectSequencingArtifactMetrics", bam, fasta, folder, f"INTERVALS={targets}")
    rows = table(prefix.with_name(f"{prefix.name}.pre_adapter_summary_metrics"))
    return {row["ARTIFACT_NAME"]: float(row["TOTAL_QSCORE"]) for row in rows}
