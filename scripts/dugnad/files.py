"""Files: written whole or not at all, and read through gzip where they are compressed."""

import gzip
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from dugnad.errors import UserError

_LAST_BLOCK = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path`` that takes its place when the block succeeds.

    On any exception the temporary is removed and ``path`` is left as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def ends_early(path: Path) -> bool:
    """Whether a file in bgzip's form (BAM, BCF, compressed VCF) was cut off.

    Such a file ends with an empty block. htslib takes one that was cut between two blocks for
    whole, and what came after is silently absent. Files of other forms are not judged.
    Source: the SAM/BAM specification, section 4.1.2.
    """
    with path.open("rb") as file:
        head = file.read(14)
        if head[:4] != b"\x1f\x8b\x08\x04" or head[12:] != b"BC":
            return False
        file.seek(-min(path.stat().st_size, len(_LAST_BLOCK)), os.SEEK_END)
        return file.read() != _LAST_BLOCK


def require_whole(path: Path) -> None:
    """Raise UserError when a result of ours was cut off."""
    if ends_early(path):
        raise UserError(f"{path}: ends in the middle; remove it and run again")


def read_lines(path: Path) -> list[str]:
    """The lines of a tool's text file, of which the last one ends too.

    Many tools end with status 0 when the disk is full, and leave the file as far as they came.
    Raises UserError for such a file.
    """
    text = path.read_text(encoding="utf-8")
    if not text.endswith("\n"):
        raise UserError(f"{path}: ends in the middle: is the disk full? Remove it and run again")
    return text.splitlines()


def open_bytes(path: Path) -> IO[bytes]:
    """A file's bytes, decompressed when it begins as gzip does, whatever its name."""
    file = path.open("rb")
    is_gzip = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    return cast(IO[bytes], gzip.GzipFile(fileobj=file) if is_gzip else file)
