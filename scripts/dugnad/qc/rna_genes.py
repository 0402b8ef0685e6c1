"""The panel's genes in an RNA alignment: on target, fragment length, evenness, 3' bias."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pysam

from dugnad.annotation.transcripts import Interval, Transcript, Transcripts
from dugnad.panel import Panel
from dugnad.qc.measures import Measured

SOURCE = "dugnad measure-rna"
MIN_GENE_DEPTH = 10  # mean reads over the transcript, for a gene's evenness to count
MIN_GENES = 5  # with that depth, for a median over genes
MIN_FRAGMENTS = 100  # for a median length
THREE_PRIME = 0.2  # of the transcript's length
# not primary alignments of a read: unmapped, secondary, failed, supplementary
UNCOUNTED = pysam.FUNMAP | pysam.FSECONDARY | pysam.FQCFAIL | pysam.FSUPPLEMENTARY

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]
_UNITS = {
    "rna_on_target": "reads",
    "rna_insert_size": "bases",
    "rna_cv_gene_coverage": "ratio",
    "rna_three_prime_bias": "ratio",
}


@dataclass(frozen=True)
class Union:
    """Intervals of one contig, sorted and without overlaps; ``starts`` and ``ends`` have shape
    (intervals,), ``before`` has the bases in all earlier ones."""

    starts: Ints
    ends: Ints
    before: Ints

    def shared(self, starts: Ints, ends: Ints) -> Ints:
        """Bases that each of [starts, ends), shape (n,), has in common with the union."""
        return self._up_to(ends) - self._up_to(starts)

    def _up_to(self, places: Ints) -> Ints:
        index = np.searchsorted(self.starts, places, "right") - 1
        within = np.minimum(places, self.ends[index]) - self.starts[index]
        return np.where(index < 0, 0, self.before[index] + within)


def union(intervals: Iterable[Interval]) -> Union:
    """At least one interval, in any order, made into one of each base."""
    rows = np.array(sorted(intervals), dtype=np.int64)
    furthest = np.maximum.accumulate(rows[:, 1])
    first = np.flatnonzero(np.r_[True, rows[1:, 0] > furthest[:-1]])
    starts, ends = rows[first, 0], furthest[np.r_[first[1:] - 1, len(rows) - 1]]
    return Union(starts, ends, np.r_[0, np.cumsum(ends - starts)[:-1]])


def union_of(transcripts: Iterable[Transcript]) -> dict[str, Union]:
    """The exons of transcripts, by contig."""
    exons: dict[str, set[Interval]] = defaultdict(set)
    for transcript in transcripts:
        exons[transcript.chrom].update(transcript.exons)
    return {contig: union(intervals) for contig, intervals in exons.items()}


@dataclass(frozen=True)
class Blocks:
    """Reads of a stretch: their aligned blocks' ends, shape (blocks, 2), with the number of the
    read that each is of; and their pairs' ends on the genome, shape (pairs, 2)."""

    ends: Ints
    read: Ints
    pairs: Ints


@dataclass(frozen=True)
class Locus:
    """A gene where it lies, all its transcripts' exons within, and the one to look at closely."""

    transcript: Transcript
    start: int
    end: int


@dataclass(frozen=True)
class Evenness:
    """How a gene's transcript is covered: mean reads, coefficient of variation, and the mean of
    its last fifth to the whole's."""

    mean: float
    variation: float
    three_prime: float


def gene_measures(
    bam: pysam.AlignmentFile, transcripts: Transcripts | None, panel: Panel
) -> dict[str, Measured]:
    """Reads on the panel's exons, median fragment length, median variation and 3' bias of genes.

    A gene is looked at in the transcript that it is reported on. Raises UserError for a
    transcript of the panel that the annotation does not have.
    """
    if transcripts is None:
        return _nothing("no gene annotation is configured")
    loci = [
        locus for locus in _loci(transcripts, panel) if locus.transcript.chrom in bam.references
    ]
    if not loci:
        return _nothing("the annotation has no gene of the panel")
    exons = union_of(each for gene in panel.genes for each in transcripts.by_gene(gene))
    on_target, lengths, evenness = 0, [], []
    for contig, members in _by_contig(loci):
        until = 0
        for group in _overlapping(members):
            end = max(locus.end for locus in group)
            blocks = read_blocks(bam, contig, group[0].start, end, until)
            until = end
            hit = exons[contig].shared(blocks.ends[:, 0], blocks.ends[:, 1]) > 0
            on_target += len(np.unique(blocks.read[hit]))
            for locus in group:
                lengths.append(fragment_lengths(locus.transcript, blocks.pairs))
                evenness.append(evenness_of(depth_of(locus.transcript, blocks.ends)))
    return {
        "rna_on_target": Measured(on_target, "reads", SOURCE),
        "rna_insert_size": _median_length(np.concatenate(lengths)),
        **_median_evenness([item for item in evenness if item.mean >= MIN_GENE_DEPTH]),
    }


