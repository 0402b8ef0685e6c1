"""Read pairs cut from known haplotypes, written as BAM without an aligner.

Each base of a haplotype knows where it comes from on the reference, so that a read's CIGAR is
known. Real aligners do not always open a gap: `Aligner` says when they clip, or misalign, instead.
"""

import random
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pysam

from dugnad.alleles import Change, left_align, placements
from dugnad.regions import Region
from dugnad.small_variants.candidates import Candidate
from dugnad.small_variants.pileup import Counting
from dugnad.small_variants.reads import load_reads
from dugnad.small_variants.recount import Evidence, recount
from dugnad.small_variants.votes import Locus

COUNTING = Counting(base_quality=20, mapping_quality=20, excluded_flags=4 | 256 | 512 | 1024 | 2048)
MATCH, INSERTION, DELETION, SOFT_CLIP = 0, 1, 2, 4

Block = tuple[int, int, int]
"""Aligned bases of a read: first, end, and place of the first on the reference."""


def bases(length: int, seed: int) -> str:
    """Random bases."""
    return "".join(random.Random(seed).choices("ACGT", k=length))


def other_base(base: str, step: int = 1) -> str:
    """One of the three bases that this one is not."""
    return "ACGT"[("ACGT".index(base) + step) % 4]


def snv(reference: str, place: int, step: int = 1) -> Change:
    """A single base changed."""
    return Change(place, place + 1, reference[place], other_base(reference[place], step))


def mnv(reference: str, place: int, length: int) -> Change:
    """Neighbouring bases changed, each of them."""
    ref = reference[place : place + length]
    return Change(place, place + length, ref, "".join(map(other_base, ref)))


def deletion(reference: str, start: int, end: int) -> Change:
    """Bases gone; not left-aligned."""
    return Change(start, end, reference[start:end], "")


def insertion(place: int, alt: str) -> Change:
    """Bases put in before a place."""
    return Change(place, place, "", alt)


@dataclass(frozen=True)
class Haplotype:
    """A contig with changes, which do not overlap."""

    chrom: str
    reference: str
    changes: tuple[Change, ...] = ()

    @cached_property
    def _parts(self) -> tuple[str, list[int | None]]:
        text: list[str] = []
        origin: list[int | None] = []
        here = 0
        for change in sorted(self.changes, key=lambda c: c.start):
            assert self.reference[change.start : change.end] == change.ref, change
            assert change.start >= here, "changes overlap"
            both = min(len(change.ref), len(change.alt))
            text += [self.reference[here : change.start], change.alt]
            origin += [*range(here, change.start + both), *[None] * (len(change.alt) - both)]
            here = change.end
        text.append(self.reference[here:])
        origin += range(here, len(self.reference))
        return "".join(text), origin

    @cached_property
    def copied(self) -> list[int | None]:
        """As ``origin``; the bases of an insertion that doubles what follows are from there."""
        origin = list(self.origin)
        for change in self.changes:
            size = len(change.alt)
            if change.ref or change.alt != self.reference[change.start : change.start + size]:
                continue
            first = self.origin.index(change.start) - size
            origin[first : first + size] = range(change.start, change.start + size)
        return origin

    @cached_property
    def _blocks(self) -> list[Block]:
        return _blocks(self.copied)

    def blocks(self, start: int, end: int) -> list[Block]:
        """Those of its bases [start, end), as a read's."""
        return [
            (max(low, start) - start, min(high, end) - start, place + max(start - low, 0))
            for low, high, place in self._blocks
            if low < end and start < high
        ]

    @property
    def sequence(self) -> str:
        """Its bases."""
        return self._parts[0]

    @property
    def origin(self) -> list[int | None]:
        """Of each base, its place on the reference; None where it is inserted."""
        return self._parts[1]

    def place(self, reference_place: int) -> int:
        """Where a base of the reference, or the next that is left of it, stands."""
        return next(
            i for i, at in enumerate(self.origin) if at is not None and at >= reference_place
        )


