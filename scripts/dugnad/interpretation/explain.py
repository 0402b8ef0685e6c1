"""Print why a finding of a case has its class, tiers, drugs and trials: the whole reasoning.

A finding is named as the report names it, or by a part of that: a gene, 'BRAF p.(Val600Glu)',
V600E, 'EML4::ALK', MSI, or chrom-pos-ref-alt. Without one, the case's findings are listed.
"""

import argparse
import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path

from dugnad.errors import UserError
from dugnad.interpretation.tell import LEGEND, item_lines
from dugnad.knowledge.protein import protein_change_of
from dugnad.reading import read_record
from dugnad.record import CaseRecord
from dugnad.record_interpretation import Interpretation, Interpretations


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("record", type=Path, metavar="CASE.JSON")
    parser.add_argument("finding", nargs="?", help="absent: lists what there is")


def main(args: argparse.Namespace) -> None:
    """Print the reasoning."""
    record = read_record(args.record)
    if record.interpretation is None:
        raise UserError(f"{args.record}: is not classified; run dugnad classify-case on it")
    for line in _told(record, record.interpretation, args.finding):
        print(line)


def _told(record: CaseRecord, done: Interpretations, wanted: str | None) -> Iterator[str]:
    yield from _head(record, done)
    reported = [item for item in done.items if item.reported]
    if wanted is None:
        for item in reported:
            yield f"{item.name}: AMP {item.amp.name}, ESCAT {item.escat.name}"
        yield f"{len(done.items) - len(reported)} more are flagged or of no relevance."
        return
    found = named(done.items, wanted)
    if not found:
        names = [item.name for item in done.items]
        near = difflib.get_close_matches(wanted, names, n=3, cutoff=0.4)
        hint = f"; near are {', '.join(near)}" if near else "; explain without a name lists them"
        raise UserError(f"{record.case}: has no finding named '{wanted}'{hint}")
    for item in found:
        yield from item_lines(item, whole=True)
        yield ""
    yield LEGEND


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
