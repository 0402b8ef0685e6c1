"""The register: its sums over samples, look-ups, and changes that are whole or not at all."""

import fcntl
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dugnad.alleles import Change
from dugnad.errors import UserError
from dugnad.recurrence import changes, ledger
from dugnad.recurrence.changes import add_samples, remove_samples
from dugnad.recurrence.counts import ROLES, Counts, Recurrence, bin_of, place_of
from dugnad.recurrence.ledger import read_ledger
from dugnad.recurrence.register import Allele, open_register
from dugnad.recurrence.sums import (
    CALLABLE,
    SEEN,
    STRETCHES,
    VARIANTS,
    Observation,
    sum_callable,
    sum_variants,
)

DAY = date(2026, 1, 31)
Variant = tuple[str, int, int, str, str, int]


def observation(
    sample: str,
    seen: Sequence[Variant] = (),
    stretches: Sequence[tuple[str, int, int]] = (("chr1", 0, 1000),),
    role: str = "tumour",
    case: str | None = None,
) -> Observation:
    tables = (
        pa.Table.from_pylist([dict(zip(schema.names, item, strict=True)) for item in rows], schema)
        for rows, schema in ((seen, SEEN), (stretches, STRETCHES))
    )
    return Observation(
        sample, case or sample, "tumour" if role == "tumour" else "normal", "tiny", "R1", *tables
    )


def snv(pos: int, vaf: float = 0.2, alt: str = "T", chrom: str = "chr1") -> Variant:
    """A variant A>T at a 1-based position."""
    return chrom, pos - 1, pos, "A", alt, bin_of(vaf)


def random_samples(number: int, seed: int) -> list[Observation]:
    """Samples with variants in common, of several kinds, and ragged stretches."""
    chance = random.Random(seed)
    contigs = ("chr1", "chr10", "chr2", "chrX")
    samples = []
    for index in range(number):
        seen = {}
        for _ in range(chance.randrange(12)):
            chrom, start = chance.choice(contigs), chance.randrange(20)
            ref, alt = chance.choice([("A", "T"), ("A", "G"), ("", "T"), ("AC", "")])
            key = (chrom, start, start + len(ref), ref, alt)
            seen[key] = (*key, chance.randrange(4))
        stretches = []
        for chrom in contigs:
            edges = sorted(chance.sample(range(25), 4))
            stretches += [(chrom, *edges[:2]), (chrom, *edges[2:])][: chance.randrange(3)]
        role = chance.choice(ROLES)
        samples.append(observation(f"S{index}", list(seen.values()), stretches, role))
    return samples


def add(register: Path, *samples: Observation) -> list[Observation]:
    return add_samples(register, "tiny-1", 3, samples, DAY)


def sums_of(register: Path) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    number = read_ledger(register).change
    variants, callable_ = (
        pq.read_table(register / f"{kind}.{number:06d}.parquet").to_pylist()
        for kind in ("variants", "callable")
    )
    return variants, callable_


def contents(register: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in register.iterdir()}


# counts and their text


def test_text_and_shares() -> None:
    counts = Counts((1, 2, 3, 4), 40, "T")
    assert counts.text == "T:1+2+3+4=10/40"
    assert counts.samples == 10
    shares = {0.0: 10, 0.0099: 10, 0.01: 9, 0.049: 9, 0.05: 7, 0.34: 7, 0.35: 4, 1.0: 4}
    for vaf, samples in shares.items():
        assert counts.share_at_or_above(vaf) == samples / 40
    assert Counts((0, 0, 0, 0), 0, "N").share_at_or_above(0.5) is None
    seen = Recurrence(counts, Counts((0, 1, 0, 2), 5, "N"))
    assert seen.all.text == "A:1+3+3+6=13/45"


@pytest.mark.parametrize(
    ("reads", "depth", "bin_"),
    [(0, 9, 0), (1, 100, 1), (5, 100, 2), (7, 20, 3), (35, 100, 3), (34, 100, 2), (9, 9, 3)],
)
def test_vaf_on_an_edge_is_in_the_bin_above(reads: int, depth: int, bin_: int) -> None:
    assert bin_of(reads / depth) == bin_


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (Change(10, 11, "A", "T"), 10),
        (Change(10, 12, "AC", "TG"), 10),
        (Change(10, 10, "", "T"), 9),
        (Change(10, 13, "ACG", ""), 9),
        (Change(10, 13, "ACG", "T"), 9),
        (Change(0, 1, "A", ""), 0),
    ],
)
def test_place_of_a_change(change: Change, place: int) -> None:
    assert place_of(change) == place


