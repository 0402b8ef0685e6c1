"""The options by which verbs are told which reads and bases count."""

import argparse

from dugnad.panel import Panel
from dugnad.small_variants.pileup import Counting

_ALWAYS = 4 | 256 | 512 | 2048  # unmapped, secondary, failed, supplementary
DUPLICATE = 1024


def add_counting(parser: argparse.ArgumentParser) -> None:
    """Declare them."""
    parser.add_argument("--min-base-quality", type=int, required=True, help="Phred")
    parser.add_argument("--min-mapping-quality", type=int, required=True, help="Phred")
    parser.add_argument(
        "--use-duplicates", action="store_true", help="count reads marked as duplicates too"
    )


def counting_of(args: argparse.Namespace, keep_duplicates: bool = False) -> Counting:
    """What the options say."""
    excluded = _ALWAYS if args.use_duplicates or keep_duplicates else _ALWAYS | DUPLICATE
    return Counting(args.min_base_quality, args.min_mapping_quality, excluded)


def counting_of_panel(panel: Panel) -> Counting:
    """What a panel says."""
    marked = DUPLICATE if panel.library.duplicates == "mark" else 0
    calling = panel.calling
    return Counting(
        calling.min_base_quality.value, calling.min_mapping_quality.value, _ALWAYS | marked
    )
