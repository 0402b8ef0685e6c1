"""Find the splice variants of the panel's list in RNA, and say what could not be seen.

Each variant joins exons that the reference does not (MET without exon 14, EGFRvIII) or a cryptic
one (as AR-V7). Fragments over its junction and over the reference's junctions at both sides are
counted in the alignment, without duplicates; the share of the variant is its fragments over these
and the mean of the reference's (percent spliced; Katz 2010, doi:10.1038/nmeth.1528). A gene that
is hardly expressed shows nothing: its variants are then not assessable, which a note says.
"""

import argparse
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pysam

from dugnad.accuracy.counting import wilson
from dugnad.annotation.gff import Wanted
from dugnad.annotation.transcripts import Transcript, Transcripts, read_transcripts
from dugnad.errors import UserError
from dugnad.files import write_text
from dugnad.panel import Panel, load_panel
from dugnad.panel_rna import SpliceRules
from dugnad.rearrangements.rna_chimeric import Joint
from dugnad.rearrangements.rna_events import Event, Spliced, read_events, splice
from dugnad.rearrangements.rna_reads import Counted, crossing
from dugnad.rearrangements.rna_rules import counted_of, rules_of
from dugnad.rearrangements.rna_spliced import read_splices
from dugnad.record import CaseGate
from dugnad.tables import REARRANGEMENTS, write_table

LOW_EXPRESSION, FEW_READS, LOW_FRACTION = "low_expression", "few_splice_reads", "low_splice_share"


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--sample", required=True, help="the case's RNA sample")
    parser.add_argument("--bam", type=Path, required=True, help="RNA, sorted and indexed")
    parser.add_argument("--junctions", type=Path, required=True, help="STAR's SJ.out.tab")
    parser.add_argument("--annotation", type=Path, nargs="?", help="Ensembl-style GFF3")
    parser.add_argument("--gate", type=Path, required=True, help="JSON of the case's gate")
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--output", type=Path, required=True, help="Parquet of rearrangements")
    parser.add_argument("--notes", type=Path, required=True, help="JSON of what is not assessable")


def main(args: argparse.Namespace) -> None:
    """Write the splice variants, and the notes."""
    panel, _ = load_panel(args.panel)
    notes = gate_notes(CaseGate.model_validate_json(args.gate.read_text("utf-8")), args.sample)
    rules = rules_of(panel).splice
    rows: list[dict[str, Any]] = []
    if rules is None:
        notes.append("Splice variants: not part of this panel.")
    elif args.annotation is None:
        notes.append("Splice variants: not assessable without a gene annotation.")
    else:
        genes = Wanted({}, {event.gene for event in read_events(rules.events)}, margin=0)
        found = look_for(rules, panel, read_transcripts(args.annotation, genes), args.bam)
        star = star_counts(args.junctions)
        rows = [row_of(item, panel, rules, star) for item in found if item.reads]
        notes += splice_notes(found, rules, failed=bool(notes))
    write_table(args.output, rows, REARRANGEMENTS)
    write_text(args.notes, json.dumps(notes, indent=1) + "\n")


def gate_notes(gate: CaseGate, sample: str) -> list[str]:
    """What the quality of the RNA means for what is not found."""
    own = next((item for item in gate.samples if item.sample == sample), None)
    if own is None or own.verdict != "fail":
        return []
    why = "; ".join(own.reasons)
    return [
        f"RNA failed its quality control ({why}): that no fusion or splice variant is seen in it"
        " means nothing."
    ]


@dataclass(frozen=True)
class Seen:
    """A splice variant's fragments, and the reference's at either side (None: no such junction)."""

    event: Event
    transcript: Transcript
    spliced: Spliced
    reads: int
    references: tuple[int | None, int | None]

    @property
    def expression(self) -> int:
        """Fragments over any of its junctions."""
        return self.reads + sum(number or 0 for number in self.references)

    @property
    def reference(self) -> float | None:
        """The mean of the reference's junctions; None where neither is known."""
        known = [number for number in self.references if number is not None]
        return sum(known) / len(known) if known else None

    @property
    def fraction(self) -> float | None:
        """The variant's share of the transcripts; None without a reference or a fragment."""
        whole = self.reads + self.reference if self.reference is not None else 0
        return self.reads / whole if whole else None


def look_for(rules: SpliceRules, panel: Panel, transcripts: Transcripts, path: Path) -> list[Seen]:
    """Count each listed variant. Raises UserError for one that does not fit its transcript."""
    counted = counted_of(panel, rules.min_anchor.value)
    problems: list[str] = []
    found: list[Seen] = []
    with pysam.AlignmentFile(str(path)) as bam:
        for event in read_events(rules.events):
            place = f"{rules.events}:{event.line}: {event.name}"
            transcript = transcripts.preferred(event.gene, panel.transcripts.get(event.gene))
            if transcript is None:
                problems.append(f"{place}: the annotation has no gene {event.gene}; rename it")
                continue
            try:
                spliced = splice(event, transcript)
            except ValueError as error:
                problems.append(f"{place}: {error}; mend the line")
                continue
            found.append(Seen(event, transcript, spliced, *count(bam, spliced, counted)))
    if problems:
        raise UserError(problems)
    return found


