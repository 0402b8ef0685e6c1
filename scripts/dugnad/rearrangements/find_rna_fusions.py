"""Find fusions among the reads that STAR places in two parts of RNA, by the panel's own filter.

STAR tells of each chimeric read where it is broken, and of each splice; this verb makes fusions of
the former, and of splices from one gene to a near one on its strand, which STAR takes for introns.
Reads across a junction and pairs around it count as fragments, without the duplicates that the
alignment marks. Each end is looked up in the gene annotation, which with the splice signal says
what comes first in the transcript. At both ends the reads of the unbroken transcripts are counted.
The panel's filters flag, and remove nothing; junctions within a gene (circles, tandem
duplications) are passed over.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pysam

from dugnad.annotation.transcripts import read_transcripts
from dugnad.panel import Panel, load_panel
from dugnad.panel_rna import RnaRules
from dugnad.rearrangements.rna_chimeric import (
    AGAINST,
    ALONG,
    AROUND,
    PLAIN,
    Joint,
    Row,
    read_chimeric,
)
from dugnad.rearrangements.rna_evidence import (
    Evidence,
    Sequences,
    flags,
    is_excluded,
    junction,
    references,
)
from dugnad.rearrangements.rna_genes import Genes, Hit
from dugnad.rearrangements.rna_reads import Counted, look_up
from dugnad.rearrangements.rna_rules import counted_of, known_fusions, register_fusions, rules_of
from dugnad.rearrangements.rna_spliced import between_genes, weigh_splice
from dugnad.tables import JUNCTIONS, write_table

SLACK = 10  # bases that a mate around a junction may reach beyond it, as STAR's least overhang
NEAR = 1000  # bases; alignments so near are looked up together

Ends = tuple[str, int, str, str, int, str]


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--chimeric", type=Path, required=True, help="STAR's Chimeric.out.junction")
    parser.add_argument("--junctions", type=Path, required=True, help="STAR's SJ.out.tab")
    register_fusions(parser)


def main(args: argparse.Namespace) -> None:
    """Write the junctions."""
    panel, _ = load_panel(args.panel)
    genes = Genes(read_transcripts(args.annotation), panel.genes)
    rules, known = rules_of(panel), known_fusions(panel)
    candidates = propose(args.chimeric, genes, rules)
    gather(args.chimeric, genes, candidates)
    spliced = between_genes(args.junctions, genes, rules.min_fragments.value, candidates)
    with pysam.AlignmentFile(str(args.bam)) as bam, pysam.FastaFile(str(args.fasta)) as fasta:
        counted = counted_of(panel)
        found = [weigh_one(candidates[joint], bam, counted) for joint in candidates]
        found += [weigh_splice(joint, genes, bam, counted) for joint in spliced]
        found = complete(found, bam, Sequences(fasta, genes), panel)
    rows = [junction("star", item, flags(item, rules, known)) for item in found]
    write_table(args.output, rows, JUNCTIONS)


@dataclass
class Candidate:
    """A fusion that chimeric reads propose, and the rows that tell of it."""

    joint: Joint
    five: Hit | None
    three: Hit | None
    across: list[tuple[Row, bool]] = field(default_factory=list)
    around: list[Row] = field(default_factory=list)


def propose(path: Path, genes: Genes, rules: RnaRules) -> dict[Joint, Candidate]:
    """The fusions with enough rows across their junction, by their joined bases.

    Both ends must be in genes, in the direction in which these are read, and not in the same; of
    a gene of the panel the other end may be anywhere.
    """
    tally: Counter[Joint] = Counter()
    undecided: Counter[tuple[Joint, Joint]] = Counter()
    for row in read_chimeric(path):
        if row.kind in (ALONG, AGAINST):
            tally[row.joint(row.kind == AGAINST)] += 1
        elif row.kind == PLAIN:
            one, two = sorted((row.joint(False), row.joint(True)))
            undecided[one, two] += 1
    for (one, two), number in undecided.items():
        chosen = min((one, two), key=lambda joint: _oddness(joint, genes))
        tally[chosen] += number
    enough = rules.min_fragments.value
    found: dict[Joint, Candidate] = {}
    for joint, number in tally.items():
        if number >= enough:
            five, three = genes.at(joint.five, True), genes.at(joint.three, False)
            if genes.are_two(five, three):
                found[joint] = Candidate(joint, five, three)
    return found


def _oddness(joint: Joint, genes: Genes) -> tuple[int, int]:
    """How little of a joint lies in genes and at ends of their exons."""
    hits = genes.at(joint.five, True), genes.at(joint.three, False)
    return sum(hit is None for hit in hits), sum(not (hit and hit.at_boundary) for hit in hits)


def gather(path: Path, genes: Genes, candidates: dict[Joint, Candidate]) -> None:
    """Give each candidate its rows: those across its junction, and those around it.

    Mates around a junction belong to every junction of their two genes that they allow.
    """
    pairs: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for item in candidates.values():
        if item.five and item.three:
            pairs[item.five.gene.id, item.three.gene.id].append(item)
    contigs = {frozenset((c.joint.five.chrom, c.joint.three.chrom)) for c in candidates.values()}
    for row in read_chimeric(path):
        if frozenset((row.chrom_a, row.chrom_b)) not in contigs:
            continue
        if row.kind == AROUND:
            for item in _allowed(row, genes, pairs):
                item.around.append(row)
            continue
        for against in (False, True):
            told = row.kind in (PLAIN, AGAINST if against else ALONG)
            proposed = candidates.get(row.joint(against)) if told else None
            if proposed:
                proposed.across.append((row, against))


def _allowed(
    row: Row, genes: Genes, pairs: dict[tuple[str, str], list[Candidate]]
) -> Iterator[Candidate]:
    for against in (False, True):
        inner = row.joint(against)
        five, three = genes.at(inner.five, True), genes.at(inner.three, False)
        if five is None or three is None:
            continue
        for item in pairs.get((five.gene.id, three.gene.id), ()):
            ahead = inner.five.behind(item.joint.five) <= SLACK
            if ahead and item.joint.three.behind(inner.three) <= SLACK:
                yield item


def complete(
    found: Iterable[Evidence], bam: pysam.AlignmentFile, sequences: Sequences, panel: Panel
) -> list[Evidence]:
    """Those with enough fragments, by place, with what the alignment and the genome say of them."""
    rules, counted = rules_of(panel), counted_of(panel)
    kept = []
    for item in sorted(found, key=lambda evidence: evidence.joint):
        if item.split_reads < rules.min_fragments.value:
            continue
        if not any(is_excluded(item, row) for row in rules.excluded):
            item = replace(
                item,
                references=references(bam, item.joint, counted),
                triplets=sequences.triplets(item.joint),
                shared_words=sequences.shared_words(item.joint, item.five, item.three),
            )
        kept.append(item)
    return kept


def weigh_one(item: Candidate, bam: pysam.AlignmentFile, counted: Counted) -> Evidence:
    """Count a candidate's fragments, each once and without duplicates."""
    rows = [row for row, _ in item.across] + item.around
    named = look_up(bam, {row.name for row in rows}, _windows(rows))
    dropped = frozenset() if counted.duplicates else named.duplicates
    across = [(row, against) for row, against in item.across if row.name not in dropped]
    split = {row.name for row, _ in across}
    around = {row.name for row in item.around} - split - dropped
    return Evidence(
        joint=item.joint,
        five=item.five,
        three=item.three,
        split_reads=len(split),
        pairs=len(around),
        read_starts=len({row.anchors[against] for row, against in across}),
        anchor=max((min(row.anchors) for row, _ in across), default=0),
        mapping_quality=_quality(named.quality, [row for row, _ in across]),
        repeat=max((row.repeat for row, _ in across), default=0),
    )


def _quality(mean: float | None, rows: list[Row]) -> float | None:
    """The mean mapping quality; 0 for rows that say of themselves that they have many places."""
    if mean is None or not rows:
        return mean
    return mean * sum(row.places == 1 for row in rows) / len(rows)


def _windows(rows: Iterable[Row]) -> list[tuple[str, int, int]]:
    """Where the rows' alignments begin, 0-based; places near each other are one window."""
    begins = {(row.chrom_a, row.begin_a) for row in rows} | {
        (row.chrom_b, row.begin_b) for row in rows
    }
    merged: list[tuple[str, int, int]] = []
    for chrom, begin in sorted(begins):
        if merged and merged[-1][0] == chrom and begin - merged[-1][2] <= NEAR:
            merged[-1] = (chrom, merged[-1][1], begin)
        else:
            merged.append((chrom, begin - 1, begin))
    return merged
