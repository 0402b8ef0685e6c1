"""Native tables that never leave their slide: long text is cut, long tables go on over slides."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from pptx.oxml.ns import qn
from pptx.util import Inches

from dugnad.report.deck import draw
from dugnad.report.deck.look import INK, NAVY, PALE, ROWS, TABLE_SIZES, WHITE, Box
from dugnad.report.deck.measure import broken, cut, height, shown

SIDE, EDGE = 0.05, 0.035
_PLAIN_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's table style without colours and lines."""


@dataclass(frozen=True)
class Column:
    """A column's title and its share of the width; ``most``: lines of a cell."""

    title: str
    share: float
    most: int = 3
    align: str = "left"


@dataclass(frozen=True)
class Cell:
    """A text, and how it stands out."""

    text: str
    bold: bool = False
    fill: str | None = None
    colour: str = INK


@dataclass(frozen=True)
class Row:
    """Cells in the order of the columns; ``reasons`` go to the speaker notes."""

    cells: tuple[Cell, ...]
    reasons: tuple[str, ...] = ()


def row(*cells: str | Cell, reasons: Sequence[str] = ()) -> Row:
    """A row of texts or cells."""
    made = tuple(Cell(cell) if isinstance(cell, str) else cell for cell in cells)
    return Row(made, tuple(reasons))


@dataclass(frozen=True)
class Fitted:
    """A row as the slide shows it: texts cut, and whole in the notes."""

    texts: tuple[str, ...]
    row: Row
    height: float
    notes: tuple[str, ...]
    faults: int


@dataclass(frozen=True)
class Page:
    """Rows that go on one slide."""

    rows: tuple[Fitted, ...]
    number: int
    of: int
    size: float


def first_page(columns: Sequence[Column], rows: Sequence[Row], area: Box) -> Page:
    """As many rows as go on one slide, for a table that is whole elsewhere."""
    whole = pages(columns, rows, area)
    if len(whole) == 1:
        return whole[0]
    size = TABLE_SIZES[-1]
    room = area.height - _head(columns, area, size)[1]
    fitted = [_fit(columns, one, area, size) for one in rows[:ROWS]]
    return Page(tuple(_fill(fitted, room, ROWS)[0]), 1, len(whole), size)


def pages(columns: Sequence[Column], rows: Sequence[Row], area: Box) -> list[Page]:
    """Split a table over slides: no more rows than a board reads, nor higher than the area.

    The letters are as large as they can be without another slide and without another cut.
    """
    sizes = TABLE_SIZES if len(rows) <= 3 * ROWS else TABLE_SIZES[-1:]
    made = [_split(columns, rows, area, size) for size in sizes]
    least = made[-1]
    fewest = _faults(columns, least, area, sizes[-1])
    for size, groups in zip(sizes, made, strict=True):
        if len(groups) <= len(least) and _faults(columns, groups, area, size) <= fewest:
            break
    return [Page(tuple(group), n, len(groups), size) for n, group in enumerate(groups, 1)]


