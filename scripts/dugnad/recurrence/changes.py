"""Changes of a register: samples come, and go again. Each is whole or not at all."""

import fcntl
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from dugnad.config import LEDGER
from dugnad.errors import UserError
from dugnad.recurrence.ledger import (
    SAMPLES,
    Ledger,
    file_of,
    foreign_files,
    read_ledger,
    read_own,
    read_sums,
    sweep,
    write_ledger,
    write_own,
    write_sums,
)
from dugnad.recurrence.sums import (
    CALLABLE,
    VARIANTS,
    Observation,
    is_negative,
    sum_callable,
    sum_variants,
)


def add_samples(
    register: Path,
    genome: str,
    min_alt_reads: int,
    samples: Sequence[Observation],
    day: date,
) -> list[Observation]:
    """Add samples on a day, all or none; returns those that were not in yet.

    Makes the register when it is not there. ``min_alt_reads`` is what the samples' variants were
    chosen by. Raises UserError when the register is of another genome or choice.
    """
    with _locked(register):
        ledger = _ledger_for(register, genome, min_alt_reads)
        known = ledger.ids
        new: dict[str, Observation] = {}
        for item in samples:
            if item.sample not in known:
                new.setdefault(item.sample, item)
        added = list(new.values())
        if added or not (register / LEDGER).is_file():
            _commit(register, ledger, added, [], day)
    return added


def remove_samples(register: Path, samples: Sequence[str]) -> None:
    """Take samples out, all or none: nothing that they gave stays, in counts or files.

    Raises UserError naming the samples that are not in.
    """
    ledger = read_ledger(register)
    with _locked(register):
        ledger = read_ledger(register)
        sweep(register, ledger)
        if absent := sorted(set(samples) - ledger.ids):
            raise UserError(f"{register}: has no sample {', '.join(absent)}; mend --remove")
        _commit(register, ledger, [], samples, None)


def check_fits(register: Path, ledger: Ledger, genome: str, min_alt_reads: int) -> None:
    """Raise UserError unless a register takes samples of this genome and choice of variants."""
    problems = []
    if ledger.genome != genome:
        problems.append(
            f"{register}: is of genome {ledger.genome}, not {genome}; name another register"
        )
    if ledger.min_alt_reads != min_alt_reads:
        problems.append(
            f"{register}: counts variants from {ledger.min_alt_reads} alternative reads on,"
            f" not {min_alt_reads}; leave out --min-alt-reads or name another register"
        )
    if problems:
        raise UserError(problems)


@contextmanager
def _locked(register: Path) -> Iterator[None]:
    """One change at a time; waits, and says so, while another process changes the register."""
    register.mkdir(parents=True, exist_ok=True)
    with (register / ".lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"{register}: is being changed by another process; waiting", file=sys.stderr)
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            text = f"{register}: cannot be locked ({error.strerror}); keep it on another disk"
            raise UserError(text) from None
        yield


def _ledger_for(register: Path, genome: str, min_alt_reads: int) -> Ledger:
    """The ledger, of a new register an empty one; what a killed change left is removed."""
    if (register / LEDGER).is_file():
        ledger = read_ledger(register)
        check_fits(register, ledger, genome, min_alt_reads)
        sweep(register, ledger)
        return ledger
    if found := foreign_files(register):
        raise UserError(
            f"{register}: is no register and has other files ({found[0]}); name another"
        )
    sweep(register, None)
    return Ledger(genome, min_alt_reads, 0, SAMPLES.empty_table())


def _commit(
    register: Path,
    ledger: Ledger,
    added: Sequence[Observation],
    removed: Sequence[str],
    day: date | None,
) -> None:
    """Write the files of the next change, then the ledger, then remove what it no longer names."""
    change = ledger.change + 1
    is_removed = pc.is_in(ledger.samples["sample"], pa.array(list(removed), pa.string()))
    opened = set(ledger.samples.filter(is_removed)["change"].to_pylist())
    own = list(read_own(register, ledger, opened))
    gone = set(removed)
    taken = [item for item in own if item.sample in gone]
    kept = [*(item for item in own if item.sample not in gone), *added]
    variants, callable_ = _sums(register, ledger)
    for items, sign in ((taken, -1), (added, 1)):
        if items:
            variants = sum_variants(variants, items, sign)
            callable_ = sum_callable(callable_, items, sign)
    if is_negative([variants, callable_]):
        raise UserError(
            f"{register}: its counts and samples disagree; take a copy, or make it anew"
        )
    write_sums(file_of(register, "variants", change), variants)
    write_sums(file_of(register, "callable", change), callable_)
    if kept:
        write_own(file_of(register, "own", change), kept)
    samples = _moved(ledger.samples.filter(pc.invert(is_removed)), opened, change)
    new = pa.Table.from_pylist([_row(item, day, change) for item in added], schema=SAMPLES)
    current = replace(ledger, change=change, samples=pa.concat_tables([samples, new]))
    write_ledger(register, current)
    sweep(register, current)


def _sums(register: Path, ledger: Ledger) -> tuple[pa.Table, pa.Table]:
    """The counts of the last change; empty before the first."""
    if not ledger.change:
        return VARIANTS.empty_table(), CALLABLE.empty_table()
    try:
        return (
            read_sums(file_of(register, "variants", ledger.change), VARIANTS),
            read_sums(file_of(register, "callable", ledger.change), CALLABLE),
        )
    except FileNotFoundError as error:
        raise UserError(f"{register}: lacks {error}; take a copy of the whole folder") from None


def _moved(samples: pa.Table, opened: set[int], change: int) -> pa.Table:
    """The ledger's rows, with those of opened files in the file of this change."""
    is_moved = pc.is_in(samples["change"], pa.array(sorted(opened), pa.int32()))
    place = pc.if_else(is_moved, pa.scalar(change, pa.int32()), samples["change"])
    return samples.set_column(samples.column_names.index("change"), "change", place)


def _row(item: Observation, day: date | None, change: int) -> dict[str, object]:
    return {
        "sample": item.sample,
        "case": item.case,
        "role": item.role,
        "panel": item.panel,
        "run": item.run,
        "added": day,
        "change": change,
    }
