"""Give a run's gates and the kinship of its samples to MultiQC as custom content."""

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dugnad.files import write_text
from dugnad.qc.compare_samples import IDENTITY
from dugnad.record import CaseGate
from dugnad.tables import read_table


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("gates", type=Path, nargs="+", help="JSON of a case's gate")
    parser.add_argument("--identity", type=Path, required=True, help="by compare-samples")
    parser.add_argument("--gate-output", type=Path, required=True, help="a file named *_mqc.json")
    parser.add_argument("--identity-output", type=Path, required=True, help="likewise")


def main(args: argparse.Namespace) -> None:
    """Write both."""
    gates = [CaseGate.model_validate_json(path.read_text(encoding="utf-8")) for path in args.gates]
    for path, found in (
        (args.gate_output, gate_table(gates)),
        (args.identity_output, heat_map(read_table(args.identity, IDENTITY))),
    ):
        write_text(path, json.dumps(found, indent=1) + "\n")


def gate_table(gates: Iterable[CaseGate]) -> dict[str, Any]:
    """A row per sample: its verdict, what blocks it, and the reasons."""
    rows = {
        sample.sample: {
            "case": gate.case,
            "verdict": sample.verdict,
            "blocked": ", ".join(metric.replace("_", " ") for metric in sample.blocked_by) or "-",
            "accepted": ", ".join(item.initials for item in sample.accepted),
            "reasons": "; ".join(sample.reasons),
        }
        for gate in gates
        for sample in gate.samples
    }
    colours = {"pass": [{"s_eq": "pass"}], "warn": [{"s_eq": "warn"}], "fail": [{"s_eq": "fail"}]}
    headers: dict[str, Any] = {
        name: {"title": name, "scale": False} for name in next(iter(rows.values()))
    }
    headers["verdict"] |= {"cond_formatting_rules": colours}
    return {
        "id": "dugnad_gate",
        "section_name": "Dugnad gate",
        "description": "Whether each sample can be trusted, by the limits of its panel.",
        "plot_type": "table",
        "pconfig": {"id": "dugnad_gate_table", "title": "Dugnad gate", "no_violin": True},
        "headers": headers,
        "data": rows,
    }


def heat_map(pairs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Relatedness of every two samples; what has too few sites stays empty."""
    names = sorted({row[side] for row in pairs for side in ("sample_a", "sample_b")})
    known = {
        frozenset((row["sample_a"], row["sample_b"])): row["relatedness"]
        for row in pairs
        if row["verdict"] != "too_few_sites"
    }
    data = {a: {b: 1.0 if a == b else known.get(frozenset((a, b))) for b in names} for a in names}
    return {
        "id": "dugnad_identity",
        "section_name": "Dugnad identity",
        "description": (
            "Relatedness at common SNPs: about 1 for samples of one person, 0.5 between"
            " first-degree relatives, 0 for strangers."
        ),
        "plot_type": "heatmap",
        "pconfig": {
            "id": "dugnad_identity_heatmap",
            "title": "Dugnad: who is who",
            "min": 0,
            "max": 1,
            "square": True,
        },
        "data": data,
    }
