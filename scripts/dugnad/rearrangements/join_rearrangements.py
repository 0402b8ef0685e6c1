"""Join what all methods say of fusions and other rearrangements, DNA and RNA, in one table.

Each is annotated with its genes, exons, reading frame and domain, and flagged by the panel's
filters; nothing is removed from the table. The JSON is the part of the case record.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pysam

from dugnad.annotation.gff import Wanted
from dugnad.annotation.transcript import Interval
from dugnad.annotation.transcripts import read_transcripts
from dugnad.files import write_text
from dugnad.interpretation.interpret_variants import normal_of
from dugnad.panel import Panel, load_panel
from dugnad.rearrangements.describe import Knowledge
from dugnad.rearrangements.found import OFF_PANEL, Counter, Found, Setting
from dugnad.rearrangements.gene_files import (
    read_domains,
    read_fusion_genes,
    read_known_fusions,
)
from dugnad.rearrangements.join import join
from dugnad.rearrangements.merge import Row
from dugnad.rearrangements.partners import Broken, partner_gene
from dugnad.rearrangements.rna_events import read_events
from dugnad.record import CaseGate
from dugnad.record_rearrangements import PartnerGene, Rearrangement, Rearrangements
from dugnad.tables import JUNCTIONS, REARRANGEMENTS, VARIANTS, read_table, write_table


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "--junctions", type=Path, nargs="*", default=[], help="Parquet, one per method"
    )
    parser.add_argument("--splice", type=Path, help="Parquet of splice variants in RNA")
    parser.add_argument("--variants", type=Path, help="Parquet of small variants, annotated")
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--annotation", type=Path, help="GFF3 of the genes")
    parser.add_argument("--domains", type=Path, required=True, help="TSV of domains that matter")
    parser.add_argument("--normal", help="the case's normal sample")
    parser.add_argument("--rna", nargs=2, metavar=("SAMPLE", "BAM"), help="the case's RNA")
    parser.add_argument("--rna-methods", nargs="*", default=[], help="methods that read the RNA")
    parser.add_argument("--gate", type=Path, help="JSON of the case's gate")
    parser.add_argument("--notes", type=Path, nargs="*", default=[], help="JSON lists of notes")
    parser.add_argument("--output", type=Path, required=True, help="Parquet of rearrangements")
    parser.add_argument("--record", type=Path, required=True, help="JSON for the case record")


def main(args: argparse.Namespace) -> None:
    """Write the table and the record's part."""
    panel, _ = load_panel(args.panel)
    rules = panel.rearrangements
    assert rules
    rows = [row for path in args.junctions for row in read_table(path, JUNCTIONS)]
    splice = read_table(args.splice, REARRANGEMENTS) if args.splice else []
    knowledge = knowledge_of(panel, args.domains)
    if args.annotation:
        genes = wanted(rows, splice, knowledge)
        knowledge = replace(knowledge, transcripts=read_transcripts(args.annotation, genes))
    rna = args.rna[0] if args.rna else None
    gate = (
        CaseGate.model_validate_json(args.gate.read_text(encoding="utf-8")) if args.gate else None
    )
    foreign = bool(gate and args.normal and normal_of(gate, args.normal) == "foreign")
    setting = Setting(
        normal=args.normal is not None and not foreign,
        foreign=foreign,
        rna=rna is not None,
        rna_trusted=_trusted(gate, rna),
        rna_searched=bool(args.rna_methods),
    )
    variants = read_table(args.variants, VARIANTS) if args.variants else []
    counter = over_kept(Path(args.rna[1])) if args.rna else (lambda _: None)
    found = join(rows, rules, knowledge, setting, variants, counter)
    write_table(args.output, [*(item.row for item in found), *splice], REARRANGEMENTS)
    said = [str(n) for path in args.notes for n in json.loads(path.read_text(encoding="utf-8"))]
    listed = rules.rna.splice if rules.rna and args.splice else None
    looked_for = [event.name for event in read_events(listed.events)] if listed else []
    part = record_of(found, splice, knowledge, panel, args.rna_methods, setting, said, looked_for)
    write_text(args.record, part.model_dump_json(indent=1) + "\n")


def knowledge_of(panel: Panel, domains: Path) -> Knowledge:
    """What the panel says of genes; without transcripts."""
    rules = panel.rearrangements
    assert rules
    fusion_genes = frozenset(row.gene for row in read_fusion_genes(rules.fusion_genes))
    return Knowledge(
        chosen=panel.transcripts,
        panel_genes=fusion_genes | frozenset(panel.genes),
        fusion_genes=fusion_genes,
        known=read_known_fusions(rules.known_fusions) if rules.known_fusions else {},
        domains=read_domains(domains),
    )