# sums


def test_sums_of_stretches_are_of_each_base() -> None:
    for seed in range(20):
        samples = random_samples(8, seed)
        table = sum_callable(CALLABLE.empty_table(), samples)
        expected = {}
        for item in samples:
            for row in item.stretches.to_pylist():
                for base in range(row["start"], row["end"]):
                    both = expected.setdefault((row["chrom"], base), [0, 0])
                    both[ROLES.index(item.role)] += 1
        found = {
            (row["chrom"], base): [row["tumour"], row["normal"]]
            for row in table.to_pylist()
            for base in range(row["start"], row["end"])
        }
        assert found == expected
        rows = table.to_pylist()
        assert rows == sorted(rows, key=lambda row: (row["chrom"], row["start"]))
        for one, other in pairwise(rows):
            if one["chrom"] == other["chrom"] and one["end"] == other["start"]:
                assert (one["tumour"], one["normal"]) != (other["tumour"], other["normal"])


def test_sums_of_nothing() -> None:
    bare = observation("S1", stretches=())
    for samples in ([], [bare]):
        assert sum_variants(VARIANTS.empty_table(), samples).num_rows == 0
        assert sum_callable(CALLABLE.empty_table(), samples).num_rows == 0


@pytest.mark.parametrize("seed", range(8))
def test_order_and_batches_do_not_matter(tmp_path: Path, seed: int) -> None:
    samples = random_samples(12, seed)
    add(tmp_path / "whole", *samples)
    chance = random.Random(seed)
    chance.shuffle(samples)
    while samples:
        size = chance.randrange(1, 6)
        add(tmp_path / "parts", *samples[:size])
        del samples[:size]
    assert sums_of(tmp_path / "parts") == sums_of(tmp_path / "whole")


@pytest.mark.parametrize("seed", range(8))
def test_removing_is_as_if_never_added(tmp_path: Path, seed: int) -> None:
    samples = random_samples(12, seed)
    for first in range(0, 12, 4):
        add(tmp_path / "register", *samples[first : first + 4])
    gone = random.Random(seed).sample(samples, 5)
    remove_samples(tmp_path / "register", [item.sample for item in gone[:3]])
    remove_samples(tmp_path / "register", [item.sample for item in gone[3:]])
    kept = [item for item in samples if item not in gone]
    add(tmp_path / "never", *kept)
    assert sums_of(tmp_path / "register") == sums_of(tmp_path / "never")
    own = [pq.read_table(path) for path in (tmp_path / "register").glob("own.*")]
    names = {name for table in own for name in table["sample"].to_pylist()}
    assert names == {item.sample for item in kept} == read_ledger(tmp_path / "register").ids
    # and what is left can go, too
    remove_samples(tmp_path / "register", [item.sample for item in kept])
    assert sums_of(tmp_path / "register") == ([], [])
    assert not list((tmp_path / "register").glob("own.*"))
    add(tmp_path / "register", *kept)
    assert sums_of(tmp_path / "register") == sums_of(tmp_path / "never")


# look-ups


@pytest.mark.parametrize("seed", range(4))
def test_look_ups_are_those_of_plain_counting(tmp_path: Path, seed: int) -> None:
    samples = random_samples(15, seed)
    add(tmp_path / "register", *samples)
    register = open_register(tmp_path / "register")
    alleles: list[Allele] = [
        (chrom, pos, ref, alt)
        for chrom in ("chr1", "chr10", "chr2", "chrX", "chr3")
        for pos in range(1, 25)
        for ref, alt in (("A", "T"), ("A", "G"), ("G", "GT"), ("GAC", "G"))
    ]
    found = register.look_up_all(alleles)
    assert found == [register.look_up(*allele) for allele in alleles]
    assert any(item.all.samples > 1 for item in found)
    for (chrom, pos, ref, alt), seen in zip(alleles, found, strict=True):
        is_indel = len(ref) != len(alt)
        start = pos if is_indel else pos - 1
        key = (chrom, start, ref[1:] if is_indel else ref, alt[1:] if is_indel else alt)
        for counts, role in ((seen.tumour, "tumour"), (seen.normal, "normal")):
            own = [item for item in samples if item.role == role]
            bins = [
                row["bin"]
                for item in own
                for row in item.seen.to_pylist()
                if (row["chrom"], row["start"], row["ref"], row["alt"]) == key
            ]
            reached = sum(
                any(
                    row["chrom"] == chrom and row["start"] <= pos - 1 < row["end"]
                    for row in item.stretches.to_pylist()
                )
                for item in own
            )
            assert counts.bins == tuple(bins.count(place) for place in range(4))
            assert counts.callable == reached


