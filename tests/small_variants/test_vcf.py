"""One reader for the VCF of every caller."""

import math
from pathlib import Path

import pytest

from builders import CONTIGS, write_vcf
from dugnad.bias import strand_odds
from dugnad.errors import UserError
from dugnad.vcf import Call, Quality, Support, read_calls

HEADER = "##fileformat=VCFv4.2\n" + "".join(
    f"##contig=<ID={name},length={length}>\n" for name, length in CONTIGS.items()
)


def vcf(path: Path, declarations: str, columns: str, *records: str) -> Path:
    """A VCF whose columns are given with spaces for tabs."""
    lines = [f"#CHROM POS ID REF ALT QUAL FILTER INFO {columns}".strip(), *records]
    table = "".join(line.replace(" ", "\t") + "\n" for line in lines)
    path.write_text(HEADER + declarations + table)
    return path


def one(path: Path, tumour: str = "T", normal: str | None = None) -> Call:
    (call,) = read_calls(path, tumour, normal)
    return call


def fmt(key: str, number: str, kind: str) -> str:
    return f'##FORMAT=<ID={key},Number={number},Type={kind},Description="x">\n'


def test_allele_depths(tmp_path: Path) -> None:
    path = vcf(
        tmp_path / "a.vcf",
        fmt("DP", "1", "Integer") + fmt("AD", "R", "Integer"),
        "FORMAT T N",
        "chr1 100 . A T . . . DP:AD 110:80,20 50:50,0",
    )
    call = one(path, normal="N")
    assert call.tumour == Support(110, 20, 20 / 110)
    assert call.normal == Support(50, 0, 0.0)


def test_the_callers_filter_is_read(tmp_path: Path) -> None:
    path = vcf(
        tmp_path / "a.vcf",
        '##FILTER=<ID=LowQual,Description="x">\n' + fmt("DP", "1", "Integer"),
        "FORMAT T",
        "chr1 100 . A T . PASS . DP 10",
        "chr1 101 . A T . LowQual . DP 10",
    )
    assert [call.filters for call in read_calls(path, "T", None)] == [(), ("LowQual",)]


def test_vaf_without_allele_depths_as_vendors_write_it(tmp_path: Path) -> None:
    path = vcf(
        tmp_path / "a.vcf",
        fmt("DP", "1", "Integer") + fmt("VF", "A", "Float"),
        "FORMAT vendor-name",
        "chr1 100 . A T . . . DP:VF 200:0.1",
    )
    call = one(path)
    assert (call.tumour.depth, call.tumour.alt_reads) == (200, 20)
    assert call.tumour.vaf == pytest.approx(0.1)
    assert call.normal is None


def test_absent_evidence_is_none_not_zero(tmp_path: Path) -> None:
    path = vcf(
        tmp_path / "a.vcf", fmt("GT", "1", "String"), "FORMAT T", "chr1 100 . A T . . . GT 0/1"
    )
    call = one(path)
    assert call.tumour == Support()
    assert call.quality == Quality()


def test_symbolic_and_reference_records_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = vcf(
        tmp_path / "a.vcf",
        fmt("DP", "1", "Integer"),
        "FORMAT T",
        "chr1 90 . A . . . . DP 10",
        "chr1 100 . A <DEL> . . . DP 10",
        "chr1 110 . A G . . . DP 10",
    )
    assert one(path).pos == 110
    assert "2 symbolic or reference-only records" in capsys.readouterr().err


def test_missing_column(tmp_path: Path) -> None:
    write_vcf(tmp_path / "a.vcf", ["A", "B"])
    with pytest.raises(UserError, match="no column for sample 'T'"):
        list(read_calls(tmp_path / "a.vcf", "T", None))


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [((200, 200, 20, 20), 0.6, 0.8), ((200, 200, 40, 0), 3.0, 9.9), ((0, 200, 0, 40), -0.5, 0.6)],
    ids=["balanced", "one strand only", "one strand for all"],
)
def test_strand_odds(
    tmp_path: Path, counts: tuple[int, int, int, int], low: float, high: float
) -> None:
    keys = ("SRF", "SRR", "SAF", "SAR")
    declared = "".join(f'##INFO=<ID={k},Number=1,Type=Integer,Description="x">\n' for k in keys)
    info = ";".join(f"{key}={count}" for key, count in zip(keys, counts, strict=True))
    record = f"chr1 100 . A T . . {info} DP 400"
    path = vcf(tmp_path / "a.vcf", declared + fmt("DP", "1", "Integer"), "FORMAT T", record)
    odds = one(path).quality.strand_odds
    assert odds is not None
    assert low < odds < high