def count(
    bam: pysam.AlignmentFile, spliced: Spliced, counted: Counted
) -> tuple[int, tuple[int | None, int | None]]:
    """Fragments over a variant's junction and over the reference's two."""
    first, second = spliced.references
    return len(fragments(bam, spliced.joint, counted)), (
        len(fragments(bam, first, counted)) if first else None,
        len(fragments(bam, second, counted)) if second else None,
    )


def fragments(bam: pysam.AlignmentFile, joint: Joint, counted: Counted) -> set[str]:
    """The names of fragments that are spliced exactly so."""
    low, high = sorted((joint.five.pos, joint.three.pos))
    found = crossing(bam, joint.five.chrom, low, True, counted)
    return found.spliced.get(high - 1, set())


Star = dict[tuple[str, int, int], tuple[int, int]]


def star_counts(path: Path) -> Star:
    """STAR's own count of reads with one place and its longest overhang, by contig and the last
    and first bases that a junction joins (1-based, on the genome).

    Raises UserError when the file is not STAR's SJ.out.tab.
    """
    found: Star = {}
    for joint, _, reads, overhang in read_splices(path):
        low, high = sorted((joint.five.pos, joint.three.pos))
        found[joint.five.chrom, low, high] = reads, overhang
    return found


def row_of(item: Seen, panel: Panel, rules: SpliceRules, star: Star) -> dict[str, Any]:
    """A row of the REARRANGEMENTS table."""
    joint = item.spliced.joint
    exon_5, exon_3 = item.spliced.exons
    return {
        "kind": "splice_variant",
        "name": item.event.name,
        "gene_5": item.event.gene,
        "gene_3": item.event.gene,
        "transcript_5": item.transcript.name,
        "transcript_3": item.transcript.name,
        "exon_5": exon_5,
        "exon_3": exon_3,
        "frame": item.spliced.frame,
        "domain_kept": "unknown",
        "known": True,
        "on_target": [item.event.gene] if item.event.gene in panel.genes else [],
        "rna_chrom_1": joint.five.chrom,
        "rna_pos_1": joint.five.pos,
        "rna_chrom_2": joint.three.chrom,
        "rna_pos_2": joint.three.pos,
        "rna_split_reads": item.reads,
        "rna_reference_1": item.references[0],
        "rna_reference_2": item.references[1],
        "called_by": ["rna:star"],
        "filters": filters_of(item, rules),
        "reason": reason_of(item, star),
    }


def filters_of(item: Seen, rules: SpliceRules) -> list[str]:
    """The ids of the limits that it does not reach."""
    found = []
    if item.expression < rules.min_expression.value:
        found.append(LOW_EXPRESSION)
    if item.reads < rules.min_reads.value:
        found.append(FEW_READS)
    if item.fraction is not None and item.fraction < rules.min_fraction.value:
        found.append(LOW_FRACTION)
    return found


def reason_of(item: Seen, star: Star) -> str:
    """The counts and the share with its 95 % interval, in words; and what STAR itself counts."""
    one, two = (number if number is not None else "no" for number in item.references)
    text = f"{item.reads} fragments over its junction, {one} and {two} over the reference's"
    if item.fraction is not None and item.reference is not None:
        low, high = wilson(item.reads, item.reads + round(item.reference)) or (0.0, 1.0)
        text += f": {item.fraction:.0%} of transcripts (95 % interval {low:.0%} to {high:.0%})"
    joint = item.spliced.joint
    low_pos, high_pos = sorted((joint.five.pos, joint.three.pos))
    own = star.get((joint.five.chrom, low_pos, high_pos))
    told = f"{own[0]} reads, longest overhang {own[1]}" if own else "not in STAR's own table"
    return f"{text}; STAR: {told}; source {item.event.source}"


def splice_notes(found: Iterable[Seen], rules: SpliceRules, failed: bool) -> list[str]:
    """Which variants could not be seen, and which were looked for and are not there.

    In RNA that ``failed`` its quality control none is said to be absent.
    """
    notes = []
    absent = []
    for item in found:
        if item.expression < rules.min_expression.value:
            notes.append(
                f"{item.event.name}: not assessable, {item.event.gene} is too little expressed"
                f" ({item.expression} fragments over the junctions, {rules.min_expression.value}"
                " are needed)."
            )
        elif not item.reads:
            absent.append(f"{item.event.name} (0 of {item.expression} fragments)")
    if absent and failed:
        notes.append(f"Not seen, but not assessable in this RNA: {', '.join(absent)}.")
    elif absent:
        notes.append(f"Splice variants looked for in RNA and not seen: {', '.join(absent)}.")
    return notes
