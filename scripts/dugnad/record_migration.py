"""Case records of earlier versions, brought to today's: one function per step of the version.

A step takes the record as JSON objects, fills what the later version has besides, and leaves what
was said as it was. A record that was written by a later program than this one is refused.
"""

from collections.abc import Callable, Mapping
from typing import Any

from dugnad.errors import UserError
from dugnad.record import RECORD_VERSION

Data = dict[str, Any]


def _of_0_1_0(record: Data) -> Data:
    """1.0.0 states what the last of 0.1.0 could leave out; the earlier ones lack it."""
    absent: Data = {
        "age_band": None,
        "genes_unseen": [],
        "copy_number": None,
        "rearrangements": None,
        "biomarkers": {},
        "interpretation": None,
    }
    return absent | record


# each version with the one that it leads to, and how
STEPS: Mapping[str, tuple[str, Callable[[Data], Data]]] = {
    "0.1.0": ("1.0.0", _of_0_1_0),
}


def migrate(record: Data) -> Data:
    """A record of any known version as today's; ``migrated_from`` says which one it was.

    Raises UserError for a version that is not known, with the remedy.
    """
    first = version = record.get("record_version")
    while version != RECORD_VERSION:
        if not isinstance(version, str) or version not in STEPS:
            raise UserError(f"record_version: {_unknown(first)}")
        version, step = STEPS[version]
        record = step(record) | {"record_version": version}
    if first != RECORD_VERSION:
        record["migrated_from"] = record.get("migrated_from") or first
    return record


def _unknown(version: object) -> str:
    """Fault and remedy for a version without a step."""
    given, known = _numbers(version), _numbers(RECORD_VERSION)
    if version is None:
        return "is missing: this is not a case record; name a case.json"
    if given and known and given > known:
        text = f"is newer than this program, which knows {RECORD_VERSION}"
        return f"{text} (got '{version}'); read it with a later version of dugnad"
    return f"is not a version that was ever written (got '{version}'); make the record anew"


def _numbers(version: object) -> tuple[int, ...] | None:
    parts = str(version).split(".")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts):
        return tuple(map(int, parts))
    return None