def test_alleles_at_one_place_are_apart(tmp_path: Path) -> None:
    inserted = ("chr1", 99, 99, "", "T", 3)
    longer = ("chr1", 99, 101, "AC", "", 2)
    add(tmp_path / "r", observation("S1", [snv(100), snv(100, alt="G"), inserted, longer]))
    register = open_register(tmp_path / "r")
    found = {
        (pos, ref, alt): register.look_up("chr1", pos, ref, alt).tumour.bins
        for pos, ref, alt in ((100, "A", "T"), (100, "A", "G"), (99, "G", "GT"), (99, "GAC", "G"))
    }
    assert list(found.values()) == [(0, 0, 1, 0), (0, 0, 1, 0), (0, 0, 0, 1), (0, 0, 1, 0)]
    for pos, ref, alt in ((100, "A", "C"), (99, "G", "GC"), (99, "GA", "G"), (100, "a", "c")):
        assert register.look_up("chr1", pos, ref, alt).all.samples == 0
    assert register.look_up("chr1", 100, "a", "t").all.samples == 1


# changes


def test_what_is_in_is_passed_over(tmp_path: Path) -> None:
    one, again, other = (observation(name, [snv(9)]) for name in ("S1", "S1", "S2"))
    assert add(tmp_path / "r", one, again) == [one]
    before = contents(tmp_path / "r")
    assert add(tmp_path / "r", again) == []
    assert contents(tmp_path / "r") == before
    assert add(tmp_path / "r", again, other) == [other]
    assert open_register(tmp_path / "r").look_up("chr1", 9, "A", "T").tumour.text == "T:0+0+2+0=2/2"
    rows = read_ledger(tmp_path / "r").samples.to_pylist()
    assert [(row["sample"], row["added"], row["change"]) for row in rows] == [
        ("S1", DAY, 1),
        ("S2", DAY, 2),
    ]


def test_files_of_the_last_change_alone_stay(tmp_path: Path) -> None:
    for number in range(3):
        add(tmp_path / "r", observation(f"S{number}"))
    assert sorted(contents(tmp_path / "r")) == [
        ".lock",
        "callable.000003.parquet",
        "own.000001.parquet",
        "own.000002.parquet",
        "own.000003.parquet",
        "samples.parquet",
        "variants.000003.parquet",
    ]


