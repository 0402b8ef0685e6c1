"""What is read of a truth set and of calls, and what is said of faulty files."""

import gzip
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pysam
import pytest
from toy_variants import write_vcf

from builders import variant
from dugnad.accuracy.loading import load_calls, load_truth, load_unscored
from dugnad.errors import UserError
from dugnad.tables import FINDINGS, write_table


def finding(**changes: Any) -> dict[str, Any]:
    judged = {"origin": "somatic", "filters": [], "not_judged": [], "relevance": "other"}
    return variant(**judged) | changes


def test_truth(tmp_path: Path) -> None:
    records = [
        "chr1 41 . A G . PASS EVAF=0.05",
        "chr1 42 . T C,G . . EVAF=0.1",
        "chr1 43 . T C . low_power EVAF=0.2",
        "chr1 44 . C <DEL>,* . PASS .",
        "chr1 45 . t a . PASS .",
    ]
    found = load_truth(write_vcf(tmp_path / "t.vcf", records), "EVAF")
    assert [(item.pos, item.ref, item.alt, item.vaf, item.scored) for item in found] == [
        (41, "A", "G", 0.05, True),
        (42, "T", "C", 0.1, True),
        (42, "T", "G", 0.1, True),
        (43, "T", "C", 0.2, False),
        (45, "T", "A", None, True),
    ]
    assert {item.vaf for item in load_truth(tmp_path / "t.vcf")} == {None}


def test_truth_without_contigs_in_its_header(tmp_path: Path) -> None:
    path = write_vcf(tmp_path / "t.vcf", ["chr1 41 . A G . PASS ."])
    path.write_text("".join(x for x in path.open() if not x.startswith("##contig")))
    assert [item.chrom for item in load_truth(path)] == ["chr1"]


@pytest.mark.parametrize(
    ("keys", "values", "vafs"),
    [
        ("AF", "0.1,0.3", [0.1, 0.3]),
        ("VF:AF", "0.7:0.1,0.3", [0.1, 0.3]),
        ("AD:DP", "50,30,20:200", [0.15, 0.1]),
        ("AD", "50,30,20", [0.3, 0.2]),
        ("AO:DP", "30,20:200", [0.15, 0.1]),
        ("AD:DP", "50,.,20:200", [0.9, 0.1]),
        ("DP", "100", [0.9, 0.8]),
        ("DP", ".", [0.9, 0.8]),
    ],
)
def test_vaf_of_split_alleles(tmp_path: Path, keys: str, values: str, vafs: list[float]) -> None:
    records = [f"chr1 41 . A G,C . PASS AF=0.9,0.8 {keys} {values}"]
    path = write_vcf(tmp_path / "c.vcf", records, ["T"])
    assert [item.vaf for item in load_calls(path)] == vafs
    if keys != "DP" and "." not in values.split(":")[0].split(","):
        assert [item.vaf for item in load_truth(path)] == vafs


def test_calls_of_a_vcf(tmp_path: Path) -> None:
    records = [
        "chr1 41 . A G . PASS . AD:DP 90,10:100 0,50:50",
        "chr1 42 . T C . weak . AD:DP 90,10:100 0,50:50",
        "chr1 43 . T C . . . AD:DP 90,10:100 0,50:50",
        "chr1 44 . C . . . . DP 1 1",
    ]
    path = write_vcf(tmp_path / "c.vcf", records, ["T", "N"])
    found = load_calls(path, "T")
    assert [(item.pos, item.called, item.filters) for item in found] == [
        *((41, True, ()), (42, False, ("weak",)), (43, True, ())),
    ]
    assert {(item.vaf, item.depth, item.alt_reads) for item in found} == {(0.1, 100, 10)}
    assert [item.vaf for item in load_calls(path, "N")] == [1.0] * 3
    pysam.tabix_compress(str(path), str(tmp_path / "c.vcf.gz"))
    assert load_calls(tmp_path / "c.vcf.gz", "T") == found
    vcf = pysam.VariantFile(str(path))
    with pysam.VariantFile(str(tmp_path / "c.bcf"), "wb", header=vcf.header) as bcf:
        for record in vcf:
            bcf.write(record)
    assert load_calls(tmp_path / "c.bcf", "T") == found


def test_calls_of_the_findings(tmp_path: Path) -> None:
    path = tmp_path / "findings.parquet"
    rows = [
        finding(pos=1),
        finding(pos=2, filters=["low_depth"]),
        finding(pos=3, origin="uncertain"),
        finding(pos=4, origin="germline", vaf=None),
        finding(pos=5, filters=None),
    ]
    write_table(path, rows, FINDINGS)
    found = load_calls(path)
    assert [item.called for item in found] == [True, False, False, False, True]
    assert (found[1].filters, found[1].origin, found[1].depth) == (("low_depth",), "somatic", 400)
    assert [item.vaf for item in found] == [0.2, 0.2, 0.2, None, 0.2]
    both = load_calls(path, origins=("somatic", "uncertain"))
    assert [item.called for item in both] == [True, False, True, False, True]
    table = pq.read_table(path).append_column("more", pa.array(["x"] * 5))
    pq.write_table(table, path)
    assert load_calls(path) == found


def test_unscored_is_a_bed_or_a_vcf(tmp_path: Path) -> None:
    bed = tmp_path / "u.bed"
    bed.write_text("chr1\t40\t45\n")
    alleles, places = load_unscored(bed)
    assert not alleles and [(place.start, place.end) for place in places] == [(40, 45)]
    alleles, places = load_unscored(write_vcf(tmp_path / "u.vcf", ["chr1 41 . A G . PASS ."]))
    assert not places and [(item.pos, item.scored) for item in alleles] == [(41, False)]


def test_faulty_files_are_named(tmp_path: Path) -> None:
    truth = write_vcf(tmp_path / "t.vcf", ["chr1 41 . A G . PASS EVAF=5"])
    two = write_vcf(tmp_path / "two.vcf", [], ["T", "N"])
    text = tmp_path / "notes.txt"
    text.write_text("notes")
    broken = tmp_path / "broken.vcf"
    broken.write_text(truth.read_text() + "chr1\tforty\n")
    zipped = tmp_path / "zipped.vcf.gz"
    zipped.write_bytes(gzip.compress(truth.read_bytes()))
    other = tmp_path / "other.parquet"
    pq.write_table(pa.table({"chrom": ["chr1"]}), other)
    cut = tmp_path / "cut.parquet"
    cut.write_bytes(other.read_bytes()[:-20])
    faults = {
        "t.vcf: has no INFO key 'VAF'; name one that it has (EVAF, AF)": (load_truth, truth, "VAF"),
        "t.vcf: chr1:41: EVAF: must be a fraction between 0 and 1 (got '5.0'); convert it": (
            *(load_truth, truth, "EVAF"),
        ),
        "two.vcf: has several samples (T, N); name one as --calls-sample": (load_calls, two),
        "two.vcf: has no sample (got 'X'); name one of: T, N": (load_calls, two, "X"),
        "notes.txt: is not VCF or BCF; name": (load_calls, text),
        "none.vcf: no such file; check the path": (load_truth, tmp_path / "none.vcf"),
        "broken.vcf: is not whole, or not valid VCF": (load_truth, broken),
        "zipped.vcf.gz: is compressed by gzip; compress it with bgzip": (load_truth, zipped),
        "other.parquet: has no column pos, ref,": (load_calls, other),
        "cut.parquet: is not a whole Parquet file": (load_calls, cut),
    }
    for fault, (read, *arguments) in faults.items():
        with pytest.raises(UserError) as told:
            read(*arguments)
        assert fault in str(told.value)
