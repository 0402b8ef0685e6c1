"""Write the case record as a workbook (XLSX) in which a laboratory judges the findings.

The sheet of candidates holds one finding a row, with InPreD's judgement columns (IGV_QC,
Class_judgement, Reporting_judgement, comment, initials) as drop-downs; all other cells are
locked. 'dugnad curate' reads it back. There are no formulas, and what a person or a tool wrote
is stored as text and marked so (the quote prefix), whatever it begins with.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from dugnad import __version__
from dugnad.curation.digest import digest
from dugnad.curation.log import START
from dugnad.curation.sheet import (
    CODES,
    COMMENT_LENGTH,
    FORMAT,
    HEADER,
    HIDDEN,
    JUDGEMENT_COLUMNS,
    Value,
    clean,
    marks,
    seal,
)
from dugnad.files import replacing
from dugnad.reading import read_record
from dugnad.record import CaseRecord
from dugnad.report.view import Line, ReportView
from dugnad.report.words import LANGUAGES, Language, Words, words_of
from dugnad.report.workbook_sheets import AFTER, BEFORE, KEYS, LOCKED, candidates, cells
from dugnad.report.workbook_tables import Table, meaning, overview, tables
from dugnad.site import load_site

# tints of Okabe and Ito's colours, light enough for black text; the tier stands in words too
_TIERS = {"I": "B3DCCF", "II": "CFE8F6", "III": "FBE8C4", "IV": "EDEDED"}
_WIDTHS = {"igv_qc": 9, "class_judgement": 16, "reporting_judgement": 19, "comment": 36}
_TOP = Alignment(vertical="top", wrap_text=True)
_LINE = Side(style="thin", color="C8C8C8")
_FRAME = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_DARK = PatternFill("solid", fgColor="1F3A4D")
_INPUT = PatternFill("solid", fgColor="FFF9C4")
_WARN = PatternFill("solid", fgColor="F6D5C8")
_HEAD_FONT = Font(bold=True, color="FFFFFF")


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--record", type=Path, required=True, help="case.json")
    parser.add_argument("--language", choices=LANGUAGES, help="default: the site's")
    parser.add_argument("--site", type=Path, help="config/sites/<site>.yaml")
    parser.add_argument(
        "--all", action="store_true", help="every finding that was interpreted, flagged ones too"
    )
    parser.add_argument("--output", type=Path, required=True, help="XLSX")


def main(args: argparse.Namespace) -> None:
    """Write the workbook."""
    language = args.language or load_site(args.site).language
    book = workbook(read_record(args.record), language, args.all)
    with replacing(args.output) as temporary:
        book.save(temporary)


def workbook(record: CaseRecord, language: Language, everything: bool = False) -> Workbook:
    """The whole workbook; ``everything`` makes each interpreted finding a candidate."""
    words, view = words_of(language), ReportView.of(record)
    lines = candidates(record, everything)
    book = Workbook()
    del book["Sheet"]
    book.security = WorkbookProtection(lockStructure=True)
    _overview(book.create_sheet(words("workbook.sheet.overview")), view, words)
    sheet = book.create_sheet(words("workbook.sheet.candidates"))
    rows = _candidates(sheet, lines, words)
    for table in tables(view, words):
        _table(book.create_sheet(words(f"workbook.sheet.{table.key}")), table, words)
    about = {
        "format": FORMAT,
        "case": record.case,
        "record": digest(record),
        "dugnad": __version__,
        "language": language,
        "candidates": sheet.title,
        "log_head": record.curation.log_head if record.curation else START,
        "log_entries": str(record.curation.entries if record.curation else 0),
    }
    _hidden(book.create_sheet(HIDDEN), about, rows)
    book.active = 1 if lines else 0
    return book


def _put(sheet: Worksheet, row: int, column: int, value: Value) -> Cell:
    """A cell with a value that is never a formula; text keeps the mark that it is text."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    if isinstance(value, str):
        text = clean(value)
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = text[:1] in set("=+-@\t\r\n")
    else:
        cell.value = value
    return cell


def _head(sheet: Worksheet, texts: Sequence[str], widths: Sequence[float]) -> None:
    """A frozen, dark header row, and the widths of the columns."""
    for column, (text, width) in enumerate(zip(texts, widths, strict=True), start=1):
        cell = _put(sheet, 1, column, text)
        cell.font, cell.fill, cell.alignment, cell.border = _HEAD_FONT, _DARK, _TOP, _FRAME
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "B2"
    sheet.row_dimensions[1].height = 32


