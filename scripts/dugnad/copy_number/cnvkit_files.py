"""CNVkit's own tables, bins (.cnr) and segments (.cns), as rows of ours."""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dugnad.border import got
from dugnad.errors import UserError
from dugnad.files import open_bytes

_BINS = ("chromosome", "start", "end", "gene", "log2", "depth", "weight")
_SEGMENTS = ("chromosome", "start", "end", "gene", "log2", "probes")


def read_cnr(path: Path) -> list[dict[str, Any]]:
    """The rows of a ``.cnr`` file as those of the table of bins; ``sample`` and ``spread``
    are not in it.

    Raises UserError with all faulty lines at once.
    """
    return _read(path, _BINS, _bin)


def read_cns(path: Path) -> list[dict[str, Any]]:
    """The rows of a ``.cns`` file as those of the table of segments, without copies and BAF.

    Raises UserError with all faulty lines at once.
    """
    return _read(path, _SEGMENTS, _segment)


def _read(path: Path, columns: tuple[str, ...], row_of: Any) -> list[dict[str, Any]]:
    with open_bytes(path) as file:
        text = io.StringIO(file.read().decode("utf-8", errors="replace"))
    rows = csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE)
    lacking = [name for name in columns if name not in (rows.fieldnames or ())]
    if lacking:
        names = ", ".join(columns)
        raise UserError(f"{path}:1: lacks column {got(lacking[0])}; CNVkit's table has {names}")
    found, problems = [], []
    for line, row in _numbered(rows):
        place = f"{row['chromosome']}:{row['start']}"
        try:
            one = row_of(row)
        except (TypeError, ValueError):
            problems.append(f"{path}:{line}: is not a row of CNVkit's {got(place)}; mend the line")
            continue
        if one["start"] >= one["end"]:
            problems.append(f"{path}:{line}: ends before it starts {got(place)}; mend the line")
        found.append(one)
    if problems:
        raise UserError(problems)
    return found


def _numbered(rows: "csv.DictReader[str]") -> Iterator[tuple[int, Mapping[str, str]]]:
    for row in rows:
        yield rows.line_num, row


def _bin(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "chrom": row["chromosome"],
        "start": int(row["start"]),
        "end": int(row["end"]),
        "label": row["gene"],
        "depth": float(row["depth"]),
        "log2": float(row["log2"]),
        "weight": float(row["weight"]),
        "spread": None,
    }


def _segment(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "chrom": row["chromosome"],
        "start": int(row["start"]),
        "end": int(row["end"]),
        "bins": int(row["probes"]),
        "log2": float(row["log2"]),
        "baf_sites": 0,
    }
