"""Write the manifest: what made a run's results.

Lists code, programs with their versions, resource releases, and every input and result with
its size and SHA-256. Which files these are follows from the config; it is run in the run's folder.
"""

import argparse
import hashlib
import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dugnad import __version__, code_digest
from dugnad.files import write_text
from dugnad.plan import Plan
from dugnad.reading import read_record
from dugnad.record import CaseRecord
from dugnad.run import CONFIG, load_run


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--config", type=Path, default=CONFIG, help=f"default: {CONFIG}")
    parser.add_argument("--threads", type=int, default=1, help="files that are read side by side")
    parser.add_argument("--output", type=Path, required=True, help="manifest.json")


def main(args: argparse.Namespace) -> None:
    """Write the manifest."""
    run = load_run(args.config)
    plan = Plan(run)
    records = [read_record(Path(path)) for path in plan.records]
    manifest = {
        "created": datetime.now(UTC).replace(microsecond=0).isoformat(),
        "dugnad": __version__,
        "code": code_digest(),
        "software": versions(records),
        "genome": run.config.genome.name,
        "panels": {panel.id: panel.version for panel in run.panels.values()},
        "sources": {source.id: source.release for source in run.config.sources},
        "cases": {record.case: record.verdict for record in records},
        "inputs": entries((*run.inputs, *run.reads), args.threads),
        "results": entries(map(Path, plan.results), args.threads),
    }
    write_text(args.output, json.dumps(manifest, indent=1) + "\n")


def versions(records: Iterable[CaseRecord]) -> dict[str, str]:
    """Each program's version; all of them where the cases differ."""
    found: dict[str, set[str]] = {}
    for record in records:
        for item in record.software:
            found.setdefault(item.name, set()).add(item.version)
    return {name: ", ".join(sorted(them)) for name, them in sorted(found.items())}


def entries(paths: Iterable[Path], threads: int) -> list[dict[str, Any]]:
    """Entries in the order of the paths, ``threads`` files at a time.

    hashlib leaves Python's lock while it works, so threads are enough.
    """
    with ThreadPoolExecutor(threads) as workers:
        return list(workers.map(entry, paths))


def entry(path: Path) -> dict[str, Any]:
    """A file's path as it was named, its size in bytes and its SHA-256."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"path": str(path), "bytes": path.stat().st_size, "sha256": digest}
