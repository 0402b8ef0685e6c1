"""The digest of a case record: what a judgement or a signature is about."""

import hashlib
import json

from dugnad.record import CaseRecord

# curation itself, and what says when and by which code, but nothing of the case
_LEFT_OUT = {"curation", "status", "created", "code"}


def digest(record: CaseRecord) -> str:
    """SHA-256, in hexadecimal, of the record as canonical JSON: sorted keys, no white space.

    The same for a record in memory and one that was written and read.
    """
    data = json.loads(record.model_dump_json(exclude=_LEFT_OUT), parse_float=_plain)
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(text: str) -> float | int:
    value = float(text)
    return int(value) if value.is_integer() else value