@dataclass(frozen=True)
class Aligner:
    """How reads are aligned: from their longest part on, to either side.

    A gap of g bases is opened when more than g + ``beyond`` bases follow it. Where it is not, the
    read goes on without it, to its end if that costs ``bonus`` or less (1 a match, -4 a mismatch),
    or is clipped where that is best. The default is as bwa mem does; ``EXACT`` opens each gap.
    """

    beyond: int = 1
    bonus: int = 5


BWA = Aligner()
EXACT = Aligner(beyond=-100_000)
CLIPPING = Aligner(beyond=10, bonus=0)


@dataclass(frozen=True)
class Pair:
    """A read pair. ``start`` and ``length`` are of the fragment, on the haplotype.

    ``qualities`` are of the left and the right mate's bases; an error is mate (0 left, 1 right),
    place within the read as aligned, and base. A ``poor`` base (mate, place) is of quality 2.
    """

    haplotype: Haplotype
    start: int
    length: int = 250
    is_f1r2: bool = True
    qualities: tuple[int, int] = (37, 37)
    mapping_quality: int = 60
    errors: tuple[tuple[int, int, str], ...] = ()
    poor: tuple[tuple[int, int], ...] = ()
    flag: int = 0
    copy_of: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Bam:
    """Where reads go, and how they are made."""

    path: Path
    contigs: Mapping[str, str]
    aligner: Aligner = BWA
    read_length: int = 100

    def write(self, pairs: Iterable[Pair]) -> Path:
        """Write a sorted and indexed BAM; pairs without a name are numbered."""
        header = pysam.AlignmentHeader.from_dict(
            {
                "HD": {"VN": "1.6", "SO": "coordinate"},
                "SQ": [{"SN": name, "LN": len(text)} for name, text in self.contigs.items()],
            }
        )
        reads = [
            read
            for number, pair in enumerate(pairs)
            for read in self._reads(replace(pair, name=pair.name or f"pair{number}"), header)
        ]
        return self._save(reads, header)

    def mixed(self, lefts: Path, rights: Path) -> Path:
        """Left mates of one BAM with the right mates of the same name of another."""
        with pysam.AlignmentFile(str(lefts)) as one, pysam.AlignmentFile(str(rights)) as other:
            reads = [read for read in one if not read.is_reverse]
            reads += [read for read in other if read.is_reverse]
            return self._save(reads, one.header)

    def clipped(self, source: Path, left: int = 0, right: int = 0) -> Path:
        """The reads of a BAM, all aligned without a gap, with so many bases clipped at an end."""
        with pysam.AlignmentFile(str(source)) as bam:
            reads = list(bam)
            for read in reads:
                within = read.query_length - left - right
                operations = [(SOFT_CLIP, left), (MATCH, within), (SOFT_CLIP, right)]
                read.cigartuples = [operation for operation in operations if operation[1]]
                read.reference_start += left
            return self._save(reads, bam.header)

    def _save(self, reads: list[pysam.AlignedSegment], header: pysam.AlignmentHeader) -> Path:
        reads.sort(key=lambda read: (read.reference_id, read.reference_start))
        with pysam.AlignmentFile(str(self.path), "wb", header=header) as out:
            for read in reads:
                out.write(read)
        pysam.index(str(self.path))
        return self.path

    def _reads(self, pair: Pair, header: pysam.AlignmentHeader) -> Iterator[pysam.AlignedSegment]:
        length = min(self.read_length, pair.length)
        starts = pair.start, pair.start + pair.length - length
        for mate, start in enumerate(starts):
            text = list(pair.haplotype.sequence[start : start + length])
            assert start >= 0, "a fragment begins before the contig"
            assert len(text) == length, "a fragment ends beyond the contig"
            for _, at, base in (error for error in pair.errors if error[0] == mate):
                text[at] = base
            known = pair.haplotype.blocks(start, start + length)
            if not known:
                continue
            blocks = align("".join(text), known, pair.haplotype.reference, self.aligner)
            read = pysam.AlignedSegment(header)
            read.query_name = pair.name
            read.query_sequence = "".join(text)
            quality = [pair.qualities[mate]] * length
            for _, at in (place for place in pair.poor if place[0] == mate):
                quality[at] = 2
            read.query_qualities = array("B", quality)
            read.flag = pair.flag | _flag(mate, pair.is_f1r2)
            read.reference_id = header.get_tid(pair.haplotype.chrom)
            read.reference_start = blocks[0][2]
            read.cigartuples = cigar(blocks, length)
            read.mapping_quality = pair.mapping_quality
            read.set_tag("NM", edits(blocks, "".join(text), pair.haplotype.reference))
            if pair.copy_of:
                read.set_tag("do", pair.copy_of)
            yield read


