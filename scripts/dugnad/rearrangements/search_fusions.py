"""Search the DNA around a panel's fusion genes for junctions, exact where reads show the base.

Split reads, clipped ends and pairs whose mates are far apart are put together; partners off target
are followed. Every junction is counted in fragments, in the tumour and in the normal.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pysam

from dugnad.annotation.gff import Wanted
from dugnad.annotation.transcripts import Transcripts, read_transcripts
from dugnad.genome import contig_lengths
from dugnad.panel import Panel, load_panel
from dugnad.panel_rearrangements import RearrangementRules
from dugnad.rearrangements.candidates import candidates
from dugnad.rearrangements.gene_files import FusionGene, read_fusion_genes
from dugnad.rearrangements.pairs import Candidate, Rules
from dugnad.rearrangements.scan import Evidence, Reading, scan
from dugnad.rearrangements.sequences import Reference, complexity, similarity
from dugnad.rearrangements.support import Sample, Support
from dugnad.regions import Region, merge, read_targets
from dugnad.tables import JUNCTIONS, write_table

METHOD = "search"


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--tumour", type=Path, required=True, help="BAM with its index")
    parser.add_argument("--normal", type=Path, help="BAM with its index")
    parser.add_argument("--fasta", type=Path, required=True, help="reference genome, indexed")
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--annotation", type=Path, help="GFF3: where the genes begin and end")
    parser.add_argument("--output", type=Path, required=True, help="Parquet of junctions")


def main(args: argparse.Namespace) -> None:
    """Write the junctions table."""
    panel, _ = load_panel(args.panel)
    assert panel.rearrangements
    genes = read_fusion_genes(panel.rearrangements.fusion_genes)
    named = Wanted({}, {name for row in genes for name in (row.gene, *row.partners)}, margin=0)
    transcripts = read_transcripts(args.annotation, named) if args.annotation else Transcripts()
    targets = read_targets(panel.targets)
    lengths = contig_lengths(args.fasta)
    regions = searched(genes, targets, transcripts, panel.rearrangements.search.margin.value)
    bams = [path for path in (args.tumour, args.normal) if path]
    with pysam.FastaFile(str(args.fasta)) as fasta:
        reference = Reference(fasta)
        rows = search(bams, reference, within(regions, lengths), lengths, panel)
    write_table(args.output, rows, JUNCTIONS)


def searched(
    genes: Iterable[FusionGene], targets: Sequence[Region], transcripts: Transcripts, margin: int
) -> list[Region]:
    """What is read: each fusion gene and named partner from end to end, with the targets that
    touch it and the margin on either side; joined where they overlap."""
    found: list[Region] = []
    for row in genes:
        spans = [row.place]
        for name in (row.gene, *row.partners):
            spans += [
                Region(t.chrom, t.start, t.end, name) for t in transcripts.by_gene(name)
            ]  # fmt: skip
        spans += [target for target in targets if any(_touch(target, span) for span in spans)]
        found += [
            Region(s.chrom, max(0, s.start - margin), s.end + margin, row.gene) for s in spans
        ]
    return merge(found)


def _touch(one: Region, two: Region) -> bool:
    return one.chrom == two.chrom and one.start < two.end and two.start < one.end


def within(regions: Iterable[Region], lengths: dict[str, int]) -> list[Region]:
    """The regions as far as the genome has them."""
    return [
        Region(r.chrom, max(0, r.start), min(r.end, lengths[r.chrom]), r.label)
        for r in regions
        if r.chrom in lengths and r.start < lengths[r.chrom]
    ]


def search(
    bams: Sequence[Path],
    reference: Reference,
    regions: Sequence[Region],
    lengths: dict[str, int],
    panel: Panel,
) -> list[dict[str, Any]]:
    """The junctions that the tumour, which comes first, proposes, counted in all ``bams``."""
    rules, reading = panel.rearrangements, _reading(panel)
    assert rules
    evidence = [Evidence() for _ in bams]
    opened = [pysam.AlignmentFile(str(path)) for path in bams]
    try:
        for bam, found in zip(opened, evidence, strict=True):
            scan(bam, regions, reading, found)
            found.drop_usual()
        settings = _rules(rules, evidence[0])
        beyond = _beyond(candidates(evidence[0], reference, settings), regions, settings)
        for bam, found in zip(opened, evidence, strict=True):
            scan(bam, within(beyond, lengths), reading, found)
            found.drop_usual()
    finally:
        for bam in opened:
            bam.close()
    samples = [(Sample(found), _rules(rules, found)) for found in evidence]
    rows = []
    for one in candidates(evidence[0], reference, settings):
        counted = [sample.support(one, reference, own) for sample, own in samples]
        if counted[0].reads >= settings.min_fragments:
            rows.append(_row(one, counted, reference))
    return rows


def _beyond(
    proposed: Iterable[Candidate], regions: Sequence[Region], settings: Rules
) -> list[Region]:
    """Stretches around the sides that lie outside what was read, so that nothing is read twice."""
    reach = max(settings.longest_insert, 200)
    wide = [
        Region(side.chrom, max(0, side.pos - reach), side.pos + reach, "partner")
        for one in proposed
        for side in (one.junction.one, one.junction.two)
    ]
    return [part for region in merge(wide) for part in _without(region, regions)]


def _without(region: Region, taken: Iterable[Region]) -> Iterator[Region]:
    """What is left of a region outside those that are taken, which are sorted."""
    start = region.start
    for other in taken:
        if other.chrom != region.chrom or other.end <= start or other.start >= region.end:
            continue
        if other.start > start:
            yield Region(region.chrom, start, other.start, region.label)
        start = max(start, other.end)
    if start < region.end:
        yield Region(region.chrom, start, region.end, region.label)


def _reading(panel: Panel) -> Reading:
    assert panel.rearrangements
    return Reading(
        min_mapping_quality=panel.calling.min_mapping_quality.value,
        min_size=panel.rearrangements.search.min_size.value,
        duplicates_count=panel.library.duplicates == "keep",
    )


def _rules(rules: RearrangementRules, found: Evidence) -> Rules:
    return Rules(
        exact=rules.search.exact.value,
        longest_insert=found.longest_insert,
        min_fragments=rules.search.min_fragments.value,
        min_size=rules.search.min_size.value,
    )


def _row(one: Candidate, counted: Sequence[Support], reference: Reference) -> dict[str, Any]:
    tumour, normal = counted[0], counted[1] if len(counted) > 1 else None
    joined = one.junction
    return {
        "called_by": METHOD,
        "analyte": "dna",
        "chrom_1": joined.one.chrom,
        "pos_1": joined.one.pos,
        "strand_1": joined.one.strand,
        "chrom_2": joined.two.chrom,
        "pos_2": joined.two.pos,
        "strand_2": joined.two.strand,
        "uncertainty": one.uncertainty,
        "split_reads": tumour.split_reads,
        "pairs": tumour.pairs,
        "reference_1": tumour.reference_1,
        "reference_2": tumour.reference_2,
        "normal_split_reads": normal.split_reads if normal else None,
        "normal_pairs": normal.pairs if normal else None,
        "mapping_quality": tumour.mapping_quality,
        "caller_filters": [],
        "inserted": joined.inserted,
        "homology": one.homology,
        "read_starts": tumour.starts,
        "complexity": complexity(joined, reference),
        "similarity": similarity(joined, reference),
    }
