"""Reading a workbook's judgements back: what was written, and every fault with its cell."""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from dugnad.curation.sheet import (
    CODES,
    COMMENT_LENGTH,
    FORMAT,
    HEADER,
    HIDDEN,
    JUDGEMENT_COLUMNS,
    mark,
    seal,
    text_of,
)
from dugnad.errors import UserError
from dugnad.privacy import has_identity_number, mask
from dugnad.report.workbook_sheets import KEYS, LOCKED

_LARGEST = 300_000_000  # bytes of all that the file holds, unpacked
_ANEW = "write the workbook anew and carry the judgements over"
_INITIALS = "write two to four capital letters"


@dataclass(frozen=True)
class Row:
    """One candidate as it came back; the judgement's texts by column, empty where there is none."""

    number: int
    finding: str
    judged: dict[str, str]

    @property
    def is_blank(self) -> bool:
        """Whether nothing is judged."""
        return not any(self.judged.values())

    @property
    def codes(self) -> dict[str, str | None]:
        """The codes alone."""
        return {key: self.judged[key] or None for key in CODES}


@dataclass(frozen=True)
class Sheet:
    """A workbook that was read; ``problems`` name their cells, ``faulty`` rows have one."""

    path: Path
    title: str
    digest: str
    about: dict[str, str]
    rows: tuple[Row, ...]
    problems: tuple[str, ...] = ()
    faulty: frozenset[int] = frozenset()

    def cell(self, row: int, key: str) -> str:
        """The name of a cell, as ``X.xlsx: Candidates!K12``."""
        return place(self.path, self.title, row, KEYS.index(key))


def place(path: Path, title: str, row: int, column: int) -> str:
    """The name of a cell; ``column`` counts from 0."""
    return f"{path.name}: {title}!{get_column_letter(column + 1)}{row}"


def read_sheet(path: Path) -> Sheet:
    """A workbook's judgements, and its faults: locked cells that changed, rows gone or added,
    formulas, unknown codes, text that looks like a person.

    Raises UserError when it cannot be read at all, or its columns do not stand where they stood.
    """
    data = _bytes(path)
    try:
        book = load_workbook(io.BytesIO(data), read_only=False, data_only=False)
    except (InvalidFileException, KeyError, ValueError, zipfile.BadZipFile, TypeError) as error:
        raise UserError(f"{path}: cannot be read as XLSX ({error}); save it as .xlsx") from None
    about, marked = _hidden(book, path)
    title = about["candidates"]
    if title not in book.sheetnames:
        raise UserError(f"{path}: has no sheet {title!r}; undo its renaming, or {_ANEW}")
    grid = [list(row) for row in book[title].iter_rows(max_col=len(KEYS) + 1)]
    _same_header(grid, marked, path, title)
    problems = list(_gone(grid, marked, path, title))
    rows, faulty, seen = [], set(), dict[str, int]()
    for number, cells in _given(grid):
        finding = text_of(cells[KEYS.index("id")].value)
        found = [*_locked(cells, number, marked.get(finding), seen.get(finding), path, title)]
        found += _faults(cells, number, path, title)
        seen.setdefault(finding, number)
        problems += found
        faulty |= {number} if found else set()
        judged = {key: text_of(cells[KEYS.index(key)].value) for key in JUDGEMENT_COLUMNS}
        rows.append(Row(number, finding, judged))
    digest = hashlib.sha256(data).hexdigest()
    return Sheet(path, title, digest, about, tuple(rows), tuple(problems), frozenset(faulty))


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(item.file_size for item in archive.infolist())
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; check the path") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}; check the path") from None
    except zipfile.BadZipFile:
        raise UserError(f"{path}: is not XLSX; save it as .xlsx") from None
    if size > _LARGEST:
        raise UserError(f"{path}: unpacks to {size} bytes, which no such workbook does; {_ANEW}")
    return data