def _flag(mate: int, is_f1r2: bool) -> int:
    """Paired, properly; the left mate is forward, and read 1 when the pair is F1R2."""
    first = (mate == 0) == is_f1r2
    return 1 | 2 | (32 if mate == 0 else 16) | (64 if first else 128)


def align(text: str, every: list[Block], reference: str, aligner: Aligner) -> list[Block]:
    """The aligned blocks of a read, of those that it is made of."""
    seed = max(range(len(every)), key=lambda i: every[i][1] - every[i][0])
    blocks = [every[seed]]
    for block in every[seed + 1 :]:
        if not _open(blocks, block, aligner):
            break
    if blocks == [(0, len(text), blocks[0][2])]:
        return blocks
    turned = [_turned(block, len(text)) for block in blocks[::-1]]
    for block in every[:seed][::-1]:
        if not _open(turned, _turned(block, len(text)), aligner):
            break
    left = _extended(turned, text[::-1], reference[::-1], -len(reference), aligner)
    right = [_turned(block, len(text)) for block in left[::-1]]
    return _extended(right, text, reference, 0, aligner)


def _turned(block: Block, length: int) -> Block:
    """A block seen from behind: places count down from 0."""
    low, end, place = block
    return length - end, length - low, -(place + end - low)


def _blocks(origin: Sequence[int | None]) -> list[Block]:
    blocks: list[Block] = []
    for at, place in enumerate(origin):
        if place is None:
            continue
        if blocks and blocks[-1][1] == at and blocks[-1][2] + at - blocks[-1][0] == place:
            blocks[-1] = (blocks[-1][0], at + 1, blocks[-1][2])
        else:
            blocks.append((at, at + 1, place))
    return blocks


def _open(blocks: list[Block], following: Block, aligner: Aligner) -> bool:
    """Add the next block, if enough of it lies beyond the gap. What is doubled is inserted."""
    low, end, place = following
    reached = blocks[-1][2] + blocks[-1][1] - blocks[-1][0]
    doubled = max(reached - place, 0)
    gap = max(low - blocks[-1][1], place - reached, doubled)
    if end - low - doubled <= max(gap + aligner.beyond, 0):
        return False
    blocks.append((low + doubled, end, place + doubled))
    return True


def _extended(
    blocks: list[Block], text: str, reference: str, first: int, aligner: Aligner
) -> list[Block]:
    """Without a gap towards the end of the read; ``first`` is the place of reference[0]."""
    low, end, place = blocks[-1]
    score, best, best_end = 0, 0, end
    at = end
    while at < len(text) and 0 <= place - first + at - low < len(reference):
        score += 1 if text[at] == reference[place - first + at - low] else -4
        at += 1
        if score > best:
            best, best_end = score, at
    if at == len(text) and score > best - aligner.bonus:
        best_end = at
    return [*blocks[:-1], (low, best_end, place)]


