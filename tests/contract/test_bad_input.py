"""Each bad input gives one clear message, status 2, and nothing half made."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from builders import CONTIGS, row, workspace, write_bam, write_fastq, write_sheet, write_vcf
from dugnad.cli import main

SHEET = Path("config/samples.tsv")
PANEL = Path("config/panels/tiny/panel.yaml")
TARGETS = Path("config/panels/tiny/targets.bed")
CONFIG = Path("config/config.yaml")
# the check digits are right; the number is of nobody: synthetic test numbers have month + 80
IDENTITY_NUMBER = "21883649874"


@dataclass(frozen=True)
class Bad:
    """A fault, and all that the check says of it."""

    name: str
    spoil: Callable[[], None]
    says: str
    arguments: tuple[str, ...] = ()


def sheet(*rows: dict[str, str]) -> Callable[[], None]:
    return lambda: write_sheet(SHEET, list(rows))


def text(path: Path, content: str) -> Callable[[], None]:
    def spoil() -> None:
        path.write_text(content)

    return spoil


def both(first: Callable[[], None], second: Callable[[], None]) -> Callable[[], None]:
    def spoil() -> None:
        first()
        second()

    return spoil


def replace(path: Path, old: str, new: str) -> Callable[[], None]:
    def spoil() -> None:
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    return spoil


def edit_yaml(path: Path, *keys: str, value: object = None) -> Callable[[], None]:
    """Set a key, or remove it when no value is given."""

    def spoil() -> None:
        data = yaml.safe_load(path.read_text())
        place = data
        for key in keys[:-1]:
            place = place[key]
        if value is None:
            del place[keys[-1]]
        else:
            place[keys[-1]] = value
        path.write_text(yaml.safe_dump(data, sort_keys=False))

    return spoil


def bam_with(contigs: dict[str, int], order: str = "coordinate") -> Callable[[], None]:
    def spoil() -> None:
        write_sheet(SHEET, [row("C1-T", bam="t.bam")])
        write_bam(Path("t.bam"), contigs, order)

    return spoil


def truncate() -> None:
    path = Path("reads/C1-T_R2.fastq.gz")
    path.write_bytes(path.read_bytes()[:-12])


def not_fastq() -> None:
    with gzip.open("reads/C1-T_R1.fastq.gz", "wt") as file:
        file.write(">contig\nACGT\n")


def bam_that_was_cut_off() -> None:
    bam_with(CONTIGS)()
    path = Path("t.bam")
    path.write_bytes(path.read_bytes()[:-28])


def not_bam() -> None:
    bam_with(CONTIGS)()
    Path("t.bam").write_text("no\n")


def empty_fastq() -> None:
    for mate in (1, 2):
        Path(f"reads/C1-T_R{mate}.fastq.gz").write_bytes(b"")


def other_vcf() -> None:
    write_vcf(Path("c.vcf"), ["C1-T"])
    replace(Path("c.vcf"), "length=2000", "length=2001")()


def vcf_of_another() -> None:
    write_sheet(SHEET, [row("C1-T", vcf="c.vcf"), row("C1-N", "normal", vcf="c.vcf")])
    write_vcf(Path("c.vcf"), ["A", "B"])


def umis(**where: object) -> Callable[[], None]:
    """The panel's library has UMIs."""
    return edit_yaml(PANEL, "library", "umi", value=where)


def one_name_without_umi() -> None:
    """All reads but the third have one."""
    for mate in (1, 2):
        names = [f"READ:{n}" + ("" if n == 2 else ":ACGTAC+TTTGGG") for n in range(4)]
        reads = "".join(f"@{name} {mate}\n{'ACGT' * 25}\n+\n{'I' * 100}\n" for name in names)
        for sample in ("C1-T", "C1-N"):
            path = Path(f"reads/{sample}_R{mate}.fastq.gz")
            path.write_bytes(gzip.compress(reads.encode()))


