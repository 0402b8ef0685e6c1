"""Read a workbook's judgements back into the case's log, sign, or prove a log.

  dugnad write-workbook --record C1.case.json --language nb --output C1.xlsx
  (judge the findings in the yellow cells of the sheet of candidates, and save)
  dugnad curate --case C1.case.json --workbook C1.xlsx --log curation --initials KN
  dugnad curate --case C1.case.json --workbook C1.xlsx --log curation --initials KN --sign
  dugnad curate --verify curation/C1.curation.jsonl --case C1.case.json

The workbook must be of the very record that --case names. What is not allowed, contradicts
itself or somebody else, or was changed in a locked cell is listed with its cell; then the status
is 2 and nothing is written. Accepted judgements are appended to FOLDER/CASE.curation.jsonl, each
line chained to the one before, and reach the reports when the workflow runs again (config key
'curation') or by 'dugnad classify-case --curation'. --sign adds a signature; it holds for the
record as it is, and needs a judgement of each finding of tier I and II.
"""

import argparse
import datetime as dt
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from dugnad.curation.digest import digest
from dugnad.curation.log import Chained, Entry, append, log_path, read_log, require_head
from dugnad.curation.merge import new_entries
from dugnad.curation.read_back import Sheet, read_sheet
from dugnad.curation.sheet import clean
from dugnad.errors import UserError
from dugnad.reading import read_record
from dugnad.record import CaseRecord
from dugnad.report.view import Line, lines_of


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--case", type=Path, help="case.json that the workbook was written from")
    parser.add_argument("--workbook", type=Path, help="XLSX, filled in")
    parser.add_argument("--log", type=Path, help="folder of logs, or the case's .jsonl")
    parser.add_argument("--initials", help="of who hands it in, two to four capital letters")
    parser.add_argument("--sign", action="store_true", help="sign the record as it is")
    parser.add_argument("--verify", type=Path, metavar="LOG", help="prove a log, and do no more")


def main(args: argparse.Namespace) -> None:
    """Curate or verify."""
    if args.verify:
        verify(args.verify, args.case, args.workbook)
        return
    needed = ("case", "workbook", "log", "initials")
    missing = [f"--{name}" for name in needed if getattr(args, name) is None]
    if missing:
        raise UserError(f"curate: {', '.join(missing)} is missing; 'dugnad curate --help' tells")
    if not re.fullmatch(r"[A-ZÆØÅ]{2,4}", args.initials):
        raise UserError(
            f"--initials: are no initials (got {args.initials!r}); write two to four capitals"
        )
    curate(args)


def curate(args: argparse.Namespace) -> None:
    """Check the workbook against record and log, and append what it adds."""
    record = read_record(args.case)
    sheet = read_sheet(args.workbook)
    _same_record(record, sheet, args.case)
    if args.sign and record.interpretation is None:
        raise UserError(f"{args.case}: is not classified; nobody signs what was not interpreted")
    lines: dict[str, Line] = {}
    for line in lines_of(record):
        lines.setdefault(clean(line.item.id), line)
    log = log_path(args.log, record.case)
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    added = 0

    def make(found: Sequence[Chained]) -> list[Entry]:
        nonlocal added
        _require_heads(found, record, sheet, args.case, log)
        entries = new_entries(sheet, lines, found, args.initials, now, args.sign)
        added = len(entries)
        return entries

    found = append(log, record.case, make)
    print(f"{log}: {added} entries added, {len(found)} in all", file=sys.stderr)


def _same_record(record: CaseRecord, sheet: Sheet, path: Path) -> None:
    """That the workbook is of this case and of this state of it."""
    if sheet.about["case"] != record.case:
        text = f"is of case {sheet.about['case']!r}, and {path} of {record.case!r}"
        raise UserError(f"{sheet.path}: {text}; name the files of one case")
    if sheet.about["record"] != digest(record):
        text = f"was written from another state of the case than {path}"
        raise UserError(f"{sheet.path}: {text}; write the workbook anew and look at what changed")
    known = {clean(line.item.id) for line in lines_of(record)}
    for row in sheet.rows:
        if row.finding not in known and row.number not in sheet.faulty:
            text = f"is no finding of {path} (got {row.finding!r}); write the workbook anew"
            raise UserError(f"{sheet.cell(row.number, 'id')}: {text}")


def _require_heads(
    found: Sequence[Chained], record: CaseRecord | None, sheet: Sheet | None, case: Path, log: Path
) -> None:
    """That the log goes on from what record and workbook remember of it."""
    if record and record.curation:
        require_head(found, record.curation.log_head, record.curation.entries, str(case), log)
    if sheet:
        entries = int(sheet.about["log_entries"])
        require_head(found, sheet.about["log_head"], entries, str(sheet.path), log)


def verify(log: Path, case: Path | None = None, workbook: Path | None = None) -> None:
    """Prove a log's chain, and that it goes on from what a record or workbook remembers.

    Raises BrokenLogError with the first line that does not hold.
    """
    if not log.is_file():
        raise UserError(f"{log}: no such file; name the log")
    record = read_record(case) if case else None
    found = read_log(log, record.case if record else None)
    _require_heads(found, record, read_sheet(workbook) if workbook else None, case or log, log)
    signed = sum(one.entry.signature is not None for one in found)
    head = found[-1].digest if found else "none"
    print(f"{log}: {len(found)} entries hold, {signed} of them signatures; head {head}")
    if not record and not workbook:
        print("Whether lines are cut off at the end shows with --case or --workbook.")
