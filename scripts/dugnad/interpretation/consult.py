"""Check knowledge, ask it about a finding, or compare two releases on cases.

``check`` reads tables and trials and tells all faults, and how many rows there are.
``match`` asks what an alteration means in a tumour type, without a case::

    dugnad knowledge match --tumour-type LUAD "EGFR L858R" "EGFR T790M"

``diff`` classifies cases with an old and a new folder of knowledge, and tells which classes,
tiers, drugs or trials would change: the start of a reanalysis.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from dugnad.errors import UserError
from dugnad.interpretation.ask import ask
from dugnad.interpretation.base import load_base
from dugnad.interpretation.changes import changes_of
from dugnad.interpretation.classify import classify
from dugnad.interpretation.classify_case import knowledge_options
from dugnad.interpretation.tell import item_lines
from dugnad.reading import read_record

_FINDINGS = """\
A finding is a gene and what changes in it, in quotes; earlier symbols and aliases, and letters of
either case, are read:

  protein          "EGFR p.Leu858Arg"  "braf v600e"  "EGFR E746_A750del exon 19"
  coding           "EGFR c.2573T>G p.Leu858Arg"; alone only at splice sites and promoters:
                   "MET c.3028+1G>T exon 14"  "TERT c.-124C>T"  "TERT C228T"
  class            "EGFR exon 19 deletion"  "EGFR ex20ins"  "KIT exon 11 mutation"  "FLT3-ITD"
                   "BRCA1 truncating germline"  "TP53 loss of function"  "PIK3CA oncogenic"
  copy number      "HER2 amplification"  "CDKN2A homozygous deletion"
  rearrangement    "EML4::ALK fusion"  "EML4-ALK"  "ALK rearrangement"  "MET exon 14 skipping"
                   "METex14"  "EGFRvIII"  "AR-V7"
  biomarker        "MSI-H"  "dMMR"  "TMB 17"  "HRD positive"

After a small variant may stand, in any order: germline or somatic (somatic is assumed), exon 20,
vaf 0.31, frequency 0.01 (of a population), clinvar pathogenic, splice donor.

What cannot be judged is refused, with what to write: a coding change in an exon without the
protein's, a residue without the new one ("BRAF V600"), a gene that the knowledge does not have.
A class without its change matches no row that asks for the change; the answer says which may hold.
"""


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    check = what.add_parser("check", help="read all tables and trials, and tell all faults")
    match = what.add_parser(
        "match",
        help="ask what findings mean in a tumour type",
        epilog=_FINDINGS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    match.add_argument("findings", nargs="+", metavar="FINDING", help="such as 'EGFR L858R'")
    match.add_argument("--tumour-type", required=True, help="OncoTree code")
    match.add_argument("--json", action="store_true", help="as JSON, one object a line")
    for one in (check, match):
        knowledge_options(one)
    diff = what.add_parser("diff", help="which tiers, drugs or trials new knowledge would change")
    diff.add_argument("old", type=Path, help="folder of knowledge")
    diff.add_argument("new", type=Path, help="folder of knowledge")
    diff.add_argument("records", type=Path, nargs="+", metavar="CASE.JSON")
    diff.add_argument("--trials-old", type=Path, help="folder of trials")
    diff.add_argument("--trials-new", type=Path, help="folder of trials")
    diff.add_argument("--resources", type=Path, help="store of fetched resources, of both")
    diff.add_argument("--json", action="store_true", help="as JSON, one object a line")


def main(args: argparse.Namespace) -> None:
    """Do what was asked."""
    {"check": _check, "match": _match, "diff": _diff}[args.what](args)


def _check(args: argparse.Namespace) -> None:
    base = load_base(args.knowledge, args.trials, args.resources)
    known = base.consulted[0]
    print(f"{known.id} {known.release} of {known.date}, sha256 {known.sha256}")
    print(f"{len(base.rows)} rows of therapy, {len(base.types.nodes)} tumour types")
    if base.trials is not None:
        cohorts = sum(len(trial.cohorts) for trial in base.trials)
        print(f"{len(base.trials)} trials with {cohorts} cohorts")


def _match(args: argparse.Namespace) -> None:
    base = load_base(args.knowledge, args.trials, args.resources)
    fault = base.types.problem(args.tumour_type)
    if fault:
        raise UserError(f"--tumour-type: {fault}")
    items = ask(args.findings, args.tumour_type, base)
    for item in items:
        print(item.model_dump_json() if args.json else "\n".join([*item_lines(item), ""]))


def _diff(args: argparse.Namespace) -> None:
    old = load_base(args.old, args.trials_old, args.resources)
    new = load_base(args.new, args.trials_new, args.resources)
    changed = 0
    for path in args.records:
        record = read_record(path)
        found = list(changes_of(classify(record, old), classify(record, new)))
        changed += bool(found)
        for line in _said(record.case, found, args.json):
            print(line)
    print(f"{changed} of {len(args.records)} cases change", file=sys.stderr)


def _said(case: str, found: Sequence[dict[str, str]], as_json: bool) -> Iterator[str]:
    if as_json:
        yield from (json.dumps({"case": case, **change}) for change in found)
        return
    yield f"{case}: {len(found)} changes" if found else f"{case}: no change"
    for change in found:
        yield f"  {change['finding']}: {change['what']}: {change['old']} -> {change['new']}"
