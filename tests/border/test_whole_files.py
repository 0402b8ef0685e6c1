"""A file that was cut off is not taken for whole."""

from pathlib import Path

import pysam
import pytest

from dugnad.errors import UserError
from dugnad.files import ends_early, read_lines
from dugnad.tables import VARIANTS, read_table
from dugnad.vcf import read_calls

HEADER = "##fileformat=VCFv4.2\n##contig=<ID=1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


def compressed(path: Path) -> Path:
    rows = "".join(f"1\t{place}\t.\tA\tC\t.\tPASS\t.\n" for place in range(1, 20_000))
    with pysam.BGZFile(str(path), "wb") as file:
        file.write((HEADER + rows).encode())
    return path


def test_bgzip_that_was_cut_between_two_blocks(tmp_path: Path) -> None:
    """Where bcftools and samtools warn, and go on."""
    path = compressed(tmp_path / "calls.vcf.gz")
    assert not ends_early(path)
    content = path.read_bytes()
    path.write_bytes(content[: int.from_bytes(content[16:18], "little") + 1])
    assert ends_early(path)
    with pytest.raises(UserError, match=r"calls.vcf.gz: ends in the middle; remove it"):
        list(read_calls(path, "T", None))


@pytest.mark.parametrize("content", [b"", b"##fileformat=VCFv4.2\n", b"\x1f\x8b\x08\x00 gzip"])
def test_other_forms_are_not_judged(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "any"
    path.write_bytes(content)
    assert not ends_early(path)


def test_text_that_was_cut_off(tmp_path: Path) -> None:
    """As tools leave it that end with status 0 on a full disk."""
    path = tmp_path / "fusions.tsv"
    path.write_text("a\tb\n1\t2\n")
    assert read_lines(path) == ["a\tb", "1\t2"]
    for text in ("a\tb\n1\t", ""):
        path.write_text(text)
        with pytest.raises(UserError, match=r"fusions.tsv: ends in the middle: is the disk full"):
            read_lines(path)


def test_a_table_that_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "variants.parquet"
    path.write_bytes(b"PAR1 and no end")
    with pytest.raises(UserError, match=r"variants.parquet: is not a whole table; remove it"):
        read_table(path, VARIANTS)
