"""Annotation of 3,300 and of 100,000 variants, beside the plain tools: engine and sources."""

import random
import shlex
import shutil
from pathlib import Path

import pysam

from benchmarks.measure import ROOT, Row, compare, seconds, spent

NUMBERS = (3_300, 100_000)
GENES = 62_000  # of a whole genome's annotation, with four transcripts each, as Ensembl's
SOURCES = ("population", "clinvar", "dbsnp")
SITES = 200_000  # of each source
ENGINE = "bcftools csq --local-csq --samples - --trim-protein-seq 20"


def rows(demo: Path, room: Path) -> list[Row]:
    """Wall times, and the highest memory of one process."""
    genome, panel = (demo / "genome/demo.fa").resolve(), _panel(demo)
    home = room / "annotation"
    home.mkdir()
    whole_genome((demo / "genome/demo.gff3").resolve(), home / "genes.gff3")
    for seed, name in enumerate(SOURCES):
        _sites(genome, home / f"{name}.vcf.gz", SITES, seed, known=True)
    return [row for number in NUMBERS for row in _of(number, genome, panel, home)]


def _of(number: int, genome: Path, panel: Path, home: Path) -> list[Row]:
    """Time beside csq, and beside SnpEff where it is installed; memory."""
    _sites(genome, home / "calls.vcf.gz", number, len(SOURCES), known=False)
    ours, theirs = our_chain(genome, panel), plain_chain(genome)
    what = f"annotation of {number:,} variants, {len(SOURCES)} sources, whole-genome GFF3"
    told = "bcftools csq, which writes no HGVS names, and bcftools annotate for each source"
    n = 3 if number < 10_000 else 1

    def beside(told: str, chain: str) -> Row:
        return compare(what, told, lambda: seconds(ours, home), lambda: seconds(chain, home), n)

    found = [beside(told, theirs)]
    own, other = (max(peak(step, home) for step in one.split(" && ")) for one in (ours, theirs))
    found.append(Row(f"{what}: memory", own, "MB", other, round(own / other, 2), 1, told))
    if shutil.which("snpEff"):
        told = "SnpEff, which writes HGVS names, and bcftools annotate for each source"
        found.append(beside(told, snpeff_chain(genome, home)))
    return found


def our_chain(genome: Path, panel: Path) -> str:
    """As the workflow runs it."""
    keys = {"population": "frequency=AF", "clinvar": "significance=CLNSIG", "dbsnp": ""}
    kinds = {"population": "population", "clinvar": "clinical", "dbsnp": "identifiers"}
    sources = " ".join(f"--source {n} {kinds[n]} {n}.vcf.gz {keys[n]}".strip() for n in SOURCES)
    return (
        f"dugnad select-genes --annotation genes.gff3 --calls calls.vcf.gz --panel {panel}"
        f" --fasta {genome} --output few.gff3"
        f" && {ENGINE} --fasta-ref {genome} --gff-annot few.gff3 -Oz -o csq.vcf.gz calls.vcf.gz"
        f" && dugnad annotate-variants --calls csq.vcf.gz --tumour T --fasta {genome}"
        f" --annotation few.gff3 --panel {panel} {sources} --output variants.parquet"
    )


def plain_chain(genome: Path) -> str:
    """The engine on the whole annotation, then one pass for each source."""
    engine = f"{ENGINE} --fasta-ref {genome} --gff-annot genes.gff3 -Oz -o step.vcf.gz calls.vcf.gz"
    return f"{engine} && {_sources()}"


def snpeff_chain(genome: Path, home: Path) -> str:
    """SnpEff on its own database of the demo's genes, then one pass for each source."""
    data = home / "data/demo"
    data.mkdir(parents=True, exist_ok=True)
    shutil.copy(genome, data / "sequences.fa")
    shutil.copy(genome.with_suffix(".gtf"), data / "genes.gtf")
    (home / "snpEff.config").write_text(f"data.dir = {home}/data/\ndemo.genome : demo\n")
    build = "snpEff build -c snpEff.config -gtf22 -noCheckCds -noCheckProtein demo"
    seconds(build, home)
    engine = "snpEff ann -c snpEff.config -noStats -noLog demo calls.vcf.gz | sed 1d"
    return f"{engine} | bcftools view -Oz -o step.vcf.gz && {_sources()}"


def _sources() -> str:
    columns = {"population": "INFO/AF", "clinvar": "INFO/CLNSIG", "dbsnp": "ID"}
    steps = (
        f"bcftools index -ft step.vcf.gz && bcftools annotate -a {name}.vcf.gz -c {columns[name]}"
        " -Oz -o next.vcf.gz step.vcf.gz && mv next.vcf.gz step.vcf.gz"
        for name in SOURCES
    )
    return " && ".join(steps)


