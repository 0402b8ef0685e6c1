"""Calling a tumour at 500x with its normal, beside freebayes over the same targets."""

import random
from pathlib import Path

import pysam

from benchmarks.measure import ROOT, Row, compare, seconds
from dugnad.demo.truth import load_truth
from dugnad.regions import merge, read_targets

CASE, TUMOUR, NORMAL = "IPX0001", "IPX0001-D01-P01-A15", "IPX0001-D01-N01-B15"
CANDIDATES = 10_000
WORKFLOW = ["snakemake", "--snakefile", ROOT / "Snakefile", "--profile", ROOT / "profiles/local"]
CALLS = f"results/{CASE}/small_variants/{CASE}.calls.vcf.gz"


def rows(_demo: Path, room: Path) -> list[Row]:
    deep = ROOT / "build/bench-deep"
    seconds(["dugnad", "demo", "--output", deep, "--cases", CASE, "--scale", "1.25"], ROOT)
    run = [*WORKFLOW, "--directory", deep]
    seconds([*run, CALLS], ROOT)
    return [stage(deep, run, room), many_candidates(deep, room)]


def stage(deep: Path, run: list[object], room: Path) -> Row:
    """The whole stage by Snakemake, from alignments to counted variants."""
    fasta = (deep / "genome/demo.fa").resolve()
    targets = (deep / "config/panels/demo-560/targets.bed").resolve()
    bams = " ".join(str(path.resolve()) for path in _bams(deep))
    whole = (
        f"freebayes -f {fasta} -t {targets} --pooled-continuous -F 0.01 -C 3 -q 20 -m 20 {bams}"
        f" | bcftools norm -f {fasta} -m -any -Ob -o whole.bcf"
    )
    forced = [*run, "--forcerun", "call_pileup", "--", CALLS]
    row = compare(
        "small variants of 500x tumour and normal, whole stage",
        "freebayes over the targets in one process",
        lambda: seconds(forced, ROOT),
        lambda: seconds(whole, room),
        n=3,
    )
    lost = _true(deep, room / "whole.bcf") - _true(deep, deep / CALLS)
    if lost:
        raise SystemExit(f"bench: true variants that freebayes finds are lost: {sorted(lost)}")
    return row


def _bams(deep: Path) -> list[Path]:
    return [deep / f"results/{CASE}/alignment/{name}.bam" for name in (TUMOUR, NORMAL)]


def _true(deep: Path, calls: Path) -> set[tuple[str, int, str, str]]:
    """The true variants that a VCF of split alleles has."""
    truth = {v.key for v in load_truth(deep, CASE).variants if v.origin != "artefact"}
    with pysam.VariantFile(str(calls)) as vcf:
        return truth & {(r.chrom, r.pos, str(r.ref), (r.alts or ("",))[0]) for r in vcf}


def many_candidates(deep: Path, room: Path) -> Row:
    """Recounting ten thousand candidates in the tumour, beside reading its alignment once."""
    fasta = (deep / "genome/demo.fa").resolve()
    _candidates(deep, fasta, room / "many.vcf")
    bam = _bams(deep)[0].resolve()
    recount = (
        f"dugnad recount-variants --calls many many.vcf --sample {TUMOUR} {bam} --fasta {fasta}"
        " --error-rate 0.0005 --min-base-quality 20 --min-mapping-quality 20 --output many.vcf.gz"
    )
    return compare(
        f"recounting {CANDIDATES:,} candidates at 500x",
        "samtools mpileup of the targets",
        lambda: seconds(recount, room),
        lambda: seconds(f"samtools mpileup -d 0 -Q 20 -q 20 -l many.bed {bam} > m.txt", room),
        n=3,
    )


def _candidates(deep: Path, fasta: Path, path: Path) -> None:
    regions = merge(read_targets(deep / "config/panels/demo-560/targets.bed"))
    bases = [(r.chrom, place) for r in regions for place in range(r.start, r.end)]
    chosen = sorted(random.Random(1).sample(range(len(bases)), CANDIDATES))
    with pysam.FastaFile(str(fasta)) as genome, path.open("w") as out:
        out.write("##fileformat=VCFv4.2\n")
        for name, length in zip(genome.references, genome.lengths, strict=True):
            out.write(f"##contig=<ID={name},length={length}>\n")
        out.write("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
        for index in chosen:
            chrom, place = bases[index]
            ref = genome.fetch(chrom, place, place + 1).upper()
            alt = "ACGT"[("ACGT".index(ref) + 1) % 4]
            out.write(f"{chrom}\t{place + 1}\t.\t{ref}\t{alt}\t.\t.\t.\n")
    bed = "".join(f"{r.chrom}\t{r.start}\t{r.end}\n" for r in regions)
    path.with_suffix(".bed").write_text(bed)