def _split(
    columns: Sequence[Column], rows: Sequence[Row], area: Box, size: float
) -> list[list[Fitted]]:
    """The rows of each slide, evenly, in letters of that size."""
    room = area.height - _head(columns, area, size)[1]
    fitted = [_fit(columns, one, area, size) for one in rows]
    groups = _fill(fitted, room, ROWS)
    even = -(-len(fitted) // len(groups))
    for most in range(even, ROWS):
        if len(evenly := _fill(fitted, room, most)) == len(groups):
            return evenly
    return groups


def _fill(rows: Sequence[Fitted], room: float, most: int) -> list[list[Fitted]]:
    groups: list[list[Fitted]] = [[]]
    used = 0.0
    for fitted in rows:
        if groups[-1] and (len(groups[-1]) == most or used + fitted.height > room):
            groups.append([])
            used = 0.0
        groups[-1].append(fitted)
        used += fitted.height
    return groups


def _faults(
    columns: Sequence[Column], groups: Sequence[Sequence[Fitted]], area: Box, size: float
) -> int:
    """Cells whose text is cut, and words that are broken."""
    rooms = [(wide - 2 * SIDE) * 72 for wide in _widths(columns, area)]
    titles = [
        cut(one.title, size, room, 2, True)[0] for one, room in zip(columns, rooms, strict=True)
    ]
    found = sum(
        broken(one.title, size, room, True) + (title != one.title)
        for one, title, room in zip(columns, titles, rooms, strict=True)
    )
    return found + sum(one.faults for group in groups for one in group)


def place(shapes: Any, columns: Sequence[Column], page: Page, area: Box, told: str) -> Any:
    """Draw one page of a table; ``told`` is its alternative text."""
    titles, top = _head(columns, area, page.size)
    heights = [top, *(one.height for one in page.rows)]
    size = [Inches(inches) for inches in (area.left, area.top, area.width, sum(heights))]
    made = shapes.add_table(len(heights), len(columns), *size)
    draw.describe(made, told)
    table = made.table
    made._element.graphic.graphicData.tbl.tblPr.find(qn("a:tableStyleId")).text = _PLAIN_STYLE
    for n, wide in enumerate(_widths(columns, area)):
        table.columns[n].width = Inches(wide)
    for n, high in enumerate(heights):
        table.rows[n].height = Inches(high)
    cells = iter(list(table.iter_cells()))
    styled = Styled(page.size)
    for column, title in zip(columns, titles, strict=True):
        styled.write(next(cells), title, Cell(title, True, NAVY, WHITE), column.align)
    for number, one in enumerate(page.rows, 1):
        stripe = PALE if number % 2 == 0 else WHITE
        for column, words, how in zip(columns, one.texts, one.row.cells, strict=True):
            filled = replace(how, fill=how.fill or stripe)
            styled.write(next(cells), words, filled, column.align)
    return made


def notes(page: Page) -> Iterator[str]:
    """The reasons of the rows, and what was cut from their cells."""
    for one in page.rows:
        yield from one.notes
        if one.row.reasons or one.notes:
            yield ""


def _widths(columns: Sequence[Column], area: Box) -> list[float]:
    whole = sum(column.share for column in columns)
    return [area.width * column.share / whole for column in columns]


def _head(columns: Sequence[Column], area: Box, size: float) -> tuple[list[str], float]:
    """Titles as they fit, in two lines at most, and the height of their row."""
    fitted = [
        cut(shown(column.title), size, (wide - 2 * SIDE) * 72, 2, True)
        for column, wide in zip(columns, _widths(columns, area), strict=True)
    ]
    return [text for text, _ in fitted], _high(max(lines for _, lines in fitted), size)


def _fit(columns: Sequence[Column], one: Row, area: Box, size: float) -> Fitted:
    texts, most, rest, faults = [], 1, [], 0
    for column, cell, wide in zip(columns, one.cells, _widths(columns, area), strict=True):
        whole, room = shown(cell.text), (wide - 2 * SIDE) * 72
        text, lines = cut(whole, size, room, column.most, cell.bold)
        faults += broken(whole, size, room, cell.bold) + (text != whole)
        if text != whole:
            rest.append(f"{column.title}: {whole}")
        texts.append(text)
        most = max(most, lines)
    return Fitted(tuple(texts), one, _high(most, size), (*one.reasons, *rest), faults)


def _high(lines: int, size: float) -> float:
    return height(lines, size) + 2 * EDGE


class Styled:
    """Writes cells of one size: the first of each style is made, and those like it are copies."""

    def __init__(self, size: float) -> None:
        self.size = size
        self.made: dict[tuple[object, ...], Any] = {}

    def write(self, cell: Any, words: str, how: Cell, align: str) -> None:
        """Text and style of a cell."""
        style = (how.bold, how.fill, how.colour, align)
        if style not in self.made:
            self._style(cell, how, align)
            self.made[style] = cell._tc
            made = cell._tc
        else:
            made = deepcopy(self.made[style])
            cell._tc.getparent().replace(cell._tc, made)
        made.txBody.p_lst[0].r_lst[0].t.text = words

    def _style(self, cell: Any, how: Cell, align: str) -> None:
        cell.margin_left = cell.margin_right = Inches(SIDE)
        cell.margin_top = cell.margin_bottom = Inches(EDGE)
        cell.vertical_anchor = draw.ANCHOR["middle"]
        cell.fill.solid()
        cell.fill.fore_color.rgb = draw.rgb(how.fill or WHITE)
        frame = cell.text_frame
        frame.word_wrap = True
        draw.put(frame, "", self.size, bold=how.bold, colour=how.colour, align=align)
