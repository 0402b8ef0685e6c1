"""Check case records, and bring those of earlier versions to today's.

'validate' holds each file against the record's form and against itself: every finding that is
interpreted is there, tiers are known, digests are such. 'migrate' writes a record of an earlier
version as one of this; whatever reads records also does so by itself.
"""

import argparse
import sys
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dugnad.border import explain, got
from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.reading import read_data, read_record
from dugnad.record import RECORD_VERSION, CaseRecord
from dugnad.record_migration import migrate
from dugnad.report.record_faults import faults_of


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the sub-verbs and their arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="validate|migrate")
    check = verbs.add_parser("validate", help="list all faults of case records; 2 when there are")
    check.add_argument("records", type=Path, nargs="+", metavar="CASE.JSON")
    check.set_defaults(act=_validate)
    anew = verbs.add_parser("migrate", help="write a record of an earlier version as of this one")
    anew.add_argument("--record", type=Path, required=True, help="case.json")
    anew.add_argument("--output", type=Path, required=True, help="case.json of this version")
    anew.set_defaults(act=_migrate)


def main(args: argparse.Namespace) -> None:
    """Do what the sub-verb says."""
    args.act(args)


def _validate(args: argparse.Namespace) -> None:
    faults: list[str] = []
    for path in args.records:
        found = validate(path)
        faults += found
        if not found:
            print(f"{path}: is sound")
    if faults:
        raise UserError(faults)


def _migrate(args: argparse.Namespace) -> None:
    record = read_record(args.record)
    write_text(args.output, record.model_dump_json(indent=1) + "\n")
    was = record.migrated_from
    told = f"migrated from {was}" if was else "needed no migration"
    print(f"{args.output}: version {RECORD_VERSION}, {told}", file=sys.stderr)


def validate(path: Path) -> list[str]:
    """All faults of a file, each as ``file: $.path: fault; remedy``; empty when it is sound."""
    try:
        data = read_data(path)
    except UserError as error:
        return error.problems
    try:
        whole = migrate(data)
    except UserError as error:
        return [f"{path}: $.{problem}" for problem in error.problems]
    if (was := whole.get("migrated_from")) and data.get("record_version") == was:
        print(f"{path}: is of version {was}; judged as migrated to {RECORD_VERSION}")
    try:
        record = CaseRecord.model_validate(whole)
    except ValidationError as error:
        return [f"{path}: {_form(detail)}" for detail in error.errors()]
    return [f"{path}: {fault}" for fault in faults_of(record)]


def _form(error: ErrorDetails) -> str:
    """A fault of form, with its place as a JSON path."""
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"${place}: unknown key; remove it"
    if error["type"].endswith("_type") or error["type"].endswith("_parsing"):
        text = error["msg"][:1].lower() + error["msg"][1:]
        return f"${place}: {text} {got(str(error['input'])[:80])}; make the record anew"
    return f"${place}: {explain(error, ())}"
