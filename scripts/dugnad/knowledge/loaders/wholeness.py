"""Whether a file is whole, and is data: neither cut off nor an error page."""

import gzip
import json
import zlib
from pathlib import Path

from dugnad.errors import UserError

# the empty block that ends a BGZF file (SAM/BAM specification, section 4.1.2)
BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<error", b"<head", b"<body")


def is_markup(head: bytes) -> bool:
    """Whether bytes begin as a web page or an error in XML does; none of our files do."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP)


def check_whole(path: Path) -> None:
    """Raise UserError when a file is empty, is a web page, or ends before its end.

    BGZF must end with its empty block, gzip with a right checksum, JSON must parse, and text must
    end with a line break. Binary files of other kinds cannot be told.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(4096)
        file.seek(max(0, size - len(BGZF_END)))
        tail = file.read()
    if not head:
        raise UserError(f"{path}: is empty; get it again")
    if is_markup(head):
        raise UserError(f"{path}: is a web page, not data; check the address or the proxy")
    if head.startswith(b"\x1f\x8b"):
        if _is_bgzf(head):
            if tail != BGZF_END:
                raise UserError(f"{path}: is cut off: the block that ends BGZF lacks; get it again")
            return
        _check_gzip(path)
    elif path.suffix == ".json":
        _check_json(path)
    elif b"\0" not in head and not tail.endswith((b"\n", b"\r")):
        raise UserError(f"{path}: is cut off: its last line does not end; get it again")


def _is_bgzf(head: bytes) -> bool:
    """Whether a gzip header has BGZF's extra field BC."""
    return len(head) > 18 and bool(head[3] & 4) and head[12:14] == b"BC"


def _check_gzip(path: Path) -> None:
    try:
        with gzip.open(path) as file:
            while block := file.read(1 << 20):
                if is_markup(block[:512]):
                    raise UserError(f"{path}: is a web page, not data; check the address")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UserError(f"{path}: is cut off or damaged ({error}); get it again") from None


def _check_json(path: Path) -> None:
    try:
        json.loads(path.read_bytes())
    except ValueError as error:
        raise UserError(f"{path}: is not whole JSON ({error}); get it again") from None
