"""Classify a case's findings: oncogenicity, AMP and ESCAT tiers, drugs, trials, flags, negatives.

Reads a case record, of this run or of an earlier one, and writes it with its interpretation made
anew. Each class and tier says by which criteria, and by which release of the knowledge. With the
case's log of curation, the last judgement of each finding stands in it, and the signature if it
is of this very record; without, it is a draft that nobody judged.
"""

import argparse
from pathlib import Path

from dugnad.curation.apply import curated
from dugnad.curation.log import read_log
from dugnad.files import write_text
from dugnad.interpretation.base import load_base
from dugnad.interpretation.classify import classify
from dugnad.knowledge import SHIPPED
from dugnad.reading import read_record


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--record", type=Path, required=True, help="evidence.json or case.json")
    knowledge_options(parser)
    parser.add_argument("--curation", type=Path, help="the case's log, as 'dugnad curate' keeps it")
    parser.add_argument("--output", type=Path, required=True, help="case.json")


def knowledge_options(parser: argparse.ArgumentParser) -> None:
    """The arguments that name what a classification consults."""
    parser.add_argument(
        "--knowledge", type=Path, default=SHIPPED, help="folder of tables; default: those shipped"
    )
    parser.add_argument("--resources", type=Path, help="store of fetched resources")
    parser.add_argument("--trials", type=Path, help="folder of trials; absent: not looked for")


def main(args: argparse.Namespace) -> None:
    """Write the record with its interpretation."""
    record = read_record(args.record)
    base = load_base(args.knowledge, args.trials, args.resources)
    found = read_log(args.curation, record.case) if args.curation else ()
    done = record.model_copy(update={"interpretation": classify(record, base)})
    done = curated(done, found)
    write_text(args.output, done.model_dump_json(indent=1) + "\n")
