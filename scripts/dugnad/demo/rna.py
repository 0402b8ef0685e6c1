"""From an RNA library to its FASTQ files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dugnad.demo.capture import Profile, length_chances
from dugnad.demo.damage import all_edits
from dugnad.demo.fragments import Fragments, draw_fragments, joined
from dugnad.demo.interval import Interval
from dugnad.demo.library import Bytes, Floats, Ints, RnaLibrary, copies_per_fragment, stream
from dugnad.demo.molecules import RnaTranscript
from dugnad.demo.sequencer import WORKERS, sequence
from dugnad.demo.shelf import Shelf, umi_prefixes
from dugnad.demo.templates import ClassGenome, class_genomes, reverse_bytes
from dugnad.errors import UserError

# Fractions of fragments from introns and remaining DNA: assumptions, for sound and for degraded
# RNA; and how far from the 3' end (bases) the fragments of degraded RNA end on average.
BACKGROUND = (0.05, 0.30)
REACH = 500.0


@dataclass(frozen=True)
class _Message:
    """A spliced sequence, 5' to 3', and its relative number of molecules."""

    sequence: Bytes
    amount: float


def sequence_rna(
    library: RnaLibrary, paths: Sequence[tuple[Path, Path]], workers: int = WORKERS
) -> int:
    """Write the library's read pairs; ``paths`` has the two files of each lane. How many pairs.

    The library is unstranded. The same library gives the same bytes. UserError without ART or
    when nothing is expressed; ValueError when an exon lies across an inversion's end.
    """
    copies = _copies(library)
    return sequence(make_rna_shelf(library, len(copies)), copies, paths, library.seed, workers)


def _copies(library: RnaLibrary) -> Ints:
    """Read pairs per fragment that make ``pairs`` together."""
    copies = copies_per_fragment(library.pairs, library.duplicates, None, library.seed)
    total = np.cumsum(copies)
    number = int(np.searchsorted(total, library.pairs, "left")) + 1
    kept = copies[:number].copy()
    kept[-1] -= total[number - 1] - library.pairs
    return kept


def make_rna_shelf(library: RnaLibrary, number: int) -> Shelf:
    """``number`` distinct fragments of messages and of the background."""
    genomes, pool = class_genomes(library.contigs, library.molecules)
    chances = length_chances(library.fragment)
    share = BACKGROUND[library.degraded] if library.loci else 0.0
    around = round(number * share)
    messages = _messages(library, genomes)
    parts = [_from_messages(library, messages, len(pool), chances, number - around)]
    sequences = [pool, *(message.sequence for message in messages)]
    if around:
        profile = _loci_profile(library)
        drawn = draw_fragments(genomes, pool, profile, chances, around, library.seed)
        parts.append(drawn)
    fragments = joined(parts)
    prefixes = umi_prefixes(len(fragments), None, library.seed)
    return Shelf(np.concatenate(sequences), fragments, all_edits([]), prefixes, library.recipe)


def _loci_profile(library: RnaLibrary) -> Profile:
    profile = {name: np.zeros(len(s), np.float32) for name, s in library.contigs.items()}
    for item in library.loci:
        profile[item.contig][item.start : item.end] = 1
    return profile


def _messages(library: RnaLibrary, genomes: Sequence[ClassGenome]) -> list[_Message]:
    """The messages of all molecules; equal sequences of one transcript are one."""
    messages: list[_Message] = []
    for transcript in library.transcripts:
        amounts: dict[bytes, float] = {}
        for genome in genomes:
            amount = _amount(transcript, genome)
            if amount > 0:
                bases = spliced(transcript, genome).tobytes()
                amounts[bases] = amounts.get(bases, 0.0) + amount
        messages += [_Message(np.frombuffer(b, np.uint8), a) for b, a in amounts.items()]
    return messages


def _amount(transcript: RnaTranscript, genome: ClassGenome) -> float:
    """Weight times copies at the first exon's first base times expression; 0 when the
    molecules' marks forbid the transcript."""
    marks = genome.molecules.marks
    if transcript.only is not None and transcript.only not in marks:
        return 0.0
    if transcript.unless is not None and transcript.unless in marks:
        return 0.0
    first, strand = transcript.exons[0]
    place = first.start if strand == "+" else first.end - 1
    copies = sum(
        item.number
        for item in genome.molecules.copies
        if item.contig == first.contig and item.start <= place < item.end
    )
    return genome.molecules.weight * copies * transcript.expression


def spliced(transcript: RnaTranscript, genome: ClassGenome) -> Bytes:
    """The transcript's bases, 5' to 3', with the alleles of the ``genome``.

    The strand of each exon is the reference's, so an inversion does not change the message.
    """
    return np.concatenate([_exon(item, strand, genome) for item, strand in transcript.exons])


def _exon(item: Interval, strand: str, genome: ClassGenome) -> Bytes:
    contig = genome.contigs[item.contig]
    start, end, turned = contig.interval(item.start, item.end)
    bases = contig.sequence[start:end]
    return reverse_bytes(bases) if turned != (strand == "-") else bases


def _from_messages(
    library: RnaLibrary, messages: Sequence[_Message], offset: int, chances: Floats, number: int
) -> Fragments:
    """``number`` fragments of the messages, which lie one after the other from ``offset`` on."""
    places = [_places(len(m.sequence), len(chances), library.degraded) for m in messages]
    weights = [m.amount * chances * p for m, p in zip(messages, places, strict=True)]
    masses = np.array([values.sum() for values in weights])
    if not masses.sum() > 0:
        raise UserError(f"demo reads: {library.id}: no transcript is expressed")
    rng = stream(library.seed, "messages")
    shares = rng.multinomial(number, masses / masses.sum())
    parts = []
    for message, weight, share in zip(messages, weights, shares, strict=True):
        chosen = np.searchsorted(np.cumsum(weight), rng.random(share) * weight.sum(), "right")
        length = np.minimum(chosen, len(chances) - 1).astype(np.int64)
        room = len(message.sequence) - length
        if library.degraded:
            behind = _exponential(room + 1, rng.random(share)).astype(np.int64)
        else:
            behind = (rng.random(share) * (room + 1)).astype(np.int64)
        start = offset + room - np.minimum(behind, room)
        parts.append(Fragments(start, length, rng.random(share) < 0.5))
        offset += len(message.sequence)
    return joined(parts)


def _places(size: int, lengths: int, degraded: bool) -> Floats:
    """The (effective) number of places for a fragment of each length in ``size`` bases."""
    room = np.maximum(size - np.arange(lengths) + 1, 0).astype(np.float64)
    return REACH * (1 - np.exp(-room / REACH)) if degraded else room


def _exponential(room: Ints, chance: Floats) -> Floats:
    """Distances from the 3' end below ``room`` bases, with the mean ``REACH`` if there is room."""
    return np.asarray(-REACH * np.log1p(-chance * (1 - np.exp(-room / REACH))), np.float64)