def trial(alteration: str | None) -> Callable[[], None]:
    """A folder of trials with one of one alteration, or with none."""

    def spoil() -> None:
        CONFIG.write_text(CONFIG.read_text() + "trials: config/trials\n")
        folder = CONFIG.parent / "trials"
        folder.mkdir()
        if alteration:
            head = "id: one\ntitle: One\nas_of: 2026-01-01\nverify_before_use: true\n"
            head += "source: a protocol, 2026\ncohorts:\n"
            cohort = (
                f"  - {{id: A, drugs: [x],\n     any_of: [{alteration}], tumour_types: [any]}}\n"
            )
            (folder / "one.yaml").write_text(head + cohort)

    return spoil


T, N = row("C1-T"), row("C1-N", "normal")
R = row("C1-R", analyte="rna")
COLUMNS = (
    "case, sample, role, analyte, panel, tumour_type, purity, sex, fastq_1, fastq_2, bam, vcf,"
    " consent, age_band"
)
CASES = [
    Bad(
        "missing sheet",
        SHEET.unlink,
        "config/samples.tsv: no such file; check the path",
    ),
    Bad(
        "empty sheet",
        lambda: SHEET.write_text("\n"),
        "config/samples.tsv:1: is empty; write a header and one row per sample",
    ),
    Bad(
        "header without a row",
        sheet(),
        "config/samples.tsv:1: has a header but no row; add one row per sample",
    ),
    Bad(
        "unknown column",
        replace(SHEET, "purity", "putiry"),
        f"config/samples.tsv:1: putiry: unknown column; known are {COLUMNS}",
    ),
    Bad(
        "column about a person",
        replace(SHEET, "consent", "patient_name"),
        "config/samples.tsv:1: patient_name: a column about a person; remove it from the sheet",
    ),
    Bad(
        "tumour type that is none",
        sheet(T | {"tumour_type": "LAUD"}, N | {"tumour_type": "LAUD"}),
        "config/samples.tsv:2: tumour_type: is not an OncoTree code that is known here"
        " (got 'LAUD'); did you mean LUAD?\n"
        "config/samples.tsv:3: tumour_type: is not an OncoTree code that is known here"
        " (got 'LAUD'); did you mean LUAD?",
    ),
    Bad(
        "trials that are not there",
        trial(None),
        "config/trials: holds no trial; write a YAML file each, or take the key away",
    ),
    Bad(
        "trial with an alteration that cannot be read",
        trial("BRAF V600E"),
        "config/trials/one.yaml:8: cohorts.0.any_of.0: 'V600E' is not a class of alterations"
        " (got 'BRAF V600E'); write one of mutation, oncogenic, truncating, loss_of_function,"
        " missense, inframe_deletion, inframe_insertion, amplification, homozygous_deletion,"
        " fusion, rearrangement, wild_type",
    ),
    Bad(
        "duplicate sample",
        sheet(row("C1-T", bam="a.bam"), row("C1-T", bam="b.bam")),
        "config/samples.tsv:3: sample: is there twice, also in line 2 (got 'C1-T');"
        " only FASTQ pairs may have several rows",
    ),
    Bad(
        "same FASTQ twice",
        sheet(T, row("C1-N", "normal", fastq_1=T["fastq_1"], fastq_2="reads/x.fastq.gz")),
        "config/samples.tsv:3: fastq_1: is used twice, also in line 2"
        " (got 'reads/C1-T_R1.fastq.gz'); name the right file",
    ),
    Bad(
        "one FASTQ of a pair",
        sheet(row("C1-T", fastq_1="reads/C1-T_R1.fastq.gz")),
        "config/samples.tsv:2: fastq_2 is missing; reads come in pairs, give both files",
    ),
    Bad(
        "case named as the run's folder",
        sheet(row("C1-T", case="run")),
        "config/samples.tsv:2: case: is the folder of what concerns all cases (got 'run');"
        " rename the case",
    ),
    Bad(
        "two VCFs for one case",
        sheet(row("C1-T", vcf="a.vcf"), row("C1-N", "normal", vcf="b.vcf")),
        "config/samples.tsv:3: vcf: differs from line 2 of the same case (got 'b.vcf');"
        " name one VCF with a column for each sample",
    ),
    Bad(
        "identity number for a header",
        text(SHEET, f"{IDENTITY_NUMBER}\tx\n"),
        "\n".join(
            [
                f"config/samples.tsv:1: ***********: unknown column; known are {COLUMNS}",
                f"config/samples.tsv:1: x: unknown column; known are {COLUMNS}",
                *(
                    f"config/samples.tsv:1: {name}: column is missing; add it"
                    for name in ("case", "sample", "role", "analyte", "panel", "tumour_type")
                ),
            ]
        ),
    ),
    Bad(
        "second tumour",
        sheet(T, row("C1-U")),
        "config/samples.tsv:3: role: case C1 has a second tumour DNA sample; make it another case",
    ),
    Bad(
        "second RNA",
        sheet(T, R, row("C1-S", analyte="rna")),
        "config/samples.tsv:4: role: case C1 has a second tumour RNA sample; make it another case",
    ),
    Bad(
        "RNA of the normal",
        sheet(T, R | {"role": "normal"}),
        "config/samples.tsv:3: RNA is of the tumour only; write role tumour or analyte dna",
    ),
    Bad(
        "RNA as BAM",
        sheet(T, row("C1-R", analyte="rna", bam="r.bam")),
        "config/samples.tsv:3: RNA comes as reads; give fastq_1 and fastq_2",
    ),
    Bad(
        "RNA alone",
        sheet(R),
        "config/samples.tsv:2: analyte: case C1 has RNA but no tumour DNA, and RNA alone is not"
        " analysed; add its DNA",
    ),
    Bad(
        "RNA and a normal, without tumour DNA",
        sheet(N, R),
        "config/samples.tsv:2: analyte: case C1 has RNA but no tumour DNA, and RNA alone is not"
        " analysed; add its DNA",
    ),
    Bad(
        "RNA and DNA under one name",
        sheet(T, row("C1-T", analyte="rna", fastq_1="reads/a.fq", fastq_2="reads/b.fq")),
        "config/samples.tsv:3: analyte: differs from line 2 of the same sample (got 'rna');"
        " write 'dna' or mend that",
    ),
    Bad(
        "analyte that is neither",
        sheet(T | {"analyte": "protein"}),
        "config/samples.tsv:2: analyte: is not an allowed value (got 'protein');"
        " write 'dna' or 'rna'",
    ),
    Bad(
        "missing RNA FASTQ",
        sheet(T, R),
        "config/samples.tsv:3: fastq_1: no such file (got 'reads/C1-R_R1.fastq.gz');"
        " check the path\n"
        "config/samples.tsv:3: fastq_2: no such file (got 'reads/C1-R_R2.fastq.gz');"
        " check the path",
    ),
    Bad(
        "RNA FASTQ that is not FASTQ",
        sheet(T, R | {"fastq_1": "genome/tiny.fa", "fastq_2": "reads/C1-N_R2.fastq.gz"}),
        "genome/tiny.fa:1: is not FASTQ: expected '@' and a name (got '>chr1');"
        " check the file's format",
    ),
    Bad(
        "no tumour",
        sheet(N),
        "config/samples.tsv:2: role: case C1 has no tumour sample; add its row",
    ),
    Bad(
        "purity 40",
        sheet(T | {"purity": "40"}),
        "config/samples.tsv:2: purity: must be a fraction between 0 and 1 (got '40'); write 0.40",
    ),
    Bad(
        "purity as text",
        sheet(T | {"purity": "high"}),
        "config/samples.tsv:2: purity: must be a fraction between 0 and 1 (got 'high');"
        " write e.g. 0.40",
    ),
    *(
        Bad(
            f"sample name with {mark!r}",
            sheet(T | {"sample": f"C1{mark}T"}),
            "config/samples.tsv:2: sample: may hold letters, digits and hyphens only"
            f" (got 'C1{mark}T'); rename it",
        )
        for mark in ("/", ";", " ")
    ),
    Bad(
        "path with a shell character",
        sheet(T | {"fastq_1": "reads/$(id).fastq.gz"}),
        "config/samples.tsv:2: fastq_1: has a character that no file name here may have"
        " (got 'reads/$(id).fastq.gz'); rename the file",
    ),
    *(
        Bad(
            f"identity number in {column}",
            sheet(T | {column: value}),
            f"config/samples.tsv:2: {column}: looks like a national identity number"
            f" (got '{masked}'); use a pseudonym",
        )
        for column, value, masked in (
            ("sample", IDENTITY_NUMBER, "***********"),
            ("fastq_1", f"reads/{IDENTITY_NUMBER}_R1.fastq.gz", "reads/***********_R1.fastq.gz"),
            ("consent", f"{IDENTITY_NUMBER[:6]} {IDENTITY_NUMBER[6:]}", "***********"),
        )
    ),
    Bad(
        "date of birth",
        sheet(T | {"sample": "1961-03-05"}),
        "config/samples.tsv:2: sample: looks like a date (got 'a date'); use a pseudonym",
    ),
    Bad(
        "missing FASTQ",
        Path("reads/C1-T_R1.fastq.gz").unlink,
        "config/samples.tsv:2: fastq_1: no such file (got 'reads/C1-T_R1.fastq.gz');"
        " check the path",
    ),
    Bad(
        "unpaired FASTQ counts",
        lambda: write_fastq(Path("reads/C1-T_R2.fastq.gz"), count=3, mate=2),
        "reads/C1-T_R2.fastq.gz:13: ends after 3 reads, but reads/C1-T_R1.fastq.gz goes on;"
        " the files are not one pair, or one was cut: copy both again",
        ("--reads",),
    ),
    Bad(
        "reads that do not pair",
        lambda: write_fastq(Path("reads/C1-T_R2.fastq.gz"), mate=2, name="OTHER"),
        "reads/C1-T_R2.fastq.gz:1: read name differs from 'READ:0' in reads/C1-T_R1.fastq.gz"
        " (got 'OTHER:0'); sort both files alike",
    ),
    Bad(
        "truncated gzip",
        truncate,
        "reads/C1-T_R2.fastq.gz:17: the gzip stream ends too early; the file is truncated:"
        " copy it again",
        ("--reads",),
    ),
    Bad(
        "FASTQ that is not FASTQ",
        not_fastq,
        "reads/C1-T_R1.fastq.gz:1: is not FASTQ: expected '@' and a name (got '>contig');"
        " check the file's format",
    ),
    Bad(
        "empty FASTQ",
        empty_fastq,
        "reads/C1-T_R1.fastq.gz:1: holds no read; check that the right file was named",
    ),
    Bad(
        "BAM with another contig length",
        bam_with({"chr1": 3000, "chr2": 2001}),
        "config/samples.tsv:2: bam: is aligned to another genome: contig 'chr2' has 2001 bases,"
        " the config's genome 2000 (got 't.bam'); align the reads anew",
    ),
    Bad(
        "BAM without chr",
        bam_with({"1": 3000, "2": 2000}),
        "config/samples.tsv:2: bam: is aligned to another genome: it lacks the targets' contig"
        " 'chr1' (got 't.bam'); use the panel's genome",
    ),
    Bad(
        "unsorted BAM",
        bam_with(CONTIGS, order="queryname"),
        "config/samples.tsv:2: bam: is not sorted by coordinate (got 'queryname');"
        " run: samtools sort",
    ),
    Bad(
        "BAM that was cut off",
        bam_that_was_cut_off,
        "config/samples.tsv:2: bam: ends in the middle (got 't.bam'); copy it once more",
    ),
    Bad(
        "BAM that is not BAM",
        not_bam,
        "config/samples.tsv:2: bam: is not a BAM or CRAM file (got 't.bam'); name another",
    ),
    Bad(
        "VCF without the samples",
        vcf_of_another,
        "config/samples.tsv:2: vcf: has no column for sample 'C1-T' (it has A, B);"
        " rename the column\n"
        "config/samples.tsv:3: vcf: has no column for sample 'C1-N' (it has A, B);"
        " rename the column",
    ),
    Bad(
        "VCF of another genome",
        both(sheet(row("C1-T", vcf="c.vcf")), other_vcf),
        "config/samples.tsv:2: vcf: is of another genome: contig 'chr2' has 2001 bases, the"
        " config's genome 2000 (got 'c.vcf'); call the variants anew",
    ),
    Bad(
        "read without a name",
        lambda: write_fastq(Path("reads/C1-T_R1.fastq.gz"), name=" "),
        "reads/C1-T_R1.fastq.gz:1: is not FASTQ: expected '@' and a name (got '@ :0/1');"
        " check the file's format",
    ),
    Bad(
        "sample in two cases",
        sheet(T, row("C1-N", "normal"), row("C2-T", case="C2"), row("C1-N", "normal", "C2")),
        "config/samples.tsv:5: fastq_1: is used twice, also in line 3"
        " (got 'reads/C1-N_R1.fastq.gz'); name the right file\n"
        "config/samples.tsv:5: fastq_2: is used twice, also in line 3"
        " (got 'reads/C1-N_R2.fastq.gz'); name the right file\n"
        "config/samples.tsv:5: sample: belongs to another case in line 3 (got 'C1-N');"
        " a sample belongs to one case, rename it",
    ),
    Bad(
        "BED without chr",
        lambda: TARGETS.write_text("1\t400\t700\n2\t100\t300\n"),
        "config/panels/tiny/targets.bed:1: no contig of it is in the genome (got '1');"
        " the genome names them like 'chr1'",
    ),
    Bad(
        "BED beyond the contig",
        lambda: TARGETS.write_text("chr1\t400\t700\tT1\nchr2\t1900\t2100\tT2\n"),
        "config/panels/tiny/targets.bed:2: end 2100 is beyond the contig's 2000 bases"
        " (got 'chr2:1900-2100'); mend the line",
    ),
    Bad(
        "BED that is not BED",
        lambda: TARGETS.write_text("chr1\t400\t700\nchr1 800 900\nchr2\t300\t100\n"),
        "config/panels/tiny/targets.bed:2: is not BED (got 'chr1 800 900');"
        " write chrom, start, end\n"
        "config/panels/tiny/targets.bed:3: end is not after start (got 'chr2\\t300\\t100');"
        " mend the line",
    ),
    Bad(
        "gene that the annotation lacks",
        text(Path("genome/tiny.gff3"), "chr1\tx\tgene\t1\t9\t.\t+\t.\tID=gene:G;Name=GENE9\n"),
        "config/panels/tiny/panel.yaml: genes: not in genome/tiny.gff3 (got 'GENE1');"
        " write the symbol that the annotation has",
    ),
    Bad(
        "GFF3 without chr",
        lambda: Path("genome/tiny.gff3").write_text("1\tx\tgene\t1\t9\t.\t+\t.\tID=gene:G\n"),
        "genome/tiny.gff3: shares no contig with genome/tiny.fa (got '1', the genome has 'chr1');"
        " use files of one genome, with or without 'chr' throughout",
    ),
    Bad(
        "missing genome",
        Path("genome/tiny.fa").unlink,
        "config/config.yaml: genome.fasta: no such file (got 'genome/tiny.fa'); check the path",
    ),
    Bad(
        "panel with an unknown key",
        edit_yaml(PANEL, "calling", "min_dpeth", value={"value": 5, "unit": "x", "why": "y"}),
        "config/panels/tiny/panel.yaml:36: calling.min_dpeth: unknown key; remove it",
    ),
    Bad(
        "panel with a missing threshold",
        edit_yaml(PANEL, "calling", "min_vaf"),
        "config/panels/tiny/panel.yaml:15: calling.min_vaf: is missing; add it",
    ),
    Bad(
        "UMIs where duplicates are kept",
        both(umis(where="read_name"), edit_yaml(PANEL, "library", "duplicates", value="keep")),
        "config/panels/tiny/panel.yaml:9: library: umi is for marking duplicates;"
        " write duplicates: mark or remove umi",
    ),
    Bad(
        "inline UMI without its length",
        umis(where="inline", skip=1),
        "config/panels/tiny/panel.yaml:12: library.umi: inline needs length and skip;"
        " add them, skip 0 if there is none",
    ),
    Bad(
        "inline UMI of no base",
        umis(where="inline", length=0, skip=0),
        "config/panels/tiny/panel.yaml:14: library.umi.length: must be at least 1 (got '0');"
        " mend the number",
    ),
    Bad(
        "UMI of the name with a length",
        umis(where="read_name", length=6),
        "config/panels/tiny/panel.yaml:12: library.umi: read_name has no length and no skip;"
        " remove them",
    ),
    Bad(
        "UMI elsewhere",
        umis(where="index"),
        "config/panels/tiny/panel.yaml:13: library.umi.where: is not an allowed value"
        " (got 'index'); write 'inline' or 'read_name'",
    ),
    Bad(
        "reads without the UMI that the panel promises",
        umis(where="read_name"),
        "reads/C1-T_R1.fastq.gz:1: the read's name does not end in a UMI (got 'READ:0');"
        " name reads ...:ACGT+ACGT, or mend library.umi of the panel\n"
        "reads/C1-N_R1.fastq.gz:1: the read's name does not end in a UMI (got 'READ:0');"
        " name reads ...:ACGT+ACGT, or mend library.umi of the panel",
    ),
    Bad(
        "one read without the UMI that the panel promises",
        both(umis(where="read_name"), both(sheet(T), one_name_without_umi)),
        "reads/C1-T_R1.fastq.gz:9: the read's name does not end in a UMI (got 'READ:2');"
        " name reads ...:ACGT+ACGT, or mend library.umi of the panel",
        ("--reads",),
    ),
    Bad(
        "threshold without a reason",
        edit_yaml(PANEL, "coverage", "callable_depth", "why"),
        "config/panels/tiny/panel.yaml:37: coverage.callable_depth.why: is missing; add it",
    ),
    Bad(
        "fraction written as per cent",
        edit_yaml(PANEL, "calling", "min_vaf", "value", value=2),
        "config/panels/tiny/panel.yaml:17: calling.min_vaf.value: must be at most 1.0 (got '2');"
        " mend the number",
    ),
    Bad(
        "wrong unit",
        edit_yaml(PANEL, "coverage", "callable_depth", "unit", value="fraction"),
        "config/panels/tiny/panel.yaml:39: coverage.callable_depth.unit: is not an allowed value"
        " (got 'fraction'); write 'reads'",
    ),
    Bad(
        "errors that never happen",
        edit_yaml(PANEL, "calling", "error_rate", "value", value=0),
        "config/panels/tiny/panel.yaml:15: calling: error_rate must be above 0 and below 0.1; write"
        " e.g. 0.0005",
    ),
    Bad(
        "callers without the one that leads",
        edit_yaml(PANEL, "callers", value=["freebayes"]),
        "config/panels/tiny/panel.yaml:1: callers lack pileup, which says where the others look;"
        " add it",
    ),
    Bad(
        "filter that promises what no caller proposes",
        replace(PANEL, "below: 5\n", "below: 2\n  hotspot: 4\n"),
        "config/panels/tiny/panel.yaml:1: filter low_alt_reads lets alt_reads 2 pass, but callers"
        " propose nothing below 3; lower the calling minimum",
    ),
    Bad(
        "hotspot outside the targets",
        text(TARGETS, "chr1\t400\t500\nchr2\t100\t300\n"),
        "config/panels/tiny/hotspots.tsv:2: Val10: lies outside the targets, where nothing is"
        " called; extend the targets or remove it",
    ),
    Bad(
        "hotspot limit that is neither",
        replace(PANEL, "hotspot: exempt", "hotspot: off"),
        "config/panels/tiny/panel.yaml:76: filters.2.hotspot: must be a number or 'exempt'"
        " (got 'False'); write one of them",
    ),
    Bad(
        "panel of another genome",
        edit_yaml(PANEL, "genome", value="GRCh38"),
        "config/panels/tiny/panel.yaml:4: genome: the panel was made for another genome than the"
        " config's 'tiny-1' (got 'GRCh38'); use the panel's genome",
    ),
    Bad(
        "panel that does not exist",
        sheet(T | {"panel": "huge"}),
        "config/samples.tsv:2: panel: there is no config/panels/huge/panel.yaml (got 'huge');"
        " name a panel of config/panels",
    ),
    Bad(
        "misspelt key in the config",
        replace(CONFIG, "chunks: 2", "chunk: 2"),
        "config/config.yaml:7: chunk: unknown key; did you mean 'chunks'?",
    ),
    Bad(
        "config that is not YAML",
        lambda: CONFIG.write_text("samples: [\n"),
        "config/config.yaml:2: is not YAML: expected the node content, but found '<stream end>';"
        " mend the syntax",
    ),
    Bad(
        "key written twice",
        lambda: CONFIG.write_text(CONFIG.read_text() + "chunks: 3\n"),
        "config/config.yaml:8: chunks: is written twice; keep one",
    ),
    Bad(
        "faults of sheet and panel at once",
        both(sheet(T | {"purity": "40"}, row("C2-T", case="C2")), edit_yaml(PANEL, "version")),
        "config/samples.tsv:2: purity: must be a fraction between 0 and 1 (got '40'); write 0.40\n"
        "config/panels/tiny/panel.yaml:1: version: is missing; add it",
    ),
    Bad(
        "both files of a pair missing",
        sheet(row("C1-U")),
        "config/samples.tsv:2: fastq_1: no such file (got 'reads/C1-U_R1.fastq.gz');"
        " check the path\n"
        "config/samples.tsv:2: fastq_2: no such file (got 'reads/C1-U_R2.fastq.gz');"
        " check the path",
    ),
    Bad(
        "several faults, all told at once",
        sheet(T | {"purity": "40", "sex": "f"}, N | {"tumour_type": "lung"}),
        "config/samples.tsv:2: purity: must be a fraction between 0 and 1 (got '40'); write 0.40\n"
        "config/samples.tsv:2: sex: is not an allowed value (got 'f');"
        " write 'female', 'male' or 'unknown'\n"
        "config/samples.tsv:3: tumour_type: must be an OncoTree code in capitals (got 'lung');"
        " write e.g. LUAD",
    ),
]


