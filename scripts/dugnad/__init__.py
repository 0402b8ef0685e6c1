"""Dugnad: from reads to a molecular tumour-board report."""

import hashlib
from functools import cache
from pathlib import Path

__version__ = "0.1.0"


@cache
def code_digest() -> str:
    """SHA-256 (first 12 hex digits) over this package's sources and templates.

    Passed to each rule that runs our code, so that a change of the code reruns the rule,
    and written to the manifest, so that a result names the code that made it.
    """
    digest = hashlib.sha256()
    package = Path(__file__).parent
    for path in sorted(package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(package).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
