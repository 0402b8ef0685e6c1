"""Compare a caller's small variants with a truth set, and count recall and precision.

The calls are a VCF, a BCF or the findings table; what passes in them is held against the truth.
How a variant is written does not decide: variants match where they give the same sequence, alone
or together with neighbours, so that an MNV matches its two SNVs, and an indel its other places in
a repeat. There are no genotypes: each allele may be on a haplotype of its own.

Records of the truth with a FILTER other than PASS are not scored: neither required nor, where a
call matches them or lies on their bases, counted false. Outside the regions nothing is scored.
Counts are by type and VAF, with Wilson's 95 % confidence intervals.
"""

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from dugnad.accuracy.comparing import Comparison, Labels, compare
from dugnad.accuracy.counting import BINS, COLUMNS, EXPLAINED, false, missed, report, rows
from dugnad.accuracy.figure import figure
from dugnad.accuracy.loading import load_calls, load_truth, load_unscored
from dugnad.border import got
from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.regions import read_targets

ORIGINS = ("germline", "somatic", "uncertain")


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    add = parser.add_argument
    add("--truth", type=Path, required=True, help="VCF or BCF of the true variants")
    add("--calls", type=Path, required=True, help="VCF or BCF, or Parquet of findings")
    add("--regions", type=Path, required=True, help="BED in which both are scored")
    add("--reference", type=Path, required=True, help="FASTA of the genome, indexed")
    add("--set", help="name of the truth in the results; its file's name when absent")
    add("--rule", help="name of the caller in the results; its file's name when absent")
    add("--truth-vaf", metavar="KEY", help="INFO key of the truth's VAF, a fraction")
    add("--calls-sample", metavar="NAME", help="column of the calls, if they have several")
    add("--unscored", type=Path, help="BED or VCF of what else is not scored")
    add("--origin", default="somatic", help="of findings that count: somatic[,uncertain,...]")
    add("--bins", default=",".join(map(str, BINS)), help="edges of the VAF bins, rising fractions")
    add("--json", type=Path, required=True, help="JSON of the counts and of each error")
    add("--table", type=Path, help="TSV of the counts")
    add("--plot", type=Path, help="SVG of recall and precision by VAF")
    add("--explain", type=Path, help="TSV of each missed and false variant, with the reason")


def main(args: argparse.Namespace) -> None:
    """Write the counts, and the table, plot and explanation that are asked for."""
    bins, origins = _bins(args.bins), _origins(args.origin)
    comparison = _compared(args, origins)
    set_name, rule_name = args.set or _name(args.truth), args.rule or _name(args.calls)
    counted = rows(comparison, set_name, rule_name, bins)
    text = json.dumps(report(comparison, counted), indent=1, ensure_ascii=False)
    write_text(args.json, text + "\n")
    if args.table:
        write_text(args.table, tsv(counted, COLUMNS))
    if args.plot:
        write_text(args.plot, figure(counted))
    if args.explain:
        errors = [{"error": "missed", **row} for row in missed(comparison)]
        errors += [{"error": "false", **row} for row in false(comparison)]
        write_text(args.explain, tsv(errors, ("error", *EXPLAINED)))


def _compared(args: argparse.Namespace, origins: Sequence[str]) -> Comparison:
    alleles, places = load_unscored(args.unscored) if args.unscored else ([], [])
    return compare(
        [*load_truth(args.truth, args.truth_vaf), *alleles],
        load_calls(args.calls, args.calls_sample, origins),
        read_targets(args.regions),
        args.reference,
        unscored=places,
        labels=Labels(str(args.truth), str(args.calls), str(args.regions)),
    )


def tsv(lines: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Rows as TSV with a header; what is None or empty is NA, and lists are joined by commas."""
    texts = ["\t".join(columns)]
    texts += ["\t".join(_cell(line[name]) for name in columns) for line in lines]
    return "\n".join(texts) + "\n"


def _cell(value: Any) -> str:
    if isinstance(value, list):
        value = ",".join(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    return "NA" if value in (None, "") else " ".join(str(value).split())


def _name(path: Path) -> str:
    return path.name.split(".")[0]


def _bins(text: str) -> tuple[float, ...]:
    """Raises UserError for edges that are not rising fractions."""
    try:
        edges = tuple(float(part) for part in text.split(","))
    except ValueError:
        edges = ()
    bounds = (0.0, *edges, 1.0)
    if not edges or any(low >= high for low, high in pairwise(bounds)):
        raise UserError(f"--bins: must be rising fractions {got(text)}; write 0.02,0.05,0.1,0.2")
    return edges


def _origins(text: str) -> tuple[str, ...]:
    """Raises UserError for a word that is no origin."""
    origins = tuple(text.split(","))
    if not set(origins) <= set(ORIGINS):
        raise UserError(f"--origin: must be of {', '.join(ORIGINS)} {got(text)}; write somatic")
    return origins
