"""Measure the tumour mutational burden by each rule of the panel.

A rule's mutations are counted over the coding target bases that reach its own depth in this
sample. Without a normal it is said how many of the mutations counted may be germline.
"""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dugnad.biomarkers.coding import CodingTargets
from dugnad.biomarkers.tmb import count, result
from dugnad.copy_number.places import Segments, purity_used
from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.interpretation.interpret_variants import normal_of
from dugnad.interpretation.vaf_model import posterior_of
from dugnad.panel import Panel, load_panel
from dugnad.record import CaseGate
from dugnad.record_biomarkers import Tmb
from dugnad.regions import read_targets
from dugnad.tables import FINDINGS, SEGMENTS, read_table

Row = Mapping[str, Any]


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--findings", type=Path, required=True, help="Parquet of findings")
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--coding", type=Path, required=True, help="BED of coding target bases")
    parser.add_argument("--per-base", type=Path, help="mosdepth's depth; absent: not known")
    parser.add_argument("--normal", help="the case's normal sample")
    parser.add_argument("--gate", type=Path, help="JSON of the case's gate; with --normal")
    parser.add_argument("--purity", type=float, help="tumour fraction, as stated on the sheet")
    parser.add_argument("--fit", type=Path, help="JSON of purity, which then is used")
    parser.add_argument("--segments", type=Path, help="Parquet of segments, for local copies")
    parser.add_argument("--output", type=Path, required=True, help="JSON of the record's part")


def main(args: argparse.Namespace) -> None:
    """Write the record's part."""
    panel, _ = load_panel(args.panel)
    rules = panel.biomarkers.tmb
    if rules is None:
        raise UserError(f"{args.panel}: biomarkers.tmb: is missing; add it")
    tumour_only = True
    if args.normal:
        gate = CaseGate.model_validate_json(args.gate.read_text(encoding="utf-8"))
        tumour_only = normal_of(gate, args.normal) != "own"
    purity = purity_used(args.fit, args.purity)
    segments = Segments(read_table(args.segments, SEGMENTS) if args.segments else ())
    coding = CodingTargets(read_targets(args.coding))
    track = coding.track(args.per_base) if args.per_base else None
    rows = read_table(args.findings, FINDINGS)
    results = []
    for rule in rules.rules:
        counted = count(rule, rows, coding, rules.tumour_suppressors)
        bases = coding.reached(track, rule.min_depth.value) if track else coding.bases
        leak = leakage(counted.mutations, panel, purity, segments) if tumour_only else None
        results.append(result(rule, counted, bases / 1e6, tumour_only, track is not None, leak))
    note = None
    if tumour_only:
        note = (
            "no normal tells germline variants apart"
            if not args.normal
            else ("the normal is not of this person: germline variants are told apart without it")
        )
    part = Tmb(rules=tuple(results), tumour_only=tumour_only, note=note)
    write_text(args.output, part.model_dump_json(indent=1) + "\n")


def leakage(
    mutations: Iterable[Row], panel: Panel, purity: float | None, segments: Segments
) -> float | None:
    """How many of the mutations are expected to be germline: the sum of their probabilities.

    By the model that tells origins apart without a normal; None where the panel has none.
    """
    model = panel.origin.likelihood
    if model is None:
        return None
    return sum(
        posterior_of(
            row["alt_reads"],
            row["depth"],
            purity,
            model,
            row["hotspot"] is not None,
            segments.at(row["chrom"], row["pos"]),
        ).germline
        for row in mutations
        if row["alt_reads"] is not None
    )
