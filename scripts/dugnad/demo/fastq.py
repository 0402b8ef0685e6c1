"""FASTQ records as bytes, and lanes as gzip files of members made one by one."""

import gzip
import io

import numpy as np

from dugnad.demo.library import Bytes, Ints

LEVEL = 3
SPOTS_PER_TILE = 40_000


def read_names(first: int, count: int, lane: int) -> Bytes:
    """Illumina-like names of equal width (rows x characters) for spots ``first`` onwards.

    They say lane, tile and place of a spot, and nothing of where the read comes from.
    """
    spot = np.arange(first, first + count)
    tile, within = 1101 + spot // SPOTS_PER_TILE, spot % SPOTS_PER_TILE
    x, y = 1000 + 37 * (within % 200), 1000 + 53 * (within // 200)
    parts = [text_rows(f"@DEMO:1:DUGNADDEMO:{lane}:", count), digits(tile, 4)]
    parts += [text_rows(":", count), digits(x, 5), text_rows(":", count), digits(y, 5)]
    return np.hstack(parts)


def text_rows(text: str, rows: int) -> Bytes:
    """``text`` in each of so many rows."""
    return np.tile(np.frombuffer(text.encode("ascii"), np.uint8), (rows, 1))


def digits(numbers: Ints, width: int) -> Bytes:
    """Each number as a row of ``width`` decimal digits."""
    powers = 10 ** np.arange(width - 1, -1, -1)
    return (numbers[:, None] // powers % 10 + ord("0")).astype(np.uint8)


def fastq_member(names: Bytes, bases: Bytes, qualities: Bytes, end: int) -> bytes:
    """A gzip member with the records of read ``end`` (1 or 2); same input, same bytes."""
    count = len(bases)
    head = text_rows(f" {end}:N:0:SYNTHETIC\n", count)
    middle, last = text_rows("\n+\n", count), text_rows("\n", count)
    rows = np.hstack([names, head, bases, middle, qualities, last])
    packed = io.BytesIO()
    with gzip.GzipFile("", "wb", LEVEL, packed, mtime=0) as out:
        out.write(rows.tobytes())
    return packed.getvalue()
