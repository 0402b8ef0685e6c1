"""Reading a case record: the one place where it comes in from a file."""

from pathlib import Path

from pydantic import ValidationError

from dugnad.border import read_text
from dugnad.errors import UserError
from dugnad.record import CaseRecord


def read_record(path: Path) -> CaseRecord:
    """A case record; UserError when it is none of this version."""
    try:
        return CaseRecord.model_validate_json(read_text(path))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        text = f"is not a case record of this version: {place}: {first['msg']}; make it anew"
        raise UserError(f"{path}: {text}") from None