def _hidden(book: Any, path: Path) -> tuple[dict[str, str], dict[str, list[str]]]:
    """What the workbook is of, and the marks of each finding's locked cells."""
    other = UserError(f"{path}: was not written by 'dugnad write-workbook'; curate one that was")
    if HIDDEN not in book.sheetnames:
        raise other
    pairs = [
        (text_of(row[0]), text_of(row[1] if len(row) > 1 else None))
        for row in book[HIDDEN].iter_rows(values_only=True)
    ]
    names = [name for name, _ in pairs]
    if "seal" not in names or "rows" not in names:
        raise other
    about = dict(pairs[: names.index("seal")])
    rows = [pair for pair in pairs[names.index("rows") + 1 :] if any(pair)]
    if about.get("format") != FORMAT:
        text = f"is of another form than this version reads {about.get('format')!r}"
        raise UserError(f"{path}: {text}; {_ANEW}")
    if seal(about, rows) != dict(pairs)["seal"]:
        raise UserError(f"{path}: its hidden sheet {HIDDEN!r} was changed; {_ANEW}")
    return about, {name: text.split() for name, text in rows}


def _given(grid: Sequence[Sequence[Any]]) -> Iterator[tuple[int, Sequence[Any]]]:
    """The rows beneath the header that hold anything, with their numbers."""
    for number, cells in enumerate(grid[1:], start=2):
        if any(cell.value is not None for cell in cells):
            yield number, cells


def _same_header(
    grid: Sequence[Sequence[Any]], marked: dict[str, list[str]], path: Path, title: str
) -> None:
    """That the columns stand where they stood; else no cell can be told."""
    cells = grid[0] if grid else []
    problems = [
        f"{place(path, title, 1, n)}: the header was changed (got {text_of(cell.value)!r});"
        " put the columns back as they were"
        for n, cell in enumerate(cells)
        if mark(cell.value) != (marked[HEADER] + [mark(None)])[n]
    ]
    if problems or not cells:
        raise UserError(problems or f"{path}: {title}: is empty; {_ANEW}")


def _gone(
    grid: Sequence[Sequence[Any]], marked: dict[str, list[str]], path: Path, title: str
) -> Iterator[str]:
    """Findings whose row is no longer there."""
    there = {text_of(cells[KEYS.index("id")].value) for _, cells in _given(grid)}
    for finding in marked:
        if finding not in there and finding != HEADER:
            yield f"{path.name}: {title}: the row of {finding!r} is gone; put it back"


def _locked(
    cells: Sequence[Any],
    number: int,
    old: list[str] | None,
    twin: int | None,
    path: Path,
    title: str,
) -> Iterator[str]:
    """What changed in a row's locked cells: ``old`` are their marks, ``twin`` a row of its id."""
    at_id = KEYS.index("id")
    cell = place(path, title, number, at_id)
    if old is None:
        got = mask(text_of(cells[at_id].value))[:80]
        yield f"{cell}: id: is no finding of this workbook (got {got!r}); undo the change"
        return
    if twin is not None:
        yield f"{cell}: id: stands in row {twin} too; remove one"
    for n, was in zip(LOCKED, old, strict=False):
        if mark(cells[n].value) != was or cells[n].data_type == "f":
            got = mask(text_of(cells[n].value))[:80]
            where = place(path, title, number, n)
            yield f"{where}: {KEYS[n]}: was changed (got {got!r}); restore it"
    if cells[len(KEYS)].value is not None:
        where = place(path, title, number, len(KEYS))
        yield f"{where}: stands beyond the last column; put it in the comment"


def _faults(cells: Sequence[Any], number: int, path: Path, title: str) -> Iterator[str]:
    """What is wrong with the judgement cells of a row, each by itself."""
    for key in JUDGEMENT_COLUMNS:
        cell = cells[KEYS.index(key)]
        text = text_of(cell.value)
        where = place(path, title, number, KEYS.index(key))
        shown = f"(got {mask(text)[:80]!r})"
        if cell.data_type == "f":
            yield f"{where}: {key}: is a formula {shown}; write text"
        elif key in CODES and text and text not in CODES[key]:
            yield f"{where}: {key}: is not an allowed value {shown}; write {_one_of(key)}"
        elif key == "comment":
            if len(text) > COMMENT_LENGTH:
                yield f"{where}: {key}: has {len(text)} characters; write at most {COMMENT_LENGTH}"
            if has_identity_number(text):
                yield f"{where}: {key}: holds a national identity number; take it out"
        elif key == "initials" and text and not _is_initials(text):
            yield f"{where}: {key}: are no initials {shown}; {_INITIALS}"


def _one_of(key: str) -> str:
    *most, last = CODES[key]
    return f"{', '.join(most)} or {last}"


def _is_initials(text: str) -> bool:
    return 2 <= len(text) <= 4 and all(letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅ" for letter in text)
