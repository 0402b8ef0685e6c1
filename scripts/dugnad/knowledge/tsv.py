"""The reader of knowledge tables: tab-separated, a header, comment lines, a source in each row."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from dugnad.border import got, read_text
from dugnad.errors import UserError

T = TypeVar("T")

_SOURCE = re.compile(
    r"PMID:\d{1,8}|doi:10\.\d{4,9}/\S+|UniProt:\w+|(?!PMID|doi).*\b(?:19|20)\d\d\b.*"
)


@dataclass(frozen=True)
class Row:
    """A row of a table, with its line; cells are stripped, empty ones are ''."""

    path: Path
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def listed(self, column: str) -> tuple[str, ...]:
        """The values of a cell that holds several, separated by semicolons."""
        parts = (part.strip() for part in self.cells[column].split(";"))
        return tuple(part for part in parts if part)

    def fault(self, column: str, text: str) -> ValueError:
        """An error that names the column and its value."""
        return ValueError(f"{column}: {text} {got(self.cells[column])}")

    def among(self, column: str, allowed: Sequence[str]) -> str:
        """The cell, which must be one of the allowed words; ValueError otherwise."""
        if self.cells[column] not in allowed:
            raise self.fault(column, f"must be one of {', '.join(w or 'empty' for w in allowed)}")
        return self.cells[column]

    def number(self, column: str) -> int:
        """The cell as a whole number; ValueError otherwise."""
        if not self.cells[column].isdecimal():
            raise self.fault(column, "must be a whole number")
        return int(self.cells[column])

    def sources(self, column: str = "source") -> tuple[str, ...]:
        """The row's sources: PMID, DOI, or a document with its year; ValueError without one."""
        found = self.listed(column)
        if not found:
            raise self.fault(column, "is missing; name a PMID, or a document and its year")
        for source in found:
            if not _SOURCE.fullmatch(source):
                raise self.fault(column, "is not PMID:digits, a DOI, or a document with its year")
        return found


def read_rows(
    path: Path, columns: Sequence[str], build: Callable[[Row], T], optional: Sequence[str] = ()
) -> list[T]:
    """Each row of a table, built; UserError with the faults of all rows at once.

    Lines that begin with # and empty ones are passed over; a table without a row is a fault, since
    what it knew would be missed in silence. ``build`` raises ValueError for what
    is wrong in a row; ``optional`` columns may be absent, and are empty then.
    """
    lines = [
        (number, line.split("\t"))
        for number, line in enumerate(read_text(path).splitlines(), start=1)
        if line.strip() and not line.startswith("#")
    ]
    number, header = lines[0] if lines else (1, [])
    expected = [*columns, *(name for name in optional if name in header)]
    if header != expected:
        asked = ", ".join(columns)
        raise UserError(f"{path}:{number}: the header must be {asked}, separated by tabs")
    if len(lines) == 1:
        raise UserError(f"{path}:{number}: has a header but no row; take it from its release again")
    built: list[T] = []
    problems: list[str] = []
    for number, cells in lines[1:]:
        if len(cells) != len(header):
            text = f"has {len(cells)} cells, the header {len(header)}; mend the line"
            problems.append(f"{path}:{number}: {text}")
            continue
        named = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
        row = Row(path, number, dict.fromkeys(optional, "") | named)
        try:
            built.append(build(row))
        except ValueError as error:
            problems.append(f"{path}:{number}: {error}")
    if problems:
        raise UserError(problems)
    return built
