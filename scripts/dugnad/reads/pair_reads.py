"""Check a FASTQ pair to its last read and put it in one stream, interleaved.

Stands before the trimmer, which takes truncated files, unequal pairs and text that is not FASTQ
without complaint (fastp 0.23.2 ends with status 0 on each of them). Reads each file once.
"""

import gzip
import re
import zlib
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import IO

from dugnad.border import got
from dugnad.errors import UserError
from dugnad.files import open_bytes

UMI_IN_NAME = ":([ACGTN]+([-+_][ACGTN]+)?)$"
"""The last field of a read's name, of one read or of both: ACGT, ACGT+ACGT (Illumina), ACGT_ACGT
(fastp). In Python and as an extended regular expression of POSIX alike."""
_UMI_IN_NAME = re.compile(UMI_IN_NAME.encode())

Record = tuple[bytes, bytes, bytes]
"""Name line without '@' and line end, bases, qualities."""


def write(pairs: Iterator[bytes], out: IO[bytes]) -> int:
    """Write each pair's text; returns the number of pairs."""
    count = 0
    for text in pairs:
        out.write(text)
        count += 1
    return count


def interleave(
    first: Path, second: Path, read_group: str, umi_in_name: bool = False
) -> Iterator[bytes]:
    """Each pair as the text of two FASTQ records.

    The names lose ``/1`` and ``/2`` and any comment, and carry ``RG:Z:read_group`` as comment,
    which ``bwa mem -C`` turns into the tag. A space parts the two: fastp puts a UMI before the
    first space, and after everything else where there is none.

    Raises UserError, naming file and line, for a truncated or corrupt gzip, text that is not
    FASTQ, files of unequal length, an empty file, names that do not pair, or with
    ``umi_in_name`` a name whose last field is not a UMI.
    """
    tag = b" RG:Z:" + read_group.encode()
    number = 0
    for number, pair in enumerate(zip_longest(_records(first), _records(second)), start=1):
        a, b = pair
        if a is None or b is None:
            short, long = (first, second) if a is None else (second, first)
            raise UserError(
                f"{short}:{4 * number - 3}: ends after {number - 1} reads, but {long} goes on;"
                " the files are not one pair, or one was cut: copy both again"
            )
        name = _name(a[0])
        if name != _name(b[0]):
            raise UserError(
                f"{second}:{4 * number - 3}: read name differs from {name.decode()!r} in {first}"
                f" {got(_name(b[0]).decode(errors='replace'))}; sort both files alike"
            )
        if umi_in_name and not _UMI_IN_NAME.search(name):
            raise UserError(
                f"{first}:{4 * number - 3}: the read's name does not end in a UMI"
                f" {got(name.decode(errors='replace'))}; name reads ...:ACGT+ACGT, or mend"
                " library.umi of the panel"
            )
        yield b"@%b%b\n%b\n+\n%b\n@%b%b\n%b\n+\n%b\n" % (
            *(name, tag, a[1], a[2]),
            *(name, tag, b[1], b[2]),
        )
    if number == 0:
        raise UserError(f"{first}:1: holds no read; check that the right file was named")


def _name(line: bytes) -> bytes:
    name = line.split(None, 1)[0]
    return name[:-2] if name[-2:] in (b"/1", b"/2") else name


def _open(path: Path) -> IO[bytes]:
    try:
        return open_bytes(path)
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}; check the path") from None


def _records(path: Path) -> Iterator[Record]:
    line = 1
    try:
        with _open(path) as lines:
            for head in lines:
                bases, plus, quals = lines.readline(), lines.readline(), lines.readline()
                bases, quals = bases.rstrip(b"\r\n"), quals.rstrip(b"\r\n")
                if head[:1] != b"@" or plus[:1] != b"+" or not head[1:2].strip():
                    _refuse(path, line, head, plus)
                if not bases and not quals:
                    raise UserError(
                        f"{path}:{line + 1}: an empty read; take out reads without bases"
                    )
                if len(bases) != len(quals):
                    raise UserError(
                        f"{path}:{line + 3}: {len(quals)} qualities for {len(bases)} bases;"
                        " the file is damaged or cut: copy it again"
                    )
                yield head[1:].rstrip(b"\r\n"), bases, quals
                line += 4
    except EOFError:
        raise UserError(
            f"{path}:{line}: the gzip stream ends too early; the file is truncated: copy it again"
        ) from None
    except (gzip.BadGzipFile, zlib.error):
        raise UserError(f"{path}:{line}: the gzip stream is damaged; copy the file again") from None


def _refuse(path: Path, line: int, head: bytes, plus: bytes) -> None:
    named = head[:1] == b"@" and head[1:2].strip()
    fault, where = (plus, line + 2) if named else (head, line)
    expected = "'@' and a name" if where == line else "'+'"
    shown = got(fault.rstrip().decode(errors="replace")[:40])
    raise UserError(
        f"{path}:{where}: is not FASTQ: expected {expected} {shown}; check the file's format"
    )
