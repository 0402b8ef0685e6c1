"""The log of judgements and signatures: append-only, each entry chained to the one before.

A log is one file per case, ``FOLDER/{case}.curation.jsonl``, one JSON object a line. ``digest``,
the last key, is the SHA-256 of the rest of the line; ``previous`` is the digest of the line
before. So an edited line does not fit its own digest, and a line that was taken out, put in or
moved does not fit its neighbour. Lines that are cut off at the end, or a chain that was made
anew, show when the log is held against a record or workbook that remembers its head.
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from pydantic import Field, ValidationError

from dugnad.errors import UserError
from dugnad.record_curation import Initials, Judgement, Signature
from dugnad.record_part import Part

SUFFIX = ".curation.jsonl"
START = "0" * 64
_TAIL = re.compile(rb',"digest":"([0-9a-f]{64})"\}\Z')
_RESTORE = "restore the log from its backup, and find out who wrote to it"


class Entry(Part):
    """One line of the log: a judgement or a signature; the digest stands beside it."""

    number: int
    previous: str
    at: datetime = Field(description="UTC")
    by: Initials = Field(description="who handed it in")
    case: str
    workbook: str = Field(description="SHA-256 of the workbook that it came from")
    judgement: Judgement | None = None
    signature: Signature | None = None


class Chained(Part):
    """An entry and its digest."""

    entry: Entry
    digest: str


class BrokenLogError(UserError):
    """A log that does not hold; the first broken line is named."""


def log_path(place: Path, case: str) -> Path:
    """The case's log: in a folder by its name, or the file that is named."""
    if not re.fullmatch(r"[A-Za-z0-9-]+", case):
        raise UserError(f"{place}: no log has such a case's name (got {case!r}); mend the record")
    return place if place.suffix == ".jsonl" else place / f"{case}{SUFFIX}"


def read_log(path: Path, case: str | None = None) -> tuple[Chained, ...]:
    """All entries, the chain proven; none where there is no file.

    Raises BrokenLogError with the first line that does not hold, or that is of another case.
    """
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)  # not while somebody is halfway through a line
            data = file.read()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}; name the log") from None
    return parse(data, path, case)


def parse(data: bytes, path: Path, case: str | None = None) -> tuple[Chained, ...]:
    """The entries of a log's bytes; ``path`` is for messages."""
    *lines, rest = data.split(b"\n")
    found: list[Chained] = []
    previous = START
    for number, line in enumerate(lines, start=1):
        one = _entry(line, f"{path}:{number}")
        if (one.entry.number, one.entry.previous) != (number, previous):
            text = "does not continue the line before: a line was taken out, put in or moved"
            raise BrokenLogError(f"{path}:{number}: {text}; {_RESTORE}")
        case = case or one.entry.case
        if one.entry.case != case:
            raise BrokenLogError(f"{path}:{number}: is of case {one.entry.case!r}, not {case!r}")
        found.append(one)
        previous = one.digest
    if rest:
        text = f"is cut short; {_RESTORE}"
        raise BrokenLogError(f"{path}:{len(lines) + 1}: {text}")
    return tuple(found)


def _entry(line: bytes, place: str) -> Chained:
    tail = _TAIL.search(line)
    if tail is None:
        raise BrokenLogError(f"{place}: is not an entry with its digest; {_RESTORE}")
    body = line[: tail.start()] + b"}"
    if hashlib.sha256(body).hexdigest() != tail[1].decode():
        raise BrokenLogError(f"{place}: was changed: it does not fit its digest; {_RESTORE}")
    try:
        return Chained(entry=Entry.model_validate_json(body), digest=tail[1].decode())
    except ValidationError as error:
        raise BrokenLogError(f"{place}: {error.errors()[0]['msg']}; {_RESTORE}") from None


def line_of(entry: Entry) -> tuple[bytes, str]:
    """An entry's line, with its line feed, and its digest."""
    body = entry.model_dump_json().encode()
    digest = hashlib.sha256(body).hexdigest()
    return body[:-1] + f',"digest":"{digest}"}}\n'.encode(), digest


def append(
    path: Path, case: str, make: Callable[[Sequence[Chained]], Sequence[Entry]]
) -> tuple[Chained, ...]:
    """Add what ``make`` answers to the entries that are there; number and previous are set here.

    The log is locked from reading to the last byte on disk, so that of two people at once the
    second sees what the first wrote. When ``make`` raises, nothing is written; when writing
    fails, the log is as it was. Returns all entries.
    """
    there = read_log(path, case)
    if not make(there):  # before the file is made: what is refused or empty leaves no trace
        return there
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path) as file:
        found = list(parse(file.read(), path, case))
        added = b""
        for entry in make(tuple(found)):
            previous = found[-1].digest if found else START
            own = entry.model_copy(update={"number": len(found) + 1, "previous": previous})
            line, digest = line_of(own)
            found.append(Chained(entry=own, digest=digest))
            added += line
        _write(file, added)
    return tuple(found)


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("a+b", buffering=0)
    except OSError as error:
        text = f"cannot be written: {error.strerror}; ask for the right, or name another folder"
        raise UserError(f"{path}: {text}") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            text = f"cannot be locked: {error.strerror}; keep logs where files can be"
            raise UserError(f"{path}: {text}") from None
        file.seek(0)
        yield file


def _write(file: BinaryIO, data: bytes) -> None:
    """Append to the disk itself; what fails halfway is taken back."""
    size = os.fstat(file.fileno()).st_size
    try:
        written = 0
        while written < len(data):
            written += file.write(data[written:])
        os.fsync(file.fileno())
    except OSError:
        os.ftruncate(file.fileno(), size)
        raise


def require_head(found: Sequence[Chained], head: str, entries: int, place: str, log: Path) -> None:
    """That the log still has the line that ``place`` remembers as its last, of so many.

    Raises BrokenLogError when lines were cut off, or the chain was made anew.
    """
    if entries > len(found):
        text = f"has {len(found)} entries, but {place} was made when it had {entries}"
        raise BrokenLogError(f"{log}:{len(found) + 1}: {text}; {_RESTORE}")
    if entries and found[entries - 1].digest != head:
        text = f"is not the line that {place} remembers: the chain was made anew"
        raise BrokenLogError(f"{log}:{entries}: {text}; {_RESTORE}")
