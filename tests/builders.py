"""Records and small workspaces for tests: one line each, no binary blobs."""

import gzip
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pysam
import yaml

from dugnad.panel import Panel
from dugnad.tables import VARIANTS

HEADER = "case sample role analyte panel tumour_type purity sex fastq_1 fastq_2 bam vcf consent"
COLUMNS = HEADER.split()
CONTIGS = {"chr1": 3000, "chr2": 2000}


def quantity(value: float, unit: str = "reads") -> dict[str, Any]:
    return {"value": value, "unit": unit, "why": "test"}


def panel_data(**changes: Any) -> dict[str, Any]:
    """A panel as its YAML holds it."""
    return {
        "id": "tiny",
        "version": "1.0.0",
        "name": "Tiny panel",
        "genome": "tiny-1",
        "targets": "targets.bed",
        "hotspots": "hotspots.tsv",
        "genes": ["GENE1"],
        "library": {"kind": "hybrid_capture", "duplicates": "mark"},
        "callers": ["pileup", "freebayes"],
        "calling": {
            "min_vaf": quantity(0.02, "fraction"),
            "min_alt_reads": quantity(3),
            "min_base_quality": quantity(20, "phred"),
            "min_mapping_quality": quantity(20, "phred"),
            "error_rate": quantity(0.0005, "fraction"),
        },
        "coverage": {
            "callable_depth": quantity(20),
            "region_fraction": quantity(0.95, "fraction"),
        },
        "qc": [
            {
                "metric": "mean_target_depth",
                "role": "tumour",
                "lower": 100,
                "breach": "warn",
                "why": "test",
            },
            {
                "metric": "mean_target_depth",
                "role": "any",
                "lower": 10,
                "breach": "fail",
                "why": "test",
            },
        ],
        "filters": [
            filter_data("low_depth", "depth", below=50, hotspot=30),
            filter_data("low_alt_reads", "alt_reads", below=5),
            filter_data("strand_bias", "strand_odds", above=3.0, hotspot="exempt"),
            filter_data("population", "population_frequency", above=0.01, origin="not_germline"),
        ],
        "origin": {
            "normal_depth": quantity(20),
            "tumour_normal_ratio": quantity(5, "ratio"),
            "somatic_normal_vaf": quantity(0.03, "fraction"),
            "germline_normal_vaf": quantity(0.2, "fraction"),
            "germline_population": quantity(0.001, "fraction"),
        },
        **changes,
    }


def msi_data(**changes: Any) -> dict[str, Any]:
    """The section biomarkers.msi of a panel."""
    return {
        "loci": "msi_loci.bed",
        "normals": "msi_normals.tsv",
        "anchor": quantity(8, "bases"),
        "min_reads": quantity(20),
        "deviations": quantity(3, "ratio"),
        "min_shift": quantity(0.05, "repeats"),
        "min_loci": quantity(25, "loci"),
        "stable": quantity(0.1, "fraction"),
        "high": quantity(0.2, "fraction"),
        "min_purity": quantity(0.1, "fraction"),
        **changes,
    }


def filter_data(name: str, field: str, origin: str = "any", **limit: Any) -> dict[str, Any]:
    return {"id": name, "field": field, "origin": origin, "unit": "x", "why": "test", **limit}


def panel(**changes: Any) -> Panel:
    return Panel.model_validate(panel_data(**changes))


def variant(**changes: Any) -> dict[str, Any]:
    """A row of the variants table: a well-supported SNV, seen in no source."""
    row: dict[str, Any] = dict.fromkeys(VARIANTS.names)
    return row | {
        "chrom": "chr1",
        "pos": 500,
        "ref": "A",
        "alt": "T",
        "start": 499,
        "end": 500,
        "called_by": ["freebayes"],
        "caller_filters": [],
        "depth": 400,
        "alt_reads": 80,
        "vaf": 0.2,
        "normal_depth": 200,
        "normal_alt_reads": 0,
        "normal_vaf": 0.0,
        "normal_ratio": 0.0,
        "base_quality": 35.0,
        "mapping_quality": 60.0,
        "mapping_quality_loss": 0.0,
        "end_distance": 30.0,
        "extra_mismatches": 0.1,
        "strand_odds": 0.7,
        "damage_orientation": 0.0,
        "homopolymer": 0,
        "background_quality": 200.0,
        "cis_with": [],
        "gene": "GENE1",
        "consequence": ["missense_variant"],
        "impact": "MODERATE",
        "population_source": "population",
        **changes,
    }


