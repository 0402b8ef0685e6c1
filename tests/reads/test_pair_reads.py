"""Pairs are checked to the last read, in one pass."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from builders import write_fastq
from dugnad.errors import UserError
from dugnad.reads.pair_reads import interleave


@pytest.mark.parametrize("suffix", [".fastq", ".fastq.gz"])
def test_interleaved_with_lane(tmp_path: Path, suffix: str) -> None:
    one, two = tmp_path / f"1{suffix}", tmp_path / f"2{suffix}"
    write_fastq(one, count=3)
    write_fastq(two, count=3, mate=2)
    records = b"".join(interleave(one, two, "S.L1")).decode().splitlines()
    assert len(records) == 24
    assert records[::4] == [f"@READ:{i // 2} RG:Z:S.L1" for i in range(6)]
    assert set(records[2::4]) == {"+"}


def test_comments_give_way_to_the_lane_and_windows_line_ends_go(tmp_path: Path) -> None:
    for mate in (1, 2):
        text = f"@A:1 {mate}:N:0:ACGT\r\nACGT\r\n+\r\nIIII\r\n"
        (tmp_path / f"{mate}").write_bytes(text.encode())
    (pair,) = interleave(tmp_path / "1", tmp_path / "2", "L1")
    assert pair == b"@A:1 RG:Z:L1\nACGT\n+\nIIII\n" * 2


@pytest.mark.parametrize(
    ("first", "second", "name"),
    [
        ("A:1", "A:1", "A:1"),
        ("A:1/1", "A:1/2", "A:1"),
        ("SRR1.7/2/1", "SRR1.7/2/2", "SRR1.7/2"),
        # a read lost from one file: the next one's name must not be taken for the mate's
        ("SRR1.1", "SRR1.2", None),
        ("A:1", "A:2", None),
        ("A/1", "B/2", None),
    ],
)
def test_names_that_pair(tmp_path: Path, first: str, second: str, name: str | None) -> None:
    for mate, text in (("1", first), ("2", second)):
        (tmp_path / mate).write_text(f"@{text} comment\nACGT\n+\nIIII\n")
    pairs = interleave(tmp_path / "1", tmp_path / "2", "L1")
    if name is None:
        with pytest.raises(UserError, match="read name differs"):
            next(pairs)
    else:
        assert next(pairs).decode().splitlines()[::4] == [f"@{name} RG:Z:L1"] * 2


@pytest.mark.parametrize(
    ("name", "has_umi"),
    [
        ("I:1:F:1:1101:9:8:ACGTAN+TTTGGG", True),
        ("SRR1.7:ACGTAC_TTTGGG", True),
        ("READ:1:ACGT", True),
        ("I:1:F:1:1101:9:8", False),
        ("READ:1:ACGT+", False),
        ("READ:1:acgt", False),
        ("READ_ACGT", False),
        ("READ:ACGT:1", False),
    ],
)
def test_names_that_end_in_a_umi(tmp_path: Path, name: str, has_umi: bool) -> None:
    for mate in ("1", "2"):
        (tmp_path / mate).write_text(f"@{name}/{mate} comment\nACGT\n+\nIIII\n")
    pairs = interleave(tmp_path / "1", tmp_path / "2", "L1", umi_in_name=True)
    if has_umi:
        assert next(pairs).decode().splitlines()[::4] == [f"@{name} RG:Z:L1"] * 2
    else:
        with pytest.raises(UserError, match=r"1:1: the read's name does not end in a UMI"):
            next(pairs)
    assert len(list(interleave(tmp_path / "1", tmp_path / "2", "L1"))) == 1


def test_concatenated_gzip_members(tmp_path: Path) -> None:
    for mate in (1, 2):
        write_fastq(tmp_path / "x.gz", count=2, mate=mate)
        (tmp_path / f"{mate}").write_bytes((tmp_path / "x.gz").read_bytes() * 2)
    assert len(list(interleave(tmp_path / "1", tmp_path / "2", "L1"))) == 4


def damaged(data: bytes) -> bytes:
    raw = bytearray(data)
    raw[len(raw) // 2] ^= 0xFF
    return bytes(raw)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda data: data[:-9], "truncated"),
        (damaged, "damaged|is not FASTQ"),
        (lambda data: gzip.compress(gzip.decompress(data)[:-50]), "qualities for 100 bases"),
        (lambda _: gzip.compress(b""), "ends after 0 reads"),
    ],
    ids=["cut gzip", "flipped byte", "cut text", "empty"],
)
def test_damage_is_told_never_passed_on(
    tmp_path: Path, spoil: Callable[[bytes], bytes], says: str
) -> None:
    one, two = tmp_path / "1.gz", tmp_path / "2.gz"
    write_fastq(one, count=2000)
    write_fastq(two, count=2000, mate=2)
    two.write_bytes(spoil(two.read_bytes()))
    with pytest.raises(UserError, match=says):
        list(interleave(one, two, "L1"))
