"""The workbook as writer and reader agree on it: judgement columns, codes, the hidden sheet.

Locked cells are remembered one by one as short hashes in the hidden sheet, so that a change is
named by its cell whatever program saved the workbook, in whatever language it was written.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Sequence
from typing import get_args

from dugnad.record_curation import ClassJudgement, IgvQc, ReportingJudgement

FORMAT = "1"  # of the workbook; another one is not read
HIDDEN = "_dugnad"
HEADER = "#header"  # in the hidden sheet, the row of the visible sheet's header
COMMENT_LENGTH = 2000
CELL_LENGTH = 32_000  # a spreadsheet's cell holds 32,767 characters

JUDGEMENT_COLUMNS = ("igv_qc", "class_judgement", "reporting_judgement", "comment", "initials")
CODES: dict[str, tuple[str, ...]] = {
    "igv_qc": get_args(IgvQc),
    "class_judgement": get_args(ClassJudgement),
    "reporting_judgement": get_args(ReportingJudgement),
}

# what XML cannot hold
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Value = str | int | float | None


def clean(text: str) -> str:
    """Text as a cell can hold it: no control characters, one kind of line end, not too long."""
    plain = _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n")).strip()
    plain = plain.replace("\r", "\n")
    if len(plain) > CELL_LENGTH:
        plain = plain[: CELL_LENGTH - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return plain


def text_of(value: object) -> str:
    """A cell's value as text, the same before and after a spreadsheet program saved it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return f"{value:.9g}"
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return clean(str(value).replace("_x000D_", "").replace("_x000d_", ""))


def mark(value: object) -> str:
    """A short hash of a cell."""
    return hashlib.sha256(text_of(value).encode()).hexdigest()[:8]


def marks(cells: Sequence[object]) -> str:
    """The hashes of a row's cells, as the hidden sheet keeps them."""
    return " ".join(map(mark, cells))


def seal(about: dict[str, str], rows: Sequence[tuple[str, str]]) -> str:
    """SHA-256 over the hidden sheet: what the workbook is of, and the marks of each row."""
    text = json.dumps([about, [list(row) for row in rows]], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