def sequence(length: int, seed: int) -> str:
    return "".join(random.Random(seed).choices("ACGT", k=length))


def genome() -> dict[str, str]:
    return {name: sequence(length, seed) for seed, (name, length) in enumerate(CONTIGS.items())}


def write_fastq(path: Path, count: int = 5, mate: int = 1, name: str = "READ") -> None:
    text = "".join(f"@{name}:{i}/{mate}\n{'ACGT' * 25}\n+\n{'I' * 100}\n" for i in range(count))
    path.parent.mkdir(parents=True, exist_ok=True)
    data = text.encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def write_bam(path: Path, contigs: Mapping[str, int], order: str = "coordinate") -> None:
    header = {
        "HD": {"VN": "1.6", "SO": order},
        "SQ": [{"SN": name, "LN": length} for name, length in contigs.items()],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    pysam.AlignmentFile(str(path), "wb", header=header).close()


def write_sheet(path: Path, rows: list[Mapping[str, str]]) -> None:
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join(row.get(name, "") for name in COLUMNS) for row in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


def row(sample: str, role: str = "tumour", case: str = "C1", **changes: str) -> dict[str, str]:
    """A row of the sample sheet that comes in as FASTQ unless another door is named."""
    values = {
        "case": case,
        "sample": sample,
        "role": role,
        "analyte": "dna",
        "panel": "tiny",
        "tumour_type": "LUAD",
        "sex": "female",
    }
    if not changes.keys() & {"bam", "vcf", "fastq_1"}:
        values |= {f"fastq_{n}": f"reads/{sample}_R{n}.fastq.gz" for n in (1, 2)}
    return values | changes


def workspace(folder: Path, rows: list[Mapping[str, str]] | None = None) -> Path:
    """A deployment in ``folder`` that passes every check: config, panel, genome, reads."""
    rows = rows if rows is not None else [row("C1-T", purity="0.4"), row("C1-N", "normal")]
    config = {
        "samples": "config/samples.tsv",
        "panels": "config/panels",
        "genome": {
            "name": "tiny-1",
            "fasta": "genome/tiny.fa",
            "annotation": "genome/tiny.gff3",
        },
        "chunks": 2,
    }
    _write(folder / "config/config.yaml", yaml.safe_dump(config, sort_keys=False))
    _write(folder / "config/panels/tiny/panel.yaml", yaml.safe_dump(panel_data(), sort_keys=False))
    _write(folder / "config/panels/tiny/targets.bed", "chr1\t400\t700\tT1\nchr2\t100\t300\tT2\n")
    _write(
        folder / "config/panels/tiny/hotspots.tsv",
        "chrom\tstart\tend\tgene\tlabel\tsource\nchr1\t499\t501\tGENE1\tVal10\tPMID:1\n",
    )
    _write(
        folder / "genome/tiny.fa",
        "".join(f">{name}\n{bases}\n" for name, bases in genome().items()),
    )
    _write(folder / "genome/tiny.gff3", "##gff-version 3\n")
    write_sheet(folder / "config/samples.tsv", list(rows))
    for item in rows:
        for mate in (1, 2):
            if path := item.get(f"fastq_{mate}"):
                write_fastq(folder / path, mate=mate)
        if bam := item.get("bam"):
            write_bam(folder / bam, CONTIGS)
        if vcf := item.get("vcf"):
            write_vcf(folder / vcf, [item["sample"]])
    return folder


def write_vcf(path: Path, samples: list[str], records: str = "") -> None:
    contigs = "".join(f"##contig=<ID={name},length={n}>\n" for name, n in CONTIGS.items())
    columns = "\t".join(["#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT", *samples])
    _write(
        path,
        "##fileformat=VCFv4.2\n"
        f"{contigs}"
        '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">\n'
        '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Reads per allele">\n'
        f"{columns.replace(' ', chr(9))}\n{records}",
    )


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
