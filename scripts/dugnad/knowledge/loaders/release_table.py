"""Tables as others publish them: tab- or comma-separated, with columns that had other names."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from dugnad.errors import UserError
from dugnad.files import open_bytes

csv.field_size_limit(1 << 24)


class ReleaseTable:
    """A table whose columns are known by our names, whatever the release calls them.

    Args:
        path: text, or gzip of it.
        names: our name of each column, and what releases call it, the newest first.
        needed: columns without which it is another table.
        delimiter: between cells.
        quoted: whether cells may stand in quotes (CSV); else a quote is text.

    Raises UserError when it is not such a table.
    """

    def __init__(
        self,
        path: Path,
        names: Mapping[str, Sequence[str]],
        needed: Sequence[str],
        delimiter: str = "\t",
        quoted: bool = False,
    ) -> None:
        self.path = path
        self._quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
        self._delimiter = delimiter
        self._names = names
        self._header, self._line = self._find(needed)

    def _find(self, needed: Sequence[str]) -> tuple[dict[str, int], int]:
        """Our columns' numbers, and the header's line: the first with all that is needed."""
        seen: list[str] = []
        for number, cells in self._lines():
            words = [cell.strip().lstrip("#").lower() for cell in cells]
            found = {
                ours: words.index(theirs.lower())
                for ours, options in self._names.items()
                if (theirs := next((o for o in options if o.lower() in words), None)) is not None
            }
            if all(column in found for column in needed):
                return found, number
            seen = seen or cells
            if number > 20:
                break
        lacking = ", ".join(self._names[column][0] for column in needed)
        shown = ", ".join(seen)[:80]
        raise UserError(
            f"{self.path}:1: has not the columns {lacking} (it begins with '{shown}');"
            " is it the right file?"
        )

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        try:
            with open_bytes(self.path) as file:
                text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
                reader = csv.reader(text, delimiter=self._delimiter, quoting=self._quoting)
                for cells in reader:
                    yield reader.line_num, cells
        except (UnicodeDecodeError, csv.Error, EOFError, OSError) as error:
            raise UserError(f"{self.path}: cannot be read ({error}); get it again") from None

    def has(self, column: str) -> bool:
        """Whether the release has the column."""
        return column in self._header

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row by our columns, with its line; columns that the release lacks are ''.

        Raises UserError at a row that is shorter than the header.
        """
        width = max(self._header.values()) + 1
        for number, cells in self._lines():
            if number <= self._line or not any(cells) or set("".join(cells)) <= {"+"}:
                continue
            if len(cells) < width:
                raise UserError(f"{self.path}:{number}: has {len(cells)} cells; get the file again")
            yield (
                number,
                {
                    name: cells[self._header[name]].strip() if name in self._header else ""
                    for name in self._names
                },
            )
