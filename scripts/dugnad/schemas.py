"""Write the JSON Schemas of what people edit and read, for editors and other systems."""

import argparse
import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from dugnad.config import Config
from dugnad.files import write_text
from dugnad.panel import Panel
from dugnad.record import RECORD_VERSION, CaseRecord
from dugnad.sheet import Row

MODELS: dict[str, type[BaseModel]] = {
    "config": Config,
    "samples": Row,
    "panel": Panel,
    "case": CaseRecord,
}
# what other systems read has a name of its own, with the version of the record
IDS = {"case": f"urn:dugnad:schema:case:{RECORD_VERSION}"}


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--output", type=Path, default=Path("workflow/schemas"), help="folder")


def main(args: argparse.Namespace) -> None:
    """Write one schema per model."""
    for name, schema in schemas().items():
        write_text(args.output / f"{name}.schema.json", schema)


def schemas() -> dict[str, str]:
    """The text of each schema by its model's name."""
    return {name: _text(name, model.model_json_schema()) for name, model in MODELS.items()}


def _text(name: str, schema: dict[str, Any]) -> str:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    if name in IDS:
        head["$id"] = IDS[name]
    return json.dumps(head | schema, indent=1) + "\n"
