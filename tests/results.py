"""What a finished run of the demo's first case says, to compare runs with."""

import json
from pathlib import Path
from typing import Any

import pysam

CASE = "IPX0001"


def record(folder: Path) -> dict[str, Any]:
    """The case's record, without the time when it was made."""
    text = (folder / f"results/{CASE}/report/{CASE}.case.json").read_text()
    found: dict[str, Any] = json.loads(text)
    del found["created"]
    return found


def calls(folder: Path) -> list[str]:
    """The case's variants, as text."""
    path = folder / f"results/{CASE}/small_variants/{CASE}.calls.vcf.gz"
    with pysam.VariantFile(str(path)) as vcf:
        return [str(call) for call in vcf]
