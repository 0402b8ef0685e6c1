"""RNA's junctions as rearrangements: those of one transcript together, whichever method sees it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from dugnad.rearrangements.describe import Described, Knowledge, describe
from dugnad.rearrangements.found import Found
from dugnad.rearrangements.merge import Event, Row, callers_own, junction_of
from dugnad.rearrangements.sides import Side
from dugnad.tables import REARRANGEMENTS

_RNA_ORDER = ("star", "arriba", "pizzly")


def rna_events(rows: Iterable[Row], exact: int) -> Iterator[Event]:
    """RNA's junctions of the same genes and places, as one."""
    groups: list[list[Row]] = []

    def trust(row: Row) -> tuple[int, int]:
        name = row["called_by"]
        rank = _RNA_ORDER.index(name) if name in _RNA_ORDER else len(_RNA_ORDER)
        return rank, -(row["split_reads"] or 0)

    for row in sorted((r for r in rows if r["analyte"] == "rna"), key=trust):
        for group in groups:
            first = group[0]
            genes = (row["gene_5"], row["gene_3"]) == (first["gene_5"], first["gene_3"])
            reach = exact + row["uncertainty"] + first["uncertainty"]
            if genes and junction_of(row).near(junction_of(first), reach):
                group.append(row)
                break
        else:
            groups.append([row])
    for group in groups:
        yield Event(junction_of(group[0]), tuple(group))


def of_rna(event: Event, knowledge: Knowledge) -> Found:
    """What a transcript's junction is, in its own order of genes."""
    lead = event.lead
    named = frozenset(name for name in (lead["gene_5"], lead["gene_3"]) if name)
    described = describe(
        event.junction, replace(knowledge, panel_genes=knowledge.panel_genes | named)
    )
    on_target = [name for name in described.row["on_target"] if name in knowledge.panel_genes]
    described = replace(described, row=described.row | {"on_target": on_target})
    row: dict[str, Any] = dict.fromkeys(REARRANGEMENTS.names) | described.row
    row |= _named(row, lead, knowledge)
    head, tail = _ends(event, described)
    first = 1 if (lead["chrom_1"], lead["pos_1"]) == (head.chrom, head.pos) else 2
    row |= {
        "rna_chrom_1": head.chrom,
        "rna_pos_1": head.pos,
        "rna_chrom_2": tail.chrom,
        "rna_pos_2": tail.pos,
        "rna_split_reads": lead["split_reads"],
        "rna_pairs": lead["pairs"],
        "rna_reference_1": lead[f"reference_{first}"],
        "rna_reference_2": lead[f"reference_{3 - first}"],
        "called_by": [f"rna:{name}" for name in event.methods],
        "filters": callers_own(event.rows),
    }
    words = f"RNA: {lead['split_reads']} fragments read across it"
    return Found(row, described, rna=event).because(f"{words} ({', '.join(event.methods)})")


def _named(row: Mapping[str, Any], lead: Row, knowledge: Knowledge) -> dict[str, Any]:
    """The genes as the method names them, where the annotation does not tell."""
    five, three = row["gene_5"] or lead["gene_5"], row["gene_3"] or lead["gene_3"]
    if row["kind"] == "fusion" or not (lead["gene_5"] and lead["gene_3"]):
        return {}
    if five == three:
        return {}
    five, three = lead["gene_5"], lead["gene_3"]
    return {
        "kind": "fusion",
        "name": f"{five}::{three}",
        "gene_5": five,
        "gene_3": three,
        "known": (five, three) in knowledge.known,
    }


def _ends(event: Event, described: Described) -> tuple[Side, Side]:
    """The sides in the transcript's order."""
    made = described.product
    if made and made.head and made.tail:
        return made.head.side, made.tail.side
    return event.junction.one, event.junction.two
