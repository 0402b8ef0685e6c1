"""What a job asks for in memory."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from dugnad.memory import Memory


def test_memory_grows_with_the_named_inputs_and_with_each_attempt(tmp_path: Path) -> None:
    index, reads = tmp_path / "index", tmp_path / "reads"
    index.write_bytes(b"0" * 3_000_000)
    reads.write_bytes(b"0" * 50_000_000)
    given = SimpleNamespace(index=[str(index), str(index)], reads=str(reads))
    asked = Memory()(400, 1.5, of="index")
    assert [asked(None, given, attempt) for attempt in (1, 2)] == [409, 818]
    assert Memory()(100, 2, of="reads")(None, given, 1) == 200
    assert Memory()(100, 1)(None, [str(index), str(reads)], 1) == 153


def test_a_jobs_own_snakemake_is_added_once(tmp_path: Path) -> None:
    assert Memory(beside=lambda: 500)(300)(None, [str(tmp_path / "absent")], 3) == 1400


def test_absent_inputs_leave_it_open(tmp_path: Path) -> None:
    """Snakemake then asks again when they are there."""
    with pytest.raises(FileNotFoundError):
        Memory()(300, 2)(None, [str(tmp_path / "absent")], 1)


def test_an_annotation_counts_as_it_is_read(tmp_path: Path) -> None:
    """Raw or with gzip, it asks for about the same; other files are read as they are."""
    sizes = {}
    for name, size in (("a.gff3", 10), ("a.gff3.gz", 1), ("A.GTF.gz", 1), ("reads.fastq.gz", 1)):
        (tmp_path / name).write_bytes(b"0" * size * 1_000_000)
        sizes[name] = Memory()(100, 2)(None, [str(tmp_path / name)], 1)
    assert sizes == {"a.gff3": 120, "a.gff3.gz": 120, "A.GTF.gz": 120, "reads.fastq.gz": 102}
