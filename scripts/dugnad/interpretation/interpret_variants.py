"""Judge the annotated variants: whose they are, which filters flag them, which matter.

All judgement is here, with all evidence in view; the stages before only gather evidence.
No variant is removed.
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dugnad.interpretation.filters import flags
from dugnad.interpretation.origin import origin_of
from dugnad.interpretation.relevance import hotspot_of, relevance_of
from dugnad.panel import Panel, load_panel
from dugnad.regions import Hotspot, read_hotspots
from dugnad.tables import FINDINGS, VARIANTS, read_table, write_table


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--variants", type=Path, required=True, help="Parquet of variants")
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--paired", action="store_true", help="the case has a normal")
    parser.add_argument("--output", type=Path, required=True, help="Parquet of findings")


def main(args: argparse.Namespace) -> None:
    """Write the findings table."""
    panel, _ = load_panel(args.panel)
    hotspots = read_hotspots(panel.hotspots) if panel.hotspots else []
    variants = read_table(args.variants, VARIANTS)
    write_table(args.output, interpret(variants, panel, hotspots, args.paired), FINDINGS)


def interpret(
    variants: Iterable[Mapping[str, Any]], panel: Panel, hotspots: Sequence[Hotspot], paired: bool
) -> Iterator[dict[str, Any]]:
    """Each row of the variants table as a row of the findings table."""
    for variant in variants:
        spot = hotspot_of(variant, hotspots)
        verdict = origin_of(variant, panel.origin, paired)
        flagged, not_judged = flags(variant, panel.filters, spot is not None, verdict.origin)
        relevance, reason = relevance_of(variant, spot, panel.genes)
        yield {
            **variant,
            "origin": verdict.origin,
            "origin_reason": verdict.reason,
            "hotspot": spot.name if spot else None,
            "filters": flagged,
            "not_judged": not_judged,
            "relevance": relevance,
            "relevance_reason": reason,
        }
