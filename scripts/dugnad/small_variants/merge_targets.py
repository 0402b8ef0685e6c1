"""Join a panel's targets where they overlap or touch, so that no base counts twice."""

import argparse
from pathlib import Path

from dugnad.files import write_text
from dugnad.regions import bed, merge, read_targets


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--targets", type=Path, required=True, help="BED of the panel")
    parser.add_argument("--output", type=Path, required=True, help="BED, sorted, no overlaps")


def main(args: argparse.Namespace) -> None:
    """Write the merged targets."""
    write_text(args.output, bed(merge(read_targets(args.targets))))
