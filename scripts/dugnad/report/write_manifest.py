"""Write the manifest: what made a run's results.

Lists code, programs with their versions, resource releases, and every input and result with
its size and SHA-256.
"""

import argparse
import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dugnad import __version__, code_digest
from dugnad.files import write_text
from dugnad.record import CaseRecord
from dugnad.run import CONFIG, load_run


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--config", type=Path, default=CONFIG, help=f"default: {CONFIG}")
    parser.add_argument("--records", type=Path, nargs="+", required=True, help="case.json files")
    parser.add_argument("--results", type=Path, nargs="*", default=[], help="other results")
    parser.add_argument("--output", type=Path, required=True, help="manifest.json")


def main(args: argparse.Namespace) -> None:
    """Write the manifest."""
    run = load_run(args.config)
    texts = (path.read_text(encoding="utf-8") for path in args.records)
    records = [CaseRecord.model_validate_json(text) for text in texts]
    manifest = {
        "created": datetime.now(UTC).replace(microsecond=0).isoformat(),
        "dugnad": __version__,
        "code": code_digest(),
        "software": versions(records),
        "genome": run.config.genome.name,
        "panels": {panel.id: panel.version for panel in run.panels.values()},
        "sources": {source.id: source.release for source in run.config.sources},
        "cases": {record.case: record.verdict for record in records},
        "inputs": [entry(path) for path in (*run.inputs, *run.reads)],
        "results": [entry(path) for path in (*args.records, *args.results)],
    }
    write_text(args.output, json.dumps(manifest, indent=1) + "\n")


def versions(records: Iterable[CaseRecord]) -> dict[str, str]:
    """Each program's version; all of them where the cases differ."""
    found: dict[str, set[str]] = {}
    for record in records:
        for item in record.software:
            found.setdefault(item.name, set()).add(item.version)
    return {name: ", ".join(sorted(them)) for name, them in sorted(found.items())}


def entry(path: Path) -> dict[str, Any]:
    """A file's path as it was named, its size in bytes and its SHA-256."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"path": str(path), "bytes": path.stat().st_size, "sha256": digest}