def _finish(sheet: Worksheet, columns: int, rows: int) -> None:
    """Filters, protection without a password, and a page that fits a printer's width."""
    sheet.auto_filter.ref = f"A1:{get_column_letter(columns)}{max(2, rows + 1)}"
    sheet.protection.sheet = True
    for allowed in ("autoFilter", "sort", "formatColumns", "formatRows"):
        setattr(sheet.protection, allowed, False)
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _candidates(sheet: Worksheet, lines: Sequence[Line], words: Words) -> list[tuple[str, str]]:
    """The candidates; returns finding and marks of the locked cells of each row, header first."""
    header = [clean(words(f"workbook.column.{key}")) for key in KEYS]
    widths = {column.key: column.width for column in (*BEFORE, *AFTER)} | _WIDTHS
    shown = [widths.get(key, 10) for key in KEYS]
    _head(sheet, header, shown)
    formats = {column.key: column.format for column in (*BEFORE, *AFTER) if column.format}
    marked = [(HEADER, marks(header))]
    for row, line in enumerate(lines, start=2):
        values = [clean(v) if isinstance(v, str) else v for v in cells(line, words)]
        tier = PatternFill("solid", fgColor=_TIERS.get(line.item.amp.category, "FFFFFF"))
        for column, (key, value) in enumerate(zip(KEYS, values, strict=True), start=1):
            cell = _put(sheet, row, column, value)
            cell.alignment, cell.border = _TOP, _FRAME
            if key in JUDGEMENT_COLUMNS:
                cell.fill, cell.protection = _INPUT, Protection(locked=False)
            elif key in {"finding", "amp", "escat"}:
                cell.fill = tier
            if key in formats:
                cell.number_format = formats[key]
        sheet.row_dimensions[row].height = _height(values, shown)
        marked.append((clean(line.item.id), marks([values[n] for n in LOCKED])))
    _validate(sheet, len(lines), words)
    _finish(sheet, len(KEYS), len(lines))
    return marked


def _height(values: Sequence[Value], widths: Sequence[float]) -> float:
    """Points for the longest cell, but no more than six lines: the rest is read in the cell."""
    lines = (
        sum(1 + int(len(part) // width) for part in str(value).split("\n"))
        for value, width in zip(values, widths, strict=True)
        if value is not None
    )
    return 15.0 * min(6, max(lines, default=1))


def _validate(sheet: Worksheet, rows: int, words: Words) -> None:
    """Drop-downs of the codes, and limits of the free cells."""
    for key in JUDGEMENT_COLUMNS:
        if key in CODES:
            codes = ",".join(CODES[key])
            rule = DataValidation("list", formula1=f'"{codes}"', allow_blank=True)
            text = words("workbook.choose_text", codes=", ".join(CODES[key]))
            rule.prompt = "\n".join(f"{code}: {meaning(code, words)}" for code in CODES[key])
        elif key == "comment":
            rule = DataValidation(
                "textLength", operator="lessThanOrEqual", formula1=str(COMMENT_LENGTH)
            )
            text = words("workbook.comment_text", n=COMMENT_LENGTH)
        else:
            rule = DataValidation("textLength", operator="between", formula1="2", formula2="4")
            text = words("workbook.initials_text")
        rule.allow_blank, rule.showErrorMessage, rule.showInputMessage = True, True, True
        rule.errorTitle = rule.promptTitle = words(f"workbook.column.{key}")
        rule.error, rule.prompt = text, rule.prompt or text
        letter = get_column_letter(KEYS.index(key) + 1)
        rule.add(f"{letter}2:{letter}{max(2, rows + 1)}")
        sheet.add_data_validation(rule)


def _table(sheet: Worksheet, table: Table, words: Words) -> None:
    """A sheet that is only read."""
    header = [words(f"workbook.column.{key}") for key, _ in table.columns]
    _head(sheet, header, [width for _, width in table.columns])
    formats = dict(table.formats)
    for row, values in enumerate(table.rows, start=2):
        for column, value in enumerate(values, start=1):
            if value is None:
                continue
            cell = _put(sheet, row, column, value)
            cell.alignment = _TOP
            if column - 1 in formats and not isinstance(value, str):
                cell.number_format = formats[column - 1]
    _finish(sheet, len(header), len(table.rows))
    if table.note:
        _put(sheet, len(table.rows) + 3, 1, table.note).font = Font(bold=True)


def _overview(sheet: Worksheet, view: ReportView, words: Words) -> None:
    """Label and value a row; headings stand alone."""
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 100
    for row, fact in enumerate(overview(view, words), start=1):
        label = _put(sheet, row, 1, fact.label)
        label.alignment = _TOP
        label.font = Font(bold=True)
        if fact.value is None:
            for column in (1, 2):
                cell = sheet.cell(row, column)
                cell.fill, cell.font = _DARK, _HEAD_FONT
            continue
        value = _put(sheet, row, 2, fact.value)
        value.alignment = Alignment(vertical="top", wrap_text=True, horizontal="left")
        if fact.warns:
            label.fill = value.fill = _WARN
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _hidden(sheet: Worksheet, about: dict[str, str], rows: Sequence[tuple[str, str]]) -> None:
    """What the workbook is of, and the marks of its locked cells, under a seal."""
    sheet.sheet_state = "veryHidden"
    sheet.protection.sheet = True
    shown = [*about.items(), ("seal", seal(about, rows)), ("rows", str(len(rows))), *rows]
    for row, (name, text) in enumerate(shown, start=1):
        _put(sheet, row, 1, name)
        _put(sheet, row, 2, text)
