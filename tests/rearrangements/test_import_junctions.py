"""Callers' records as junctions; delly's are of simulated reads with known joins."""

import json
from pathlib import Path

import pytest

from dugnad.cli import main
from dugnad.rearrangements.import_junctions import read
from dugnad.tables import JUNCTIONS, read_table

HEADER = """##fileformat=VCFv4.2
##source={source}
##contig=<ID=c1,length=40000>
##contig=<ID=c2,length=40000>
##FILTER=<ID=LowQual,Description="x">
##INFO=<ID=SVTYPE,Number=1,Type=String,Description="x">
##INFO=<ID=END,Number=1,Type=Integer,Description="x">
##INFO=<ID=CHR2,Number=1,Type=String,Description="x">
##INFO=<ID=POS2,Number=1,Type=Integer,Description="x">
##INFO=<ID=CT,Number=1,Type=String,Description="x">
##INFO=<ID=MAPQ,Number=1,Type=Integer,Description="x">
##INFO=<ID=SRMAPQ,Number=1,Type=Integer,Description="x">
##INFO=<ID=INSLEN,Number=1,Type=Integer,Description="x">
##INFO=<ID=HOMLEN,Number=.,Type=Integer,Description="x">
##INFO=<ID=IMPRECISE,Number=0,Type=Flag,Description="x">
##INFO=<ID=CIPOS,Number=2,Type=Integer,Description="x">
##INFO=<ID=MATEID,Number=.,Type=String,Description="x">
##INFO=<ID=SVINSSEQ,Number=.,Type=String,Description="x">
##INFO=<ID=INV3,Number=0,Type=Flag,Description="x">
##INFO=<ID=INV5,Number=0,Type=Flag,Description="x">
##FORMAT=<ID=DR,Number=1,Type=Integer,Description="x">
##FORMAT=<ID=DV,Number=1,Type=Integer,Description="x">
##FORMAT=<ID=RR,Number=1,Type=Integer,Description="x">
##FORMAT=<ID=RV,Number=1,Type=Integer,Description="x">
##FORMAT=<ID=PR,Number=.,Type=Integer,Description="x">
##FORMAT=<ID=SR,Number=.,Type=Integer,Description="x">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\tN
"""
DELLY = "DR:DV:RR:RV\t35:50:35:22\t30:0:31:1"
MANTA = "PR:SR\t722,9:463,15\t43,0:38,0"


def vcf(path: Path, source: str, records: list[str]) -> Path:
    text = HEADER.replace("{source}", source)
    path.write_text(text + "".join(record + "\n" for record in records))
    return path


def record(
    pos: int, alt: str, info: str, values: str, chrom: str = "c1", more: str = "PASS"
) -> str:
    return f"{chrom}\t{pos}\tX{pos}{alt}\tC\t{alt}\t.\t{more}\t{info}\t{values}"


def sides(row: dict[str, object]) -> tuple[object, ...]:
    return tuple(row[f"{name}_{n}"] for n in (1, 2) for name in ("chrom", "pos", "strand"))


# alleles: c1 without 10,001-15,000; 20,001-23,000 twice, of which two bases fit both ends;
# 30,001-33,000 turned; and four joins of c1 with c2
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            record(10_000, "<DEL>", "SVTYPE=DEL;END=15001;CT=3to5;SRMAPQ=60;INSLEN=0", DELLY),
            ("c1", 10_000, "+", "c1", 15_001, "-"),
        ),
        (
            record(20_000, "<DUP>", "SVTYPE=DUP;END=22999;CT=5to3;SRMAPQ=60;INSLEN=0", DELLY),
            ("c1", 20_000, "-", "c1", 22_999, "+"),
        ),
        (
            record(30_000, "<INV>", "SVTYPE=INV;END=33000;CT=3to3;SRMAPQ=60;INSLEN=0", DELLY),
            ("c1", 30_000, "+", "c1", 33_000, "+"),
        ),
        (
            record(30_001, "<INV>", "SVTYPE=INV;END=33001;CT=5to5;SRMAPQ=60;INSLEN=0", DELLY),
            ("c1", 30_001, "-", "c1", 33_001, "-"),
        ),
        (
            record(
                7_000, "]c1:5000]A", "SVTYPE=BND;END=7001;CHR2=c1;POS2=5000;CT=5to3", DELLY, "c2"
            ),
            ("c1", 5_000, "+", "c2", 7_000, "-"),
        ),
        (
            record(
                15_000,
                "C]c1:26000]",
                "SVTYPE=BND;END=15001;CHR2=c1;POS2=26000;CT=3to3",
                DELLY,
                "c2",
            ),
            ("c1", 26_000, "+", "c2", 15_000, "+"),
        ),
    ],
)
def test_delly(line: str, expected: tuple[object, ...], tmp_path: Path) -> None:
    rows = list(read(vcf(tmp_path / "d.vcf", "delly 1.1.6", [line]), "delly", "T", "N"))
    assert [sides(row) for row in rows] == [expected]
    row = rows[0]
    assert (row["split_reads"], row["pairs"], row["reference_1"]) == (22, 50, 35)
    assert (row["normal_split_reads"], row["normal_pairs"]) == (1, 0)
    assert row["uncertainty"] == 0


