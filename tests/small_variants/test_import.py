"""The VCF door: alleles split with the evidence that is theirs, by the workflow's own rule."""

from pathlib import Path

import pytest

from builders import CONTIGS, genome, row, workspace
from dugnad.vcf import Call, read_calls
from support import Snakemake

CONTIG_LINES = "".join(f"##contig=<ID={name},length={n}>\n" for name, n in CONTIGS.items())
REF = genome()["chr1"][499]
ALTS = [base for base in "ACGT" if base != REF][:2]


def imported(
    folder: Path, snakemake: Snakemake, declared: str, fields: str, contigs: str = CONTIG_LINES
) -> dict[str, Call]:
    """The calls by alternative allele, of one record with two of them."""
    workspace(folder, [row("C1-T", vcf="c.vcf")])
    names, values = fields.split(" ")
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tC1-T"
    record = "\t".join(["chr1", "500", ".", REF, ",".join(ALTS), *"...", names, values])
    text = f"##fileformat=VCFv4.2\n{contigs}{declared}{columns}\n{record}\n"
    (folder / "c.vcf").write_text(text)
    target = "results/C1/small_variants/C1.calls.vcf.gz"
    snakemake(folder, "--cores", "1", "--show-failed-logs", target)
    return {call.alt: call for call in read_calls(folder / target, "C1-T", None)}


def fmt(key: str, number: str, kind: str = "Integer") -> str:
    return f'##FORMAT=<ID={key},Number={number},Type={kind},Description="x">\n'


@pytest.mark.parametrize(
    ("declared", "fields", "expected"),
    [
        (
            fmt("AD", "R") + fmt("DP", "1"),
            "AD:DP 50,40,10:100",
            [(100, 40, 0.4), (100, 10, 0.1)],
        ),
        (
            fmt("AD", ".") + fmt("AF", ".", "Float") + fmt("DP", "1"),
            "AD:AF:DP 50,40,10:0.4,0.1:100",
            [(100, 40, 0.4), (100, 10, 0.1)],
        ),
        (fmt("AO", ".") + fmt("DP", "1"), "AO:DP 40,10:100", [(100, 40, 0.4), (100, 10, 0.1)]),
        # without DP the depth of a split record is not known, and is not made up
        (fmt("AD", "R"), "AD 50,40,10", [(None, 40, None), (None, 10, None)]),
    ],
    ids=["R", "number left open", "AO", "no DP"],
)
def test_each_allele_keeps_its_own_reads(
    tmp_path: Path,
    snakemake: Snakemake,
    declared: str,
    fields: str,
    expected: list[tuple[int | None, int, float | None]],
) -> None:
    calls = imported(tmp_path, snakemake, declared, fields)
    found = [calls[alt].tumour for alt in ALTS]
    assert [(s.depth, s.alt_reads, s.vaf) for s in found] == expected


def test_a_vcf_without_contig_lines(tmp_path: Path, snakemake: Snakemake) -> None:
    declared = fmt("AD", "R") + fmt("DP", "1")
    calls = imported(tmp_path, snakemake, declared, "AD:DP 50,40,10:100", contigs="")
    assert {alt: call.tumour.vaf for alt, call in calls.items()} == dict(
        zip(ALTS, (0.4, 0.1), strict=True)
    )