def peak(command: str, folder: Path) -> int:
    """The highest resident memory of one of a command's processes, in megabytes."""
    return round(spent(shlex.split(command), folder).memory)


def whole_genome(genes: Path, path: Path) -> None:
    """The demo's genes among as many rows, on other contigs, as a whole genome has."""
    chance = random.Random(1)
    with path.open("w") as out:
        out.write(genes.read_text())
        for gene in range(GENES):
            start = 1 + gene * 40_000 % 200_000_000
            contig, strand = f"other{gene % 24}", "+-"[gene % 2]
            exons = [start + 3_000 * index for index in range(chance.randint(1, 13))]

            def row(kind: str, first: int, last: int, words: str, phase: str = ".") -> str:
                place = f"{contig}\tensembl\t{kind}\t{first}\t{last}"  # noqa: B023
                return f"{place}\t.\t{strand}\t{phase}\t{words}\n"  # noqa: B023

            name = f"ENSG9{gene:010d}"
            words = f"ID=gene:{name};Name=OTHER{gene};biotype=protein_coding;gene_id={name}"
            out.write(row("gene", start, exons[-1] + 299, words))
            for number in range(4):
                own = f"ENST9{4 * gene + number:010d}"
                words = f"ID=transcript:{own};Parent=gene:{name};biotype=protein_coding"
                out.write(row("mRNA", start, exons[-1] + 299, f"{words};tag=basic;version=1"))
                parent = f"Parent=transcript:{own}"
                for rank, exon in enumerate(exons, 1):
                    words = f"{parent};Name=ENSE{rank};constitutive=0;rank={rank};version=1"
                    out.write(row("exon", exon, exon + 299, words))
                    out.write(row("CDS", exon, exon + 299, f"ID=CDS:{own};{parent}", "0"))


def _panel(demo: Path) -> Path:
    return next((demo / "config/panels").glob("*/panel.yaml")).resolve()


def _sites(genome: Path, path: Path, number: int, seed: int, known: bool) -> None:
    """Random variants, nine in ten of one base; of a source, or of calls."""
    chance = random.Random(seed)
    lines = ["##fileformat=VCFv4.2"]
    with pysam.FastaFile(str(genome)) as fasta:
        total, found = sum(fasta.lengths), set[tuple[str, int, str, str]]()
        bases = {name: fasta.fetch(name).upper() for name in fasta.references}
        lines += [f"##contig=<ID={n},length={len(b)}>" for n, b in bases.items()]
        for name, text in bases.items():
            for _ in range(number * len(text) // total):
                found.add((name, *_change(chance, text)))
    order = {name: index for index, name in enumerate(bases)}
    lines += ['##INFO=<ID=AF,Number=A,Type=Float,Description="f">']
    lines += ['##INFO=<ID=CLNSIG,Number=.,Type=String,Description="s">']
    lines += ['##FORMAT=<ID=AD,Number=R,Type=Integer,Description="reads">']
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
    lines.append(columns if known else f"{columns}\tFORMAT\tT")
    for name, pos, ref, alt in sorted(found, key=lambda one: (order[one[0]], one[1])):
        end = f"rs{pos}\t{ref}\t{alt}\t.\t.\tAF=0.01;CLNSIG=Benign"
        call = f".\t{ref}\t{alt}\t.\t.\t.\tAD\t80,20"
        lines.append(f"{name}\t{pos}\t{end if known else call}")
    plain = path.with_suffix("")
    plain.write_text("\n".join(lines) + "\n")
    pysam.tabix_compress(str(plain), str(path), force=True)
    pysam.tabix_index(str(path), preset="vcf", force=True)


def _change(chance: random.Random, text: str) -> tuple[int, str, str]:
    """1-based position, REF and ALT."""
    while True:
        at = chance.randrange(1, len(text) - 10)
        ref = text[at]
        kind = chance.random()
        if ref not in "ACGT":
            continue
        if kind < 0.9:
            return at + 1, ref, "ACGT"[("ACGT".index(ref) + chance.randint(1, 3)) % 4]
        size = chance.randint(1, 9)
        if kind < 0.95 and "N" not in text[at : at + size + 1]:
            return at + 1, text[at : at + size + 1], ref
        return at + 1, ref, ref + "".join(chance.choices("ACGT", k=size))


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        for one in rows(ROOT / "build/full", Path(place)):
            print(one)
