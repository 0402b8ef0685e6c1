"""Reading a case record: the one place where it comes in from a file."""

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dugnad.border import read_text
from dugnad.curation.digest import digest
from dugnad.errors import UserError
from dugnad.record import RECORD_VERSION, CaseRecord
from dugnad.record_migration import migrate


def read_record(path: Path) -> CaseRecord:
    """A case record, brought to this version when it is of an earlier one.

    Its ``migrated_from`` then says which. Raises UserError when it is none, or of a later version,
    or says SIGNED and is not what was signed.
    """
    text = read_text(path)
    try:
        return _as_signed(path, CaseRecord.model_validate_json(text))
    except ValidationError as error:
        data = read_data(path, text)
        if data.get("record_version") == RECORD_VERSION:
            raise UserError(_not_valid(path, error)) from None
    try:
        return CaseRecord.model_validate_json(json.dumps(_migrated(path, data)))
    except ValidationError as error:
        raise UserError(_not_valid(path, error)) from None


def _as_signed(path: Path, record: CaseRecord) -> CaseRecord:
    """The record, held against its signature."""
    signed = record.curation.signed if record.curation else None
    if (record.status == "SIGNED") != (signed is not None) or (
        signed is not None and signed.record != digest(record)
    ):
        text = "its status is not borne out by its signature: it was changed since; make it anew"
        raise UserError(f"{path}: {text} with 'dugnad classify-case --curation LOG'")
    return record


def read_data(path: Path, text: str | None = None) -> dict[str, Any]:
    """A record's JSON object, unjudged; UserError when it is none."""
    try:
        data = json.loads(read_text(path) if text is None else text)
    except (json.JSONDecodeError, RecursionError) as error:
        place = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise UserError(f"{path}{place}: is not JSON; name a case.json") from None
    if not isinstance(data, dict):
        raise UserError(f"{path}: is not a JSON object; name a case.json")
    return data


def _migrated(path: Path, data: dict[str, Any]) -> dict[str, Any]:
    try:
        return migrate(data)
    except UserError as error:
        raise UserError([f"{path}: {problem}" for problem in error.problems]) from None


def _not_valid(path: Path, error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"]))
    text = f"is not a case record of version {RECORD_VERSION}: {place}: {first['msg']}"
    return f"{path}: {text}; 'dugnad record validate' lists all faults"
