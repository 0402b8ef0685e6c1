"""Give a run's gates and the kinship of its samples to MultiQC as custom content."""

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dugnad.files import write_text
from dugnad.qc import across_run
from dugnad.record import CaseGate
from dugnad.run import CONFIG, load_run

COLUMNS = ["sample_a", "sample_b", "case_a", "case_b", "relatedness", "verdict"]
ROOM = 100
"""Samples, of which a picture of every two can still be read."""


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("gates", type=Path, nargs="+", help="JSON of a case's gate")
    parser.add_argument("--config", type=Path, default=CONFIG, help=f"default: {CONFIG}")
    parser.add_argument("--identity", type=Path, required=True, help="by compare-samples")
    parser.add_argument("--measures", type=Path, required=True, help="likewise")
    parser.add_argument("--gate-output", type=Path, required=True, help="a file named *_mqc.json")
    parser.add_argument("--identity-output", type=Path, required=True, help="likewise")


def main(args: argparse.Namespace) -> None:
    """Write both."""
    gates = across_run.gates(load_run(args.config), args.gates, args.measures)
    pairs = pq.read_table(args.identity, columns=COLUMNS)
    picture = heat_map(shown(pairs).to_pylist(), len(_names(pairs)))
    for path, found in ((args.gate_output, gate_table(gates)), (args.identity_output, picture)):
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


def shown(pairs: pa.Table) -> pa.Table:
    """The pairs of the samples that a picture has room for: all, or those that raise a question.

    These are samples that are like one of another case, or unlike one of their own.
    """
    names = set(_names(pairs))
    if len(names) > ROOM:
        own = pc.equal(pairs["case_a"], pairs["case_b"])
        odd = pc.or_(
            pc.and_(pc.invert(own), pc.equal(pairs["verdict"], "same")),
            pc.and_(own, pc.equal(pairs["verdict"], "different")),
        )
        names = set(_names(pairs.filter(odd))[:ROOM])
    chosen = pa.array(sorted(names), pa.string())
    both = (pc.is_in(pairs[side], chosen) for side in ("sample_a", "sample_b"))
    return pairs.filter(pc.and_(*both))


def _names(pairs: pa.Table) -> list[str]:
    sides = (pairs[side].unique().to_pylist() for side in ("sample_a", "sample_b"))
    return sorted({name for side in sides for name in side})


def heat_map(pairs: Sequence[Mapping[str, Any]], samples: int) -> dict[str, Any]:
    """Relatedness of every two samples; what has too few sites stays empty.

    ``samples``: how many there are in the run.
    """
    names = sorted({row[side] for row in pairs for side in ("sample_a", "sample_b")})
    known = {
        frozenset((row["sample_a"], row["sample_b"])): row["relatedness"]
        for row in pairs
        if row["verdict"] != "too_few_sites"
    }
    data = {a: {b: 1.0 if a == b else known.get(frozenset((a, b))) for b in names} for a in names}
    told = {
        "id": "dugnad_identity",
        "section_name": "Dugnad identity",
        "description": (
            "Relatedness at common SNPs: about 1 for samples of one person, 0.5 between"
            " first-degree relatives, 0 for strangers."
        ),
    }
    if samples > ROOM:
        told["description"] += (
            f" Shown are {len(names)} of {samples} samples (at most {ROOM}): those that are like"
            " one of another case, or unlike one of their own. identity.parquet has all."
        )
        if not names:
            return told | {"plot_type": "html", "data": "<p>No sample raises a question.</p>"}
    return told | {
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