RECOUNTED = (
    "".join(
        f'##INFO=<ID={key},Number={number},Type={kind},Description="x">\n'
        for key, number, kind in (
            ("CALLED_BY", ".", "String"),
            ("CALLER_FILTERS", ".", "String"),
            ("CIS_WITH", ".", "String"),
            ("HOMOPOLYMER", "1", "Integer"),
            ("BACKGROUND_QUALITY", "1", "Float"),
            ("BACKGROUND_VAF", "1", "Float"),
            ("BACKGROUND_SD", "1", "Float"),
            ("NORMALS", "2", "Integer"),
            *((key, "1", "Integer") for key in ("SRF", "SRR", "SAF", "SAR")),
        )
    )
    + fmt("DP", "1", "Integer")
    + fmt("AD", "R", "Integer")
    + fmt("SB", "4", "Integer")
    + fmt("F1R2", "R", "Integer")
    + fmt("F2R1", "R", "Integer")
    + fmt("MBQ", "1", "Float")
    + fmt("MMQ", "1", "Float")
    + fmt("MPOS", "1", "Float")
    + fmt("XNM", "1", "Float")
)


def recounted(path: Path, alleles: str, values: str) -> Call:
    info = (
        "CALLED_BY=freebayes,pileup;CALLER_FILTERS=mutect2:weak;CIS_WITH=102A>G;HOMOPOLYMER=4;"
        "BACKGROUND_QUALITY=55.5;BACKGROUND_VAF=0.01;BACKGROUND_SD=0.002;NORMALS=3,20;"
        "SRF=1;SRR=1;SAF=1;SAR=99"
    )
    keys = "DP:AD:SB:F1R2:F2R1:MBQ:MMQ:MPOS:XNM"
    none = ":".join("." * (keys.count(":") + 1))
    record = f"chr1 100 . {alleles} . . {info} {keys} {values} {none} 9:5,4{none[3:]}"
    return next(read_calls(vcf(path, RECOUNTED, "FORMAT T N R", record), "T", "N", "R"))


def test_what_was_counted_anew_is_read(tmp_path: Path) -> None:
    values = "100:90,10:50,40,6,4:45,10:45,0:36.5:59.5:31:0.25"
    call = recounted(tmp_path / "a.vcf", "C T", values)
    assert call.called_by == ("freebayes", "pileup")
    assert call.filters == ("mutect2:weak",)
    assert call.cis_with == ("102A>G",)
    assert (call.tumour, call.normal, call.rna) == (
        Support(100, 10, 0.1),
        Support(),
        Support(9, 4, 4 / 9),
    )
    # the tumour's own strands, not those of all samples; ten of ten on the side of deamination
    assert call.quality == Quality(
        base_quality=36.5,
        mapping_quality=59.5,
        end_distance=31,
        extra_mismatches=0.25,
        strand_odds=pytest.approx(strand_odds(50, 40, 6, 4)),
        damage_orientation=pytest.approx(10 * 10 * math.log10(0.95 / 0.5)),
        homopolymer=0,
        background_quality=55.5,
        background_vaf=pytest.approx(0.01),
        background_sd=pytest.approx(0.002),
        normals_share=0.15,
    )


def test_the_homopolymer_counts_for_indels_only(tmp_path: Path) -> None:
    values = "100:90,10:50,40,6,4:45,10:45,0:36.5:59.5:31:0.25"
    assert recounted(tmp_path / "a.vcf", "CA C", values).quality.homopolymer == 4
    assert recounted(tmp_path / "b.vcf", "CA C", values).quality.damage_orientation == 0


@pytest.mark.parametrize("value", ["40", "-0.1"])
def test_a_vaf_that_is_no_fraction_is_refused(tmp_path: Path, value: str) -> None:
    declared = fmt("DP", "1", "Integer") + fmt("AF", "A", "Float")
    path = vcf(tmp_path / "a.vcf", declared, "FORMAT T", f"chr1 100 . A T . . . DP:AF 100:{value}")
    with pytest.raises(UserError, match="VAF is not a fraction"):
        one(path)