@pytest.mark.parametrize("step", ["write_sums", "write_own", "write_ledger"])
@pytest.mark.parametrize("change", ["add", "remove"])
def test_failed_change_leaves_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, change: str
) -> None:
    register = tmp_path / "r"
    add(register, observation("S1", [snv(9)]), observation("S2", [snv(9)]))
    before, seen = sums_of(register), contents(register)

    def fail(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(changes, step, fail)
        with pytest.raises(RuntimeError):
            if change == "add":
                add(register, observation("S3", [snv(9)]))
            else:
                remove_samples(register, ["S1"])
    assert read_ledger(register).ids == {"S1", "S2"}
    assert sums_of(register) == before
    assert contents(register).items() >= seen.items()
    # the next change takes what is left over away, and counts right
    add(register, observation("S3", [snv(9)]))
    assert open_register(register).look_up("chr1", 9, "A", "T").tumour.text == "T:0+0+3+0=3/3"
    assert len(contents(register)) == 6


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = {path!r}
import pyarrow.parquet as pq
from test_register import add, observation, snv
write, left = pq.write_table, [int(sys.argv[2])]
def killed(table, where, **options):
    write(table, where, **options)
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
pq.write_table = killed
add(Path(sys.argv[1]), observation("S2", [snv(9)]))
"""


@pytest.mark.parametrize("write", [1, 2, 3, 4])
def test_killed_change_leaves_all_as_it_was(tmp_path: Path, write: int) -> None:
    register = tmp_path / "r"
    add(register, observation("S1", [snv(9)]))
    before = contents(register)
    code = KILLED.format(path=[path for path in sys.path if path])
    done = subprocess.run([sys.executable, "-c", code, register, str(write)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert contents(register).items() > before.items()
    assert open_register(register).look_up("chr1", 9, "A", "T").tumour.text == "T:0+0+1+0=1/1"
    add(register, observation("S3", [snv(9)]))
    assert open_register(register).look_up("chr1", 9, "A", "T").tumour.text == "T:0+0+2+0=2/2"
    assert len(contents(register)) == 6


def test_killed_first_add_can_be_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(changes, "write_ledger", fail)
        with pytest.raises(RuntimeError):
            add(tmp_path / "r", observation("S1"))
    with pytest.raises(UserError, match="is not a register"):
        open_register(tmp_path / "r")
    (tmp_path / "r/.variants.000001.parquet.77.tmp").write_text("half made")
    add(tmp_path / "r", observation("S2"))
    assert read_ledger(tmp_path / "r").ids == {"S2"}
    assert len(contents(tmp_path / "r")) == 5


def test_second_change_waits_for_the_first(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    register = tmp_path / "r"
    add(register, observation("S1", [snv(9)]))
    code = KILLED.format(path=[path for path in sys.path if path])
    with (register / ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        other = subprocess.Popen([sys.executable, "-c", code, register, "99"])
        told, patience = "", time.monotonic() + 60
        while "waiting" not in told and time.monotonic() < patience:
            time.sleep(0.05)
            told += capfd.readouterr().err
        assert told == f"{register}: is being changed by another process; waiting\n"
        assert read_ledger(register).ids == {"S1"}
        assert open_register(register).look_up("chr1", 9, "A", "T").tumour.samples == 1
    assert other.wait(60) == 0
    assert read_ledger(register).ids == {"S1", "S2"}


def test_reader_meets_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between a reader's look at the ledger and its files, a change takes them away."""
    from dugnad.recurrence import register as module

    add(tmp_path / "r", observation("S1", [snv(9)]))
    read: Callable[[Path], ledger.Ledger] = module.read_ledger
    others = iter([observation("S2", [snv(9)])])

    def late(path: Path) -> ledger.Ledger:
        found = read(path)
        add(path, *[item for item in [next(others, None)] if item])
        return found

    monkeypatch.setattr(module, "read_ledger", late)
    found = open_register(tmp_path / "r").look_up("chr1", 9, "A", "T")
    assert found.tumour.text == "T:0+0+2+0=2/2"


# what cannot be


def test_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r/thesis.txt").write_text("of no concern")
    with pytest.raises(UserError, match=r"is no register and has other files \(thesis.txt\)"):
        add(tmp_path / "r", observation("S1"))
    assert (tmp_path / "r/thesis.txt").exists()
    with pytest.raises(UserError, match="is not a register; add a run with --add"):
        open_register(tmp_path / "none")


def test_other_genome_or_choice_is_refused(tmp_path: Path) -> None:
    add(tmp_path / "r", observation("S1"))
    with pytest.raises(UserError, match="is of genome tiny-1, not tiny-2; name another register"):
        add_samples(tmp_path / "r", "tiny-2", 3, [observation("S2")], DAY)
    with pytest.raises(UserError, match="from 3 alternative reads on, not 4"):
        add_samples(tmp_path / "r", "tiny-1", 4, [observation("S2")], DAY)
    assert read_ledger(tmp_path / "r").ids == {"S1"}


def removal(register: Path) -> None:
    remove_samples(register, ["S1"])


@pytest.mark.parametrize(
    ("name", "data", "told", "by"),
    [
        ("variants.000001", None, "lacks variants.000001.parquet; take", [open_register, removal]),
        ("callable.000001", None, "lacks callable.000001.parquet; take", [open_register, removal]),
        ("own.000001", None, "lacks own.000001.parquet; take a copy", [removal]),
        ("variants.000001", "torn", "000001.parquet: cannot be read", [open_register, removal]),
        ("own.000001", "torn", "own.000001.parquet: cannot be read", [removal]),
        ("samples", "torn", "samples.parquet: cannot be read", [open_register, removal]),
        ("samples", STRETCHES, "is not a register's ledger of this version", [open_register]),
        ("variants.000001", VARIANTS, "its counts and samples disagree", [removal]),
    ],
)
def test_damaged_register_is_told(
    tmp_path: Path,
    name: str,
    data: str | pa.Schema | None,
    told: str,
    by: list[Callable[[Path], object]],
) -> None:
    add(tmp_path / "r", observation("S1", [snv(9)]))
    path = tmp_path / f"r/{name}.parquet"
    path.unlink()
    if isinstance(data, pa.Schema):
        pq.write_table(data.empty_table(), path)
    elif data:
        path.write_text(data)
    for read in by:
        with pytest.raises(UserError, match=told):
            read(tmp_path / "r")