def test_dellys_insertions_are_no_junctions_and_filters_stay(tmp_path: Path) -> None:
    lines = [
        record(100, "<INS>", "SVTYPE=INS;END=101;CT=NtoN", DELLY),
        record(
            900, "<DEL>", "SVTYPE=DEL;END=5000;CT=3to5;IMPRECISE;CIPOS=-30,30;MAPQ=12", DELLY,
            more="LowQual",
        ),
    ]  # fmt: skip
    rows = list(read(vcf(tmp_path / "d.vcf", "delly 1.1.6", lines), "delly", "T", None))
    assert [row["caller_filters"] for row in rows] == [["LowQual"]]
    assert (rows[0]["uncertainty"], rows[0]["mapping_quality"]) == (30, 12)
    assert rows[0]["normal_pairs"] is None


@pytest.mark.parametrize(
    ("alt", "info", "expected"),
    [
        ("<DEL>", "SVTYPE=DEL;END=3000", [("+", 1_000, "-", 3_001)]),
        ("<DUP:TANDEM>", "SVTYPE=DUP;END=3000", [("-", 1_001, "+", 3_000)]),
        ("<INV>", "SVTYPE=INV;END=3000;INV3", [("+", 1_000, "+", 3_000)]),
        ("<INV>", "SVTYPE=INV;END=3000;INV5", [("-", 1_001, "-", 3_001)]),
        ("<INS>", "SVTYPE=INS;END=1000", []),
    ],
)
def test_manta(
    alt: str, info: str, expected: list[tuple[str, int, str, int]], tmp_path: Path
) -> None:
    path = vcf(tmp_path / "m.vcf", "GenerateSVCandidates 1.6.0", [record(1_000, alt, info, MANTA)])
    rows = list(read(path, "manta", "T", "N"))
    assert [(r["strand_1"], r["pos_1"], r["strand_2"], r["pos_2"]) for r in rows] == expected
    assert all((r["split_reads"], r["pairs"], r["reference_1"]) == (15, 9, 463) for r in rows)


def test_notes_of_samples_that_could_not_be_read(tmp_path: Path) -> None:
    empty = tmp_path / "d.vcf"
    empty.write_text(
        "##fileformat=VCFv4.2\n##source=delly 1.1.6\n##not_called=too few reads\n"
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    )
    alone = vcf(tmp_path / "a.vcf", "delly 1.1.6", [])
    for path, words in ((empty, "the tumour has too few reads"), (alone, "the tumour alone")):
        arguments = ["--caller", "delly", "--calls", path, "--tumour", "T", "--normal", "OTHER"]
        files = ["--output", tmp_path / "o.parquet", "--notes", tmp_path / "n.json"]
        assert main(["import-junctions", *map(str, [*arguments, *files])]) == 0
        assert words in json.loads((tmp_path / "n.json").read_text())[0]
        assert read_table(tmp_path / "o.parquet", JUNCTIONS) == []


@pytest.mark.real_data
def test_mantas_own_records(real_data: Path) -> None:
    path = real_data / "manta_hcc1954_b37/expected.somaticSV.vcf.gz"
    rows = list(read(path, "manta", "HCC1954", "HCC1954_BL"))
    assert [sides(row) for row in rows] == [
        ("11", 94_987_872, "+", "8", 107_653_411, "-"),
        ("11", 94_975_749, "+", "8", 107_653_518, "+"),
        ("11", 94_975_753, "+", "11", 94_987_865, "+"),
    ]
    assert [row["split_reads"] for row in rows] == [19, 15, 0]
    assert [row["uncertainty"] for row in rows] == [0, 0, 156]
    assert all(row["normal_pairs"] == 0 for row in rows)


@pytest.mark.real_data
def test_mantas_records_of_a_tumour(real_data: Path) -> None:
    path = real_data / "vcf_annotated_examples/scout_manta_vep_94_annotated_sv_cancer_file.vcf.gz"
    rows = list(read(path, "manta", "999-99", "998-99"))
    by_place = {(row["chrom_1"], row["pos_1"]): row for row in rows}
    duplication = by_place["1", 2_428_517]
    assert sides(duplication)[2:] == ("-", "1", 3_626_065, "+")
    inversion = by_place["1", 2_464_430]
    assert sides(inversion)[2:] == ("+", "1", 36_688_864, "+")
    assert inversion["caller_filters"] == ["MinSomaticScore"]
    inserted = by_place["1", 2_752_092]
    assert (inserted["inserted"], inserted["strand_2"]) == ("G", "-")
    assert len(rows) == 15
