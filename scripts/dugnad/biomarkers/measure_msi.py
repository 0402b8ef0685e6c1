"""Say whether a tumour's microsatellites are unstable.

Each locus is held against the panel's normals; the share of unstable loci gives the status, if
enough loci are usable. The case's own normal, other programs and the small variants' indels stand
beside it, and do not change it.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dugnad.biomarkers.msi_cross_check import read_msisensor_pro
from dugnad.biomarkers.msi_loci import read_loci
from dugnad.biomarkers.msi_normals import read_normals
from dugnad.biomarkers.msi_verdict import (
    beside_normal,
    homopolymer_indels,
    judge,
    same_loci,
    verdict,
)
from dugnad.copy_number.places import purity_used
from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.interpretation.interpret_variants import normal_of
from dugnad.panel import Panel, load_panel
from dugnad.panel_biomarkers import MsiRules
from dugnad.record import CaseGate
from dugnad.regions import merge, read_targets
from dugnad.tables import COVERAGE, FINDINGS, MICROSATELLITES, read_table


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--lengths", type=Path, required=True, help="by count-microsatellites")
    parser.add_argument("--tumour", required=True, help="the case's tumour sample")
    parser.add_argument("--normal", help="the case's normal sample")
    parser.add_argument("--gate", type=Path, help="JSON of the case's gate; with --normal")
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--findings", type=Path, required=True, help="Parquet of findings")
    parser.add_argument("--coverage", type=Path, required=True, help="Parquet of the tumour's")
    parser.add_argument("--purity", type=float, help="tumour fraction, as stated on the sheet")
    parser.add_argument("--fit", type=Path, help="JSON of purity, which then is used")
    parser.add_argument("--msisensor-pro", type=Path, help="its result, told beside")
    parser.add_argument("--output", type=Path, required=True, help="JSON of the record's part")


def main(args: argparse.Namespace) -> None:
    """Write the record's part."""
    panel, _ = load_panel(args.panel)
    rules = panel.biomarkers.msi
    if rules is None:
        raise UserError(f"{args.panel}: biomarkers.msi: is missing; add it")
    loci = read_loci(rules.loci)
    rows = lengths_of(args.lengths, args.tumour)
    if not same_loci(rows, loci):
        raise UserError(f"{args.lengths}: is of other loci than {rules.loci}; count them again")
    normals = read_normals(rules.normals, loci) if rules.normals else {}
    part = verdict(
        judge(rows, normals, rules),
        rules,
        purity_used(args.fit, args.purity),
        list(_evidence(args, rules)),
    )
    indels = homopolymer_indels(read_table(args.findings, FINDINGS))
    megabases = callable_megabases(panel, args.coverage)
    beside = {
        "homopolymer_indels": indels,
        "homopolymer_indels_per_mb": indels / megabases if megabases else None,
    }
    write_text(args.output, part.model_copy(update=beside).model_dump_json(indent=1) + "\n")


def lengths_of(path: Path, sample: str) -> list[dict[str, Any]]:
    """The rows of a sample in a table of lengths, one of each locus."""
    return [row for row in read_table(path, MICROSATELLITES) if row["sample"] == sample]


def _evidence(args: argparse.Namespace, rules: MsiRules) -> Iterator[str]:
    """What else is told beside the verdict."""
    if rules.normals is None:
        yield "the panel has no lengths of normals"
    if args.normal:
        gate = CaseGate.model_validate_json(args.gate.read_text(encoding="utf-8"))
        if normal_of(gate, args.normal) == "own":
            tumour = lengths_of(args.lengths, args.tumour)
            yield beside_normal(tumour, lengths_of(args.lengths, args.normal), rules)
        else:
            yield "the normal is not of this person, and is not compared with"
    if args.msisensor_pro:
        yield read_msisensor_pro(args.msisensor_pro).words


def callable_megabases(panel: Panel, coverage: Path) -> float:
    """Bases of the targets that reach the panel's callable depth in the tumour."""
    bases = sum(region.length for region in merge(read_targets(panel.targets)))
    whole = [row for row in read_table(coverage, COVERAGE) if row["kind"] == "panel"]
    return bases * whole[0]["callable_fraction"] / 1e6 if whole else 0.0
