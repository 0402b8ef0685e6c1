"""Print why a finding of a case has its class, tiers, drugs and trials: the whole reasoning.

A finding is named as the report names it, or by a part of that: a gene, 'BRAF p.(Val600Glu)',
V600E, 'EML4::ALK', MSI, or chrom-pos-ref-alt. Without one, the case's findings are listed.
"""

import argparse
import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path

from dugnad.errors import UserError
from dugnad.interpretation.base import load_base
from dugnad.interpretation.classify import case_of, interpret
from dugnad.interpretation.classify_case import knowledge_options
from dugnad.interpretation.tell import LEGEND, item_lines
from dugnad.knowledge.protein import protein_change_of
from dugnad.reading import read_record
from dugnad.record import CaseRecord
from dugnad.record_interpretation import Interpretation, Interpretations


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("record", type=Path, metavar="CASE.JSON")
    parser.add_argument("finding", nargs="?", help="absent: lists what there is")
    knowledge_options(parser)


def main(args: argparse.Namespace) -> None:
    """Print the reasoning."""
    record = read_record(args.record)
    if record.interpretation is None:
        raise UserError(f"{args.record}: is not classified; run dugnad classify-case on it")
    lines = [*_head(record, record.interpretation)]
    if args.finding is None:
        lines += _listed(record.interpretation)
    else:
        lines += _explained(record, record.interpretation, args)
    print("\n".join(lines))


def _listed(done: Interpretations) -> Iterator[str]:
    reported = [item for item in done.items if item.reported]
    for item in reported:
        yield f"{item.name}: AMP {item.amp.name}, ESCAT {item.escat.name}"
    flagged = len(done.items) - len(reported)
    yield f"{flagged} more are flagged, {len(done.unremarkable)} are of no relevance."


def _explained(
    record: CaseRecord, done: Interpretations, args: argparse.Namespace
) -> Iterator[str]:
    found = named(done.items, args.finding) or list(_anew(record, done, args))
    if not found:
        names = [*(item.name for item in done.items), *(one.name for one in done.unremarkable)]
        near = difflib.get_close_matches(args.finding, names, n=3, cutoff=0.4)
        hint = f"; near are {', '.join(near)}" if near else "; explain without a name lists them"
        raise UserError(f"{record.case}: has no finding named '{args.finding}'{hint}")
    for item in found:
        yield from item_lines(item, whole=True)
        yield ""
    yield LEGEND


def _anew(
    record: CaseRecord, done: Interpretations, args: argparse.Namespace
) -> Iterator[Interpretation]:
    """Findings of no relevance, whose reasons the record does not keep, classified once more."""
    ids = {one.id for one in done.unremarkable if args.finding in {one.id, one.name}}
    if not ids:
        return
    base = load_base(args.knowledge, args.trials, args.resources)
    if base.consulted != done.knowledge:
        print("note: the knowledge is not the one that the record was classified with")
    case, parts = case_of(record, base)
    yield from (interpret(*part, case) for part in parts if part[0].id in ids)


def _head(record: CaseRecord, done: Interpretations) -> Iterator[str]:
    kind = done.tumour_type
    yield f"Case {record.case}, {kind.name or 'unknown tumour type'} ({kind.code})"
    for known in done.knowledge:
        yield f"Knowledge: {known.id} {known.release} of {known.date}"
    yield from done.notes
    yield ""


def named(items: Sequence[Interpretation], wanted: str) -> list[Interpretation]:
    """The findings that a text names: exactly, by protein change, or by a part of the name."""
    text = wanted.casefold()
    gene, _, rest = wanted.rpartition(" ")
    change = protein_change_of(rest)
    by_change = [
        item
        for item in items
        if change
        and gene in {"", item.gene}
        and (own := protein_change_of(item.name.rpartition(" ")[2]))
        and own.is_same(change)
    ]
    exact = [item for item in items if text in {item.name.casefold(), item.id.casefold()}]
    of_gene = [item for item in items if item.reported and item.gene == wanted]
    partly = [item for item in items if text in item.name.casefold()]
    return exact or by_change or of_gene or [i for i in partly if i.reported] or partly
