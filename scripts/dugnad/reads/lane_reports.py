"""fastp's reports of a sample's lanes, which lie in one folder."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SUFFIX = ".fastp.json"


def lane_reports(folders: Iterable[Path]) -> list[dict[str, Any]]:
    """What fastp says of each lane; folder by folder, and by name within each."""
    return [
        json.loads(path.read_text())
        for folder in folders
        for path in sorted(folder.glob(f"*{SUFFIX}"))
    ]
