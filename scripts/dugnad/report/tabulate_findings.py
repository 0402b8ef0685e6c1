"""Write a case's findings as tables, one row each: TSV for people, Parquet for programs.

Small variants, copy numbers, rearrangements and biomarkers, flagged ones and those of no relevance
too. A cell of the TSV that a spreadsheet would take for a formula begins with an apostrophe.
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from dugnad.files import write_text
from dugnad.reading import read_record
from dugnad.record import CaseRecord, Finding
from dugnad.record_copy_number import GeneCopies
from dugnad.record_interpretation import Classification
from dugnad.record_rearrangements import Rearrangement
from dugnad.report.view import Line, lines_of
from dugnad.tables import REPORTED, write_table

Row = dict[str, Any]

_COPIED = (
    "chrom", "pos", "ref", "alt", "transcript", "hgvs_g", "hgvs_c", "hgvs_p", "consequence",
    "depth", "alt_reads", "vaf", "normal_vaf", "rna_vaf", "population_frequency",
    "clinical_significance", "hotspot", "origin", "filters",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--record", type=Path, required=True, help="case.json")
    parser.add_argument("--tsv", type=Path, required=True, help="table of findings, text")
    parser.add_argument("--parquet", type=Path, required=True, help="the same, typed")


def main(args: argparse.Namespace) -> None:
    """Write both tables."""
    found = rows_of(read_record(args.record))
    write_table(args.parquet, found, REPORTED)
    write_text(args.tsv, as_text(found))


def rows_of(record: CaseRecord) -> list[Row]:
    """All findings of a record: those that are interpreted, highest tier first, then the rest."""
    done = record.interpretation
    lines = list(lines_of(record))
    found = [_interpreted(line) | _biomarker(record, line.item.id) for line in lines]
    slight = {one.id: one for one in (done.unremarkable if done else ())}
    told: set[tuple[str, str]] = {(line.item.kind, line.item.id) for line in lines}
    for variant in record.findings:
        name = f"{variant.chrom}-{variant.pos}-{variant.ref}-{variant.alt}"
        if ("small_variant", name) in told:
            continue
        row = _row("small_variant", name, variant.name, variant.gene, variant.passes)
        if one := slight.get(name):
            row |= {"oncogenicity": one.oncogenicity, "oncogenicity_points": one.points}
            row |= {"amp": one.amp, "escat": one.escat}
        found.append(row | _variant(variant))
    found += _others(record, told)
    return [{"case": record.case} | row for row in found]


def _row(kind: str, name: str, shown: str, gene: str | None, passes: bool | None) -> Row:
    """The columns of all kinds; ``passes`` is null for what could not be assessed."""
    return {"kind": kind, "id": name, "name": shown, "gene": gene, "passes": passes}


def _others(record: CaseRecord, told: set[tuple[str, str]]) -> Iterator[Row]:
    """Copy numbers, rearrangements and biomarkers without an interpretation."""
    for gene in record.copy_number.genes if record.copy_number else ():
        name = f"{gene.gene} exons {gene.exons}" if gene.exons else gene.gene
        if ("copy_number", f"{name} copies") not in told:
            shown = f"{name} {gene.call.replace('_', ' ')}"
            seen = None if gene.call == "not_assessable" else True
            yield _row("copy_number", f"{name} copies", shown, gene.gene, seen) | _copies(gene)
    for event in record.rearrangements.found if record.rearrangements else ():
        if ("rearrangement", event.name) not in told:
            row = _row("rearrangement", event.name, event.name, event.gene_3, event.passes)
            yield row | _event(event)
    for name in ("TMB", "MSI", "HRD"):
        measured = _biomarker(record, name)
        if measured and ("biomarker", name) not in told:
            seen = None if measured["status"] == "not_assessable" else True
            yield _row("biomarker", name, name, None, seen) | measured


def _interpreted(line: Line) -> Row:
    item = line.item
    row = _row(item.kind, item.id, item.name, item.gene, item.reported)
    row |= {
        "oncogenicity": _category(item.oncogenicity),
        "oncogenicity_points": item.oncogenicity.points if item.oncogenicity else None,
        "amp": item.amp.name,
        "escat": item.escat.name,
        "sensitive": line.sensitive,
        "resistant": line.resistant,
        "diagnostic": line.told("diagnostic"),
        "prognostic": line.told("prognostic"),
        "elsewhere": line.elsewhere,
        "blocked": [f"{drug} ({by})" for by, drug in line.blocked],
        "sources": line.sources,
        "trials": _trials(line, "match"),
        "trials_near": _trials(line, "near"),
        "germline": _category(item.germline),
        "haematopoiesis": _category(item.haematopoiesis),
        "cautions": item.cautions,
        "judgement": line.judgement.class_judgement if line.judgement else None,
    }
    if line.variant is not None:
        row |= _variant(line.variant)
    if line.copies is not None:
        row |= _copies(line.copies)
    if line.event is not None:
        row |= _event(line.event)
    return row


def _category(found: Classification | None) -> str | None:
    return found.category if found else None


def _trials(line: Line, match: str) -> list[str]:
    return list(dict.fromkeys(one.trial for one in line.item.trials if one.match == match))


def _variant(found: Finding) -> Row:
    return {name: getattr(found, name) for name in _COPIED}


def _copies(found: GeneCopies) -> Row:
    """``pos`` is 1-based."""
    return {
        "chrom": found.chrom,
        "pos": found.start + 1,
        "copies": found.copies,
        "copies_lower": found.copies_lower,
        "copies_upper": found.copies_upper,
        "minor_copies": found.minor_copies,
        "call": found.call,
        "confidence": found.confidence,
    }


def _event(found: Rearrangement) -> Row:
    """Reads are split ones and pairs together; null where the analyte shows none."""
    return {
        "chrom": found.chrom_1,
        "pos": found.pos_1,
        "gene_5": found.gene_5,
        "gene_3": found.gene_3,
        "frame": found.frame,
        "vaf": found.vaf,
        "dna_reads": _sum(found.split_reads, found.pairs),
        "rna_reads": _sum(found.rna_split_reads, found.rna_pairs),
        "filters": found.filters,
    }


def _sum(*numbers: int | None) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _biomarker(record: CaseRecord, name: str) -> Row:
    """Value, interval and status of a biomarker; empty for what is none, or was not asked for."""
    found = record.biomarkers
    if name == "TMB" and found.tmb and found.tmb.rules:
        rule = found.tmb.rules[0]
        status = "not_assessable" if rule.value is None else rule.category
        row: Row = {"value": rule.value, "value_lower": rule.lower, "value_upper": rule.upper}
        return row | {"unit": "mutations/Mb", "status": status}
    if name == "MSI" and found.msi:
        limits = {"value_lower": found.msi.lower, "value_upper": found.msi.upper}
        status = found.msi.status
        return {"value": found.msi.value, "unit": "share of loci", "status": status} | limits
    if name == "HRD" and found.hrd:
        return {"value": found.hrd.score, "unit": "scars", "status": found.hrd.status}
    return {}


def as_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as TSV with a header; lists are joined by '; ', what is absent is empty."""
    names = REPORTED.names
    lines = ["\t".join(names)]
    lines += ["\t".join(cell(row.get(name)) for name in names) for row in rows]
    return "\n".join(lines) + "\n"


def cell(value: object) -> str:
    """A value as one cell: no tab or line break in it, and text that is no formula.

    Text that begins as a formula does is given a leading apostrophe, as OWASP advises.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:.6g}" if isinstance(value, float) else str(value)
    text = "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    if text.lstrip(" \n").startswith(_FORMULA):
        text = f"'{text}"
    return " ".join(text.splitlines()).replace("\t", " ").replace("\0", "\N{REPLACEMENT CHARACTER}")
