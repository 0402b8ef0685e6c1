"""Judge the annotated variants: whose they are, which filters flag them, which matter.

All judgement is here, with all evidence in view; the stages before only gather evidence.
No variant is removed.
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dugnad.copy_number.places import Segments, purity_used
from dugnad.interpretation.filters import flags
from dugnad.interpretation.origin import Normal, origin_of
from dugnad.interpretation.relevance import hotspot_of, is_pathogenic, relevance_of
from dugnad.panel import Panel, load_panel
from dugnad.record import CaseGate
from dugnad.regions import Hotspot, read_hotspots
from dugnad.tables import FINDINGS, SEGMENTS, VARIANTS, read_table, write_table


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--variants", type=Path, required=True, help="Parquet of variants")
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--normal", help="the case's normal sample")
    parser.add_argument("--gate", type=Path, help="JSON of the case's gate; with --normal")
    parser.add_argument("--purity", type=float, help="tumour fraction, as stated on the sheet")
    parser.add_argument("--fit", type=Path, help="JSON of purity, which then is used")
    parser.add_argument("--segments", type=Path, help="Parquet of segments, for local copies")
    parser.add_argument("--output", type=Path, required=True, help="Parquet of findings")


def main(args: argparse.Namespace) -> None:
    """Write the findings table."""
    panel, _ = load_panel(args.panel)
    hotspots = read_hotspots(panel.hotspots) if panel.hotspots else []
    variants = read_table(args.variants, VARIANTS)
    normal: Normal = "none"
    if args.normal:
        gate = CaseGate.model_validate_json(args.gate.read_text(encoding="utf-8"))
        normal = normal_of(gate, args.normal)
    purity = purity_used(args.fit, args.purity)
    segments = Segments(read_table(args.segments, SEGMENTS) if args.segments else ())
    rows = interpret(variants, panel, hotspots, normal, purity, segments)
    write_table(args.output, rows, FINDINGS)


def normal_of(gate: CaseGate, sample: str) -> Normal:
    """Whether the normal speaks for the patient: not when the gate says it is somebody else's."""
    blocked = next(item.blocked_by for item in gate.samples if item.sample == sample)
    return "foreign" if "identity" in blocked else "own"


def interpret(
    variants: Iterable[Mapping[str, Any]],
    panel: Panel,
    hotspots: Sequence[Hotspot],
    normal: Normal,
    purity: float | None = None,
    segments: Segments | None = None,
) -> Iterator[dict[str, Any]]:
    """Each row of the variants table as a row of the findings table."""
    for variant in variants:
        spot = hotspot_of(variant, hotspots)
        local = segments.at(variant["chrom"], variant["pos"]) if segments else None
        verdict = origin_of(variant, panel.origin, normal, purity, spot is not None, local)
        pathogenic = is_pathogenic(variant["clinical_significance"] or "")
        found = flags(variant, panel.filters, spot is not None, pathogenic, verdict.origin)
        relevance, reason = relevance_of(variant, spot, panel.genes)
        yield {
            **variant,
            "copies": local.copies if local else None,
            "minor_copies": local.minor if local else None,
            "origin": verdict.origin,
            "origin_reason": verdict.reason,
            "hotspot": spot.name if spot else None,
            "filters": found.flagged,
            "not_judged": found.not_judged,
            "rescued": found.rescued,
            "relevance": relevance,
            "relevance_reason": reason,
        }