def _nothing(why: str) -> dict[str, Measured]:
    return {name: Measured(None, unit, why) for name, unit in _UNITS.items()}


def _median_length(lengths: Ints) -> Measured:
    if len(lengths) < MIN_FRAGMENTS:
        why = f"too few fragments: {len(lengths)} of at least {MIN_FRAGMENTS}"
        return Measured(None, "bases", why)
    return Measured(float(np.median(lengths)), "bases", SOURCE)


def _median_evenness(genes: Sequence[Evenness]) -> dict[str, Measured]:
    if len(genes) < MIN_GENES:
        why = f"too few genes with {MIN_GENE_DEPTH} reads: {len(genes)} of at least {MIN_GENES}"
        names = ("rna_cv_gene_coverage", "rna_three_prime_bias")
        return {name: Measured(None, "ratio", why) for name in names}
    variation = float(np.median([gene.variation for gene in genes]))
    three_prime = float(np.median([gene.three_prime for gene in genes]))
    source = f"{SOURCE}, {len(genes)} genes"
    return {
        "rna_cv_gene_coverage": Measured(variation, "ratio", source),
        "rna_three_prime_bias": Measured(three_prime, "ratio", source),
    }


def _loci(transcripts: Transcripts, panel: Panel) -> Iterable[Locus]:
    for gene in panel.genes:
        chosen = transcripts.preferred(gene, panel.transcripts.get(gene))
        if chosen:
            own = [item for item in transcripts.by_gene(gene) if item.chrom == chosen.chrom]
            start, end = min(item.start for item in own), max(item.end for item in own)
            yield Locus(chosen, start, end)


def _by_contig(loci: Iterable[Locus]) -> Iterable[tuple[str, list[Locus]]]:
    found: dict[str, list[Locus]] = defaultdict(list)
    for locus in loci:
        found[locus.transcript.chrom].append(locus)
    return found.items()


def _overlapping(members: Iterable[Locus]) -> list[list[Locus]]:
    """Loci of one contig by start, those that overlap together."""
    groups: list[list[Locus]] = []
    end = -1
    for locus in sorted(members, key=lambda locus: (locus.start, locus.end)):
        if locus.start >= end:
            groups.append([])
        groups[-1].append(locus)
        end = max(end, locus.end)
    return groups


def read_blocks(bam: pysam.AlignmentFile, contig: str, start: int, end: int, until: int) -> Blocks:
    """The primary alignments with a base or a gap in [start, end), but those before ``until``.

    A read that begins before the end of the stretch before (``until``) was counted there.
    """
    ends, blocks, pairs = array("i"), array("H"), array("i")
    for read in bam.fetch(contig, start, end):
        place = read.reference_start
        if read.flag & UNCOUNTED or place < until:
            continue
        own = read.get_blocks()
        for block in own:
            ends.extend(block)
        blocks.append(len(own))
        length = read.template_length
        if length > 0 and read.is_proper_pair:
            pairs.extend((place, place + length))
    number = np.asarray(blocks, dtype=np.int64)
    return Blocks(_ends(ends), np.repeat(np.arange(len(number)), number), _ends(pairs))


def _ends(values: "array[int]") -> Ints:
    return np.asarray(values, dtype=np.int64).reshape(-1, 2)


def depth_of(transcript: Transcript, ends: Ints) -> Ints:
    """Reads over each base of a transcript, 5' to 3', shape (length,), from their blocks."""
    size = transcript.end - transcript.start
    first = np.clip(ends[:, 0] - transcript.start, 0, size)
    last = np.clip(ends[:, 1] - transcript.start, 0, size)
    change = np.bincount(first, minlength=size + 1) - np.bincount(last, minlength=size + 1)
    depth = np.cumsum(change)
    step = 1 if transcript.strand == "+" else -1
    exons = [depth[a - transcript.start : b - transcript.start] for a, b in transcript.exons]
    return np.concatenate([exon[::step] for exon in exons]).astype(np.int64)


def evenness_of(depth: Ints) -> Evenness:
    """Of the depths over a transcript, 5' to 3'; nothing is uneven where there is no read."""
    mean = float(depth.mean())
    if not mean:
        return Evenness(0.0, 0.0, 0.0)
    last = depth[-max(1, round(THREE_PRIME * len(depth))) :]
    return Evenness(mean, float(depth.std()) / mean, float(last.mean()) / mean)


def fragment_lengths(transcript: Transcript, pairs: Ints) -> Ints:
    """Bases of the message between the ends of each pair, shape (pairs that have both ends in
    exons,).

    Introns of the transcript do not count, whether a mate shows them spliced or they lie between
    the mates; so fragments of introns or DNA, whose ends are seldom both in exons, fall away.
    """
    exons = union(transcript.exons)
    first, last = pairs[:, 0], pairs[:, 1]
    inside = (exons.shared(first, first + 1) > 0) & (exons.shared(last - 1, last) > 0)
    return exons.shared(first[inside], last[inside])
