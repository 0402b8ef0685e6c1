"""The digest of a case record: what a judgement or a signature is about."""

import hashlib

from dugnad.record import CaseRecord

# curation itself, and what says when and by which code, but nothing of the case
_LEFT_OUT = {"curation", "status", "created", "code", "record_version", "migrated_from"}


def digest(record: CaseRecord) -> str:
    """SHA-256, in hexadecimal, of the record as JSON: keys in the schema's order, no white space.

    The same for a record in memory and one that was written and read.
    """
    return hashlib.sha256(record.model_dump_json(exclude=_LEFT_OUT).encode()).hexdigest()
