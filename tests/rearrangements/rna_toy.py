"""Two toy genes, their reads and their chimeric reads, for the tests of RNA."""

from pathlib import Path
from typing import Any

import pysam

from builders import panel, quantity, sequence
from dugnad.annotation.transcripts import Transcripts, read_transcripts
from dugnad.panel import Panel

LENGTHS = {"chr1": 3000, "chr2": 3000, "chrM": 500}
# exons, 0-based half-open and upwards: FIVE is read upwards, THREE downwards
FIVE = ((100, 200), (300, 400), (500, 600), (700, 801))
THREE = ((500, 600), (700, 800), (900, 1000))
NEXT = ((1000, 1100), (1300, 1400))
GENES = (
    ("FIVE", "chr1", "+", FIVE, (150, 750)),
    ("NEXT", "chr1", "+", NEXT, (1050, 1350)),
    ("THREE", "chr2", "-", THREE, (550, 950)),
)


def bases() -> dict[str, str]:
    return {name: sequence(length, seed) for seed, (name, length) in enumerate(LENGTHS.items())}


def write_genome(folder: Path) -> Path:
    path = folder / "toy.fa"
    path.write_text("".join(f">{name}\n{text}\n" for name, text in bases().items()))
    pysam.faidx(str(path))
    return path


def write_annotation(folder: Path) -> Path:
    lines = ["##gff-version 3"]
    for name, chrom, strand, exons, (low, high) in GENES:
        ends = f"{exons[0][0] + 1}\t{exons[-1][1]}\t.\t{strand}\t."
        gene = f"ID=gene:G{name};Name={name};biotype=protein_coding"
        own = f"ID=transcript:T{name};Parent=gene:G{name};biotype=protein_coding"
        lines += [f"{chrom}\tx\tgene\t{ends}\t{gene}", f"{chrom}\tx\tmRNA\t{ends}\t{own}"]
        for start, end in exons:
            parent = f"Parent=transcript:T{name}"
            lines.append(f"{chrom}\tx\texon\t{start + 1}\t{end}\t.\t{strand}\t.\t{parent}")
            first, last = max(start, low), min(end, high)
            lines.append(f"{chrom}\tx\tCDS\t{first + 1}\t{last}\t.\t{strand}\t0\t{parent}")
    path = folder / "toy.gff3"
    path.write_text("\n".join(lines) + "\n")
    return path


def transcripts(folder: Path) -> Transcripts:
    return read_transcripts(write_annotation(folder))


def read(name: str, chrom: str, start: int, cigar: str, flag: int = 0, quality: int = 255) -> Any:
    """A single read; its bases do not matter here."""
    item = pysam.AlignedSegment(header(chroms=True))
    item.query_name, item.flag, item.mapping_quality = name, flag, quality
    item.reference_id, item.reference_start = list(LENGTHS).index(chrom), start
    item.cigarstring = cigar
    item.query_sequence = "A" * int(item.infer_query_length() or 0)
    return item


def header(chroms: bool) -> pysam.AlignmentHeader:
    assert chroms
    return pysam.AlignmentHeader.from_references(list(LENGTHS), list(LENGTHS.values()))


def write_bam(path: Path, reads: list[Any]) -> Path:
    ordered = sorted(reads, key=lambda item: (item.reference_id, item.reference_start))
    with pysam.AlignmentFile(str(path), "wb", header=header(chroms=True)) as bam:
        for item in ordered:
            bam.write(item)
    pysam.index(str(path))
    return path


def rna_data(**changes: Any) -> dict[str, Any]:
    """Rules for RNA as a panel's YAML holds them."""
    row = {"unit": "x", "why": "test"}
    return {
        "methods": ["star"],
        "min_fragments": quantity(2),
        "excluded": [{"id": "excluded_gene", "contigs": ["chrM"], "genes": ["HB*"], "why": "test"}],
        "filters": [
            {"id": "few_reads", "field": "reads", "below": 4, "known": 2, **row},
            {"id": "few_starts", "field": "read_starts", "below": 2, **row},
            {"id": "off_exons", "field": "off_exon_reads", "below": 3, **row},
            {"id": "read_through", "field": "neighbour", "below": 500, "known": "exempt", **row},
            {"id": "low_fraction", "field": "fraction", "below": 0.05, **row},
            {"id": "low_quality", "field": "mapping_quality", "below": 10, **row},
        ],
        **changes,
    }


def rna_panel(**changes: Any) -> Panel:
    return panel(
        genes=["FIVE", "THREE"],
        rearrangements={
            "dna_methods": [],
            "fusion_genes": "fusion_genes.tsv",
            "search": {
                "margin": quantity(100, "bases"),
                "min_size": quantity(50, "bases"),
                "min_fragments": quantity(2),
                "exact": quantity(5, "bases"),
            },
            "filters": [],
            "rna": rna_data(**changes),
        },
    )


def chimeric(  # one row of STAR's table; the breakpoints are the first bases outside the read
    name: str, side_a: tuple[str, int, str], side_b: tuple[str, int, str], kind: int, **more: Any
) -> str:
    begins, cigars = more.get("begins", (1, 1)), more.get("cigars", ("50M50S", "50S50M"))
    cells = [*side_a, *side_b, kind, 0, more.get("repeat", 0), name]
    cells += [begins[0], cigars[0], begins[1], cigars[1], *more.get("tail", ())]
    return "\t".join(map(str, cells)) + "\n"