def wanted(rows: Iterable[Row], splice: Iterable[Row], knowledge: Knowledge) -> Wanted:
    """The genes that junctions may break, and those that the panel and the table name."""
    places: dict[str, list[Interval]] = {}
    for row in rows:
        for side in ("1", "2"):
            pos = row[f"pos_{side}"]
            places.setdefault(row[f"chrom_{side}"], []).append((pos - 1, pos))
    named = {row[f"gene_{side}"] for row in splice for side in ("5", "3")}
    return Wanted(places, {*knowledge.panel_genes, *filter(None, named)}, margin=0)


def _trusted(gate: CaseGate | None, rna: str | None) -> bool:
    """Whether the gate lets the RNA through."""
    if gate is None or rna is None:
        return True
    return not any(item.sample == rna and item.not_accepted for item in gate.samples)


def over_kept(path: Path) -> Counter:
    """Counts RNA fragments over the exons of a gene that a fusion keeps, each once."""

    def count(broken: Broken) -> int | None:
        exons = broken.transcript.exons
        kept = exons[: broken.exon] if broken.is_head else exons[broken.exon - 1 :]
        names: set[str] = set()
        with pysam.AlignmentFile(str(path)) as bam:
            if broken.transcript.chrom not in bam.references:
                return None
            for start, end in kept:
                for read in bam.fetch(broken.transcript.chrom, start, end):
                    if not read.flag & 0xF04 and read.get_overlap(start, end):
                        names.add(str(read.query_name))
        return len(names)

    return count


def record_of(
    found: Sequence[Found],
    splice: Sequence[dict[str, Any]],
    knowledge: Knowledge,
    panel: Panel,
    rna_methods: Iterable[str],
    setting: Setting,
    said: Iterable[str] = (),
    looked_for: Iterable[str] = (),
) -> Rearrangements:
    """The part of the case record.

    What breaks no gene of the panel, and what is there as a small variant, is in the table alone.
    """
    rules = panel.rearrangements
    assert rules
    off = [item for item in found if OFF_PANEL in item.row["filters"]]
    shown = [item for item in found if item not in off and item.agrees is None]
    return Rearrangements(
        found=tuple(Rearrangement(**row) for row in (*(i.row for i in shown), *splice)),
        partners=tuple(_partners([item.row for item in shown] + list(splice), knowledge)),
        dna_methods=rules.dna_methods,
        rna_methods=tuple(rna_methods),
        searched_genes=tuple(sorted(knowledge.fusion_genes)),
        splice_variants=tuple(looked_for),
        notes=tuple([*_notes(found, len(off), knowledge, setting, tuple(rna_methods)), *said]),
    )


def _partners(rows: Iterable[dict[str, Any]], knowledge: Knowledge) -> Iterable[PartnerGene]:
    """The genes of rows that pass, each once."""
    named: dict[str, str | None] = {}
    for row in rows:
        if not row["filters"]:
            for side in ("5", "3"):
                if row[f"gene_{side}"]:
                    named.setdefault(row[f"gene_{side}"], row[f"transcript_{side}"])
    for gene, name in named.items():
        transcript = knowledge.transcripts.by_id(name) if name else None
        transcript = transcript or knowledge.transcripts.preferred(gene, knowledge.chosen.get(gene))
        if transcript:
            shown = tuple(row.shown for row in knowledge.domains.get(gene, ()))
            yield partner_gene(transcript, shown)


def _notes(
    found: Iterable[Found],
    off: int,
    knowledge: Knowledge,
    setting: Setting,
    rna_methods: Sequence[str],
) -> Iterable[str]:
    searched = ", ".join(sorted(knowledge.fusion_genes))
    yield (
        f"DNA is searched for fusions in and around {searched}; elsewhere only breakpoints near the"
        " targets can be seen."
    )
    if not list(knowledge.transcripts):
        yield "No gene annotation is configured: genes, exons and frame cannot be told."
    if not setting.rna:
        yield "There is no RNA: fusions are looked for in DNA alone, splice variants not at all."
    elif not rna_methods:
        yield "The RNA is not searched for fusions: no method of the panel can do so here."
    if setting.foreign:
        yield "The normal is not of this person: a rearrangement of DNA may be germline."
    elif not setting.normal:
        yield "Without a normal, a rearrangement of DNA may be germline."
    for item in found:
        if item.agrees:
            yield f"{item.row['name']}, seen by the DNA methods, agrees with {item.agrees}."
    if off:
        yield f"{off} junctions break no gene of the panel; they are in the table only."