def cigar(blocks: Sequence[Block], length: int) -> list[tuple[int, int]]:
    """Soft clips, matches, insertions and deletions."""
    operations = [(SOFT_CLIP, blocks[0][0])]
    for number, (low, end, place) in enumerate(blocks):
        if number:
            before = blocks[number - 1]
            operations.append((INSERTION, low - before[1]))
            operations.append((DELETION, place - (before[2] + before[1] - before[0])))
        operations.append((MATCH, end - low))
    operations.append((SOFT_CLIP, length - blocks[-1][1]))
    return [operation for operation in operations if operation[1]]


def edits(blocks: Sequence[Block], text: str, reference: str) -> int:
    """Mismatches, inserted and deleted bases, as the NM tag counts them."""
    wrong = 0
    for low, end, place in blocks:
        one, other = text[low:end], reference[place : place + end - low]
        wrong += one != other and sum(a != b for a, b in zip(one, other, strict=True))
    gaps = [size for kind, size in cigar(blocks, len(text)) if kind in {INSERTION, DELETION}]
    return wrong + sum(gaps)


def tiled(
    haplotype: Haplotype, around: tuple[int, int], copies: int = 1, length: int = 250
) -> Iterator[Pair]:
    """So many fragments from each place that lets one touch [start, end) of the reference.

    Both strands and orientations alike in turn. As every place gives as many, no allele has
    more than its share but by how it is counted.
    """
    low = haplotype.place(around[0] - 1) - length - 50
    high = haplotype.place(around[1]) + 50
    ends = max(low, 0), min(high, len(haplotype.sequence) - length)
    for number, start in enumerate(range(ends[0], ends[1] + 1)):
        for copy in range(copies):
            yield Pair(haplotype, start, length, is_f1r2=(number + copy) % 2 == 0)


def sampled(
    haplotypes: Sequence[tuple[Haplotype, float]],
    around: tuple[int, int],
    depth: float,
    seed: int,
    lengths: tuple[int, int] = (160, 340),
) -> list[Pair]:
    """Fragments at random places and of random lengths, of haplotypes in given shares.

    ``depth`` is of fragments: so many are expected to span a place.
    """
    rng = random.Random(seed)
    mean = sum(lengths) / 2
    pairs: list[Pair] = []
    for haplotype, share in haplotypes:
        low = max(haplotype.place(around[0] - 1) - lengths[1] - 50, 0)
        high = min(haplotype.place(around[1]) + 50, len(haplotype.sequence) - lengths[1])
        for _ in range(_whole(rng, share * depth * (high - low) / mean)):
            pairs.append(
                Pair(
                    haplotype,
                    rng.randrange(low, high),
                    rng.randint(*lengths),
                    is_f1r2=rng.random() < 0.5,
                )
            )
    return pairs


def _whole(rng: random.Random, number: float) -> int:
    return int(number) + (rng.random() < number % 1)


def locus_of(reference: str, change: Change) -> Locus:
    """A change of a contig as it is asked for: left-aligned, in its surroundings."""
    aligned = left_align(change, reference, 0)
    return Locus(aligned, 0, reference, *placements(aligned, reference, 0))


def recounted(
    bam: Path,
    reference: str,
    change: Change,
    counting: Counting = COUNTING,
    families: bool = False,
) -> Evidence:
    """The evidence of a change on chr1."""
    with pysam.AlignmentFile(str(bam)) as reads:
        loaded = load_reads(reads, "chr1", 0, len(reference), counting, families)
    return recount(loaded, locus_of(reference, change), counting.base_quality)


def write_fasta(path: Path, contigs: Mapping[str, str]) -> Path:
    """A genome with its index."""
    path.write_text("".join(f">{name}\n{text}\n" for name, text in contigs.items()))
    pysam.faidx(str(path))
    return path


def candidate(change: Change, *callers: str, filters: Iterable[str] = ()) -> Candidate:
    """A proposal on chr1."""
    return Candidate("chr1", change, set(callers or ("x",)), set(filters))


def region(start: int, end: int, chrom: str = "chr1") -> Region:
    """A target."""
    return Region(chrom, start, end, "t")