@pytest.fixture
def deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(workspace(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("deployment")
def test_good_input_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--reads"]) == 0
    assert "1 cases, 2 samples, 1 panels" in capsys.readouterr().err


@pytest.mark.usefixtures("deployment")
@pytest.mark.parametrize("bad", CASES, ids=lambda bad: bad.name)
def test_bad_input(bad: Bad, capsys: pytest.CaptureFixture[str]) -> None:
    bad.spoil()
    status = main(["check", *bad.arguments])
    assert capsys.readouterr().err.rstrip("\n") == bad.says
    assert status == 2


@pytest.mark.usefixtures("deployment")
def test_umis_of_the_dna_are_not_asked_of_the_rna(capsys: pytest.CaptureFixture[str]) -> None:
    write_sheet(SHEET, [T, R])
    for mate in (1, 2):
        write_fastq(Path(f"reads/C1-R_R{mate}.fastq.gz"), mate=mate)
    one_name_without_umi()
    umis(where="read_name")()
    assert main(["check"]) == 0
    assert "1 cases, 2 samples, 1 panels" in capsys.readouterr().err


@pytest.mark.usefixtures("deployment")
def test_byte_order_mark_and_windows_line_ends_are_accepted() -> None:
    text = SHEET.read_text().replace("\n", "\r\n") + "\r\n# a comment\r\n"
    SHEET.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert main(["check"]) == 0
