"""What a finished run says of a case, by default the demo's first, to compare runs with."""

import json
from pathlib import Path
from typing import Any

import pysam

CASE = "IPX0001"


def record(folder: Path, case: str = CASE) -> dict[str, Any]:
    """The case's record, without the time when it was made."""
    text = (folder / f"results/{case}/report/{case}.case.json").read_text()
    found: dict[str, Any] = json.loads(text)
    del found["created"]
    return found


def calls(folder: Path, case: str = CASE) -> list[str]:
    """The case's variants, as text."""
    path = folder / f"results/{case}/small_variants/{case}.calls.vcf.gz"
    with pysam.VariantFile(str(path)) as vcf:
        return [str(call) for call in vcf]
